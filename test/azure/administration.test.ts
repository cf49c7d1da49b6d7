import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { decide } from '../support/azure-cases.ts';
import {
  assignment,
  directoryAssignment,
  directoryRole,
  entity,
  oid,
  person,
  resource,
  resourceId,
  roleDefinition,
  subscriptionId,
  team,
  tenant,
} from '../support/azure-estate.ts';
import { verdictsOf } from '../support/azure-paths.ts';

describe('passwords that are kept on the premises', () => {
  const reset = { action: 'microsoft.directory/users/password/update', on: oid('eve') } as const;
  const common = [
    person('eve', { onPremisesSyncEnabled: true }),
    directoryRole('Helpdesk', ['microsoft.directory/users/password/update'], '729827e3-9c14-49f7-bb1b-9608f156bbb8'),
    directoryAssignment('ada', '729827e3-9c14-49f7-bb1b-9608f156bbb8'),
  ];
  const features = (passwordWritebackEnabled: boolean) => entity('onPremisesDirectorySynchronization', tenant, { features: { passwordWritebackEnabled } });
  decide([
    { ...reset, name: 'are written back, as far as is known', records: common, decision: 'conditional', keys: ['entra:PasswordWriteback'] },
    { ...reset, name: 'are written back', records: [...common, features(true)], decision: 'allow' },
    { ...reset, name: 'are not, and so are not reset from here', records: [...common, features(false)], decision: 'deny' },
  ]);
});

describe('administration by a partner', () => {
  const customer = tenant;
  const partner = '0c0c0c0c-0000-4000-8000-000000000002';
  const global = '62e90394-69f5-4237-9190-012177145e10';
  const relationship = (status: string): SnapshotRecord => ({
    ...entity('delegatedAdminRelationship', 'gdap', {
      status,
      customer: { tenantId: customer },
      accessAssignments: [
        {
          status: 'active',
          accessContainer: { accessContainerId: oid('msp'), accessContainerType: 'securityGroup' },
          accessDetails: { unifiedRoles: [{ roleDefinitionId: global }] },
        },
      ],
    }),
    account: partner,
  });
  const theirs = (record: SnapshotRecord): SnapshotRecord => ({ ...record, account: partner });
  const records = (status: string) => [
    relationship(status),
    theirs(person('tech')),
    theirs(team('msp', ['tech'])),
    theirs(entity('organization', partner, { displayName: 'Partner' })),
    directoryRole('Global Administrator', ['microsoft.directory/*', 'microsoft.directory/roleAssignments/allProperties/allTasks'], global),
  ];

  test('a technician of the partner controls the customer’s tenant while the relationship is active', async () => {
    // An administrator is there already: the path is empty.
    expect(await verdictsOf(records('active'), oid('tech'), `admin:${customer}`)).toEqual([]);
    expect(await verdictsOf(records('terminated'), oid('tech'), `admin:${customer}`)).toEqual(['no path']);
  });

  test('of a partner whose tenant was not collected it is unknown what he may do', async () => {
    const policy = entity('crossTenantAccessPolicy', 'policy', { partners: [{ tenantId: partner, isServiceProvider: true }] });
    expect(await verdictsOf([policy], `azure:tenant:${partner}`, `admin:${customer}`)).toEqual(['entra.partner-tenant (unknown)']);
    const other = entity('crossTenantAccessPolicy', 'policy', { partners: [{ tenantId: partner, isServiceProvider: false }] });
    await expect(verdictsOf([other], `azure:tenant:${partner}`, `admin:${customer}`)).rejects.toThrow('is not in the graph');
  });
});

