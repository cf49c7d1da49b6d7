import { type AddressSet, addressSet, internetAddresses, intersectSets, isEmptySet, shareOf, toCidrs } from '../algebra/address.ts';
import { everything, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import type { Decider, Outcome, Piece } from './decide.ts';
import type { Entrance, Forwarding, Listener } from './entrances.ts';
import type { Estate, Station } from './estate.ts';

/** What is certain in a row of its own, what is only possible in another that says what is missing. */
export function rowsOf(
  sources: readonly string[],
  destinations: readonly string[],
  outcome: Outcome,
  more: Pick<ReachClass, 'from' | 'to'> = {},
): readonly ReachClass[] {
  const rest = traffic.subtract(outcome.possible, outcome.sure);
  const row = (flows: Traffic, missing: readonly string[]): readonly ReachClass[] =>
    flows.length === 0 ? [] : [{ sources, destinations, flows: toPortSets(flows), ...more, residual: [{ allOf: [] }], missing, evidence: outcome.evidence }];
  return [...row(outcome.sure, []), ...row(rest, outcome.missing)];
}

const span = (set: AddressSet): { readonly cidrs: readonly string[]; readonly share: number } => ({
  cidrs: toCidrs(set),
  share: shareOf(set, internetAddresses),
});

/** Rows of the internet for one destination: parts with the same answer are one row. */
export function fromPieces(pieces: readonly Piece[], destination: string, as: (flows: Traffic) => Traffic = (flows) => flows): readonly ReachClass[] {
  const groups = new Map<string, Piece>();
  for (const piece of pieces) {
    const { sure, possible, missing, evidence } = piece.outcome;
    if (possible.length === 0) continue;
    const key = JSON.stringify([sure, possible, missing, evidence]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? piece : { ...piece, set: addressSet([...toCidrs(known.set), ...toCidrs(piece.set)]) });
  }
  return [...groups.values()].flatMap(({ set, outcome }) =>
    rowsOf(['internet'], [destination], { ...outcome, sure: as(outcome.sure), possible: as(outcome.possible) }, { from: span(set) }),
  );
}

/** What the internet reaches by public addresses: machines, and the balancers in front of them. */
export function internetClasses(decider: Decider, entrances: readonly Entrance[], listeners: readonly Listener[]): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const { station, front, flowing, called, through } of entrances) {
    const pieces = decider.fromInternet(station, front, internetAddresses, flowing);
    out.push(...fromPieces(pieces, station.owner));
    if (through !== undefined) out.push(...fromPieces(pieces, through, (flows) => (flows.length === 0 ? flows : called)));
  }
  for (const { gateway, front, called } of listeners)
    if (front !== undefined) out.push(...fromPieces(decider.fromInternet(gateway, front, internetAddresses, called), gateway.owner));
  return unique(out);
}

/** Two members of a pool, or two rules of a balancer, may say the same. */
function unique(rows: readonly ReachClass[]): readonly ReachClass[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** Machines to machines: stations that every filter and route treats alike are one cell, and cells are decided pair by pair. */
export function internalClasses(estate: Estate, decider: Decider): readonly ReachClass[] {
  const cells = cellsOf(estate);
  const out: ReachClass[] = [];
  for (const from of cells) {
    for (const to of cells) {
      const [source] = from;
      const target = from === to ? (to.find((each) => each.owner !== source?.owner) ?? to[0]) : to[0];
      if (source === undefined || target === undefined || source.owner === target.owner) continue;
      out.push(...rowsOf(owners(from), owners(to), decider.between(source, target, everything)));
    }
  }
  return out;
}

const owners = (stations: readonly Station[]): readonly string[] => [...new Set(stations.map((each) => each.owner))].sort();

function cellsOf(estate: Estate): readonly (readonly Station[])[] {
  const sets = new Map<string, AddressSet>();
  const note = (texts: readonly string[]): void => {
    for (const text of texts) sets.set(text, addressSet([text]));
  };
  for (const filter of new Set(estate.stations.flatMap((each) => [each.filter, each.subnet.filter])))
    for (const rule of filter?.rules ?? []) note([...rule.source.prefixes, ...rule.destination.prefixes]);
  for (const subnet of estate.subnets.values()) note((subnet.routes ?? []).map((each) => each.prefix));
  const cuts = [...sets.values()].filter((each) => !isEmptySet(each));
  const out = new Map<string, Station[]>();
  for (const station of estate.stations) {
    const { where } = station;
    const single = where.v4.length + where.v6.length === 2 && where.v4[0] === where.v4[1] && where.v6[0] === where.v6[1];
    const inside = single ? cuts.flatMap((set, index) => (isEmptySet(intersectSets(set, where)) ? [] : [index])).join() : toCidrs(where).join();
    const key = [station.subnet.id, station.filter?.id, [...station.memberships].sort().join(), where.v4.length === 0, single, inside].join('|');
    const known = out.get(key);
    if (known === undefined) out.set(key, [station]);
    else known.push(station);
  }
  return [...out.values()];
}

/** What application gateways send to the members of their pools. */
export const forwardingClasses = (decider: Decider, forwardings: readonly Forwarding[]): readonly ReachClass[] =>
  unique(forwardings.flatMap(({ gateway, target, flowing }) => rowsOf([gateway.owner], [target.owner], decider.between(gateway, target, flowing))));

/** What can open connections to the internet. Allow-lists of less than 1/4096 of it are left out, as in the other part. */
export function egressClasses(estate: Estate, decider: Decider): readonly ReachClass[] {
  return unique(
    estate.stations.flatMap((station) =>
      decider.toInternet(station, internetAddresses, everything).flatMap(({ set, outcome }) => {
        const to = span(set);
        return to.share < 1 / 4096 ? [] : rowsOf([station.owner], ['internet'], outcome, { to: { cidrs: to.cidrs } });
      }),
    ),
  );
}
