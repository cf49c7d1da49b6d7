/**
 * Sorted, disjoint, non-adjacent inclusive ranges on a line, flat: `[lo, hi, lo, hi, …]`. One line of numbers holds protocol x port, another all IPv4 addresses;
 * a line of bigints holds IPv6. INVARIANT: equal sets have equal arrays, so that a set is its own key.
 */
export type Intervals<T> = readonly T[];

export interface Line<T> {
  readonly empty: Intervals<T>;
  readonly all: Intervals<T>;
  /** From ranges in any order, overlapping or not; `[lo, hi]` with `lo > hi` is nothing. */
  of(ranges: Iterable<readonly [T, T]>): Intervals<T>;
  union(a: Intervals<T>, b: Intervals<T>): Intervals<T>;
  intersect(a: Intervals<T>, b: Intervals<T>): Intervals<T>;
  complement(a: Intervals<T>): Intervals<T>;
  subtract(a: Intervals<T>, b: Intervals<T>): Intervals<T>;
  has(a: Intervals<T>, value: T): boolean;
  covers(a: Intervals<T>, b: Intervals<T>): boolean;
  pairs(a: Intervals<T>): readonly (readonly [T, T])[];
}

/** The set algebra on a line from `first` to `last`; `step(x, 1)` is the neighbour above, `step(x, -1)` below. */
export function line<T extends number | bigint>(first: T, last: T, step: (value: T, by: 1 | -1) => T): Line<T> {
  const empty: Intervals<T> = [];
  const all: Intervals<T> = [first, last];
  const at = (a: Intervals<T>, index: number): T => a[index] as T; // boundary: callers keep index < length

  const of = (ranges: Iterable<readonly [T, T]>): Intervals<T> => {
    const sorted = [...ranges].filter(([lo, hi]) => lo <= hi).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const out: T[] = [];
    for (const [lo, hi] of sorted) {
      const top = out.at(-1);
      if (top !== undefined && (lo <= top || lo === step(top, 1))) {
        if (hi > top) out[out.length - 1] = hi;
      } else out.push(lo, hi);
    }
    return out;
  };

  const pairs = (a: Intervals<T>): readonly (readonly [T, T])[] => {
    const out: (readonly [T, T])[] = [];
    for (let i = 0; i + 1 < a.length; i += 2) out.push([at(a, i), at(a, i + 1)]);
    return out;
  };

  const union = (a: Intervals<T>, b: Intervals<T>): Intervals<T> => {
    if (a.length === 0) return b;
    if (b.length === 0) return a;
    const out: T[] = [];
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      const left = j >= b.length || (i < a.length && at(a, i) <= at(b, j));
      const lo = left ? at(a, i) : at(b, j);
      const hi = left ? at(a, i + 1) : at(b, j + 1);
      if (left) i += 2;
      else j += 2;
      const top = out.at(-1);
      if (top !== undefined && (lo <= top || lo === step(top, 1))) {
        if (hi > top) out[out.length - 1] = hi;
      } else out.push(lo, hi);
    }
    return out;
  };

  const intersect = (a: Intervals<T>, b: Intervals<T>): Intervals<T> => {
    if (a.length === 0 || b.length === 0) return empty;
    if (a === b || b === all) return a;
    if (a === all) return b;
    const out: T[] = [];
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const lo = at(a, i) > at(b, j) ? at(a, i) : at(b, j);
      const hi = at(a, i + 1) < at(b, j + 1) ? at(a, i + 1) : at(b, j + 1);
      if (lo <= hi) out.push(lo, hi);
      if (at(a, i + 1) < at(b, j + 1)) i += 2;
      else j += 2;
    }
    return out;
  };

  const complement = (a: Intervals<T>): Intervals<T> => {
    if (a.length === 0) return all;
    const out: T[] = [];
    if (at(a, 0) > first) out.push(first, step(at(a, 0), -1));
    for (let i = 1; i + 1 < a.length; i += 2) out.push(step(at(a, i), 1), step(at(a, i + 1), -1));
    const top = at(a, a.length - 1);
    if (top < last) out.push(step(top, 1), last);
    return out;
  };

  const subtract = (a: Intervals<T>, b: Intervals<T>): Intervals<T> => {
    if (a.length === 0 || b.length === 0) return a;
    if (a === b || b === all) return empty;
    const out: T[] = [];
    for (let i = 0, j = 0; i < a.length; i += 2) {
      let lo = at(a, i);
      const hi = at(a, i + 1);
      while (j < b.length && at(b, j + 1) < lo) j += 2;
      // What of `b` goes beyond this range may take away from the next one too.
      let left = true;
      for (let k = j; left && k < b.length && at(b, k) <= hi; k += 2) {
        if (at(b, k) > lo) out.push(lo, step(at(b, k), -1));
        left = at(b, k + 1) < hi;
        if (left) lo = step(at(b, k + 1), 1);
      }
      if (left) out.push(lo, hi);
    }
    return out;
  };

  /** As no two ranges of a set touch, each range of `b` must lie in one of `a`. */
  const covers = (a: Intervals<T>, b: Intervals<T>): boolean => {
    if (a === b || a === all) return true;
    for (let i = 0, j = 0; j < b.length; j += 2) {
      while (i < a.length && at(a, i + 1) < at(b, j)) i += 2;
      if (i >= a.length || at(a, i) > at(b, j) || at(a, i + 1) < at(b, j + 1)) return false;
    }
    return true;
  };

  const has = (a: Intervals<T>, value: T): boolean => {
    let low = 0;
    let high = a.length / 2 - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (value < at(a, middle * 2)) high = middle - 1;
      else if (value > at(a, middle * 2 + 1)) low = middle + 1;
      else return true;
    }
    return false;
  };

  return { empty, all, of, union, intersect, complement, subtract, has, covers, pairs };
}
