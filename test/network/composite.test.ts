import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { createAwsNetwork } from '../../src/network/aws/engine.ts';
import { createAzureNetwork } from '../../src/network/azure/engine.ts';
import { joined } from '../../src/network/composite.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { recordsOf } from '../spec/network/records.ts';
import type { World } from '../spec/network/world.ts';
import { azureRecords, idOf } from './azure-world.ts';

const open = [{ number: 1, allow: true, protocol: -1, cidr: '0.0.0.0/0' }];
const out = [{ protocol: -1, peer: '0.0.0.0/0' }];

/** A cloud of one network `10.n.0.0/16` with two hosts, whose VPN leads to the other's; only the first host's group lets the other network's first host in. */
function cloud(n: 1 | 2, route: string) {
  const other = 3 - n;
  const world: World = {
    vpcs: [{ id: `vpc-${n}`, cidrs: [`10.${n}.0.0/16`], igw: false, eigw: false, region: 'eu-west-1' }],
    subnets: [{ id: `subnet-${n}`, vpc: `vpc-${n}`, cidrs: [`10.${n}.1.0/24`], zone: 'a', table: `rtb-${n}`, acl: `acl-${n}` }],
    tables: [],
    acls: [{ id: `acl-${n}`, vpc: `vpc-${n}`, ingress: open, egress: open }],
    groups: [
      { id: `sg-${n}`, vpc: `vpc-${n}`, ingress: [{ protocol: 6, from: 5432, to: 5432, peer: `10.${other}.1.10/32` }], egress: out },
      { id: `sg-shut-${n}`, vpc: `vpc-${n}`, ingress: [], egress: [{ protocol: 6, from: 443, to: 443, peer: '0.0.0.0/0' }] },
    ],
    hosts: [
      { id: `eni-${n}a`, subnet: `subnet-${n}`, ips: [`10.${n}.1.10`], groups: [`sg-${n}`] },
      { id: `eni-${n}b`, subnet: `subnet-${n}`, ips: [`10.${n}.1.11`], groups: [`sg-shut-${n}`] },
    ],
    nats: [],
    peerings: [],
    transits: [],
    lists: {},
  };
  const { records, calls } = recordsOf(world);
  const add = (type: string, kind: string, id: string, config: JsonObject): SnapshotRecord => ({
    type: `AWS::EC2::${type}`,
    id: `arn:aws:ec2:eu-west-1:111122223333:${kind}/${id}`,
    account: '111122223333',
    region: 'eu-west-1',
    calls: ['ec2:Describe'],
    config,
  });
  const gateway = [
    add('VPNGateway', 'vpn-gateway', `vgw-${n}`, { VpnGatewayId: `vgw-${n}`, VpcAttachments: [{ VpcId: `vpc-${n}`, State: 'attached' }] }),
    add('CustomerGateway', 'customer-gateway', `cgw-${n}`, { CustomerGatewayId: `cgw-${n}`, IpAddress: `203.0.113.${other}` }),
    add('VPNConnection', 'vpn-connection', `vpn-${n}`, {
      VpnConnectionId: `vpn-${n}`,
      VpnGatewayId: `vgw-${n}`,
      CustomerGatewayId: `cgw-${n}`,
      State: 'available',
      VgwTelemetry: [{ OutsideIpAddress: `203.0.113.${n}` }],
    }),
    add('RouteTable', 'route-table', `rtb-${n}`, {
      RouteTableId: `rtb-${n}`,
      VpcId: `vpc-${n}`,
      Associations: [{ SubnetId: `subnet-${n}`, Main: false }],
      Routes: [
        { DestinationCidrBlock: `10.${n}.0.0/16`, GatewayId: 'local', State: 'active' },
        { DestinationCidrBlock: route, GatewayId: `vgw-${n}`, Origin: 'EnableVgwRoutePropagation', State: 'active' },
      ],
    }),
  ];
  return createAwsNetwork(memorySnapshot([...records, ...gateway], { calls }));
}

const short = (id: string): string => id.split('/').at(-1) ?? id;

