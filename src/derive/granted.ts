import type { BulkGrant, BulkQuestion, IamEngine } from '../iam/api.ts';
import type { Fact, SetGrant } from './facts.ts';
import { includes } from './holders.ts';

/** Who answered. */
export interface GrantSource {
  readonly iam: IamEngine;
  /** Whether all its answers are of one snapshot; after a change a grant of before may hold of a member whose side is another now. */
  readonly whole: boolean;
}

/** A grant whose evidence is worked out when it is asked for. */
export class Granted implements SetGrant {
  readonly #grant: BulkGrant;
  readonly #question: BulkQuestion;
  readonly #source: GrantSource;

  constructor(grant: BulkGrant, question: BulkQuestion, source: GrantSource) {
    this.#grant = grant;
    this.#question = question;
    this.#source = source;
  }

  get principal(): string {
    return this.#grant.principal;
  }
  get members(): Uint32Array {
    return this.#grant.set.members;
  }
  get residual(): Fact['residual'] {
    return this.#grant.residual;
  }
  get missing(): Fact['missing'] {
    return this.#grant.missing;
  }
  get basis(): Fact['basis'] {
    return this.#grant.allowedBy === 'unread' ? 'unread' : undefined;
  }
  get evidence(): Fact['evidence'] {
    return this.#grant.evidence;
  }
  /** Other statements may allow other members: the grant tells, or the question is put again for the one. */
  proof(member: number): Fact['evidence'] {
    const [first] = this.#grant.set.members;
    const candidate = this.#question.candidates[member];
    if (member === first || candidate === undefined) return this.#grant.evidence;
    const { iam, whole } = this.#source;
    const told = whole && includes(this.members, member) ? this.#grant.evidenceOn?.(member) : undefined;
    if (told !== undefined) return told;
    const again = iam.bulk({ ...this.#question, candidates: [candidate], principals: [this.principal] });
    const strings = JSON.stringify([this.residual, this.missing]);
    return (again.find((grant) => JSON.stringify([grant.residual, grant.missing]) === strings) ?? again[0] ?? this.#grant).evidence;
  }
}
