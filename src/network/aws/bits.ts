/** A set of small integers as bits. */
export class Bits {
  private readonly words: Uint32Array;

  constructor(size: number | Uint32Array) {
    this.words = typeof size === 'number' ? new Uint32Array((size + 31) >>> 5) : size;
  }

  static full(size: number): Bits {
    const bits = new Bits(size);
    bits.words.fill(0xffff_ffff);
    if (size % 32 !== 0) bits.words[bits.words.length - 1] = 2 ** (size % 32) - 1;
    return bits;
  }

  add(position: number): void {
    const at = position >>> 5;
    this.words[at] = (this.words[at] ?? 0) | (1 << (position & 31));
  }

  addAll(other: Bits): void {
    for (let i = 0; i < this.words.length; i++) this.words[i] = (this.words[i] ?? 0) | (other.words[i] ?? 0);
  }

  and(other: Bits): Bits {
    const out = new Uint32Array(this.words.length);
    for (let i = 0; i < out.length; i++) out[i] = (this.words[i] ?? 0) & (other.words[i] ?? 0);
    return new Bits(out);
  }

  copy(): Bits {
    return new Bits(this.words.slice());
  }

  get empty(): boolean {
    for (let i = 0; i < this.words.length; i++) if (this.words[i] !== 0) return false;
    return true;
  }

  /** Equal sets have equal keys. */
  key(): string {
    return Buffer.from(this.words.buffer, this.words.byteOffset, this.words.byteLength).toString('latin1');
  }

  members(): number[] {
    const out: number[] = [];
    for (let i = 0; i < this.words.length; i++) {
      let word = this.words[i] ?? 0;
      while (word !== 0) {
        const low = 31 - Math.clz32(word & -word);
        out.push(i * 32 + low);
        word &= word - 1;
      }
    }
    return out;
  }
}
