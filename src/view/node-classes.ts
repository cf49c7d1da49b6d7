import type { Graph } from '../graph/graph.ts';
import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import { edgeKindNames, edgeKindSpec, nodeKindSpec, type StepFamily } from '../model/vocabulary.ts';
import type { Grain } from './view-model.ts';

/** The steps that a map draws, and what it must know of their ends. */
export interface MapSteps {
  readonly graph: Graph;
  draws(edge: EdgeIndex): boolean;
  /** Stands for the nodes behind it. */
  isHub(node: NodeIndex): boolean;
  /** Every phished user is a start of its own; on a map they are one. */
  isEntry(node: NodeIndex): boolean;
}

export function mapSteps(graph: Graph, families: ReadonlySet<StepFamily>): MapSteps {
  const drawn = edgeKindNames.map((kind) => {
    const { role, draws } = edgeKindSpec(kind);
    return role === 'step' && draws !== undefined && families.has(draws);
  });
  return {
    graph,
    draws: (edge) => drawn[graph.edgeKinds[edge] ?? 0] === true,
    isHub: (node) => nodeKindSpec(graph.kind(node)).virtual === true,
    isEntry: (node) => nodeKindSpec(graph.kind(node)).entry === true,
  };
}

/** From the finest on: the first one that makes few enough classes is drawn. */
export const grains: readonly Grain[] = [
  { steps: 'same', within: 'subnet' },
  { steps: 'alike', within: 'subnet' },
  { steps: 'alike', within: 'network' },
  { steps: 'alike', within: 'account' },
  { steps: 'starts', within: 'network' },
  { steps: 'starts', within: 'account' },
];

const depths = { account: 1, network: 2, subnet: Number.POSITIVE_INFINITY } as const;

/** Nodes that the steps touch, by class; starts of one kind are one class. Linear in the steps, those behind hubs counted once a hub. */
export function nodeClasses(steps: MapSteps, placeOf: (node: NodeIndex) => readonly string[], grain: Grain): readonly (readonly NodeIndex[])[] {
  const { graph, isEntry, isHub } = steps;
  const placed = (node: NodeIndex): string => {
    const chain = placeOf(node);
    return chain.slice(0, depths[grain.within] + (chain[0]?.startsWith('cloud:') === true ? 1 : 0)).join('\n');
  };
  const sort = (node: NodeIndex): string => (isEntry(node) ? graph.kind(node) : `${graph.kind(node)} ${placed(node)}`);
  const behind = { '>': hubSorts(steps, sort, '>'), '<': hubSorts(steps, sort, '<') };
  const ports = portsOf(graph);
  /** What a step at a node says about the node's class. */
  const tells = (direction: '<' | '>', other: NodeIndex, edge: EdgeIndex): string => {
    const kind = graph.edgeKinds[edge];
    if (grain.steps === 'same') return `${direction}${isEntry(other) ? graph.kind(other) : other} ${kind}.${graph.payloadOf(edge)}`;
    if (grain.steps === 'starts') return isEntry(other) ? `${direction}${graph.kind(other)}` : '';
    return `${direction}${isHub(other) ? behind[direction](other) : sort(other)} ${kind}.${ports(edge)}`;
  };
  const signature: Set<string>[] = Array.from({ length: graph.nodeCount }, () => new Set());
  const touched = new Set<NodeIndex>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    if (!steps.draws(edge)) continue;
    const [from, to] = [graph.sources[edge] ?? 0, graph.targets[edge] ?? 0];
    if (!isHub(from)) touched.add(from);
    if (!isHub(to)) touched.add(to);
    signature[from]?.add(tells('>', to, edge));
    signature[to]?.add(tells('<', from, edge));
  }
  const classes = new Map<string, NodeIndex[]>();
  for (const node of [...touched].sort((a, b) => a - b)) {
    const key = isEntry(node) ? graph.kind(node) : [graph.kind(node), placed(node), ...[...(signature[node] ?? [])].sort()].join('\n');
    const list = classes.get(key);
    if (list === undefined) classes.set(key, [node]);
    else list.push(node);
  }
  return [...classes.values()];
}

/** The sorts of nodes that a hub leads to, or that lead to it, worked out once a hub. */
function hubSorts({ graph, draws }: MapSteps, sort: (node: NodeIndex) => string, direction: '<' | '>'): (hub: NodeIndex) => string {
  const known = new Map<NodeIndex, string>();
  return (hub) => {
    let found = known.get(hub);
    if (found === undefined) {
      const ends =
        direction === '>'
          ? [...graph.out(hub)].filter(draws).map((edge) => graph.targets[edge] ?? 0)
          : [...graph.in(hub)].filter(draws).map((edge) => graph.sources[edge] ?? 0);
      found = [...new Set(ends.map(sort))].sort().join('|');
      known.set(hub, found);
    }
    return found;
  };
}

/** Ports of a step; many steps share what they say. */
function portsOf(graph: Graph): (edge: EdgeIndex) => string {
  const known = new Map<number, string>();
  return (edge) => {
    const payload = graph.payloadOf(edge);
    let found = known.get(payload);
    if (found === undefined) {
      found = graph.step(edge).ports;
      known.set(payload, found);
    }
    return found;
  };
}
