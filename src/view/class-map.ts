import type { Graph } from '../graph/graph.ts';
import type { NodeIndex } from '../graph/types.ts';
import { edgeKindNames, edgeKindSpec, nodeKindSpec, type StepFamily } from '../model/vocabulary.ts';
import { laneLayout } from './lanes.ts';
import { shared } from './story-diagram.ts';
import type { ClassMap, DiagramEdge } from './view-model.ts';

/** More cards than this are no picture any more; cloudmapper's author stopped at 500. */
const limit = 150;
/** With more arrows than this nobody follows one. */
const arrowLimit = 600;
const gap = 84;
/** A class that lies on no route from a start to something of worth weighs less. */
const negligible = 1e-11;
/** So many members of a class are named; the rest is a number. */
const named = 24;

interface NodeClass {
  readonly members: NodeIndex[];
  readonly weight: number;
}

interface ClassEdge {
  readonly from: number;
  readonly to: number;
  readonly edge: number;
  count: number;
}

/**
 * Who can step to whom, by class: nodes of one kind and place that have the very same steps of the given families are one card, whether they are ten or ten thousand. Starts of one kind
 * are one card. What lies on no route from a start to something of worth is counted and left out.
 * @param weight how much a node matters; the heaviest classes are drawn
 */
export function classMap(graph: Graph, families: ReadonlySet<StepFamily>, placeOf: (node: NodeIndex) => readonly string[], weight: Float64Array): ClassMap {
  const drawn = edgeKindNames.map((kind) => {
    const { role, draws } = edgeKindSpec(kind);
    return role === 'step' && draws !== undefined && families.has(draws);
  });
  const hub = Uint8Array.from({ length: graph.nodeCount }, (_, node) => (nodeKindSpec(graph.kind(node)).virtual === true ? 1 : 0));
  // Every phished user is a start of its own; on a map they are one.
  const isEntry = (node: NodeIndex): boolean => nodeKindSpec(graph.kind(node)).entry === true;
  const signature: string[][] = Array.from({ length: graph.nodeCount }, () => []);
  const touched = new Set<NodeIndex>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    if (drawn[graph.edgeKinds[edge] ?? 0] !== true) continue;
    const [from, to] = [graph.sources[edge] ?? 0, graph.targets[edge] ?? 0];
    if (hub[from] === 0) touched.add(from);
    if (hub[to] === 0) touched.add(to);
    const what = `${graph.edgeKinds[edge]}.${graph.payloadOf(edge)}`;
    signature[from]?.push(`>${isEntry(to) ? graph.kind(to) : to} ${what}`);
    signature[to]?.push(`<${isEntry(from) ? graph.kind(from) : from} ${what}`);
  }
  const byKey = new Map<string, NodeIndex[]>();
  for (const node of [...touched].sort((a, b) => a - b)) {
    const key = isEntry(node) ? graph.kind(node) : [graph.kind(node), ...placeOf(node), ...(signature[node] ?? []).sort()].join('\n');
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [node]);
    else list.push(node);
  }
  const classes = [...byKey.values()].map((members): NodeClass => ({ members, weight: Math.max(...members.map((node) => weight[node] ?? 0)) }));
  const onRoutes = classes.filter((each) => each.weight > negligible);
  const ranked = (onRoutes.length > 1 ? onRoutes : [...classes]).sort((a, b) => b.weight - a.weight || (a.members[0] ?? 0) - (b.members[0] ?? 0));
  let kept = ranked.slice(0, limit);
  let edges = edgesAmong(graph, kept, drawn, hub);
  while (edges.length > arrowLimit && kept.length > 2) {
    kept = kept.slice(0, Math.floor(kept.length * 0.8));
    edges = edgesAmong(graph, kept, drawn, hub);
  }
  const columns = tiers(kept.length, edges, (index) => nodeKindSpec(graph.kind(kept[index]?.members[0] ?? 0)).entry === true);
  const layout = laneLayout(
    kept.map(({ members }, index) => ({ key: String(index), column: columns[index] ?? 0, groups: shared(members.map(placeOf)) })),
    gap,
    'card',
  );
  return {
    diagram: {
      ...layout,
      nodes: layout.nodes.map((node) => {
        const members = kept[Number(node.key)]?.members ?? [];
        return {
          ...node,
          members: members.slice(0, named).map((member) => graph.id(member)),
          size: members.length,
          mark: columns[Number(node.key)] === 0 ? 'start' : '',
        };
      }),
      edges: edges.map((each) => drawnEdge(graph, each)),
    },
    omitted: {
      classes: classes.length - kept.length,
      nodes: touched.size - kept.reduce((sum, each) => sum + each.members.length, 0),
    },
  };
}

/** Arrows between these classes. All members of a class have the same steps, so one of them speaks for all; starts are asked one by one. Steps over a hub are steps to what is behind it. */
function edgesAmong(graph: Graph, classes: readonly NodeClass[], drawn: readonly boolean[], hub: Uint8Array): ClassEdge[] {
  const classOf = new Map(classes.flatMap((each, index) => each.members.map((node) => [node, index] as const)));
  const found = new Map<string, ClassEdge>();
  const add = (from: number, to: NodeIndex, edge: number): void => {
    const target = classOf.get(to);
    if (target === undefined || target === from) return;
    const key = `${from} ${target} ${graph.edgeKinds[edge]}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { from, to: target, edge, count: 1 });
    else known.count++;
  };
  for (const [index, { members }] of classes.entries()) {
    const entry = nodeKindSpec(graph.kind(members[0] ?? 0)).entry === true;
    for (const edge of (entry ? members : members.slice(0, 1)).flatMap((member) => [...graph.out(member)])) {
      if (drawn[graph.edgeKinds[edge] ?? 0] !== true) continue;
      const to = graph.targets[edge] ?? 0;
      if (hub[to] === 0) add(index, to, edge);
      else for (const second of graph.out(to)) if (drawn[graph.edgeKinds[second] ?? 0] === true) add(index, graph.targets[second] ?? 0, edge);
    }
  }
  return [...found.values()];
}

function drawnEdge(graph: Graph, { from, to, edge, count }: ClassEdge): DiagramEdge {
  const step = graph.step(edge);
  const label = step.ports === '' ? step.label || edgeKindSpec(step.kind).label : step.ports;
  return { from: String(from), to: String(to), kind: step.kind, label, verdict: step.verdict, count };
}

/** Column of every class: how few steps it is from an entry; what no entry reaches starts in the second column. */
function tiers(count: number, edges: readonly ClassEdge[], isEntry: (index: number) => boolean): number[] {
  const column = new Array<number>(count).fill(-1);
  const next: number[][] = Array.from({ length: count }, () => []);
  const entered = new Uint8Array(count);
  for (const { from, to } of edges) {
    next[from]?.push(to);
    entered[to] = 1;
  }
  const spread = (starts: readonly number[], at: number): void => {
    const queue = [...starts];
    for (const each of queue) column[each] = at;
    for (const each of queue) {
      for (const to of next[each] ?? []) {
        if (column[to] !== -1) continue;
        column[to] = (column[each] ?? 0) + 1;
        queue.push(to);
      }
    }
  };
  const all = Array.from({ length: count }, (_, index) => index);
  spread(all.filter(isEntry), 0);
  spread(
    all.filter((index) => column[index] === -1 && entered[index] === 0),
    1,
  );
  for (const index of all) if (column[index] === -1) spread([index], 1);
  return column;
}
