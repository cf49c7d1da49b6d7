import { edgeKindNames, nodeKindSpec } from '../model/vocabulary.ts';
import type { Graph } from './graph.ts';
import { discovers, type Pattern, type PatternEdge } from './pattern.ts';
import type { Reached } from './pattern-back.ts';
import { candidatesOf } from './pattern-candidates.ts';
import { keptAliases } from './pattern-plan.ts';
import { admitsKind, PatternWalk } from './pattern-walk.ts';
import type { EdgeIndex, NodeIndex } from './types.ts';

/**
 * A match of a pattern: the start, and then one list of node ids for each edge: the nodes that it came through, the alias that it leads to last, classes left out; empty where a hop of
 * no length stays where it is.
 */
export interface PatternMatch {
  readonly segments: readonly (readonly string[])[];
}

/** Nodes of the aliases of a match, in their order. */
export function aliasNodes(pattern: Pattern, { segments }: PatternMatch): readonly string[] {
  const nodes: string[] = [segments[0]?.[0] ?? ''];
  for (const [index, { from, to }] of pattern.edges.entries()) nodes[to] ??= segments[index + 1]?.at(-1) ?? nodes[from] ?? '';
  return nodes;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order of matches, the same in every engine: fewest hops first, then by the ids that they come through. */
export function compareMatches(a: PatternMatch, b: PatternMatch): number {
  const hops = (match: PatternMatch): number => match.segments.reduce((sum, segment) => sum + segment.length, 0);
  const difference = hops(a) - hops(b);
  if (difference !== 0) return difference;
  for (const [index, mine] of a.segments.entries()) {
    const other = b.segments[index] ?? [];
    for (const [position, id] of mine.entries()) {
      const theirs = other[position];
      if (theirs === undefined) return 1;
      if (id !== theirs) return compareTexts(id, theirs);
    }
    if (mine.length < other.length) return -1;
  }
  return 0;
}

/** States that are kept for one start at most. A pattern that has more is told as `overflow`, so that no rule can hang a scan. */
const maximumStates = 200_000;

export interface StartMatches {
  /** Id of the start. */
  readonly start: string;
  /** The least match for each different combination of the `per` aliases. */
  readonly matches: readonly PatternMatch[];
  /** Whether the search was given up: there is more than was looked at. */
  readonly overflow: boolean;
}

/** Where a search stands after some edges of a pattern. Ways are told by nodes, whose order is that of their ids, and become texts where a match is handed on. */
interface State {
  /** Nodes of the aliases that are still needed, in the order of `keptAliases`. */
  readonly kept: readonly NodeIndex[];
  /** Where it stood an edge before, and how it went on from there. */
  readonly before: State | undefined;
  readonly way: readonly NodeIndex[];
  readonly hops: number;
}

/**
 * Matches of a pattern from every start that has some, in the order of node ids. `fits` says whether a node is good for an alias by what `where` asks of it; its kind is asked here.
 *
 * Aliases that neither `per` names nor a later alias could meet again are forgotten as soon as they are passed, so that work grows with the combinations that are reported and
 * not with the number of ways.
 *
 * @param most matches that are handed on of one start, the first in the order of their combinations
 */
export function* patternMatches(
  graph: Graph,
  pattern: Pattern,
  per: readonly string[],
  fits: (alias: number, node: NodeIndex) => boolean,
  most = Number.POSITIVE_INFINITY,
): Generator<StartMatches> {
  const keeps = Array.from({ length: pattern.edges.length + 1 }, (_, done) => keptAliases(pattern, per, done));
  const last = keeps.at(-1) ?? [];
  const reported = per.map((alias) => last.indexOf(pattern.nodes.findIndex((node) => node.alias === alias)));
  const walk = new PatternWalk(graph);
  const candidates = candidatesOf(graph, pattern, fits);
  const good = (alias: number, node: NodeIndex): boolean => candidates[alias]?.[node] === 1;
  const ends = (alias: number): readonly NodeIndex[] => {
    const found: NodeIndex[] = [];
    for (let node = 0; node < graph.nodeCount; node++) if (good(alias, node)) found.push(node);
    return found;
  };
  for (const start of ends(0)) {
    let states: readonly State[] = [{ kept: keeps[0]?.includes(0) === true ? [start] : [], before: undefined, way: [start], hops: 0 }];
    let overflow = false;
    for (const [hop, edge] of pattern.edges.entries()) {
      const [before = [], after = []] = [keeps[hop], keeps[hop + 1]];
      const closes = !discovers(pattern, edge);
      const next = new Map<number | string, State>();
      const reached = new Map<NodeIndex, readonly Reached[]>();
      const place = after.indexOf(edge.to);
      for (const state of states) {
        const of = (alias: number): NodeIndex => state.kept[before.indexOf(alias)] ?? start;
        const here = of(edge.from);
        const end = of(edge.to);
        const found = reached.get(here) ?? walk.reach(here, edge, (node) => closes || good(edge.to, node), closes ? undefined : () => ends(edge.to));
        reached.set(here, found);
        // All but the node that the edge leads to stays as it is.
        const kept = after.map((alias) => (alias === edge.to ? -1 : of(alias)));
        for (const { node, way } of found) {
          if (closes ? node !== end : way.length > 0 && state.kept.includes(node)) continue;
          if (place >= 0) kept[place] = node;
          const key = keyOf(kept, graph.nodeCount);
          const known = next.get(key);
          if (known === undefined && next.size >= maximumStates) overflow = true;
          else if (known === undefined || leads(state, way, known)) next.set(key, { kept: [...kept], before: state, way, hops: state.hops + way.length });
        }
      }
      states = [...next.values()];
    }
    // What is kept to the end are the reported aliases, so that no two states are of one combination.
    const named = states.map((state) => ({ state, name: reported.map((position) => graph.id(state.kept[position] ?? start)).join(' ') }));
    const matches = named
      .sort((a, b) => compareTexts(a.name, b.name))
      .slice(0, most)
      .map(({ state }) => matchOf(graph, state));
    if (matches.length > 0 || overflow) yield { start: graph.id(start), matches, overflow };
  }
}

/** A number for one node or two, which is found sooner than a text. */
function keyOf(kept: readonly NodeIndex[], nodeCount: number): number | string {
  const [first = 0, second = 0] = kept;
  return kept.length <= 1 ? first : kept.length === 2 ? first * nodeCount + second : kept.join(' ');
}

/** Whether going on from a state comes before what is known, in the order of `compareMatches`. */
function leads(state: State, way: readonly NodeIndex[], known: State): boolean {
  const hops = state.hops + way.length - known.hops;
  return hops < 0 || (hops === 0 && (compareWays(state, known.before) || compareNodes(way, known.way)) < 0);
}

/** Of two states after the same number of edges. */
function compareWays(a: State | undefined, b: State | undefined): number {
  return a === b || a === undefined || b === undefined ? 0 : compareWays(a.before, b.before) || compareNodes(a.way, b.way);
}

function compareNodes(a: readonly NodeIndex[], b: readonly NodeIndex[]): number {
  for (let position = 0; position < a.length && position < b.length; position++) {
    const difference = (a[position] ?? 0) - (b[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function matchOf(graph: Graph, end: State): PatternMatch {
  const segments: (readonly string[])[] = [];
  for (let state: State | undefined = end; state !== undefined; state = state.before) segments.push(state.way.map((node) => graph.id(node)));
  return { segments: segments.reverse() };
}

/** The least match for each combination of the `per` aliases, in the order of their ids. */
export function leastMatches(matches: Iterable<PatternMatch>, pattern: Pattern, per: readonly string[]): readonly PatternMatch[] {
  const least = new LeastMatches(pattern, per);
  for (const match of matches) least.add(match);
  return least.inOrder();
}

/** The same of matches that come one after the other: a large estate has millions, and few combinations. */
export class LeastMatches {
  readonly #pattern: Pattern;
  readonly #aliases: readonly number[];
  readonly #least = new Map<string, PatternMatch>();

  constructor(pattern: Pattern, per: readonly string[]) {
    this.#pattern = pattern;
    this.#aliases = per.map((alias) => pattern.nodes.findIndex((node) => node.alias === alias));
  }

  add(match: PatternMatch): void {
    const nodes = aliasNodes(this.#pattern, match);
    const key = this.#aliases.map((alias) => nodes[alias] ?? '').join(' ');
    const known = this.#least.get(key);
    if (known === undefined || compareMatches(match, known) < 0) this.#least.set(key, match);
  }

  inOrder(): readonly PatternMatch[] {
    return [...this.#least].sort(([a], [b]) => compareTexts(a, b)).map(([, match]) => match);
  }
}

const isClass = (graph: Graph, node: NodeIndex): boolean => nodeKindSpec(graph.kind(node)).virtual === true;

/** Whether an edge of the graph is one that the edge of a pattern means. */
function admits(graph: Graph, edge: PatternEdge, index: EdgeIndex): boolean {
  const kind = edgeKindNames[graph.edgeKinds[index] ?? 0];
  return kind !== undefined && admitsKind(edge, kind);
}

/** The edges of one hop from a node to the next: the likeliest one, or the likeliest two over a class. With the node that each is about, for its evidence. */
export function hopEdges(graph: Graph, edge: PatternEdge, from: NodeIndex, to: NodeIndex): readonly EdgeIndex[] {
  let best: readonly EdgeIndex[] = [];
  let likelihood = -1;
  const offer = (edges: readonly EdgeIndex[]): void => {
    const product = edges.reduce((value, each) => value * (graph.likelihoods[each] ?? 0), 1);
    if (product > likelihood) [best, likelihood] = [edges, product];
  };
  for (let first = graph.outOffsets[from] ?? 0; first < (graph.outOffsets[from + 1] ?? 0); first++) {
    if (!admits(graph, edge, first)) continue;
    const target = graph.targets[first] ?? 0;
    if (target === to) offer([first]);
    else if (isClass(graph, target))
      for (let second = firstTo(graph, target, to); graph.targets[second] === to && second < (graph.outOffsets[target + 1] ?? 0); second++)
        if (admits(graph, edge, second)) offer([first, second]);
  }
  return best;
}

/** The first edge of a node that does not lead to one before another: a class has thousands of edges, in the order of where they lead. */
function firstTo(graph: Graph, from: NodeIndex, to: NodeIndex): EdgeIndex {
  let [low, high] = [graph.outOffsets[from] ?? 0, graph.outOffsets[from + 1] ?? 0];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((graph.targets[middle] ?? 0) < to) low = middle + 1;
    else high = middle;
  }
  return low;
}
