import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, parsePrefix } from '../algebra/address.ts';
import { child, evidence, flag, objects, strings, text } from '../aws/config.ts';
import { type AdminRules, readAdmin } from './admin.ts';
import { effectiveFilters, effectiveLearned, effectiveVirtuals, readEffective } from './effective.ts';
import type { Estate, Gateway, Peering, PublicAddress, Subnet, UserRoute, VirtualNetwork } from './estate.ts';
import { facesOf } from './faces.ts';
import { readFirewalls } from './firewall-rules.ts';
import { readGateways } from './gateways.ts';
import { readHubs } from './hubs.ts';
import { machinesOf, skuOf } from './machines.ts';
import { readNetworkGroups } from './network-groups.ts';
import { endpointsOf, residentsOf } from './residents.ts';
import { type Filter, readFilter } from './rules.ts';
import { readTags } from './tags.ts';

const provider = 'Microsoft.Network/';

/** The networks of a snapshot as filters and routes see them. Ids are compared in lower case, as Azure does. */
export function buildEstate(snapshot: Snapshot): Estate {
  const effective = readEffective(snapshot);
  const worked = effectiveFilters(effective);
  const filters = new Map<string, Filter>();
  const filterOf = (value: JsonObject): Filter | undefined => {
    const id = text(child(value, 'networkSecurityGroup'), 'id')?.toLowerCase();
    if (id === undefined) return undefined;
    const own = filters.get(id) ?? readFilter(id, snapshot.find(id));
    const known = own.rules === undefined ? (worked.get(id) ?? own) : own;
    filters.set(id, known);
    return known;
  };
  const publics = new Map(snapshot.records(`${provider}publicIPAddresses`).map((record) => [record.id.toLowerCase(), readPublic(record)]));
  const gateways = readGateways(snapshot, publics, effectiveLearned(effective));
  const groups = readNetworkGroups(snapshot);
  const networks = new Map<string, VirtualNetwork>();
  const subnets = new Map<string, Subnet>();
  for (const record of snapshot.records(`${provider}virtualNetworks`)) {
    const own = child(record.config, 'properties');
    const network = readNetwork(record, own, gateways.get(record.id.toLowerCase()) ?? [], readAdmin(record, snapshot, groups));
    networks.set(network.id, network);
    for (const row of objects(own, 'subnets')) {
      const id = text(row, 'id')?.toLowerCase() ?? `${network.id}/subnets/${(text(row, 'name') ?? '').toLowerCase()}`;
      const config = child(row, 'properties');
      const single = text(config, 'addressPrefix');
      subnets.set(id, {
        id,
        network,
        set: addressSet([...strings(config, 'addressPrefixes'), ...(single === undefined ? [] : [single])]),
        filter: filterOf(config),
        ...routesOf(snapshot, config),
        endpoints: objects(config, 'serviceEndpoints').flatMap((each) => text(each, 'service')?.toLowerCase() ?? []),
        config,
      });
    }
  }
  const lost = new Map<string, string>();
  const stations = [
    ...machinesOf(snapshot, { subnets, publics, filterOf }, lost),
    ...residentsOf(snapshot, subnets, lost),
    ...endpointsOf(snapshot, subnets, lost),
  ];
  const firewalls = readFirewalls(snapshot);
  const hubs = readHubs(snapshot, networks, firewalls);
  stations.push(...facesOf({ subnets, hubs }, firewalls));
  return {
    networks,
    subnets,
    stations: stations.sort((a, b) => (a.id < b.id ? -1 : 1)),
    publics,
    lost,
    tags: readTags(snapshot),
    virtuals: effectiveVirtuals(effective),
    effective,
    firewalls,
    hubs,
    fronts: new Map(
      snapshot.records(`${provider}loadBalancers`).flatMap((record) =>
        objects(child(record.config, 'properties'), 'frontendIPConfigurations').flatMap((row) => {
          const address = text(child(row, 'properties'), 'privateIPAddress');
          return address === undefined ? [] : [[address, record.id] as const];
        }),
      ),
    ),
  };
}

function readNetwork(record: SnapshotRecord, own: JsonObject, gateways: readonly Gateway[], admin: AdminRules): VirtualNetwork {
  const texts = strings(child(own, 'addressSpace'), 'addressPrefixes');
  const peerings = objects(own, 'virtualNetworkPeerings').map((row, index): Peering => {
    const config = child(row, 'properties');
    return {
      remote: text(child(config, 'remoteVirtualNetwork'), 'id')?.toLowerCase() ?? '',
      connected: text(config, 'peeringState')?.toLowerCase() === 'connected',
      tagged: flag(config, 'allowVirtualNetworkAccess') !== false,
      forwarded: flag(config, 'allowForwardedTraffic') === true,
      borrows: flag(config, 'useRemoteGateways') === true,
      lends: flag(config, 'allowGatewayTransit') === true,
      evidence: evidence(record, `/config/properties/virtualNetworkPeerings/${index}`),
    };
  });
  return {
    id: record.id.toLowerCase(),
    record,
    set: addressSet(texts),
    prefixes: texts.flatMap((each) => {
      const prefix = parsePrefix(each);
      return prefix === undefined ? [] : [{ set: addressSet([each]), length: prefix.length }];
    }),
    peerings,
    admin,
    gateways,
  };
}

function readPublic(record: SnapshotRecord): PublicAddress {
  const address = text(child(record.config, 'properties'), 'ipAddress');
  return {
    id: record.id,
    address,
    unfiltered: skuOf(child(record.config, 'sku')),
    evidence: evidence(record, record.config['sku'] === undefined ? '/config' : '/config/sku'),
  };
}

function routesOf(snapshot: Snapshot, subnet: JsonObject): Pick<Subnet, 'routes' | 'propagates'> {
  const id = text(child(subnet, 'routeTable'), 'id');
  if (id === undefined) return { routes: [], propagates: true };
  const record = snapshot.find(id);
  const own = child(record?.config, 'properties');
  const propagates = flag(own, 'disableBgpRoutePropagation') !== true;
  if (record === undefined || !isArray(own['routes'])) return { routes: undefined, propagates };
  const routes = objects(own, 'routes').flatMap((row, index): UserRoute[] => {
    const config = child(row, 'properties');
    const text0 = text(config, 'addressPrefix') ?? '';
    const prefix = parsePrefix(text0);
    // A service tag as the prefix: its addresses are public ones that the snapshot does not hold.
    return [
      {
        set: prefix === undefined ? addressSet(['0.0.0.0/0']) : addressSet([text0]),
        length: prefix?.length ?? -1,
        hop: text(config, 'nextHopType')?.toLowerCase() ?? '',
        appliance: text(config, 'nextHopIpAddress') ?? '',
        prefix: text0,
        table: record.id,
        evidence: evidence(record, `/config/properties/routes/${index}`),
      },
    ];
  });
  return { routes, propagates };
}
