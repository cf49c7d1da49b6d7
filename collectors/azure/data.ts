import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, identitiesOf, inSubnet, registry } from './table.ts';

/** Data Factory, Synapse, Databricks, messaging and configuration. */
export const data = defineCollector({
  id: 'azure.data',
  provider: 'azure',
  service: 'Microsoft.DataFactory',
  title: 'Data pipelines and messaging',
  scope: 'global',
  resources: armTypes({
    'Microsoft.DataFactory/factories': {
      kind: 'Pipeline',
      label: 'data factory',
      details: [
        below('linkedServices', 'linkedservices', '2018-06-01', 'Microsoft.DataFactory/factories/linkedServices'),
        below('integrationRuntimes', 'integrationRuntimes', '2018-06-01', 'Microsoft.DataFactory/factories/integrationRuntimes'),
      ],
      secrets: [{ path: 'linkedServices[].properties.typeProperties' }, { path: 'properties.globalParameters' }],
    },
    'Microsoft.Synapse/workspaces': {
      kind: 'DataStore',
      label: 'Synapse workspace',
      details: [
        below('firewallRules', 'firewallRules', '2021-06-01', 'Microsoft.Synapse/workspaces/firewallRules'),
        below('administrators', 'administrators', '2021-06-01', 'Microsoft.Synapse/workspaces/administrators', {
          http: { path: '{id}/administrators/activeDirectory', version: '2021-06-01' },
        }),
      ],
    },
    'Microsoft.Databricks/workspaces': {
      kind: 'Compute',
      label: 'Databricks workspace',
      references: [{ path: 'properties.parameters.customVirtualNetworkId.value', to: ['Microsoft.Network/virtualNetworks'], edge: 'Contains', reverse: true }],
    },
    'Microsoft.ServiceBus/namespaces': {
      kind: 'DataStore',
      label: 'Service Bus namespace',
      details: [
        below('authorizationRules', 'AuthorizationRules', '2021-11-01', 'Microsoft.ServiceBus/namespaces/authorizationRules'),
        below('networkRuleSets', 'networkRuleSets', '2021-11-01', 'Microsoft.ServiceBus/namespaces/networkRuleSets'),
      ],
    },
    'Microsoft.EventHub/namespaces': {
      kind: 'DataStore',
      label: 'Event Hubs namespace',
      details: [
        below('authorizationRules', 'authorizationRules', '2021-11-01', 'Microsoft.EventHub/namespaces/authorizationRules'),
        below('networkRuleSets', 'networkRuleSets', '2021-11-01', 'Microsoft.EventHub/namespaces/networkRuleSets'),
      ],
    },
    'Microsoft.EventGrid/topics': { kind: 'DataStore', label: 'Event Grid topic' },
    'Microsoft.EventGrid/domains': { kind: 'DataStore', label: 'Event Grid domain' },
    'Microsoft.AppConfiguration/configurationStores': { kind: 'Secret', label: 'app configuration store' },
    'Microsoft.Devices/IotHubs': { kind: 'DataStore', label: 'IoT hub' },
    'Microsoft.SignalRService/SignalR': { kind: 'Gateway', label: 'SignalR service' },
    'Microsoft.ApiManagement/service': {
      kind: 'Gateway',
      label: 'API management',
      aliases: ['properties.gatewayUrl', 'name'],
      name: ['name'],
      details: [
        below('namedValues', 'namedValues', '2022-08-01', 'Microsoft.ApiManagement/service/namedValues'),
        below('backends', 'backends', '2022-08-01', 'Microsoft.ApiManagement/service/backends'),
        below('apis', 'apis', '2022-08-01', 'Microsoft.ApiManagement/service/apis'),
      ],
      references: [inSubnet('properties.virtualNetworkConfiguration.subnetResourceId')],
      secrets: [{ path: 'namedValues[].properties.value' }, { path: 'backends[].properties.credentials' }, { path: 'backends[].properties.proxy.password' }],
    },
    'Microsoft.Batch/batchAccounts': {
      kind: 'Compute',
      label: 'batch account',
      details: [below('pools', 'pools', '2024-02-01', 'Microsoft.Batch/batchAccounts/pools')],
      references: [
        ...identitiesOf('pools[].identity'),
        registry('pools[].properties.deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerRegistries[].registryServer'),
      ],
      secrets: [{ path: 'pools[].properties.startTask.environmentSettings[].value' }],
    },
    'Microsoft.MachineLearningServices/workspaces': {
      kind: 'Compute',
      label: 'machine learning workspace',
      details: [below('computes', 'computes', '2023-10-01', 'Microsoft.MachineLearningServices/workspaces/computes')],
      references: [
        { path: 'properties.storageAccount', to: ['Microsoft.Storage/storageAccounts'], edge: 'UsesArtifact' },
        { path: 'properties.keyVault', to: ['Microsoft.KeyVault/vaults'], edge: 'UsesSecret' },
        { path: 'properties.containerRegistry', to: ['Microsoft.ContainerRegistry/registries'], edge: 'UsesArtifact' },
        ...identitiesOf('computes[].identity'),
      ],
    },
    'Microsoft.Search/searchServices': { kind: 'DataStore', label: 'search service' },
    'Microsoft.CognitiveServices/accounts': { kind: 'Compute', label: 'AI service' },
    'Microsoft.DesktopVirtualization/hostpools': {
      kind: 'Compute',
      label: 'pool of virtual desktops',
      secrets: [{ path: 'properties.registrationInfo.token' }],
    },
    'Microsoft.HDInsight/clusters': { kind: 'Compute', label: 'HDInsight cluster' },
    'Microsoft.StreamAnalytics/streamingjobs': { kind: 'Pipeline', label: 'stream analytics job' },
    'Microsoft.DevOpsInfrastructure/pools': { kind: 'Pipeline', label: 'managed DevOps pool' },
  }),
});
