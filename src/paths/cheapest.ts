import type { NodeIndex } from '../graph/types.ts';
import type { Weighted } from './reverse-tree.ts';

const known = new WeakMap<readonly Weighted[], ReadonlyMap<NodeIndex, number>>();

/** What each node of a list costs at least, in the order of first mention. The searches of forty accounts start from the same thirty thousand entries: of one list it is worked out once. */
export function cheapest(ends: readonly Weighted[]): ReadonlyMap<NodeIndex, number> {
  const before = known.get(ends);
  if (before !== undefined) return before;
  const found = new Map<NodeIndex, number>();
  for (const { node, cost } of ends) found.set(node, Math.min(cost, found.get(node) ?? Number.POSITIVE_INFINITY));
  known.set(ends, found);
  return found;
}
