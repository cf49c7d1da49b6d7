import type { JsonObject } from '../src/model/json.ts';
import type { Snapshot, SnapshotRecord } from '../src/model/record.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';

const scope = '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/net/providers/microsoft.network';

/**
 * A hub with a firewall and spokes that go through it: machines spread over subnets of spokes, a group for each subnet and some on interfaces, application groups, public addresses for one in a
 * hundred. Every fifth spoke sends all its traffic by the firewall, the others are peered with the hub alone.
 */
export function spokes(machines: number, subnets: number, networks: number): Snapshot {
  const records: SnapshotRecord[] = [];
  const add = (type: string, name: string, config: JsonObject): void => {
    const id = `${scope}/${type.toLowerCase()}/${name}`;
    records.push({
      type: `Microsoft.Network/${type}`,
      id,
      account: '00000000-0000-0000-0000-000000000001',
      region: 'westeurope',
      config: { id, ...config },
      calls: ['resourcegraph:resources'],
    });
  };
  const ref = (type: string, name: string): JsonObject => ({ id: `${scope}/${type}/${name}` });
  const peering = (name: string): JsonObject => ({
    properties: { peeringState: 'Connected', allowVirtualNetworkAccess: true, allowForwardedTraffic: true, remoteVirtualNetwork: ref('virtualnetworks', name) },
  });
  const range = (n: number): string => `10.${n + 1}.0.0/16`;
  add('virtualNetworks', 'hub', {
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ id: `${scope}/virtualnetworks/hub/subnets/azurefirewallsubnet`, properties: { addressPrefix: '10.0.0.0/24' } }],
      virtualNetworkPeerings: Array.from({ length: networks }, (_, n) => peering(`spoke-${n}`)),
    },
  });
  add('azureFirewalls', 'fw', {
    properties: {
      ipConfigurations: [{ properties: { subnet: ref('virtualnetworks/hub/subnets', 'azurefirewallsubnet'), privateIPAddress: '10.0.0.4' } }],
      networkRuleCollections: [
        {
          properties: {
            priority: 100,
            action: { type: 'Allow' },
            rules: Array.from({ length: 40 }, (_, n) => ({
              protocols: ['TCP'],
              sourceAddresses: [range(n % networks)],
              destinationAddresses: [range((n * 7) % networks)],
              destinationPorts: [String(8000 + n)],
            })),
          },
        },
      ],
    },
  });
  add('routeTables', 'by-firewall', {
    properties: { routes: [{ properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.0.4' } }] },
  });
  const rule = (priority: number, more: JsonObject): JsonObject => ({
    name: `r${priority}`,
    properties: {
      priority,
      direction: 'Inbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourcePortRange: '*',
      sourceAddressPrefix: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: '*',
      ...more,
    },
  });
  for (let n = 0; n < subnets; n++)
    add('networkSecurityGroups', `nsg-${n}`, {
      properties: {
        securityRules: [
          rule(100, { sourceAddressPrefix: range(n % networks), destinationPortRange: '443' }),
          rule(110, { sourceAddressPrefixes: [range((n * 3) % networks), range((n * 5) % networks)], destinationPortRanges: ['22', String(8000 + (n % 50))] }),
          rule(120, {
            sourceApplicationSecurityGroups: [ref('applicationsecuritygroups', `asg-${n % 20}`)],
            destinationApplicationSecurityGroups: [ref('applicationsecuritygroups', `asg-${(n + 1) % 20}`)],
            destinationPortRange: '5432',
          }),
          ...(n % 10 === 0 ? [rule(130, { sourceAddressPrefix: 'Internet', destinationPortRange: '443' })] : []),
          rule(4000, { access: 'Deny', protocol: '*', sourceAddressPrefix: 'VirtualNetwork' }),
        ],
      },
    });
  for (let v = 0; v < networks; v++) {
    const own = Array.from({ length: subnets }, (_, n) => n).filter((n) => n % networks === v);
    add('virtualNetworks', `spoke-${v}`, {
      properties: {
        addressSpace: { addressPrefixes: [range(v)] },
        subnets: own.map((n, at) => ({
          id: `${scope}/virtualnetworks/spoke-${v}/subnets/s-${n}`,
          properties: {
            addressPrefix: `10.${v + 1}.${at * 4}.0/22`,
            networkSecurityGroup: ref('networksecuritygroups', `nsg-${n}`),
            ...(v % 5 === 0 ? { routeTable: ref('routetables', 'by-firewall') } : {}),
          },
        })),
        virtualNetworkPeerings: [peering('hub')],
      },
    });
  }
  for (let n = 0; n < machines; n++) {
    const home = n % subnets;
    const v = home % networks;
    const at = Math.floor(home / networks);
    const host = Math.floor(n / subnets) + 4;
    const named = n % 100 === 0;
    if (named)
      add('publicIPAddresses', `pip-${n}`, { sku: { name: 'Standard' }, properties: { ipAddress: `20.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` } });
    add('networkInterfaces', `nic-${n}`, {
      properties: {
        ...(n % 50 === 0 ? { networkSecurityGroup: ref('networksecuritygroups', `nsg-${(n * 13) % subnets}`) } : {}),
        ipConfigurations: [
          {
            id: `${scope}/networkinterfaces/nic-${n}/ipconfigurations/main`,
            properties: {
              privateIPAddress: `10.${v + 1}.${at * 4 + (host >> 8)}.${host & 255}`,
              subnet: ref(`virtualnetworks/spoke-${v}/subnets`, `s-${home}`),
              applicationSecurityGroups: [ref('applicationsecuritygroups', `asg-${n % 20}`)],
              ...(named ? { publicIPAddress: ref('publicipaddresses', `pip-${n}`) } : {}),
            },
          },
        ],
      },
    });
  }
  return memorySnapshot(records);
}
