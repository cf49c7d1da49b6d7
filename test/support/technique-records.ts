import type { Premise } from '../../src/derive/premise.ts';
import type { Technique } from '../../src/derive/technique.ts';
import { isArray, isObject, type Json, type JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account } from './estate.ts';
import { document, everything, policyConfig } from './technique-config.ts';

/** What an estate says about its actor: one policy statement for each permission, and where it is limited. Variants change this, then `records` writes it down as an API would. */
export interface ActorPolicy {
  readonly kind: 'user' | 'role';
  readonly arn: string;
  readonly statements: readonly JsonObject[];
  /** Policies of its own beside `statements`: each is an inline policy. */
  readonly more: readonly Json[];
  readonly boundary: readonly JsonObject[] | undefined;
  readonly scp: readonly JsonObject[] | undefined;
  readonly through: 'inline' | 'managed' | 'group' | 'split';
  readonly version: string;
}

/** An estate in which the premises of a technique hold, each by a record. */
export interface TechniqueEstate {
  readonly technique: Technique;
  readonly premises: readonly Premise[];
  readonly actor: ActorPolicy | undefined;
  /** Ids by variable. */
  readonly ids: ReadonlyMap<string, string>;
  readonly others: readonly SnapshotRecord[];
  /** `source -> target` as it must be derived. */
  readonly step: string;
}

/** A managed policy of the account. */
export function managed(name: string, statements: readonly Json[], version?: string): SnapshotRecord {
  return {
    type: 'AWS::IAM::ManagedPolicy',
    id: `arn:aws:iam::${account}:policy/${name}`,
    account,
    region: 'global',
    calls: ['iam:GetAccountAuthorizationDetails'],
    config: policyConfig(name, statements, version),
  };
}

/** The estate as records of a snapshot. */
export function recordsOf(estate: TechniqueEstate): readonly SnapshotRecord[] {
  const { actor, others } = estate;
  const asked = others.find((record) => record.type === 'actor');
  const records = others.filter((record) => record.type !== 'actor');
  if (actor === undefined) return records;
  const own = asked?.config ?? {};
  const name = actor.arn.split('/').at(-1) ?? '';
  const attached: JsonObject[] = isArray(own['AttachedManagedPolicies']) ? own['AttachedManagedPolicies'].filter(isObject) : [];
  const groups: Json[] = isArray(own['GroupList']) ? [...own['GroupList']] : [];
  const inline: Json[] = [...actor.more];
  if (actor.through === 'inline') inline.push(document(actor.statements, actor.version));
  if (actor.through === 'split') for (const statement of actor.statements) inline.push(document([statement], actor.version));
  if (actor.through === 'managed') {
    records.push(managed('of-ada', actor.statements, actor.version));
    attached.push({ PolicyName: 'of-ada', PolicyArn: `arn:aws:iam::${account}:policy/of-ada` });
  }
  if (actor.through === 'group') {
    const arn = `arn:aws:iam::${account}:group/staff`;
    const policies = [{ PolicyName: 'staff', PolicyDocument: document(actor.statements, actor.version) }];
    records.push({
      type: 'AWS::IAM::Group',
      id: arn,
      account,
      region: 'global',
      calls: ['iam:GetAccountAuthorizationDetails'],
      config: { GroupName: 'staff', Arn: arn, GroupPolicyList: policies, AttachedManagedPolicies: [] },
    });
    groups.push('staff');
  }
  const limit =
    own['powerful'] === true
      ? { PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/limit`, PermissionsBoundaryType: 'Policy' } }
      : {};
  const boundary =
    actor.boundary === undefined
      ? limit
      : { PermissionsBoundary: { PermissionsBoundaryArn: `arn:aws:iam::${account}:policy/boundary`, PermissionsBoundaryType: 'Policy' } };
  if (actor.boundary !== undefined) records.push(managed('boundary', actor.boundary));
  const policies = inline.map((each, index) => ({ PolicyName: `p${index}`, PolicyDocument: each }));
  const { powerful: _powerful, ...rest } = own;
  const common = { Arn: actor.arn, ...rest, AttachedManagedPolicies: attached, Tags: [{ Key: 'team', Value: 'blue' }], ...boundary };
  const config: JsonObject =
    actor.kind === 'user'
      ? { UserName: name, ...common, GroupList: groups, UserPolicyList: policies, ListAccessKeys: own['ListAccessKeys'] ?? [] }
      : { RoleName: name, AssumeRolePolicyDocument: document([]), ...common, RolePolicyList: policies };
  records.push({
    type: actor.kind === 'user' ? 'AWS::IAM::User' : 'AWS::IAM::Role',
    id: actor.arn,
    account,
    region: 'global',
    calls: ['iam:GetAccountAuthorizationDetails', 'iam:ListAccessKeys', 'iam:GetLoginProfile', 'iam:ListMFADevices'],
    config,
  });
  if (actor.scp !== undefined) records.push(organization(actor.scp));
  return records;
}

function organization(statements: readonly JsonObject[]): SnapshotRecord {
  return {
    type: 'AWS::Organizations::Organization',
    id: 'arn:aws:organizations::999988887777:organization/o-example',
    account: '999988887777',
    region: 'global',
    calls: ['organizations:DescribeOrganization'],
    config: {
      Organization: { Id: 'o-example', MasterAccountId: '999988887777' },
      Root: { Id: 'r-1' },
      OrganizationalUnits: [],
      Accounts: [{ Id: account, ParentId: 'r-1' }],
      Policies: [
        { PolicySummary: { Id: 'p-FullAWSAccess' }, Content: document([everything]) },
        { PolicySummary: { Id: 'p-limit' }, Content: document(statements) },
      ],
      PoliciesForTarget: { 'r-1': { SERVICE_CONTROL_POLICY: ['p-FullAWSAccess'] }, [account]: { SERVICE_CONTROL_POLICY: ['p-limit'] } },
    },
  };
}
