import { type AddressSet, internetAddresses, shareOf, toCidrs } from '../algebra/address.ts';
import { type Traffic, tcp, toPortSets, traffic, trafficText, udp } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { addressAtoms } from './cells.ts';
import { createDecider, type Decider, type Outcome } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { fromInternet, toInternet } from './internet.ts';
import type { Row, RowMemory } from './row-memory.ts';
import type { Tracer } from './trace.ts';

/** What the internet reaches, one row for each resource, set of sources and set of ports. Stations of the same subnet and groups are decided once. */
export function internetClasses(estate: Estate, decider: Decider, memory: RowMemory): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const alike of classesOf(estate, (station) => station.outward)) {
    const [example] = alike;
    if (example === undefined) continue;
    const owners = [...new Set(alike.map((station) => station.interface.owner.id))].sort();
    const rows = memory.of(example, () =>
      fromInternet(estate, decider, example, internetAddresses)
        .filter(({ outcome }) => outcome.possible.length > 0)
        .map(({ set, outcome }) => described(outcome.sure, outcome.possible, set, outcome)),
    );
    for (const row of rows) out.push({ sources: ['internet'], destinations: owners, ...row });
  }
  return out;
}

/** Ports that the groups and ACLs of a load balancer or database let in although nothing is configured to listen there: one change away from exposure. */
export function unservedClasses(estate: Estate, tracer: Tracer): readonly ReachClass[] {
  const bare = createDecider({ ...estate, listening: new Map() }, tracer);
  const out: ReachClass[] = [];
  for (const alike of classesOf(estate, (station) => station.outward && estate.listening.has(station.interface.owner.id))) {
    const [example] = alike;
    if (example === undefined) continue;
    const served = estate.listening.get(example.interface.owner.id)?.possible ?? traffic.empty;
    for (const piece of fromInternet(estate, bare, example, internetAddresses)) {
      const flows = traffic.subtract(traffic.intersect(piece.outcome.possible, tcpAndUdp), served);
      if (flows.length === 0) continue;
      const atom = { operator: 'Listens', key: 'listener', values: [`a listener on ${trafficText(flows)} is added`], negated: false };
      out.push({
        sources: ['internet'],
        destinations: [...new Set(alike.map((station) => station.interface.owner.id))].sort(),
        ...described(flows, flows, piece.set, piece.outcome),
        residual: [{ allOf: [...piece.outcome.conditions, atom] }],
        missing: piece.outcome.missing,
      });
    }
  }
  return out;
}

const tcpAndUdp = traffic.union(tcp, udp);

/** What can open connections to the internet. */
export function egressClasses(estate: Estate, decider: Decider, memory: RowMemory): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const alike of classesOf(estate, (station) => station.interface.kind === 'host')) {
    const [example] = alike;
    if (example === undefined) continue;
    const owners = [...new Set(alike.map((station) => station.interface.owner.id))].sort();
    const rows = memory.of(example, () =>
      toInternet(estate, decider, example, internetAddresses).flatMap(({ set, outcome }): Row[] => {
        if (outcome.possible.length === 0 || outcome.trace.end.kind !== 'internet') return [];
        return shareOf(set, internetAddresses) < 1 / 4096 ? [] : [told(outcome.sure, outcome.possible, outcome)];
      }),
    );
    for (const row of rows) out.push({ sources: owners, destinations: ['internet'], ...row });
  }
  return out;
}

export function described(
  sure: Traffic,
  possible: Traffic,
  set: AddressSet,
  outcome: Outcome,
): Row & { readonly from: { readonly cidrs: readonly string[]; readonly share: number } } {
  const { flows, ...rest } = told(sure, possible, outcome);
  return { flows, from: { cidrs: toCidrs(set), share: shareOf(set, internetAddresses) }, ...rest };
}

function told(sure: Traffic, possible: Traffic, outcome: Outcome): Row {
  const known = sure.length > 0 || outcome.missing.length === 0;
  return {
    flows: toPortSets(known ? (sure.length > 0 ? sure : possible) : possible),
    residual: [{ allOf: outcome.conditions }],
    missing: known ? [] : outcome.missing,
    evidence: outcome.evidence,
  };
}

/** Stations that filters and routes treat alike whatever the outside address is: same subnet, groups, kind and ports, and no rule on the way that tells their addresses apart. */
export function classesOf(estate: Estate, wanted: (station: Station) => boolean): readonly (readonly Station[])[] {
  const out = new Map<string, Station[]>();
  const atomAt = addressAtoms(estate);
  for (const each of estate.interfaces) {
    for (const station of each.stations) {
      if (!wanted(station)) continue;
      const ports = estate.listening.has(each.owner.id) ? each.owner.id : '';
      const key = [
        each.subnet.id,
        [...each.groups].sort().join(),
        each.kind,
        each.unfiltered,
        typeof station.address,
        atomAt(station.address),
        station.outward,
        ports,
      ].join('|');
      const known = out.get(key);
      if (known === undefined) out.set(key, [station]);
      else known.push(station);
    }
  }
  return [...out.values()];
}
