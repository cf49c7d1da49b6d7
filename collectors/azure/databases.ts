import { defineCollector } from '../../src/model/collector.ts';
import { armTypes, below, inSubnet, one } from './table.ts';

const sql = 'Microsoft.Sql/servers';
const flexible = (provider: string, version: string) => [
  below('firewallRules', 'firewallRules', version, `${provider}/flexibleServers/firewallRules`),
  below('administrators', 'administrators', version, `${provider}/flexibleServers/administrators`),
  below('configurations', 'configurations', version, `${provider}/flexibleServers/configurations`),
];
const single = (provider: string, version: string) => [
  below('firewallRules', 'firewallRules', version, `${provider}/servers/firewallRules`),
  below('administrators', 'administrators', version, `${provider}/servers/administrators`),
  below('configurations', 'configurations', version, `${provider}/servers/configurations`),
];

/** SQL, PostgreSQL, MySQL, Cosmos DB, caches: who administers them and from where they are reached. */
export const databases = defineCollector({
  id: 'azure.databases',
  provider: 'azure',
  service: 'Microsoft.Sql',
  title: 'Databases',
  scope: 'global',
  resources: armTypes({
    'Microsoft.Sql/servers': {
      kind: 'DataStore',
      label: 'SQL server',
      details: [
        below('firewallRules', 'firewallRules', '2021-11-01', `${sql}/firewallRules`),
        below('administrators', 'administrators', '2021-11-01', `${sql}/administrators`),
        below('virtualNetworkRules', 'virtualNetworkRules', '2021-11-01', `${sql}/virtualNetworkRules`),
        one('auditingSettings', 'auditingSettings/default', '2021-11-01', `${sql}/auditingSettings`),
        below('securityAlertPolicies', 'securityAlertPolicies', '2021-11-01', `${sql}/securityAlertPolicies`),
        below('encryptionProtector', 'encryptionProtector', '2021-11-01', `${sql}/encryptionProtector`),
      ],
      references: [{ path: 'virtualNetworkRules[].properties.virtualNetworkSubnetId', edge: 'RefersTo' }],
    },
    'Microsoft.Sql/servers/databases': {
      kind: 'DataStore',
      label: 'SQL database',
      details: [
        below('transparentDataEncryption', 'transparentDataEncryption', '2021-11-01', `${sql}/databases/transparentDataEncryption`, { option: 'diagnostics' }),
      ],
    },
    'Microsoft.Sql/managedInstances': { kind: 'DataStore', label: 'SQL managed instance', references: [inSubnet('properties.subnetId')] },
    'Microsoft.DBforPostgreSQL/flexibleServers': {
      kind: 'DataStore',
      label: 'PostgreSQL server',
      details: flexible('Microsoft.DBforPostgreSQL', '2022-12-01'),
      references: [inSubnet('properties.network.delegatedSubnetResourceId')],
    },
    'Microsoft.DBforPostgreSQL/servers': { kind: 'DataStore', label: 'PostgreSQL single server', details: single('Microsoft.DBforPostgreSQL', '2017-12-01') },
    'Microsoft.DBforMySQL/flexibleServers': {
      kind: 'DataStore',
      label: 'MySQL server',
      details: flexible('Microsoft.DBforMySQL', '2023-06-30'),
      references: [inSubnet('properties.network.delegatedSubnetResourceId')],
    },
    'Microsoft.DBforMySQL/servers': { kind: 'DataStore', label: 'MySQL single server', details: single('Microsoft.DBforMySQL', '2017-12-01') },
    'Microsoft.DBforMariaDB/servers': { kind: 'DataStore', label: 'MariaDB server' },
    'Microsoft.DocumentDB/databaseAccounts': {
      kind: 'DataStore',
      label: 'Cosmos DB account',
      details: [
        below('sqlRoleAssignments', 'sqlRoleAssignments', '2023-11-15', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments'),
        below('sqlRoleDefinitions', 'sqlRoleDefinitions', '2023-11-15', 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions'),
      ],
      references: [{ path: 'properties.virtualNetworkRules[].id', edge: 'RefersTo' }],
    },
    'Microsoft.Cache/Redis': {
      kind: 'DataStore',
      label: 'Redis cache',
      details: [below('firewallRules', 'firewallRules', '2023-08-01', 'Microsoft.Cache/redis/firewallRules')],
      references: [inSubnet('properties.subnetId')],
    },
    'Microsoft.Cache/redisEnterprise': { kind: 'DataStore', label: 'Redis Enterprise cache' },
    'Microsoft.Kusto/clusters': { kind: 'DataStore', label: 'Data Explorer cluster' },
  }),
});
