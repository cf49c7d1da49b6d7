import type { Evidence, Residual } from '../../model/evidence.ts';
import type { BulkGrant, CandidateSet } from '../api.ts';
import { deniedUnless, grantedUnder } from './decide.ts';
import { conjoin, type Denial, type Grant, type Question, type World } from './grant.ts';
import { union, without } from './members.ts';

/** What holders of the same grants under the same denials get. */
interface Outcome {
  readonly set: CandidateSet;
  readonly residual: Residual;
  readonly missing: readonly string[];
}

/**
 * The bulk form: every principal that a grant means, with the candidates it may do the action on. Who holds the same grants is worked out once, and a scope is laid over
 * the candidates once. The answers are those of the point form on each pair.
 */
export function bulkGrants(world: World, question: Question, candidates: readonly string[], only?: ReadonlySet<string>): readonly BulkGrant[] {
  const asked = new Asked(world, question, candidates);
  const held = new Map<string, number[]>();
  for (const [position, grant] of asked.grants.entries()) {
    if (asked.of(position).length === 0) continue;
    for (const principal of [grant.holder, ...world.memberships.membersOf(grant.holder)]) {
      if (only?.has(principal) === false) continue;
      const list = held.get(principal);
      if (list === undefined) held.set(principal, [position]);
      else list.push(position);
    }
  }
  const result: BulkGrant[] = [];
  for (const principal of [...held.keys()].sort())
    for (const outcome of asked.outcomes(principal, held.get(principal) ?? []))
      result.push(new LazyGrant(asked, principal, held.get(principal) ?? [], outcome));
  return result;
}

class Asked {
  readonly world: World;
  readonly question: Question;
  readonly candidates: readonly string[];
  readonly grants: readonly Grant[];
  readonly #denials: readonly Denial[];
  readonly #parts = new Map<number, readonly { members: Uint32Array; residual: Residual }[]>();
  readonly #outcomes = new Map<string, readonly Outcome[]>();
  readonly #sets = new Map<string, CandidateSet>();

  constructor(world: World, question: Question, candidates: readonly string[]) {
    this.world = world;
    this.question = question;
    this.candidates = candidates;
    this.grants = world.grants.filter((grant) => grant.allows(question) && (grant.condition === undefined || grant.condition(question) !== undefined));
    this.#denials = world.denials.filter((denial) => denial.allows(question));
  }

  /** Candidates of one grant, in parts of equal conditions. */
  of(position: number): readonly { members: Uint32Array; residual: Residual }[] {
    const known = this.#parts.get(position);
    if (known !== undefined) return known;
    const grant = this.grants[position];
    const made = grant === undefined ? [] : this.#split(grant);
    this.#parts.set(position, made);
    return made;
  }

