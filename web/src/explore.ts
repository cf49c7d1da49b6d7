import { type LaneNode, laneLayout } from '../../src/view/lanes.ts';
import type { Diagram, DiagramEdge } from '../../src/view/view-model.ts';
import type { Estate, Neighbour } from './estate.ts';

/** So many neighbours of one sort are drawn by themselves; more are one card. */
const single = 3;
/** So many cards can still be told apart. */
export const mostCards = 200;

/**
 * The neighbourhood of the pinned nodes: who comes to them on the left, where they lead on the right. Laid out here, as nobody knows beforehand where a reader goes; the layout is the same
 * as the one that the command line uses, and takes milliseconds.
 */
export function exploration(estate: Estate, pins: readonly string[]): Diagram {
  const columns = new Map<string, number>();
  const members = new Map<string, string[]>();
  const edges = new Map<string, DiagramEdge>();
  const pinned = new Set(pins);
  const place = (key: string, ids: readonly string[], column: number): void => {
    if (columns.has(key) || columns.size >= mostCards) return;
    columns.set(key, column);
    members.set(key, [...ids]);
  };
  const join = (from: string, to: string, { step }: Neighbour, count: number): void => {
    if (!columns.has(from) || !columns.has(to)) return;
    const key = `${from}\n${to}\n${step.kind}`;
    if (!edges.has(key))
      edges.set(key, { from, to, kind: step.kind, label: step.ports === '' ? step.label : `${step.label} ${step.ports}`, verdict: step.verdict, count });
  };
  for (const [index, id] of pins.entries()) {
    if (!columns.has(id)) place(id, [id], index === 0 ? 0 : (lastColumn(columns) ?? 0) + 1);
    const node = estate.indexOf(id);
    if (node < 0) continue;
    const at = columns.get(id) ?? 0;
    for (const [side, all] of [
      [-1, estate.ins(node)],
      [1, estate.outs(node)],
    ] as const) {
      for (const group of sorts(estate, all)) {
        const known = group.filter((each) => pinned.has(estate.id(each.node)) || columns.has(estate.id(each.node)));
        const rest = group.filter((each) => !known.includes(each));
        const parts: (readonly Neighbour[])[] = [...known.map((each) => [each]), ...(rest.length <= single ? rest.map((each) => [each]) : [rest])];
        for (const part of parts) {
          const [first] = part;
          if (first === undefined) continue;
          const ids = part.map((each) => estate.id(each.node));
          const key = part.length === 1 ? (ids[0] ?? '') : `${id} ${side} ${first.step.label} ${estate.kind(first.node)} ${estate.account(first.node)}`;
          place(key, ids, at + side);
          if (side < 0) join(key, id, first, part.length);
          else join(id, key, first, part.length);
        }
      }
    }
  }
  const least = Math.min(0, ...columns.values());
  const governors = new Map(estate.data.governors);
  const lanes = [...columns].map(([key, column]): LaneNode => {
    const first = estate.indexOf(members.get(key)?.[0] ?? '');
    const governor = first < 0 ? undefined : governors.get(estate.account(first));
    return { key, column: column - least, groups: governor === undefined ? [] : [estate.id(governor)] };
  });
  const layout = laneLayout(lanes, 62, 'token');
  return {
    ...layout,
    nodes: layout.nodes.map((node) => {
      const ids = members.get(node.key) ?? [];
      return { ...node, members: ids.slice(0, 50), size: ids.length, mark: pins[0] === node.key ? 'start' : '' };
    }),
    edges: [...edges.values()],
  };
}

const lastColumn = (columns: ReadonlyMap<string, number>): number | undefined => (columns.size === 0 ? undefined : Math.max(...columns.values()));

/** Neighbours by what they are and how they are come to. */
function sorts(estate: Estate, all: readonly Neighbour[]): readonly (readonly Neighbour[])[] {
  const groups = new Map<string, Neighbour[]>();
  for (const each of all) {
    const key = `${each.step.kind} ${each.step.label} ${estate.kind(each.node)} ${estate.account(each.node)}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
}
