import type { Change } from '../../model/change.ts';
import { isArray, isObject, textAt } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { type Candidate, type CandidateContext, type Hop, shortName, type Takes, texts } from './candidate.ts';

/** Roles of services and of Identity Center: "this role is only modifiable by AWS" (https://repost.aws/knowledge-center/identity-center-aws-reserved-sso). */
export const isProtected = (id: string): boolean => /:role\/(aws-service-role|aws-reserved)\//.test(id);

/** Attachments of one policy that are let go of together; more are no single change any more. */
const mostAttachments = 10;

export function everywhereDetached(policy: string, holders: readonly string[], disruption: number, takes: Takes, context: CandidateContext): Candidate[] {
  const changes = new Map<string, Change>();
  for (const id of holders) for (const { record, position } of attachments(id, policy, context)) changes.set(record.id, letGo(record.id, position));
  if (changes.size === 0 || changes.size > mostAttachments) return [];
  const names = [...changes.keys()].map(shortName).sort().join(', ');
  return [{ changes: [...changes.values()], title: `detach ${shortName(policy)} from ${names}`, effort: 'low', disruption, factor: 0, takes }];
}

const letGo = (resource: string, position: number): Change => ({ op: 'remove', resource, pointer: `/config/AttachedManagedPolicies/${position}` });

/** Where a principal gets a policy from: its own record or those of its groups. */
function attachments(id: string, policy: string, context: CandidateContext): readonly { readonly record: SnapshotRecord; readonly position: number }[] {
  const own = context.record(id);
  if (own === undefined || isProtected(own.id)) return [];
  return [own, ...context.groups.of(own)].flatMap((record) => {
    const list = record.config['AttachedManagedPolicies'];
    const position = isArray(list) ? list.findIndex((each) => textAt(each, 'PolicyArn') === policy) : -1;
    return position < 0 ? [] : [{ record, position }];
  });
}

/** AWS's own policies cannot be changed; they can be taken off whoever holds them. */
export function detached(hop: Hop, policy: string, context: CandidateContext): readonly Candidate[] {
  const actions = actionsOf(context.record(policy));
  return attachments(hop.from, policy, context).map(({ record, position }) => ({
    changes: [letGo(record.id, position)],
    title: `detach ${shortName(policy)} from ${shortName(record.id)}`,
    effort: 'low',
    disruption: 7,
    factor: 0,
    takes: { actions, holders: holdersOf(record.id, record.type, context) },
  }));
}

/** What a managed policy allows in the version that counts; everything if that is not known. */
function actionsOf(policy: SnapshotRecord | undefined): readonly string[] {
  const versions = policy?.config['PolicyVersionList'];
  const version = isArray(versions) ? versions.find((each) => isObject(each) && each['IsDefaultVersion'] === true) : undefined;
  const document = isObject(version) ? version['Document'] : undefined;
  const list = isObject(document) ? document['Statement'] : undefined;
  const statements = isArray(list) ? list : list === undefined ? [] : [list];
  const actions = statements.flatMap((each) => (isObject(each) && each['Effect'] === 'Allow' ? texts(each['Action']) : []));
  return actions.length === 0 ? ['*'] : [...new Set(actions)];
}

export const holdersOf = (id: string, type: string, context: CandidateContext): readonly string[] =>
  type === 'AWS::IAM::User' || type === 'AWS::IAM::Role' ? [id] : context.holders(id);
