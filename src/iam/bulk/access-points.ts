import type { Evidence, Residual } from '../../model/evidence.ts';
import { append } from '../../model/multimap.ts';
import type { AccessResult, BulkGrant, BulkQuestion, CandidateSet } from '../api.ts';
import { allOf } from '../aws/combine.ts';
import type { PolicySet } from '../aws/policy-set.ts';
import { variablesOf } from '../aws/template.ts';
import { type AccessPoint, accessPointKeys, behind, passesThrough, through } from '../estate/access-points.ts';
import type { ResourceReader } from '../estate/resources.ts';
import { includes } from '../splice.ts';

type Answer = (question: BulkQuestion) => readonly BulkGrant[];

/** One way: what is asked of an access point, the bucket behind it, and the candidate that it counts for. */
interface Way {
  readonly position: number;
  readonly arn: string;
  readonly point: AccessPoint;
  readonly bucket: string;
}

/**
 * Bulk answers in which access points count: who is granted something on one needs the same on a bucket behind it, and with `through` a bucket's candidates are granted by way of its access points too.
 *
 * @param callers keys that policies on the side of callers, or of the organization, ask about
 */
export function throughAccessPoints(
  resources: ResourceReader,
  question: BulkQuestion,
  answer: Answer,
  callers: () => ReadonlySet<string>,
): readonly BulkGrant[] {
  const action = question.action.toLowerCase();
  if (resources.accessPoints.size === 0 || !passesThrough(action)) return answer(question);
  const keysOn = (bucket: string): ReadonlySet<string> => new Set([...callers(), ...keysOf([resources.of(bucket, action).policy])]);
  const own = new Set<number>();
  const ways: Way[] = [];
  for (const [position, arn] of question.candidates.entries()) {
    if (!arn.includes(':s3:')) continue;
    const { point } = resources.of(arn, action);
    if (point !== undefined) {
      own.add(position);
      for (const bucket of point.buckets) ways.push({ position, arn, point, bucket });
    } else if (question.through === true) {
      const bucket = /^arn:[^:]+:s3:::[^/*?]+/.exec(arn)?.[0] ?? '';
      const points = resources.accessPoints.get(bucket) ?? [];
      // Where nothing asks by which way a request comes, the bucket gives by an access point what it gives without.
      if (points.length > 0 && keysOn(bucket).size > 0)
        for (const each of points) ways.push({ position, arn: through(each, bucket, arn), point: each, bucket });
    }
  }
  const direct = own.size === 0 ? answer(question) : without(answer(question), own);
  return ways.length === 0 ? direct : merged(direct, byWays(ways, question, answer, keysOn));
}

/** Grants but for some candidates. */
function without(grants: readonly BulkGrant[], positions: ReadonlySet<number>): readonly BulkGrant[] {
  return grants.flatMap((grant): BulkGrant[] => {
    const others = [...grant.set.members].filter((position) => !positions.has(position));
    if (others.length === grant.set.members.length) return [grant];
    return others.length === 0 ? [] : [new Placed(grant, others, [grant])];
  });
}

/** What access points and the buckets behind them grant together. All access points are asked about at once, and buckets once for all ways that no policy tells apart. */
function byWays(ways: readonly Way[], question: BulkQuestion, answer: Answer, keysOn: (bucket: string) => ReadonlySet<string>): readonly BulkGrant[] {
  const { through: _through, ...plain } = question;
  const outer = new Grants(plain, sorted(ways.map(({ arn }) => arn)), answer);
  const groups = new Map<string, Way[]>();
  for (const way of ways) {
    if (outer.on(way.arn).length === 0) continue;
    const key = JSON.stringify(Object.entries(accessPointKeys(way.point)).filter(([name]) => keysOn(way.bucket).has(name.toLowerCase())));
    append(groups, key, way);
  }
  const found: BulkGrant[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    const principals = sorted(group.flatMap(({ arn }) => outer.on(arn).map((grant) => grant.principal)));
    const context = { ...question.context, ...accessPointKeys(first?.point) };
    const inner = new Grants({ ...plain, context, principals }, sorted(group.map(({ arn, bucket }) => behind(arn, bucket))), answer);
    for (const { position, arn, bucket } of group)
      for (const one of outer.on(arn))
        for (const other of inner.on(behind(arn, bucket))) if (other.principal === one.principal) found.push(...both(one, other, position));
  }
  return found;
}

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort();

/** The grants of an answer by candidate; each with what proves it of that one. */
class Grants {
  readonly #by = new Map<string, BulkGrant[]>();

  constructor(question: BulkQuestion, candidates: readonly string[], answer: Answer) {
    for (const grant of answer({ ...question, candidates }))
      for (const member of grant.set.members) {
        const candidate = candidates[member] ?? '';
        const again = (): BulkGrant => {
          const alone = answer({ ...question, candidates: [candidate], principals: [grant.principal] });
          return alone.find((each) => JSON.stringify(each.residual) === JSON.stringify(grant.residual)) ?? grant;
        };
        const own = member === grant.set.members[0] ? grant : new Placed(grant, [member], [], again);
        append(this.#by, candidate, own);
      }
  }

  on(candidate: string): readonly BulkGrant[] {
    return this.#by.get(candidate) ?? [];
  }
}

function both(outer: BulkGrant, inner: BulkGrant, position: number): readonly BulkGrant[] {
  const { decision, residual, missing } = allOf([resultOf(outer), resultOf(inner)]);
  if (decision === 'deny') return [];
  const allowedBy = outer.allowedBy === 'unread' || inner.allowedBy === 'unread' ? 'unread' : 'read';
  return [new Placed({ principal: outer.principal, residual, missing, allowedBy }, [position], [outer, inner])];
}

const resultOf = ({ residual, missing }: BulkGrant): AccessResult => ({
  decision: residual.length > 0 ? 'conditional' : missing.length > 0 ? 'unknown' : 'allow',
  explicit: false,
  residual,
  decidedBy: [],
  missing,
});

const ofPoints: ReadonlySet<string> = new Set(Object.keys(accessPointKeys(undefined)).map((key) => key.toLowerCase()));
const known = new WeakMap<PolicySet, readonly string[]>();

/** Keys of requests through access points that some policies ask about. */
export function keysOf(sets: Iterable<PolicySet | undefined>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const set of sets) if (set !== undefined) for (const key of keysIn(set)) found.add(key);
  return found;
}

function keysIn(set: PolicySet): readonly string[] {
  let keys = known.get(set);
  if (keys === undefined) {
    const all = set.policies.flatMap(({ policy }) =>
      policy.statements.flatMap(({ rule }) => [
        ...rule.conditions.flatMap(({ key, values }) => [key, ...values.flatMap(({ template }) => variablesOf(template))]),
        ...rule.resource.patterns.flatMap(({ template }) => variablesOf(template)),
      ]),
    );
    keys = all.filter((key) => ofPoints.has(key));
    known.set(set, keys);
  }
  return keys;
}

/** In the order of principals that the first list has, those that it lacks behind. A grant that needs nothing says all that others of the same principal and place could. */
function merged(first: readonly BulkGrant[], more: readonly BulkGrant[]): readonly BulkGrant[] {
  if (more.length === 0) return first;
  const wanted = new Set(more.flatMap((grant) => [...grant.set.members]));
  const sure = new Set<string>();
  for (const grant of first)
    if (grant.residual.length === 0 && grant.missing.length === 0)
      for (const position of wanted) if (includes(grant.set.members, position)) sure.add(`${grant.principal} ${position}`);
  const left = new Map<string, BulkGrant[]>();
  for (const grant of more) {
    if (grant.set.members.every((position) => sure.has(`${grant.principal} ${position}`))) continue;
    append(left, grant.principal, grant);
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

/** A grant at other places; what it rests on is put together when somebody reads it. */
class Placed implements BulkGrant {
  readonly principal: string;
  readonly set: CandidateSet;
  readonly residual: Residual;
  readonly missing: readonly string[];
  readonly allowedBy: 'read' | 'unread';
  readonly #behind: readonly BulkGrant[];
  readonly #again: (() => BulkGrant) | undefined;

  constructor(
    grant: Pick<BulkGrant, 'principal' | 'residual' | 'missing' | 'allowedBy'>,
    members: readonly number[],
    behind: readonly BulkGrant[],
    again?: () => BulkGrant,
  ) {
    this.principal = grant.principal;
    this.set = { members: Uint32Array.from(members) };
    this.residual = grant.residual;
    this.missing = grant.missing;
    this.allowedBy = grant.allowedBy ?? 'read';
    this.#behind = behind;
    this.#again = again;
  }

  get evidence(): readonly Evidence[] {
    const grants = this.#again === undefined ? this.#behind : [this.#again()];
    return [...new Map(grants.flatMap((grant) => grant.evidence).map((each) => [`${each.resource}#${each.pointer}`, each])).values()];
  }
}
