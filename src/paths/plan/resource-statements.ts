import { assumedRoleOf, isRoleOf } from '../../model/assumed-role.ts';
import { isArray, isObject, type JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { riskTable } from '../risk-table.ts';
import { at, type Candidate, type CandidateContext, digits, type Hop, objectAt, type Place, shortName, texts, unseen, withoutStatement } from './candidate.ts';
import { replaced } from './last-statement.ts';

const outside = (from: string): boolean => from === 'internet' || from === '*' || from.startsWith('aws:');

/** Changes of a statement of a resource's own policy: without it, without one of those it names, under a condition. */
export function resourceCandidates(hop: Hop, place: Place, statement: JsonObject, context: CandidateContext): Candidate[] {
  const { record, pointer } = place;
  const trust = pointer.includes('/AssumeRolePolicyDocument/');
  const owner = trust ? `the trust policy of ${shortName(record.id)}` : `the policy of ${shortName(record.id)}`;
  const who = statement['Principal'];
  const services = isObject(who) && who['Service'] !== undefined;
  const named = (isObject(who) ? Object.values(who).flatMap(texts) : texts(who)).map((entry) => holderOf(entry, hop));
  const takes = { actions: texts(statement['Action']), holders: named.length === 0 ? [hop.from] : named };
  const found: Candidate[] = locksOut(record, statement)
    ? []
    : [
        {
          changes: [isOnly(place) ? replaced(place) : withoutStatement(place)],
          title: `remove the statement${sidOf(statement)} from ${owner}`,
          effort: 'low',
          disruption: services ? 7 : isObject(who) && texts(who['AWS']).length > 1 ? 6 : 5,
          factor: 0,
          takes,
        },
      ];
  if (isObject(who))
    for (const key of ['AWS', 'Service', 'Federated']) {
      const list = who[key];
      if (!isArray(list) || list.length < 2) continue;
      const position = list.findIndex((each) => typeof each === 'string' && names(each, hop));
      if (position >= 0)
        found.push({
          changes: [{ op: 'remove', resource: record.id, pointer: `${pointer}/Principal/${key}/${position}` }],
          title: `take ${shortName(String(list[position]))} out of ${owner}`,
          effort: 'low',
          disruption: 2,
          factor: 0,
          takes: { actions: texts(statement['Action']), holders: [holderOf(String(list[position]), hop)] },
        });
    }
  if (outside(hop.from)) found.push(...outsiderCandidates(hop, place, owner, context));
  if (trust && hop.from.includes(':user/') && !mentions(statement, 'aws:MultiFactorAuthPresent')) found.push(secondFactor(hop, place, owner));
  if (hop.from.startsWith('oidc:')) found.push(...subjectCandidates(hop, place, statement, owner));
  return found;
}

/** Whether an entry of a Principal list means the one who takes the step, or the service that runs for him. */
function names(entry: string, hop: Hop): boolean {
  const account = /^aws:account:(\d{12})$/.exec(hop.from)?.[1];
  if (account !== undefined) return entry === account || entry.startsWith(`arn:aws:iam::${account}:`);
  return holderOf(entry, hop) === hop.from || (entry === '*' && outside(hop.from));
}

/** A session is its role, whose path the session's ARN does not tell. */
function holderOf(entry: string, { from }: Hop): string {
  const session = assumedRoleOf(entry);
  return session !== undefined && isRoleOf(from, session) ? from : entry;
}

/** Conditions that keep outsiders out, or make them know something, and the block of public access of a bucket. */
function outsiderCandidates(hop: Hop, place: Place, owner: string, context: CandidateContext): Candidate[] {
  const { record, pointer } = place;
  const found: Candidate[] = [];
  const statement = objectAt(record, pointer) ?? {};
  const taken = (key: string): boolean => mentions(statement, key);
  if (context.organization !== undefined && !taken('aws:PrincipalOrgID'))
    found.push({
      changes: [{ op: 'set', resource: record.id, pointer: `${pointer}/Condition/StringEquals/aws:PrincipalOrgID`, value: context.organization }],
      title: `admit principals of ${context.organization} only in ${owner}`,
      effort: 'low',
      disruption: 2,
      factor: 0,
      takes: { actions: texts(statement['Action']), holders: [hop.from] },
    });
  // An account that a role trusts knows the id; it keeps out whoever does not, and the vendor's other customers.
  if (pointer.includes('/AssumeRolePolicyDocument/') && hop.from === 'aws:anyone' && !taken('sts:ExternalId'))
    found.push({
      changes: [
        {
          op: 'set',
          resource: record.id,
          pointer: `${pointer}/Condition/StringEquals/sts:ExternalId`,
          value: `postern-${digits(record.id)}-${digits(hop.from)}`,
        },
      ],
      title: `ask for an external id in ${owner}`,
      effort: 'medium',
      disruption: 2,
      factor: hop.proof.technique === 'aws.confused-deputy' ? 0 : (riskTable['condition.sts:ExternalId']?.value ?? 1),
      takes: { actions: texts(statement['Action']), holders: texts(isObject(statement['Principal']) ? statement['Principal']['AWS'] : statement['Principal']) },
    });
  if (record.type === 'AWS::S3::Bucket' && (hop.from === 'internet' || hop.from === 'aws:anyone')) {
    const value = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
    found.push({
      changes: [{ op: 'set', resource: record.id, pointer: '/config/GetPublicAccessBlock/PublicAccessBlockConfiguration', value }],
      title: `block public access of bucket ${shortName(record.id)}`,
      effort: 'low',
      disruption: 2,
      factor: 0,
      takes: { actions: texts(statement['Action']), holders: [hop.from] },
    });
  }
  return found;
}

/** Whether a condition of a statement speaks of a key. */
const mentions = (statement: JsonObject, key: string): boolean =>
  JSON.stringify(statement['Condition'] ?? {})
    .toLowerCase()
    .includes(key.toLowerCase());

/** People who assume a role must have proved who they are by a second factor. */
function secondFactor(hop: Hop, { record, pointer }: Place, owner: string): Candidate {
  return {
    changes: [{ op: 'set', resource: record.id, pointer: `${pointer}/Condition/Bool/aws:MultiFactorAuthPresent`, value: 'true' }],
    title: `ask for a second factor in ${owner}`,
    effort: 'medium',
    disruption: 3,
    factor: riskTable['condition.aws:MultiFactorAuthPresent']?.value ?? 1,
    takes: unseen(hop.from, 'sessions without a second factor', 'sessions are in no snapshot: CloudTrail tells'),
  };
}

/**
 * The statement that lets the account itself in makes IAM policies count for the key; without it and other administrators nobody may change the key's policy any more
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html): it stays.
 */
function locksOut(record: SnapshotRecord, statement: JsonObject): boolean {
  if (record.type !== 'AWS::KMS::Key') return false;
  const who = statement['Principal'];
  const own = new RegExp(`^(${record.account}|arn:aws[a-z-]*:iam::${record.account}:root)$`);
  return isObject(who) && texts(who['AWS']).some((each) => own.test(each)) && texts(statement['Action']).some((each) => each === 'kms:*' || each === '*');
}

/** One subject of several that a trust policy admits. */
function subjectCandidates(hop: Hop, place: Place, statement: JsonObject, owner: string): Candidate[] {
  const [, host = '', subject = ''] = /^oidc:([^:]+):(.*)$/.exec(hop.from) ?? [];
  const conditions = statement['Condition'];
  if (!isObject(conditions)) return [];
  return Object.entries(conditions).flatMap(([operator, keys]): Candidate[] => {
    const list = isObject(keys) ? keys[`${host}:sub`] : undefined;
    // Behind the subject the claims stand that it must bear.
    const position = isArray(list) ? list.findIndex((each) => subject === each || subject.startsWith(`${String(each)} with `)) : -1;
    if (!isArray(list) || list.length < 2 || position < 0) return [];
    return [
      {
        changes: [{ op: 'remove', resource: place.record.id, pointer: `${place.pointer}/Condition/${operator}/${host.replaceAll('/', '~1')}:sub/${position}` }],
        title: `no longer admit ${String(list[position])} in ${owner}`,
        effort: 'low',
        disruption: 2,
        factor: 0,
        takes: { actions: texts(statement['Action']), holders: [hop.from] },
      },
    ];
  });
}

/** Whether a statement is the only one of its document. */
export function isOnly({ record, pointer }: Place): boolean {
  const list = at(record, pointer.replace(/\/Statement(\/\d+)?$/, '/Statement'));
  return !isArray(list) || list.length === 1;
}

/** Its id with a space before it, for titles. */
export const sidOf = (statement: JsonObject): string => (typeof statement['Sid'] === 'string' ? ` ${statement['Sid']}` : '');
