import type { NodeIndex } from '../graph/types.ts';
import { endNode } from './end-steps.ts';
import type { StepNetwork } from './step-network.ts';

/**
 * Fewest steps from one node to another, at most `limit`; `undefined` beyond. A class that nodes share is no step of its own. Breadth first over the whole network: the same question
 * that a store answers in Cypher, without likelihoods.
 */
export function fewestSteps(network: StepNetwork, from: NodeIndex, to: NodeIndex, limit: number): number | undefined {
  if (from === to) return 0;
  const seen = new Uint8Array(network.size);
  seen[from] = 1;
  let frontier: NodeIndex[] = [from];
  for (let steps = 1; steps <= limit && frontier.length > 0; steps++) {
    const next: NodeIndex[] = [];
    const visit = (node: NodeIndex, throughHub: boolean): void => {
      for (let arc = network.offsets[node] ?? 0; arc < (network.offsets[node + 1] ?? 0); arc++) {
        const target = network.targets[arc] ?? 0;
        if (seen[target] === 1) continue;
        if (network.virtual[target] === 1) {
          if (throughHub) continue;
          seen[target] = 1;
          visit(target, true);
          continue;
        }
        seen[target] = 1;
        next.push(target);
      }
    };
    for (const node of frontier) visit(node, false);
    if ((seen[to] === 1 && network.virtual[to] !== 1) || seen[endNode(network, to)] === 1) return steps;
    frontier = next;
  }
  return undefined;
}
