/** Values by id. While somebody watches, it is noted which were looked up: what an answer rests on stays true as long as those are what they were. */
export class Watched<T> {
  readonly #values: ReadonlyMap<string, T>;
  #watching: Set<string> | undefined;

  constructor(values: ReadonlyMap<string, T>) {
    this.#values = values;
  }

  get(id: string): T | undefined {
    this.#watching?.add(id);
    return this.#values.get(id);
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  /** All of them: an answer that asks for this rests on every one. */
  values(): Iterable<T> {
    this.note(this.#values.keys());
    return this.#values.values();
  }

  /** The same with others in the place of some. */
  with(others: Iterable<readonly [string, T]>): Watched<T> {
    return new Watched(new Map([...this.#values, ...others]));
  }

  /** What some work gives, and what it looked up, ids that are not there included. Work within work counts for both. */
  watch<R>(work: () => R): { readonly result: R; readonly rests: ReadonlySet<string> } {
    const outer = this.#watching;
    const rests = new Set<string>();
    this.#watching = rests;
    try {
      return { result: work(), rests };
    } finally {
      this.#watching = outer;
      this.note(rests);
    }
  }

  /** Says that what is given out rests on what was looked up before. */
  note(rests: Iterable<string>): void {
    if (this.#watching !== undefined) for (const id of rests) this.#watching.add(id);
  }
}
