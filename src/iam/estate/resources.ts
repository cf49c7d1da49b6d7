import { isArray, isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { compilePolicy } from '../aws/policy.ts';
import { PolicySet } from '../aws/policy-set.ts';
import type { AccessRequest } from '../aws/request.ts';
import { kmsGrants } from './kms-grants.ts';
import type { Location } from './location.ts';
import type { PolicyProblemAt } from './principals.ts';
import { resourcePolicySpecs, trustActions } from './resource-policies.ts';
import { BucketReader } from './s3-access.ts';

/** The resource's side of a request. */
export interface EstateResource {
  readonly record: SnapshotRecord | undefined;
  readonly account: string | undefined;
  readonly policy: PolicySet | undefined;
  /** Grants beside the policy: S3 access lists, KMS grants. */
  readonly grants: PolicySet | undefined;
  /** Only principals of the resource's own account and services get anything from its policy and lists: S3 block public access. */
  readonly restricted: boolean;
  /** Calls that failed and may have said that nobody outside the account gets anything. */
  readonly unreadForOutsiders: readonly string[];
  readonly unread: AccessRequest['unread'];
  readonly facts: Facts;
  readonly locations: ReadonlyMap<string, Location>;
}

/** Resolves ARNs to resources of the snapshot: an object to its bucket, a version of a function to the function. */
export class ResourceReader {
  readonly #snapshot: Snapshot;
  readonly #known = new Map<string, EstateResource>();
  readonly #buckets: BucketReader;
  readonly problems: PolicyProblemAt[] = [];

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#buckets = new BucketReader(snapshot);
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
    const empty: EstateResource = {
      record,
      account,
      policy: undefined,
      grants: undefined,
      restricted: false,
      unreadForOutsiders: [],
      unread: [],
      facts,
      locations: new Map(),
    };
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
    if (record.type === 'AWS::S3::Bucket') {
      const bucket = this.#buckets.read(record, policy, locations);
      return { ...empty, policy, unread, locations, grants: bucket.grants, restricted: bucket.restricted, unreadForOutsiders: bucket.unread };
    }
    return { ...empty, policy, unread, locations, grants: record.type === 'AWS::KMS::Key' ? kmsGrants(record, locations) : undefined };
  }
}

function first(config: Json, path: string): Json | undefined {
  for (const { value } of walkPath(config, path)) return value;
  return undefined;
}

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
