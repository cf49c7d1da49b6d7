import type { Graph } from '../../../src/graph/graph.ts';
import type { Pattern, PatternEdge } from '../../../src/graph/pattern.ts';
import type { PatternMatch } from '../../../src/graph/pattern-match.ts';
import { edgeKindNames, isStep } from '../../../src/model/vocabulary.ts';

/**
 * The slow twin of src/graph/pattern-match.ts, word for word from the definition: every choice of a node for every alias, no node twice but where a hop has no length; a hop is there
 * where the fewest steps between its ends are within its length; and of each hop every shortest way. Sorted, so that the first of each combination is the least.
 */
export function everyMatch(graph: Graph, pattern: Pattern, fits: (alias: number, id: string) => boolean): readonly PatternMatch[] {
  const found: PatternMatch[] = [];
  const known = new Map<PatternEdge, Map<string, readonly (readonly string[])[]>>(pattern.edges.map((edge) => [edge, new Map()]));
  const waysFrom = (here: string, edge: PatternEdge): readonly (readonly string[])[] => {
    const ways = known.get(edge)?.get(here) ?? shortestWays(graph, here, edge);
    known.get(edge)?.set(here, ways);
    return ways;
  };
  const choose = (segments: readonly (readonly string[])[], nodes: readonly (string | undefined)[]): void => {
    const edge = pattern.edges[segments.length - 1];
    if (edge === undefined) {
      found.push({ segments });
      return;
    }
    const here = nodes[edge.from] ?? '';
    const named = nodes[edge.to];
    for (const way of waysFrom(here, edge)) {
      const there = way.at(-1) ?? here;
      const fitting = named === undefined ? (way.length === 0 || !nodes.includes(there)) && suits(edge.to, there) : named === there;
      if (fitting) choose([...segments, way], Object.assign([...nodes], { [edge.to]: there }));
    }
  };
  const suits = (alias: number, id: string): boolean => {
    const kind = pattern.nodes[alias]?.kind;
    return (kind === undefined || graph.kind(graph.indexOf(id)) === kind) && fits(alias, id);
  };
  for (const id of realNodes(graph)) if (suits(0, id)) choose([[id]], [id]);
  const key = ({ segments }: PatternMatch): string => JSON.stringify([String(1000 + segments.flat().length), segments]);
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const realNodes = (graph: Graph): readonly string[] =>
  Array.from({ length: graph.nodeCount }, (_, index) => index)
    .filter((index) => graph.kind(index) !== 'Hub')
    .map((index) => graph.id(index));

/** Every way from a node, of the length that is the fewest hops to its end and within the length of the edge. */
function shortestWays(graph: Graph, from: string, edge: PatternEdge): readonly (readonly string[])[] {
  const hops = new Set<string>();
  const direct: [string, string][] = [];
  for (let index = 0; index < graph.edgeCount; index++) {
    const kind = edgeKindNames[graph.edgeKinds[index] ?? 0] ?? 'Contains';
    if (edge.kinds.length === 0 ? isStep(kind) : edge.kinds.includes(kind))
      direct.push([graph.id(graph.sources[index] ?? 0), graph.id(graph.targets[index] ?? 0)]);
  }
  const hub = (id: string): boolean => graph.kind(graph.indexOf(id)) === 'Hub';
  for (const [a, b] of direct) {
    if (!hub(a) && !hub(b)) hops.add(JSON.stringify([a, b]));
    if (!hub(a) && hub(b)) for (const [c, d] of direct) if (c === b && !hub(d)) hops.add(JSON.stringify([a, d]));
  }
  const step = [...hops].map((text) => JSON.parse(text) as [string, string]);
  let ways: readonly (readonly string[])[] = [[]];
  const all: (readonly string[])[] = [[]];
  for (let length = 1; length <= edge.most; length++) {
    ways = ways.flatMap((way) => step.filter(([a]) => a === (way.at(-1) ?? from)).map(([, b]) => [...way, b]));
    all.push(...ways);
  }
  const distance = (to: string): number => Math.min(...all.filter((way) => (way.at(-1) ?? from) === to).map((way) => way.length));
  return all.filter((way) => way.length >= edge.least && way.length === distance(way.at(-1) ?? from));
}
