import type { Evidence } from '../../model/evidence.ts';
import { isObject, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressText } from '../algebra/address.ts';
import { portRange, type Traffic } from '../algebra/traffic.ts';
import { child, evidence, number, objects, text } from '../aws/config.ts';
import type { Members } from './balancers.ts';
import type { Estate, PublicAddress, Station } from './estate.ts';
import { type Hosts, hostName } from './hosts.ts';

/** A listener of an application gateway with a public front. It calls its backends itself, from its own subnet. */
export interface Listener {
  readonly gateway: Station;
  readonly front: PublicAddress;
  readonly called: Traffic;
}

/** What a member of a pool is: something in a network, a service or front door of the snapshot, or a name or address that nothing there answers to. */
export type Target =
  | { readonly kind: 'station'; readonly station: Station }
  | { readonly kind: 'record'; readonly record: SnapshotRecord }
  | { readonly kind: 'unknown'; readonly name: string };

export interface Forwarding {
  readonly gateway: Station;
  readonly target: Target;
  readonly flowing: Traffic;
  readonly evidence: Evidence;
}

export interface AppGateways {
  readonly listeners: readonly Listener[];
  readonly forwardings: readonly Forwarding[];
  /** Gateways whose subnet the snapshot lacks, and what is missing. */
  readonly lost: ReadonlyMap<string, string>;
}

const lower = (value: JsonObject, key: string): string | undefined => text(child(value, key), 'id')?.toLowerCase();

/** Gateways' listeners, and what each gateway sends to which members of its pools. */
export function readAppGateways(estate: Estate, snapshot: Snapshot, members: Members, hosts: Hosts): AppGateways {
  const listeners: Listener[] = [];
  const forwardings: Forwarding[] = [];
  const lost = new Map<string, string>();
  for (const record of snapshot.records('Microsoft.Network/applicationGateways')) {
    const own = child(record.config, 'properties');
    const named = objects(own, 'gatewayIPConfigurations').map((row) => lower(child(row, 'properties'), 'subnet') ?? '')[0];
    const home = estate.subnets.get(named ?? '');
    if (home === undefined) {
      lost.set(record.id, `subnet ${named ?? ''}`);
      continue;
    }
    const byId = (key: string): ReadonlyMap<string, JsonObject> =>
      new Map(objects(own, key).map((row) => [text(row, 'id')?.toLowerCase() ?? '', child(row, 'properties')]));
    const [fronts, frontPorts, settings, pools] = ['frontendIPConfigurations', 'frontendPorts', 'backendHttpSettingsCollection', 'backendAddressPools'].map(
      byId,
    );
    const shows = [...(fronts?.values() ?? [])].flatMap((each) => estate.publics.get(lower(each, 'publicIPAddress') ?? '') ?? [])[0];
    const gateway = callerOf(record, home, shows);
    for (const [index, row] of objects(own, 'httpListeners').entries()) {
      const listener = child(row, 'properties');
      const port = number(frontPorts?.get(lower(listener, 'frontendPort') ?? ''), 'port');
      const front = lower(fronts?.get(lower(listener, 'frontendIPConfiguration') ?? '') ?? {}, 'publicIPAddress');
      if (port === undefined || front === undefined) continue;
      const address = estate.publics.get(front)?.address;
      const shown: PublicAddress = { id: front, address, unfiltered: 'open', evidence: evidence(record, `/config/properties/httpListeners/${index}`) };
      listeners.push({ gateway, front: shown, called: portRange(6, port, port) });
    }
    for (const rule of [...objects(own, 'requestRoutingRules').map((row) => child(row, 'properties')), ...pathRules(own)]) {
      const pool = lower(rule, 'backendAddressPool') ?? lower(rule, 'defaultBackendAddressPool') ?? '';
      const port = number(settings?.get(lower(rule, 'backendHttpSettings') ?? lower(rule, 'defaultBackendHttpSettings') ?? ''), 'port');
      const config = pools?.get(pool);
      if (port === undefined || config === undefined) continue;
      const proof = evidence(record, '/config/properties/backendAddressPools');
      for (const target of targetsOf(estate, snapshot, members, hosts, pool, config))
        forwardings.push({ gateway, target, flowing: portRange(6, port, port), evidence: proof });
    }
  }
  return { listeners, forwardings, lost };
}

