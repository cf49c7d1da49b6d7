import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { type DecisionCase, decide } from '../support/azure-cases.ts';
import {
  assignment,
  directoryAssignment,
  directoryRole,
  entity,
  oid,
  owner,
  person,
  resource,
  resourceId,
  roleDefinition,
  subscription,
  subscriptionId,
  team,
  tenant,
  tree,
} from '../support/azure-estate.ts';

const ops = oid('ops');
const types = await allTypes();
async function best(records: readonly SnapshotRecord[], from: string, to: string) {
  const analysis = await analyseSnapshot(memorySnapshot([...tree(), ...records], { types }), types, noSettings);
  const [source, target] = [analysis.resolver.one(from), analysis.resolver.one(to)];
  if (source === undefined || target === undefined) throw new Error(`${source === undefined ? from : to} is not in the graph`);
  return analysis.ranker().best(source, target);
}
/** Up to whoever administers the target. */
const techniques = async (...question: Parameters<typeof best>): Promise<readonly string[]> =>
  (await best(...question))?.steps.map((step) => `${step.techniques[0]}${step.verdict === 'proven' ? '' : ` (${step.verdict})`}`) ?? ['no path'];

describe('eligible memberships of groups', () => {
  const eligible = (who: string, accessId = 'member') =>
    entity('privilegedAccessGroupEligibilityScheduleInstance', `e-${who}`, { principalId: oid(who), groupId: ops, accessId });
  const policy = (role: string, ...rules: readonly JsonObject[]) =>
    entity('unifiedRoleManagementPolicyAssignment', `Group_${ops}_p_${role}`, { scopeId: ops, scopeType: 'Group', roleDefinitionId: role, policy: { rules } });
  const approval: JsonObject = {
    id: 'Approval_EndUser_Assignment',
    setting: { isApprovalRequired: true, approvalStages: [{ primaryApprovers: [{ userId: oid('bob') }] }] },
  };
  const factor: JsonObject = { id: 'Enablement_EndUser_Assignment', enabledRules: ['MultiFactorAuthentication'] };
  const ask = { action: 'microsoft.graph/activateMembership', on: ops, decision: 'conditional' } as const;
  decide([
    { ...ask, name: 'is activated', records: [team('ops', []), eligible('ada')], keys: ['pim:Activation'] },
    {
      ...ask,
      name: 'at the price of its own rules, not of those of another membership or group',
      records: [team('ops', []), eligible('ada'), policy('member', factor, approval), policy('owner')],
      keys: ['pim:Activation', 'pim:MultiFactorAuthentication', 'pim:Approval'],
    },
    {
      ...ask,
      name: 'an ownership by the rules of owners',
      records: [team('ops', []), eligible('ada', 'owner'), policy('member', factor)],
      keys: ['pim:Activation'],
    },
    {
      ...ask,
      name: 'whoever approves holds it with somebody eligible',
      who: 'bob',
      records: [team('ops', []), eligible('ada'), policy('member', approval)],
      keys: ['pim:Activation', 'pim:EligibleRequest'],
    },
    { ...ask, name: 'nobody else', who: 'bob', records: [team('ops', []), eligible('ada')], decision: 'deny' },
  ]);

  test('a member to be comes to what the group holds', async () => {
    const records = [person('ada'), team('ops', []), eligible('ada'), policy('member', approval), assignment('ops', owner, subscriptionId)];
    expect(await techniques(records, oid('ada'), `admin:${subscription}`)).toEqual(['entra.activate-group (conditional)']);
  });
});

