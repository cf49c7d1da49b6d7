import type { Evidence, Residual } from '../../model/evidence.ts';
import type { Address } from '../algebra/address.ts';
import { hasAddress } from '../algebra/address.ts';
import { everything, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { Bits } from './bits.ts';
import type { Decider } from './decide.ts';
import type { Estate, Group, GroupRule, Station } from './estate.ts';
import { listening } from './listeners.ts';

/** Stations that routes and ACLs treat alike. */
interface Cell {
  readonly stations: Bits;
  readonly example: Station;
}

interface Zone {
  readonly sources: Bits;
  readonly destinations: Bits;
  readonly sure: Traffic;
  readonly possible: Traffic;
  readonly references: boolean;
  /** The source as the destination's groups see it, where a NAT gateway replaced it. */
  readonly seen: Address | undefined;
  readonly conditions: Residual;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Rules of all groups that allow the same traffic from or to the same peers: one row, with everybody that has it. */
interface RuleClass {
  readonly traffic: Traffic;
  readonly rule: GroupRule | undefined;
  readonly holders: Bits;
  readonly peers: Bits;
  readonly evidence: Evidence[];
  readonly missing: string | undefined;
}

/**
 * All pairs of interfaces of the estate as bicliques. Routes and ACLs are decided once per pair of cells (stations with the same table, ACL and address atom); groups
 * rule by rule: everybody whom an outgoing rule lets out, to everybody whom an incoming rule lets in. Linear in rules and stations, never in pairs.
 */
export function internalClasses(estate: Estate, decider: Decider): readonly ReachClass[] {
  const stations = estate.interfaces.flatMap((each) => each.stations).filter((station) => station.interface.kind !== 'nat');
  if (stations.length === 0) return [];
  const index = new Map(stations.map((station, position) => [station, position]));
  const size = stations.length;
  const byAddress = sortedByAddress(stations);
  const incoming = ruleClasses(estate, stations, index, byAddress, false);
  const outgoing = ruleClasses(estate, stations, index, byAddress, true);
  const names = new Names(stations);
  const ports = listeningClasses(estate, stations, size);
  // Load balancers and endpoints send to their targets only, which is told elsewhere.
  const senders = new Bits(size);
  for (const [position, station] of stations.entries()) if (station.interface.kind === 'host') senders.add(position);
  const out: ReachClass[] = [];
  for (const zone of zones(estate, decider, stations, size)) {
    for (const rule of incoming) {
      const destinations = rule.holders.and(zone.destinations);
      if (destinations.empty) continue;
      const arriving = traffic.intersect(zone.possible, rule.traffic);
      if (arriving.length === 0 || (rule.rule?.peer !== undefined && !zone.references)) continue;
      const seen = zone.seen;
      const sources =
        seen === undefined
          ? rule.peers.and(zone.sources).and(senders)
          : rule.rule === undefined || hasAddress(rule.rule.set, seen)
            ? zone.sources.and(senders)
            : undefined;
      if (sources === undefined || sources.empty) continue;
      for (const egress of outgoing) {
        const both = traffic.intersect(arriving, egress.traffic);
        if (both.length === 0 || (egress.rule?.peer !== undefined && !zone.references)) continue;
        const from = egress.holders.and(sources);
        const to = from.empty ? from : egress.peers.and(destinations);
        if (from.empty || to.empty) continue;
        for (const part of ports) {
          const flows = traffic.intersect(both, part.traffic);
          const there = flows.length === 0 ? to : part.stations === undefined ? to : to.and(part.stations);
          if (flows.length === 0 || there.empty) continue;
          const missing = [
            ...zone.missing,
            ...(rule.missing === undefined ? [] : [rule.missing]),
            ...(egress.missing === undefined ? [] : [egress.missing]),
            ...part.missing,
          ];
          const surely = traffic.covers(zone.sure, flows);
          out.push({
            sources: names.of(from),
            destinations: names.of(there),
            flows: toPortSets(flows),
            residual: zone.conditions,
            missing: [...new Set(surely ? missing.filter((each) => !zone.missing.includes(each)) : missing)].sort(),
            evidence: [...rule.evidence, ...egress.evidence.slice(0, 1), ...zone.evidence],
          });
        }
      }
    }
  }
  return out.filter((each) => each.sources.length > 1 || each.destinations.length > 1 || each.sources[0] !== each.destinations[0]);
}

/** Stations by what listens: load balancers and databases answer on some ports only. */
function listeningClasses(
  estate: Estate,
  stations: readonly Station[],
  size: number,
): readonly { traffic: Traffic; stations: Bits | undefined; missing: readonly string[] }[] {
  const some = new Map<string, { traffic: Traffic; stations: Bits; missing: readonly string[] }>();
  const rest = new Bits(size);
  let any = false;
  for (const [position, station] of stations.entries()) {
    const open = listening(estate, station.interface);
    if (open === undefined) {
      rest.add(position);
      continue;
    }
    any = true;
    const key = `${open.possible.join()}|${open.missing ?? ''}`;
    const known = some.get(key) ?? { traffic: open.possible, stations: new Bits(size), missing: open.missing === undefined ? [] : [open.missing] };
    some.set(key, known);
    known.stations.add(position);
  }
  return [{ traffic: everything, stations: any ? rest : undefined, missing: [] }, ...some.values()];
}

/** Lists of resource ids, one array for each distinct set. */
class Names {
  private readonly known = new Map<string, readonly string[]>();
  private readonly stations: readonly Station[];
  constructor(stations: readonly Station[]) {
    this.stations = stations;
  }
  of(bits: Bits): readonly string[] {
    const key = bits.key();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const ids = [...new Set(bits.members().map((position) => this.stations[position]?.interface.owner.id ?? ''))].sort();
    this.known.set(key, ids);
    return ids;
  }
}

interface Sorted {
  readonly low: readonly { readonly address: number; readonly position: number }[];
  readonly high: readonly { readonly address: bigint; readonly position: number }[];
}

function sortedByAddress(stations: readonly Station[]): Sorted {
  const low: { address: number; position: number }[] = [];
  const high: { address: bigint; position: number }[] = [];
  for (const [position, { address }] of stations.entries()) {
    if (typeof address === 'number') low.push({ address, position });
    else high.push({ address, position });
  }
  low.sort((a, b) => a.address - b.address);
  high.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  return { low, high };
}

function within<T extends number | bigint>(sorted: readonly { readonly address: T; readonly position: number }[], lo: T, hi: T, into: Bits): void {
  let left = 0;
  let right = sorted.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    const at = sorted[middle];
    if (at !== undefined && at.address < lo) left = middle + 1;
    else right = middle;
  }
  for (let i = left; i < sorted.length; i++) {
    const at = sorted[i];
    if (at === undefined || at.address > hi) break;
    into.add(at.position);
  }
}

function ruleClasses(estate: Estate, stations: readonly Station[], index: ReadonlyMap<Station, number>, sorted: Sorted, egress: boolean): readonly RuleClass[] {
  const size = stations.length;
  const out = new Map<string, RuleClass>();
  const members = (group: string): Bits => {
    const bits = new Bits(size);
    for (const station of estate.byGroup.get(group) ?? []) {
      const position = index.get(station);
      if (position !== undefined) bits.add(position);
    }
    return bits.compact();
  };
  const memberSets = new Map<string, Bits>();
  const membersOf = (group: string): Bits => {
    const known = memberSets.get(group) ?? members(group);
    memberSets.set(group, known);
    return known;
  };
  const peersOf = (rule: GroupRule): Bits => {
    if (rule.unresolved !== undefined) return Bits.full(size);
    if (rule.peer !== undefined) return membersOf(rule.peer);
    const bits = new Bits(size);
    for (let i = 0; i + 1 < rule.set.v4.length; i += 2) within(sorted.low, rule.set.v4[i] ?? 0, rule.set.v4[i + 1] ?? -1, bits);
    for (let i = 0; i + 1 < rule.set.v6.length; i += 2) within(sorted.high, rule.set.v6[i] ?? 0n, rule.set.v6[i + 1] ?? -1n, bits);
    return bits;
  };
  const used = new Set(stations.flatMap((station) => station.interface.groups));
  for (const group of [...used].sort()) {
    const known: Group | undefined = estate.groups.get(group);
    const holders = membersOf(group);
    if (known === undefined) {
      const first = stations.find((station) => station.interface.groups.includes(group));
      const missing = first === undefined ? '' : estate.missing('ec2:DescribeSecurityGroups', first.interface.record);
      merge(out, `?${missing}`, () => ({
        traffic: everything,
        rule: undefined,
        holders: new Bits(size),
        peers: Bits.full(size),
        evidence: [],
        missing,
      })).holders.addAll(holders);
      continue;
    }
    for (const rule of egress ? known.egress : known.ingress) {
      const missing = rule.unresolved === undefined ? undefined : estate.missing('ec2:GetManagedPrefixListEntries', known.record);
      const key = `${rule.traffic.join()}|${rule.peer ?? ''}|${rule.set.v4.join()}|${rule.set.v6.join()}|${missing ?? ''}`;
      const each = merge(out, key, () => ({ traffic: rule.traffic, rule, holders: new Bits(size), peers: peersOf(rule), evidence: [], missing }));
      each.holders.addAll(holders);
      if (each.evidence.length < 8) each.evidence.push(rule.evidence);
    }
  }
  const free = new Bits(size);
  for (const [position, station] of stations.entries()) if (station.interface.unfiltered) free.add(position);
  if (!free.empty) out.set('free', { traffic: everything, rule: undefined, holders: free, peers: Bits.full(size), evidence: [], missing: undefined });
  for (const each of out.values()) {
    each.holders.compact();
    each.peers.compact();
  }
  return [...out.values()];
}

function merge(map: Map<string, RuleClass>, key: string, make: () => RuleClass): RuleClass {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

/** Pairs of cells with the same answer of routes and ACLs, joined to bicliques. */
function zones(estate: Estate, decider: Decider, stations: readonly Station[], size: number): readonly Zone[] {
  const cells = cellsOf(estate, stations, size);
  const rows = new Map<string, { sources: Bits; row: Map<string, Zone> }>();
  for (const source of cells) {
    const row = new Map<string, Zone>();
    for (const target of cells) {
      if (typeof source.example.address !== typeof target.example.address) continue;
      const alone = source === target;
      const other = alone ? (second(target, stations) ?? target.example) : target.example;
      const outcome = decider.decide({ kind: 'station', station: source.example }, source.example.address, other.address, everything, {
        target: other,
        groups: false,
      });
      if (outcome.possible.length === 0) continue;
      const references = !outcome.trace.events.some((event) => event.kind === 'no-references');
      const seen = outcome.trace.source === source.example.address ? undefined : outcome.trace.source;
      const key = `${outcome.sure.join()}|${outcome.possible.join()}|${references}|${String(seen)}|${JSON.stringify(outcome.conditions)}|${outcome.missing.join()}`;
      const known = row.get(key);
      if (known === undefined) {
        row.set(key, {
          sources: new Bits(size),
          destinations: target.stations.copy(),
          sure: outcome.sure,
          possible: outcome.possible,
          references,
          seen,
          conditions: [{ allOf: outcome.conditions }],
          missing: outcome.missing,
          evidence: outcome.evidence,
        });
      } else known.destinations.addAll(target.stations);
    }
    const key = [...row.entries()].map(([name, zone]) => `${name}>${zone.destinations.key()}`).join('\n');
    const known = rows.get(key) ?? { sources: new Bits(size), row };
    rows.set(key, known);
    known.sources.addAll(source.stations);
  }
  return [...rows.values()].flatMap(({ sources, row }) => [...row.values()].map((zone) => ({ ...zone, sources })));
}

const second = (cell: Cell, stations: readonly Station[]): Station | undefined => {
  for (const position of cell.stations.members()) {
    const station = stations[position];
    if (station !== undefined && station !== cell.example) return station;
  }
  return undefined;
};

/**
 * INVARIANT: routes and ACLs cannot tell two stations of a cell apart. A subnet whose ACL is not open is a cell of its own, as traffic within it skips the ACL;
 * so is one whose transit gateway attachment or zone matters.
 */
function cellsOf(estate: Estate, stations: readonly Station[], size: number): readonly Cell[] {
  const bounds = boundaries(estate);
  const attached = new Set([...estate.transit.attachments.values()].flatMap((each) => each.subnets));
  const zonal = new Set([...estate.transit.attachments.values()].map((each) => each.resource));
  const cells = new Map<string, { stations: Bits; example: Station }>();
  for (const [position, station] of stations.entries()) {
    const { subnet } = station.interface;
    const low = typeof station.address === 'number';
    const open = subnet.acl !== undefined && (low ? subnet.acl.open.v4 : subnet.acl.open.v6);
    const own = !open || attached.has(subnet.id) || overridden(subnet.table?.routes ?? [], subnet.vpc.id, estate);
    const atom = typeof station.address === 'number' ? atomOf(bounds.low, station.address) : atomOf(bounds.high, station.address);
    // A public address may be what a gateway shows; only whether there is one matters within the estate, and which one where it is seen.
    const holder = station.outward ? 'public' : '';
    const key = [
      subnet.vpc.id,
      own ? subnet.id : '',
      subnet.acl?.id ?? '',
      subnet.table?.id ?? '',
      zonal.has(subnet.vpc.id) ? subnet.zone : '',
      low ? 4 : 6,
      atom,
      holder,
    ].join(' ');
    const cell = cells.get(key) ?? { stations: new Bits(size), example: station };
    cells.set(key, cell);
    cell.stations.add(position);
  }
  return [...cells.values()];
}

/** Routes inside the VPC that are narrower than its local route lead some pairs through an appliance. */
function overridden(
  routes: Estate['tables'] extends ReadonlyMap<string, infer T> ? (T extends { routes: infer R } ? R : never) : never,
  vpc: string,
  estate: Estate,
): boolean {
  const cidrs = estate.vpcs.get(vpc)?.cidrs;
  return routes.some((route) => route.kind !== 'local' && cidrs !== undefined && route.prefix.length > 0 && hasAddress(cidrs, route.prefix.lo));
}

/** Every place where a route or an ACL entry begins or ends. */
function boundaries(estate: Estate): { readonly low: readonly number[]; readonly high: readonly bigint[] } {
  const low = new Set<number>();
  const high = new Set<bigint>();
  const add = (lo: Address, hi: Address): void => {
    if (typeof lo === 'number' && typeof hi === 'number') low.add(lo).add(hi + 1);
    else if (typeof lo === 'bigint' && typeof hi === 'bigint') high.add(lo).add(hi + 1n);
  };
  for (const table of estate.tables.values()) for (const { prefix } of table.routes) add(prefix.lo, prefix.hi);
  for (const table of estate.transit.tables.values()) for (const { prefix } of table.routes) add(prefix.lo, prefix.hi);
  for (const acl of estate.acls.values()) {
    for (const entry of [...acl.ingress, ...acl.egress]) {
      for (let i = 0; i + 1 < entry.set.v4.length; i += 2) add(entry.set.v4[i] ?? 0, entry.set.v4[i + 1] ?? 0);
      for (let i = 0; i + 1 < entry.set.v6.length; i += 2) add(entry.set.v6[i] ?? 0n, entry.set.v6[i + 1] ?? 0n);
    }
  }
  return { low: [...low].sort((a, b) => a - b), high: [...high].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) };
}

/** How many boundaries are at or below the address. */
function atomOf<T extends number | bigint>(bounds: readonly T[], address: T): number {
  let left = 0;
  let right = bounds.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    const at = bounds[middle];
    if (at !== undefined && at <= address) left = middle + 1;
    else right = middle;
  }
  return left;
}
