const directory = 'microsoft.directory/';
const groups = ['groups/members/update', 'groups/owners/update'];
const apps = ['applications/credentials/update', 'applications/owners/update', 'servicePrincipals/credentials/update', 'servicePrincipals/owners/update'];
const roles = ['roleAssignments/allProperties/allTasks'];
const anyGroup = ['groups/members/update', 'groupsAssignableToRoles/members/update'];
const methods = ['users/authenticationMethods/create', 'users/authenticationMethods/basic/update'];
const federation = ['domains/federation/update', 'domains/federationConfiguration/create', 'domains/federationConfiguration/basic/update'];

/**
 * Application permissions of Microsoft Graph as the directory actions that they amount to, from the permissions that each operation's page names
 * (https://learn.microsoft.com/graph/permissions-reference). A permission is an action by its own name too (`microsoft.graph/Synchronization.ReadWrite.All`), for what the
 * directory has no action for.
 */
const table: Readonly<Record<string, readonly string[]>> = {
  'AdministrativeUnit.ReadWrite.All': ['administrativeUnits/allProperties/allTasks'],
  'Application.ReadUpdate.All': apps,
  'Application.ReadWrite.All': apps,
  'AppRoleAssignment.ReadWrite.All': ['servicePrincipals/appRoleAssignedTo/update', 'servicePrincipals/managePermissionGrantsForAll.microsoft-company-admin'],
  'DelegatedPermissionGrant.ReadWrite.All': ['oAuth2PermissionGrants/allProperties/allTasks'],
  // "Directory.ReadWrite.All" stands among the higher privileged permissions of "Create user", "Update user" and "Update group".
  'Directory.ReadWrite.All': [...groups, 'groups/dynamicMembershipRule/update', 'users/basic/update', 'users/create', 'users/inviteGuest'],
  'Domain-InternalFederation.ReadWrite.All': federation,
  'Domain.ReadWrite.All': ['domains/allProperties/allTasks', ...federation],
  'EntitlementManagement.ReadWrite.All': ['entitlementManagement/allProperties/allTasks'],
  'Group.ReadWrite.All': [...groups, 'groups/dynamicMembershipRule/update'],
  'GroupMember.ReadWrite.All': ['groups/members/update'],
  'IdentityProvider.ReadWrite.All': ['identityProviders/allProperties/allTasks'],
  'LifecycleWorkflows.ReadWrite.All': ['lifecycleWorkflows/workflows/allProperties/allTasks'],
  'OnPremDirectorySynchronization.ReadWrite.All': ['onPremisesSynchronization/basic/update'],
  'Organization.ReadWrite.All': ['organization/allProperties/update', 'certificateBasedAuthConfigurations/allProperties/allTasks'],
  'Policy.ReadWrite.Authorization': ['authorizationPolicy/allProperties/allTasks'],
  'Policy.ReadWrite.AuthenticationMethod': ['userCredentialPolicies/basic/update'],
  'Policy.ReadWrite.ConditionalAccess': ['conditionalAccessPolicies/basic/update', 'conditionalAccessPolicies/delete', 'conditionalAccessPolicies/create'],
  'Policy.ReadWrite.CrossTenantAccess': ['crossTenantAccessPolicy/basic/update', 'crossTenantAccessPolicy/partners/b2bCollaboration/update'],
  'Policy.ReadWrite.PermissionGrant': ['permissionGrantPolicies/allProperties/update'],
  'PrivilegedAccess.ReadWrite.AzureAD': roles,
  'PrivilegedAccess.ReadWrite.AzureADGroup': anyGroup,
  'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup': anyGroup,
  'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup': anyGroup,
  'PublicKeyInfrastructure.ReadWrite.All': ['certificateBasedAuthConfigurations/allProperties/allTasks'],
  'RoleAssignmentSchedule.ReadWrite.Directory': roles,
  'RoleEligibilitySchedule.ReadWrite.Directory': roles,
  'RoleManagement.ReadWrite.Directory': [
    ...roles,
    'roleDefinitions/allProperties/allTasks',
    'groupsAssignableToRoles/allProperties/update',
    'groups/members/update',
    'groups/owners/update',
    'servicePrincipals/appRoleAssignedTo/update',
  ],
  'RoleManagementPolicy.ReadWrite.AzureADGroup': ['privilegedIdentityManagement/allProperties/allTasks'],
  'RoleManagementPolicy.ReadWrite.Directory': ['privilegedIdentityManagement/allProperties/allTasks'],
  'ServicePrincipalEndpoint.ReadWrite.All': ['servicePrincipals/owners/update'],
  'Synchronization.ReadWrite.All': ['servicePrincipals/synchronizationJobs/manage', 'servicePrincipals/synchronizationSchema/manage'],
  'User-PasswordProfile.ReadWrite.All': ['users/password/update'],
  'User.Invite.All': ['users/inviteGuest'],
  'User.ReadUpdate.All': ['users/basic/update'],
  'User.ReadWrite.All': ['users/basic/update', 'users/create', 'users/inviteGuest', 'users/userPrincipalName/update'],
  'UserAuthenticationMethod.ReadWrite.All': methods,
};

/** Methods with a permission of their own: each lets its holder sign in as the user. */
const methodPermission = /^UserAuthMethod-[A-Za-z]+\.ReadWrite\.All$/;

/** Directory actions of an application permission. */
export function permissionActions(value: string): readonly string[] {
  const own = methodPermission.test(value) ? methods : (table[value] ?? []);
  return [...own.map((action) => `${directory}${action}`), `microsoft.graph/${value}`];
}

/** Delegated scopes with which an application does what its user may do, where that opens more than the user's own mail and profile. */
export const powerful = (scope: string): boolean =>
  scope in table || methodPermission.test(scope) || /^(Directory\.AccessAsUser\.All|user_impersonation|.*\.FullControl\.All)$/i.test(scope);
