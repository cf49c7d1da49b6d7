import { certain, type Fact, type Facts } from './facts.ts';
import type { EdgePremise, Premise, ReachesPremise, SameAccountPremise } from './premise.ts';

export type Join = EdgePremise | ReachesPremise | SameAccountPremise;
export const isJoin = (premise: Premise): premise is Join => premise.kind === 'edge' || premise.kind === 'reaches' || premise.kind === 'sameAccount';

/** The pairs of a premise between two variables, both ways round. */
export interface Relation {
  readonly join: Join;
  readonly forward: ReadonlyMap<string, ReadonlyMap<string, Fact>>;
  readonly backward: ReadonlyMap<string, ReadonlyMap<string, Fact>>;
}

class Pairs {
  readonly forward = new Map<string, Map<string, Fact>>();
  readonly backward = new Map<string, Map<string, Fact>>();

  add(from: string, to: string, fact: Fact): void {
    put(this.forward, from, to, fact);
    put(this.backward, to, from, fact);
  }
}

function put(map: Map<string, Map<string, Fact>>, key: string, other: string, fact: Fact): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Map([[other, fact]]));
  else known.set(other, fact);
}

/** The pairs of a join whose ends are in the given sets; `undefined` leaves an end open. */
export function relate(join: Join, left: ReadonlySet<string> | undefined, right: ReadonlySet<string> | undefined, facts: Facts): Relation {
  if (join.kind === 'sameAccount') return { join, ...byAccount(left ?? new Set(), right ?? new Set(), facts) };
  const pairs = new Pairs();
  if (join.kind === 'edge') {
    for (const edge of facts.edges(join.edge)) {
      if (left?.has(edge.from) === false || right?.has(edge.to) === false) continue;
      pairs.add(edge.from, edge.to, edge.evidence.length === 0 ? certain : { ...certain, evidence: edge.evidence });
    }
  } else {
    for (const from of left ?? []) {
      for (const [to, fact] of facts.reachedFrom(from, join.ports)) if (right?.has(to) !== false) pairs.add(from, to, fact);
    }
  }
  return { join, ...pairs };
}

/** All of an account share one map of their partners there, so that the pairs cost no more than their ends. */
function byAccount(left: ReadonlySet<string>, right: ReadonlySet<string>, facts: Facts): Pick<Relation, 'forward' | 'backward'> {
  const there = (ids: ReadonlySet<string>): ReadonlyMap<string, ReadonlyMap<string, Fact>> => {
    const found = new Map<string, Map<string, Fact>>();
    for (const id of ids) {
      const account = facts.accountOf(id);
      if (account === undefined) continue;
      const known = found.get(account);
      if (known === undefined) found.set(account, new Map([[id, certain]]));
      else known.set(id, certain);
    }
    return found;
  };
  const partners = (ids: ReadonlySet<string>, others: ReadonlyMap<string, ReadonlyMap<string, Fact>>): ReadonlyMap<string, ReadonlyMap<string, Fact>> =>
    new Map(
      [...ids].flatMap((id) => {
        const mine = others.get(facts.accountOf(id) ?? '');
        return mine === undefined ? [] : [[id, mine] as const];
      }),
    );
  return { forward: partners(left, there(right)), backward: partners(right, there(left)) };
}

/**
 * Keeps of every variable the values that have a partner in each relation, until nothing changes: relations may form a chain. `undefined`: some variable has none left. Exact where the
 * relations form no circle, which a technique's never do.
 */
export function reduce(start: ReadonlyMap<string, readonly string[]>, relations: readonly Relation[]): ReadonlyMap<string, readonly string[]> | undefined {
  if (relations.length === 0) return start;
  const values = new Map(start);
  const sets = new Map<string, ReadonlySet<string>>();
  const setOf = (name: string): ReadonlySet<string> => {
    const known = sets.get(name);
    if (known !== undefined) return known;
    const made = new Set(values.get(name));
    sets.set(name, made);
    return made;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const { join, forward, backward } of relations) {
      for (const [name, other, partners] of [
        [join.from, join.to, forward],
        [join.to, join.from, backward],
      ] as const) {
        const ids = values.get(name) ?? [];
        const there = setOf(other);
        const kept = ids.filter((id) => some(partners.get(id), there));
        if (kept.length === 0) return undefined;
        if (kept.length === ids.length) continue;
        values.set(name, kept);
        sets.delete(name);
        changed = true;
      }
    }
  }
  return values;
}

function some(partners: ReadonlyMap<string, Fact> | undefined, wanted: ReadonlySet<string>): boolean {
  for (const id of partners?.keys() ?? []) if (wanted.has(id)) return true;
  return false;
}
