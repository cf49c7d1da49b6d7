import type { AzureWorld } from '../../scripts/azure/replay.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

export const tenant = '7e4a4700-0000-4000-8000-000000000001';
export const subscription = '5b500000-0000-4000-8000-000000000001';
export const other = '5b500000-0000-4000-8000-000000000002';
export const secretSetting = 'Server=tcp:ledger;Password=Sw0rdfish-9921';

const guid = (kind: string, n: number): string => `${kind.padEnd(8, '0')}-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const userId = (n: number): string => guid('0a5e0000', n);
export const groupId = (n: number): string => guid('96000000', n);
export const principalId = (n: number): string => guid('5e000000', n);

/** A row as Resource Graph has it: types in lower case, ids in a case of their own. */
export function row(type: string, name: string, properties: JsonObject, more: JsonObject = {}, of: string = subscription): JsonObject {
  return {
    id: `/subscriptions/${of}/resourceGroups/Core-RG/providers/${type}/${name}`,
    name,
    type: type.toLowerCase(),
    tenantId: tenant,
    location: 'westeurope',
    resourceGroup: 'core-rg',
    subscriptionId: of,
    properties,
    ...more,
  };
}

const network = `/subscriptions/${subscription}/resourceGroups/core-rg/providers/Microsoft.Network`;
const uami = `/subscriptions/${subscription}/resourcegroups/core-rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/deployer`;
const sub = (id: string, name: string, chain: readonly string[]): JsonObject => ({
  id: `/subscriptions/${id}`,
  name,
  type: 'microsoft.resources/subscriptions',
  tenantId: tenant,
  subscriptionId: id,
  properties: { state: 'Enabled', managementGroupAncestorsChain: chain.map((each) => ({ name: each, displayName: each })) },
});
const group = (name: string, parent: string | undefined): JsonObject => ({
  id: `/providers/Microsoft.Management/managementGroups/${name}`,
  name,
  type: 'microsoft.management/managementgroups',
  tenantId: tenant,
  properties: {
    displayName: name,
    details: parent === undefined ? {} : { parent: { id: `/providers/Microsoft.Management/managementGroups/${parent}`, name: parent } },
  },
});

/** A small tenant: two subscriptions under two management groups, a machine with identities, a network, an app, users in nested groups. */
export function smallWorld(): AzureWorld {
  const vm = row(
    'Microsoft.Compute/virtualMachines',
    'Web-01',
    {
      storageProfile: { osDisk: { osType: 'Linux' } },
      networkProfile: { networkInterfaces: [{ id: `${network}/networkInterfaces/WEB-NIC` }] },
      aPropertyOfNextYear: { kept: true },
    },
    {
      identity: {
        type: 'SystemAssigned, UserAssigned',
        principalId: principalId(1),
        userAssignedIdentities: { [uami]: { principalId: principalId(2), clientId: 'c' } },
      },
    },
  );
  const nic = row('Microsoft.Network/networkInterfaces', 'web-nic', {
    ipConfigurations: [{ properties: { subnet: { id: `${network}/virtualNetworks/core/subnets/web` } } }],
    networkSecurityGroup: { id: `${network}/networkSecurityGroups/web` },
  });
  const subnet = { id: `${network}/virtualNetworks/core/subnets/web`, name: 'web', properties: { addressPrefix: '10.1.0.0/24' } };
  const site = row('Microsoft.Web/sites', 'ledger-app', { defaultHostName: 'ledger-app.example.net' });
  const siteAt = `subscriptions/${subscription}/resourcegroups/core-rg/providers/microsoft.web/sites/ledger-app`;
  const vaultAt = `subscriptions/${subscription}/resourcegroups/core-rg/providers/microsoft.keyvault/vaults/core-kv`;
  const lists: Record<string, Json> = {};
  for (const each of [subscription, other])
    for (const name of ['denyAssignments', 'roleEligibilityScheduleInstances', 'roleAssignmentScheduleInstances', 'roleManagementPolicyAssignments', 'locks'])
      lists[`subscriptions/${each}/providers/microsoft.authorization/${name.toLowerCase()}`] = [];
  return {
    tenant,
    tables: {
      resources: [
        vm,
        nic,
        row('Microsoft.Network/virtualNetworks', 'core', { addressSpace: { addressPrefixes: ['10.1.0.0/16'] }, subnets: [subnet] }),
        row('Microsoft.Network/networkSecurityGroups', 'web', { securityRules: [] }),
        row('Microsoft.ManagedIdentity/userAssignedIdentities', 'deployer', { principalId: principalId(2), clientId: 'c' }),
        row('Microsoft.KeyVault/vaults', 'core-kv', { enableRbacAuthorization: true }),
        row('Microsoft.Storage/storageAccounts', 'ledgerdata', { allowBlobPublicAccess: false }, {}, other),
        site,
      ],
      resourcecontainers: [
        group(tenant, undefined),
        group('platform', tenant),
        sub(subscription, 'production', ['platform', tenant]),
        sub(other, 'sandbox', [tenant]),
        {
          ...sub(subscription, 'core-rg', []),
          id: `/subscriptions/${subscription}/resourceGroups/Core-RG`,
          type: 'microsoft.resources/subscriptions/resourcegroups',
        },
      ],
      authorizationresources: [
        {
          id: `/providers/Microsoft.Management/managementGroups/platform/providers/Microsoft.Authorization/roleAssignments/${guid('0a', 1)}`,
          name: guid('0a', 1),
          type: 'microsoft.authorization/roleassignments',
          tenantId: tenant,
          properties: {
            principalId: groupId(1),
            principalType: 'Group',
            roleDefinitionId: `/providers/Microsoft.Authorization/RoleDefinitions/${guid('de', 1)}`,
            scope: '/providers/Microsoft.Management/managementGroups/platform',
          },
        },
        {
          id: `/providers/Microsoft.Authorization/RoleDefinitions/${guid('de', 1)}`,
          name: guid('de', 1),
          type: 'microsoft.authorization/roledefinitions',
          properties: { roleName: 'Operator', type: 'BuiltInRole', permissions: [{ actions: ['Microsoft.Compute/*'] }] },
        },
      ],
    },
    answers: {
      subscriptions: [
        { id: `/subscriptions/${subscription}`, subscriptionId: subscription, tenantId: tenant, displayName: 'production', state: 'Enabled' },
        { id: `/subscriptions/${other}`, subscriptionId: other, tenantId: tenant, displayName: 'sandbox', state: 'Enabled' },
      ],
      ...lists,
      [`${vaultAt}/secrets`]: [{ id: `/${vaultAt}/secrets/db`, name: 'db', properties: { attributes: { enabled: true } } }],
      [`${siteAt}/config/web`]: { id: `/${siteAt}/config/web`, name: 'ledger-app', properties: { minTlsVersion: '1.2' } },
      [`${siteAt}/config/appsettings/list`]: { id: `/${siteAt}/config/appsettings`, properties: { DB: secretSetting, MODE: 'live' } },
      [`subscriptions/${subscription}/resourcegroups/core-rg/providers/microsoft.managedidentity/useridentities`]: [],
      [`${uami.slice(1).toLowerCase()}/federatedidentitycredentials`]: [
        {
          id: `${uami}/federatedIdentityCredentials/main`,
          name: 'main',
          properties: { issuer: 'https://token.actions.githubusercontent.com', subject: 'repo:acme/ledger:ref:refs/heads/main' },
        },
      ],
      'v1.0/organization': [{ id: tenant, displayName: 'Acme' }],
      'v1.0/users': Array.from({ length: 25 }, (_, n) => ({ id: userId(n), displayName: `User ${n}`, userPrincipalName: `user${n}@acme.example` })),
      'v1.0/groups': Array.from({ length: 25 }, (_, n) => ({ id: groupId(n), displayName: `Group ${n}`, securityEnabled: true, groupTypes: [] })),
      ...Object.fromEntries(
        Array.from({ length: 25 }, (_, n) => [
          `v1.0/groups/${groupId(n)}/members`,
          n === 1 ? Array.from({ length: 12 }, (__, m) => ({ '@odata.type': '#microsoft.graph.user', id: userId(m) })) : [],
        ]),
      ),
      'v1.0/serviceprincipals': [
        { id: principalId(1), displayName: 'Web-01', appId: guid('a0', 1), servicePrincipalType: 'ManagedIdentity' },
        { id: principalId(2), displayName: 'deployer', appId: guid('a0', 2), servicePrincipalType: 'ManagedIdentity' },
      ],
      'v1.0/policies/authorizationpolicy': { id: 'authorizationPolicy', displayName: 'Authorization Policy', defaultUserRolePermissions: {} },
    },
  };
}
