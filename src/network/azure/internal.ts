import { everything, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { Bits } from '../aws/bits.ts';
import type { Decider } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { sourcePorts } from './filters.ts';
import { tableKey } from './routes.ts';
import type { Rule } from './rules.ts';
import { type Outcome, Trail } from './trail.ts';
import { Atoms, Universe } from './universe.ts';

/** Stations on one side of a gate or way, and what it says of them. */
interface Part {
  readonly bits: Bits;
  readonly outcome: Pick<Outcome, 'sure' | 'possible' | 'missing' | 'evidence'>;
}

/** Stations that see the same parts of the others. */
interface Zone {
  readonly bits: Bits;
  readonly parts: readonly Part[];
}

/**
 * Machines to machines without asking pair by pair. What lets a flow through falls into three: the way (of two subnets and their addresses), the source's groups, the target's groups; each is
 * decided once for stations that it treats alike, and the answers are joined as sets. Work follows the distinct rules and routes, not the pairs.
 */
export function internalClasses(estate: Estate, decider: Decider, leadsIn: (owner: string) => boolean): readonly ReachClass[] {
  const all = estate.stations.filter((each) => each.calls || each.listens === undefined || each.listens.length > 0);
  if (all.length === 0) return [];
  const universe = new Universe(all);
  const sources = bitsOf(universe, (each) => each.calls);
  const targets = bitsOf(universe, (each) => (each.listens === undefined || each.listens.length > 0) && leadsIn(each.owner));
  const rules = [...new Set(all.flatMap((each) => decider.gates.rulesOf(each.subnet, each.filter)))];
  const ways = routeZones(estate, decider, universe, sources, targets);
  const rows = new Map<string, ReachClass>();
  for (const port of sourcePorts(rules)) {
    const outward = zonesOf(estate, universe, sources, targets, decider, port, false);
    const inward = zonesOf(estate, universe, targets, sources, decider, port, true);
    for (const row of joined(universe, leaving(ways, outward), inward)) rows.set(JSON.stringify(row), row);
  }
  return [...rows.values()].filter((each) => each.sources.length > 1 || each.destinations.length > 1 || each.sources[0] !== each.destinations[0]);
}

function bitsOf(universe: Universe, wanted: (station: Station) => boolean): Bits {
  const out = new Bits(universe.size);
  for (const [position, station] of universe.stations.entries()) if (wanted(station)) out.add(position);
  return out;
}

const grouped = (universe: Universe, whole: Bits, key: (station: Station, position: number) => string): readonly Bits[] => {
  const out = new Map<string, Bits>();
  for (const position of whole.members()) {
    const station = universe.stations[position];
    if (station === undefined) continue;
    const name = key(station, position);
    const bits = out.get(name) ?? new Bits(universe.size);
    out.set(name, bits);
    bits.add(position);
  }
  return [...out.values()].map((bits) => bits.compact());
};

/** Which sources have a way to which targets, with the firewalls on it. */
function routeZones(estate: Estate, decider: Decider, universe: Universe, sources: Bits, targets: Bits): readonly Zone[] {
  const atoms = new Atoms([
    ...[...estate.subnets.values()].flatMap((each) => (each.routes ?? []).filter((route) => route.length > 0).map((route) => route.set)),
    ...estate.firewalls.flatMap((each) =>
      (each.rules ?? []).flatMap((rule) =>
        [rule.source, rule.destination].flatMap((side) => [side.set, ...side.tags.flatMap((tag) => estate.tags.of(tag) ?? [])]),
      ),
    ),
    ...estate.hubs.flatMap((hub) => [...hub.routes.values()].flat().map((route) => route.set)),
    ...[...estate.networks.values()].flatMap((network) => network.prefixes.map((each) => each.set)),
  ]);
  const key = (station: Station): string => `${tableKey(station.subnet)}|${atoms.of(station.where)}|${station.endpoint?.routed ?? ''}`;
  const [from, to] = [grouped(universe, sources, key), grouped(universe, targets, key)];
  return from.flatMap((bits): Zone[] => {
    const source = universe.first(bits);
    if (source === undefined) return [];
    const found = new Map<string, Part>();
    for (const there of to) {
      const target = universe.first(there);
      if (target === undefined) continue;
      const trail = new Trail(everything);
      decider.route(trail, source, target);
      merge(found, there, trail.end());
    }
    return [{ bits, parts: [...found.values()] }];
  });
}

function merge(found: Map<string, Part>, bits: Bits, outcome: Outcome): void {
  if (outcome.possible.length === 0) return;
  const { sure, possible, missing, evidence } = outcome;
  const key = JSON.stringify([sure, possible, missing, evidence]);
  const known = found.get(key);
  if (known === undefined) found.set(key, { bits: bits.copy(), outcome: { sure, possible, missing, evidence } });
  else known.bits.addAll(bits);
}

/** What the groups of each station let out or in, of all stations at once. */
function zonesOf(estate: Estate, universe: Universe, own: Bits, others: Bits, decider: Decider, port: number, inbound: boolean): readonly Zone[] {
  const rulesFor = (station: Station): readonly Rule[] => decider.gates.rulesOf(station.subnet, station.filter).filter((rule) => rule.inbound === inbound);
  const mine = (rule: Rule): Rule['source'] => (inbound ? rule.destination : rule.source);
  const theirs = (rule: Rule): Rule['source'] => (inbound ? rule.source : rule.destination);
  const marks = new Map<Rule['source'], Map<unknown, readonly [Bits, Bits]>>();
  const key = (station: Station, position: number): string => {
    const setting = decider.gates.setting(station.subnet);
    const standing = rulesFor(station)
      .filter((rule) => !mine(rule).any)
      .map((rule) => {
        const side = mine(rule);
        const known = marks.get(side)?.get(setting);
        const { sure, maybe } = known === undefined ? universe.on(side, setting) : { sure: known[0], maybe: known[1] };
        const bySetting = marks.get(side) ?? new Map<unknown, readonly [Bits, Bits]>();
        marks.set(side, bySetting.set(setting, [sure, maybe]));
        return sure.has(position) ? 's' : maybe.has(position) ? 'm' : '-';
      });
    const { subnet, filter, listens, opens, endpoint } = station;
    const place = `${subnet.filter?.id ?? ''}|${filter?.id ?? ''}|${estate.virtuals.has(subnet.id) ? subnet.id : tableKey(subnet)}|${subnet.network.admin === undefined || subnet.network.admin.length > 0 ? subnet.id : ''}`;
    return `${place}|${standing.join('')}|${inbound ? `${listens?.join() ?? ''}|${endpoint?.filtered ?? ''}` : (opens?.join() ?? '')}`;
  };
  const zones = new Map<string, { bits: Bits; parts: readonly Part[] }>();
  for (const bits of grouped(universe, own, key)) {
    const station = universe.first(bits);
    if (station === undefined) continue;
    const found = new Map<string, Part>();
    for (const part of universe.parts(others, rulesFor(station), theirs, decider.gates.setting(station.subnet))) {
      const other = universe.first(part);
      if (other === undefined) continue;
      const trail = new Trail(everything);
      if (inbound) decider.inbound(trail, other, station, port);
      else decider.outbound(trail, station, other, port);
      merge(found, part, trail.end());
    }
    const parts = [...found.values()];
    const same = keyOf(parts);
    const known = zones.get(same);
    if (known === undefined) zones.set(same, { bits: bits.copy(), parts });
    else known.bits.addAll(bits);
  }
  return [...zones.values()];
}

const keyOf = (parts: readonly Part[]): string => parts.map(({ bits, outcome }) => `${bits.key()}${JSON.stringify(outcome)}`).join('\n');

const both = (a: Part['outcome'], b: Part['outcome']): Part['outcome'] => {
  const [sure, possible]: readonly [Traffic, Traffic] = [traffic.intersect(a.sure, b.sure), traffic.intersect(a.possible, b.possible)];
  return { sure, possible, missing: [...a.missing, ...b.missing], evidence: [...a.evidence, ...b.evidence] };
};

/** The way out of each source: its groups and its routes together. */
function leaving(ways: readonly Zone[], outward: readonly Zone[]): readonly Zone[] {
  const out = new Map<string, Zone>();
  for (const way of ways) {
    for (const gate of outward) {
      const bits = way.bits.and(gate.bits);
      if (bits.empty) continue;
      const parts = way.parts.flatMap((a) =>
        gate.parts.flatMap((b): Part[] => {
          const outcome = both(a.outcome, b.outcome);
          if (outcome.possible.length === 0) return [];
          const there = a.bits.and(b.bits).compact();
          return there.empty ? [] : [{ bits: there, outcome }];
        }),
      );
      const key = keyOf(parts);
      const known = out.get(key);
      if (known === undefined) out.set(key, { bits: bits.copy(), parts });
      else known.bits.addAll(bits);
    }
  }
  return [...out.values()];
}

function joined(universe: Universe, outward: readonly Zone[], inward: readonly Zone[]): readonly ReachClass[] {
  // Each target stands in one zone: only zones that have some of a part's targets are looked at.
  const home = new Int32Array(universe.size).fill(-1);
  for (const [index, zone] of inward.entries()) for (const position of zone.bits.members()) home[position] = index;
  const rows: ReachClass[] = [];
  for (const from of outward) {
    for (const there of from.parts) {
      for (const [index, targets] of split(universe, home, there.bits)) {
        for (const here of inward[index]?.parts ?? []) {
          const outcome = both(there.outcome, here.outcome);
          if (outcome.possible.length === 0) continue;
          const sources = from.bits.and(here.bits);
          if (!sources.empty) rows.push(...rowsOf(universe.names(sources), universe.names(targets), outcome));
        }
      }
    }
  }
  return rows;
}

function split(universe: Universe, home: Int32Array, bits: Bits): ReadonlyMap<number, Bits> {
  const lists = new Map<number, number[]>();
  for (const position of bits.members()) {
    const zone = home[position] ?? -1;
    const list = lists.get(zone);
    if (list === undefined) lists.set(zone, [position]);
    else list.push(position);
  }
  return new Map([...lists].map(([zone, list]) => [zone, new Bits(universe.size, Uint32Array.from(list))]));
}

/** What is certain in a row of its own, what is only possible in another that says what is missing. */
export function rowsOf(
  sources: readonly string[],
  destinations: readonly string[],
  outcome: Part['outcome'],
  more: Pick<ReachClass, 'from' | 'to'> = {},
): readonly ReachClass[] {
  const rest = traffic.subtract(outcome.possible, outcome.sure);
  const row = (flows: Traffic, missing: readonly string[]): readonly ReachClass[] =>
    flows.length === 0
      ? []
      : [{ sources, destinations, flows: toPortSets(flows), ...more, residual: [{ allOf: [] }], missing, evidence: unique(outcome.evidence) }];
  return [...row(outcome.sure, []), ...row(rest, [...new Set(outcome.missing)].sort())];
}

const unique = (list: ReachClass['evidence']): ReachClass['evidence'] => [...new Map(list.map((each) => [`${each.resource} ${each.pointer}`, each])).values()];
