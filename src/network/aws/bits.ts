/** A set of small integers below `size`: bits while it is built, a sorted list once `compact` finds that shorter. Most groups have few members, so that work follows members, not the estate. */
export class Bits {
  private readonly size: number;
  private words: Uint32Array | undefined;
  private list: Uint32Array | undefined;

  constructor(size: number, list?: Uint32Array) {
    this.size = size;
    this.list = list;
    this.words = list === undefined ? new Uint32Array((size + 31) >>> 5) : undefined;
  }

  /** The set of some members, in ascending order and without repetition. */
  static of(size: number, members: Uint32Array): Bits {
    const bits = new Bits(size, members);
    if (!bits.fitsList(members.length)) bits.dense();
    return bits;
  }

  static none(size: number): Bits {
    return new Bits(size, noMembers);
  }

  static full(size: number): Bits {
    const bits = new Bits(size);
    const words = bits.dense();
    words.fill(0xffff_ffff);
    if (size % 32 !== 0) words[words.length - 1] = 2 ** (size % 32) - 1;
    return bits;
  }

  private dense(): Uint32Array {
    if (this.words !== undefined) return this.words;
    const words = new Uint32Array((this.size + 31) >>> 5);
    for (const position of this.list ?? []) words[position >>> 5] = (words[position >>> 5] ?? 0) | (1 << (position & 31));
    this.words = words;
    this.list = undefined;
    return words;
  }

  /** Whether so many members are shorter as a list. */
  private fitsList(count: number): boolean {
    return count * 2 <= (this.size + 31) >>> 5;
  }

  add(position: number): void {
    const words = this.dense();
    words[position >>> 5] = (words[position >>> 5] ?? 0) | (1 << (position & 31));
  }

  addAll(other: Bits): void {
    if (other.list !== undefined) {
      if (this.list !== undefined && this.fitsList(this.list.length + other.list.length)) this.list = merged(this.list, other.list);
      else for (const position of other.list) this.add(position);
      return;
    }
    const words = this.dense();
    const theirs = other.dense();
    for (let i = 0; i < words.length; i++) words[i] = (words[i] ?? 0) | (theirs[i] ?? 0);
  }

  and(other: Bits): Bits {
    const short = this.list !== undefined ? this : other.list !== undefined ? other : undefined;
    if (short?.list !== undefined) return short.picked(short === this ? other : this, true);
    const out = new Bits(this.size);
    const words = out.dense();
    const mine = this.dense();
    const theirs = other.dense();
    for (let i = 0; i < words.length; i++) words[i] = (mine[i] ?? 0) & (theirs[i] ?? 0);
    return out;
  }

  /** Of a set that is a list, what is in the other set, or what is not. */
  private picked(other: Bits, wanted: boolean): Bits {
    const list = this.list ?? noMembers;
    let count = 0;
    for (const position of list) if (other.has(position) === wanted) count++;
    // A list is never written to, so that two sets may have the same one.
    if (count === list.length || count === 0) return new Bits(this.size, count === 0 ? noMembers : list);
    const left = new Uint32Array(count);
    for (let at = 0, next = 0; next < count; at++) {
      const position = list[at] ?? 0;
      if (other.has(position) === wanted) left[next++] = position;
    }
    return new Bits(this.size, left);
  }

  /** What is in this set and not in the other. */
  without(other: Bits): Bits {
    if (this.list !== undefined) return this.picked(other, false);
    const out = new Bits(this.size);
    const words = out.dense();
    const mine = this.dense();
    if (other.list !== undefined) {
      words.set(mine);
      for (const position of other.list) words[position >>> 5] = (words[position >>> 5] ?? 0) & ~(1 << (position & 31));
      return out;
    }
    const theirs = other.dense();
    for (let i = 0; i < words.length; i++) words[i] = (mine[i] ?? 0) & ~(theirs[i] ?? 0);
    return out;
  }

  /** The smallest member. */
  first(): number | undefined {
    if (this.list !== undefined) return this.list[0];
    const words = this.dense();
    for (let i = 0; i < words.length; i++) {
      const word = words[i] ?? 0;
      if (word !== 0) return i * 32 + 31 - Math.clz32(word & -word);
    }
    return undefined;
  }

  has(position: number): boolean {
    if (this.words !== undefined) return ((this.words[position >>> 5] ?? 0) & (1 << (position & 31))) !== 0;
    const list = this.list ?? [];
    let low = 0;
    let high = list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = list[middle] ?? 0;
      if (at === position) return true;
      if (at < position) low = middle + 1;
      else high = middle - 1;
    }
    return false;
  }

  copy(): Bits {
    if (this.list !== undefined) return new Bits(this.size, this.list);
    const out = new Bits(this.size);
    out.words = this.dense().slice();
    return out;
  }

  /** Turns to a list where that is shorter. The set stays the same. */
  compact(): this {
    if (this.list !== undefined || this.words === undefined) return this;
    let count = 0;
    for (const word of this.words) for (let left = word; left !== 0; left &= left - 1) count++;
    if (!this.fitsList(count)) return this;
    this.list = Uint32Array.from(this.members());
    this.words = undefined;
    return this;
  }

  get empty(): boolean {
    if (this.list !== undefined) return this.list.length === 0;
    const words = this.dense();
    for (let i = 0; i < words.length; i++) if (words[i] !== 0) return false;
    return true;
  }

  /** Equal sets have equal keys. */
  key(): string {
    this.compact();
    const from = this.list ?? this.dense();
    return `${this.list === undefined ? 'd' : 'l'}${Buffer.from(from.buffer, from.byteOffset, from.byteLength).toString('latin1')}`;
  }

  members(): number[] {
    if (this.list !== undefined) return [...this.list];
    const words = this.dense();
    const out: number[] = [];
    for (let i = 0; i < words.length; i++) {
      let word = words[i] ?? 0;
      while (word !== 0) {
        const low = 31 - Math.clz32(word & -word);
        out.push(i * 32 + low);
        word &= word - 1;
      }
    }
    return out;
  }
}

const noMembers = new Uint32Array(0);

/** Two ascending lists as one, without repetition. */
function merged(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a.length === 0) return b;
  const made = new Uint32Array(a.length + b.length);
  let count = 0;
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const left = a[i] ?? Number.POSITIVE_INFINITY;
    const right = b[j] ?? Number.POSITIVE_INFINITY;
    made[count++] = Math.min(left, right);
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return made.slice(0, count);
}
