import { isObject, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { everything, portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { child, evidence, number, objects, text } from '../aws/config.ts';
import type { Estate, PublicAddress, Station } from './estate.ts';

/** A way in from the internet: a public address in front of a station, on the interface itself or on a load balancer that keeps the caller's address. */
export interface Entrance {
  readonly station: Station;
  readonly front: PublicAddress;
  /** As it arrives at the station. */
  readonly flowing: Traffic;
  /** As the caller sends it. */
  readonly called: Traffic;
  /** The balancer, where there is one. */
  readonly through: string | undefined;
}

const lower = (value: JsonObject, key: string): string | undefined => text(child(value, key), 'id')?.toLowerCase();

/** All of them, in order of the stations and the balancers' ids. */
export function entrancesOf(estate: Estate, snapshot: Snapshot): readonly Entrance[] {
  const own = estate.stations.flatMap((station): Entrance[] =>
    station.public === undefined ? [] : [{ station, front: station.public, flowing: everything, called: everything, through: undefined }],
  );
  return [...own, ...snapshot.records('Microsoft.Network/loadBalancers').flatMap((record) => balanced(estate, record))];
}

function balanced(estate: Estate, record: SnapshotRecord): readonly Entrance[] {
  const own = child(record.config, 'properties');
  const fronts = new Map<string, PublicAddress>();
  for (const row of objects(own, 'frontendIPConfigurations')) {
    const named = lower(child(row, 'properties'), 'publicIPAddress');
    const front = named === undefined ? undefined : estate.publics.get(named);
    const id = text(row, 'id')?.toLowerCase();
    if (named === undefined || id === undefined) continue;
    fronts.set(
      id,
      front ?? { id: named, address: undefined, unfiltered: 'unknown', evidence: evidence(record, '/config/properties/frontendIPConfigurations') },
    );
  }
  const pools = new Map(
    objects(own, 'backendAddressPools').map((row) => {
      const members = objects(child(row, 'properties'), 'backendIPConfigurations').flatMap((each) => text(each, 'id')?.toLowerCase() ?? []);
      return [text(row, 'id')?.toLowerCase() ?? '', new Set(members)] as const;
    }),
  );
  const out: Entrance[] = [];
  for (const key of ['loadBalancingRules', 'inboundNatRules']) {
    for (const [index, row] of objects(own, key).entries()) {
      const rule = child(row, 'properties');
      const front = fronts.get(lower(rule, 'frontendIPConfiguration') ?? '');
      if (front === undefined) continue;
      const named = [lower(rule, 'backendAddressPool'), ...objects(rule, 'backendAddressPools').map((each) => text(each, 'id')?.toLowerCase())];
      const single = lower(rule, 'backendIPConfiguration');
      const stations = estate.stations.filter(
        (station) =>
          station.id === single || named.some((pool) => pool !== undefined && (pools.get(pool)?.has(station.id) === true || station.pools.includes(pool))),
      );
      const proof = evidence(record, `/config/properties/${key}/${index}`);
      for (const station of stations)
        out.push({
          station,
          front: { ...front, evidence: proof },
          flowing: ports(rule, 'backendPort', 'backendPort'),
          called: ports(rule, 'frontendPort', 'frontendPort'),
          through: record.id,
        });
    }
  }
  return out;
}

/** Port 0 with the protocol `All` is every port. NAT rules for a pool have a range of ports in front, one for each member. */
function ports(rule: JsonObject, low: string, high: string): Traffic {
  const from = low === 'frontendPort' ? (number(rule, 'frontendPortRangeStart') ?? number(rule, low)) : number(rule, low);
  const to = high === 'frontendPort' ? (number(rule, 'frontendPortRangeEnd') ?? number(rule, high)) : number(rule, high);
  const protocol = text(rule, 'protocol')?.toLowerCase() ?? 'all';
  const numbers = protocol === 'tcp' ? [6] : protocol === 'udp' ? [17] : [6, 17];
  if (from === undefined || to === undefined || from === 0)
    return numbers.reduce<Traffic>((sum, each) => traffic.union(sum, portRange(each, 0, 65_535)), traffic.empty);
  return numbers.reduce<Traffic>((sum, each) => traffic.union(sum, portRange(each, from, to)), traffic.empty);
}

/** A listener of an application gateway, with the pools that its rules send to. It calls its backends itself, from its own subnet. */
export interface Listener {
  readonly gateway: Station;
  readonly front: PublicAddress | undefined;
  readonly called: Traffic;
}
export interface Forwarding {
  readonly gateway: Station;
  readonly target: Station;
  readonly flowing: Traffic;
}

/** Gateways' listeners, and what each gateway sends to which members of its pools. */
export function gatewaysOf(estate: Estate, snapshot: Snapshot): { readonly listeners: readonly Listener[]; readonly forwardings: readonly Forwarding[] } {
  const listeners: Listener[] = [];
  const forwardings: Forwarding[] = [];
  for (const record of snapshot.records('Microsoft.Network/applicationGateways')) {
    const own = child(record.config, 'properties');
    const home = objects(own, 'gatewayIPConfigurations').map((row) => estate.subnets.get(lower(child(row, 'properties'), 'subnet') ?? ''))[0];
    if (home === undefined) continue;
    const proof = evidence(record, '/config/properties');
    const plain = { subnet: home, where: home.set, filter: undefined, memberships: [], public: undefined, pools: [] };
    const gateway: Station = { id: record.id.toLowerCase(), nic: record.id, owner: record.id, ...plain, evidence: proof };
    const byId = (key: string): ReadonlyMap<string, JsonObject> =>
      new Map(objects(own, key).map((row) => [text(row, 'id')?.toLowerCase() ?? '', child(row, 'properties')]));
    const [fronts, frontPorts, settings, pools] = ['frontendIPConfigurations', 'frontendPorts', 'backendHttpSettingsCollection', 'backendAddressPools'].map(
      byId,
    );
    for (const [index, row] of objects(own, 'httpListeners').entries()) {
      const listener = child(row, 'properties');
      const port = number(frontPorts?.get(lower(listener, 'frontendPort') ?? ''), 'port');
      const named = lower(fronts?.get(lower(listener, 'frontendIPConfiguration') ?? '') ?? {}, 'publicIPAddress');
      if (port === undefined || named === undefined) continue;
      const address = estate.publics.get(named)?.address;
      const front: PublicAddress = { id: named, address, unfiltered: 'open', evidence: evidence(record, `/config/properties/httpListeners/${index}`) };
      listeners.push({ gateway, front, called: portRange(6, port, port) });
    }
    for (const rule of [...objects(own, 'requestRoutingRules').map((row) => child(row, 'properties')), ...pathRules(own)]) {
      const pool = lower(rule, 'backendAddressPool') ?? lower(rule, 'defaultBackendAddressPool') ?? '';
      const port = number(settings?.get(lower(rule, 'backendHttpSettings') ?? lower(rule, 'defaultBackendHttpSettings') ?? ''), 'port');
      const config = pools?.get(pool);
      if (port === undefined || config === undefined) continue;
      const members = new Set(objects(config, 'backendIPConfigurations').flatMap((each) => text(each, 'id')?.toLowerCase() ?? []));
      const addresses = new Set(objects(config, 'backendAddresses').flatMap((each) => text(each, 'ipAddress') ?? []));
      for (const target of estate.stations) {
        const listed = members.has(target.id) || target.pools.includes(pool) || (addresses.size > 0 && ownAddress(target, addresses));
        if (listed) forwardings.push({ gateway, target, flowing: portRange(6, port, port) });
      }
    }
  }
  return { listeners, forwardings };
}

const pathRules = (own: JsonObject): readonly JsonObject[] =>
  objects(own, 'urlPathMaps')
    .map((row) => child(row, 'properties'))
    .flatMap((map) => [map, ...objects(map, 'pathRules').map((row) => child(row, 'properties'))])
    .filter(isObject);

const ownAddress = (station: Station, texts: ReadonlySet<string>): boolean =>
  station.where.v4.length === 2 && station.where.v4[0] === station.where.v4[1] && texts.has(addressOf(station));

/** The private address of a station as text; empty where it is not known. */
export const addressOf = (station: Station): string => {
  const [lo, hi] = station.where.v4;
  return lo === undefined || lo !== hi ? '' : [24, 16, 8, 0].map((shift) => Math.floor(lo / 2 ** shift) % 256).join('.');
};
