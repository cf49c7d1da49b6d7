import type { Evidence, Residual } from '../../model/evidence.ts';
import type { Address } from '../algebra/address.ts';
import { hasAddress } from '../algebra/address.ts';
import { everything, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { Bits } from './bits.ts';
import { type Cell, cellsOf } from './cells.ts';
import { type Decider, decideParts, type Outcome } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { listening } from './listeners.ts';
import { ruleClasses, sortedByAddress } from './rule-classes.ts';

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
      const decide = (wanted: Traffic): Outcome =>
        decider.decide({ kind: 'station', station: source.example }, source.example.address, other.address, wanted, { target: other, groups: false });
      for (const outcome of decideParts(decide, everything)) {
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