describe('a sign-in to a machine asks for the network, a command does not', () => {
  const vm = 'Microsoft.Compute/virtualMachines';
  const [machine, network, nic, address, filter] = [
    resourceId(vm, 'web'),
    resourceId('Microsoft.Network/virtualNetworks', 'net'),
    resourceId('Microsoft.Network/networkInterfaces', 'nic'),
    resourceId('Microsoft.Network/publicIPAddresses', 'ip'),
    resourceId('Microsoft.Network/networkSecurityGroups', 'filter'),
  ];
  const rule = (access: string) => ({
    name: 'ssh',
    properties: {
      priority: 100,
      direction: 'Inbound',
      access,
      protocol: 'Tcp',
      sourcePortRange: '*',
      destinationPortRange: '22',
      sourceAddressPrefix: 'Internet',
      destinationAddressPrefix: '*',
    },
  });
  const estate = (access: string, action: JsonObject) => [
    person('ada'),
    resource(vm, 'web', { properties: { networkProfile: { networkInterfaces: [{ id: nic }] }, storageProfile: { osDisk: { osType: 'Linux' } } } }),
    resource(`${vm}/extensions`, 'web', { properties: { type: 'AADSSHLoginForLinux' } }),
    resource('Microsoft.Network/networkSecurityGroups', 'filter', { properties: { securityRules: [rule(access)], defaultSecurityRules: [] } }),
    resource('Microsoft.Network/virtualNetworks', 'net', {
      properties: {
        addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
        subnets: [{ id: `${network}/subnets/a`, name: 'a', properties: { addressPrefix: '10.0.0.0/24' } }],
      },
    }),
    { ...resource('Microsoft.Network/virtualNetworks/subnets', 'a', { properties: { addressPrefix: '10.0.0.0/24' } }), id: `${network}/subnets/a` },
    resource('Microsoft.Network/publicIPAddresses', 'ip', {
      sku: { name: 'Standard' },
      properties: { ipAddress: '20.1.2.3', publicIPAllocationMethod: 'Static' },
    }),
    resource('Microsoft.Network/networkInterfaces', 'nic', {
      properties: {
        virtualMachine: { id: machine },
        networkSecurityGroup: { id: filter },
        ipConfigurations: [
          { name: 'a', properties: { privateIPAddress: '10.0.0.4', subnet: { id: `${network}/subnets/a` }, publicIPAddress: { id: address } } },
        ],
      },
    }),
    roleDefinition('operator', action),
    assignment('ada', 'operator', subscriptionId),
  ];
  const login = { dataActions: [`${vm}/loginAsAdmin/action`] };
  const command = { actions: [`${vm}/runCommand/action`] };
  const extension = (record: SnapshotRecord): SnapshotRecord => (record.type === `${vm}/extensions` ? { ...record, id: `${machine}/extensions/aad` } : record);
  const from = (access: string, action: JsonObject) => verdictsOf(estate(access, action).map(extension), oid('ada'), machine);

  test('a machine that the internet reaches', async () => {
    expect(await from('Allow', login)).toEqual(['azure.vm-login']);
    expect(await from('Allow', command)).toEqual(['azure.vm-run-command']);
  });

  test('a machine that nobody outside reaches', async () => {
    expect(await from('Deny', login)).toEqual(['azure.vm-login-inside (unknown)']);
    expect(await from('Deny', command)).toEqual(['azure.vm-run-command']);
  });
});

describe('a managed HSM goes by its local roles alone', () => {
  const type = 'Microsoft.KeyVault/managedHSMs';
  const hsm = resourceId(type, 'keys');
  const [administrator, cryptoUser, auditor] = [
    'a290e904-7015-4bba-90c8-60543313cdb4',
    '21dbd100-6940-42c2-9190-5d6cb909625b',
    '2c18b078-7c48-4d3a-af88-5a3a1b3f82b3',
  ];
  const local = (who: string, role: string, scope = '/') => ({
    properties: { principalId: oid(who), roleDefinitionId: `Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/${role}`, scope },
  });
  const unread = resource(type, 'keys', { properties: { initialAdminObjectIds: [oid('ada')] } });
  const read = (...assigned: readonly JsonObject[]) =>
    resource(type, 'keys', { properties: { initialAdminObjectIds: [oid('ada')] }, localRoleAssignments: assigned });
  const decrypt = { action: 'Microsoft.KeyVault/managedHsm/keys/decrypt/action', on: hsm } as const;
  const roles = { action: 'Microsoft.KeyVault/managedHsm/roleAssignments/write/action', on: hsm } as const;
  decide([
    { ...roles, name: 'its first administrators manage its roles', records: [unread], decision: 'allow' },
    { ...decrypt, name: 'and use no key', records: [unread], decision: 'deny' },
    { ...roles, name: 'unless the roles were read, and they hold none any more', records: [read()], decision: 'deny' },
    { ...roles, name: 'an administrator by a local role', who: 'bob', records: [read(local('bob', administrator))], decision: 'allow' },
    { ...decrypt, name: 'a user of its keys', records: [read(local('ada', cryptoUser))], decision: 'allow' },
    { ...decrypt, name: 'of one key, not of another', records: [read(local('ada', cryptoUser, '/keys/a'))], on: `${hsm}/keys/b`, decision: 'deny' },
    { ...decrypt, name: 'who reads attributes uses nothing', records: [read(local('ada', auditor))], decision: 'deny' },
    { ...decrypt, name: 'a role that was not read may allow it', records: [read(local('ada', oid('custom')))], decision: 'unknown' },
    {
      ...decrypt,
      name: 'no role of Azure gives any of it',
      records: [unread, roleDefinition('everything', { actions: ['*'], dataActions: ['*'] }), assignment('bob', 'everything', subscriptionId)],
      who: 'bob',
      decision: 'deny',
    },
  ]);

  test('a first administrator comes to its keys by giving himself a role', async () => {
    expect(await verdictsOf([person('ada'), unread], oid('ada'), hsm)).toEqual(['azure.managed-hsm-grant-self']);
    expect(await verdictsOf([person('ada'), read(local('ada', cryptoUser, '/keys/a'))], oid('ada'), hsm)).toEqual(['azure.managed-hsm-keys']);
  });
});
