import { IamGroups } from '../../model/iam-groups.ts';
import { isArray, isObject, type Json, textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { PolicyLayer, PrincipalInfo } from '../api.ts';
import { type Facts, factsOf } from '../aws/context.ts';
import { compilePolicy, type Policy } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import { parseRequester, type Requester } from '../aws/requester.ts';
import type { Location } from './location.ts';
import type { AccountControls, Organization } from './organization.ts';
import { wellKnownPolicies } from './resource-policies.ts';

export interface EstatePrincipal {
  readonly info: PrincipalInfo;
  readonly requester: Requester;
  readonly facts: Facts;
  readonly identity: PolicySet | undefined;
  readonly boundary: PolicySet | undefined;
  readonly controls: AccountControls | undefined;
  readonly unread: readonly { readonly layer: PolicyLayer; readonly missing: string }[];
  /** Name of an attached policy (as in `decidedBy`) -> where it stands. */
  readonly locations: ReadonlyMap<string, Location>;
  /** What AWS would reject among its documents. */
  readonly problems: readonly PolicyProblemAt[];
  /** Principals with equal keys are decided alike wherever no condition or variable asks who they are. */
  readonly classKey: string;
}

const gaad = 'iam:GetAccountAuthorizationDetails';
/** Listings that tell who there is, and not what they may do. */
const namesOnly: ReadonlySet<string> = new Set(['iam:ListUsers', 'iam:ListRoles', 'iam:ListGroups']);

interface Attached {
  readonly policy: Policy;
  readonly location: Location;
  readonly problems: readonly PolicyProblemAt[];
}

export interface PolicyProblemAt {
  readonly resource: string;
  readonly pointer: string;
  readonly message: string;
}

/** Reads users and roles with everything that is attached to them. */
export class PrincipalReader {
  readonly #snapshot: Snapshot;
  readonly #organization: Organization;
  readonly #managed = new Map<string, Attached | undefined>();
  readonly #sets = new Map<string, PolicySet>();
  readonly #ids = new WeakMap<Policy, number>();
  #next = 0;
  #groups: IamGroups | undefined;

  constructor(snapshot: Snapshot, organization: Organization) {
    this.#snapshot = snapshot;
    this.#organization = organization;
  }

  all(): EstatePrincipal[] {
    return ['AWS::IAM::User', 'AWS::IAM::Role']
      .flatMap((type) => this.#snapshot.records(type).map((record) => this.principal(record)))
      .filter((principal) => principal !== undefined)
      .sort((a, b) => (a.info.arn < b.info.arn ? -1 : 1));
  }

  /** A user or role. */
  principal(record: SnapshotRecord | undefined): EstatePrincipal | undefined {
    if (record?.type === 'AWS::IAM::User') return this.#read(record, 'user');
    return record?.type === 'AWS::IAM::Role' ? this.#read(record, 'role') : undefined;
  }

  /** A group as if it were a principal: what its policies give to whoever is in it. */
  group(arn: string): EstatePrincipal | undefined {
    const record = this.#snapshot.byId(arn);
    return record?.type === 'AWS::IAM::Group' ? this.#read(record, 'group') : undefined;
  }

  #group(account: string, name: string): SnapshotRecord | undefined {
    this.#groups ??= new IamGroups(this.#snapshot.records('AWS::IAM::Group'));
    return this.#groups.named(account, name);
  }

  #read(record: SnapshotRecord, kind: 'user' | 'role' | 'group'): EstatePrincipal | undefined {
    const requester = parseRequester(kind === 'group' ? record.id.replace(/:group\//, ':role/') : record.id);
    if (requester === undefined) return undefined;
    const locations = new Map<string, Location>();
    const unread: { layer: PolicyLayer; missing: string }[] = [];
    const attached: AttachedPolicy[] = [];
    const problems: PolicyProblemAt[] = [];
    const inline = (owner: SnapshotRecord, key: string): void => {
      for (const [index, each] of list(owner.config[key]).entries()) {
        const name = textAt(each, 'PolicyName') ?? `${key}[${index}]`;
        const pointer = `/config/${key}/${index}/PolicyDocument`;
        if (isObject(each) && each['PolicyDocument'] === undefined) {
          unread.push({ layer: 'identity', missing: `the document of ${name}` });
          continue;
        }
        const policy = compilePolicy(isObject(each) ? (each['PolicyDocument'] ?? null) : null, 'identity');
        problems.push(...problemsOf(policy, owner.id, pointer));
        const label = owner === record ? name : `${textAt(owner.config, 'GroupName') ?? owner.id}/${name}`;
        locations.set(label, { resource: owner.id, pointer, call: gaad });
        attached.push({ name: label, policy });
      }
    };
    const managed = (owner: SnapshotRecord): void => {
      for (const each of list(owner.config['AttachedManagedPolicies'])) {
        const arn = textAt(each, 'PolicyArn') ?? '';
        this.#attach(arn, attached, locations, problems, () => unread.push({ layer: 'identity', missing: `iam:GetPolicyVersion of ${arn}` }));
      }
    };
    // A plain listing names the principal and leaves out what it may do.
    if (record.calls.some((call) => namesOnly.has(call)) && !record.calls.includes(gaad)) unread.push({ layer: 'identity', missing: gaad });
    inline(record, kind === 'user' ? 'UserPolicyList' : kind === 'role' ? 'RolePolicyList' : 'GroupPolicyList');
    managed(record);
    for (const name of kind === 'group' ? [] : list(record.config['GroupList'])) {
      const group = this.#group(record.account, String(name));
      if (group === undefined) unread.push({ layer: 'identity', missing: `iam:GetGroup of ${String(name)}` });
      else {
        inline(group, 'GroupPolicyList');
        managed(group);
      }
    }
    const boundaryArn = textAt(record.config, 'PermissionsBoundary.PermissionsBoundaryArn');
    let boundary: PolicySet | undefined;
    if (boundaryArn !== undefined) {
      const list: AttachedPolicy[] = [];
      this.#attach(boundaryArn, list, locations, problems, () => unread.push({ layer: 'boundary', missing: `iam:GetPolicyVersion of ${boundaryArn}` }));
      boundary = this.#set(list);
      // AWS accepted the document, so it limits in a way that is not understood here: it can make an allow unknown, and never makes one.
      if (list.some((each) => each.policy.problems.length > 0)) unread.push({ layer: 'boundary', missing: `a readable policy: ${boundaryArn}` });
    }
    const controls = this.#organization.of(record.account);
    const unreadable = controls?.scps?.flatMap((level) => (level.policies.every((each) => each.policy.problems.length > 0) ? level.policies : []))[0];
    if (unreadable !== undefined) unread.push({ layer: 'scp', missing: `a readable policy: ${unreadable.name}` });
    if (this.#organization.missing !== undefined) unread.push({ layer: 'scp', missing: this.#organization.missing });
    const name = textAt(record.config, kind === 'user' ? 'UserName' : kind === 'role' ? 'RoleName' : 'GroupName') ?? record.id.split('/').at(-1) ?? record.id;
    const key = [
      record.account,
      this.#key(attached),
      boundary === undefined ? '-' : this.#key(boundary.policies),
      ...unread.map((each) => each.missing),
      record.id.includes(':role/aws-service-role/') ? 'linked' : '',
    ].join('|');
    return {
      info: { arn: record.id, kind, account: record.account, name, serviceLinked: record.id.includes(':role/aws-service-role/') },
      requester,
      facts: principalFacts(record, kind, controls),
      identity: this.#set(attached),
      boundary,
      controls,
      unread,
      locations,
      problems: problems.length === 0 ? noProblems : problems,
      classKey: key,
    };
  }

  #attach(arn: string, attached: AttachedPolicy[], locations: Map<string, Location>, problems: PolicyProblemAt[], missing: () => void): void {
    const found = this.#policy(arn);
    if (found === undefined) {
      missing();
      return;
    }
    locations.set(arn, found.location);
    problems.push(...found.problems);
    attached.push({ name: arn, policy: found.policy });
  }

  #policy(arn: string): Attached | undefined {
    if (this.#managed.has(arn)) return this.#managed.get(arn);
    const record = this.#snapshot.find(arn);
    let found: Attached | undefined;
    if (record !== undefined && record.id === arn) {
      const versions = list(record.config['PolicyVersionList']);
      const wanted = textAt(record.config, 'DefaultVersionId');
      const index = versions.findIndex(
        (version) => (isObject(version) && version['IsDefaultVersion'] === true) || (wanted !== undefined && textAt(version, 'VersionId') === wanted),
      );
      const version = versions[index];
      const pointer = index >= 0 ? `/config/PolicyVersionList/${index}/Document` : '/config/PolicyDocument';
      const document = isObject(version) ? version['Document'] : record.config['PolicyDocument'];
      if (document !== undefined) {
        const policy = compilePolicy(document, 'identity');
        found = { policy, location: { resource: arn, pointer, call: gaad }, problems: problemsOf(policy, arn, pointer) };
      }
    }
    if (found === undefined && /^arn:aws[a-z-]*:iam::aws:policy\//.test(arn)) {
      const known = wellKnownPolicies[arn.split('/').at(-1) ?? ''];
      if (known !== undefined)
        found = { policy: compilePolicy(known as Json, 'identity'), location: { resource: arn, pointer: '', call: gaad }, problems: noProblems };
    }
    this.#managed.set(arn, found);
    return found;
  }

  /** One set object for equal lists, so that what a set remembers is shared. */
  #set(attached: readonly AttachedPolicy[]): PolicySet {
    const key = attached.map((each) => `${each.name} ${this.#id(each.policy)}`).join('\n');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const set = new PolicySet([...attached]);
    this.#sets.set(key, set);
    return set;
  }

  #key(attached: readonly AttachedPolicy[]): string {
    return attached.map((each) => this.#id(each.policy)).join(',');
  }

  #id(policy: Policy): number {
    const known = this.#ids.get(policy);
    if (known !== undefined) return known;
    this.#ids.set(policy, this.#next);
    return this.#next++;
  }
}

