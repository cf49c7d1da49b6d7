import { isArray, isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { compilePolicy } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { AccessRequest } from '../aws/request.ts';
import { type AccessPoint, accessPoint, accessPointId, accessPointKeys, accessPointsByBucket } from './access-points.ts';
import { kmsGrants } from './kms-grants.ts';
import type { Location } from './location.ts';
import { type PolicyProblemAt, problemsOf } from './principals.ts';
import { resourcePolicySpecs, trustActions } from './resource-policies.ts';
import { BucketReader } from './s3-access.ts';

/** The resource's side of a request. */
export interface EstateResource {
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
  /** What AWS would reject in its policy. */
  readonly problems: readonly PolicyProblemAt[];
  /** It is an access point: requests go on to a bucket. */
  readonly point?: AccessPoint;
}

/**
 * The account that techniques write for one of an attacker's own; AWS gives this number to nobody. What an attacker keeps there, a key or a bucket, lets everybody in by its policy, so that what
 * the caller's side allows is what counts. It belongs to no organization.
 */
const attackersAccount = '000000000000';
const openToAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

/** Resolves ARNs to resources of the snapshot: an object to its bucket, a version of a function to the function. */
export class ResourceReader {
  readonly #snapshot: Snapshot;
  readonly #known: Map<SnapshotRecord, EstateResource>;
  /** Roles as actions on trust see them. */
  readonly #trusting: Map<SnapshotRecord, EstateResource>;
  /** Resources that nothing is known of but their owner are one. */
  readonly #plain: Map<string | undefined, EstateResource>;
  readonly #buckets: BucketReader;
  /** Access points hang on the bucket behind them, so they are never taken over. */
  readonly #facts = new Map<string, Facts>();
  readonly #points = new Map<SnapshotRecord, EstateResource>();
  #byBucket: ReadonlyMap<string, readonly AccessPoint[]> | undefined;
  #byAlias: ReadonlyMap<string, string> | undefined;

  /** @param before reader of a snapshot of which every record that is the same object here is read already */
  constructor(snapshot: Snapshot, before?: ResourceReader) {
    this.#snapshot = snapshot;
    this.#buckets = new BucketReader(snapshot);
    this.#known = before === undefined ? new Map() : before.#known;
    this.#trusting = before === undefined ? new Map() : before.#trusting;
    this.#plain = before === undefined ? new Map() : before.#plain;
  }

  /** `action` in lower case: a role's trust policy speaks of few actions only. */
  of(arn: string, action: string): EstateResource {
    const record = this.#record(arn);
    if (record === undefined) return this.#owned(/^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] || undefined);
    const table = record.type === 'AWS::IAM::Role' && trustActions.has(action) ? this.#trusting : this.#known;
    const known = table.get(record) ?? this.#points.get(record);
    if (known !== undefined) return known;
    const resource = this.#read(record, action);
    (resource.point === undefined ? table : this.#points).set(record, resource);
    return resource;
  }

  /** Access points by the bucket behind them. */
  get accessPoints(): ReadonlyMap<string, readonly AccessPoint[]> {
    this.#byBucket ??= accessPointsByBucket(this.#snapshot);
    return this.#byBucket;
  }

  /** What an ARN is decided as: an access point's alias stands for a bucket's name wherever a request gives one, and for itself in no policy. */
  canonical(arn: string): string {
    const match = /^arn:[^:]+:s3:::([^/]+-s3alias)(?:\/(.*))?$/s.exec(arn);
    if (match === null) return arn;
    this.#byAlias ??= new Map(this.#snapshot.records('AWS::S3::AccessPoint').map((record) => [textAt(record.config, 'Alias') ?? '', record.id]));
    const id = this.#byAlias.get(match[1] ?? '');
    if (id === undefined) return arn;
    return match[2] === undefined ? id : `${id}/object/${match[2]}`;
  }

  /** A request that names the bucket comes by no access point. One object for each account. */
  #bucketFacts(account: string): Facts {
    const known = this.#facts.get(account);
    if (known !== undefined) return known;
    const made = factsOf({ ...ownerFacts(account), ...accessPointKeys(undefined) });
    this.#facts.set(account, made);
    return made;
  }

  #owned(account: string | undefined): EstateResource {
    const known = this.#plain.get(account);
    if (known !== undefined) return known;
    const attackers = account === attackersAccount;
    const made: EstateResource = {
      account,
      policy: attackers ? new PolicySet([{ name: 'of the attacker', policy: compilePolicy(openToAll, 'resource') }]) : undefined,
      grants: undefined,
      restricted: false,
      unreadForOutsiders: [],
      unread: [],
      facts: factsOf(ownerFacts(account), attackers ? ['aws:resourceorgid', 'aws:resourceorgpaths'] : []),
      locations: nowhere,
      problems: [],
    };
    this.#plain.set(account, made);
    return made;
  }

  #record(arn: string): SnapshotRecord | undefined {
    for (const id of recordIds(arn)) {
      // Most candidates of a question are made up: a table of all short names is not made to tell that nothing is called so.
      const record = this.#snapshot.byId(id);
      if (record !== undefined) return record;
    }
    return undefined;
  }

  #read(record: SnapshotRecord, action: string): EstateResource {
    const { account } = record;
    const facts = record.type === 'AWS::S3::Bucket' ? this.#bucketFacts(account) : resourceFacts(record, account);
    const empty: EstateResource = facts === undefined ? this.#owned(account) : { ...this.#owned(account), facts };
    const spec = resourcePolicySpecs[record.type];
    if (spec === undefined || (record.type === 'AWS::IAM::Role' && !trustActions.has(action))) return empty;
    let locations = nowhere;
    let problems: readonly PolicyProblemAt[] = empty.problems;
    const pointer = `/config/${spec.path.split('.').join('/')}`;
    const document = first(record.config, spec.path);
    const unread: AccessRequest['unread'][number][] = [];
    let policy: PolicySet | undefined;
    if (document !== undefined && document !== null && document !== '') {
      const compiled = compilePolicy(document, 'resource');
      problems = problemsOf(compiled, record.id, pointer);
      const name = record.id;
      locations = new Map([[name, { resource: record.id, pointer, call: spec.call === '' ? (record.calls[0] ?? '') : spec.call }]]);
      policy = new PolicySet([{ name, policy: compiled }]);
    } else if (spec.call !== '' && !record.calls.includes(spec.call) && !this.#snapshot.answered(spec.call, record.account, record.region)) {
      unread.push({ layer: 'resource', missing: spec.call, ...(spec.onlyAdds === true ? { onlyAdds: true } : {}) });
    } else if (record.type === 'AWS::IAM::Role' && document === undefined) {
      // Every role has a trust policy: one that is not there was not read.
      unread.push({ layer: 'resource', missing: 'iam:GetRole' });
    }
    const point = accessPoint(record);
    if (point !== undefined) {
      const { restricted, unread: unreadForOutsiders } = this.#buckets.readPoint(record, point, policy);
      const gate = originGate(point);
      const gated = gate === undefined ? policy : new PolicySet([...(policy?.policies ?? []), gate]);
      const more =
        gate === undefined
          ? locations
          : new Map([...locations, [gate.name, { resource: record.id, pointer: '/config/VpcConfiguration', call: record.calls[0] ?? '' }]]);
      const values = factsOf({ ...ownerFacts(account), ...accessPointKeys(point) });
      return { ...empty, policy: gated, unread, locations: more, problems, restricted, unreadForOutsiders, facts: values, point };
    }
    if (record.type === 'AWS::S3::Bucket') {
      const more = new Map(locations);
      const { grants, restricted, unread: unreadForOutsiders } = this.#buckets.read(record, policy, more);
      return policy === undefined && grants === undefined && unread.length === 0 && unreadForOutsiders.length === 0
        ? empty
        : { ...empty, policy, unread, locations: more, problems, grants, restricted, unreadForOutsiders };
    }
    if (record.type === 'AWS::KMS::Key') {
      const more = new Map(locations);
      const grants = kmsGrants(record, more);
      return { ...empty, policy, unread, locations: more, problems, grants };
    }
    return policy === undefined && unread.length === 0 ? empty : { ...empty, policy, unread, locations, problems };
  }
}