  #split(grant: Grant): readonly { members: Uint32Array; residual: Residual }[] {
    const members = this.world.members(grant.scope, this.candidates);
    if (members.length === 0) return [];
    if (!this.world.demanding(this.question)) {
      const residual = grantedUnder(this.world, grant, this.question, '*');
      return residual === undefined ? [] : [{ members, residual }];
    }
    const parts = new Map<string, { members: number[]; residual: Residual }>();
    for (const member of members) {
      const residual = grantedUnder(this.world, grant, this.question, this.candidates[member] ?? '');
      if (residual === undefined) continue;
      const key = JSON.stringify(residual);
      const part = parts.get(key);
      if (part === undefined) parts.set(key, { members: [member], residual });
      else part.members.push(member);
    }
    return [...parts.values()].map((part) => ({ ...part, members: Uint32Array.from(part.members) }));
  }

  outcomes(principal: string, positions: readonly number[]): readonly Outcome[] {
    const denials = this.#denying(principal);
    const key = `${positions.join()};${denials.map((denial) => this.#denials.indexOf(denial)).join()}`;
    const known = this.#outcomes.get(key);
    if (known !== undefined) return known;
    const made = this.#combine(positions, denials);
    this.#outcomes.set(key, made);
    return made;
  }

  #denying(principal: string): readonly Denial[] {
    if (this.#denials.length === 0) return [];
    const holders = new Set([principal, ...this.world.memberships.groupsOf(principal)]);
    return this.#denials.filter((denial) => denial.means(holders));
  }

  /** Free candidates first; conditional ones for what is left; what is not known for what is left then. */
  #combine(positions: readonly number[], denials: readonly Denial[]): readonly Outcome[] {
    const layers = new Map<string, { members: Uint32Array; residual: Residual; missing: readonly string[] }>();
    for (const position of positions) {
      const missing = this.grants[position]?.missing ?? [];
      for (const { members, residual } of this.of(position)) {
        const key = JSON.stringify([missing, residual]);
        const known = layers.get(key);
        layers.set(key, { members: known === undefined ? members : union(known.members, members), residual, missing });
      }
    }
    const sorted = [...layers].sort(
      ([a, one], [b, other]) => one.missing.length - other.missing.length || one.residual.length - other.residual.length || (a < b ? -1 : 1),
    );
    let free: Uint32Array = new Uint32Array();
    let certain: Uint32Array = new Uint32Array();
    const result: Outcome[] = [];
    for (const [, { members, residual, missing }] of sorted) {
      const left = without(members, missing.length > 0 ? certain : free);
      for (const part of this.#denied(left, denials)) {
        if (part.members.length > 0) result.push({ set: this.#set(part.members), residual: conjoin(residual, part.residual), missing });
      }
      if (missing.length === 0) certain = union(certain, members);
      if (missing.length === 0 && residual.length === 0) free = union(free, members);
    }
    return result;
  }

  #denied(members: Uint32Array, denials: readonly Denial[]): readonly { members: Uint32Array; residual: Residual }[] {
    if (denials.length === 0) return [{ members, residual: [] }];
    const parts = new Map<string, { members: number[]; residual: Residual }>();
    for (const member of members) {
      const here = denials.filter((denial) => this.world.covers(denial.scope, this.candidates[member] ?? '', denial.only));
      if (here.some((denial) => denial.condition === '')) continue;
      const residual: Residual = here.length === 0 ? [] : [{ allOf: here.map((denial) => deniedUnless(denial.condition)) }];
      const key = JSON.stringify(residual);
      const part = parts.get(key) ?? { members: [], residual };
      part.members.push(member);
      parts.set(key, part);
    }
    return [...parts.values()].map((part) => ({ ...part, members: Uint32Array.from(part.members) }));
  }

  #set(members: Uint32Array): CandidateSet {
    const key = members.join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const made = { id: this.#sets.size, members };
    this.#sets.set(key, made);
    return made;
  }
}

/** A grant whose evidence is put together when somebody reads it: the assignments that cover its first candidate, and the memberships that lead to them. */
class LazyGrant implements BulkGrant {
  readonly principal: string;
  readonly set: CandidateSet;
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly #asked: Asked;
  readonly #positions: readonly number[];

  constructor(asked: Asked, principal: string, positions: readonly number[], outcome: Outcome) {
    this.principal = principal;
    this.set = outcome.set;
    this.residual = outcome.residual;
    this.missing = outcome.missing;
    this.#asked = asked;
    this.#positions = positions;
  }

  get evidence(): readonly Evidence[] {
    const { world, question, candidates, grants } = this.#asked;
    const id = candidates[this.set.members[0] ?? 0] ?? '';
    const found = new Map<string, Evidence>();
    for (const position of this.#positions) {
      const grant = grants[position];
      if (grant === undefined || !world.covers(grant.scope, id) || grantedUnder(world, grant, question, id) === undefined) continue;
      const memberships = grant.holder === this.principal ? [] : world.memberships.proof(this.principal, grant.holder);
      for (const each of [...memberships, ...grant.evidence]) found.set(`${each.resource}#${each.pointer}`, each);
    }
    return [...found.values()];
  }
}
