import { createHash } from 'node:crypto';

/** Places in an order: where each span of them begins and how long it is, in turn. */
export interface Places {
  readonly order: readonly string[];
  readonly spans: readonly number[];
}

/** Lists of ids that are known again by being the same object, and what is remembered of each. */
export class Lists {
  readonly #interned = new Map<string, (readonly string[])[]>();
  readonly #chosen = new WeakMap<Uint32Array, Map<readonly string[], readonly string[]>>();
  readonly #positions = new WeakMap<readonly string[], ReadonlyMap<string, number>>();
  readonly #digests = new WeakMap<readonly string[], string>();
  readonly #runs = new WeakMap<readonly string[], { readonly order: readonly string[]; readonly runs: readonly (readonly string[])[] }>();
  readonly #places = new WeakMap<readonly string[], Places>();

  /** One object for equal lists. */
  intern(list: readonly string[]): readonly string[] {
    const key = `${list.length} ${list[0] ?? ''} ${list[list.length >> 1] ?? ''} ${list.at(-1) ?? ''}`;
    const known = this.#interned.get(key);
    const same = known?.find((other) => other === list || other.every((id, index) => id === list[index]));
    if (same !== undefined) return same;
    if (known === undefined) this.#interned.set(key, [list]);
    else known.push(list);
    return list;
  }

  /** The members of a list; the list itself when all are. */
  choose(members: Uint32Array, list: readonly string[]): readonly string[] {
    if (members.length === list.length) return list;
    let inner = this.#chosen.get(members);
    if (inner === undefined) {
      inner = new Map();
      this.#chosen.set(members, inner);
    }
    const known = inner.get(list);
    if (known !== undefined) return known;
    const made = this.intern(Array.from(members, (member) => list[member] ?? ''));
    inner.set(list, made);
    return made;
  }

  /** Where an id stands in a list, or -1. */
  position(id: string, list: readonly string[]): number {
    let known = this.#positions.get(list);
    if (known === undefined) {
      known = new Map(list.map((each, index) => [each, index]));
      this.#positions.set(list, known);
    }
    return known.get(id) ?? -1;
  }

  /** Whether an id is in a list. */
  readonly inside = (id: string, list: readonly string[]): boolean => this.position(id, list) >= 0;

  /** A list cut where the order that it was chosen from has others between. */
  runs(list: readonly string[], order: readonly string[]): readonly (readonly string[])[] {
    const known = this.#runs.get(list);
    if (known?.order === order) return known.runs;
    const runs: (readonly string[])[] = [];
    const spans: number[] = [];
    let start = 0;
    let last = this.position(list[0] ?? '', order);
    for (let at = 1; at <= list.length; at++) {
      const position = at < list.length ? this.position(list[at] ?? '', order) : -1;
      if (position !== last + 1) {
        const run = start === 0 && at === list.length ? list : this.intern(list.slice(start, at));
        const first = last + 1 - (at - start);
        runs.push(run);
        spans.push(first, at - start);
        if (run !== list) this.#places.set(run, { order, spans: [first, at - start] });
        start = at;
      }
      last = position;
    }
    this.#runs.set(list, { order, runs });
    this.#places.set(list, { order, spans });
    return runs;
  }

  /** Where the members of a list stand in the order that it was cut by, if it was. */
  places(list: readonly string[]): Places | undefined {
    return this.#places.get(list);
  }

  /** Short SHA-256 of what a list says. */
  digest(list: readonly string[]): string {
    const known = this.#digests.get(list);
    if (known !== undefined) return known;
    const made = createHash('sha256').update(list.join('\n')).digest('hex').slice(0, 16);
    this.#digests.set(list, made);
    return made;
  }
}
