import { edgeKindNames, isStep } from '../model/vocabulary.ts';
import type { Pattern, PatternEdge } from './pattern.ts';

/**
 * Which aliases must still be known when a match has come to the alias `at`: those that are reported, and those that a later alias could come back to (no node stands twice in a
 * match, but for hops of no length). The one before is left out where nothing else needs it: a hop of some length never ends where it began.
 */
export function keptAliases(pattern: Pattern, per: readonly string[], at: number): readonly number[] {
  const kept: number[] = [];
  for (let alias = 0; alias <= at; alias++) {
    const mine = pattern.nodes[alias];
    if (mine === undefined) continue;
    const later = pattern.nodes.slice(Math.max(at + 1, alias + 2));
    const meets = later.some(({ kind }) => kind === undefined || mine.kind === undefined || kind === mine.kind);
    if (meets || per.includes(mine.alias)) kept.push(alias);
  }
  return kept;
}

/** Kinds of edges that the edge of a pattern means. */
export const kindsOf = (edge: PatternEdge): readonly string[] => (edge.kinds.length === 0 ? edgeKindNames.filter(isStep) : edge.kinds);
