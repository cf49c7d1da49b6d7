import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, inSubnet, one, refers, registry } from './table.ts';

const version = '2023-12-01';
/** Settings hold secrets: they are asked for only when wanted, and stand as hashes in the snapshot. */
const settings = (type: string, as: string, name: string) =>
  one(as, `config/${name}/list`, version, `${type}/config/list`, {
    call: `arm:${type}/config/${name}/list`,
    http: { path: `{id}/config/${name}/list`, version, method: 'POST' },
    permission: `${type}/config/list/action`,
    option: 'app-settings',
    keep: 'properties',
  });
/** `DOCKER|images.azurecr.io/shop/api:3` is a container (https://learn.microsoft.com/azure/app-service/configure-custom-container). */
const containerHost = '^DOCKER\\|([^/]+)/';
/** A slot is asked as its site is, by rights of its own. */
const site = (type: string) => ({
  kind: 'Compute' as const,
  details: [
    one('siteConfig', 'config/web', version, `${type}/config`),
    one('authConfig', 'config/authsettingsV2', version, `${type}/config`, { call: `arm:${type}/config/authsettingsV2` }),
    below('basicPublishingCredentialsPolicies', 'basicPublishingCredentialsPolicies', version, `${type}/basicPublishingCredentialsPolicies`),
    settings(type, 'appSettings', 'appsettings'),
    settings(type, 'connectionStrings', 'connectionstrings'),
  ],
  references: [
    inSubnet('properties.virtualNetworkSubnetId'),
    refers('properties.serverFarmId'),
    refers('properties.managedEnvironmentId'),
    // Flex Consumption: the package that is deployed lies in a container of blobs (https://learn.microsoft.com/azure/azure-functions/flex-consumption-how-to).
    {
      path: 'properties.functionAppConfig.deployment.storage.value',
      to: ['Microsoft.Storage/storageAccounts'],
      match: 'properties.primaryEndpoints.blob',
      edge: 'UsesArtifact' as const,
      part: '^(https://[^/]+/)',
    },
    ...['siteConfig.properties', 'properties.siteConfig'].flatMap((config) =>
      ['linuxFxVersion', 'windowsFxVersion'].map((version) => registry(`${config}.${version}`, containerHost)),
    ),
  ],
  secrets: [
    { path: 'appSettings', keys: 'keep' as const },
    { path: 'connectionStrings', keys: 'keep' as const },
    { path: 'properties.siteConfig.appSettings[].value' },
    { path: 'properties.siteConfig.connectionStrings[].connectionString' },
    { path: 'siteConfig.properties.appSettings[].value' },
    { path: 'siteConfig.properties.connectionStrings[].connectionString' },
    { path: 'siteConfig.properties.publishingPassword' },
    { path: 'siteConfig.properties.azureStorageAccounts' },
  ],
});

/** App Service, functions, static sites, logic apps and their connections. */
export const web = defineCollector({
  id: 'azure.web',
  provider: 'azure',
  service: 'Microsoft.Web',
  title: 'App Service, Functions and Logic Apps',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Web/sites': {
      ...site('Microsoft.Web/sites'),
      label: 'web or function app',
      aliases: ['properties.defaultHostName', 'name'],
      name: ['name'],
      properties: {
        httpsOnly: { type: 'boolean', means: 'plain HTTP is redirected', from: 'properties.httpsOnly' },
        hosts: { type: 'string[]', means: 'names it answers to', from: 'properties.hostNames' },
      },
    },
    'Microsoft.Web/sites/slots': { ...site('Microsoft.Web/sites/slots'), label: 'deployment slot' },
    'Microsoft.Web/serverfarms': { kind: 'Compute', label: 'App Service plan' },
    'Microsoft.Web/staticSites': { kind: 'Compute', label: 'static site' },
    'Microsoft.Web/hostingEnvironments': { kind: 'Compute', label: 'App Service environment', references: [inSubnet('properties.virtualNetwork.id')] },
    'Microsoft.Web/connections': { kind: 'Credential', label: 'API connection', secrets: [{ path: 'properties.parameterValues' }] },
    'Microsoft.Logic/workflows': {
      kind: 'Pipeline',
      label: 'logic app',
      references: [{ path: 'properties.parameters.$connections.value{}.connectionId', to: ['Microsoft.Web/connections'], edge: 'UsesSecret' }],
    },
  }),
});
