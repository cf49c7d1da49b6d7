/** A list of small numbers that grows. */
export class Column {
  #values = new Uint32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const more = new Uint32Array(this.#length * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[this.#length++] = value;
  }

  at(position: number): number {
    return this.#values[position] ?? 0;
  }

  /** The values as they stand, not to be written to. */
  values(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}
