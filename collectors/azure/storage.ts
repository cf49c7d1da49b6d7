import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, one, refers } from './table.ts';

/** Storage accounts with their containers. Keys are never listed. */
export const storage = defineCollector({
  id: 'azure.storage',
  provider: 'azure',
  service: 'Microsoft.Storage',
  title: 'Storage accounts',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Storage/storageAccounts': {
      kind: 'DataStore',
      label: 'storage account',
      details: [
        below('containers', 'blobServices/default/containers', '2023-05-01', 'Microsoft.Storage/storageAccounts/blobServices/containers'),
        one('blobService', 'blobServices/default', '2023-05-01', 'Microsoft.Storage/storageAccounts/blobServices'),
        one('fileService', 'fileServices/default', '2023-05-01', 'Microsoft.Storage/storageAccounts/fileServices'),
        below('localUsers', 'localUsers', '2023-05-01', 'Microsoft.Storage/storageAccounts/localUsers', {
          when: { path: 'properties.isLocalUserEnabled' },
        }),
      ],
      references: [
        { path: 'properties.networkAcls.virtualNetworkRules[].id', edge: 'RefersTo' },
        refers('properties.encryption.identity.userAssignedIdentity'),
      ],
      properties: {
        publicBlobs: { type: 'boolean', means: 'containers may be made public', from: 'properties.allowBlobPublicAccess' },
        httpsOnly: { type: 'boolean', means: 'plain HTTP is refused', from: 'properties.supportsHttpsTrafficOnly' },
        defaultAction: { type: 'string', means: 'what the firewall does with other networks', from: 'properties.networkAcls.defaultAction' },
      },
    },
  }),
});
