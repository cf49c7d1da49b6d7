import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import { accountNode } from '../model/account-node.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import { isArray, isObject, type Json, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { addAssumeRoot } from './assume-root.ts';
import { addOrganizationReach, type ReachingAccount } from './organization-reach.ts';

/** Services that act as administrators of member accounts for whoever is their delegated administrator. */
const reaching: Readonly<Record<string, string>> = {
  'member.org.stacksets.cloudformation.amazonaws.com': 'stack sets with service-managed permissions',
  'stacksets.cloudformation.amazonaws.com': 'stack sets with service-managed permissions',
  'sso.amazonaws.com': 'permission sets of Identity Center',
};

/**
 * Who administers the management account administers every member: service-managed stack sets and assignments of Identity Center reach them all, and SCPs "don't affect users or roles in
 * the management account" (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html). So does a delegated administrator of those two services, except for
 * the management account itself. Members share one hub.
 */
export function addOrganizations(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  for (const record of snapshot.records('AWS::Organizations::Organization')) {
    const management = textAt(record.config, 'Organization.MasterAccountId') ?? '';
    const members = list(record.config['Accounts'])
      .map((account, index) => ({ id: textAt(account, 'Id') ?? '', index }))
      .filter(({ id }) => id !== management && builder.has(accountNode(id)));
    if (members.length === 0) continue;
    const hub = `hub:aws.organization:${record.id}`;
    const administrators = [
      ...(builder.has(accountNode(management)) ? [{ account: management, ...ofManagement(record) }] : []),
      ...list(record.config['DelegatedAdministrators']).flatMap((each, index) => {
        const account = textAt(each, 'Id') ?? '';
        const delegated = account === management || !builder.has(accountNode(account)) ? undefined : ofDelegated(record, account, index);
        return delegated === undefined ? [] : [{ account, ...delegated }];
      }),
    ];
    const reaching = reachingAccounts(record, management);
    if (administrators.length + reaching.filter(({ account }) => builder.has(accountNode(account))).length === 0) continue;
    builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `member accounts of ${record.id}` });
    for (const { account, ...step } of administrators) builder.step({ from: accountNode(account), to: hub, kind: 'CanGrant', residual: [], ...step });
    addOrganizationReach(builder, iam, hub, reaching);
    addAssumeRoot(builder, snapshot, iam, { id: record.id, members: members.map(({ id }) => id), accounts: reaching });
    for (const { id, index } of members)
      builder.step({
        from: hub,
        to: accountNode(id),
        kind: 'CanGrant',
        technique: 'aws.organization',
        label: 'administers',
        factors: [],
        residual: [],
        evidence: [{ resource: record.id, pointer: `/config/Accounts/${index}`, call: 'organizations:ListAccountsForParent' }],
      });
  }
}

/** The management account, and every delegated administrator whose services were read. */
function reachingAccounts(record: SnapshotRecord, management: string): readonly ReachingAccount[] {
  const services = record.config['DelegatedServices'];
  const { evidence } = ofManagement(record);
  return [
    { account: management, services: undefined, evidence },
    ...Object.entries(isObject(services) ? services : {}).map(([account, own]) => ({
      account,
      services: isArray(own) ? own.map(String) : [],
      evidence: [{ resource: record.id, pointer: `/config/DelegatedServices/${account}`, call: 'organizations:ListDelegatedServicesForAccount' }],
    })),
  ];
}

interface Step {
  readonly technique: string;
  readonly label: string;
  readonly factors: readonly Factor[];
  readonly missing?: readonly string[];
  readonly evidence: readonly Evidence[];
}

const ofManagement = (record: SnapshotRecord): Step => ({
  technique: 'aws.organization-management',
  label: 'administers member accounts from the management account',
  factors: [{ name: 'organization', value: 0.95, why: 'a service-managed stack set or an assignment of Identity Center reaches every member' }],
  evidence: [{ resource: record.id, pointer: '/config/Organization/MasterAccountId', call: 'organizations:DescribeOrganization' }],
});

/** What an account may do as a delegated administrator; where the services were not read it is not known. */
function ofDelegated(record: SnapshotRecord, account: string, index: number): Step | undefined {
  const services = record.config['DelegatedServices'];
  const own = isObject(services) ? services[account] : undefined;
  const evidence = [{ resource: record.id, pointer: `/config/DelegatedAdministrators/${index}`, call: 'organizations:ListDelegatedAdministrators' }];
  const common = { technique: 'aws.organization-delegated', label: 'administers member accounts as a delegated administrator' };
  if (!isArray(own))
    return {
      ...common,
      factors: [{ name: 'delegated', value: 0.3, why: 'for which services it is a delegated administrator was not read' }],
      missing: ['organizations:ListDelegatedServicesForAccount'],
      evidence,
    };
  const service = own.map(String).find((each) => Object.hasOwn(reaching, each));
  if (service === undefined) return undefined;
  const call = 'organizations:ListDelegatedServicesForAccount';
  return {
    ...common,
    factors: [{ name: 'delegated', value: 0.9, why: `${reaching[service]} reach every member account` }],
    evidence: [...evidence, { resource: record.id, pointer: `/config/DelegatedServices/${account}`, call }],
  };
}

const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
