import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import type { Snapshot } from '../../model/record.ts';
import { type AddressSet, internetAddresses, noAddresses, shareOf, toCidrs, unionSets } from '../algebra/address.ts';
import { type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { aclAllows, groupsAllow } from './allowed.ts';
import { cuttersOf } from './cutters.ts';
import type { Decider } from './decide.ts';
import type { Estate, Interface, Station } from './estate.ts';
import { cut, fromInternet } from './internet.ts';

/** One front door's row: from one resource to another. */
export function doorRow(
  from: string,
  to: string,
  flows: Traffic,
  proof: readonly Evidence[],
  more: { readonly atoms?: readonly ConditionAtom[]; readonly clients?: AddressSet; readonly missing?: readonly string[] } = {},
): ReachClass {
  const { clients } = more;
  return {
    sources: [from],
    destinations: [to],
    flows: toPortSets(flows),
    ...(clients === undefined ? {} : { from: { cidrs: toCidrs(clients), share: shareOf(clients, internetAddresses) } }),
    residual: [{ allOf: more.atoms ?? [] }],
    missing: more.missing ?? [],
    evidence: proof,
  };
}

export const stationsOf = (estate: Estate, id: string): readonly Station[] => estate.byOwner.get(id)?.flatMap((each) => each.stations) ?? [];

/** The addresses on the internet that an interface's groups and ACL let in on some of the ports, however they come to it: through a door that keeps the client's address. */
export function admittedClients(estate: Estate, own: Interface, wanted: Traffic, family: 'v4' | 'v6' | 'both' = 'both'): AddressSet {
  const whole: AddressSet = { v4: family === 'v6' ? [] : internetAddresses.v4, v6: family === 'v4' ? [] : internetAddresses.v6 };
  let open: AddressSet = noAddresses;
  for (const part of cut(whole, cuttersOf(estate, [own]))) {
    const client = part.v4[0] ?? part.v6[0];
    if (client === undefined) continue;
    const { acl } = own.subnet;
    const allowed = traffic.intersect(groupsAllow(estate, own, false, client, undefined).possible, acl === undefined ? wanted : aclAllows(acl, false, client));
    if (traffic.intersect(allowed, wanted).length > 0) open = unionSets(open, part);
  }
  return open;
}

/** The addresses on the internet that come to any of a resource's public addresses on some of the ports. */
export function reachingClients(estate: Estate, decider: Decider, id: string, wanted: Traffic): AddressSet {
  let open: AddressSet = noAddresses;
  for (const station of stationsOf(estate, id)) {
    if (!station.outward) continue;
    for (const piece of fromInternet(estate, decider, station, internetAddresses, wanted))
      if (piece.outcome.possible.length > 0) open = unionSets(open, piece.set);
  }
  return open;
}

/** What a load balancer listens on, and what would tell if that is not known. */
export function listenedBy(estate: Estate, id: string): { readonly ports: Traffic; readonly missing: readonly string[] } {
  const own = estate.listening.get(id);
  return { ports: own?.possible ?? traffic.all, missing: own?.missing === undefined ? [] : [own.missing] };
}

/** From one resource's interfaces to another's, over the network between them. */
export function overNetwork(
  decider: Decider,
  from: readonly Station[],
  to: readonly Station[],
  wanted: Traffic,
): { readonly flows: Traffic; readonly proof: readonly Evidence[]; readonly missing: readonly string[] } {
  let flows: Traffic = traffic.empty;
  let proof: readonly Evidence[] = [];
  const missing = new Set<string>();
  for (const source of from) {
    for (const target of to) {
      if (typeof source.address !== typeof target.address) continue;
      const outcome = decider.decide({ kind: 'station', station: source }, source.address, target.address, wanted, { target });
      if (outcome.possible.length === 0) continue;
      flows = traffic.union(flows, outcome.possible);
      if (outcome.sure.length === 0) for (const each of outcome.missing) missing.add(each);
      if (proof.length === 0) proof = outcome.evidence;
    }
  }
  return { flows, proof, missing: [...missing].sort() };
}

export const found = (snapshot: Snapshot, id: string | undefined) => (id === undefined || id === '' ? undefined : snapshot.find(id));
