import { edgeKindNames, nodeKindNames, nodeKindSpec } from '../model/vocabulary.ts';
import type { Graph } from './graph.ts';
import { discovers, type Pattern, type PatternEdge } from './pattern.ts';
import { admitsKind } from './pattern-walk.ts';
import type { NodeIndex } from './types.ts';

const classCode = nodeKindNames.map((kind) => nodeKindSpec(kind).virtual === true);

/** For every node whether it is one. */
type Marks = Uint8Array;

/**
 * The nodes that may stand for each alias of a pattern: those that some start leads to and from which every later alias can be come to. One search over the graph for each edge of
 * the pattern, there and back, spares a search from each of thousands of starts that lead to nothing.
 *
 * INVARIANT: whatever stands in a match is among them. Not all that are among them stand in one, as a ring may not close and a node may not stand twice.
 *
 * @param fits what is asked of a node beside its kind; asked of those alone that something leads to
 */
export function candidatesOf(graph: Graph, pattern: Pattern, fits: (alias: number, node: NodeIndex) => boolean): readonly Marks[] {
  const all = new Uint8Array(graph.nodeCount).fill(1);
  const chosen = (alias: number, among: Marks): Marks => {
    const wanted = pattern.nodes[alias]?.kind;
    const code = wanted === undefined ? undefined : nodeKindNames.indexOf(wanted);
    const marks = new Uint8Array(graph.nodeCount);
    for (let node = 0; node < graph.nodeCount; node++) {
      const kind = graph.kinds[node] ?? 0;
      if (among[node] === 1 && classCode[kind] !== true && (code === undefined || kind === code) && fits(alias, node)) marks[node] = 1;
    }
    return marks;
  };
  const marks: Marks[] = [chosen(0, all)];
  for (const edge of pattern.edges) if (discovers(pattern, edge)) marks[edge.to] = chosen(edge.to, within(graph, edge, marks[edge.from] ?? all, 'on'));
  for (const edge of pattern.edges.toReversed()) {
    const [from, back] = [marks[edge.from] ?? all, within(graph, edge, marks[edge.to] ?? all, 'back')];
    for (let node = 0; node < graph.nodeCount; node++) if (back[node] !== 1) from[node] = 0;
  }
  return marks;
}

/** Nodes that some of the marked ones lead to, or that lead to them, by as many hops as an edge of a pattern has at most. A class between two nodes is no hop. */
function within(graph: Graph, edge: PatternEdge, marked: Marks, direction: 'on' | 'back'): Marks {
  const { kinds, edgeKinds, outOffsets, targets, inOffsets, inEdges, sources } = graph;
  const admitted = edgeKindNames.map((kind) => admitsKind(edge, kind));
  const on = direction === 'on';
  const [offsets, ends] = on ? [outOffsets, targets] : [inOffsets, sources];
  const edgeAt = (position: number): number => (on ? position : (inEdges[position] ?? 0));
  const found = edge.least === 0 ? marked.slice() : new Uint8Array(graph.nodeCount);
  const seen = marked.slice();
  let front: NodeIndex[] = [];
  for (let node = 0; node < graph.nodeCount; node++) if (marked[node] === 1) front.push(node);
  for (let hops = 1; hops <= edge.most && front.length > 0; hops++) {
    const next: NodeIndex[] = [];
    const leave = (here: NodeIndex, through: boolean): void => {
      for (let position = offsets[here] ?? 0; position < (offsets[here + 1] ?? 0); position++) {
        const each = edgeAt(position);
        if (admitted[edgeKinds[each] ?? 0] !== true) continue;
        const node = ends[each] ?? 0;
        const isClass = classCode[kinds[node] ?? 0] === true;
        if (!isClass) found[node] = 1;
        if (seen[node] === 1) continue;
        if (!isClass) next.push(node);
        else if (!through) leave(node, true);
        else continue;
        seen[node] = 1;
      }
    };
    for (const here of front) leave(here, false);
    front = next;
  }
  return found;
}
