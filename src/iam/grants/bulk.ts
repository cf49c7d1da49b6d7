import type { Evidence, Residual } from '../../model/evidence.ts';
import { appendAll } from '../../model/multimap.ts';
import type { BulkGrant, CandidateSet } from '../api.ts';
import { holderClasses } from './classes.ts';
import { deniedUnless, grantedUnder } from './decide.ts';
import { conjoin, type Denial, type Grant, type Question, type World } from './grant.ts';
import { union, unionOf, without } from './members.ts';
import { CandidateSets } from './sets.ts';

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
  const byHolder = new Map<string, number[]>();
  for (const [position, grant] of asked.grants.entries()) {
    if (asked.of(position).length === 0) continue;
    const list = byHolder.get(grant.holder);
    if (list === undefined) byHolder.set(grant.holder, [position]);
    else list.push(position);
  }
  if (byHolder.size === 0) return [];
  const { principals, classOf, classesOf, position } = holderClasses(world);
  // From who holds something to the classes of those who hold by him: most of the thousands of classes hold nothing of what is asked.
  const held: (number[] | undefined)[] = [];
  for (const [holder, positions] of byHolder) {
    for (const own of classesOf(holder)) {
      const known = held[own];
      if (known === undefined) held[own] = [...positions];
      else appendAll(known, positions);
    }
  }
  const answers: (readonly Answer[] | undefined)[] = [];
  const result: BulkGrant[] = [];
  const add = (index: number): void => {
    const [principal = '', own = 0] = [principals[index], classOf[index]];
    const list = held[own];
    if (list === undefined) return;
    const known = answers[own] ?? asked.answers(principal, own, list);
    if (!asked.denies) answers[own] = known;
    for (const answer of known) result.push(new LazyGrant(principal, answer));
  };
  if (only === undefined) for (const index of principals.keys()) add(index);
  else for (const index of [...only].flatMap((principal) => position(principal) ?? []).sort((a, b) => a - b)) add(index);
  return result;
}

/** What the answers to all questions about one list of candidates share. */
interface Shared {
  readonly sets: CandidateSets;
  /** By the grants that count, where neither a condition nor a target has a say: most actions are allowed by the same roles. */
  readonly outcomes: Map<string, readonly Outcome[]>;
}

const shared = new WeakMap<World, WeakMap<readonly string[], Shared>>();

function sharedOf(world: World, candidates: readonly string[]): Shared {
  const lists = shared.get(world) ?? new WeakMap<readonly string[], Shared>();
  shared.set(world, lists);
  const made = lists.get(candidates) ?? { sets: new CandidateSets(), outcomes: new Map() };
  lists.set(candidates, made);
  return made;
}

class Asked {
  readonly world: World;
  readonly question: Question;
  readonly candidates: readonly string[];
  readonly grants: readonly Grant[];
  readonly #denials: readonly Denial[];
  readonly #parts = new Map<number, readonly { members: Uint32Array; residual: Residual }[]>();
  readonly #outcomes = new Map<string, readonly Outcome[]>();
  /** Of a class of principals, where nobody is denied anything by name. */
  readonly #byClass: (readonly Outcome[] | undefined)[] = [];
  readonly #shared: Shared;
  /** Numbers of the grants among all of the world, where the outcome hangs on nothing else. */
  readonly #numbers: readonly number[] | undefined;

  constructor(world: World, question: Question, candidates: readonly string[]) {
    this.world = world;
    this.question = question;
    this.candidates = candidates;
    this.#shared = sharedOf(world, candidates);
    const grants: Grant[] = [];
    const numbers: number[] = [];
    const allowed = new Map<object, boolean>();
    const allows = (grant: Grant): boolean => {
      if (grant.rights === undefined) return grant.allows(question);
      let known = allowed.get(grant.rights);
      if (known === undefined) {
        known = grant.allows(question);
        allowed.set(grant.rights, known);
      }
      return known;
    };
    for (const [number, grant] of world.grants.entries()) {
      if (!allows(grant) || (grant.condition !== undefined && grant.condition(question) === undefined)) continue;
      grants.push(grant);
      numbers.push(number);
    }
    this.grants = grants;
    this.#denials = world.denials.filter((denial) => denial.allows(question));
    const plain = this.#denials.length === 0 && !world.demanding(question) && grants.every((grant) => grant.condition === undefined);
    this.#numbers = plain ? numbers : undefined;
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
    const partOf = (id: string) => {
      const residual = grantedUnder(this.world, grant, this.question, id);
      if (residual === undefined) return null;
      const key = JSON.stringify(residual);
      const part = parts.get(key) ?? { members: [], residual };
      parts.set(key, part);
      return part;
    };
    // Of thousands of people most are as good as each other to whoever would reset their passwords.
    const known = new Map<number, ReturnType<typeof partOf>>();
    for (const member of members) {
      const id = this.candidates[member] ?? '';
      const alike = this.world.alike?.(id);
      let part = alike === undefined ? undefined : known.get(alike);
      if (part === undefined) {
        part = partOf(id);
        if (alike !== undefined) known.set(alike, part);
      }
      part?.members.push(member);
    }
    return [...parts.values()].map((part) => ({ ...part, members: Uint32Array.from(part.members) }));
  }