/** Refuses whatever does not come from the VPC of an access point: S3 does, whatever the policies say. */
function originGate(point: AccessPoint): AttachedPolicy | undefined {
  if (point.vpc === undefined) return undefined;
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    NotAction: 's3:*AccessPoint*',
    Resource: '*',
    Condition: { StringNotEquals: { 'aws:SourceVpc': point.vpc } },
  };
  return { name: `network origin of ${point.id}`, policy: compilePolicy({ Version: '2012-10-17', Statement: [statement] }, 'resource') };
}

/** Ids under which the record may stand that has the say on an ARN: an object's bucket, a version's function, an index's table. */
export function recordIds(arn: string): readonly string[] {
  if (!/^arn:[^:]+:(?:s3|lambda|dynamodb)/.test(arn)) return [arn];
  const bucket = /^(arn:[^:]+:s3:::[^/]+)\//.exec(arn)?.[1];
  if (bucket !== undefined) return [bucket];
  const point = accessPointId(arn);
  if (point !== undefined) return [point];
  if (!/^arn:[^:]+:(?:lambda|dynamodb):/.test(arn)) return [arn];
  const shorter = arn.replace(/(:function:[^:]+):.*$/, '$1').replace(/(:table\/[^/]+)\/.*$/, '$1');
  return shorter === arn ? [arn] : [arn, shorter];
}

