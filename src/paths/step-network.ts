import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import { longList } from '../model/long-list.ts';
import { type EdgeKind, edgeKindNames, edgeKindSpec, isStep, nodeKindNames, nodeKindSpec } from '../model/vocabulary.ts';
import { type EndStep, type StepRows, withEndSteps } from './end-steps.ts';

/** What of a graph the steps are read from. */
export type StepSource = Pick<Graph, 'nodeCount' | 'edgeCount' | 'outOffsets' | 'targets' | 'edgeKinds' | 'kinds'>;

export interface StepFilter {
  /** Nodes that no path may touch. */
  readonly avoid?: ReadonlySet<NodeIndex>;
  readonly excludeKinds?: ReadonlySet<EdgeKind>;
  /** Steps between two real nodes that do not exist, whatever proves them. */
  readonly cut?: readonly (readonly [NodeIndex, NodeIndex])[];
}

/**
 * The steps of a graph as a simple weighted digraph in compressed rows, both directions: structure is gone, of parallel steps the likeliest stays.
 * INVARIANT: `targets` is sorted within a row.
 */
export interface StepNetwork extends StepRows {
  readonly inOffsets: Uint32Array;
  readonly inSources: Uint32Array;
  readonly inCosts: Float64Array;
}

const virtualKinds = nodeKindNames.map((kind) => nodeKindSpec(kind).virtual === true);
const stepCode = edgeKindNames.map((kind) => isStep(kind));
const controlCode = edgeKindNames.map((kind) => edgeKindSpec(kind).controls === true);

/** Builds the step network. `costs` is the price of every graph edge (`edgeCosts`), in nats; lower is likelier. */
export function stepNetwork(graph: StepSource, costs: Float64Array, filter: StepFilter = {}): StepNetwork {
  const n = graph.nodeCount;
  const excluded = edgeKindNames.map((kind) => filter.excludeKinds?.has(kind) === true);
  const avoid = new Uint8Array(n);
  const virtual = new Uint8Array(n);
  for (let node = 0; node < n; node++) if (virtualKinds[graph.kinds[node] ?? 0] === true) virtual[node] = 1;
  for (const node of filter.avoid ?? []) avoid[node] = 1;
  const offsets = longList(Uint32Array, n + 1);
  let steps = 0;
  for (let e = 0; e < graph.edgeCount; e++) if (stepCode[graph.edgeKinds[e] ?? 0] === true) steps++;
  const targets = longList(Uint32Array, steps);
  const edges = longList(Uint32Array, steps);
  const kept = longList(Float64Array, steps);
  const ends: EndStep[] = [];
  let count = 0;
  for (let node = 0; node < n; node++) {
    offsets[node] = count;
    const rowStart = count;
    if (avoid[node] === 0) {
      for (let e = graph.outOffsets[node] ?? 0; e < (graph.outOffsets[node + 1] ?? 0); e++) {
        const kind = graph.edgeKinds[e] ?? 0;
        const target = graph.targets[e] ?? 0;
        if (stepCode[kind] !== true || excluded[kind] === true || avoid[target] === 1 || target === node) continue;
        const cost = costs[e] ?? Number.POSITIVE_INFINITY;
        const last = count - 1;
        if (controlCode[kind] !== true && virtual[target] === 0) {
          ends.push({ from: node, target, cost, edge: e });
          continue;
        }
        // Rows of the graph are sorted by target, so parallel edges are neighbours.
        if (last >= rowStart && targets[last] === target) {
          if (cost < (kept[last] ?? 0)) {
            kept[last] = cost;
            edges[last] = e;
          }
          continue;
        }
        targets[count] = target;
        kept[count] = cost;
        edges[count] = e;
        count++;
      }
    }
  }
  offsets[n] = count;
  const rows = withEndSteps(
    {
      size: n,
      offsets,
      targets: targets.subarray(0, count),
      costs: kept.subarray(0, count),
      edges: edges.subarray(0, count),
      virtual,
      endOf: new Map(),
    },
    ends,
  );
  const cut = filter.cut?.flatMap(([from, to]) => [to, rows.endOf.get(to) ?? to].map((end) => [from, end] as const)) ?? [];
  return bothWays(cut.length === 0 ? rows : withoutSteps(rows, cut));
}

