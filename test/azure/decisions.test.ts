import { describe, expect, test } from '@jest/globals';
import { createAzureIamEngine } from '../../src/iam/azure/engine.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import {
  application,
  assignment,
  contributor,
  denial,
  directoryAssignment,
  directoryRole,
  entity,
  graph,
  groupId,
  managementGroup,
  oid,
  owner,
  permitted,
  person,
  principal,
  resource,
  resourceId,
  roleDefinition,
  subscriptionId,
  team,
  tree,
} from '../support/azure-estate.ts';

const vm = 'Microsoft.Compute/virtualMachines';
const storage = 'Microsoft.Storage/storageAccounts';
const web = resourceId(vm, 'web');
const start = `${vm}/start/action`;
const blobs = `${storage}/blobServices/containers/blobs/read`;

interface Case {
  readonly name: string;
  readonly records: readonly SnapshotRecord[];
  readonly who?: string;
  readonly action: string;
  readonly on: string;
  readonly decision: 'allow' | 'deny' | 'conditional' | 'unknown';
  readonly keys?: readonly string[];
}

function run(cases: readonly Case[]): void {
  test.each(cases)('$name', ({ records, who = 'ada', action, on, decision, keys }) => {
    const engine = createAzureIamEngine(memorySnapshot([...tree(), person('ada'), person('bob'), ...records]));
    const holder = oid(who);
    const result = engine.can(holder, action, on);
    expect(result.decision).toBe(decision);
    if (keys !== undefined) expect([...new Set(result.residual.flatMap((entry) => entry.allOf.map((atom) => atom.key)))].sort()).toEqual([...keys].sort());
    if (decision === 'allow') expect(result.decidedBy.length).toBeGreaterThan(0);
    // The bulk form says the same.
    const bulk = engine.bulk({ action, candidates: [on.toLowerCase()], principals: [holder] });
    expect(bulk.length > 0).toBe(decision !== 'deny');
    expect(bulk.some((grant) => grant.residual.length === 0 && grant.missing.length === 0)).toBe(decision === 'allow');
  });
}

describe('role assignments', () => {
  const starter = roleDefinition('starter', { actions: [`${vm}/*`], notActions: [`${vm}/delete`] });
  const through = (...names: readonly string[]) => names.map((name, index) => team(name, [names[index - 1] ?? 'ada']));
  run([
    {
      name: 'by segment: a group whose name begins alike is another group',
      records: [starter, assignment('ada', 'starter', groupId('mai'))],
      action: start,
      on: web,
      decision: 'deny',
    },
    {
      name: 'without regard to case',
      records: [starter, assignment('ada', 'starter', groupId('MAIN').toUpperCase())],
      action: start.toUpperCase(),
      on: web.toUpperCase(),
      decision: 'allow',
    },
    { name: 'what notActions take away', records: [starter, assignment('ada', 'starter', subscriptionId)], action: `${vm}/delete`, on: web, decision: 'deny' },
    {
      name: 'what one role takes away another may give',
      records: [starter, assignment('ada', 'starter', subscriptionId), assignment('ada', owner, groupId('main'))],
      action: `${vm}/delete`,
      on: web,
      decision: 'allow',
    },
    {
      name: 'by a group in a group in a group',
      records: [starter, ...through('one', 'two', 'three'), assignment('three', 'starter', managementGroup('platform'))],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'a circle of groups ends',
      records: [starter, team('one', ['ada', 'two']), team('two', ['one']), assignment('two', 'starter', '/')],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: '`*` of actions is nothing of data',
      records: [assignment('ada', owner, subscriptionId)],
      action: blobs,
      on: resourceId(storage, 'logs'),
      decision: 'deny',
    },
    { name: 'a definition that was not read', records: [assignment('ada', 'nobody-knows', subscriptionId)], action: start, on: web, decision: 'unknown' },
    {
      name: 'Contributor writes no assignments',
      records: [assignment('ada', contributor, '/')],
      action: 'Microsoft.Authorization/roleAssignments/write',
      on: subscriptionId,
      decision: 'deny',
    },
  ]);
});

