import { better, both, certain, type Fact } from './facts.ts';
import type { Relation } from './joins.ts';
import type { Range } from './ranges.ts';

/** Values of several variables that fit each other, with what their ranges and relations proved. */
export interface Binding {
  readonly ids: ReadonlyMap<string, string>;
  readonly fact: Fact;
}

type Values = ReadonlyMap<string, readonly string[]>;

/** Variables that relations tie to one, itself included. */
export function component(root: string, relations: readonly Relation[]): ReadonlySet<string> {
  const found = new Set([root]);
  for (let size = 0; size !== found.size; ) {
    size = found.size;
    for (const { join } of relations) if (found.has(join.from) || found.has(join.to)) found.add(join.from).add(join.to);
  }
  return found;
}

/** Whether a value is among those that a variable may have. */
export type Inside = (id: string, list: readonly string[]) => boolean;

/**
 * Chooses values for everything that is tied to a variable with a given value: of all choices one with the fewest strings attached, the first in order among equals. The variables
 * were reduced before, so a choice exists.
 */
export function bind(
  root: string,
  id: string,
  values: Values,
  ranges: ReadonlyMap<string, Range>,
  relations: readonly Relation[],
  inside: Inside,
): Binding | undefined {
  let bound: Binding = { ids: new Map([[root, id]]), fact: ranges.get(root)?.facts.get(id) ?? certain };
  if (relations.length === 0) return bound;
  const touching = relations.filter(({ join }) => join.from === root || join.to === root);
  const rest = relations.filter((relation) => !touching.includes(relation));
  for (const other of new Set(touching.map(({ join }) => (join.from === root ? join.to : join.from)))) {
    let best: Binding | undefined;
    for (const [partner, proof] of partners(id, other, touching)) {
      if (!inside(partner, values.get(other) ?? [])) continue;
      const tail = bind(other, partner, values, ranges, rest, inside);
      if (tail === undefined) continue;
      const fact = both(proof, tail.fact);
      if (best === undefined || better(fact, best.fact)) best = { ids: tail.ids, fact };
      if (fact.residual.length === 0 && fact.missing.length === 0) break;
    }
    if (best === undefined) return undefined;
    bound = { ids: new Map([...bound.ids, ...best.ids]), fact: both(bound.fact, best.fact) };
  }
  return bound;
}

/** Values of another variable that every relation between the two allows. */
function partners(id: string, other: string, touching: readonly Relation[]): ReadonlyMap<string, Fact> {
  let met: ReadonlyMap<string, Fact> | undefined;
  for (const { join, forward, backward } of touching) {
    if (join.from !== other && join.to !== other) continue;
    const here = (join.to === other ? forward : backward).get(id) ?? new Map<string, Fact>();
    const before = met;
    met =
      before === undefined
        ? here
        : new Map([...here].flatMap(([each, fact]) => (before.has(each) ? [[each, both(before.get(each) ?? certain, fact)] as const] : [])));
  }
  return met ?? new Map();
}
