import { defineCollector } from '../../src/model/collector.ts';
import { entraTypes, groupType, members } from './table.ts';

const roles = 'roleManagement/directory';
const assigned = {
  kind: 'Policy',
  references: [
    { path: 'principalId', to: members, edge: 'AttachedTo' },
    { path: 'roleDefinitionId', to: ['Microsoft.Graph/unifiedRoleDefinition'], edge: 'RefersTo' },
  ],
} as const;
const needed = {
  assignments: 'RoleManagement.Read.Directory',
  eligible: 'RoleEligibilitySchedule.Read.Directory',
  active: 'RoleAssignmentSchedule.Read.Directory',
};

/** Directory roles: definitions, assignments, eligibility and the rules of activation. */
export const roleManagement = defineCollector({
  id: 'entra.roles',
  provider: 'entra',
  service: 'roleManagement',
  title: 'Directory roles',
  scope: 'tenant',
  resources: entraTypes({
    unifiedRoleDefinition: {
      kind: 'Policy',
      label: 'directory role',
      aliases: ['templateId'],
      from: [`${roles}/roleDefinitions`, needed.assignments],
      recognise: ['rolePermissions', 'templateId'],
    },
    unifiedRoleAssignment: {
      ...assigned,
      label: 'assignment of a directory role',
      name: ['id'],
      from: [`${roles}/roleAssignments?$expand=principal`, needed.assignments],
      recognise: ['roleDefinitionId', 'principalId', 'directoryScopeId'],
    },
    unifiedRoleEligibilityScheduleInstance: {
      ...assigned,
      label: 'eligibility for a directory role',
      name: ['id'],
      from: [`${roles}/roleEligibilityScheduleInstances`, needed.eligible],
      recognise: ['roleDefinitionId', 'roleEligibilityScheduleId'],
    },
    unifiedRoleAssignmentScheduleInstance: {
      ...assigned,
      label: 'activated directory role',
      name: ['id'],
      from: [`${roles}/roleAssignmentScheduleInstances`, needed.active],
      recognise: ['roleDefinitionId', 'assignmentType'],
    },
    unifiedRoleManagementPolicyAssignment: {
      kind: 'Policy',
      label: 'rules of activation of a directory role',
      name: ['id'],
      from: [
        "policies/roleManagementPolicyAssignments?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'&$expand=policy($expand=rules)",
        'RoleManagementPolicy.Read.Directory',
      ],
      references: [{ path: 'roleDefinitionId', to: ['Microsoft.Graph/unifiedRoleDefinition'], edge: 'AttachedTo' }],
      recognise: ['policyId', 'scopeType'],
    },
    accessPackageAssignmentPolicy: {
      kind: 'Policy',
      label: 'policy of an access package',
      from: [
        'identityGovernance/entitlementManagement/assignmentPolicies?$expand=accessPackage($expand=resourceRoleScopes($expand=role,scope)),catalog',
        'EntitlementManagement.Read.All',
      ],
      recognise: ['requestorSettings', 'requestApprovalSettings'],
    },
    // What this tenant administers of others, where it is a partner's.
    delegatedAdminRelationship: {
      kind: 'Policy',
      label: 'delegated administration of a customer',
      // Only a partner's tenant has any: elsewhere it would be a permission for nothing.
      from: ['tenantRelationships/delegatedAdminRelationships', 'DelegatedAdminRelationship.Read.All', { option: 'partner' }],
      lists: [
        [
          'accessAssignments',
          'tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments',
          'DelegatedAdminRelationship.Read.All',
          { when: { path: 'status', equals: 'active' } },
        ],
      ],
      references: [{ path: 'accessAssignments[].accessContainer.accessContainerId', to: [groupType], edge: 'AttachedTo' }],
      recognise: ['accessDetails', 'customer'],
    },
    accessPackageCatalog: {
      kind: 'Policy',
      label: 'catalog of access packages',
      from: ['identityGovernance/entitlementManagement/catalogs?$expand=resources', 'EntitlementManagement.Read.All'],
      references: [{ path: 'resources[].originId', to: [groupType], edge: 'RefersTo' }],
      recognise: ['catalogType', 'isExternallyVisible'],
    },
    entitlementRoleAssignment: {
      ...assigned,
      label: 'role of entitlement management',
      name: ['id'],
      from: ['roleManagement/entitlementManagement/roleAssignments', 'EntitlementManagement.Read.All'],
    },
  }),
});
