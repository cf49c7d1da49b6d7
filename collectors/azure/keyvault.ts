import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, diagnostics, refers } from './table.ts';

/** Key vaults with the names of their keys and secrets: the management plane tells them, and never a value. */
export const keyvault = defineCollector({
  id: 'azure.keyvault',
  provider: 'azure',
  service: 'Microsoft.KeyVault',
  title: 'Key Vault',
  scope: 'global',
  resources: armTypes({
    'Microsoft.KeyVault/vaults': {
      kind: 'Secret',
      label: 'key vault',
      aliases: ['properties.vaultUri', 'name'],
      name: ['name'],
      details: [
        below('keys', 'keys', '2023-07-01', 'Microsoft.KeyVault/vaults/keys'),
        below('secrets', 'secrets', '2023-07-01', 'Microsoft.KeyVault/vaults/secrets'),
        diagnostics(),
      ],
      references: [{ path: 'properties.networkAcls.virtualNetworkRules[].id', edge: 'RefersTo' }],
      properties: {
        rbac: { type: 'boolean', means: 'role assignments decide, not access policies', from: 'properties.enableRbacAuthorization' },
        purgeProtection: { type: 'boolean', means: 'deleted vaults cannot be purged early', from: 'properties.enablePurgeProtection' },
      },
    },
    'Microsoft.KeyVault/managedHSMs': { kind: 'Key', label: 'managed HSM', references: [refers('properties.networkAcls.virtualNetworkRules[].id')] },
  }),
});
