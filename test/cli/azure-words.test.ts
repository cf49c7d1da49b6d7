import { describe, expect, test } from '@jest/globals';
import { shortId, shortIds } from '../../src/cli/azure-words.ts';
import { evidenceWords } from '../../src/cli/evidence-words.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { azureRecords, idOf } from '../network/azure-world.ts';

const rule = (more: JsonObject): JsonObject => ({
  name: 'ssh',
  properties: { priority: 100, access: 'Allow', direction: 'Inbound', protocol: 'Tcp', ...more },
});
const net = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);
const snapshot = memorySnapshot(
  azureRecords({
    vnets: [
      {
        id: 'v',
        cidrs: ['10.0.0.0/16'],
        peers: ['w'],
        subnets: [{ id: 'GatewaySubnet', cidr: '10.0.0.0/27' }],
        admin: [
          {
            id: '/m/rules/scan',
            properties: {
              access: 'AlwaysAllow',
              direction: 'Inbound',
              protocol: 'Tcp',
              priority: 5,
              sources: [{ addressPrefix: '203.0.113.0/24' }],
              destinationPortRanges: ['22'],
            },
          },
        ],
      },
    ],
    hosts: [{ id: 'worker', subnet: 'v/s', ip: '10.0.1.4' }],
    tables: { t: [{ addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.9.4' }] },
    records: [
      {
        type: 'Microsoft.Network/networkSecurityGroups',
        id: 'n',
        config: {
          properties: {
            securityRules: [
              rule({ sourceAddressPrefix: 'Internet', destinationPortRange: '22' }),
              rule({
                access: 'Deny',
                direction: 'Outbound',
                protocol: '*',
                destinationAddressPrefixes: ['10.0.0.0/8', '172.16.0.0/12'],
                destinationPortRange: '*',
              }),
              rule({
                sourceApplicationSecurityGroups: [{ id: net('applicationSecurityGroups', 'web') }],
                destinationPortRanges: ['80', '443', '8080', '9090'],
              }),
            ],
          },
        },
      },
      {
        type: 'Microsoft.Network/azureFirewalls',
        id: 'fw',
        config: {
          properties: {
            natRuleCollections: [
              {
                properties: {
                  rules: [
                    {
                      name: 'web',
                      protocols: ['TCP'],
                      sourceAddresses: ['*'],
                      destinationPorts: ['80'],
                      translatedAddress: '10.0.2.4',
                      translatedPort: '8080',
                    },
                  ],
                },
              },
            ],
            networkRuleCollections: [
              {
                properties: {
                  rules: [
                    { name: 'db', protocols: ['TCP'], sourceAddresses: ['10.1.0.0/16'], destinationAddresses: ['10.2.0.0/16'], destinationPorts: ['5432'] },
                  ],
                },
              },
            ],
          },
        },
      },
      {
        type: 'Microsoft.Network/loadBalancers',
        id: 'lb',
        config: { properties: { loadBalancingRules: [{ properties: { protocol: 'Tcp', frontendPort: 80, backendPort: 8080 } }] } },
      },
      {
        type: 'Microsoft.Storage/storageAccounts',
        id: 'st',
        config: {
          properties: { networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.1' }], virtualNetworkRules: [{ id: '/a' }, { id: '/b' }] } },
        },
      },
      {
        type: 'Microsoft.Sql/servers',
        id: 'sql',
        config: { firewallRules: [{ name: 'AllowAllWindowsAzureIps', properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' } }] },
      },
    ],
  }),
);

describe('evidence of Azure in a line', () => {
  test.each([
    [net('networkSecurityGroups', 'n'), '/config/properties/securityRules/0', 'n: allow tcp 22 from Internet (rule 100 ssh)'],
    [net('networkSecurityGroups', 'n'), '/config/properties/securityRules/1', 'n: deny everything to 10.0.0.0/8, 172.16.0.0/12 (rule 100 ssh)'],
    [net('networkSecurityGroups', 'n'), '/config/properties/securityRules/2', 'n: allow tcp 80, 443, 8080, … from web (rule 100 ssh)'],
    [net('networkSecurityGroups', 'n'), '/config/properties', 'n: default rules'],
    [net('virtualNetworks', 'v'), '/config/effectiveSecurityAdminRules/0', 'v: always allow tcp 22 from 203.0.113.0/24 (rule 5 scan)'],
    [net('virtualNetworks', 'v'), '/config/properties/virtualNetworkPeerings/0', 'v: peering with W'],
    [net('routeTables', 't'), '/config/properties/routes/0', 't: 0.0.0.0/0 -> VirtualAppliance 10.0.9.4'],
    [net('azureFirewalls', 'fw'), '/config/properties/natRuleCollections/0/properties/rules/0', 'fw: tcp 80 from * -> 10.0.2.4:8080 (rule web)'],
    [net('azureFirewalls', 'fw'), '/config/properties/networkRuleCollections/0/properties/rules/0', 'fw: tcp 5432 from 10.1.0.0/16 to 10.2.0.0/16 (rule db)'],
    [net('loadBalancers', 'lb'), '/config/properties/loadBalancingRules/0', 'lb: tcp 80 -> 8080'],
    [net('networkInterfaces', 'nic-worker'), '/config/properties/ipConfigurations/0', 'nic-worker: 10.0.1.4'],
    [idOf('Microsoft.Storage/storageAccounts', 'st'), '/config/properties/networkAcls', 'st: default Deny, 1 address range, 2 subnets'],
    [idOf('Microsoft.Sql/servers', 'sql'), '/config/firewallRules/0', 'sql: 0.0.0.0 to 0.0.0.0 (rule AllowAllWindowsAzureIps)'],
    [idOf('Microsoft.Sql/servers', 'sql'), '/config/properties/odd', 'sql: properties/odd'],
  ])('%s %s', (resource, pointer, line) => expect(evidenceWords(snapshot, { resource, pointer, call: '' })).toBe(line));

  test('ids are short, and spelled as their owners do', () => {
    expect(shortId(snapshot, idOf('Microsoft.Compute/virtualMachines', 'worker'))).toBe('virtualMachines/worker');
    expect(shortId(snapshot, `${net('virtualNetworks', 'v')}/subnets/gatewaysubnet`)).toBe('virtualNetworks/v/subnets/GatewaySubnet');
    expect(shortId(snapshot, `onprem:${net('loadBalancers', 'lb')}`)).toBe('onprem:loadBalancers/lb');
    expect(shortId(snapshot, net('loadBalancers', 'gone'))).toBe('loadbalancers/gone in rg');
    expect(shortId(snapshot, 'arn:aws:s3:::b')).toBe('arn:aws:s3:::b');
    expect(shortIds(snapshot, `not known: rules of ${net('networkSecurityGroups', 'n')}, and more`)).toBe(
      'not known: rules of networkSecurityGroups/n, and more',
    );
  });
});
