import type { Evidence, Residual } from '../model/evidence.ts';
import type { Json } from '../model/json.ts';
import type { EdgeKind } from '../model/vocabulary.ts';
import type { Premise } from './premise.ts';

/** That something holds: under which conditions, what was missing to be sure, and what proves it. */
export interface Fact {
  readonly residual: Residual;
  readonly missing: readonly string[];
  /** Nothing that was read says so; only what was not read could. Such a step is told, at a price that keeps it behind every other. */
  readonly basis?: 'unread' | undefined;
  readonly evidence: readonly Evidence[];
}

export interface SetGrant extends Fact {
  readonly principal: string;
  /** Positions in the list of candidates, ascending. Equal sets are one object. */
  readonly members: Uint32Array;
  /** What proves it of one member; `evidence` is that of the first. */
  proof(member: number): readonly Evidence[];
}

/** The facts that techniques are made of. Derivation knows nothing else of an estate; the examples of a technique give them as they like. */
export interface Facts {
  /** Ids of a variable's range, sorted. */
  domain(types: readonly string[]): readonly string[];
  /** Who may do an action on which candidates; of `only` these, when nobody else matters. The list of candidates is known again by being the same object. */
  can(
    action: string,
    candidates: readonly string[],
    context: Readonly<Record<string, readonly string[]>>,
    only?: ReadonlyMap<string, unknown>,
  ): readonly SetGrant[];
  /** Who may do an action on something, also on what does not exist yet. */
  canSomewhere(
    action: string,
    on: string | undefined,
    context: Readonly<Record<string, readonly string[]>>,
    only?: ReadonlyMap<string, unknown>,
  ): ReadonlyMap<string, Fact>;
  trusts(role: string, service: string): Fact | undefined;
  /** `undefined`: does not have it. */
  has(id: string, where: Json): Fact | undefined;
  edges(kind: EdgeKind): readonly { readonly from: string; readonly to: string; readonly evidence: readonly Evidence[] }[];
  /** What a source reaches over the network on any of the TCP ports; on any port at all where none is named. */
  reachedFrom(from: string, ports: readonly number[]): ReadonlyMap<string, Fact>;
  /** With everything allowed by its own policies it would administer its account; of an account: a new principal would. */
  uncapped(principal: string): Fact | undefined;
  /** What is attached to it, a group's members included, administers the account if no boundary stands against it. */
  powerful(holder: string): Fact | undefined;
  /** It belongs to no account of the estate. */
  outsider(principal: string): Fact | undefined;
  /** A resource of the type is in the account of the principal; not known where the type was not listed there. */
  exists(principal: string, type: string): Fact | undefined;
  /** What a principal administers already: no step inside it is news. Equal texts for equal scopes; `undefined`: nothing. */
  realm(principal: string): string | undefined;
  /** Whether a resource lies outside of what the principal administers. */
  outside(principal: string, id: string): boolean;
  /** Node of the account of a principal; equal for principals of one account. */
  accountOf(principal: string): string | undefined;
}

export const certain: Fact = { residual: [], missing: [], evidence: [] };

/** What a conjunction takes to hold without proof. */
export function unseenOf(premises: readonly Premise[]): Fact {
  const missing = premises.flatMap((premise) => (premise.kind === 'unseen' ? [premise.what] : []));
  return missing.length === 0 ? certain : { residual: [], missing, evidence: [] };
}

/** Both facts. Equal conditions count once; the product of alternatives is bounded, and beyond the bound only the first are kept: each alone is enough. */
export function both(a: Fact, b: Fact): Fact {
  if (b === certain) return a;
  if (a === certain) return b;
  return new Both(a, b);
}

/** Evidence of a fact may cost an evaluation, so it is put together when somebody reads it. */
class Both implements Fact {
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly basis: Fact['basis'];
  readonly #a: Fact;
  readonly #b: Fact;

  constructor(a: Fact, b: Fact) {
    this.residual = a.residual.length === 0 ? b.residual : b.residual.length === 0 ? a.residual : product(a.residual, b.residual);
    this.missing = a.missing.length === 0 ? b.missing : b.missing.length === 0 ? a.missing : [...new Set([...a.missing, ...b.missing])].sort();
    this.basis = a.basis ?? b.basis;
    this.#a = a;
    this.#b = b;
  }

  get evidence(): readonly Evidence[] {
    return distinct([...this.#a.evidence, ...this.#b.evidence]);
  }
}

function product(a: Residual, b: Residual): Residual {
  if (a === b || JSON.stringify(a) === JSON.stringify(b)) return a;
  const seen = new Map<string, Residual[number]>();
  for (const left of a) {
    for (const right of b) {
      const allOf = [...new Map([...left.allOf, ...right.allOf].map((atom) => [JSON.stringify(atom), atom])).values()];
      const entry = { allOf };
      seen.set(JSON.stringify(entry), entry);
      if (seen.size >= 16) return [...seen.values()];
    }
  }
  return [...seen.values()];
}

/** Each record and pointer once, in the order of first mention. */
export function distinct(list: readonly Evidence[]): readonly Evidence[] {
  return [...new Map(list.map((each) => [`${each.resource}#${each.pointer}`, each])).values()];
}

/** Less strings attached: known before conditional before not known. */
export const better = (a: Fact, b: Fact): boolean => rank(a) < rank(b);
const rank = (fact: Fact): number => (fact.basis === undefined ? 0 : 4) + (fact.missing.length > 0 ? 2 : 0) + (fact.residual.length > 0 ? 1 : 0);
