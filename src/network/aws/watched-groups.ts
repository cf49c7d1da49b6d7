import type { Group } from './estate.ts';

/** Security groups by id. While somebody watches, it is noted which were looked up: what an answer rests on stays true as long as those are what they were. */
export class WatchedGroups {
  readonly #groups: ReadonlyMap<string, Group>;
  #watching: Set<string> | undefined;

  constructor(groups: ReadonlyMap<string, Group>) {
    this.#groups = groups;
  }

  get(id: string): Group | undefined {
    this.#watching?.add(id);
    return this.#groups.get(id);
  }

  /** The same with others in the place of some. */
  with(others: readonly Group[]): WatchedGroups {
    return new WatchedGroups(new Map([...this.#groups, ...others.map((group) => [group.id, group] as const)]));
  }

  /** What some work gives, and the groups that it looked up, those that are not there included. Work within work counts for both. */
  watch<T>(work: () => T): { readonly result: T; readonly rests: ReadonlySet<string> } {
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

  /** Says that what is given out rests on groups that were looked up before. */
  note(rests: ReadonlySet<string>): void {
    if (this.#watching !== undefined) for (const id of rests) this.#watching.add(id);
  }
}
