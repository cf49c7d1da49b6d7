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
 *
 * @param narrowed variables that have fewer values than where all relations held: only what hangs on them is looked at; without it, everything is
 */
export function reduce(
  start: ReadonlyMap<string, readonly string[]>,
  relations: readonly Relation[],
  narrowed?: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (relations.length === 0 || narrowed?.size === 0) return start;
  const values = new Map(start);
  let fewer: ReadonlySet<string> | undefined = narrowed;
  do {
    const next = new Set<string>();
    for (const { join, forward, backward } of relations) {
      for (const [name, other, partners, back] of [
        [join.from, join.to, forward, backward],
        [join.to, join.from, backward, forward],
      ] as const) {
        if (fewer?.has(other) === false && !next.has(other)) continue;
        const ids = values.get(name) ?? [];
        const kept = partnered(ids, values.get(other) ?? [], partners, back);
        if (kept.length === 0) return undefined;
        if (kept.length === ids.length) continue;
        values.set(name, kept);
        next.add(name);
      }
    }
    fewer = next;
  } while (fewer.size > 0);
  return values;
}

/** The ids that have a partner among others, asked from the side that has fewer. Both lists ascend. */
function partnered(ids: readonly string[], others: readonly string[], forward: Relation['forward'], backward: Relation['backward']): readonly string[] {
  if (others.length * 4 > ids.length) {
    const wanted = new Set(others);
    return ids.filter((id) => some(forward.get(id), wanted));
  }
  const found = new Set<string>();
  // All of an account share one map.
  const seen = new Set<ReadonlyMap<string, Fact>>();
  for (const other of others) {
    const partners = backward.get(other);
    if (partners === undefined || seen.has(partners)) continue;
    seen.add(partners);
    for (const id of partners.keys()) found.add(id);
  }
  return found.size * 16 > ids.length ? ids.filter((id) => found.has(id)) : [...found].filter((id) => stands(id, ids)).sort();
}

/** Whether an ascending list holds a text. */
function stands(text: string, list: readonly string[]): boolean {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return list[low] === text;
}

function some(partners: ReadonlyMap<string, Fact> | undefined, wanted: ReadonlySet<string>): boolean {
  for (const id of partners?.keys() ?? []) if (wanted.has(id)) return true;
  return false;
}
