/**
 * Runs of positions that are treated alike, flat: `lo, hi, code, lo, hi, code, …` with `hi` left out, ascending, never overlapping. What lies between has code 0. A pattern over sorted names is few
 * runs however many names there are.
 */
export type Segments = readonly number[];

/** Runs of positions, flat: `lo, hi, lo, hi, …`. */
export type Ranges = readonly number[];

export const nowhere: Segments = [];

/** Appends a run, joined to the one before where they touch. */
export function append(to: number[], lo: number, hi: number, code: number): void {
  if (lo >= hi || code === 0) return;
  if (to.length > 0 && to[to.length - 2] === lo && to[to.length - 1] === code) {
    to[to.length - 2] = hi;
    return;
  }
  to.push(lo, hi, code);
}

/** Both at once: where two runs meet their codes are combined. */
export function overlay(a: Segments, b: Segments, combine: (one: number, other: number) => number): Segments {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const made: number[] = [];
  let [i, j, at] = [0, 0, 0];
  while (i < a.length || j < b.length) {
    const [aLo, aHi] = edges(a, i);
    const [bLo, bHi] = edges(b, j);
    at = Math.max(at, Math.min(aLo, bLo));
    const inA = aLo <= at;
    const inB = bLo <= at;
    const to = Math.min(inA ? aHi : aLo, inB ? bHi : bLo);
    const [mine, other] = [inA ? (a[i + 2] ?? 0) : 0, inB ? (b[j + 2] ?? 0) : 0];
    append(made, at, to, mine === 0 ? other : other === 0 ? mine : combine(mine, other));
    at = to;
    if (inA && at >= aHi) i += 3;
    if (inB && at >= bHi) j += 3;
  }
  return made;
}

const edges = (list: Segments, at: number): readonly [number, number] => [list[at] ?? Number.POSITIVE_INFINITY, list[at + 1] ?? Number.POSITIVE_INFINITY];

/** Every code replaced, 0 included, over all positions. */
export function mapped(list: Segments, size: number, change: (code: number) => number): Segments {
  const made: number[] = [];
  let at = 0;
  for (let index = 0; index < list.length; index += 3) {
    const [lo = 0, hi = 0, code = 0] = [list[index], list[index + 1], list[index + 2]];
    append(made, at, lo, change(0));
    append(made, lo, hi, change(code));
    at = hi;
  }
  append(made, at, size, change(0));
  return made;
}

/** Positions that every list treats alike. */
export interface Group {
  readonly codes: readonly number[];
  readonly ranges: Ranges;
}

/** Cuts positions 0 to `size` into groups by the codes that the lists give them. */
export function partition(lists: readonly Segments[], size: number): readonly Group[] {
  if (lists.every((list) => list.length === 0 || (list.length === 3 && list[0] === 0 && list[1] === size)))
    return [{ codes: lists.map((list) => list[2] ?? 0), ranges: [0, size] }];
  const cuts = new Set<number>([0, size]);
  for (const list of lists)
    for (let index = 0; index < list.length; index += 3) {
      cuts.add(list[index] ?? 0);
      cuts.add(list[index + 1] ?? 0);
    }
  const sorted = Uint32Array.from(cuts).sort();
  const places = new Array<number>(lists.length).fill(0);
  const groups = new Map<string, { codes: readonly number[]; ranges: number[] }>();
  for (let cut = 0; cut + 1 < sorted.length; cut++) {
    const [lo = 0, hi = 0] = [sorted[cut], sorted[cut + 1]];
    const codes = lists.map((list, index) => {
      let place = places[index] ?? 0;
      while (place < list.length && (list[place + 1] ?? 0) <= lo) place += 3;
      places[index] = place;
      return place < list.length && (list[place] ?? 0) <= lo ? (list[place + 2] ?? 0) : 0;
    });
    const key = codes.join();
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { codes, ranges: [lo, hi] });
    else if (known.ranges.at(-1) === lo) known.ranges[known.ranges.length - 1] = hi;
    else known.ranges.push(lo, hi);
  }
  return [...groups.values()];
}

/** The union of runs that do not overlap. */
export function joined(lists: readonly Ranges[]): Ranges {
  const [only = []] = lists;
  if (lists.length < 2) return only;
  const pairs = lists.flatMap((list) => Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index] ?? 0, list[2 * index + 1] ?? 0] as const));
  const made: number[] = [];
  for (const [lo, hi] of pairs.sort((a, b) => a[0] - b[0])) {
    if (made.at(-1) === lo) made[made.length - 1] = hi;
    else made.push(lo, hi);
  }
  return made;
}
