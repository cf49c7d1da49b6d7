import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, inSubnet, one, refers, registry } from './table.ts';

const version = '2023-12-01';
/** Settings hold secrets: they are asked for only when wanted, and stand as hashes in the snapshot. */
const settings = (as: string, name: string) =>
  one(as, `config/${name}/list`, version, 'Microsoft.Web/sites/config/list', {
    call: `arm:Microsoft.Web/sites/config/${name}/list`,
    http: { path: `{id}/config/${name}/list`, version, method: 'POST' },
    permission: 'Microsoft.Web/sites/config/list/action',
    option: 'app-settings',
    keep: 'properties',
  });
/** `DOCKER|images.azurecr.io/shop/api:3` is a container (https://learn.microsoft.com/azure/app-service/configure-custom-container). */
const containerHost = '^DOCKER\\|([^/]+)/';
const site = {
  kind: 'Compute',
  details: [
    one('siteConfig', 'config/web', version, 'Microsoft.Web/sites/config'),
    one('authConfig', 'config/authsettingsV2', version, 'Microsoft.Web/sites/config', { call: 'arm:Microsoft.Web/sites/config/authsettingsV2' }),
    below('basicPublishingCredentialsPolicies', 'basicPublishingCredentialsPolicies', version, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies'),
    settings('appSettings', 'appsettings'),
    settings('connectionStrings', 'connectionstrings'),
  ],
  references: [
    inSubnet('properties.virtualNetworkSubnetId'),
    refers('properties.serverFarmId'),
    refers('properties.managedEnvironmentId'),
    ...['siteConfig.properties', 'properties.siteConfig'].flatMap((config) =>
      ['linuxFxVersion', 'windowsFxVersion'].map((version) => registry(`${config}.${version}`, containerHost)),
    ),
  ],
  secrets: [
    { path: 'appSettings', keys: 'keep' },
    { path: 'connectionStrings', keys: 'keep' },
    { path: 'properties.siteConfig.appSettings[].value' },
    { path: 'properties.siteConfig.connectionStrings[].connectionString' },
    { path: 'siteConfig.properties.appSettings[].value' },
    { path: 'siteConfig.properties.connectionStrings[].connectionString' },
    { path: 'siteConfig.properties.publishingPassword' },
    { path: 'siteConfig.properties.azureStorageAccounts' },
  ],
} as const;

/** App Service, functions, static sites, logic apps and their connections. */
export const web = defineCollector({
  id: 'azure.web',
  provider: 'azure',
  service: 'Microsoft.Web',
  title: 'App Service, Functions and Logic Apps',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Web/sites': {
      ...site,
      label: 'web or function app',
      aliases: ['properties.defaultHostName', 'name'],
      name: ['name'],
      properties: {
        httpsOnly: { type: 'boolean', means: 'plain HTTP is redirected', from: 'properties.httpsOnly' },
        hosts: { type: 'string[]', means: 'names it answers to', from: 'properties.hostNames' },
      },
    },
    'Microsoft.Web/sites/slots': { ...site, label: 'deployment slot' },
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