/** The network with its rows the other way round. */
function bothWays(rows: StepRows): StepNetwork {
  const { size: n, offsets, targets, costs, edges, virtual, endOf } = rows;
  const count = targets.length;
  const inOffsets = longList(Uint32Array, n + 1);
  for (let arc = 0; arc < count; arc++) {
    const at = (targets[arc] ?? 0) + 1;
    inOffsets[at] = (inOffsets[at] ?? 0) + 1;
  }
  for (let node = 0; node < n; node++) inOffsets[node + 1] = (inOffsets[node + 1] ?? 0) + (inOffsets[node] ?? 0);
  const next = inOffsets.slice();
  const inSources = longList(Uint32Array, count);
  const inCosts = longList(Float64Array, count);
  for (let node = 0; node < n; node++) {
    for (let arc = offsets[node] ?? 0; arc < (offsets[node + 1] ?? 0); arc++) {
      const target = targets[arc] ?? 0;
      const position = next[target] ?? 0;
      next[target] = position + 1;
      inSources[position] = node;
      inCosts[position] = costs[arc] ?? 0;
    }
  }
  return { size: n, offsets, targets: fitted(targets), costs: fitted(costs), edges: fitted(edges), inOffsets, inSources, inCosts, virtual, endOf };
}

/** A list that does not hold on to much more memory than it needs. Copied only then: on a large estate every copy brings the next collection of garbage nearer. */
function fitted<T extends Uint32Array | Float64Array>(list: T): T {
  return list.byteLength >= 0.8 * list.buffer.byteLength ? list : (list.slice() as T);
}

/** Takes single steps out. A step over a hub is shared with others, so its source gets a hub of its own that leads everywhere but there. */
function withoutSteps(rows: StepRows, cuts: readonly (readonly [NodeIndex, NodeIndex])[]): StepRows {
  const gone = new Map<NodeIndex, Set<NodeIndex>>();
  for (const [from, to] of cuts) gone.set(from, (gone.get(from) ?? new Set()).add(to));
  interface Arc {
    readonly target: number;
    readonly cost: number;
    readonly edge: number;
  }
  const row = (node: NodeIndex): Arc[] => {
    const arcs: Arc[] = [];
    for (let arc = rows.offsets[node] ?? 0; arc < (rows.offsets[node + 1] ?? 0); arc++)
      arcs.push({ target: rows.targets[arc] ?? 0, cost: rows.costs[arc] ?? 0, edge: rows.edges[arc] ?? 0 });
    return arcs;
  };
  const own: Arc[][] = [];
  const changed = new Map<NodeIndex, readonly Arc[]>();
  for (const [from, targets] of gone) {
    const arcs = row(from).flatMap((arc): Arc[] => {
      if (rows.virtual[arc.target] === 0) return targets.has(arc.target) ? [] : [arc];
      const behind = row(arc.target);
      const left = behind.filter((each) => !targets.has(each.target));
      if (left.length === behind.length) return [arc];
      return [{ ...arc, target: rows.size + own.push(left) - 1 }];
    });
    changed.set(
      from,
      arcs.sort((a, b) => a.target - b.target),
    );
  }
  const size = rows.size + own.length;
  const all: Arc[][] = [];
  const offsets = new Uint32Array(size + 1);
  let count = 0;
  for (let node = 0; node < size; node++) {
    offsets[node] = count;
    const arcs = node >= rows.size ? (own[node - rows.size] ?? []) : changed.get(node);
    if (arcs !== undefined) all[node] = [...arcs];
    count += arcs === undefined ? (rows.offsets[node + 1] ?? 0) - (rows.offsets[node] ?? 0) : arcs.length;
  }
  offsets[size] = count;
  const [targets, costs, edges] = [new Uint32Array(count), new Float64Array(count), new Uint32Array(count)];
  for (let node = 0; node < size; node++) {
    const start = offsets[node] ?? 0;
    const arcs = all[node];
    if (arcs === undefined) {
      const [first, last] = [rows.offsets[node] ?? 0, rows.offsets[node + 1] ?? 0];
      targets.set(rows.targets.subarray(first, last), start);
      costs.set(rows.costs.subarray(first, last), start);
      edges.set(rows.edges.subarray(first, last), start);
      continue;
    }
    for (const [index, arc] of arcs.entries()) {
      targets[start + index] = arc.target;
      costs[start + index] = arc.cost;
      edges[start + index] = arc.edge;
    }
  }
  const virtual = new Uint8Array(size).fill(1);
  virtual.set(rows.virtual);
  return { size, offsets, targets, costs, edges, virtual, endOf: rows.endOf };
}

