import { type EdgeKind, edgeKindNames, isStep, nodeKindNames, nodeKindSpec } from '../model/vocabulary.ts';
import type { Graph } from './graph.ts';
import type { PatternEdge } from './pattern.ts';
import { BackwardTrees, type Reached, treesFit } from './pattern-back.ts';
import type { NodeIndex } from './types.ts';

/** Searches from so many starts are made without looking how many ends there are. */
const patient = 4;

const classCode = nodeKindNames.map((kind) => nodeKindSpec(kind).virtual === true);

/** Whether the edge of a pattern means edges of a kind. */
export const admitsKind = ({ kinds }: PatternEdge, kind: EdgeKind): boolean => (kinds.length === 0 ? isStep(kind) : kinds.includes(kind));

/** Searches from one node after the other over one graph. Nothing is made anew for each but what it finds: a large estate has thousands of starts, each of which comes almost everywhere. */
export class PatternWalk {
  readonly #graph: Graph;
  readonly #admitted = new Map<PatternEdge, readonly boolean[]>();
  /** How often an edge was searched for, and, once that is more often than it has ends, the trees to these. */
  readonly #asked = new Map<PatternEdge, number>();
  readonly #ends = new Map<PatternEdge, readonly NodeIndex[]>();
  readonly #back = new Map<PatternEdge, BackwardTrees | undefined>();
  /** The search that was the last to come to a node, or to open a class. */
  readonly #seen: Uint32Array;
  readonly #parent: Int32Array;
  #round = 0;

  constructor(graph: Graph) {
    this.#graph = graph;
    this.#seen = new Uint32Array(graph.nodeCount);
    this.#parent = new Int32Array(graph.nodeCount);
  }

  /**
   * Nodes whose distance is within the length of an edge and that are wanted, each once, by the least of its shortest ways. A class between two nodes is no hop.
   *
   * @param ends all nodes that are wanted, where they can be told; asked for when the edge was searched for more than a few times
   */
  reach(start: NodeIndex, edge: PatternEdge, wanted: (node: NodeIndex) => boolean, ends?: () => readonly NodeIndex[]): readonly Reached[] {
    const asked = (this.#asked.get(edge) ?? 0) + 1;
    this.#asked.set(edge, asked);
    if (ends !== undefined && edge.most > 1 && asked > patient) {
      const trees = this.#backward(edge, asked, ends);
      if (trees !== undefined) return trees.reach(start);
    }
    const admitted = this.#admittedBy(edge);
    const round = ++this.#round;
    this.#seen[start] = round;
    this.#parent[start] = -1;
    const found: Reached[] = edge.least === 0 && wanted(start) ? [{ node: start, way: [] }] : [];
    let front: readonly NodeIndex[] = [start];
    for (let hops = 1; hops <= edge.most && front.length > 0; hops++) {
      // In the order of their ways: the first that comes to a node comes by the least way.
      const next: NodeIndex[] = [];
      for (const here of front) {
        const news = this.#leave(here, admitted, round);
        for (const node of news.length > 1 ? news.sort((a, b) => a - b) : news) next.push(node);
      }
      if (hops >= edge.least) for (const node of next) if (wanted(node)) found.push({ node, way: this.#wayTo(node) });
      front = next;
    }
    return found;
  }

  /** Nodes one hop on that no way came to before. A class that was opened before has no such node any more. */
  #leave(here: NodeIndex, admitted: readonly boolean[], round: number): NodeIndex[] {
    const { outOffsets, targets, edgeKinds, kinds } = this.#graph;
    const [seen, parent] = [this.#seen, this.#parent];
    const news: NodeIndex[] = [];
    const offer = (node: NodeIndex): void => {
      if (seen[node] === round) return;
      seen[node] = round;
      parent[node] = here;
      news.push(node);
    };
    for (let first = outOffsets[here] ?? 0; first < (outOffsets[here + 1] ?? 0); first++) {
      if (admitted[edgeKinds[first] ?? 0] !== true) continue;
      const target = targets[first] ?? 0;
      if (classCode[kinds[target] ?? 0] !== true) {
        offer(target);
        continue;
      }
      if (seen[target] === round) continue;
      seen[target] = round;
      for (let second = outOffsets[target] ?? 0; second < (outOffsets[target + 1] ?? 0); second++) {
        const node = targets[second] ?? 0;
        if (admitted[edgeKinds[second] ?? 0] === true && classCode[kinds[node] ?? 0] !== true) offer(node);
      }
    }
    return news;
  }

  /** Trees cost a search for each end: they are made when as many searches were made from starts. */
  #backward(edge: PatternEdge, asked: number, ends: () => readonly NodeIndex[]): BackwardTrees | undefined {
    if (this.#back.has(edge)) return this.#back.get(edge);
    let targets = this.#ends.get(edge);
    if (targets === undefined) {
      targets = ends();
      this.#ends.set(edge, targets);
    }
    if (!treesFit(this.#graph, targets.length)) this.#back.set(edge, undefined);
    else if (asked > targets.length) this.#back.set(edge, new BackwardTrees(this.#graph, { ...edge, admitted: this.#admittedBy(edge) }, targets));
    return this.#back.get(edge);
  }

  #wayTo(end: NodeIndex): readonly NodeIndex[] {
    const way: NodeIndex[] = [];
    for (let node = end; (this.#parent[node] ?? -1) >= 0; node = this.#parent[node] ?? -1) way.push(node);
    return way.reverse();
  }

  #admittedBy(edge: PatternEdge): readonly boolean[] {
    const known = this.#admitted.get(edge) ?? edgeKindNames.map((kind) => admitsKind(edge, kind));
    this.#admitted.set(edge, known);
    return known;
  }
}