describe('deny assignments', () => {
  const all = [assignment('ada', owner, subscriptionId)];
  const nothing = { actions: [start] };
  const group = team('ops', ['ada']);
  run([
    { name: 'beat an owner', records: [...all, denial(nothing, groupId('main'))], action: start, on: web, decision: 'deny' },
    {
      name: 'spare whom they exclude',
      records: [...all, denial(nothing, groupId('main'), { excludePrincipals: [{ id: oid('ada') }] })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'spare by a group',
      records: [...all, group, denial(nothing, groupId('main'), { excludePrincipals: [{ id: oid('ops') }] })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'mean a group',
      records: [...all, group, denial(nothing, groupId('main'), { principals: [{ id: oid('ops') }] })],
      action: start,
      on: web,
      decision: 'deny',
    },
    {
      name: 'mean somebody else',
      records: [...all, denial(nothing, groupId('main'), { principals: [{ id: oid('bob') }] })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'do not apply below',
      records: [...all, denial(nothing, groupId('main'), { doNotApplyToChildScopes: true })],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'take actions away only',
      records: [...all, denial({ actions: ['*'], notActions: [start] }, groupId('main'))],
      action: start,
      on: web,
      decision: 'allow',
    },
    {
      name: 'on a condition',
      records: [...all, denial(nothing, groupId('main'), { condition: '@Resource[x] StringEquals y' })],
      action: start,
      on: web,
      decision: 'conditional',
      keys: ['azure:denyCondition'],
    },
  ]);
});

describe('conditions and eligibility', () => {
  const reader = roleDefinition('blob-reader', { dataActions: [blobs] });
  const at = (condition: string) => assignment('ada', 'blob-reader', subscriptionId, { condition });
  const store = resourceId(storage, 'logs');
  const rules = entity('x', 'x', {});
  const policy = (enabled: readonly string[], approval: boolean): SnapshotRecord => ({
    ...rules,
    type: 'Microsoft.Authorization/roleManagementPolicyAssignments',
    id: `${subscriptionId}/providers/microsoft.authorization/rolemanagementpolicyassignments/p`,
    config: {
      properties: {
        scope: subscriptionId,
        roleDefinitionId: `/x/${contributor}`,
        effectiveRules: [
          { id: 'Enablement_EndUser_Assignment', enabledRules: enabled },
          { id: 'Approval_EndUser_Assignment', setting: { isApprovalRequired: approval, approvalStages: [{ primaryApprovers: [{ id: oid('bob') }] }] } },
        ],
      },
    },
  });
  const eligible = assignment('ada', contributor, subscriptionId, {}, 'roleEligibilityScheduleInstances');
  run([
    {
      name: 'a condition on another action',
      records: [reader, at(`!(ActionMatches{'${storage}/blobServices/containers/blobs/write'}) OR @Resource[a] StringEquals 'b'`)],
      action: blobs,
      on: store,
      decision: 'allow',
    },
    {
      name: 'a condition on the resource stays',
      records: [reader, at(`@Resource[${storage}/blobServices/containers:name] StringEquals 'public'`)],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: [`Resource[${storage}/blobServices/containers:name]`],
    },
    {
      name: 'a condition that cannot be read stays as it is',
      records: [reader, at('if x then y')],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: ['azure:condition'],
    },
    {
      name: 'two assignments, one without strings',
      records: [reader, at("@Resource[a] StringEquals 'b'"), assignment('ada', 'blob-reader', store)],
      action: blobs,
      on: store,
      decision: 'allow',
    },
    { name: 'eligible', records: [eligible], action: start, on: web, decision: 'conditional', keys: ['pim:Activation'] },
    {
      name: 'eligible with a second factor and approval',
      records: [eligible, policy(['MultiFactorAuthentication'], true)],
      action: start,
      on: web,
      decision: 'conditional',
      keys: ['pim:Activation', 'pim:Approval', 'pim:MultiFactorAuthentication'],
    },
    {
      name: 'a firewall that lets a network in',
      records: [
        reader,
        assignment('ada', 'blob-reader', '/'),
        resource(storage, 'logs', { properties: { networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] } } }),
      ],
      action: blobs,
      on: store,
      decision: 'conditional',
      keys: ['azure:SourceNetwork'],
    },
  ]);
});

describe('the directory', () => {
  const reset = 'microsoft.directory/users/password/update';
  const members = 'microsoft.directory/groups/members/update';
  const credentials = 'microsoft.directory/applications/credentials/update';
  const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
  const privileged = '7be44c8a-adaf-4e2a-84d6-ab2649e08a13';
  const reports = '4a5d8f65-41da-4de4-8968-e035b65339cf';
  const roles = [
    directoryRole('Helpdesk Administrator', [reset], helpdesk),
    directoryRole('Privileged Authentication Administrator', [reset], privileged),
    directoryRole('Reports Reader', [], reports),
    directoryRole('Groups', [members]),
  ];
  const unit = (name: string, ids: readonly string[], restricted: boolean) =>
    entity('administrativeUnit', oid(name), { isMemberManagementRestricted: restricted, members: ids.map((id) => ({ id: oid(id) })) });
  const bob = oid('bob');
  run([
    { name: 'Helpdesk resets who has no role', records: [...roles, directoryAssignment('ada', helpdesk)], action: reset, on: bob, decision: 'allow' },
    {
      name: 'Helpdesk resets a Reports Reader',
      records: [...roles, directoryAssignment('ada', helpdesk), directoryAssignment('bob', reports)],
      action: reset,
      on: bob,
      decision: 'allow',
    },
    {
      name: 'Helpdesk resets no authentication administrator',
      records: [...roles, directoryAssignment('ada', helpdesk), directoryAssignment('bob', privileged)],
      action: reset,
      on: bob,
      decision: 'deny',
    },
    {
      name: 'Helpdesk resets no member of a role-assignable group',
      records: [...roles, directoryAssignment('ada', helpdesk), team('tier0', ['bob'], { isAssignableToRole: true })],
      action: reset,
      on: bob,
      decision: 'deny',
    },
    {
      name: 'Helpdesk resets no owner of a role-assignable group',
      records: [...roles, directoryAssignment('ada', helpdesk), team('tier0', [], { isAssignableToRole: true, owners: [{ id: bob }] })],
      action: reset,
      on: bob,
      decision: 'deny',
    },
    {
      name: 'Privileged Authentication Administrator resets everybody',
      records: [...roles, directoryAssignment('ada', privileged), directoryAssignment('bob', privileged)],
      action: reset,
      on: bob,
      decision: 'allow',
    },
    {
      name: 'a role by a group',
      records: [...roles, team('desk', ['ada'], { isAssignableToRole: true }), directoryAssignment('desk', helpdesk)],
      action: reset,
      on: bob,
      decision: 'allow',
    },
    {
      name: 'scoped to a unit: who is in it',
      records: [...roles, unit('sales', ['bob'], false), directoryAssignment('ada', helpdesk, `/administrativeUnits/${oid('sales')}`)],
      action: reset,
      on: bob,
      decision: 'allow',
    },
    {
      name: 'scoped to a unit: who is not in it',
      records: [...roles, unit('sales', [], false), directoryAssignment('ada', helpdesk, `/administrativeUnits/${oid('sales')}`)],
      action: reset,
      on: bob,
      decision: 'deny',
    },
    {
      name: 'a restricted unit keeps the tenant’s roles out',
      records: [...roles, unit('board', ['bob'], true), directoryAssignment('ada', privileged)],
      action: reset,
      on: bob,
      decision: 'deny',
    },
    {
      name: 'a restricted unit lets its own in',
      records: [...roles, unit('board', ['bob'], true), directoryAssignment('ada', helpdesk, `/administrativeUnits/${oid('board')}`)],
      action: reset,
      on: bob,
      decision: 'allow',
    },
    {
      name: 'a synchronized user, where passwords are written back',
      records: [...roles, directoryAssignment('ada', helpdesk), person('eve', { onPremisesSyncEnabled: true })],
      action: reset,
      on: oid('eve'),
      decision: 'conditional',
      keys: ['entra:PasswordWriteback'],
    },
    {
      name: 'groups: members are added',
      records: [...roles, directoryAssignment('ada', oid('Groups')), team('plain', [])],
      action: members,
      on: oid('plain'),
      decision: 'allow',
    },
    {
      name: 'groups: not of a role-assignable one',
      records: [...roles, directoryAssignment('ada', oid('Groups')), team('tier0', [], { isAssignableToRole: true })],
      action: members,
      on: oid('tier0'),
      decision: 'deny',
    },
    {
      name: 'groups: not where a rule decides',
      records: [...roles, directoryAssignment('ada', oid('Groups')), team('rule', [], { groupTypes: ['DynamicMembership'] })],
      action: members,
      on: oid('rule'),
      decision: 'deny',
    },
    {
      name: 'groups: not of one from the premises',
      records: [...roles, directoryAssignment('ada', oid('Groups')), team('old', [], { onPremisesSyncEnabled: true })],
      action: members,
      on: oid('old'),
      decision: 'deny',
    },
    {
      name: 'an owner adds members to a role-assignable group',
      records: [team('tier0', [], { isAssignableToRole: true, owners: [{ id: oid('ada') }] })],
      action: members,
      on: oid('tier0'),
      decision: 'allow',
    },
    {
      name: 'an owner of an application',
      records: [application('shop', { owners: [{ id: oid('ada') }] })],
      action: credentials,
      on: oid('app-shop'),
      decision: 'allow',
    },
    {
      name: 'a permission for the application’s single-tenant kind',
      records: [
        directoryRole('own', ['microsoft.directory/applications.myOrganization/credentials/update']),
        directoryAssignment('ada', oid('own')),
        application('shop', { signInAudience: 'AzureADMyOrg' }),
      ],
      action: credentials,
      on: oid('app-shop'),
      decision: 'allow',
    },
    {
      name: 'and not for one of many tenants',
      records: [
        directoryRole('own', ['microsoft.directory/applications.myOrganization/credentials/update']),
        directoryAssignment('ada', oid('own')),
        application('shop', { signInAudience: 'AzureADMultipleOrgs' }),
      ],
      action: credentials,
      on: oid('app-shop'),
      decision: 'deny',
    },
    {
      name: 'on one object',
      records: [
        directoryRole('apps', [credentials]),
        directoryAssignment('ada', oid('apps'), `/${oid('app-shop')}`),
        application('shop'),
        application('other'),
      ],
      action: credentials,
      on: oid('app-other'),
      decision: 'deny',
    },
    {
      name: 'an application permission',
      who: 'bot',
      records: [graph(['GroupMember.ReadWrite.All']), principal('bot', { appRoleAssignments: permitted('GroupMember.ReadWrite.All') }), team('plain', [])],
      action: members,
      on: oid('plain'),
      decision: 'allow',
    },
    {
      name: 'an application permission, not on a role-assignable group',
      who: 'bot',
      records: [
        graph(['Group.ReadWrite.All']),
        principal('bot', { appRoleAssignments: permitted('Group.ReadWrite.All') }),
        team('tier0', [], { isAssignableToRole: true }),
      ],
      action: members,
      on: oid('tier0'),
      decision: 'deny',
    },
    {
      name: 'no credential for a managed identity',
      records: [
        directoryRole('apps', ['microsoft.directory/servicePrincipals/credentials/update']),
        directoryAssignment('ada', oid('apps')),
        principal('mi', { servicePrincipalType: 'ManagedIdentity' }),
      ],
      action: 'microsoft.directory/servicePrincipals/credentials/update',
      on: oid('mi'),
      decision: 'deny',
    },
    {
      name: 'no credential where the instance is locked',
      records: [
        directoryRole('apps', ['microsoft.directory/servicePrincipals/credentials/update']),
        directoryAssignment('ada', oid('apps')),
        principal('shop'),
        application('shop', { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } }),
      ],
      action: 'microsoft.directory/servicePrincipals/credentials/update',
      on: oid('shop'),
      decision: 'deny',
    },
    {
      name: 'consent for everybody, when the user signs in',
      who: 'bot',
      records: [
        principal('bot'),
        entity('oauth2PermissionGrant', 'g', { clientId: oid('bot'), consentType: 'AllPrincipals', scope: 'User.Read Directory.ReadWrite.All' }),
      ],
      action: 'microsoft.graph/delegatedAccess',
      on: bob,
      decision: 'conditional',
      keys: ['entra:UserSignsIn'],
    },
    {
      name: 'harmless consent',
      who: 'bot',
      records: [principal('bot'), entity('oauth2PermissionGrant', 'g', { clientId: oid('bot'), consentType: 'AllPrincipals', scope: 'User.Read openid' })],
      action: 'microsoft.graph/delegatedAccess',
      on: bob,
      decision: 'deny',
    },
  ]);
});
