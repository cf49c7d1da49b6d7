import { describe } from '@jest/globals';
import { decide } from '../support/azure-cases.ts';
import { application, directoryAssignment, directoryRole, entity, graph, oid, permitted, person, principal, team } from '../support/azure-estate.ts';

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
  decide([
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
