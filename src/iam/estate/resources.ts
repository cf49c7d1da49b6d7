import { isArray, isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { compilePolicy } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { AccessRequest } from '../aws/request.ts';
import type { Location } from './location.ts';
import type { PolicyProblemAt } from './principals.ts';
import { resourcePolicySpecs, trustActions } from './resource-policies.ts';

/** The resource's side of a request. */
export interface EstateResource {
  readonly record: SnapshotRecord | undefined;
  readonly account: string | undefined;
  readonly policy: PolicySet | undefined;
  /** Grants beside the policy: S3 access lists, KMS grants. */
  readonly grants: PolicySet | undefined;
  /** Only principals of the resource's own account get anything from its policy and lists: S3 block public access. */
  readonly restricted: boolean;
  readonly unread: AccessRequest['unread'];
  readonly facts: Facts;
  readonly locations: ReadonlyMap<string, Location>;
}

/** Resolves ARNs to resources of the snapshot: an object to its bucket, a version of a function to the function. */
export class ResourceReader {
  readonly #snapshot: Snapshot;
  readonly #known = new Map<string, EstateResource>();
  readonly #accountBlocks = new Map<string, SnapshotRecord>();
  readonly problems: PolicyProblemAt[] = [];

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    for (const record of snapshot.records('AWS::S3::AccountPublicAccessBlock')) this.#accountBlocks.set(record.account, record);
  }

  /** `action` in lower case: a role's trust policy speaks of few actions only. */
  of(arn: string, action: string): EstateResource {
    const record = this.#record(arn);
    const key = `${record?.id ?? ''}\n${record?.type === 'AWS::IAM::Role' ? trustActions.has(action) : ''}${record === undefined ? arn : ''}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const resource = this.#read(arn, record, action);
    this.#known.set(key, resource);
    return resource;
  }

  /** Whether the resource has a policy, lists or grants that speak of the action: then who asks matters. */
  speaks(resource: EstateResource, action: string): boolean {
    if (resource.unread.length > 0) return true;
    for (const set of [resource.policy, resource.grants]) {
      const selected = set?.select(action);
      if (selected !== undefined && selected.allow.length + selected.deny.length > 0) return true;
    }
    return false;
  }

  #record(arn: string): SnapshotRecord | undefined {
    const direct = this.#snapshot.find(arn);
    if (direct !== undefined && direct.id === arn) return direct;
    const bucket = /^(arn:[^:]+:s3:::[^/]+)\//.exec(arn)?.[1];
    const shorter =
      bucket ??
      (/^arn:[^:]+:(?:lambda|secretsmanager|dynamodb|logs):/.test(arn)
        ? arn.replace(/(:function:[^:]+):.*$/, '$1').replace(/(:table\/[^/]+)\/.*$/, '$1')
        : undefined);
    if (shorter === undefined || shorter === arn) return undefined;
    const parent = this.#snapshot.find(shorter);
    return parent !== undefined && parent.id === shorter ? parent : undefined;
  }

  #read(arn: string, record: SnapshotRecord | undefined, action: string): EstateResource {
    const account = record?.account ?? (/^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] || undefined);
    const facts = resourceFacts(record, account);
    const empty: EstateResource = { record, account, policy: undefined, grants: undefined, restricted: false, unread: [], facts, locations: new Map() };
    if (record === undefined) return empty;
    const spec = resourcePolicySpecs[record.type];
    if (spec === undefined || (record.type === 'AWS::IAM::Role' && !trustActions.has(action))) return empty;
    const locations = new Map<string, Location>();
    const pointer = `/config/${spec.path.split('.').join('/')}`;
    const document = first(record.config, spec.path);
    const unread: AccessRequest['unread'][number][] = [];
    let policy: PolicySet | undefined;
    if (document !== undefined && document !== null && document !== '') {
      const compiled = compilePolicy(document, 'resource');
      for (const problem of compiled.problems)
        this.problems.push({ resource: record.id, pointer: `${pointer}/${problem.at}`, message: `${problem.at}: ${problem.message}` });
      const name = record.id;
      locations.set(name, { resource: record.id, pointer, call: spec.call === '' ? (record.calls[0] ?? '') : spec.call });
      policy = new PolicySet([{ name, policy: compiled }]);
    } else if (spec.call !== '' && !record.calls.includes(spec.call) && !this.#snapshot.answered(spec.call, record.account, record.region)) {
      unread.push({ layer: 'resource', missing: spec.call, ...(spec.onlyAdds === true ? { onlyAdds: true } : {}) });
    } else if (record.type === 'AWS::IAM::Role' && document === undefined) {
      // Every role has a trust policy: one that is not there was not read.
      unread.push({ layer: 'resource', missing: 'iam:GetRole' });
    }
    const { grants, restricted } =
      record.type === 'AWS::S3::Bucket'
        ? this.#bucket(record, policy, locations)
        : record.type === 'AWS::KMS::Key'
          ? { grants: kmsGrants(record, locations), restricted: false }
          : { grants: undefined, restricted: false };
    return { ...empty, policy, grants, restricted, unread, locations };
  }

  /**
   * "RestrictPublicBuckets ... restricts access to a bucket with a public policy to only AWS service principals and authorized users within the bucket owner's account"; "IgnorePublicAcls
   * ... causes Amazon S3 to ignore all public ACLs on a bucket and any objects that it contains"
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html). The setting of the bucket and of the account: "the most restrictive".
   */
  #bucket(record: SnapshotRecord, policy: PolicySet | undefined, locations: Map<string, Location>): { grants: PolicySet | undefined; restricted: boolean } {
    const account = this.#accountBlocks.get(record.account);
    const set = (name: string): boolean =>
      textOrFlag(record.config, `GetPublicAccessBlock.PublicAccessBlockConfiguration.${name}`) ||
      (account !== undefined && textOrFlag(account.config, `PublicAccessBlockConfiguration.${name}`));
    const isPublic =
      policy?.policies.some((each) =>
        each.policy.statements.some(
          (statement) => statement.rule.effect === 'Allow' && statement.rule.principal?.any === true && statement.rule.conditions.length === 0,
        ),
      ) ?? false;
    const owner = [...walkPath(record.config, 'GetBucketOwnershipControls.OwnershipControls.Rules[].ObjectOwnership')].some(
      ({ value }) => value === 'BucketOwnerEnforced',
    );
    const restricted = isPublic && set('RestrictPublicBuckets');
    if (owner || set('IgnorePublicAcls')) return { grants: undefined, restricted };
    const attached: AttachedPolicy[] = [];
    for (const { value, at } of walkPath(record.config, 'GetBucketAcl.Grants[]')) {
      const group = /\/groups\/global\/(AllUsers|AuthenticatedUsers)$/.exec(textAt(value, 'Grantee.URI') ?? '')?.[1];
      if (group === undefined) continue;
      const permission = textAt(value, 'Permission') ?? '';
      const statements: Json[] = [];
      const allow = (action: string[], resource: string): void => {
        const condition = group === 'AuthenticatedUsers' ? { Condition: { StringNotEquals: { 'aws:PrincipalType': 'Anonymous' } } } : {};
        statements.push({ Effect: 'Allow', Principal: '*', Action: action, Resource: resource, ...condition });
      };
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions: what each ACL permission allows on a bucket.
      if (permission === 'READ' || permission === 'FULL_CONTROL') allow(['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'], record.id);
      if (permission === 'WRITE' || permission === 'FULL_CONTROL') allow(['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion'], `${record.id}/*`);
      if (permission === 'READ_ACP' || permission === 'FULL_CONTROL') allow(['s3:GetBucketAcl'], record.id);
      if (permission === 'WRITE_ACP' || permission === 'FULL_CONTROL') allow(['s3:PutBucketAcl'], record.id);
      if (statements.length === 0) continue;
      const name = `acl ${group} ${permission}`;
      locations.set(name, { resource: record.id, pointer: `/config/${at.join('/')}`, call: 's3:GetBucketAcl' });
      attached.push({ name, policy: compilePolicy({ Version: '2012-10-17', Statement: statements }, 'resource') });
    }
    return { grants: attached.length === 0 ? undefined : new PolicySet(attached), restricted };
  }
}

/** Grants as statements that only add: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html. Encryption context constraints stay open conditions. */
function kmsGrants(record: SnapshotRecord, locations: Map<string, Location>): PolicySet | undefined {
  const attached: AttachedPolicy[] = [];
  for (const { value, at } of walkPath(record.config, 'ListGrants[]')) {
    const principal = textAt(value, 'GranteePrincipal') ?? '';
    const operations = isObject(value) && isArray(value['Operations']) ? value['Operations'].map((each) => `kms:${String(each)}`) : [];
    if (!/^arn:aws[a-z-]*:(iam|sts)::\d{12}:/.test(principal) || operations.length === 0) continue;
    const context = isObject(value) && isObject(value['Constraints']) ? Object.values(value['Constraints']).find(isObject) : undefined;
    const condition =
      context === undefined
        ? {}
        : { Condition: { StringEquals: Object.fromEntries(Object.entries(context).map(([key, each]) => [`kms:EncryptionContext:${key}`, each ?? ''])) } };
    const name = `grant ${textAt(value, 'GrantId') ?? at.join('/')}`;
    locations.set(name, { resource: record.id, pointer: `/config/${at.join('/')}`, call: 'kms:ListGrants' });
    attached.push({
      name,
      policy: compilePolicy(
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: operations, Resource: '*', ...condition }] },
        'resource',
      ),
    });
  }
  return attached.length === 0 ? undefined : new PolicySet(attached);
}

