import type { Evidence } from '../../model/evidence.ts';
import { type AddressSet, coversSet, internetAddresses, intersectSets, isEmptySet, noAddresses, subtractSets, unionSets, v4, v6 } from '../algebra/address.ts';
import type { Estate, Subnet, UserRoute, VirtualNetwork } from './estate.ts';
import type { Blurred } from './filters.ts';

/** Where a subnet sends packets for an address. */
export type Way =
  | { readonly kind: 'network' | 'peering' | 'internet'; readonly text: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'none'; readonly reason: 'blackhole' | 'no-route' | 'not-transitive'; readonly at: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'unknown'; readonly missing: string; readonly at: string; readonly evidence: readonly Evidence[] };

/**
 * "Azure selects a route by using the longest prefix match algorithm"; of equal prefixes "user-defined route, BGP route, system route" in this order (virtual network traffic routing).
 * What an appliance or a gateway does with a packet is not modelled and said to be missing.
 */
export function wayOf(estate: Estate, subnet: Subnet, to: AddressSet): Way {
  if (subnet.routes === undefined) return { kind: 'unknown', missing: `route table of ${subnet.id}`, at: subnet.id, evidence: [] };
  const system = systemWay(estate, subnet.network, to);
  const fitting = subnet.routes.filter((each) => each.length >= system.length && !isEmptySet(intersectSets(each.set, to)));
  const vague = subnet.routes.find((each) => each.length < 0 && !isEmptySet(intersectSets(to, internetAddresses)));
  if (vague !== undefined && system.way.kind === 'internet')
    return { kind: 'unknown', missing: `addresses of the service tag ${vague.prefix}`, at: vague.table, evidence: [vague.evidence] };
  const [best] = [...fitting].sort((a, b) => b.length - a.length);
  if (best === undefined) return system.way;
  if (!coversSet(best.set, to)) return { kind: 'unknown', missing: 'the address of the instance', at: best.table, evidence: [best.evidence] };
  return userWay(best, system.way);
}

function userWay(route: UserRoute, system: Way): Way {
  const { evidence: proof, table: at } = route;
  switch (route.hop) {
    case 'none':
      return { kind: 'none', reason: 'blackhole', at, evidence: [proof] };
    case 'internet':
      return { kind: 'internet', text: `route ${route.prefix} -> Internet`, evidence: [proof] };
    case 'vnetlocal':
      return system.kind === 'none' ? system : { kind: 'network', text: `route ${route.prefix} -> VnetLocal`, evidence: [proof] };
    case 'virtualappliance':
      return { kind: 'unknown', missing: `what the appliance ${route.appliance} lets through`, at, evidence: [proof] };
    default:
      return { kind: 'unknown', missing: `what the next hop ${route.hop} of ${route.prefix} leads to`, at, evidence: [proof] };
  }
}

function systemWay(estate: Estate, network: VirtualNetwork, to: AddressSet): { readonly way: Way; readonly length: number } {
  const longest = (of: VirtualNetwork): number => Math.max(-1, ...of.prefixes.filter((each) => coversSet(each.set, to)).map((each) => each.length));
  const own = longest(network);
  if (own >= 0) return { way: { kind: 'network', text: 'same virtual network', evidence: [] }, length: own };
  for (const peering of network.peerings) {
    const remote = estate.networks.get(peering.remote);
    const length = remote === undefined ? -1 : longest(remote);
    if (length < 0) continue;
    if (peering.connected) return { way: { kind: 'peering', text: `peering with ${peering.remote.split('/').at(-1)}`, evidence: [peering.evidence] }, length };
    return { way: { kind: 'none', reason: 'no-route', at: network.record.id, evidence: [peering.evidence] }, length: 0 };
  }
  if (coversSet(internetAddresses, to)) return { way: { kind: 'internet', text: 'route 0.0.0.0/0 -> Internet', evidence: [] }, length: 0 };
  const gateway = [network, ...network.peerings.flatMap((each) => estate.networks.get(each.remote) ?? [])].find((each) => each.gateway);
  if (gateway !== undefined)
    return { way: { kind: 'unknown', missing: `routes that the gateway of ${gateway.record.id} learned`, at: network.record.id, evidence: [] }, length: 0 };
  const lost = network.peerings.find((each) => each.connected && !estate.networks.has(each.remote));
  if (lost !== undefined)
    return { way: { kind: 'unknown', missing: `virtual network ${lost.remote}`, at: network.record.id, evidence: [lost.evidence] }, length: 0 };
  const chained = network.peerings.some((each) => longestOfPeers(estate, each.remote, longest) >= 0);
  return { way: { kind: 'none', reason: chained ? 'not-transitive' : 'no-route', at: network.record.id, evidence: [] }, length: 0 };
}

/** "Peering is not transitive": whether somebody's peers have the address although the asking network is not peered with them. */
const longestOfPeers = (estate: Estate, id: string, longest: (of: VirtualNetwork) => number): number =>
  Math.max(-1, ...(estate.networks.get(id)?.peerings ?? []).flatMap((each) => estate.networks.get(each.remote) ?? []).map(longest));

/**
 * The tag `VirtualNetwork` in a subnet: "the virtual network address space …, all connected on-premises address spaces, peered virtual networks, …, and address prefixes used on
 * user-defined routes. This tag might also contain default routes" (service tags overview). Of the last two the snapshot does not tell how far they count.
 */
export function virtualNetworkTag(estate: Estate, subnet: Subnet): Blurred {
  const { network } = subnet;
  const peers = network.peerings.filter((each) => each.connected && each.tagged);
  const sure = peers.reduce<AddressSet>((sum, each) => unionSets(sum, estate.networks.get(each.remote)?.set ?? noAddresses), network.set);
  const absent = peers.some((each) => !estate.networks.has(each.remote));
  const remote = network.gateway || absent || network.peerings.some((each) => estate.networks.get(each.remote)?.gateway === true);
  const whole: AddressSet = { v4: v4.all, v6: v6.all };
  const possible = [
    ...(remote ? [subtractSets(whole, internetAddresses)] : []),
    ...(subnet.routes === undefined ? [whole] : subnet.routes.map((each) => each.set)),
  ].reduce<AddressSet>(unionSets, sure);
  return {
    sure,
    possible,
    missing: isEmptySet(subtractSets(possible, sure)) ? [] : [`what ${network.record.id} counts as VirtualNetwork beside its own and peered addresses`],
  };
}