  /** Whether somebody is denied something by name, so that principals of one class may differ. */
  get denies(): boolean {
    return this.#denials.length > 0;
  }

  /** What a principal of a class is answered. */
  answers(principal: string, own: number, positions: number[]): readonly Answer[] {
    positions.sort((a, b) => a - b);
    return this.#outcomesOf(principal, own, positions).map((outcome): Answer => ({ asked: this, positions, outcome }));
  }

  #outcomesOf(principal: string, own: number, positions: readonly number[]): readonly Outcome[] {
    if (this.#denials.length > 0) return this.#worked(principal, positions);
    const known = this.#byClass[own] ?? this.#ofNumbers(positions) ?? this.#worked(principal, positions);
    this.#byClass[own] = known;
    return known;
  }

  #ofNumbers(positions: readonly number[]): readonly Outcome[] | undefined {
    if (this.#numbers === undefined) return undefined;
    const key = positions.map((position) => this.#numbers?.[position]).join();
    const known = this.#shared.outcomes.get(key);
    if (known !== undefined) return known;
    const made = this.#combine(positions, []);
    this.#shared.outcomes.set(key, made);
    return made;
  }

  #worked(principal: string, positions: readonly number[]): readonly Outcome[] {
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
    const gathered = new Map<string, { readonly lists: Uint32Array[]; readonly residual: Residual; readonly missing: readonly string[] }>();
    for (const position of positions) {
      const missing = this.grants[position]?.missing ?? [];
      for (const { members, residual } of this.of(position)) {
        const key = missing.length + residual.length === 0 ? '[[],[]]' : JSON.stringify([missing, residual]);
        const known = gathered.get(key);
        if (known === undefined) gathered.set(key, { lists: [members], residual, missing });
        else known.lists.push(members);
      }
    }
    const layers = new Map([...gathered].map(([key, { lists, ...layer }]) => [key, { ...layer, members: unionOf(lists, this.candidates.length) }] as const));
    const sorted = [...layers].sort(
      ([a, one], [b, other]) => one.missing.length - other.missing.length || one.residual.length - other.residual.length || (a < b ? -1 : 1),
    );
    let free: Uint32Array = new Uint32Array();
    let certain: Uint32Array = new Uint32Array();
    const result: Outcome[] = [];
    for (const [, { members, residual, missing }] of sorted) {
      const left = without(members, missing.length > 0 ? certain : free);
      for (const part of this.#denied(left, denials)) {
        if (part.members.length > 0) result.push({ set: this.#shared.sets.of(part.members), residual: conjoin(residual, part.residual), missing });
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
}

/** What a class of principals is answered, shared by all of them. */
interface Answer {
  readonly asked: Asked;
  readonly positions: readonly number[];
  readonly outcome: Outcome;
}

/**
 * A grant whose evidence is put together when somebody reads it: the assignments that cover its first candidate, and the memberships that lead to them. There are millions of them,
 * so one holds its principal and what it shares, and no more.
 */
class LazyGrant implements BulkGrant {
  readonly principal: string;
  readonly #answer: Answer;

  constructor(principal: string, answer: Answer) {
    this.principal = principal;
    this.#answer = answer;
  }

  get set(): CandidateSet {
    return this.#answer.outcome.set;
  }

  get residual(): Residual {
    return this.#answer.outcome.residual;
  }

  get missing(): readonly string[] {
    return this.#answer.outcome.missing;
  }

  get evidence(): readonly Evidence[] {
    const { asked, positions } = this.#answer;
    const { world, question, candidates, grants } = asked;
    const id = candidates[this.set.members[0] ?? 0] ?? '';
    const found = new Map<string, Evidence>();
    for (const position of positions) {
      const grant = grants[position];
      if (grant === undefined || !world.covers(grant.scope, id) || grantedUnder(world, grant, question, id) === undefined) continue;
      const memberships = grant.holder === this.principal ? [] : world.memberships.proof(this.principal, grant.holder);
      for (const each of [...memberships, ...grant.evidence]) found.set(`${each.resource}#${each.pointer}`, each);
    }
    return [...found.values()];
  }
}
