import { nodeKindNames, nodeKindSpec } from '../model/vocabulary.ts';
import type { Graph } from './graph.ts';
import type { NodeIndex } from './types.ts';

/** A node that an edge of a pattern leads to, and the nodes that it came through, the node itself last. */
export interface Reached {
  readonly node: NodeIndex;
  readonly way: readonly NodeIndex[];
}

/** Bytes that the trees of one edge may take. */
const most = 200_000_000;
const nowhere = 255;

const classCode = nodeKindNames.map((kind) => nodeKindSpec(kind).virtual === true);

/** Of one target: how many hops every node is away, and the next node on its least way there. */
interface Tree {
  readonly hops: Uint8Array;
  readonly next: Int32Array;
}

interface BackwardEdge {
  readonly admitted: readonly boolean[];
  readonly least: number;
  readonly most: number;
}

/** Whether the trees of so many targets are worth their memory. */
export const treesFit = (graph: Graph, targets: number): boolean => targets * graph.nodeCount * 5 <= most;

/**
 * What an edge of a pattern leads to, where that is known and little: one search back from each target serves every start, whereas a search from each of thousands of starts goes over the
 * same estate thousands of times. INVARIANT: the answers of `PatternWalk.reach`, in another order.
 */
export class BackwardTrees {
  readonly #targets: readonly NodeIndex[];
  readonly #trees: readonly Tree[];
  readonly #edge: BackwardEdge;

  constructor(graph: Graph, edge: BackwardEdge, targets: readonly NodeIndex[]) {
    this.#edge = edge;
    this.#targets = targets;
    this.#trees = targets.map((target) => treeTo(graph, edge, target));
  }

  reach(start: NodeIndex): readonly Reached[] {
    const found: Reached[] = [];
    for (const [index, node] of this.#targets.entries()) {
      const tree = this.#trees[index];
      const hops = tree?.hops[start] ?? nowhere;
      if (tree === undefined || hops < this.#edge.least || hops > this.#edge.most) continue;
      const way: NodeIndex[] = [];
      for (let here = start; way.length < hops; way.push(here)) here = tree.next[here] ?? node;
      found.push({ node, way });
    }
    return found;
  }
}

/** Level by level, targets in their order: whoever is found by several nodes of a level goes on by the first, which is the least way. */
function treeTo(graph: Graph, { admitted, most: longest }: BackwardEdge, target: NodeIndex): Tree {
  const { inOffsets, inEdges, sources, edgeKinds, kinds } = graph;
  const hops = new Uint8Array(graph.nodeCount).fill(nowhere);
  const next = new Int32Array(graph.nodeCount);
  hops[target] = 0;
  let front: readonly NodeIndex[] = [target];
  for (let level = 1; level <= longest && front.length > 0; level++) {
    const found: NodeIndex[] = [];
    const comes = (from: NodeIndex, to: NodeIndex): void => {
      if (hops[from] !== nowhere) return;
      hops[from] = level;
      next[from] = to;
      found.push(from);
    };
    for (const here of front)
      for (let i = inOffsets[here] ?? 0; i < (inOffsets[here + 1] ?? 0); i++) {
        const edge = inEdges[i] ?? 0;
        if (admitted[edgeKinds[edge] ?? 0] !== true) continue;
        const from = sources[edge] ?? 0;
        if (classCode[kinds[from] ?? 0] !== true) {
          comes(from, here);
          continue;
        }
        // A class that was met before led on from there already.
        if (hops[from] !== nowhere) continue;
        hops[from] = level;
        for (let j = inOffsets[from] ?? 0; j < (inOffsets[from + 1] ?? 0); j++) {
          const into = inEdges[j] ?? 0;
          const before = sources[into] ?? 0;
          if (admitted[edgeKinds[into] ?? 0] === true && classCode[kinds[before] ?? 0] !== true) comes(before, here);
        }
      }
    front = found.sort((a, b) => a - b);
  }
  return { hops, next };
}