describe('two clouds joined by a VPN', () => {
  const engine = joined([cloud(1, '10.2.0.0/16'), cloud(2, '10.1.0.0/16')]);

  test('a flow goes out of one and into the other, hop by hop', () => {
    const flow = engine.flow({ name: 'f', from: 'eni-1a', to: 'eni-2a', protocol: 'tcp', port: 5432 });
    expect(flow.verdict).toBe('yes');
    expect(flow.hops.map((hop) => hop.resource)).toEqual(expect.arrayContaining(['eni-1a', 'vgw-1', 'onprem:vpn-2', 'vgw-2', 'eni-2a']));
  });
  test('the far group stops what it does not know, and the near one what it does not send', () => {
    expect(engine.flow({ name: 'f', from: 'eni-1a', to: 'eni-2a', protocol: 'tcp', port: 22 })).toMatchObject({
      verdict: 'no',
      stoppedBy: { reason: 'security-group', resource: 'sg-2' },
    });
    expect(engine.flow({ name: 'f', from: 'eni-1b', to: 'eni-2a', protocol: 'tcp', port: 5432 })).toMatchObject({
      verdict: 'no',
      stoppedBy: { reason: 'security-group', resource: 'sg-shut-1' },
    });
    expect(engine.flow({ name: 'f', from: 'eni-1a', to: 'eni-2b', protocol: 'tcp', port: 5432 })).toMatchObject({
      verdict: 'no',
      stoppedBy: { reason: 'security-group', resource: 'sg-shut-2' },
    });
  });
  test('towards an address of the other cloud the far side answers too', () => {
    const flow = (to: string, port: number) => engine.flow({ name: 'f', from: 'eni-1a', to, protocol: 'tcp', port });
    expect(flow('10.2.1.10', 5432).verdict).toBe('yes');
    expect(flow('10.2.1.10', 22)).toMatchObject({ verdict: 'no', stoppedBy: { reason: 'security-group', resource: 'sg-2' } });
    expect(engine.pair('eni-1a', '10.2.1.10')).toMatchObject({ verdict: 'yes', flows: [{ protocol: 'tcp', ranges: [[5432, 5432]] }] });
  });
  test('all ports of a pair are what both ways let through', () => {
    expect(engine.pair('eni-1a', 'eni-2a')).toMatchObject({ verdict: 'yes', flows: [{ protocol: 'tcp', ranges: [[5432, 5432]] }] });
    expect(engine.pair('eni-1b', 'eni-2a').flows).toEqual([]);
  });
  test('classes cross too, for the very addresses', () => {
    const rows = engine
      .classes()
      .flatMap((row) => row.sources.flatMap((from) => row.destinations.map((to) => `${short(from)} -> ${short(to)}: ${JSON.stringify(row.flows)}`)))
      .filter((row) => /eni-1\w -> eni-2\w/.test(row));
    expect(rows).toEqual(['eni-1a -> eni-2a: [{"protocol":"tcp","ranges":[[5432,5432]]}]']);
  });
});

test('without a route back nothing crosses, and a VPN to somebody else leads elsewhere', () => {
  const oneWay = joined([cloud(1, '10.2.0.0/16'), cloud(2, '172.16.0.0/16')]);
  expect(oneWay.flow({ name: 'f', from: 'eni-1a', to: 'eni-2a', protocol: 'tcp', port: 5432 }).verdict).toBe('no');
  expect(oneWay.classes().filter((row) => row.sources.some((id) => short(id) === 'eni-1a') && row.destinations.some((id) => short(id) === 'eni-2a'))).toEqual(
    [],
  );
  const alone = joined([cloud(1, '10.2.0.0/16')]);
  expect(alone.flow({ name: 'f', from: 'eni-1a', to: '10.2.1.10', protocol: 'tcp', port: 5432 })).toMatchObject({ verdict: 'yes' });
});

