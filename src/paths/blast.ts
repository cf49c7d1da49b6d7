import type { Graph } from '../graph/graph.ts';
import type { NodeIndex } from '../graph/types.ts';
import { nodeKindSpec } from '../model/vocabulary.ts';
import { endNode } from './end-steps.ts';
import { MinHeap } from './heap.ts';
import type { Ranker } from './ranking.ts';

/** A node that is reached, or that reaches, with its likeliest way. */
export interface Reached {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly account: string;
  /** Of the likeliest way, 0–1, without the likelihood of an entry. */
  readonly likelihood: number;
  /** Steps of that way. */
  readonly hops: number;
  /** Business value, 0–100, of what is a target. */
  readonly value?: number;
  /** Likelihood x value; for a way in: the likelihood of entry and way together x 100. */
  readonly risk?: number;
}

export interface Blast {
  readonly node: string;
  /** `reaches`: what an attacker in control of the node comes to. `reached-by`: from where one comes to it. */
  readonly direction: 'reaches' | 'reached-by';
  /** Riskiest first, then likeliest; all of them. */
  readonly nodes: readonly Reached[];
}

/** Everything that is reached from a node, or that reaches it, each by its likeliest way: one search over the whole estate, linear in its steps. */
export function blast(ranker: Ranker, node: NodeIndex, direction: Blast['direction']): Blast {
  const { graph } = ranker;
  const { distance, hops } = explore(ranker, node, direction);
  const value = new Map(ranker.jewels.map((jewel) => [jewel.node, jewel.value]));
  const entry = new Map(ranker.entries.map((each) => [each.node, Math.exp(-each.cost)]));
  const nodes: Reached[] = [];
  for (let other = 0; other < graph.nodeCount; other++) {
    const cost = distance[other] ?? Number.POSITIVE_INFINITY;
    if (other === node || cost === Number.POSITIVE_INFINITY || nodeKindSpec(graph.kind(other)).virtual === true) continue;
    nodes.push(
      describe(
        graph,
        other,
        Math.exp(-cost),
        hops[other] ?? 0,
        direction === 'reaches' ? value.get(other) : undefined,
        direction === 'reaches' ? undefined : entry.get(other),
      ),
    );
  }
  nodes.sort((a, b) => (b.risk ?? -1) - (a.risk ?? -1) || b.likelihood - a.likelihood || (a.id < b.id ? -1 : 1));
  return { node: graph.id(node), direction, nodes };
}

function describe(graph: Graph, node: NodeIndex, likelihood: number, hops: number, value: number | undefined, entry: number | undefined): Reached {
  const { id, kind, name, account } = graph.node(node);
  const rounded = (number: number, digits: number): number => Number(number.toFixed(digits));
  return {
    id,
    kind,
    name,
    account,
    likelihood: rounded(likelihood, 6),
    hops,
    ...(value === undefined ? {} : { value: rounded(value, 2), risk: rounded(likelihood * value, 2) }),
    ...(entry === undefined ? {} : { risk: rounded(likelihood * entry * 100, 2) }),
  };
}

/** Dijkstra from one node over the steps or against them; steps through a hub count once. */
function explore({ network }: Ranker, start: NodeIndex, direction: Blast['direction']): { readonly distance: Float64Array; readonly hops: Uint32Array } {
  const forward = direction === 'reaches';
  const [offsets, ends, costs] = forward ? [network.offsets, network.targets, network.costs] : [network.inOffsets, network.inSources, network.inCosts];
  const distance = new Float64Array(network.size).fill(Number.POSITIVE_INFINITY);
  const hops = new Uint32Array(network.size);
  const heap = new MinHeap();
  for (const node of new Set(forward ? [start] : [start, endNode(network, start)])) {
    distance[node] = 0;
    heap.push(0, node);
  }
  while (heap.size > 0) {
    const key = heap.least;
    const node = heap.pop();
    if (key > (distance[node] ?? 0)) continue;
    for (let arc = offsets[node] ?? 0; arc < (offsets[node + 1] ?? 0); arc++) {
      const other = ends[arc] ?? 0;
      const next = key + (costs[arc] ?? 0);
      const far = (hops[node] ?? 0) + (network.virtual[other] === 1 ? 0 : 1);
      if (next > (distance[other] ?? 0) || (next === distance[other] && far >= (hops[other] ?? 0))) continue;
      distance[other] = next;
      hops[other] = far;
      heap.push(next, other);
    }
  }
  if (forward)
    for (const [node, end] of network.endOf) {
      if ((distance[end] ?? 0) >= (distance[node] ?? 0)) continue;
      distance[node] = distance[end] ?? 0;
      hops[node] = hops[end] ?? 0;
    }
  return { distance, hops };
}
