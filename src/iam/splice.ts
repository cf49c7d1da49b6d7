import type { Evidence } from '../model/evidence.ts';
import type { BulkGrant, BulkQuestion, CandidateSet, IamEngine } from './api.ts';

/**
 * An answer in which some candidates are asked about anew, everybody, and the others stay. Grants whose candidates are the same stay the same objects.
 *
 * @param changed positions of the candidates, ascending
 * @param strangers outsiders that are asked about every candidate, whichever of them names them
 */
export function spliced(
  answer: readonly BulkGrant[],
  question: BulkQuestion,
  changed: readonly number[],
  engine: IamEngine,
  places: ReadonlyMap<string, number>,
  strangers: readonly string[],
): readonly BulkGrant[] {
  const candidates = changed.map((position) => question.candidates[position] ?? '');
  const fresh = new Map<string, { readonly grant: BulkGrant; readonly positions: readonly number[] }[]>();
  const everybody = engine.bulk({ ...question, candidates });
  const listed = new Set(strangers.length === 0 ? [] : everybody.map(({ principal }) => principal));
  const others = strangers.filter((each) => !listed.has(each));
  const anew = others.length === 0 ? everybody : [...everybody, ...engine.bulk({ ...question, candidates, principals: others })];
  for (const grant of anew) {
    const entry = { grant, positions: [...grant.set.members].map((member) => changed[member] ?? 0) };
    const list = fresh.get(grant.principal);
    if (list === undefined) fresh.set(grant.principal, [entry]);
    else list.push(entry);
  }
  const sets = new Sets(changed);
  const made: BulkGrant[] = [];
  const rest = (arn: string): void => {
    for (const { grant, positions } of fresh.get(arn) ?? []) made.push(new Spliced(grant, sets.of(undefined, positions), question, engine));
    fresh.delete(arn);
  };
  for (const [index, grant] of answer.entries()) {
    const mine = fresh.get(grant.principal);
    const same = mine?.findIndex((each) => stringsOf(each.grant) === stringsOf(grant)) ?? -1;
    const set = sets.of(grant.set, mine?.[same]?.positions ?? []);
    if (mine !== undefined && same >= 0) mine.splice(same, 1);
    // Where the first candidate's side changed, another statement may be the one that allows.
    if (set === grant.set && !changed.includes(set.members[0] ?? -1)) made.push(grant);
    else if (!isEmpty(set)) made.push(new Spliced(grant, set, question, engine));
    if (answer[index + 1]?.principal !== grant.principal) rest(grant.principal);
  }
  if (fresh.size === 0) return made;
  for (const arn of [...fresh.keys()]) rest(arn);
  const placeOf = (arn: string): number => places.get(arn) ?? places.size;
  return made.sort((a, b) => {
    const [one, other] = [placeOf(a.principal), placeOf(b.principal)];
    return one === other ? (a.principal < b.principal ? -1 : a.principal > b.principal ? 1 : 0) : one - other;
  });
}

const strings = new WeakMap<object, string>();

/** The strings attached to a grant; residuals are shared by many. */
function stringsOf({ residual, missing, allowedBy = 'read' }: BulkGrant): string {
  let text = strings.get(residual);
  if (text === undefined) {
    text = JSON.stringify(residual);
    strings.set(residual, text);
  }
  return missing.length === 0 ? text : `${text} ${missing.join()} ${allowedBy}`;
}

/** Sets with the changed positions taken out and others put in: one object for equal ones. */
class Sets {
  readonly #changed: readonly number[];
  readonly #known = new Map<CandidateSet | undefined, Map<string, CandidateSet>>();

  constructor(changed: readonly number[]) {
    this.#changed = changed;
  }

  of(set: CandidateSet | undefined, added: readonly number[]): CandidateSet {
    const known = this.#known.get(set) ?? new Map<string, CandidateSet>();
    this.#known.set(set, known);
    const key = added.join();
    let made = known.get(key);
    if (made === undefined) {
      made = this.#made(set, added);
      known.set(key, made);
    }
    return made;
  }

  #made(set: CandidateSet | undefined, added: readonly number[]): CandidateSet {
    const members = set?.members ?? new Uint32Array();
    const held = this.#changed.filter((position) => includes(members, position));
    if (set !== undefined && held.length === added.length && held.every((position, index) => position === added[index])) return set;
    return new ChangedSet(members, held, added);
  }
}

/** A set without some members and with others, all ascending; written out when somebody reads it. */
class ChangedSet implements CandidateSet {
  readonly #before: Uint32Array;
  readonly #gone: readonly number[];
  readonly #added: readonly number[];
  #members: Uint32Array | undefined;

  constructor(before: Uint32Array, gone: readonly number[], added: readonly number[]) {
    this.#before = before;
    this.#gone = gone;
    this.#added = added;
  }

  get empty(): boolean {
    return this.#before.length === this.#gone.length && this.#added.length === 0;
  }

  get members(): Uint32Array {
    if (this.#members === undefined) {
      const gone = new Set(this.#gone);
      this.#members = Uint32Array.from([...this.#before.filter((member) => !gone.has(member)), ...this.#added]).sort();
    }
    return this.#members;
  }
}

const isEmpty = (set: CandidateSet): boolean => (set instanceof ChangedSet ? set.empty : set.members.length === 0);

/** Whether a position is among ascending ones. */
export function includes(members: Uint32Array, position: number): boolean {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((members[middle] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return members[low] === position;
}

/** A grant with other candidates; its evidence is that of the first of them. */
class Spliced implements BulkGrant {
  readonly principal: string;
  readonly set: CandidateSet;
  readonly residual: BulkGrant['residual'];
  readonly missing: BulkGrant['missing'];
  readonly allowedBy: 'read' | 'unread';
  readonly #question: BulkQuestion;
  readonly #engine: IamEngine;

  constructor(grant: BulkGrant, set: CandidateSet, question: BulkQuestion, engine: IamEngine) {
    this.principal = grant.principal;
    this.set = set;
    this.residual = grant.residual;
    this.missing = grant.missing;
    this.allowedBy = grant.allowedBy ?? 'read';
    this.#question = question;
    this.#engine = engine;
  }

  get evidence(): readonly Evidence[] {
    const candidate = this.#question.candidates[this.set.members[0] ?? 0] ?? '';
    const again = this.#engine.bulk({ ...this.#question, candidates: [candidate], principals: [this.principal] });
    return again.find((grant) => stringsOf(grant) === stringsOf(this))?.evidence ?? [];
  }
}
