import { isArray, type Json, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { Condition } from '../aws/condition.ts';
import { parseIpRange } from '../aws/ip.ts';
import { compilePolicy, type Statement } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { AccessPoint } from './access-points.ts';
import type { Location } from './location.ts';

/** What S3 itself adds to a bucket policy. */
export interface BucketAccess {
  /** The access list as statements that only add. */
  readonly grants: PolicySet | undefined;
  /** Whether nobody outside the owner's account gets anything: block public access on a public policy. */
  readonly restricted: boolean;
  /** The calls that would tell whether public access is blocked, where they failed. They matter to outsiders only. */
  readonly unread: readonly string[];
}

const blockCall = 's3:GetPublicAccessBlock';

/** Reads access lists, object ownership and block public access of buckets, at the bucket and at the account. */
export class BucketReader {
  readonly #snapshot: Snapshot;
  readonly #accountBlocks = new Map<string, SnapshotRecord>();
  #owners: ReadonlyMap<string, string> | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    for (const record of snapshot.records('AWS::S3::AccountPublicAccessBlock')) this.#accountBlocks.set(record.account, record);
  }

  /** The account of a canonical user id, as its own buckets tell it. */
  #accountOf(id: string): string | undefined {
    this.#owners ??= new Map(
      this.#snapshot.records('AWS::S3::Bucket').flatMap((record): [string, string][] => {
        const owner = textAt(record.config, 'GetBucketAcl.Owner.ID');
        return owner === undefined || record.account === '' ? [] : [[owner, record.account]];
      }),
    );
    return this.#owners.get(id);
  }

  /**
   * "RestrictPublicBuckets ... restricts access to a bucket with a public policy to only AWS service principals and authorized users within the bucket owner's account"; "IgnorePublicAcls
   * ... causes Amazon S3 to ignore all public ACLs on a bucket and any objects that it contains"
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html). The setting of the bucket and of the account: "the most restrictive".
   * "Bucket owner enforced ... ACLs are disabled" (.../about-object-ownership.html).
   */
  read(record: SnapshotRecord, policy: PolicySet | undefined, locations: Map<string, Location>): BucketAccess {
    const isSet = (name: string): boolean => this.#blocks(record, name);
    const open = policy?.policies.some((each) => each.policy.statements.some(isPublic)) ?? false;
    const ownerAlone = [...walkPath(record.config, 'GetBucketOwnershipControls.OwnershipControls.Rules[].ObjectOwnership')].some(
      ({ value }) => value === 'BucketOwnerEnforced',
    );
    const grants = ownerAlone ? undefined : this.#accessList(record, isSet('IgnorePublicAcls'), locations);
    const restricted = open && isSet('RestrictPublicBuckets');
    return { grants, restricted, unread: restricted || !(open || grants !== undefined) ? [] : this.#unread(record) };
  }

  /** Whether a setting is on, at the bucket or at its account. */
  #blocks(bucket: SnapshotRecord, name: string): boolean {
    return flagAt(bucket.config, `GetPublicAccessBlock.PublicAccessBlockConfiguration.${name}`) || this.#accountBlocksAt(bucket.account, name);
  }

  ignoresPublicLists(bucket: SnapshotRecord): boolean {
    return this.#blocks(bucket, 'IgnorePublicAcls');
  }

  #accountBlocksAt(account: string, name: string): boolean {
    const record = this.#accountBlocks.get(account);
    return record !== undefined && flagAt(record.config, `PublicAccessBlockConfiguration.${name}`);
  }

  /**
   * Whether nobody outside the account gets anything by the policy of an access point. "Amazon S3 evaluates the block public access settings for that access point, the underlying bucket, and the bucket
   * owner's account" (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html). One that only a VPC reaches is never public, whatever its policy says
   * (.../access-control-block-public-access.html#access-control-block-public-access-policy-status).
   */
  readPoint(record: SnapshotRecord, point: AccessPoint, policy: PolicySet | undefined): Omit<BucketAccess, 'grants'> {
    const open = point.vpc === undefined && (policy?.policies.some((each) => each.policy.statements.some(isPublic)) ?? false);
    if (!open) return { restricted: false, unread: [] };
    const name = 'RestrictPublicBuckets';
    const own = ['GetAccessPoint.PublicAccessBlockConfiguration', 'PublicAccessBlock'].some((path) => flagAt(record.config, `${path}.${name}`));
    const [only, ...others] = point.buckets.map((bucket) => this.#snapshot.find(bucket));
    const bucket = others.length === 0 && only !== undefined && this.#blocks(only, name);
    const restricted = own || bucket || this.#accountBlocksAt(record.account, name);
    const told = record.type !== 'AWS::S3::AccessPoint' || record.calls.includes('s3:GetAccessPoint') || record.config['GetAccessPoint'] !== undefined;
    return { restricted, unread: restricted || told ? [] : ['s3:GetAccessPoint'] };
  }

  /** The call failed for the bucket or for its account, or an import holds no answer of it: what it would have said may close the bucket. */
  #unread(record: SnapshotRecord): string[] {
    const failed = this.#snapshot
      .gaps()
      .some((gap) => gap.call === blockCall && gap.account === record.account && (gap.resources === undefined || gap.resources.includes(record.id)));
    return failed ? [blockCall] : [];
  }

  #accessList(record: SnapshotRecord, ignorePublic: boolean, locations: Map<string, Location>): PolicySet | undefined {
    const owner = textAt(record.config, 'GetBucketAcl.Owner.ID');
    const attached: AttachedPolicy[] = [];
    for (const { value, at } of walkPath(record.config, 'GetBucketAcl.Grants[]')) {
      const group = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.exec(textAt(value, 'Grantee.URI') ?? '')?.[1];
      const id = textAt(value, 'Grantee.ID');
      const known = id === undefined || id === owner ? undefined : (this.#accountOf(id) ?? '');
      if (group !== undefined ? ignorePublic : known === undefined) continue;
      const who: Json = group !== undefined ? '*' : known === '' ? { CanonicalUser: id ?? '' } : { AWS: known ?? '' };
      const condition: Json = group === 'AuthenticatedUsers' ? { Condition: { StringNotEquals: { 'aws:PrincipalType': 'Anonymous' } } } : {};
      const permission = textAt(value, 'Permission') ?? '';
      const statements = permitted(permission, record.id).map(
        ([actions, resource]): Json => ({ Effect: 'Allow', Principal: who, Action: actions, Resource: resource, ...condition }),
      );
      if (statements.length === 0) continue;
      const name = `acl ${group ?? id} ${permission}`;
      locations.set(name, { resource: record.id, pointer: `/config/${at.join('/')}`, call: 's3:GetBucketAcl' });
      attached.push({ name, policy: compilePolicy({ Version: '2012-10-17', Statement: statements }, 'resource') });
    }
    return attached.length === 0 ? undefined : new PolicySet(attached);
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions: what each permission of a list allows on a bucket. */
function permitted(permission: string, bucket: string): (readonly [readonly string[], string])[] {
  const all = permission === 'FULL_CONTROL';
  const table: (readonly [boolean, readonly string[], string])[] = [
    [permission === 'READ', ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], bucket],
    [permission === 'WRITE', ['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'], `${bucket}/*`],
    [permission === 'READ_ACP', ['s3:GetBucketAcl'], bucket],
    [permission === 'WRITE_ACP', ['s3:PutBucketAcl'], bucket],
  ];
  return table.filter(([here]) => here || all).map(([, actions, resource]) => [actions, resource]);
}

