import { better, both, certain, type Fact } from './facts.ts';

/** The fact with the fewest strings attached among those of some ids. */
export function bestOf(ids: readonly string[], facts: ReadonlyMap<string, Fact>): Fact {
  let best: Fact | undefined;
  for (const id of ids) {
    const fact = facts.get(id) ?? certain;
    if (best === undefined || better(fact, best)) best = fact;
  }
  return best ?? certain;
}

/** Those in both, with both facts. */
export function meet(a: ReadonlyMap<string, Fact> | undefined, b: ReadonlyMap<string, Fact>): ReadonlyMap<string, Fact> {
  if (a === undefined) return b;
  const met = new Map<string, Fact>();
  for (const [who, fact] of a) {
    const other = b.get(who);
    if (other !== undefined) met.set(who, both(fact, other));
  }
  return met;
}

/** Entries by key; most maps are in order already. */
export function inOrder(map: ReadonlyMap<string, Fact>): Iterable<readonly [string, Fact]> {
  let last = '';
  for (const key of map.keys()) {
    if (key < last) return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    last = key;
  }
  return map;
}

/** Whether an ascending list holds a number. */
export function includes(members: Uint32Array, wanted: number): boolean {
  let [low, high] = [0, members.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const value = members[middle] ?? 0;
    if (value === wanted) return true;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
