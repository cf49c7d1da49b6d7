import { signOnToAws } from './larkpay-sign-on.ts';
import { type AwsSide, type Estate, guid } from './parts.ts';

interface Places {
  readonly contributor: string;
  readonly reader: string;
  readonly operator: string;
  readonly owner: string;
  /** The management group of the landing zones; resource groups; the subscription of payments. */
  readonly zones: string;
  readonly lake: string;
  readonly pay: string;
  readonly payments: string;
}

/** People, groups, directory roles, grants and single sign-on of the demo tenant. */
export function people(estate: Estate, aws: AwsSide, { contributor, reader, operator, owner, zones, lake, pay, payments }: Places): void {
  // People. Those that come from the premises are synchronized.
  const hybrid = { onPremisesSyncEnabled: true, onPremisesDomainName: 'corp.larkpay.example' };
  const sid = (n: number): string => `S-1-5-21-1004336348-1177238915-682003330-${1100 + n}`;
  const [nora, hana, lin, rhea, kay, mona, oskar] = ['nora.hale', 'hana.desk', 'lin.ops', 'rhea.dev', 'kay.analyst', 'mona.clerk', 'oskar.admin'].map(
    (name, n) => estate.user(name, name === 'rhea.dev' || name === 'oskar.admin' ? {} : { ...hybrid, onPremisesSecurityIdentifier: sid(n) }),
  ) as [string, string, string, string, string, string, string];
  for (let n = 1; n <= 60; n++)
    estate.user(`staff.${String(n).padStart(3, '0')}`, n % 3 === 0 ? {} : { ...hybrid, onPremisesSecurityIdentifier: sid(100 + n) });
  const guest = estate.user('guest.partner', {
    userType: 'Guest',
    userPrincipalName: 'vik_settle.example#EXT#@larkpay.onmicrosoft.com',
    mail: 'vik@settle.example',
  });
  estate.assign(guest, 'User', contributor, lake);
  estate.assign(kay, 'User', reader, zones);
  estate.assign(mona, 'User', operator, pay);
  const operations = estate.team('payments-operations', [lin]);
  const nested = estate.team('payments-all', [mona]);
  estate.add(`v1.0/groups/${nested}/members`, { '@odata.type': '#microsoft.graph.group', id: operations });
  estate.assign(operations, 'Group', owner, `/subscriptions/${payments}`);

  // The directory.
  const global = estate.directoryRole('Global Administrator', '62e90394-69f5-4237-9190-012177145e10', [
    'microsoft.directory/*',
    'microsoft.azure.serviceHealth/allEntities/allTasks',
  ]);
  const helpdesk = estate.directoryRole('Helpdesk Administrator', '729827e3-9c14-49f7-bb1b-9608f156bbb8', [
    'microsoft.directory/users/password/update',
    'microsoft.directory/users/invalidateAllRefreshTokens',
  ]);
  const sync = estate.directoryRole('Directory Synchronization Accounts', 'd29b2b05-8046-44ba-8758-1e26182fcf32', [
    'microsoft.directory/applications/owners/update',
    'microsoft.directory/applications/credentials/update',
    'microsoft.directory/servicePrincipals/credentials/update',
  ]);
  estate.directoryAssignment(oskar, global);
  estate.directoryAssignment(hana, helpdesk);
  estate.directoryAssignment(lin, global, 'roleEligibilityScheduleInstances');
  estate.directoryAssignment(estate.user('Sync_LARK-DC01', { displayName: 'On-Premises Directory Synchronization Service Account' }), sync);
  const roleManagement = '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8';
  const readWrite = '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9';
  const ownedBy = '18a4783c-866b-4cc7-a460-3d5e5662c884';
  const microsoftGraph = estate.principal('Microsoft Graph', {
    appId: '00000003-0000-0000-c000-000000000000',
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    appRoles: [
      { id: roleManagement, value: 'RoleManagement.ReadWrite.Directory', allowedMemberTypes: ['Application'], isEnabled: true },
      { id: readWrite, value: 'Application.ReadWrite.All', allowedMemberTypes: ['Application'], isEnabled: true },
      { id: ownedBy, value: 'Application.ReadWrite.OwnedBy', allowedMemberTypes: ['Application'], isEnabled: true },
    ],
  });
  const automation = estate.application('directory-automation', { owners: [rhea] });
  estate.grantRole(automation.principal, 'directory-automation', roleManagement, microsoftGraph);
  const saas = estate.principal('Statemently', { appId: guid('appId statemently'), appOwnerOrganizationId: guid('tenant statemently') });
  estate.grantRole(saas, 'Statemently', readWrite, microsoftGraph);

  signOnToAws(estate, aws, nora, { microsoftGraph, ownedBy });

  // Who must show a second factor: administrators, and nobody else.
  estate.add('v1.0/identity/conditionalaccess/policies', {
    id: guid('conditional access'),
    displayName: 'Administrators need a second factor',
    state: 'enabled',
    conditions: {
      users: { includeRoles: [global], includeUsers: [], excludeUsers: [], includeGroups: [], excludeGroups: [] },
      applications: { includeApplications: ['All'] },
      clientAppTypes: ['all'],
    },
    grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  });
  estate.answers['v1.0/policies/identitysecuritydefaultsenforcementpolicy'] = {
    id: guid('security defaults'),
    displayName: 'Security Defaults',
    isEnabled: false,
  };
  estate.answers['v1.0/policies/authorizationpolicy'] = {
    id: 'authorizationPolicy',
    displayName: 'Authorization Policy',
    allowInvitesFrom: 'adminsAndGuestInviters',
    defaultUserRolePermissions: { allowedToCreateApps: false },
  };
  estate.answers['v1.0/policies/crosstenantaccesspolicy'] = {
    id: 'crossTenantAccessPolicy',
    displayName: 'CrossTenantAccessPolicy',
    allowedCloudEndpoints: [],
  };
}
