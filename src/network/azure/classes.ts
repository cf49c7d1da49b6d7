import { type AddressSet, internetAddresses, shareOf, toCidrs, unionSets } from '../algebra/address.ts';
import { everything, type Traffic, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import type { Listener } from './app-gateways.ts';
import type { Entrance } from './balancers.ts';
import type { Decider, Piece } from './decide.ts';
import type { Estate, Station } from './estate.ts';
import { rowsOf } from './internal.ts';
import type { Outcome } from './trail.ts';

export const span = (set: AddressSet, whole = internetAddresses): { readonly cidrs: readonly string[]; readonly share: number } => ({
  cidrs: toCidrs(set),
  share: shareOf(set, whole),
});

const answerOf = ({ outcome: { sure, possible, missing, evidence } }: Piece): string => JSON.stringify([sure, possible, missing, evidence]);

/** Parts with the same answer as one. */
function together(pieces: readonly Piece[]): readonly Piece[] {
  const groups = new Map<string, Piece>();
  for (const piece of pieces) {
    if (piece.outcome.possible.length === 0) continue;
    const key = answerOf(piece);
    const known = groups.get(key);
    groups.set(key, known === undefined ? piece : { ...piece, set: unionSets(known.set, piece.set) });
  }
  return [...groups.values()];
}

/** Rows of the internet for one destination. */
export function fromPieces(pieces: readonly Piece[], destination: string, as: (flows: Traffic) => Traffic = (flows) => flows): readonly ReachClass[] {
  return together(pieces).flatMap(({ set, outcome }) =>
    rowsOf(['internet'], [destination], { ...outcome, sure: as(outcome.sure), possible: as(outcome.possible) }, { from: span(set) }),
  );
}

/** An outcome of which nothing is certain any more. */
export const doubted = (outcome: Outcome, missing: string | undefined): Outcome =>
  missing === undefined ? outcome : { ...outcome, sure: traffic.empty, missing: [...new Set([...outcome.missing, missing])].sort() };

/** What the internet reaches by public addresses: machines, and the balancers in front of them. */
export function internetClasses(decider: Decider, entrances: readonly Entrance[], listeners: readonly Listener[]): readonly ReachClass[] {
  const out: ReachClass[] = [];
  for (const { station, front, flowing, called, through, doubt } of entrances) {
    const pieces = decider.fromInternet(station, front, internetAddresses, flowing).map(({ set, outcome }) => ({ set, outcome: doubted(outcome, doubt) }));
    out.push(...fromPieces(pieces, station.owner));
    if (through !== undefined) out.push(...fromPieces(pieces, through, (flows) => (flows.length === 0 ? flows : called)));
  }
  for (const { gateway, front, called } of listeners) out.push(...fromPieces(decider.fromInternet(gateway, front, internetAddresses, called), gateway.owner));
  return unique(out);
}

/** Two members of a pool, or two rules of a balancer, may say the same. */
export function unique(rows: readonly ReachClass[]): readonly ReachClass[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

/** Stations whose groups, routes and addresses lead to the same answer one way, so that one of them speaks for all. */
function alike(decider: Decider, stations: readonly Station[], inbound: boolean): readonly (readonly Station[])[] {
  const out = new Map<string, Station[]>();
  for (const station of stations) {
    const { subnet, filter, memberships, listens, opens, endpoint } = station;
    const sides = decider.gates.rulesOf(subnet, filter).flatMap((rule) => (rule.inbound === inbound ? [inbound ? rule.destination : rule.source] : []));
    const narrow = sides.some((side) => !side.any && side.groups.length === 0 && side.tags.join() !== 'virtualnetwork');
    const where = narrow ? `${station.where.v4.join()} ${station.where.v6.join()}` : `${station.where.v4.length > 0} ${station.where.v6.length > 0}`;
    const lent = inbound ? `${listens?.join() ?? ''} ${endpoint?.filtered ?? ''}` : `${station.public?.id ?? station.pools.join()} ${opens?.join() ?? ''}`;
    const key = [subnet.id, filter?.id, [...memberships].sort().join(), where, lent].join('|');
    const known = out.get(key);
    if (known === undefined) out.set(key, [station]);
    else known.push(station);
  }
  return [...out.values()];
}

const owners = (stations: readonly Station[]): readonly string[] => [...new Set(stations.map((each) => each.owner))].sort();

/** What can open connections to the internet. Allow-lists of less than 1/4096 of it are left out, as in the other part. */
export function egressClasses(estate: Estate, decider: Decider): readonly ReachClass[] {
  return unique(
    alike(
      decider,
      estate.stations.filter((each) => each.calls),
      false,
    ).flatMap((stations) => {
      const [example] = stations;
      if (example === undefined) return [];
      return together(decider.toInternet(example, internetAddresses, everything)).flatMap(({ set, outcome }) => {
        const to = span(set);
        return to.share < 1 / 4096 ? [] : rowsOf(owners(stations), ['internet'], outcome, { to: { cidrs: to.cidrs } });
      });
    }),
  );
}

/** What comes in from beyond gateways, and what leaves for there. */
export function siteClasses(estate: Estate, decider: Decider): readonly ReachClass[] {
  const sites = [
    ...[...estate.networks.values()].flatMap((each) => each.gateways.flatMap((gateway) => gateway.sites)),
    ...estate.hubs.flatMap((hub) => hub.sites),
  ];
  if (sites.length === 0) return [];
  const inward = alike(
    decider,
    estate.stations.filter((each) => each.listens === undefined || each.listens.length > 0),
    true,
  );
  const outward = alike(
    decider,
    estate.stations.filter((each) => each.calls),
    false,
  );
  const out: ReachClass[] = [];
  for (const site of sites) {
    for (const [example, ...rest] of inward)
      if (example !== undefined)
        for (const { set, outcome } of together(decider.fromSite(site, example, site.set, everything)))
          out.push(...rowsOf([`onprem:${site.id}`], owners([example, ...rest]), outcome, { from: span(set, site.set) }));
    for (const [example, ...rest] of outward)
      if (example !== undefined)
        for (const { set, outcome } of together(decider.toSite(example, site, site.set, everything)))
          out.push(...rowsOf(owners([example, ...rest]), [`onprem:${site.id}`], outcome, { to: { cidrs: toCidrs(set) } }));
  }
  return merged(out);
}

/** Rows that differ only in where they lead to, or come from, are one. */
export function merged(rows: readonly ReachClass[]): readonly ReachClass[] {
  const byRest = (list: readonly ReachClass[], own: 'sources' | 'destinations'): readonly ReachClass[] => {
    const out = new Map<string, ReachClass>();
    for (const row of list) {
      const key = JSON.stringify({ ...row, [own]: [], evidence: row.evidence.filter((each) => !row[own].includes(each.resource)) });
      const known = out.get(key);
      out.set(key, known === undefined ? row : { ...known, [own]: [...new Set([...known[own], ...row[own]])].sort() });
    }
    return [...out.values()];
  };
  return byRest(byRest(unique(rows), 'destinations'), 'sources');
}
