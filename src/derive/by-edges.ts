import { component } from './binding.ts';
import { Conclusions } from './conclude.ts';
import type { Derived } from './derived.ts';
import { better, both, certain, distinct, type Fact, type Facts, unseenOf } from './facts.ts';
import { isJoin, type Relation, relate } from './joins.ts';
import type { Lists } from './lists.ts';
import { mentions, type Premise } from './premise.ts';
import type { Range, Ranges } from './ranges.ts';
import type { Technique } from './technique.ts';
import type { Variant } from './variants.ts';

/** Techniques between resources: nobody must be allowed anything, the configuration is enough. */
export function* byEdges(technique: Technique, { premises, variant }: Variant, facts: Facts, known: Ranges, lists: Lists): Generator<Derived> {
  const ranges = new Map<string, Range>();
  const { from, to } = technique.derives;
  for (const name of spokenOf(technique, premises)) ranges.set(name, known.of(name, technique, premises));
  const set = (name: string): ReadonlySet<string> => known.setOf(ranges.get(name)?.ids ?? []);
  const relations = premises.filter(isJoin).map((join) => relate(join, set(join.from), set(join.to), facts));
  // What nothing ties to the source must exist, with as few strings attached as may be.
  const conclusion = new Conclusions({ goal: from, held: [], ranges, relations }, lists).of([], new Map());
  if (conclusion === undefined) return;
  const { values, others } = conclusion;
  const unseen = unseenOf(premises);
  const tied = component(from, relations);
  const walked = relations.filter(({ join }) => tied.has(join.from));
  for (const id of values.get(from) ?? []) {
    const found = new Map<string, Fact>();
    walk(new Map([[from, id]]), both(both(others, unseen), ranges.get(from)?.facts.get(id) ?? certain), walked, ranges, (bound, fact) => {
      const goal = bound.get(to);
      if (goal === undefined || goal === id) return;
      const old = found.get(goal);
      if (old === undefined || better(fact, old)) found.set(goal, fact);
    });
    for (const [target, fact] of found)
      yield { variant, from: id, to: [target], order: [], fact, ofTarget: () => certain, about: '', proof: () => distinct(fact.evidence) };
  }
}

/** Variables of a technique between resources; one of another alternative binds nothing in this one. */
export function spokenOf({ where, derives }: Technique, premises: readonly Premise[]): readonly string[] {
  return Object.keys(where).filter((name) => name === derives.from || name === derives.to || premises.some((premise) => mentions(premise, name)));
}

/** Walks the relations from the source until all are used; what is bound twice must agree. */
function walk(
  bound: ReadonlyMap<string, string>,
  fact: Fact,
  left: readonly Relation[],
  ranges: ReadonlyMap<string, Range>,
  found: (bound: ReadonlyMap<string, string>, fact: Fact) => void,
): void {
  const next = left.find(({ join }) => bound.has(join.from) || bound.has(join.to));
  if (next === undefined) {
    if (left.length === 0) found(bound, fact);
    return;
  }
  const rest = left.filter((each) => each !== next);
  const { join, forward, backward } = next;
  const source = bound.get(join.from);
  const [other, partners] = source === undefined ? [join.from, backward.get(bound.get(join.to) ?? '')] : [join.to, forward.get(source)];
  const already = bound.get(other);
  for (const [id, one] of partners ?? []) {
    if (already !== undefined && already !== id) continue;
    const own = already === undefined ? (ranges.get(other)?.facts.get(id) ?? certain) : certain;
    walk(new Map([...bound, [other, id]]), both(both(fact, one), own), rest, ranges, found);
  }
}
