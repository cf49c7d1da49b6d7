import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import { type DecisionCase, decide } from '../support/azure-cases.ts';
import { assignment, directoryRole, entity, oid, owner, person, subscription, subscriptionId, team } from '../support/azure-estate.ts';
import { verdictsOf } from '../support/azure-paths.ts';

const ops = oid('ops');

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
    expect(await verdictsOf(records, oid('ada'), `admin:${subscription}`)).toEqual(['entra.activate-group (conditional)']);
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

  describe('that give a role of the directory', () => {
    const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
    const reset = { action: 'microsoft.directory/users/password/update', on: oid('bob') } as const;
    const definition = directoryRole('Helpdesk Administrator', ['microsoft.directory/users/password/update'], helpdesk);
    const roleOf = (kind: 'Active' | 'Eligible'): JsonObject => ({
      id: 'package',
      displayName: 'desk',
      resourceRoleScopes: [
        { role: { originId: kind, originSystem: 'DirectoryRole' }, scope: { originId: helpdesk, originSystem: 'DirectoryRole', isRootScope: true } },
      ],
    });
    const members = { ...open, allowedTargetScope: 'allMemberUsers' };
    const inCatalog = entity('accessPackageCatalog', 'catalog', { resources: [{ originId: helpdesk, originSystem: 'DirectoryRole' }] });
    decide([
      {
        ...reset,
        name: 'every member asks and has it',
        records: [definition, policy(members, roleOf('Active'))],
        decision: 'conditional',
        keys: ['entra:AccessRequest'],
      },
      {
        ...reset,
        name: 'what is only made eligible must be activated',
        records: [definition, policy(members, roleOf('Eligible'))],
        decision: 'conditional',
        keys: ['entra:AccessRequest', 'pim:Activation'],
      },
      {
        ...reset,
        name: 'an approval is its price',
        records: [definition, policy({ ...members, ...approved }, roleOf('Active'))],
        decision: 'conditional',
        keys: ['entra:AccessApproval', 'entra:AccessRequest'],
      },
      { ...reset, name: 'nobody else', records: [definition, policy({ ...open, allowedTargetScope: 'notSpecified' }, roleOf('Active'))], decision: 'deny' },
      {
        ...reset,
        name: 'whoever owns the catalog makes himself eligible',
        records: [definition, inCatalog, role('ada', catalogOwner)],
        decision: 'conditional',
        keys: ['entra:AccessRequest', 'pim:Activation'],
      },
    ]);
  });

  test('a phished user asks for what owns a subscription; somebody outside may too', async () => {
    const holding = [team('ops', []), assignment('ops', owner, subscriptionId)];
    const inside = [...holding, person('ada'), policy({ ...open, allowedTargetScope: 'allMemberUsers' })];
    expect(await verdictsOf(inside, `phished:${oid('ada')}`, `admin:${subscription}`)).toEqual(['entra.phished-user', 'entra.access-package']);
    const outside = [...holding, policy({ ...open, allowedTargetScope: 'allExternalUsers' })];
    expect(await verdictsOf(outside, 'azure:any-tenant', `admin:${subscription}`)).toEqual(['entra.access-package']);
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
