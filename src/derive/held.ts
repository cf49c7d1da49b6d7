import type { Evidence } from '../model/evidence.ts';
import { both, distinct, type Fact, type SetGrant } from './facts.ts';

/** Grants on the values of one variable, by who holds them. */
export type Held = ReadonlyMap<string, readonly SetGrant[]>;

export function grantsOn(grants: readonly SetGrant[]): Held {
  const byWho = new Map<string, SetGrant[]>();
  for (const grant of grants) {
    const list = byWho.get(grant.principal);
    if (list === undefined) byWho.set(grant.principal, [grant]);
    else list.push(grant);
  }
  return byWho;
}

/** Two grants of one principal on what is in both. */
class BothGrants implements SetGrant {
  readonly members: Uint32Array;
  readonly #fact: Fact;
  readonly #a: SetGrant;
  readonly #b: SetGrant;

  constructor(a: SetGrant, b: SetGrant, members: Uint32Array) {
    this.members = members;
    this.#fact = both(a, b);
    this.#a = a;
    this.#b = b;
  }

  get principal(): string {
    return this.#a.principal;
  }
  get residual(): Fact['residual'] {
    return this.#fact.residual;
  }
  get missing(): Fact['missing'] {
    return this.#fact.missing;
  }
  get basis(): Fact['basis'] {
    return this.#fact.basis;
  }
  get evidence(): readonly Evidence[] {
    return this.proof(this.members[0] ?? 0);
  }
  proof(member: number): readonly Evidence[] {
    return distinct([...this.#a.proof(member), ...this.#b.proof(member)]);
  }
}

/** What is held by both grants of somebody, each pair by itself as their conditions differ. */
export function intersectHeld(a: Held, b: Held): Held {
  const result = new Map<string, readonly SetGrant[]>();
  for (const [who, left] of a) {
    const list = left.flatMap((one) =>
      (b.get(who) ?? []).flatMap((other): SetGrant[] => {
        const members = intersect(one.members, other.members);
        return members.length === 0 ? [] : [new BothGrants(one, other, members)];
      }),
    );
    if (list.length > 0) result.set(who, list);
  }
  return result;
}

const memo = new WeakMap<Uint32Array, WeakMap<Uint32Array, Uint32Array>>();

/** Ascending numbers in both; the same object again for the same pair of sets. */
function intersect(a: Uint32Array, b: Uint32Array): Uint32Array {
  if (a === b) return a;
  const known = memo.get(a)?.get(b);
  if (known !== undefined) return known;
  const result: number[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x = 0, y = 0] = [a[i], b[j]];
    if (x === y) result.push(x);
    if (x <= y) i++;
    if (y <= x) j++;
  }
  const members = result.length === a.length ? a : result.length === b.length ? b : Uint32Array.from(result);
  const inner = memo.get(a) ?? new WeakMap<Uint32Array, Uint32Array>();
  inner.set(b, members);
  memo.set(a, inner);
  return members;
}
