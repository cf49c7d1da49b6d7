import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import {
  application,
  assignment,
  contributor,
  directoryAssignment,
  directoryRole,
  graph,
  group,
  groupId,
  identity,
  managed,
  oid,
  owner,
  permitted,
  person,
  principal,
  resource,
  resourceId,
  roleDefinition,
  subscription,
  subscriptionId,
  tenant,
} from '../support/azure-estate.ts';
import { pathsIn } from '../support/azure-paths.ts';

/**
 * The chains of the public labs of Azure, as their authors walk them, with what their resources say: XMGoat (five scenarios), Mandiant's Azure workshop (two), AzureGoat (one). A hop that
 * only the content of a blob or secret tells (a private key in a file) is no hop of a configuration: where a chain has one, it is asked for in the two halves around it.
 */
interface Lab {
  readonly name: string;
  readonly records: readonly SnapshotRecord[];
  /** Pieces of the chain, each from a node to a node by these techniques. */
  readonly chain: readonly (readonly [from: string, to: string, techniques: readonly string[]])[];
  /** What the lab leaves closed. */
  readonly never?: readonly (readonly [from: string, to: string])[];
}

const vm = 'Microsoft.Compute/virtualMachines';
const vault = 'Microsoft.KeyVault/vaults';
const store = 'Microsoft.Storage/storageAccounts';
const site = 'Microsoft.Web/sites';
const runbooks = 'Microsoft.Automation/automationAccounts';
const sql = 'Microsoft.Sql/servers';
const net = 'Microsoft.Network/';
const applicationAdministrator = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3';
const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

/** A machine or app that runs with an identity of the user's making. */
const runsAs = (...names: readonly string[]): JsonObject => ({
  identity: {
    type: 'UserAssigned',
    userAssignedIdentities: Object.fromEntries(
      names.map((name) => [resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', name), { principalId: oid(name) }]),
    ),
  },
});
const appAdministrators = directoryRole(
  'Application Administrator',
  [
    'microsoft.directory/applications/credentials/update',
    'microsoft.directory/applications/owners/update',
    'microsoft.directory/servicePrincipals/credentials/update',
  ],
  applicationAdministrator,
);
const policyVault = (name: string, holders: readonly string[], secrets: readonly string[], permission = 'get'): SnapshotRecord =>
  resource(vault, name, {
    properties: {
      enableRbacAuthorization: false,
      accessPolicies: holders.map((holder) => ({ objectId: oid(holder), permissions: { secrets: [permission, 'list'] } })),
    },
    secrets: secrets.map((secret) => ({ name: secret, properties: { attributes: { enabled: true } } })),
  });
const storageKeys = roleDefinition('Storage Account Contributor', { actions: ['Microsoft.Storage/storageAccounts/*'] });
const network = (host: string, address: string | undefined, rules: readonly JsonObject[]): readonly SnapshotRecord[] => [
  resource(`${net}networkSecurityGroups`, `nsg-${host}`, {
    properties: { securityRules: rules.map((properties, index) => ({ name: `r${index}`, properties })) },
  }),
  resource(`${net}virtualNetworks`, 'vnet', {
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ id: `${resourceId(`${net}virtualNetworks`, 'vnet')}/subnets/internal`, name: 'internal', properties: { addressPrefix: '10.0.2.0/24' } }],
    },
  }),
  ...(address === undefined ? [] : [resource(`${net}publicIPAddresses`, `pip-${host}`, { sku: { name: 'Standard' }, properties: { ipAddress: address } })]),
  resource(`${net}networkInterfaces`, `nic-${host}`, {
    properties: {
      virtualMachine: { id: resourceId(vm, host) },
      networkSecurityGroup: { id: resourceId(`${net}networkSecurityGroups`, `nsg-${host}`) },
      ipConfigurations: [
        {
          name: 'main',
          properties: {
            privateIPAddress: '10.0.2.4',
            subnet: { id: `${resourceId(`${net}virtualNetworks`, 'vnet')}/subnets/internal` },
            ...(address === undefined ? {} : { publicIPAddress: { id: resourceId(`${net}publicIPAddresses`, `pip-${host}`) } }),
          },
        },
      ],
    },
  }),
];
const attachedTo = (host: string): JsonObject => ({
  properties: { networkProfile: { networkInterfaces: [{ id: resourceId(`${net}networkInterfaces`, `nic-${host}`) }] } },
});
const ssh: JsonObject = {
  priority: 100,
  access: 'Allow',
  direction: 'Inbound',
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRange: '22',
  sourceAddressPrefix: '*',
  destinationAddressPrefix: '*',
};

