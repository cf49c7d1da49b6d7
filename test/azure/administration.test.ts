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