describe('access packages', () => {
  const gives = (group: string, originSystem = 'AadGroup'): JsonObject => ({
    id: 'package',
    displayName: 'operations',
    resourceRoleScopes: [{ role: { originId: `Member_${group}`, originSystem }, scope: { originId: group, originSystem } }],
  });
  const policy = (more: JsonObject, accessPackage: JsonObject = gives(ops)) =>
    entity('accessPackageAssignmentPolicy', 'policy', { displayName: 'p', catalog: { id: 'catalog' }, accessPackage, ...more });
  const open = { requestorSettings: { enableTargetsToSelfAddAccess: true }, requestApprovalSettings: { isApprovalRequiredForAdd: false } };
  const approved = {
    requestApprovalSettings: {
      isApprovalRequiredForAdd: true,
      stages: [{ primaryApprovers: [{ '@odata.type': '#microsoft.graph.singleUser', userId: oid('bob') }] }],
    },
  };
  const guest = person('vik', { userType: 'Guest' });
  const ask = { action: 'microsoft.graph/requestAccess', on: ops } as const;
  const role = (who: string, id: string, appScopeId: string | null = '/AccessPackageCatalog/catalog') =>
    entity('entitlementRoleAssignment', `r-${who}`, { principalId: oid(who), roleDefinitionId: id, appScopeId });
  const catalog = entity('accessPackageCatalog', 'catalog', { resources: [{ originId: ops, originSystem: 'AadGroup' }] });
  const [catalogOwner, assignmentManager, reader] = [
    'ae79f266-94d4-4dab-b730-feca7e132178',
    'e2182095-804a-4656-ae11-64734e9b7ae5',
    '44272f93-9762-48e8-af59-1b5351b1d6b3',
  ];
  const cases: readonly DecisionCase[] = [
    { ...ask, name: 'every member asks and has it', records: [policy({ ...open, allowedTargetScope: 'allMemberUsers' })], decision: 'allow' },
    { ...ask, name: 'a guest is no member', who: 'vik', records: [guest, policy({ ...open, allowedTargetScope: 'allMemberUsers' })], decision: 'deny' },
    {
      ...ask,
      name: 'but a user of the directory',
      who: 'vik',
      records: [guest, policy({ ...open, allowedTargetScope: 'allDirectoryUsers' })],
      decision: 'allow',
    },
    {
      ...ask,
      name: 'an approval is its price',
      records: [policy({ ...open, ...approved, allowedTargetScope: 'allMemberUsers' })],
      decision: 'conditional',
      keys: ['entra:AccessApproval'],
    },
    {
      ...ask,
      name: 'members of a group that is named',
      records: [
        team('staff', ['ada']),
        policy({
          ...open,
          allowedTargetScope: 'specificDirectoryUsers',
          specificAllowedTargets: [{ '@odata.type': '#microsoft.graph.groupMembers', groupId: oid('staff') }],
        }),
      ],
      decision: 'allow',
    },
    {
      ...ask,
      name: 'nobody who is not named',
      who: 'bob',
      records: [policy({ ...open, allowedTargetScope: 'specificDirectoryUsers', specificAllowedTargets: [{ userId: oid('ada') }] })],
      decision: 'deny',
    },
    {
      ...ask,
      name: 'where nobody asks for himself',
      records: [policy({ ...open, requestorSettings: { enableTargetsToSelfAddAccess: false }, allowedTargetScope: 'allMemberUsers' })],
      decision: 'deny',
    },
    { ...ask, name: 'where only administrators assign', records: [policy({ ...open, allowedTargetScope: 'notSpecified' })], decision: 'deny' },
    {
      ...ask,
      name: 'a role of an application is no membership',
      records: [policy({ ...open, allowedTargetScope: 'allMemberUsers' }, gives(ops, 'AadApplication'))],
      decision: 'deny',
    },
    { ...ask, name: 'anybody outside', who: 'azure:any-tenant', records: [policy({ ...open, allowedTargetScope: 'allExternalUsers' })], decision: 'allow' },
    {
      ...ask,
      name: 'somebody of a connected organization',
      who: 'azure:any-tenant',
      records: [policy({ ...open, allowedTargetScope: 'specificConnectedOrganizationUsers', specificAllowedTargets: [{ connectedOrganizationId: 'c' }] })],
      decision: 'conditional',
      keys: ['entra:ConnectedOrganization'],
    },
    { ...ask, name: 'whoever owns the catalog', records: [catalog, role('ada', catalogOwner)], decision: 'allow' },
    { ...ask, name: 'of that catalog, not of another', records: [catalog, role('ada', catalogOwner, '/AccessPackageCatalog/other')], decision: 'deny' },
    { ...ask, name: 'of all catalogs', records: [catalog, role('ada', catalogOwner, null)], decision: 'allow' },
    { ...ask, name: 'whoever reads a catalog gives nothing', records: [catalog, role('ada', reader)], decision: 'deny' },
    {
      ...ask,
      name: 'whoever manages assignments gives what is in a package',
      records: [policy({ allowedTargetScope: 'notSpecified' }), role('ada', assignmentManager)],
      decision: 'allow',
    },
    { ...ask, name: 'and not what only lies in the catalog', records: [catalog, role('ada', assignmentManager)], decision: 'deny' },
  ];
  decide(cases.map((each) => ({ ...each, records: [team('ops', []), ...each.records] })));

  test('a phished user asks for what owns a subscription; somebody outside may too', async () => {
    const holding = [team('ops', []), assignment('ops', owner, subscriptionId)];
    const inside = [...holding, person('ada'), policy({ ...open, allowedTargetScope: 'allMemberUsers' })];
    expect(await techniques(inside, `phished:${oid('ada')}`, `admin:${subscription}`)).toEqual(['entra.phished-user', 'entra.access-package']);
    const outside = [...holding, policy({ ...open, allowedTargetScope: 'allExternalUsers' })];
    expect(await techniques(outside, 'azure:any-tenant', `admin:${subscription}`)).toEqual(['entra.access-package']);
  });
});