const labs: readonly Lab[] = [
  {
    name: 'XMGoat 1: an owner of an application commands a machine, whose identity reads a blob',
    records: [
      person('us1'),
      application('scenario1', { owners: [{ id: oid('us1') }] }),
      principal('scenario1', { owners: [{ id: oid('us1') }] }),
      roleDefinition('run command', { actions: [`${vm}/read`, `${vm}/runCommand/action`] }),
      resource(vm, 'linux', runsAs('uai')),
      managed('uai'),
      roleDefinition('read blobs', { actions: [`${store}/read`], dataActions: [`${store}/blobServices/containers/blobs/read`] }),
      resource(store, 'goat1'),
      assignment('scenario1', 'run command', resourceId(vm, 'linux')),
      assignment('uai', 'read blobs', resourceId(store, 'goat1')),
    ],
    chain: [[oid('us1'), resourceId(store, 'goat1'), ['entra.add-sp-credential', 'azure.vm-run-command', 'azure.identity-token', 'azure.storage-read']]],
  },
  {
    name: 'XMGoat 2: a principal reads the password of a user, who gives himself the subscription',
    records: [
      principal('scenario2'),
      person('us2goat'),
      policyVault('goat2', ['scenario2'], ['us2goat']),
      roleDefinition('add privileges', { actions: ['Microsoft.Authorization/roleAssignments/write'] }),
      assignment('us2goat', 'add privileges', subscriptionId),
    ],
    chain: [[oid('scenario2'), `admin:${subscription}`, ['azure.vault-secrets', 'azure.named-secret', 'azure.grant-role']]],
  },
  {
    name: 'XMGoat 3: the master key of a function, the identity of it, the Global Administrator',
    records: [
      person('us3'),
      resource(site, 'goat3', { kind: 'functionapp', ...runsAs('id3') }),
      managed('id3'),
      application('scenario3'),
      principal('scenario3'),
      appAdministrators,
      directoryRole('Global Administrator', ['microsoft.directory/*'], globalAdministrator),
      directoryAssignment('id3', applicationAdministrator),
      directoryAssignment('scenario3', globalAdministrator),
      roleDefinition('update code', {
        actions: ['Microsoft.Web/sites/Read', 'microsoft.web/sites/functions/read', 'microsoft.web/sites/host/listkeys/action'],
      }),
      assignment('us3', 'update code', resourceId(site, 'goat3')),
    ],
    chain: [[oid('us3'), `admin:${tenant}`, ['azure.site-host-keys', 'azure.identity-token', 'entra.add-sp-credential']]],
  },
  {
    name: 'XMGoat 4: a token for the deployment site, the identity there, an application that assigns roles',
    records: [
      person('us4'),
      // Basic authentication is off: the token alone is enough.
      resource(site, 'goat4', { kind: 'functionapp', ...runsAs('id4'), basicPublishingCredentialsPolicies: [{ name: 'scm', properties: { allow: false } }] }),
      managed('id4'),
      application('scenario4'),
      principal('scenario4', { appRoleAssignments: permitted('RoleManagement.ReadWrite.Directory') }),
      graph(['RoleManagement.ReadWrite.Directory']),
      appAdministrators,
      directoryAssignment('id4', applicationAdministrator),
      roleDefinition('scm token', { actions: ['Microsoft.web/sites/Read', 'Microsoft.Web/sites/publish/Action'] }),
      assignment('us4', 'scm token', resourceId(site, 'goat4')),
    ],
    chain: [[oid('us4'), `admin:${tenant}`, ['azure.site-kudu', 'azure.identity-token', 'entra.add-sp-credential', 'entra.assign-role']]],
  },
  {
    name: 'XMGoat 5: an owned application publishes to a function, whose identity signs for an account and reads a vault',
    records: [
      person('us5'),
      application('scenario5', { owners: [{ id: oid('us5') }] }),
      principal('scenario5', { owners: [{ id: oid('us5') }] }),
      resource(site, 'goat5', { kind: 'functionapp', ...runsAs('id5') }),
      managed('id5'),
      resource(store, 'goat5'),
      policyVault('goat5', ['id5'], ['ZIP-Password'], 'Get'),
      roleDefinition('publish xml', { actions: ['microsoft.web/publishingusers/write', 'Microsoft.Web/sites/publishxml/Action', 'Microsoft.Web/sites/Read'] }),
      roleDefinition('sas', { actions: [`${store}/read`, `${store}/listAccountSas/action`] }),
      assignment('scenario5', 'publish xml', resourceId(site, 'goat5')),
      assignment('id5', 'sas', resourceId(store, 'goat5')),
    ],
    chain: [
      [oid('us5'), resourceId(store, 'goat5'), ['entra.add-sp-credential', 'azure.site-publish', 'azure.identity-token', 'azure.storage-sas']],
      [oid('us5'), resourceId(vault, 'goat5'), ['entra.add-sp-credential', 'azure.site-publish', 'azure.identity-token', 'azure.vault-secrets']],
    ],
  },
  {
    name: 'Mandiant 1: an administrator of applications, a vault; a contributor of an automation account, the administrator of a database',
    records: [
      person('chris.green'),
      person('peter.williams'),
      person('sqladmin'),
      application('innovation'),
      principal('innovation'),
      appAdministrators,
      directoryAssignment('chris.green', applicationAdministrator),
      // The secret is called `ForPW`: whose it is stands in nothing but its content.
      policyVault('innovation', ['innovation'], ['ForPW'], 'Get'),
      resource(runbooks, 'innovation', { credentials: [{ name: 'sqladmin', properties: { userName: 'sqladmin@fabrikam.example' } }] }),
      assignment('peter.williams', contributor, resourceId(runbooks, 'innovation')),
      resource(sql, 'customers', { properties: { administrators: { sid: oid('sqladmin') } } }),
    ],
    chain: [
      [oid('chris.green'), resourceId(vault, 'innovation'), ['entra.add-sp-credential', 'azure.vault-secrets']],
      [oid('peter.williams'), resourceId(sql, 'customers'), ['azure.runbook', 'azure.automation-credential', 'azure.sql-administrator']],
    ],
    never: [[oid('chris.green'), resourceId(sql, 'customers')]],
  },
  {
    name: 'Mandiant 2: an owner of a security group opens a machine; two identities on to the keys of a share',
    records: [
      person('katie.parkson'),
      ...network('linux', '203.0.113.7', []),
      resource(vm, 'linux', { ...attachedTo('linux'), identity: identity('linux-vm') }),
      resource(vm, 'windows', { identity: identity('windows-vm') }),
      managed('linux-vm'),
      managed('windows-vm'),
      resource(store, 'datamining'),
      storageKeys,
      roleDefinition('blob reader', { dataActions: [`${store}/blobServices/containers/blobs/read`] }),
      assignment('katie.parkson', 'blob reader', resourceId(store, 'datamining')),
      assignment('katie.parkson', owner, resourceId(`${net}networkSecurityGroups`, 'nsg-linux')),
      assignment('linux-vm', contributor, resourceId(vm, 'windows')),
      assignment('windows-vm', 'Storage Account Contributor', resourceId(store, 'datamining')),
    ],
    chain: [
      [oid('katie.parkson'), resourceId(vm, 'windows'), ['azure.nsg-open', 'azure.identity-token', 'azure.vm-run-command']],
      [resourceId(vm, 'windows'), resourceId(store, 'datamining'), ['azure.identity-token', 'azure.storage-keys']],
    ],
    // Nothing is open from outside before somebody opens it.
    never: [['internet', resourceId(vm, 'windows')]],
  },
  {
    name: 'AzureGoat: a public container, an open machine, its Contributor, a runbook whose identity owns the group',
    records: [
      resource(store, 'goatstore', {
        properties: { allowBlobPublicAccess: true },
        containers: [
          { name: 'dev', properties: { publicAccess: 'Container' } },
          { name: 'prod', properties: { publicAccess: 'None' } },
        ],
      }),
      ...network('goatvm', '203.0.113.9', [ssh]),
      resource(vm, 'goatvm', { ...attachedTo('goatvm'), identity: identity('goat-vm') }),
      managed('goat-vm'),
      group('main'),
      assignment('goat-vm', contributor, groupId('main')),
      resource(runbooks, 'goat-automation', runsAs('goat-runner')),
      managed('goat-runner'),
      assignment('goat-runner', owner, groupId('main')),
    ],
    chain: [
      ['internet', resourceId(store, 'goatstore'), ['azure.storage-read']],
      ['internet', groupId('main'), ['network.reaches', 'azure.identity-token', 'azure.runbook', 'azure.identity-token']],
    ],
  },
];

describe('public labs', () => {
  test.each(labs)('$name', async ({ records, chain, never = [] }) => {
    const best = await pathsIn(records);
    for (const [from, to, techniques] of chain) {
      const path = best(from, to);
      expect(path?.steps.flatMap((step) => step.techniques[0] ?? []) ?? ['no path']).toEqual(techniques);
      // Every hop of it is proved by a record.
      expect(path?.steps.filter((step) => step.evidence.length === 0) ?? []).toEqual([]);
    }
    for (const [from, to] of never) expect(best(from, to)?.steps.map((step) => step.techniques[0])).toBeUndefined();
  });
});