const nowhere: ReadonlyMap<string, Location> = new Map();

function first(config: Json, path: string): Json | undefined {
  for (const { value } of walkPath(config, path)) return value;
  return undefined;
}

const ownerFacts = (account: string | undefined): Record<string, readonly string[]> =>
  account === undefined ? {} : { 'aws:ResourceAccount': [account], 's3:ResourceAccount': [account] };

const tagFields = ['Tags', 'tags', 'TagSet', 'TagList', 'ListTags', 'ListTagsOfResource', 'ListResourceTags', 'ListTagsForResource', 'ListQueueTags'];

/** Tags and owner of a resource as context keys, where there is more than the owner. S3 is left out: its buckets' tags count only where attribute-based access is switched on. */
function resourceFacts(record: SnapshotRecord, account: string): Facts | undefined {
  const field = tagFields.find((each) => record.config[each] !== undefined);
  return field === undefined ? undefined : new TagFacts(record, field, account);
}

/** Read when somebody asks: few policies have conditions on tags, and most resources are never asked about by themselves. */
class TagFacts implements Facts {
  readonly #record: SnapshotRecord;
  readonly #field: string;
  readonly #account: string;
  #read: Required<Facts> | undefined;

  constructor(record: SnapshotRecord, field: string, account: string) {
    this.#record = record;
    this.#field = field;
    this.#account = account;
  }

  get values(): Facts['values'] {
    return this.#all.values;
  }
  get closed(): readonly string[] {
    return this.#all.closed;
  }

  get #all(): Required<Facts> {
    this.#read ??= tagFacts(this.#record, this.#record.config[this.#field], this.#account);
    return this.#read;
  }
}

function tagFacts({ id }: SnapshotRecord, tags: Json | undefined, account: string): Required<Facts> {
  const values = ownerFacts(account);
  const pairs: [string, string][] = isArray(tags)
    ? tags.map((tag): [string, string] => [
        textAt(tag, 'Key') ?? textAt(tag, 'key') ?? textAt(tag, 'TagKey') ?? '',
        textAt(tag, 'Value') ?? textAt(tag, 'value') ?? textAt(tag, 'TagValue') ?? '',
      ])
    : isObject(tags)
      ? Object.entries(tags).map(([key, value]): [string, string] => [key, String(value)])
      : [];
  const service = (id.split(':')[2] ?? '').toLowerCase();
  for (const [key, value] of pairs) for (const prefix of ['aws', service]) values[`${prefix}:ResourceTag/${key}`] = [value];
  return { values: factsOf(values).values, closed: ['aws:resourcetag/', `${service}:resourcetag/`] };
}
