import type { ReachClass } from '../api.ts';
import type { Station } from './estate.ts';
import type { Watched } from './watched.ts';

/** A row of reachability but for whom it is about. */
export type Row = Omit<ReachClass, 'sources' | 'destinations'>;

interface Remembered {
  readonly rows: readonly Row[];
  readonly rests: ReadonlySet<string>;
}

export interface RowsBefore {
  readonly memory: RowMemory;
  /** Ids of the groups that are others than before; all else in the estate is the same, object by object. */
  readonly groups: readonly string[];
}

/** What stations exchange with the internet, one way: of the estate before, what rests on no changed group is taken over. */
export class RowMemory {
  readonly #groups: Watched<unknown>;
  readonly #changed: readonly string[];
  /** Not the memory before itself, which would hold on to the one before it. */
  readonly #then: ReadonlyMap<Station, Remembered> | undefined;
  readonly #known = new Map<Station, Remembered>();

  constructor(groups: Watched<unknown>, before?: RowsBefore) {
    this.#groups = groups;
    this.#changed = before?.groups ?? [];
    this.#then = before === undefined ? undefined : before.memory.#known;
  }

  of(station: Station, make: () => readonly Row[]): readonly Row[] {
    const then = this.#then?.get(station);
    if (then !== undefined && !this.#changed.some((id) => then.rests.has(id))) {
      this.#known.set(station, then);
      return then.rows;
    }
    const { result: rows, rests } = this.#groups.watch(make);
    this.#known.set(station, { rows, rests });
    return rows;
  }
}
