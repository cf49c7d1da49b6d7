import { walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { AccessRequest } from '../aws/request.ts';
import { blocksPublicLists } from './s3-access.ts';

/** What the access list of an object may allow (https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions). */
const byList: ReadonlySet<string> = new Set([
  's3:getobject',
  's3:getobjectversion',
  's3:getobjectacl',
  's3:getobjectversionacl',
  's3:putobjectacl',
  's3:putobjectversionacl',
]);

/**
 * Objects have access lists of their own, which are not collected: there may be billions. They matter where the bucket leaves them on ("Bucket owner enforced ... ACLs are disabled",
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html) and to others than the owner only: "you can grant permissions only to other AWS accounts; you cannot grant
 * permissions to users in your account" (.../acls.html). Whoever nothing else allows may then be allowed by one. One question is answered so; the bulk form leaves them out, as everybody would be
 * listed for every object.
 */
export function objectLists(snapshot: Snapshot, { requester, action, resource }: AccessRequest): AccessRequest['unread'] {
  const bucket = byList.has(action) ? /^(arn:[^:]+:s3:::[^/]+)\/./.exec(resource)?.[1] : undefined;
  const record = bucket === undefined ? undefined : snapshot.find(bucket);
  if (record === undefined || record.id !== bucket || !leavesListsOn(record)) return [];
  const everybody = requester.kind === 'anonymous' || requester.account === '000000000000';
  const other = requester.account !== undefined && requester.account !== record.account;
  if (everybody ? blocksPublicLists(snapshot, record) : !other) return [];
  return [{ layer: 'resource', missing: `s3:GetObjectAcl of its objects: ${bucket} has access lists enabled`, onlyAdds: true }];
}

/** Without a setting a bucket is as it was before there was one: the writer owns the object and its list. */
function leavesListsOn(record: SnapshotRecord): boolean {
  if (!record.calls.includes('s3:GetBucketOwnershipControls')) return false;
  return ![...walkPath(record.config, 'GetBucketOwnershipControls.OwnershipControls.Rules[].ObjectOwnership')].some(
    ({ value }) => value === 'BucketOwnerEnforced',
  );
}

/**
 * A bucket that no account of the snapshot has, though their buckets were listed, is somebody else's: its own side must allow too, and was not read. The ARN does not tell the account
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-resources-for-iam-policies).
 */
export function bucketElsewhere(snapshot: Snapshot, request: AccessRequest): AccessRequest | undefined {
  const { action, resource, requester, resourceAccount } = request;
  const bucket = action.startsWith('s3:') && action !== 's3:createbucket' ? /^(arn:[^:]+:s3:::[^/*?]+)(?:\/.*)?$/s.exec(resource)?.[1] : undefined;
  if (bucket === undefined || requester.account === undefined || resourceAccount !== undefined || snapshot.find(bucket) !== undefined) return undefined;
  if (!snapshot.answered('s3:ListBuckets', requester.account, 'global')) return undefined;
  const missing = `s3:GetBucketPolicy of ${bucket}: no account of the snapshot has this bucket`;
  return { ...request, resourceAccount: 'elsewhere', unread: [...request.unread, { layer: 'resource', missing }] };
}
