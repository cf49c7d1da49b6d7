import { IamGroups } from '../model/iam-groups.ts';
import { canonicalJson, isArray, isObject, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { type AccessPoint, accessPoint, accessPointsByBucket } from './estate/access-points.ts';

/** What a change of some records means for policy evaluation. */
export interface IamReach {
  /** Principals whose own side of a request may be different. */
  readonly principals: ReadonlySet<string>;
  /** Resources whose side may be different, for any action. */
  readonly resources: ReadonlySet<string>;
  /** Roles of which the trust policy is different: only actions on trust see it. */
  readonly trust: ReadonlySet<string>;
}

/** Keys of a principal's record that say what it may do, not who may do something to it. */
const ownSide = new Set([
  'RolePolicyList',
  'UserPolicyList',
  'GroupPolicyList',
  'AttachedManagedPolicies',
  'GroupList',
  'PermissionsBoundary',
  'ServiceLastAccessed',
  'RoleLastUsed',
  'ListAccessKeys',
  'GetLoginProfile',
  'ListMFADevices',
  'InstanceProfileList',
  'PolicyVersionList',
  'DefaultVersionId',
]);
/** Keys of a principal's record that no decision of its own reads. */
const noSide = new Set([
  'ServiceLastAccessed',
  'RoleLastUsed',
  'ListAccessKeys',
  'GetLoginProfile',
  'ListMFADevices',
  'InstanceProfileList',
  'AssumeRolePolicyDocument',
]);

/** Of whoever is in the account, and of root sessions of the whole organization. */
const ofWholeAccount: ReadonlySet<string> = new Set(['AWS::S3::AccountPublicAccessBlock', 'AWS::IAM::AccountSummary']);

/**
 * Who and what a change touches, or `undefined` when it may touch everybody: organizations govern every account, a block of public access every bucket, and a new account moves the line
 * between inside and outside.
 */
export function iamReach(before: Snapshot, after: Snapshot, touched: readonly string[]): IamReach | undefined {
  const principals = new Set<string>();
  const resources = new Set<string>();
  const trust = new Set<string>();
  const sources = new Set<string>();
  let byBucket: ReadonlyMap<string, readonly AccessPoint[]> | undefined;
  const pointsOf = (bucket: string): readonly string[] => {
    byBucket ??= accessPointsByBucket(after);
    return (byBucket.get(bucket) ?? []).map((point) => point.id);
  };
  for (const id of touched) {
    for (const record of [before.find(id), after.find(id)])
      if (record !== undefined && (record.type.startsWith('AWS::Organizations::') || ofWholeAccount.has(record.type) || !record.type.startsWith('AWS::')))
        return undefined;
    const [old, now] = [before.byId(id), after.byId(id)];
    const type = (now ?? old)?.type ?? '';
    // A canonical user id in any access list is an account because one of that account's buckets says so.
    if (ownerOf(old) !== ownerOf(now)) return undefined;
    if (type === 'AWS::IAM::User' || type === 'AWS::IAM::Role') {
      if (
        old === undefined ||
        now === undefined ||
        part(old, (key) => !noSide.has(key)) !== part(now, (key) => !noSide.has(key)) ||
        sessionTags(old) !== sessionTags(now)
      )
        principals.add(id);
      if (
        part(old, (key) => !ownSide.has(key) && key !== 'AssumeRolePolicyDocument') !==
        part(now, (key) => !ownSide.has(key) && key !== 'AssumeRolePolicyDocument')
      )
        resources.add(id);
      if (part(old, (key) => key === 'AssumeRolePolicyDocument') !== part(now, (key) => key === 'AssumeRolePolicyDocument')) trust.add(id);
    } else if (type === 'AWS::IAM::Group' || type === 'AWS::IAM::ManagedPolicy') {
      sources.add(id);
      if (part(old, (key) => !ownSide.has(key)) !== part(now, (key) => !ownSide.has(key))) resources.add(id);
    } else resources.add(id);
    // What is asked of an access point is asked of its bucket, and the other way round.
    for (const each of [old, now]) for (const bucket of each === undefined ? [] : (accessPoint(each)?.buckets ?? [])) resources.add(bucket);
    if (type === 'AWS::S3::Bucket') for (const point of pointsOf(id)) resources.add(point);
  }
  if (sources.size > 0) {
    for (const id of holders(before, sources)) principals.add(id);
    // Who holds a policy stands in the record of the holder; who is in a group hangs on the name in the group's.
    if (touched.some((id) => after.byId(id)?.type === 'AWS::IAM::Group')) for (const id of holders(after, sources)) principals.add(id);
  }
  const accounts = (snapshot: Snapshot): string =>
    [...new Set(['AWS::IAM::User', 'AWS::IAM::Role'].flatMap((type) => snapshot.records(type).map((record) => record.account)))].sort().join(' ');
  return touched.some((id) => before.byId(id) === undefined || after.byId(id) === undefined) && accounts(before) !== accounts(after)
    ? undefined
    : { principals, resources, trust };
}

const part = (record: SnapshotRecord | undefined, wanted: (key: string) => boolean): string =>
  record === undefined ? '' : canonicalJson({ calls: record.calls, ...Object.fromEntries(Object.entries(record.config).filter(([key]) => wanted(key))) });

const ownerOf = (record: SnapshotRecord | undefined): string | undefined => textAt(record?.config, 'GetBucketAcl.Owner.ID');

/** A trust policy that lets sessions bring tags makes the role's own tags uncertain. */
const sessionTags = (record: SnapshotRecord): boolean =>
  JSON.stringify(record.config['AssumeRolePolicyDocument'] ?? '')
    .toLowerCase()
    .includes('tagsession');

/** Principals that hold one of some groups and managed policies, directly or by a group. */
function holders(snapshot: Snapshot, sources: ReadonlySet<string>): readonly string[] {
  const attached = (record: SnapshotRecord): boolean => {
    const { AttachedManagedPolicies: list, PermissionsBoundary: boundary } = record.config;
    return (
      (isArray(list) && list.some((each) => isObject(each) && sources.has(String(each['PolicyArn'])))) ||
      (isObject(boundary) && sources.has(String(boundary['PermissionsBoundaryArn'])))
    );
  };
  const groups = new IamGroups(snapshot.records('AWS::IAM::Group').filter((group) => sources.has(group.id) || attached(group)));
  return ['AWS::IAM::User', 'AWS::IAM::Role'].flatMap((type) =>
    snapshot
      .records(type)
      .filter((record) => attached(record) || groups.of(record).length > 0)
      .map((record) => record.id),
  );
}