describe('groups by rule', () => {
  const dynamic = (rule: string) => team('ops', [], { groupTypes: ['DynamicMembership'], membershipRule: rule, membershipRuleProcessingState: 'On' });
  const invites = (from: string) => entity('authorizationPolicy', 'authorizationPolicy', { allowInvitesFrom: from });
  const guestByName = { action: 'microsoft.graph/inviteMember', on: ops } as const;
  const own = { action: 'microsoft.graph/fitMembershipRule', on: ops } as const;
  decide([
    { ...guestByName, name: 'a guest by his name', records: [dynamic('user.displayName -contains "admin"'), invites('everyone')], decision: 'allow' },
    {
      ...guestByName,
      name: 'not where administrators alone invite',
      records: [dynamic('user.displayName -contains "admin"'), invites('adminsAndGuestInviters')],
      decision: 'deny',
    },
    {
      ...guestByName,
      name: 'not where the rule asks for members',
      records: [dynamic('(user.userType -eq "Member") and (user.displayName -startsWith "ops")'), invites('everyone')],
      decision: 'deny',
    },
    { ...guestByName, name: 'not by a department', records: [dynamic('user.department -eq "Ops"'), invites('everyone')], decision: 'deny' },
    {
      ...guestByName,
      name: 'perhaps by an address that must be had',
      records: [dynamic('user.mail -eq "boss@fabrikam.example"'), invites('everyone')],
      decision: 'conditional',
      keys: ['entra:MembershipRule'],
    },
    {
      ...guestByName,
      name: 'a guest invites only where everybody does',
      who: 'vik',
      records: [person('vik', { userType: 'Guest' }), dynamic('user.displayName -contains "x"'), invites('adminsGuestInvitersAndAllMembers')],
      decision: 'deny',
    },
    { ...own, name: 'one’s own telephone', records: [dynamic('user.mobilePhone -startsWith "+49"')], decision: 'allow' },
    {
      ...own,
      name: 'and what else the rule asks must hold',
      records: [
        dynamic('user.mobilePhone -startsWith "+49" -and user.department -eq "Ops"'),
        person('cat', { department: 'ops' }),
        person('dan', { department: 'Sales' }),
      ],
      who: 'cat',
      decision: 'allow',
    },
    {
      ...own,
      name: 'which it does not of everybody',
      records: [dynamic('user.mobilePhone -startsWith "+49" -and user.department -eq "Ops"'), person('dan', { department: 'Sales' })],
      who: 'dan',
      decision: 'deny',
    },
    { ...own, name: 'not what administrators write', records: [dynamic('user.jobTitle -eq "Ops"')], decision: 'deny' },
  ]);
});

describe('passwords that are kept on the premises', () => {
  const reset = { action: 'microsoft.directory/users/password/update', on: oid('eve') } as const;
  const common = [
    person('eve', { onPremisesSyncEnabled: true }),
    directoryRole('Helpdesk', ['microsoft.directory/users/password/update'], '729827e3-9c14-49f7-bb1b-9608f156bbb8'),
    directoryAssignment('ada', '729827e3-9c14-49f7-bb1b-9608f156bbb8'),
  ];
  const features = (passwordWritebackEnabled: boolean) => entity('onPremisesDirectorySynchronization', tenant, { features: { passwordWritebackEnabled } });
  decide([
    { ...reset, name: 'are written back, as far as is known', records: common, decision: 'conditional', keys: ['entra:PasswordWriteback'] },
    { ...reset, name: 'are written back', records: [...common, features(true)], decision: 'allow' },
    { ...reset, name: 'are not, and so are not reset from here', records: [...common, features(false)], decision: 'deny' },
  ]);
});

