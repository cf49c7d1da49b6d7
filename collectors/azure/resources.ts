import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, diagnostics, perSubscription } from './table.ts';

/** The tree that everything hangs in: management groups, subscriptions, resource groups. */
export const hierarchy = defineCollector({
  id: 'azure.hierarchy',
  provider: 'azure',
  service: 'Microsoft.Resources',
  title: 'Management groups and subscriptions',
  scope: 'tenant',
  resources: armTypes({
    'Microsoft.Management/managementGroups': {
      kind: 'Folder',
      label: 'management group',
      table: 'resourcecontainers',
      name: ['properties.displayName', 'name'],
    },
    'Microsoft.Resources/subscriptions': {
      kind: 'Account',
      label: 'subscription',
      table: 'resourcecontainers',
      name: ['displayName', 'name'],
      aliases: ['subscriptionId', 'name'],
      details: [diagnostics()],
    },
    'Microsoft.Resources/subscriptions/resourceGroups': { kind: 'Folder', label: 'resource group', table: 'resourcecontainers' },
  }),
});

/** Deployments, whose history and outputs are a source of secrets, and the scripts that they run. */
export const deployments = defineCollector({
  id: 'azure.deployments',
  provider: 'azure',
  service: 'Microsoft.Resources',
  title: 'Deployments',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Resources/deployments': {
      kind: 'Pipeline',
      label: 'deployment',
      table: 'none',
      list: [perSubscription('Microsoft.Resources/deployments', '2022-09-01', 'Microsoft.Resources/deployments')],
      secrets: [
        { path: 'properties.outputs', keys: 'keep' },
        { path: 'properties.parameters', keys: 'keep' },
      ],
    },
    'Microsoft.Resources/deploymentScripts': {
      kind: 'Pipeline',
      label: 'deployment script',
      secrets: [
        { path: 'properties.outputs', keys: 'keep' },
        { path: 'properties.environmentVariables[].value' },
        { path: 'properties.arguments' },
        { path: 'properties.storageAccountSettings.storageAccountKey' },
      ],
    },
    'Microsoft.Resources/deploymentStacks': {
      kind: 'Pipeline',
      label: 'deployment stack',
      table: 'none',
      list: [perSubscription('Microsoft.Resources/deploymentStacks', '2024-03-01', 'Microsoft.Resources/deploymentStacks')],
      secrets: [
        { path: 'properties.outputs', keys: 'keep' },
        { path: 'properties.parameters', keys: 'keep' },
      ],
    },
    'Microsoft.Resources/templateSpecs': { kind: 'Artifact', label: 'template spec' },
    'Microsoft.Solutions/applications': {
      kind: 'Pipeline',
      label: 'managed application',
      secrets: [
        { path: 'properties.outputs', keys: 'keep' },
        { path: 'properties.parameters', keys: 'keep' },
      ],
    },
    'Microsoft.ManagedIdentity/userAssignedIdentities': {
      kind: 'Credential',
      label: 'user-assigned identity',
      aliases: ['properties.clientId', 'name'],
      name: ['name'],
      details: [
        below(
          'federatedIdentityCredentials',
          'federatedIdentityCredentials',
          '2023-01-31',
          'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
        ),
      ],
      references: [
        {
          path: 'properties.principalId',
          to: ['Microsoft.Graph/servicePrincipal'],
          edge: 'UsesIdentity',
          placeholder: { type: 'Microsoft.Graph/servicePrincipal' },
        },
      ],
    },
  }),
});
