import type { Evidence, Residual } from '../../model/evidence.ts';
import { append } from '../../model/multimap.ts';
import type { AccessResult, BulkGrant, CandidateSet } from '../api.ts';
import type { Block } from './block.ts';
import type { Explainer } from './explainer.ts';
import { idOf } from './ids.ts';
import { joined, type Ranges } from './segments.ts';

/** A decision but for its statements. Equal outcomes of a question are one object. */
export type Outcome = Pick<AccessResult, 'residual' | 'missing'> & { readonly allowedBy: 'read' | 'unread' };

/** Candidates of one block. */
export interface Part {
  readonly block: Block;
  readonly ranges: Ranges;
}

/** What every principal of a class gets. */
export class ClassGrant {
  readonly outcome: Outcome;
  readonly set: PartSet;
  readonly #explainer: Explainer;

  constructor(outcome: Outcome, set: PartSet, explainer: Explainer) {
    this.outcome = outcome;
    this.set = set;
    this.#explainer = explainer;
  }

  /** The statements behind it, for one principal of the class and one candidate. */
  explain(principal: string, member: number): readonly Evidence[] {
    return this.#explainer.explain(principal, member);
  }
}

/** A set of candidates as runs in blocks; the positions are written out when somebody reads them. */
export class PartSet implements CandidateSet {
  readonly #parts: readonly Part[];
  #members: Uint32Array | undefined;

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  get members(): Uint32Array {
    this.#members ??= written(this.#parts);
    return this.#members;
  }
}

function written(parts: readonly Part[]): Uint32Array {
  const [only] = parts;
  const whole = only !== undefined && parts.length === 1 && only.ranges.length === 2 && only.ranges[1] === only.block.size && only.ranges[0] === 0;
  if (whole && only.block.inOrder) return only.block.positions;
  const positions = new Uint32Array(parts.reduce((sum, { ranges }) => sum + sizeOf(ranges), 0));
  let at = 0;
  for (const { block, ranges } of parts)
    for (let index = 0; index < ranges.length; index += 2) {
      const run = block.positions.subarray(ranges[index], ranges[index + 1]);
      positions.set(run, at);
      at += run.length;
    }
  return positions.every((position, index) => index === 0 || (positions[index - 1] ?? 0) < position) ? positions : positions.sort();
}

function sizeOf(ranges: Ranges): number {
  let size = 0;
  for (let index = 0; index < ranges.length; index += 2) size += (ranges[index + 1] ?? 0) - (ranges[index] ?? 0);
  return size;
}

/** Sets of one question: one object for equal sets. */
export class SetTable {
  readonly #known = new Map<string, PartSet>();

  of(parts: readonly Part[]): PartSet {
    const byBlock = new Map<Block, Ranges[]>();
    for (const { block, ranges } of parts) append(byBlock, block, ranges);
    const merged = [...byBlock].map(([block, lists]): Part => ({ block, ranges: joined(lists) })).sort((a, b) => idOf(a.block) - idOf(b.block));
    const key = merged.map(({ block, ranges }) => `${idOf(block)}:${ranges.join('-')}`).join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const set = new PartSet(merged);
    this.#known.set(key, set);
    return set;
  }
}

/** Evidence costs a full explanation, so it is worked out when somebody asks for it. */
export class LazyGrant implements BulkGrant {
  readonly principal: string;
  readonly #grant: ClassGrant;
  #evidence: readonly Evidence[] | undefined;

  constructor(principal: string, grant: ClassGrant) {
    this.principal = principal;
    this.#grant = grant;
  }

  get set(): CandidateSet {
    return this.#grant.set;
  }
  get residual(): Residual {
    return this.#grant.outcome.residual;
  }
  get missing(): readonly string[] {
    return this.#grant.outcome.missing;
  }
  get allowedBy(): 'read' | 'unread' {
    return this.#grant.outcome.allowedBy;
  }
  get evidence(): readonly Evidence[] {
    this.#evidence ??= this.evidenceOn(this.set.members[0] ?? 0);
    return this.#evidence;
  }
  evidenceOn(member: number): readonly Evidence[] {
    return this.#grant.explain(this.principal, member);
  }
}