function first(config: Json, path: string): Json | undefined {
  for (const { value } of walkPath(config, path)) return value;
  return undefined;
}

const textOrFlag = (config: Json, path: string): boolean => {
  const value = first(config, path);
  return value === true || value === 'true';
};

/** Tags and owner of a resource as context keys. S3 is left out: its buckets' tags count only where attribute-based access is switched on. */
function resourceFacts(record: SnapshotRecord | undefined, account: string | undefined): Facts {
  const values: Record<string, readonly string[]> = account === undefined ? {} : { 'aws:ResourceAccount': [account], 's3:ResourceAccount': [account] };
  if (record === undefined || record.type === 'AWS::S3::Bucket') return factsOf(values);
  const tags = ['Tags', 'tags', 'TagSet', 'TagList', 'ListTags', 'ListTagsOfResource', 'ListResourceTags', 'ListTagsForResource', 'ListQueueTags']
    .map((key) => record.config[key])
    .find((value) => value !== undefined);
  if (tags === undefined) return factsOf(values);
  const pairs: [string, string][] = isArray(tags)
    ? tags.map((tag): [string, string] => [
        textAt(tag, 'Key') ?? textAt(tag, 'key') ?? textAt(tag, 'TagKey') ?? '',
        textAt(tag, 'Value') ?? textAt(tag, 'value') ?? textAt(tag, 'TagValue') ?? '',
      ])
    : isObject(tags)
      ? Object.entries(tags).map(([key, value]): [string, string] => [key, String(value)])
      : [];
  const service = (record.id.split(':')[2] ?? '').toLowerCase();
  for (const [key, value] of pairs) for (const prefix of ['aws', service]) values[`${prefix}:ResourceTag/${key}`] = [value];
  return factsOf(values, ['aws:resourcetag/', `${service}:resourcetag/`]);
}