/** A gateway as the station that calls its backends, by its public address where they are outside. */
export function callerOf(record: SnapshotRecord, home: Station['subnet'], shows?: PublicAddress): Station {
  const plain = {
    subnet: home,
    where: home.set,
    filter: undefined,
    memberships: [],
    public: shows,
    pools: [],
    forwards: false,
    listens: undefined,
    calls: true,
  };
  return { id: record.id.toLowerCase(), nic: record.id, owner: record.id, ...plain, evidence: evidence(record, '/config/properties') };
}

function targetsOf(estate: Estate, snapshot: Snapshot, members: Members, hosts: Hosts, pool: string, config: JsonObject): readonly Target[] {
  const stations = members.of(pool, config).map((station): Target => ({ kind: 'station', station }));
  const others = objects(config, 'backendAddresses').flatMap((row): readonly Target[] => {
    const address = text(row, 'ipAddress');
    if (address !== undefined) return byAddress(estate, snapshot, members, address);
    const name = text(row, 'fqdn');
    return name === undefined ? [] : byName(estate, snapshot, members, hosts, name);
  });
  return [...stations, ...others];
}

/** Who has an address, private or public. */
export function byAddress(estate: Estate, snapshot: Snapshot, members: Members, address: string): readonly Target[] {
  const stations = members.at(address);
  if (stations.length > 0) return stations.map((station) => ({ kind: 'station', station }));
  const balancer = estate.fronts.get(address);
  const owner = [...estate.publics.values()].find((each) => each.address === address);
  const record = snapshot.find(balancer ?? owner?.id ?? '');
  return [record === undefined ? { kind: 'unknown', name: address } : { kind: 'record', record }];
}

/** Who answers to a name: an App Service's default host, a label of a public address, a storage endpoint …; custom names are in zones that the snapshot does not hold. */
export function byName(estate: Estate, snapshot: Snapshot, members: Members, hosts: Hosts, name: string): readonly Target[] {
  const host = hostName(name);
  if (/^\d+(\.\d+){3}$/.test(host)) return byAddress(estate, snapshot, members, host);
  const record = hosts.get(host);
  if (record === undefined) return [{ kind: 'unknown', name: host }];
  const station = estate.stations.filter((each) => each.public?.id.toLowerCase() === record.id.toLowerCase());
  return station.length > 0 ? station.map((each) => ({ kind: 'station', station: each })) : [{ kind: 'record', record }];
}

/** What stands in front of applications: the gateway's own firewall or a policy, for who reads the hops. */
export function wafOf(record: SnapshotRecord): readonly Evidence[] {
  const own = child(record.config, 'properties');
  if (lower(own, 'firewallPolicy') !== undefined) return [evidence(record, '/config/properties/firewallPolicy')];
  return Object.keys(child(own, 'webApplicationFirewallConfiguration')).length > 0
    ? [evidence(record, '/config/properties/webApplicationFirewallConfiguration')]
    : [];
}

const pathRules = (own: JsonObject): readonly JsonObject[] =>
  objects(own, 'urlPathMaps')
    .map((row) => child(row, 'properties'))
    .flatMap((map) => [map, ...objects(map, 'pathRules').map((row) => child(row, 'properties'))])
    .filter(isObject);

/** The private address of a station as text; empty where it is not known. */
export const addressOf = (station: Station): string => {
  const [lo, hi] = station.where.v4;
  return lo === undefined || lo !== hi ? '' : addressText(lo);
};
