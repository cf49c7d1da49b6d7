import { defineCollector } from '../../src/model/collector.ts';
import { entraTypes, groupType, members, userType } from './table.ts';

/** Graph gives only a dozen of them unasked. */
const userFields = `
  id displayName userPrincipalName mail accountEnabled userType createdDateTime creationType externalUserState identities jobTitle department
  companyName officeLocation employeeId employeeType usageLocation onPremisesSyncEnabled onPremisesSecurityIdentifier onPremisesImmutableId
  onPremisesSamAccountName onPremisesDomainName onPremisesDistinguishedName onPremisesExtensionAttributes lastPasswordChangeDateTime
  passwordPolicies isResourceAccount proxyAddresses otherMails assignedPlans securityIdentifier
`
  .trim()
  .split(/\s+/)
  .join(',');

/** Users, groups, devices, units: who is there. */
export const directory = defineCollector({
  id: 'entra.directory',
  provider: 'entra',
  service: 'directory',
  title: 'Users, groups, devices and administrative units',
  scope: 'tenant',
  resources: entraTypes({
    organization: { kind: 'Organization', label: 'tenant', from: ['organization', 'Organization.Read.All'] },
    domain: {
      kind: 'Policy',
      label: 'domain',
      from: ['domains', 'Domain.Read.All'],
      name: ['id'],
      lists: [
        ['federationConfiguration', 'domains/{id}/federationConfiguration', 'Domain.Read.All', { when: { path: 'authenticationType', equals: 'Federated' } }],
      ],
      recognise: ['authenticationType', 'isVerified'],
    },
    user: {
      kind: 'Principal',
      label: 'user',
      from: [`users?$top=999&$select=${userFields}`, 'User.Read.All'],
      aliases: ['userPrincipalName', 'mail', 'onPremisesSecurityIdentifier'],
      name: ['displayName', 'userPrincipalName'],
      recognise: ['userPrincipalName'],
    },
    group: {
      kind: 'Group',
      label: 'group',
      from: ['groups?$top=999', 'Group.Read.All'],
      aliases: ['mailNickname', 'onPremisesSecurityIdentifier'],
      lists: [
        ['members', 'groups/{id}/members?$top=999&$select=id,displayName', 'GroupMember.Read.All'],
        ['owners', 'groups/{id}/owners?$top=999&$select=id,displayName', 'Group.Read.All'],
        // Privileged Identity Management answers for one group at a time, so those are asked by which roles are held.
        [
          'eligibilityScheduleInstances',
          "identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId%20eq%20'{id}'",
          'PrivilegedEligibilitySchedule.Read.AzureADGroup',
          { when: { path: 'isAssignableToRole' } },
        ],
        [
          'activationPolicies',
          "policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'{id}'%20and%20scopeType%20eq%20'Group'&$expand=policy($expand=rules)",
          'RoleManagementPolicy.Read.AzureADGroup',
          { when: { path: 'isAssignableToRole' } },
        ],
      ],
      parts: [
        { path: 'eligibilityScheduleInstances[]', type: 'Microsoft.Graph/privilegedAccessGroupEligibilityScheduleInstance' },
        { path: 'activationPolicies[]', type: 'Microsoft.Graph/unifiedRoleManagementPolicyAssignment' },
      ],
      references: [{ path: 'members[].id', to: members, edge: 'MemberOf', reverse: true }],
      recognise: ['securityEnabled', 'groupTypes'],
    },
    privilegedAccessGroupEligibilityScheduleInstance: {
      kind: 'Policy',
      label: 'eligibility for a group',
      name: ['id'],
      references: [
        { path: 'principalId', to: members, edge: 'AttachedTo' },
        { path: 'groupId', to: [groupType], edge: 'RefersTo' },
      ],
      recognise: ['accessId', 'groupId'],
    },
    device: {
      kind: 'Compute',
      label: 'device',
      from: ['devices?$top=999', 'Device.Read.All'],
      aliases: ['deviceId'],
      lists: [['registeredOwners', 'devices/{id}/registeredOwners?$select=id,displayName', 'Device.Read.All']],
      references: [{ path: 'registeredOwners[].id', to: [userType], edge: 'RefersTo' }],
      recognise: ['deviceId', 'operatingSystem'],
    },
    administrativeUnit: {
      kind: 'Folder',
      label: 'administrative unit',
      from: ['directory/administrativeUnits?$top=999', 'AdministrativeUnit.Read.All'],
      lists: [
        ['members', 'directory/administrativeUnits/{id}/members?$top=999&$select=id,displayName', 'AdministrativeUnit.Read.All'],
        ['scopedRoleMembers', 'directory/administrativeUnits/{id}/scopedRoleMembers', 'RoleManagement.Read.Directory'],
      ],
      references: [{ path: 'members[].id', to: members, edge: 'Contains' }],
    },
  }),
});
