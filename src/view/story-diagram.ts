import type { Assessment, ExposurePath, Story } from '../model/assessment.ts';
import { type LaneNode, laneLayout } from './lanes.ts';
import type { Diagram, DiagramEdge, DiagramNode, StoryDiagram } from './view-model.ts';

/** Between tokens; with the room beside the badges it is what the words on an arrow need. */
const gap = 62;
/** More instances than this cannot be read as cards of their own. */
const unfoldLimit = 60;

/** Nodes of a path from left to right. */
export const pathNodes = (path: ExposurePath): readonly string[] =>
  path.steps.length === 0 ? [path.target.id] : [path.entry.id, ...path.steps.map((step) => step.to)];

/** Draws every story: its paths have the same steps, so position by position their nodes are one card, or one card each. */
export function storyDiagrams(assessment: Assessment, placeOf: (id: string) => readonly string[]): readonly StoryDiagram[] {
  const byId = new Map(assessment.paths.paths.map((path) => [path.id, path]));
  return assessment.paths.stories.map((story): StoryDiagram => {
    const paths = membersOf(story, byId);
    const folded = draw(paths, placeOf, (position) => String(position));
    if (paths.length < 2) return { story: story.id, folded };
    const distinct = new Set(paths.flatMap((path) => pathNodes(path).map((id, position) => `${position} ${id}`)));
    return distinct.size > unfoldLimit
      ? { story: story.id, folded }
      : { story: story.id, folded, unfolded: draw(paths, placeOf, (position, id) => `${position} ${id}`) };
  });
}

function membersOf(story: Story, byId: ReadonlyMap<string, ExposurePath>): ExposurePath[] {
  return story.paths.flatMap((id) => byId.get(id) ?? []);
}

/** One drawing of several paths; `keyOf` says which nodes are one card. */
export function draw(
  paths: readonly ExposurePath[],
  placeOf: (id: string) => readonly string[],
  keyOf: (position: number, id: string) => string,
  change?: (path: ExposurePath, hop: number) => 'added' | 'removed' | undefined,
): Diagram {
  const members = new Map<string, Set<string>>();
  const columns = new Map<string, number>();
  const edges = new Map<string, DiagramEdge>();
  const last = new Set<string>();
  for (const path of paths) {
    const nodes = pathNodes(path);
    for (const [position, id] of nodes.entries()) {
      const key = keyOf(position, id);
      members.set(key, (members.get(key) ?? new Set()).add(id));
      columns.set(key, Math.max(columns.get(key) ?? 0, position));
      if (position === nodes.length - 1) last.add(key);
    }
    for (const [hop, step] of path.steps.entries()) {
      const [from, to] = [keyOf(hop, nodes[hop] ?? ''), keyOf(hop + 1, step.to)];
      const key = `${from}\n${to}`;
      const changed = change?.(path, hop);
      edges.set(key, {
        from,
        to,
        kind: step.kind,
        label: step.ports === undefined ? step.label : `${step.label} ${step.ports}`,
        verdict: step.verdict,
        hop,
        count: (edges.get(key)?.count ?? 0) + 1,
        ...(changed === undefined ? {} : { change: changed }),
      });
    }
  }
  const lanes: LaneNode[] = [...members].map(([key, ids]) => ({ key, column: columns.get(key) ?? 0, groups: shared([...ids].map(placeOf)) }));
  const layout = laneLayout(lanes, gap, 'token');
  const nodes = layout.nodes.map((node): DiagramNode => {
    const column = columns.get(node.key) ?? 0;
    const ids = [...(members.get(node.key) ?? [])];
    return { ...node, members: ids, size: ids.length, mark: last.has(node.key) ? 'goal' : column === 0 ? 'start' : '' };
  });
  return { ...layout, nodes, edges: [...edges.values()] };
}

/** The containers that all have. */
export function shared(chains: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...rest] = chains;
  const end = first.findIndex((id, index) => rest.some((other) => other[index] !== id));
  return end < 0 ? first : first.slice(0, end);
}
