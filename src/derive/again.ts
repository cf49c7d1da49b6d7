import { spokenOf } from './by-edges.ts';
import type { FactChange } from './change.ts';
import type { Derived } from './derived.ts';
import type { Emitted } from './emit.ts';
import { isJoin } from './joins.ts';
import { type Planner, principalNames } from './planner.ts';
import type { Premise } from './premise.ts';
import type { Technique } from './technique.ts';
import { asksPrincipal, plannable, type Variant } from './variants.ts';

/** What follows from a technique after a change. */
export interface Again {
  readonly derived: readonly Derived[];
  /** Sources of which the steps are others than before. */
  readonly sources: ReadonlySet<string>;
}

/**
 * What follows from a technique after a change: only sources that the change may touch are planned anew. `undefined`: it may touch them all, because the values of a variable or the
 * structure between two are not what they were. INVARIANT: equal to planning from nothing.
 */
export function planAgain(technique: Technique, planner: Planner, before: Emitted, change: FactChange): Again | undefined {
  const touched = new Set(change.principals);
  const conjunctions = plannable(technique);
  for (const variant of conjunctions) {
    const sources = touchedSources(technique, variant, planner, change);
    if (sources === undefined) return undefined;
    for (const each of sources) touched.add(each);
  }
  const anew = conjunctions.flatMap((variant) => [...planner.planFor(technique, variant, touched)]);
  // Between resources every source stays, for nothing that such a step asks has changed.
  const asking = new Set(conjunctions.filter(({ premises }) => asksPrincipal(technique, premises)).map(({ variant }) => variant));
  const goes = ({ variant, from }: Derived): boolean => asking.has(variant) && touched.has(from);
  const gone = before.derived.filter(goes);
  const sources = new Set([...gone, ...anew].map(({ from }) => from));
  if (sources.size === 0) return { derived: before.derived, sources };
  const order = (a: Derived, b: Derived): number => a.variant - b.variant || (a.from === b.from ? 0 : a.from < b.from ? -1 : 1);
  return { derived: [...before.derived.filter((each) => !goes(each)), ...anew].sort(order), sources };
}

/** Sources to which a variant may give other steps than before; `undefined`: all. */
function touchedSources(technique: Technique, variant: Variant, planner: Planner, change: FactChange): ReadonlySet<string> | undefined {
  const { premises } = variant;
  if (premises.some((premise) => touchesAll(premise, change))) return undefined;
  const asks = asksPrincipal(technique, premises);
  const names = asks ? principalNames(technique, premises) : spokenOf(technique, premises);
  if (!names.every((name) => planner.ranges.unchanged(name, technique, premises))) return undefined;
  const found = new Set<string>();
  const ranges = asks ? planner.reducedBefore(technique, variant.variant)?.ranges : undefined;
  if (ranges === undefined) return found;
  for (const premise of premises) {
    if (premise.kind !== 'can' || premise.who !== technique.derives.from || premise.on === undefined || !('variable' in premise.on)) continue;
    const ids = ranges.get(premise.on.variable)?.ids ?? [];
    for (const who of change.allowed(premise.action, planner.ranges.suffixed(ids, premise.on.suffix), premise.context)) found.add(who);
  }
  return found;
}

function touchesAll(premise: Premise, change: FactChange): boolean {
  if (isJoin(premise)) return premise.kind === 'edge' ? change.kinds.has(premise.edge) : change.network;
  if (premise.kind === 'exists') return change.types.has(premise.type);
  return premise.kind === 'can' && premise.on !== undefined && 'text' in premise.on && change.touches(premise.on.text);
}