const noProblems: readonly PolicyProblemAt[] = [];

/** What is wrong with a document, by its place in the snapshot. */
export const problemsOf = (policy: Policy, resource: string, pointer: string): readonly PolicyProblemAt[] =>
  policy.problems.map((problem) => ({ resource, pointer: `${pointer}/${problem.at}`, message: `${problem.at}: ${problem.message}`.replace(/^: /, '') }));

/** What the snapshot tells of the principal's context keys. */
function principalFacts(record: SnapshotRecord, kind: 'user' | 'role' | 'group', controls: AccountControls | undefined): Facts {
  const values: Record<string, readonly string[]> = {};
  for (const tag of list(record.config['Tags'])) {
    const key = textAt(tag, 'Key');
    if (key !== undefined) values[`aws:PrincipalTag/${key}`] = [textAt(tag, 'Value') ?? ''];
  }
  const userId = textAt(record.config, 'UserId');
  if (kind === 'user' && userId !== undefined) values['aws:userid'] = [userId];
  values['aws:PrincipalOrgID'] = controls === undefined ? [] : [controls.organization];
  values['aws:PrincipalOrgPaths'] = controls === undefined ? [] : [controls.path];
  // Members of a group have tags of their own. A role's session may bring tags of its own where its trust policy lets it; then only the tags that the role has are known.
  const sessionTags =
    kind === 'role' &&
    JSON.stringify(record.config['AssumeRolePolicyDocument'] ?? '')
      .toLowerCase()
      .includes('tagsession');
  return factsOf(values, sessionTags || kind === 'group' ? [] : ['aws:principaltag/']);
}

const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
