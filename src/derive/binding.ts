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

/** Chooses values for everything that is tied to a variable with a given value; of several partners one with the fewest strings attached, the first in order among equals. */
export function bind(root: string, id: string, values: Values, ranges: ReadonlyMap<string, Range>, relations: readonly Relation[], inside: Inside): Binding {
  const ids = new Map([[root, id]]);
  let fact = ranges.get(root)?.facts.get(id) ?? certain;
  const open = new Set(relations);
  for (let grown = true; grown; ) {
    grown = false;
    for (const relation of open) {
      const { from, to } = relation.join;
      const [known, next, partners] = ids.has(from) ? [from, to, relation.forward] : [to, from, relation.backward];
      const start = ids.get(known);
      if (start === undefined || ids.has(next)) continue;
      const best = bestPartner(partners.get(start), next, values, ranges, inside);
      open.delete(relation);
      if (best === undefined) continue;
      ids.set(next, best.id);
      fact = both(fact, best.fact);
      grown = true;
    }
  }
  return { ids, fact };
}

/** Whether a value is among those that a variable may have. */
export type Inside = (id: string, list: readonly string[]) => boolean;

function bestPartner(
  partners: ReadonlyMap<string, Fact> | undefined,
  name: string,
  values: Values,
  ranges: ReadonlyMap<string, Range>,
  inside: Inside,
): { id: string; fact: Fact } | undefined {
  let best: { id: string; fact: Fact } | undefined;
  for (const [id, relation] of partners ?? []) {
    if (!inside(id, values.get(name) ?? [])) continue;
    const fact = both(relation, ranges.get(name)?.facts.get(id) ?? certain);
    if (best === undefined || better(fact, best.fact)) best = { id, fact };
    if (fact.residual.length === 0 && fact.missing.length === 0) break;
  }
  return best;
}