describe('administration by a partner', () => {
  const customer = tenant;
  const partner = '0c0c0c0c-0000-4000-8000-000000000002';
  const global = '62e90394-69f5-4237-9190-012177145e10';
  const relationship = (status: string): SnapshotRecord => ({
    ...entity('delegatedAdminRelationship', 'gdap', {
      status,
      customer: { tenantId: customer },
      accessAssignments: [
        {
          status: 'active',
          accessContainer: { accessContainerId: oid('msp'), accessContainerType: 'securityGroup' },
          accessDetails: { unifiedRoles: [{ roleDefinitionId: global }] },
        },
      ],
    }),
    account: partner,
  });
  const theirs = (record: SnapshotRecord): SnapshotRecord => ({ ...record, account: partner });
  const records = (status: string) => [
    relationship(status),
    theirs(person('tech')),
    theirs(team('msp', ['tech'])),
    theirs(entity('organization', partner, { displayName: 'Partner' })),
    directoryRole('Global Administrator', ['microsoft.directory/*', 'microsoft.directory/roleAssignments/allProperties/allTasks'], global),
  ];

  test('a technician of the partner controls the customer’s tenant while the relationship is active', async () => {
    // An administrator is there already: the path is empty.
    expect(await techniques(records('active'), oid('tech'), `admin:${customer}`)).toEqual([]);
    expect(await techniques(records('terminated'), oid('tech'), `admin:${customer}`)).toEqual(['no path']);
  });

  test('of a partner whose tenant was not collected it is unknown what he may do', async () => {
    const policy = entity('crossTenantAccessPolicy', 'policy', { partners: [{ tenantId: partner, isServiceProvider: true }] });
    expect(await techniques([policy], `azure:tenant:${partner}`, `admin:${customer}`)).toEqual(['entra.partner-tenant (unknown)']);
    const other = entity('crossTenantAccessPolicy', 'policy', { partners: [{ tenantId: partner, isServiceProvider: false }] });
    await expect(techniques([other], `azure:tenant:${partner}`, `admin:${customer}`)).rejects.toThrow('is not in the graph');
  });
});

describe('a sign-in to a machine asks for the network, a command does not', () => {
  const vm = 'Microsoft.Compute/virtualMachines';
  const [machine, network, nic, address, filter] = [
    resourceId(vm, 'web'),
    resourceId('Microsoft.Network/virtualNetworks', 'net'),
    resourceId('Microsoft.Network/networkInterfaces', 'nic'),
    resourceId('Microsoft.Network/publicIPAddresses', 'ip'),
    resourceId('Microsoft.Network/networkSecurityGroups', 'filter'),
  ];
  const rule = (access: string) => ({
    name: 'ssh',
    properties: {
      priority: 100,
      direction: 'Inbound',
      access,
      protocol: 'Tcp',
      sourcePortRange: '*',
      destinationPortRange: '22',
      sourceAddressPrefix: 'Internet',
      destinationAddressPrefix: '*',
    },
  });
  const estate = (access: string, action: JsonObject) => [
    person('ada'),
    resource(vm, 'web', { properties: { networkProfile: { networkInterfaces: [{ id: nic }] }, storageProfile: { osDisk: { osType: 'Linux' } } } }),
    resource(`${vm}/extensions`, 'web', { properties: { type: 'AADSSHLoginForLinux' } }),
    resource('Microsoft.Network/networkSecurityGroups', 'filter', { properties: { securityRules: [rule(access)], defaultSecurityRules: [] } }),
    resource('Microsoft.Network/virtualNetworks', 'net', {
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        subnets: [{ id: `${network}/subnets/a`, name: 'a', properties: { addressPrefix: '10.0.0.0/24' } }],
      },
    }),
    { ...resource('Microsoft.Network/virtualNetworks/subnets', 'a', { properties: { addressPrefix: '10.0.0.0/24' } }), id: `${network}/subnets/a` },
    resource('Microsoft.Network/publicIPAddresses', 'ip', {
      sku: { name: 'Standard' },
      properties: { ipAddress: '20.1.2.3', publicIPAllocationMethod: 'Static' },
    }),
    resource('Microsoft.Network/networkInterfaces', 'nic', {
      properties: {
        virtualMachine: { id: machine },
        networkSecurityGroup: { id: filter },
        ipConfigurations: [
          { name: 'a', properties: { privateIPAddress: '10.0.0.4', subnet: { id: `${network}/subnets/a` }, publicIPAddress: { id: address } } },
        ],
      },
    }),
    roleDefinition('operator', action),
    assignment('ada', 'operator', subscriptionId),
  ];
  const login = { dataActions: [`${vm}/loginAsAdmin/action`] };
  const command = { actions: [`${vm}/runCommand/action`] };
  const extension = (record: SnapshotRecord): SnapshotRecord => (record.type === `${vm}/extensions` ? { ...record, id: `${machine}/extensions/aad` } : record);
  const from = (access: string, action: JsonObject) => techniques(estate(access, action).map(extension), oid('ada'), machine);

  test('a machine that the internet reaches', async () => {
    expect(await from('Allow', login)).toEqual(['azure.vm-login']);
    expect(await from('Allow', command)).toEqual(['azure.vm-run-command']);
  });

  test('a machine that nobody outside reaches', async () => {
    expect(await from('Deny', login)).toEqual(['azure.vm-login-inside (unknown)']);
    expect(await from('Deny', command)).toEqual(['azure.vm-run-command']);
  });
});
