import { edgeKindNames, isStep, type NodeKind } from '../model/vocabulary.ts';
import type { Pattern, PatternEdge } from './pattern.ts';

/**
 * Which aliases must still be known when the first `done` edges of a pattern are matched: those that are reported, those that a later edge starts at or closes a ring with, and those
 * that a later alias could come back to (no node stands twice in a match, but for hops of no length). A hop of some length never ends where it began, so that where it starts
 * need not be known for that.
 */
export function keptAliases(pattern: Pattern, per: readonly string[], done: number): readonly number[] {
  const known = new Set([0, ...pattern.edges.slice(0, done).map(({ to }) => to)]);
  const later = pattern.edges.slice(done);
  return [...known]
    .sort((a, b) => a - b)
    .filter((alias) => {
      const mine = pattern.nodes[alias];
      if (mine === undefined) return false;
      if (per.includes(mine.alias) || later.some(({ from, to }) => from === alias || to === alias)) return true;
      return later.some(({ from, to }) => from !== alias && meets(mine.kind, pattern.nodes[to]?.kind));
    });
}

const meets = (a: NodeKind | undefined, b: NodeKind | undefined): boolean => a === undefined || b === undefined || a === b;

/** Kinds of edges that the edge of a pattern means. */
export const kindsOf = (edge: PatternEdge): readonly string[] => (edge.kinds.length === 0 ? edgeKindNames.filter(isStep) : edge.kinds);