describe('AWS and Azure joined by a VPN', () => {
  const net = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);
  interface Differs {
    /** Routes of the machine's subnet. */
    readonly routes?: readonly JsonObject[];
    readonly bgp?: boolean;
    /** What the interface of the machine says that its gateway was told. */
    readonly told?: string;
    readonly gateway?: JsonObject;
  }
  const azure = (prefix: string, { routes, bgp, told, gateway }: Differs = {}) =>
    createAzureNetwork(
      memorySnapshot(
        azureRecords({
          vnets: [
            {
              id: 'v',
              cidrs: ['10.2.0.0/16'],
              subnets: [
                { id: 'GatewaySubnet', cidr: '10.2.0.0/27' },
                { id: 's', cidr: '10.2.1.0/24', nsg: 'n', ...(routes === undefined ? {} : { table: 't' }) },
              ],
            },
          ],
          nsgs: {
            n: [
              { priority: 100, protocol: 'Tcp', sourceAddressPrefix: '10.1.1.10', destinationPortRange: '443' },
              { priority: 200, access: 'Deny', sourceAddressPrefix: '*', destinationPortRange: '*' },
            ],
          },
          ...(routes === undefined ? {} : { tables: { t: routes } }),
          hosts: [{ id: 'vm', subnet: 'v/s', ip: '10.2.1.10' }],
          records: [
            { type: 'Microsoft.Network/publicIPAddresses', id: 'pip', config: { sku: { name: 'Standard' }, properties: { ipAddress: '203.0.113.2' } } },
            {
              type: 'Microsoft.Network/virtualNetworkGateways',
              id: 'vpn',
              config: {
                properties: {
                  gatewayType: 'Vpn',
                  ...gateway,
                  ipConfigurations: [
                    {
                      properties: {
                        subnet: { id: net('virtualNetworks', 'v/subnets/GatewaySubnet') },
                        publicIPAddress: { id: net('publicIPAddresses', 'pip') },
                      },
                    },
                  ],
                },
              },
            },
            {
              type: 'Microsoft.Network/localNetworkGateways',
              id: 'aws',
              config: { properties: { gatewayIpAddress: '203.0.113.1', localNetworkAddressSpace: { addressPrefixes: [prefix] } } },
            },
            {
              type: 'Microsoft.Network/connections',
              id: 'link',
              config: {
                properties: {
                  connectionType: 'IPsec',
                  ...(bgp === undefined ? {} : { enableBgp: bgp }),
                  virtualNetworkGateway1: { id: net('virtualNetworkGateways', 'vpn') },
                  localNetworkGateway2: { id: net('localNetworkGateways', 'aws') },
                },
              },
            },
          ],
        }).map((record) =>
          told !== undefined && record.type.endsWith('/networkInterfaces') ? { ...record, config: { ...record.config, ...effective(told) } } : record,
        ),
      ),
    );
  const effective = (prefix: string): JsonObject => ({
    effectiveRouteTable: [
      { source: 'Default', state: 'Active', addressPrefix: ['10.2.0.0/16'], nextHopType: 'VnetLocal', nextHopIpAddress: [] },
      { source: 'VirtualNetworkGateway', state: 'Active', addressPrefix: [prefix], nextHopType: 'VirtualNetworkGateway', nextHopIpAddress: ['10.2.0.4'] },
    ],
  });
  const vm = idOf('Microsoft.Compute/virtualMachines', 'vm');
  const engine = joined([cloud(1, '10.2.0.0/16'), azure('10.1.0.0/16')]);

  test('each way by the rules of both', () => {
    expect(engine.flow({ name: 'f', from: 'eni-1a', to: vm, protocol: 'tcp', port: 443 })).toMatchObject({ verdict: 'yes' });
    expect(engine.flow({ name: 'f', from: 'eni-1a', to: vm, protocol: 'tcp', port: 22 })).toMatchObject({
      verdict: 'no',
      stoppedBy: { reason: 'security-group' },
    });
    expect(engine.flow({ name: 'f', from: vm, to: 'eni-1a', protocol: 'tcp', port: 5432 })).toMatchObject({ verdict: 'yes' });
    expect(engine.flow({ name: 'f', from: vm, to: 'eni-1b', protocol: 'tcp', port: 5432 })).toMatchObject({
      verdict: 'no',
      stoppedBy: { resource: 'sg-shut-1' },
    });
  });
  test('classes cross', () => {
    const rows = engine
      .classes()
      .flatMap((row) => row.sources.flatMap((from) => row.destinations.map((to) => `${short(from)} -> ${short(to)}: ${JSON.stringify(row.flows)}`)));
    expect(rows).toContain('eni-1a -> vm: [{"protocol":"tcp","ranges":[[443,443]]}]');
    expect(rows).toContain('vm -> eni-1a: [{"protocol":"tcp","ranges":[[5432,5432]]}]');
  });
  test('a prefix that the far gateway does not name stays out', () => {
    const other = joined([cloud(1, '10.2.0.0/16'), azure('172.16.0.0/16')]);
    expect(other.flow({ name: 'f', from: 'eni-1a', to: vm, protocol: 'tcp', port: 443 }).verdict).toBe('no');
  });

  const aws = () => cloud(1, '10.2.0.0/16');
  const none = { addressPrefix: '10.1.0.0/16', nextHopType: 'None' };
  const [outward, inward] = [
    { from: vm, to: 'eni-1a', port: 5432 },
    { from: 'eni-1a', to: vm, port: 443 },
  ] as const;
  test.each([
    ['a route of the user drops it, both ways', azure('10.1.0.0/16', { routes: [none] }), aws(), 'no', 'no'],
    [
      'a route of the user sends it to the gateway',
      azure('10.1.0.0/16', { routes: [{ addressPrefix: '10.1.0.0/16', nextHopType: 'VirtualNetworkGateway' }] }),
      aws(),
      'yes',
      'yes',
    ],
    ['the other cloud has no route back', azure('10.1.0.0/16'), cloud(1, '172.31.0.0/16'), 'no', 'no'],
    ['by BGP, of which the gateway tells nothing', azure('203.0.113.1/32', { bgp: true }), aws(), 'unknown', 'unknown'],
    ['by BGP, as the interface was told', azure('203.0.113.1/32', { bgp: true, told: '10.1.0.0/16' }), aws(), 'yes', 'yes'],
    ['by BGP, and something else was told', azure('203.0.113.1/32', { bgp: true, told: '10.9.0.0/16' }), aws(), 'no', 'no'],
  ] as const)('%s', (_name, there, here, towards, back) => {
    const both = joined([here, there]);
    const verdict = ({ from, to, port }: { from: string; to: string; port: number }) => both.flow({ name: 'f', from, to, protocol: 'tcp', port }).verdict;
    expect([verdict(outward), verdict(inward)]).toEqual([towards, back]);
  });
});