/** The arc between two nodes, or -1: binary search in the row. */
export function arcBetween(network: StepNetwork, from: NodeIndex, to: NodeIndex): number {
  let low = network.offsets[from] ?? 0;
  let high = (network.offsets[from + 1] ?? 0) - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const target = network.targets[middle] ?? 0;
    if (target === to) return middle;
    if (target < to) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The cheapest way from one real node to another in one step: directly (`via` -1) or through one hub. The cost is infinite if there is none. */
export function bestStep(network: StepNetwork, from: NodeIndex, to: NodeIndex): { readonly cost: number; readonly via: number } {
  const direct = arcBetween(network, from, to);
  let best = direct < 0 ? Number.POSITIVE_INFINITY : (network.costs[direct] ?? 0);
  let via = -1;
  const { offsets, targets, costs, inOffsets, inSources, inCosts, virtual } = network;
  const [first, last] = [offsets[from] ?? 0, offsets[from + 1] ?? 0];
  const [inFirst, inLast] = [inOffsets[to] ?? 0, inOffsets[to + 1] ?? 0];
  // From the end that has fewer steps, hubs in ascending order either way: the internet leads to all that is exposed, and most of it is entered by few.
  const forward = last - first <= inLast - inFirst;
  for (let at = forward ? first : inFirst; at < (forward ? last : inLast); at++) {
    const hub = (forward ? targets[at] : inSources[at]) ?? 0;
    const half = (forward ? costs[at] : inCosts[at]) ?? 0;
    if (virtual[hub] === 0 || half >= best) continue;
    const other = forward ? arcBetween(network, hub, to) : arcBetween(network, from, hub);
    const cost = other < 0 ? Number.POSITIVE_INFINITY : half + (costs[other] ?? 0);
    if (cost < best) [best, via] = [cost, hub];
  }
  return { cost: best, via };
}

/** Graph edges of one step between real nodes: `[edge]`, or `[into the hub, out of the hub]`. */
export function stepEdges(network: StepNetwork, from: NodeIndex, via: number, to: NodeIndex): readonly EdgeIndex[] {
  const arcs = via < 0 ? [arcBetween(network, from, to)] : [arcBetween(network, from, via), arcBetween(network, via, to)];
  return arcs.map((arc) => {
    if (arc < 0) throw new Error(`no step from node ${from} to ${to}`);
    return network.edges[arc] ?? 0;
  });
}

/** Cost of one step between real nodes, over a given hub or directly (-1); infinite if there is none. */
export function hopCost(network: StepNetwork, from: NodeIndex, hub: number, to: NodeIndex): number {
  const cost = (a: number, b: number): number => {
    const arc = arcBetween(network, a, b);
    return arc < 0 ? Number.POSITIVE_INFINITY : (network.costs[arc] ?? Number.POSITIVE_INFINITY);
  };
  return hub < 0 ? cost(from, to) : cost(from, hub) + cost(hub, to);
}
