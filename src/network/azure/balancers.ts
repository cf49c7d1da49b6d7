import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, parseAddress } from '../algebra/address.ts';
import { everything, portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { child, evidence, flag, number, objects, text } from '../aws/config.ts';
import type { Estate, PublicAddress, Station, Subnet } from './estate.ts';

/** An address that a balancer answers at: public, or private in a subnet. */
export interface Frontend {
  readonly id: string;
  readonly public: PublicAddress | undefined;
  readonly private: { readonly address: string; readonly subnet: Subnet | undefined } | undefined;
  /** "Chained" to a gateway balancer, whose appliances see everything first. */
  readonly chained: boolean;
}

/** One rule: what comes to a frontend as `called` arrives at the members as `flowing`, with the caller's address. */
export interface Forward {
  readonly front: Frontend;
  readonly members: readonly Station[];
  readonly called: Traffic;
  readonly flowing: Traffic;
  /** "Floating IP": members see the frontend's address as the destination. */
  readonly floating: boolean;
  readonly evidence: Evidence;
}

export interface Balancer {
  readonly record: SnapshotRecord;
  readonly forwards: readonly Forward[];
  /** Members that it lends a public address for what they open themselves, with the addresses. */
  readonly lends: readonly { readonly members: readonly Station[]; readonly addresses: readonly string[]; readonly evidence: Evidence }[];
  /** Members of a standard balancer without a public side have no way out by default. */
  readonly closes: readonly Station[];
}

const lower = (value: JsonObject, key: string): string | undefined => text(child(value, key), 'id')?.toLowerCase();

/** Load balancers of a snapshot. */
export function readBalancers(estate: Estate, snapshot: Snapshot): readonly Balancer[] {
  const records = snapshot.records('Microsoft.Network/loadBalancers');
  if (records.length === 0) return [];
  const members = new Members(estate);
  return records.map((record) => read(estate, record, members));
}

/** Stations by the names that pools use for them. */
export class Members {
  readonly #byId = new Map<string, Station>();
  readonly #byPool = new Map<string, Station[]>();
  readonly #byAddress = new Map<string, Station[]>();

  constructor(estate: Estate) {
    for (const station of estate.stations) {
      this.#byId.set(station.id, station);
      for (const pool of station.pools) add(this.#byPool, pool, station);
      const [lo, hi] = station.where.v4;
      if (lo !== undefined && lo === hi && station.where.v4.length === 2) add(this.#byAddress, String(lo), station);
    }
  }

  named(id: string | undefined): readonly Station[] {
    const found = id === undefined ? undefined : this.#byId.get(id.toLowerCase());
    return found === undefined ? [] : [found];
  }

  at(address: string, network?: string): readonly Station[] {
    const parsed = parseAddress(address);
    return (this.#byAddress.get(String(parsed)) ?? []).filter((each) => network === undefined || each.subnet.network.id === network);
  }

  /** Members of a pool as the pool names them and as they name it. */
  of(pool: string, config: JsonObject): readonly Station[] {
    const listed = objects(config, 'backendIPConfigurations').flatMap((each) => this.named(text(each, 'id')));
    const addressed = objects(config, 'loadBalancerBackendAddresses').flatMap((row) => {
      const own = child(row, 'properties');
      const nic = this.named(lower(own, 'networkInterfaceIPConfiguration'));
      return nic.length > 0 ? nic : this.at(text(own, 'ipAddress') ?? '', lower(own, 'virtualNetwork') ?? lower(own, 'subnet')?.split('/subnets/')[0]);
    });
    return [...new Set([...listed, ...addressed, ...(this.#byPool.get(pool) ?? [])])].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function read(estate: Estate, record: SnapshotRecord, members: Members): Balancer {
  const own = child(record.config, 'properties');
  const fronts = new Map<string, Frontend>();
  for (const row of objects(own, 'frontendIPConfigurations')) {
    const id = text(row, 'id')?.toLowerCase();
    if (id !== undefined) fronts.set(id, frontOf(estate, record, id, child(row, 'properties')));
  }
  const pools = new Map(objects(own, 'backendAddressPools').map((row) => [text(row, 'id')?.toLowerCase() ?? '', child(row, 'properties')] as const));
  const poolMembers = (pool: string): readonly Station[] => members.of(pool, pools.get(pool) ?? {});
  const forwards: Forward[] = [];
  const lends: Balancer['lends'][number][] = [];
  const address = (front: Frontend | undefined): readonly string[] => (front?.public?.address === undefined ? [] : [front.public.address]);
  for (const key of ['loadBalancingRules', 'inboundNatRules']) {
    for (const [index, row] of objects(own, key).entries()) {
      const rule = child(row, 'properties');
      const front = fronts.get(lower(rule, 'frontendIPConfiguration') ?? '');
      if (front === undefined) continue;
      const named = [...new Set([lower(rule, 'backendAddressPool'), ...objects(rule, 'backendAddressPools').map((each) => text(each, 'id')?.toLowerCase())])];
      const stations = [...named.flatMap((pool) => (pool === undefined ? [] : poolMembers(pool))), ...members.named(lower(rule, 'backendIPConfiguration'))];
      const proof = evidence(record, `/config/properties/${key}/${index}`);
      const floating = flag(rule, 'enableFloatingIP') === true;
      const called = rulePorts(rule, 'frontendPort', true);
      forwards.push({
        front,
        members: [...new Set(stations)],
        called,
        flowing: floating ? called : rulePorts(rule, 'backendPort', false),
        floating,
        evidence: proof,
      });
      // "disableOutboundSnat … for the traffic of the load-balancing rule"; without it the rule lends its frontend's address.
      if (key === 'loadBalancingRules' && front.public !== undefined && flag(rule, 'disableOutboundSnat') !== true)
        lends.push({ members: stations, addresses: address(front), evidence: proof });
    }
  }
  for (const [index, row] of objects(own, 'outboundRules').entries()) {
    const rule = child(row, 'properties');
    const addresses = objects(rule, 'frontendIPConfigurations').flatMap((each) => address(fronts.get(text(each, 'id')?.toLowerCase() ?? '')));
    lends.push({
      members: poolMembers(lower(rule, 'backendAddressPool') ?? ''),
      addresses,
      evidence: evidence(record, `/config/properties/outboundRules/${index}`),
    });
  }
  const inner = [...fronts.values()].every((each) => each.public === undefined) && text(child(record.config, 'sku'), 'name')?.toLowerCase() === 'standard';
  return { record, forwards, lends, closes: inner ? [...new Set([...pools.keys()].flatMap(poolMembers))] : [] };
}

function frontOf(estate: Estate, record: SnapshotRecord, id: string, own: JsonObject): Frontend {
  const named = lower(own, 'publicIPAddress') ?? lower(own, 'publicIPPrefix');
  const address = text(own, 'privateIPAddress');
  const proof = evidence(record, '/config/properties/frontendIPConfigurations');
  return {
    id,
    public: named === undefined ? undefined : (estate.publics.get(named) ?? { id: named, address: undefined, unfiltered: 'unknown', evidence: proof }),
    private: address === undefined ? undefined : { address, subnet: estate.subnets.get(lower(own, 'subnet') ?? '') },
    chained: lower(own, 'gatewayLoadBalancer') !== undefined,
  };
}

/** Port 0 with the protocol `All` is every port. NAT rules for a pool have a range of ports in front, one for each member. */
export function rulePorts(rule: JsonObject, key: 'frontendPort' | 'backendPort', front: boolean): Traffic {
  const from = front ? (number(rule, 'frontendPortRangeStart') ?? number(rule, key)) : number(rule, key);
  const to = front ? (number(rule, 'frontendPortRangeEnd') ?? number(rule, key)) : number(rule, key);
  const protocol = text(rule, 'protocol')?.toLowerCase() ?? 'all';
  const numbers = protocol === 'tcp' ? [6] : protocol === 'udp' ? [17] : [6, 17];
  const whole = from === undefined || to === undefined || from === 0;
  return numbers.reduce<Traffic>((sum, each) => traffic.union(sum, whole ? portRange(each, 0, 65_535) : portRange(each, from, to)), traffic.empty);
}

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
  /** Why what arrives may be less than what was sent. */
  readonly doubt: string | undefined;
}

/** All of them, in order of the stations and the balancers' ids. */
export function entrancesOf(estate: Estate, balancers: readonly Balancer[]): readonly Entrance[] {
  const own = estate.stations.flatMap((station): Entrance[] =>
    station.public === undefined ? [] : [{ station, front: station.public, flowing: everything, called: everything, through: undefined, doubt: undefined }],
  );
  const balanced = balancers.flatMap(({ record, forwards }) =>
    forwards.flatMap(({ front, members, called, flowing, floating, evidence: proof }) => {
      const { public: address, chained } = front;
      if (address === undefined) return [];
      const doubt = chained ? `what the appliances of the gateway balancer in front of ${record.id} let through` : undefined;
      return members.map(
        (station): Entrance => ({
          station: floating ? atFront(station, address.address) : station,
          front: { ...address, evidence: proof },
          flowing,
          called,
          through: record.id,
          doubt,
        }),
      );
    }),
  );
  return [...own, ...balanced];
}

/**
 * "When Floating IP is enabled, Azure changes the IP address mapping to the Frontend IP address of the Load Balancer frontend instead of backend instance's IP" (Load Balancer, floating IP): what
 * arrives is for the frontend's address, and so are the rules that let it in.
 */
export const atFront = (station: Station, address: string | undefined): Station =>
  address === undefined ? station : { ...station, where: addressSet([address]) };
