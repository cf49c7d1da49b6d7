import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, perSubscription, principalTypes, refers } from './table.ts';

const principal = {
  path: 'properties.principalId',
  to: [...new Set(Object.values(principalTypes))],
  edge: 'AttachedTo',
  placeholder: { type: 'Microsoft.Graph/servicePrincipal', by: { path: 'properties.principalType', types: principalTypes } },
} as const;
const assignment = { kind: 'Policy', references: [principal, refers('properties.roleDefinitionId'), refers('properties.scope')] } as const;

/** Who may do what: assignments and definitions of roles over the whole tenant. */
export const authorization = defineCollector({
  id: 'azure.authorization',
  provider: 'azure',
  service: 'Microsoft.Authorization',
  title: 'Role assignments and definitions',
  scope: 'tenant',
  resources: armTypes({
    'Microsoft.Authorization/roleAssignments': { ...assignment, label: 'role assignment', table: 'authorizationresources' },
    'Microsoft.Authorization/roleDefinitions': {
      kind: 'Policy',
      label: 'role definition',
      table: 'authorizationresources',
      name: ['properties.roleName', 'name'],
      aliases: ['name', 'properties.roleName'],
    },
    'Microsoft.Authorization/classicAdministrators': { kind: 'Policy', label: 'classic administrator', table: 'authorizationresources' },
    'Microsoft.Authorization/policyAssignments': {
      kind: 'Policy',
      label: 'policy assignment',
      table: 'policyresources',
      name: ['properties.displayName', 'name'],
      references: [refers('properties.scope')],
    },
    'Microsoft.ManagedServices/registrationAssignments': {
      kind: 'Policy',
      label: 'Lighthouse delegation',
      table: 'managedservicesresources',
      references: [refers('properties.registrationDefinitionId')],
    },
    'Microsoft.ManagedServices/registrationDefinitions': { kind: 'Policy', label: 'Lighthouse offer', table: 'managedservicesresources' },
  }),
});

const pim = '2020-10-01';
const auth = (name: string, version: string) => [perSubscription(`Microsoft.Authorization/${name}`, version, `Microsoft.Authorization/${name}`)];

/** What Resource Graph lacks of it: denials, eligibility with its rules, locks. */
export const access = defineCollector({
  id: 'azure.access',
  provider: 'azure',
  service: 'Microsoft.Authorization',
  title: 'Deny assignments, Privileged Identity Management, locks',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Authorization/denyAssignments': {
      kind: 'Policy',
      label: 'deny assignment',
      table: 'none',
      name: ['properties.denyAssignmentName', 'name'],
      list: auth('denyAssignments', '2022-04-01'),
    },
    'Microsoft.Authorization/roleEligibilityScheduleInstances': {
      ...assignment,
      label: 'eligible assignment',
      table: 'none',
      list: auth('roleEligibilityScheduleInstances', pim),
    },
    'Microsoft.Authorization/roleAssignmentScheduleInstances': {
      ...assignment,
      label: 'scheduled assignment',
      table: 'none',
      list: auth('roleAssignmentScheduleInstances', pim),
    },
    'Microsoft.Authorization/roleManagementPolicyAssignments': {
      kind: 'Policy',
      label: 'rules of activation',
      table: 'none',
      list: auth('roleManagementPolicyAssignments', pim),
      references: [refers('properties.roleDefinitionId'), refers('properties.scope')],
    },
    'Microsoft.Authorization/locks': { kind: 'Policy', label: 'lock', table: 'none', list: auth('locks', '2020-05-01') },
    'Microsoft.Security/pricings': { kind: 'Monitor', label: 'Defender plan', table: 'securityresources' },
    'Microsoft.Security/securityContacts': {
      kind: 'Monitor',
      label: 'security contact',
      table: 'none',
      list: [perSubscription('Microsoft.Security/securityContacts', '2020-01-01-preview', 'Microsoft.Security/securityContacts')],
    },
    'Microsoft.Security/settings': {
      kind: 'Monitor',
      label: 'setting of Defender for Cloud',
      table: 'none',
      list: [perSubscription('Microsoft.Security/settings', '2022-05-01', 'Microsoft.Security/settings')],
    },
    'Microsoft.Security/autoProvisioningSettings': {
      kind: 'Monitor',
      label: 'auto-provisioning of agents',
      table: 'none',
      list: [perSubscription('Microsoft.Security/autoProvisioningSettings', '2017-08-01-preview', 'Microsoft.Security/autoProvisioningSettings')],
    },
    'Microsoft.Insights/logProfiles': {
      kind: 'Monitor',
      label: 'log profile',
      table: 'none',
      list: [perSubscription('Microsoft.Insights/logprofiles', '2016-03-01', 'Microsoft.Insights/logProfiles')],
    },
    'Microsoft.Insights/activityLogAlerts': { kind: 'Monitor', label: 'activity log alert' },
    'Microsoft.Insights/components': { kind: 'Monitor', label: 'Application Insights', secrets: [{ path: 'properties.InstrumentationKey' }] },
    'Microsoft.OperationalInsights/workspaces': { kind: 'Monitor', label: 'Log Analytics workspace' },
    'Microsoft.RecoveryServices/vaults': {
      kind: 'DataStore',
      label: 'recovery vault',
      details: [below('protectedItems', 'backupProtectedItems', '2023-04-01', 'Microsoft.RecoveryServices/vaults/backupProtectedItems')],
      references: [{ path: 'protectedItems[].properties.sourceResourceId', edge: 'UsesArtifact', reverse: true }],
    },
    'Microsoft.DataProtection/backupVaults': { kind: 'DataStore', label: 'backup vault' },
  }),
});
