import type { Evidence, Residual } from '../../model/evidence.ts';
import type { AccessResult, BulkGrant, BulkQuestion, CandidateSet } from '../api.ts';
import { allOf } from '../aws/combine.ts';
import { type AccessPoint, accessPointKeys, behind, passesThrough, through } from '../estate/access-points.ts';
import type { ResourceReader } from '../estate/resources.ts';

type Answer = (question: BulkQuestion) => readonly BulkGrant[];

/**
 * Bulk answers in which access points count: who is granted something on one needs the same on a bucket behind it, and with `through` a bucket's candidates are granted by way of its access points too.
 * Access points are few, so each is asked about by itself, and only those whom it grants anything are asked about its bucket.
 */
export function throughAccessPoints(resources: ResourceReader, question: BulkQuestion, answer: Answer): readonly BulkGrant[] {
  const action = question.action.toLowerCase();
  if (resources.accessPoints.size === 0 || !passesThrough(action)) return answer(question);
  const own = new Map<number, AccessPoint>();
  const ways: { readonly position: number; readonly arn: string }[] = [];
  for (const [position, candidate] of question.candidates.entries()) {
    if (!candidate.includes(':s3:')) continue;
    const { point } = resources.of(candidate, action);
    if (point !== undefined) own.set(position, point);
    else if (question.through === true) {
      const bucket = /^arn:[^:]+:s3:::[^/*?]+/.exec(candidate)?.[0] ?? '';
      for (const each of resources.accessPoints.get(bucket) ?? []) ways.push({ position, arn: through(each, bucket, candidate) });
    }
  }
  const direct = own.size === 0 ? answer(question) : withBuckets(answer(question), own, question, answer);
  if (ways.length === 0) return direct;
  const { through: _through, ...rest } = question;
  const more = ways.flatMap(({ position, arn }) =>
    throughAccessPoints(resources, { ...rest, candidates: [arn] }, answer).map((grant): BulkGrant => new Placed(grant, [position])),
  );
  return merged(direct, more);
}

/** Grants on access points are cut down to what a bucket behind each grants too. */
function withBuckets(grants: readonly BulkGrant[], points: ReadonlyMap<number, AccessPoint>, question: BulkQuestion, answer: Answer): readonly BulkGrant[] {
  const kept: BulkGrant[] = [];
  const wanted = new Map<number, BulkGrant[]>();
  for (const grant of grants) {
    const others = [...grant.set.members].filter((position) => !points.has(position));
    if (others.length === grant.set.members.length) kept.push(grant);
    else if (others.length > 0) kept.push(new Placed(grant, others));
    for (const position of grant.set.members) if (points.has(position)) wanted.set(position, [...(wanted.get(position) ?? []), grant]);
  }
  const joined: BulkGrant[] = [];
  for (const [position, list] of wanted) {
    const point = points.get(position);
    const principals = [...new Set(list.map((grant) => grant.principal))];
    for (const bucket of point?.buckets ?? []) {
      const candidates = [behind(question.candidates[position] ?? '', bucket)];
      const context = { ...question.context, ...accessPointKeys(point) };
      const inner = answer({ ...question, candidates, context, principals });
      for (const outer of list) for (const each of inner) if (each.principal === outer.principal) joined.push(...both(outer, each, position));
    }
  }
  return merged(kept, joined);
}

function both(outer: BulkGrant, inner: BulkGrant, position: number): readonly BulkGrant[] {
  const { decision, residual, missing } = allOf([resultOf(outer), resultOf(inner)]);
  if (decision === 'deny') return [];
  return [new Placed({ ...plain(outer), residual, missing, allowedBy: allowedBy(outer, inner) }, [position], [outer, inner])];
}

const plain = ({ principal, set }: BulkGrant) => ({ principal, set, evidence: [] as readonly Evidence[] });
const allowedBy = (...grants: readonly BulkGrant[]): 'read' | 'unread' => (grants.some((grant) => grant.allowedBy === 'unread') ? 'unread' : 'read');

const resultOf = ({ residual, missing }: BulkGrant): AccessResult => ({
  decision: residual.length > 0 ? 'conditional' : missing.length > 0 ? 'unknown' : 'allow',
  explicit: false,
  residual,
  decidedBy: [],
  missing,
});

/** In the order of principals that the first list has, those that it lacks behind. A grant that needs nothing says all that others of the same principal and place could. */
function merged(first: readonly BulkGrant[], more: readonly BulkGrant[]): readonly BulkGrant[] {
  if (more.length === 0) return first;
  const sure = new Set<string>();
  for (const grant of first)
    if (grant.residual.length === 0 && grant.missing.length === 0) for (const position of grant.set.members) sure.add(`${grant.principal} ${position}`);
  const left = new Map<string, BulkGrant[]>();
  for (const grant of more) {
    if (grant.set.members.every((position) => sure.has(`${grant.principal} ${position}`))) continue;
    left.set(grant.principal, [...(left.get(grant.principal) ?? []), grant]);
  }
  const made: BulkGrant[] = [];
  for (const [index, grant] of first.entries()) {
    made.push(grant);
    if (first[index + 1]?.principal === grant.principal) continue;
    made.push(...(left.get(grant.principal) ?? []));
    left.delete(grant.principal);
  }
  return [...made, ...[...left.keys()].sort().flatMap((principal) => left.get(principal) ?? [])];
}

let made = 2_000_000;

/** A grant at other places; what it rests on is put together when somebody reads it. */
class Placed implements BulkGrant {
  readonly principal: string;
  readonly set: CandidateSet;
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly allowedBy: 'read' | 'unread';
  readonly #behind: readonly BulkGrant[];

  constructor(grant: BulkGrant, members: readonly number[], behind: readonly BulkGrant[] = [grant]) {
    this.principal = grant.principal;
    this.set = { id: made++, members: Uint32Array.from(members) };
    this.residual = grant.residual;
    this.missing = grant.missing;
    this.allowedBy = grant.allowedBy ?? 'read';
    this.#behind = behind;
  }

  get evidence(): readonly Evidence[] {
    return [...new Map(this.#behind.flatMap((grant) => grant.evidence).map((each) => [`${each.resource}#${each.pointer}`, each])).values()];
  }
}
