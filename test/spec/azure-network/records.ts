import type { JsonObject } from '../../../src/model/json.ts';
import type { SnapshotRecord } from '../../../src/model/record.ts';
import { azureRecords, idOf } from '../../network/azure-world.ts';
import { doorRecords, subnetId, translationRules } from './door-records.ts';
import type { AdminRule, Rule, Site, World } from './world.ts';

const net = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);
/** The firewall's public address. */
const shown = '20.0.250.1';

/** The estate as a collector would have found it. */
export function recordsOf(world: World): readonly SnapshotRecord[] {
  const records: { type: string; id: string; config: JsonObject }[] = [];
  const { firewall, site } = world;
  records.push(...doorRecords(world));
  if (world.doors !== undefined)
    records.push({ type: 'Microsoft.Network/publicIPAddresses', id: 'pip-fw', config: { sku: { name: 'Standard' }, properties: { ipAddress: shown } } });
  for (const [id, { propagates, routes }] of Object.entries(world.tables))
    records.push({
      type: 'Microsoft.Network/routeTables',
      id,
      config: {
        properties: {
          disableBgpRoutePropagation: !propagates,
          routes: routes.map(({ prefix, hop, ip }) => ({
            properties: { addressPrefix: prefix, nextHopType: hop, ...(ip === undefined ? {} : { nextHopIpAddress: ip }) },
          })),
        },
      },
    });
  if (firewall !== undefined)
    records.push({
      type: 'Microsoft.Network/azureFirewalls',
      id: 'fw',
      config: {
        properties: {
          ipConfigurations: [
            {
              properties: {
                subnet: { id: subnetId(firewall.subnet) },
                privateIPAddress: firewall.address,
                ...(world.doors === undefined ? {} : { publicIPAddress: { id: net('publicIPAddresses', 'pip-fw') } }),
              },
            },
          ],
          natRuleCollections: translationRules(world, shown),
          networkRuleCollections: firewall.rules.map((rule) => ({
            properties: {
              priority: rule.priority,
              action: { type: rule.access },
              rules: [{ protocols: [rule.protocol], sourceAddresses: [rule.source], destinationAddresses: [rule.destination], destinationPorts: [rule.ports] }],
            },
          })),
        },
      },
    });
  if (site !== undefined) records.push(...tunnel(site));
  const made = azureRecords({
    vnets: world.vnets.map(({ id, cidrs, peers, admin }) => ({
      id,
      cidrs,
      peers,
      admin: admin.map((each, index) => ({ id: `/rules/${index}`, properties: adminRule(each) })),
      subnets: world.subnets
        .filter((each) => each.vnet === id)
        .map((each) => ({
          id: each.id,
          cidr: each.cidr,
          outbound: each.outbound,
          ...(each.nsg === undefined ? {} : { nsg: each.nsg }),
          ...(each.table === undefined ? {} : { table: each.table }),
        })),
    })),
    nsgs: Object.fromEntries(Object.entries(world.nsgs).map(([name, rules]) => [name, rules.map(groupRule)])),
    hosts: world.hosts.map(({ id, subnet, ip, nsg, asgs, public: address }) => ({
      id,
      subnet,
      ip,
      asgs,
      ...(nsg === undefined ? {} : { nsg }),
      ...(address === undefined ? {} : { public: address }),
    })),
    records,
  });
  return site?.learned === true ? made.map((record) => told(record, site)) : made;
}

/** The gateway with its connection: prefixes that were written down, or the tunnel's end alone. */
function tunnel(site: Site): readonly { type: string; id: string; config: JsonObject }[] {
  const own = site.prefixes.filter((each) => each !== '0.0.0.0/0');
  const office = net('localNetworkGateways', 'office');
  const forced = !site.learned && site.prefixes.includes('0.0.0.0/0');
  return [
    {
      type: 'Microsoft.Network/virtualNetworkGateways',
      id: 'vpn',
      config: {
        properties: {
          gatewayType: 'Vpn',
          ipConfigurations: [{ properties: { subnet: { id: subnetId(`${site.vnet}/GatewaySubnet`) } } }],
          ...(forced ? { gatewayDefaultSite: { id: office } } : {}),
        },
      },
    },
    {
      type: 'Microsoft.Network/localNetworkGateways',
      id: 'office',
      config: { properties: { localNetworkAddressSpace: { addressPrefixes: site.learned ? ['100.64.0.1/32'] : own } } },
    },
    {
      type: 'Microsoft.Network/connections',
      id: 'link',
      config: {
        properties: {
          connectionType: 'IPsec',
          enableBgp: site.learned,
          virtualNetworkGateway1: { id: net('virtualNetworkGateways', 'vpn') },
          localNetworkGateway2: { id: office },
        },
      },
    },
  ];
}

/** Interfaces of the gateway's network show what it was told. */
function told(record: SnapshotRecord, site: Site): SnapshotRecord {
  if (!record.type.endsWith('/networkInterfaces') || !JSON.stringify(record.config).includes(`/virtualnetworks/${site.vnet}/`)) return record;
  const learned = { source: 'VirtualNetworkGateway', state: 'Active', nextHopType: 'VirtualNetworkGateway', nextHopIpAddress: ['10.0.200.4'] };
  return { ...record, config: { ...record.config, effectiveRouteTable: site.prefixes.map((prefix) => ({ ...learned, addressPrefix: [prefix] })) } };
}

/** One prefix stands in the field for one, several in the field for several, as Azure writes them. */
function groupRule(rule: Rule): JsonObject {
  const side = (texts: readonly string[], name: 'source' | 'destination'): JsonObject => {
    const [first] = texts;
    if (first?.startsWith('asg:') === true)
      return { [`${name}ApplicationSecurityGroups`]: texts.map((each) => ({ id: net('applicationSecurityGroups', each.slice(4)) })) };
    return texts.length === 1 ? { [`${name}AddressPrefix`]: first ?? '*' } : { [`${name}AddressPrefixes`]: [...texts] };
  };
  const { priority, direction, access, protocol } = rule;
  return {
    priority,
    direction,
    access,
    protocol,
    sourcePortRange: rule.sourcePorts,
    destinationPortRange: rule.ports,
    ...side(rule.source, 'source'),
    ...side(rule.destination, 'destination'),
  };
}

function adminRule(rule: AdminRule): JsonObject {
  const side = (texts: readonly string[]): readonly JsonObject[] =>
    texts.map((each) => ({ addressPrefix: each, addressPrefixType: /^[A-Z]/.test(each) ? 'ServiceTag' : 'IPPrefix' }));
  const { priority, direction, access } = rule;
  return {
    priority,
    direction,
    access,
    protocol: rule.protocol === '*' ? 'Any' : rule.protocol,
    sources: side(rule.source),
    destinations: side(rule.destination),
    sourcePortRanges: [rule.sourcePorts],
    destinationPortRanges: [rule.ports],
  };
}
