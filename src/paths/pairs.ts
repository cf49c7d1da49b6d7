import type { NodeIndex } from '../graph/types.ts';
import { Guide } from './guide.ts';
import { atEnds, bestPaths } from './search.ts';
import { type FoundPath, SearchScratch } from './spur.ts';
import type { StepNetwork } from './step-network.ts';

export interface Pair {
  readonly from: NodeIndex;
  readonly to: NodeIndex;
}

/** Of the starts of the pairs with one target, how many its guide reaches at first. Measured on 10^5 and 10^6 edges: less than a twentieth is too little. */
const share = 0.1;

/** The `count` likeliest paths of each pair, in the order of the pairs: one reverse tree for each target, shared by all pairs that end there. */
export function bestOfPairs(network: StepNetwork, pairs: readonly Pair[], count: number): readonly (readonly FoundPath[])[] {
  const byTarget = new Map<NodeIndex, number[]>();
  for (const [index, { to }] of pairs.entries()) {
    const known = byTarget.get(to);
    if (known === undefined) byTarget.set(to, [index]);
    else known.push(index);
  }
  const found: FoundPath[][] = pairs.map(() => []);
  const scratch = new SearchScratch(network);
  for (const [to, indices] of byTarget) {
    const targets = [{ node: to, cost: 0 }];
    const sources = indices.map((index) => ({ node: pairs[index]?.from ?? 0, cost: 0 }));
    const ends = atEnds({ network, sources, targets });
    const guide = new Guide(network, ends.targets, ends.closed, ends.sources, { share });
    for (const [position, index] of indices.entries()) {
      const paths = found[index] ?? [];
      for (const path of bestPaths({ network, sources: sources.slice(position, position + 1), targets, guide, scratch })) {
        if (paths.push(path) >= count) break;
      }
    }
  }
  return found;
}