/**
 * Keys whose fixed value makes a grant to everybody no public one: "a policy [that] grants access only to fixed values (values that don't contain a wildcard or an AWS
 * Identity and Access Management Policy Variable) of one or more of the following" (.../access-control-block-public-access.html#access-control-block-public-access-policy-status).
 */
const fixing: ReadonlySet<string> = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);

/** Whether S3 calls a statement of a bucket policy public. */
function isPublic({ rule }: Statement): boolean {
  if (rule.effect !== 'Allow' || rule.principal === undefined || !(rule.principal.any || rule.principal.negated)) return false;
  return !rule.conditions.some(fixes);
}

function fixes({ key, operator, values, fixed }: Condition): boolean {
  if (!fixing.has(key) || operator.negated || operator.ifExists || operator.set === 'all' || !fixed || operator.base === 'Null') return false;
  if (key === 'aws:sourceip') return values.every(({ text }) => isNarrow(text));
  // "When used in a bucket policy, this value can contain a wildcard for the access point name ... as long as the account id is fixed."
  if (key === 's3:dataaccesspointarn') return values.every(({ text }) => /^\d{12}$/.test(text.split(':')[4] ?? ''));
  const like = operator.base === 'StringLike' || operator.base.startsWith('Arn');
  return values.every(({ text }) => !(like && /[*?]/.test(text)));
}

/** "values broader than /8 for IPv4 and /32 for IPv6 (excluding RFC1918 private ranges)" are public. */
function isNarrow(text: string): boolean {
  const range = parseIpRange(text.trim());
  if (range === undefined) return true;
  const bits = range.version === 4 ? 24n : 96n;
  return range.high - range.low < 1n << bits;
}

const flagAt = (config: Json, path: string): boolean => {
  for (const { value } of walkPath(config, path)) if (!isArray(value)) return value === true || value === 'true';
  return false;
};

/** Whether lists that admit everybody count for nothing, by the bucket's setting or its account's. */
export function blocksPublicLists(snapshot: Snapshot, bucket: SnapshotRecord): boolean {
  return new BucketReader(snapshot).ignoresPublicLists(bucket);
}
