import type { NodeIndex } from '../graph/types.ts';
import { longList } from '../model/long-list.ts';
import { BucketQueue } from './bucket-queue.ts';
import { endNode } from './end-steps.ts';
import type { StepNetwork } from './step-network.ts';

export interface Weighted {
  readonly node: NodeIndex;
  /** Nats: `-ln` of a likelihood or of value / 100. */
  readonly cost: number;
}

/** How far every node is from the nearest target, and which way it lies. Shared by every search with these targets. */
export interface ReverseTree {
  /** Target cost included. Of nodes beyond the radius that was searched: the radius, which no way can beat, or infinite where dearer ways are not wanted. Consistent, so A* with it is exact. */
  readonly distance: Float64Array;
  /** The node after this one on its nearest way; `atTarget` where the way ends, `beyond` where it is not known or there is none. */
  readonly next: Int32Array;
}

export const atTarget = -1;
export const beyond = -2;

/** Sums of logarithms differ in the last bits by the order of addition; costs nearer than this are equal. */
export const epsilon = 1e-9;

const infinity = Number.POSITIVE_INFINITY;

/** Where a search may end before it has been everywhere. */
export interface Until {
  /** Who wants to know the way. */
  readonly nodes: readonly NodeIndex[];
  /** So many of them are enough. */
  readonly share: number;
  /** What costs more is not wanted. */
  readonly within?: number | undefined;
  /** What it costs at least to come to each node. A node is of no use where that and the way on are more than is wanted, or that nobody comes to. */
  readonly before?: Float64Array | undefined;
}

/** Distance of every node to the nearest target, target cost included: the answer to "how near is danger". */
export function distancesTo(network: StepNetwork, targets: readonly Weighted[], closed: readonly NodeIndex[] = []): Float64Array {
  const ends = targets.flatMap(({ node, cost }) => [node, endNode(network, node)].map((end) => ({ node: end, cost })));
  return reverseTree(network, ends, closed).distance;
}

/** Distance of every node from the nearest source, source cost included. */
export function distancesFrom(network: StepNetwork, sources: readonly Weighted[]): Float64Array {
  return reverseTree({ ...network, inOffsets: network.offsets, inSources: network.targets, inCosts: network.costs }, sources, []).distance;
}

/**
 * The shortest ways from everywhere to the targets, none over a closed node. With `until` the search ends as soon as that share of the nodes is reached: what lies farther off is of little use
 * to whoever starts there, and most of a large estate is not looked at. So it does where all that is left costs more than `within`; then nobody who is left can reach a target. With `before` it
 * does not go to nodes that no wanted way leads over. INVARIANT: the ways that are left are the same ones, also among equals.
 */
export function reverseTree(network: StepNetwork, targets: readonly Weighted[], closed: readonly NodeIndex[], until?: Until): ReverseTree {
  const { inOffsets, inSources, inCosts } = network;
  const distance = longList(Float64Array, network.size).fill(infinity);
  const next = longList(Int32Array, network.size).fill(beyond);
  // Nothing is nearer than a closed node, so the search never goes there.
  for (const node of closed) distance[node] = -infinity;
  const queue = new BucketQueue(network, targets);
  const { perCost } = queue;
  for (const { node, cost } of targets) {
    if (cost < (distance[node] ?? 0)) {
      distance[node] = cost;
      next[node] = atTarget;
      const place = queue.push(Math.floor(cost * perCost));
      queue.nodes[place] = node;
      queue.keys[place] = cost;
    }
  }
  let waiting = until?.nodes.filter((node) => distance[node] !== -infinity);
  const enough = (waiting?.length ?? 0) * (1 - (until?.share ?? 1));
  const within = until?.within ?? infinity;
  const { before } = until ?? {};
  // Finite: what is infinitely far from the sources is never wanted.
  const most = Math.min(within + epsilon, Number.MAX_VALUE);
  let radius = infinity;
  while (queue.size > 0) {
    // Nodes may come back into the bucket at a lower distance; when it is empty, its distances are final.
    for (let taken = queue.pop(); taken >= 0; taken = queue.pop()) {
      const node = queue.nodes[taken] ?? 0;
      const key = queue.keys[taken] ?? 0;
      if (key > (distance[node] ?? 0)) continue;
      const end = inOffsets[node + 1] ?? 0;
      for (let i = inOffsets[node] ?? 0; i < end; i++) {
        const source = inSources[i] ?? 0;
        const far = key + (inCosts[i] ?? 0);
        if (far < (distance[source] ?? 0) && (before === undefined || far <= most - (before[source] ?? infinity))) {
          distance[source] = far;
          next[source] = node;
          const place = queue.push(Math.floor(far * perCost));
          queue.nodes[place] = source;
          queue.keys[place] = far;
        }
      }
    }
    const final = queue.advance();
    waiting = waiting?.filter((node) => (distance[node] ?? 0) >= final);
    if ((waiting !== undefined && waiting.length <= enough) || final > within) {
      radius = final;
      break;
    }
  }
  // Whoever lies farther off than anything that is wanted is as good as cut off.
  if (radius !== infinity) bound(distance, next, radius, radius > within ? infinity : radius);
  for (const node of closed) distance[node] = infinity;
  return { distance, next };
}

function bound(distance: Float64Array, next: Int32Array, radius: number, farther: number): void {
  for (let node = 0; node < distance.length; node++) {
    if ((distance[node] ?? 0) < radius) continue;
    distance[node] = farther;
    next[node] = beyond;
  }
}
