import type { EdgeIndex, NodeIndex } from '../graph/types.ts';
import { edgeKindSpec } from '../model/vocabulary.ts';
import type { MapSteps } from './node-classes.ts';
import type { DiagramEdge } from './view-model.ts';

/** Steps of one kind from members of one class to members of another, by their positions. */
export interface ClassArrow {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
  readonly verdict: DiagramEdge['verdict'];
  readonly labels: readonly string[];
  readonly count: number;
}

const certainty = ['proven', 'conditional', 'unknown'] as const;

/** All arrows among these classes, those inside a class too. A step over a hub is a step to what is behind it; that is looked up once a hub, as many members share it. */
export function classArrows(steps: MapSteps, classes: readonly (readonly NodeIndex[])[]): readonly ClassArrow[] {
  const { graph, draws, isHub } = steps;
  const classOf = new Map(classes.flatMap((members, index) => members.map((node) => [node, index] as const)));
  const hubs = new Map<NodeIndex, readonly (readonly [target: number, nodes: readonly NodeIndex[]])[]>();
  const behind = (hub: NodeIndex): readonly (readonly [number, readonly NodeIndex[]])[] => {
    let found = hubs.get(hub);
    if (found === undefined) {
      const sets = new Map<number, NodeIndex[]>();
      for (const edge of graph.out(hub)) {
        const node = graph.targets[edge] ?? 0;
        const target = draws(edge) ? classOf.get(node) : undefined;
        if (target !== undefined) sets.set(target, [...(sets.get(target) ?? []), node].slice(0, 2));
      }
      found = [...sets];
      hubs.set(hub, found);
    }
    return found;
  };
  const arrows = new Map<string, { from: number; to: number; edge: EdgeIndex; verdict: number; labels: Set<string>; count: number }>();
  const add = (from: number, to: number, edge: EdgeIndex): void => {
    const { kind, label, ports, verdict } = graph.step(edge);
    const words = ports === '' ? label || edgeKindSpec(kind).label : ports;
    const key = `${from} ${to} ${kind}`;
    const known = arrows.get(key);
    if (known === undefined) arrows.set(key, { from, to, edge, verdict: certainty.indexOf(verdict), labels: new Set([words]), count: 1 });
    else {
      known.count++;
      known.labels.add(words);
      known.verdict = Math.min(known.verdict, certainty.indexOf(verdict));
    }
  };
  for (const [from, members] of classes.entries()) {
    for (const member of members) {
      for (const edge of graph.out(member)) {
        if (!draws(edge)) continue;
        const node = graph.targets[edge] ?? 0;
        if (!isHub(node)) {
          const to = classOf.get(node);
          if (to !== undefined) add(from, to, edge);
        } else {
          // Nobody steps to himself over a hub.
          for (const [to, nodes] of behind(node)) if (nodes.some((each) => each !== member)) add(from, to, edge);
        }
      }
    }
  }
  return [...arrows.values()].map(({ from, to, edge, verdict, labels, count }) => ({
    from,
    to,
    kind: graph.edgeKind(edge),
    verdict: certainty[verdict] ?? 'unknown',
    labels: [...labels].sort(),
    count,
  }));
}

/** Some words of an arrow, and how many others there are. */
export const arrowWords = (labels: readonly string[]): string => `${labels[0] ?? ''}${labels.length > 1 ? ` and ${labels.length - 1} more` : ''}`;
