import type { Evidence } from '../../model/evidence.ts';
import {
  type AddressSet,
  addressSet,
  coversSet,
  internetAddresses,
  intersectSets,
  isEmptySet,
  noAddresses,
  subtractSets,
  unionSets,
  v4,
  v6,
} from '../algebra/address.ts';
import type { StopReason } from '../api.ts';
import type { Estate, HubRoute, Site, Subnet, UserRoute, VirtualNetwork } from './estate.ts';
import type { AzureFirewall } from './firewall-rules.ts';
import type { Blurred } from './tags.ts';

/** Where a place sends packets for an address. */
export type Way =
  | { readonly kind: 'network'; readonly network: string; readonly forwarded: boolean; readonly text: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'internet'; readonly text: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'site'; readonly site: Site; readonly text: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'appliance'; readonly address: string; readonly text: string; readonly at: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'firewall'; readonly firewall: AzureFirewall; readonly text: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'none'; readonly reason: StopReason; readonly at: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'unknown'; readonly missing: string; readonly at: string; readonly evidence: readonly Evidence[] };

/** A route of one of the kinds, before the kinds are compared. */
interface Candidate {
  readonly set: AddressSet;
  readonly length: number;
  readonly way: Way;
}

/** Private endpoints are "a /32 route" in their network and its peers, which wider routes of the user only replace where their subnet's policies let them. */
export interface Towards {
  readonly endpoint?: { readonly routed: boolean };
}

/**
 * "Azure selects a route by using the longest prefix match algorithm"; of equal prefixes "user-defined route, BGP route, system route" in this order, and "system routes for traffic related to
 * virtual network, virtual network peerings, or virtual network service endpoints are preferred routes, even if BGP routes are more specific" (virtual network traffic routing).
 */
export function wayOf(estate: Estate, subnet: Subnet, to: AddressSet, { endpoint }: Towards = {}): Way {
  if (subnet.routes === undefined) return { kind: 'unknown', missing: `route table of ${subnet.id}`, at: subnet.id, evidence: [] };
  const { network } = subnet;
  const system = longest(systemRoutes(estate, network), to);
  const local = system !== undefined && endpoint?.routed === false ? { ...system, length: 32 } : system;
  const told = local === undefined ? longest(learnedRoutes(estate, network), to) : undefined;
  const learned = subnet.propagates ? told : undefined;
  const public0 = coversSet(internetAddresses, to);
  const vague = subnet.routes.find((each) => each.length < 0);
  if (vague !== undefined && local === undefined && public0)
    return { kind: 'unknown', missing: `addresses of the service tag ${vague.prefix}`, at: vague.table, evidence: [vague.evidence] };
  const user = longest(
    subnet.routes.filter((each) => each.length >= 0).map((each): Candidate => ({ set: each.set, length: each.length, way: userWay(each, network, to, told) })),
    to,
  );
  const hidden =
    local === undefined && subnet.propagates && !public0 && user !== undefined && user.length < hostLength(to) ? untold(estate, network, to) : undefined;
  // "Azure selects a route by using the longest prefix match": one that a gateway learned takes the address from a shorter one of the user.
  if (hidden !== undefined && (learned === undefined || user === undefined || user.length >= learned.length))
    return { kind: 'unknown', missing: hidden, at: network.record.id, evidence: user?.way.evidence ?? [] };
  const other = local ?? learned;
  const best = user !== undefined && (other === undefined || user.length >= other.length) ? user : other;
  if (best === undefined) return otherwise(estate, subnet, to, public0);
  if (!coversSet(best.set, to)) return { kind: 'unknown', missing: 'the address of the instance', at: subnet.id, evidence: best.way.evidence };
  // A default route of the user counts for private addresses too: that the system drops them gives way to it.
  return best.way;
}

/** The longest route that holds some of the addresses; of equal ones the first. */
function longest(routes: readonly Candidate[], to: AddressSet): Candidate | undefined {
  let found: Candidate | undefined;
  for (const each of routes) if ((found === undefined || each.length > found.length) && !isEmptySet(intersectSets(each.set, to))) found = each;
  return found;
}

const hostLength = (to: AddressSet): number => (to.v4.length > 0 ? 32 : 128);

function userWay(route: UserRoute, network: VirtualNetwork, to: AddressSet, told: Candidate | undefined): Way {
  const { evidence: proof, table: at } = route;
  switch (route.hop) {
    case 'none':
      return { kind: 'none', reason: 'blackhole', at, evidence: [proof] };
    case 'internet':
      return coversSet(internetAddresses, to)
        ? { kind: 'internet', text: `route ${route.prefix} -> Internet`, evidence: [proof] }
        : { kind: 'none', reason: 'no-route', at, evidence: [proof] };
    case 'vnetlocal':
      return coversSet(network.set, to)
        ? { kind: 'network', network: network.id, forwarded: false, text: `route ${route.prefix} -> VnetLocal`, evidence: [proof] }
        : { kind: 'none', reason: 'no-route', at, evidence: [proof] };
    case 'virtualappliance':
      return { kind: 'appliance', address: route.appliance, text: `route ${route.prefix} -> appliance ${route.appliance}`, at, evidence: [proof] };
    case 'virtualnetworkgateway':
      return told === undefined
        ? { kind: 'unknown', missing: `where the gateway sends ${route.prefix}`, at, evidence: [proof] }
        : { ...told.way, evidence: [proof, ...told.way.evidence] };
    default:
      return { kind: 'unknown', missing: `what the next hop ${route.hop} of ${route.prefix} leads to`, at, evidence: [proof] };
  }
}

/** Routes to the network itself and to those peered with it. A peering that is not connected leads nowhere, but its prefixes are no internet either. */
function systemRoutes(estate: Estate, network: VirtualNetwork): readonly Candidate[] {
  const known = system.get(network);
  if (known !== undefined) return known;
  const own = network.prefixes.map(
    ({ set, length }): Candidate => ({
      set,
      length,
      way: { kind: 'network', network: network.id, forwarded: false, text: 'same virtual network', evidence: [] },
    }),
  );
  const peers = network.peerings.flatMap((each) => {
    const remote = estate.networks.get(each.remote);
    const text = `peering with ${each.remote.split('/').at(-1) ?? ''}`;
    const way: Way = each.connected
      ? { kind: 'network', network: each.remote, forwarded: false, text, evidence: [each.evidence] }
      : { kind: 'none', reason: 'no-route', at: network.record.id, evidence: [each.evidence] };
    return (remote?.prefixes ?? []).map(({ set, length }): Candidate => ({ set, length, way }));
  });
  const made = [...own, ...peers];
  system.set(network, made);
  return made;
}
const system = new WeakMap<VirtualNetwork, readonly Candidate[]>();
const learned = new WeakMap<VirtualNetwork, readonly Candidate[]>();

/** Gateways that a network uses: its own, or with "use remote gateways" those of a peer that lends them ("gateway transit"). */
export function gatewaysOf(estate: Estate, network: VirtualNetwork): VirtualNetwork['gateways'] {
  if (network.gateways.length > 0) return network.gateways;
  return network.peerings.flatMap((each) => {
    if (!each.connected || !each.borrows) return [];
    const remote = estate.networks.get(each.remote);
    const lends = remote?.peerings.some((back) => back.remote === network.id && back.lends) === true;
    return lends ? (remote?.gateways ?? []) : [];
  });
}

/** Routes that gateways and hubs tell a network. */
function learnedRoutes(estate: Estate, network: VirtualNetwork): readonly Candidate[] {
  const known = learned.get(network);
  if (known !== undefined) return known;
  const gateways = gatewaysOf(estate, network);
  const linked = gateways.flatMap((gateway) =>
    gateway.linked.flatMap(({ network: there, evidence: proof }) =>
      (estate.networks.get(there)?.prefixes ?? []).map(({ set, length }): Candidate => {
        const text = `VPN to ${there.split('/').at(-1) ?? there}`;
        return { set, length, way: { kind: 'network', network: there, forwarded: false, text, evidence: [proof] } };
      }),
    ),
  );
  const sites = gateways.flatMap((gateway) =>
    gateway.sites.flatMap((site) =>
      siteRoutes(site).map((set): Candidate => ({ ...set, way: { kind: 'site', site, text: `gateway -> ${site.name}`, evidence: [site.evidence] } })),
    ),
  );
  const hubs = estate.hubs.flatMap((hub) =>
    (hub.routes.get(network.id) ?? []).map((each): Candidate => ({ set: each.set, length: each.length, way: hubWay(each, network.record.id) })),
  );
  const made = [...sites, ...linked, ...hubs];
  learned.set(network, made);
  return made;
}

const siteRoutes = ({ set, ...site }: Site): readonly { set: AddressSet; length: number }[] => [
  ...(site.default === true ? [{ set: { v4: v4.all, v6: v6.all }, length: 0 }] : []),
  ...v4.pairs(set.v4).map((pair) => ({ set: { v4: [...pair], v6: [] }, length: Math.round(32 - Math.log2(pair[1] - pair[0] + 1)) })),
  ...v6.pairs(set.v6).map((pair) => ({ set: { v4: [], v6: [...pair] }, length: 48 })),
];

export function hubWay(route: HubRoute, at: string): Way {
  const { text, evidence } = route;
  const proof = [evidence];
  switch (route.to.kind) {
    case 'network':
      return { kind: 'network', network: route.to.network, forwarded: false, text, evidence: proof };
    case 'site':
      return { kind: 'site', site: route.to.site, text, evidence: proof };
    case 'firewall':
      return { kind: 'firewall', firewall: route.to.firewall, text, evidence: proof };
    case 'internet':
      return { kind: 'internet', text, evidence: proof };
    case 'unknown':
      return { kind: 'unknown', missing: route.to.missing, at, evidence: proof };
  }
}

/** Nothing of the routes holds it: the internet, or what the snapshot does not tell, or nothing. */
function otherwise(estate: Estate, subnet: Subnet, to: AddressSet, internet: boolean): Way {
  const { network } = subnet;
  const at = network.record.id;
  const blind = subnet.propagates ? untold(estate, network, to) : undefined;
  // A line may announce a way to everywhere ("forced tunnelling"), but few do: what is not announced goes the system's way.
  if (internet) return { kind: 'internet', text: 'route 0.0.0.0/0 -> Internet', evidence: [] };
  if (blind !== undefined) return { kind: 'unknown', missing: blind, at, evidence: [] };
  const lost = network.peerings.find((each) => each.connected && !estate.networks.has(each.remote));
  if (lost !== undefined) return { kind: 'unknown', missing: `virtual network ${lost.remote}`, at, evidence: [lost.evidence] };
  const chained = network.peerings.some(
    (each) => estate.networks.get(each.remote)?.peerings.some((next) => overlaps(estate.networks.get(next.remote)?.set, to)) === true,
  );
  return { kind: 'none', reason: chained ? 'not-transitive' : 'no-route', at, evidence: [] };
}

const overlaps = (set: AddressSet | undefined, to: AddressSet): boolean => set !== undefined && !isEmptySet(intersectSets(set, to));

/** Why a network may have been told routes that the snapshot does not hold. */
export function unseen(estate: Estate, network: VirtualNetwork): string | undefined {
  const gateway = gatewaysOf(estate, network).find((each) => each.learns !== undefined);
  if (gateway !== undefined) return gateway.learns;
  const hub = estate.hubs.find((each) => each.learns !== undefined && each.routes.has(network.id));
  return hub?.learns;
}

/** The same for some addresses: those of a network of the snapshot that no gateway and no hub serves are announced by nobody. */
function untold(estate: Estate, network: VirtualNetwork, to: AddressSet): string | undefined {
  const reason = unseen(estate, network);
  if (reason === undefined) return undefined;
  const alone = [...estate.networks.values()].some(
    (each) => coversSet(each.set, to) && gatewaysOf(estate, each).length === 0 && !estate.hubs.some((hub) => hub.routes.has(each.id)),
  );
  return alone ? undefined : reason;
}

/**
 * The tag `VirtualNetwork` in a subnet: "the virtual network address space …, all connected on-premises address spaces, peered virtual networks, virtual networks connected to a virtual network
 * gateway, the virtual IP address of the host, and address prefixes used on user-defined routes. This tag might also contain default routes" (service tags overview). Of the routes of users the
 * snapshot does not tell how far they count.
 */
export function virtualNetworkTag(estate: Estate, subnet: Subnet): Blurred {
  const worked = estate.virtuals.get(subnet.id);
  if (worked !== undefined) return { sure: worked, possible: worked, missing: [] };
  const { network } = subnet;
  const peers = network.peerings.filter((each) => each.connected && each.tagged);
  const joined: AddressSet[] = [
    network.set,
    ...peers.map((each) => estate.networks.get(each.remote)?.set ?? noAddresses),
    ...learnedRoutes(estate, network)
      .filter((each) => each.length > 0)
      .map((each) => each.set),
  ];
  const sure = joined.reduce<AddressSet>(unionSets, addressSet(['168.63.129.16/32']));
  const absent = peers.some((each) => !estate.networks.has(each.remote));
  const whole: AddressSet = { v4: v4.all, v6: v6.all };
  const possible = [
    ...(absent || unseen(estate, network) !== undefined ? [subtractSets(whole, internetAddresses)] : []),
    ...(subnet.routes === undefined ? [whole] : subnet.routes.map((each) => each.set)),
    ...(subnet.propagates ? learnedRoutes(estate, network).filter((each) => each.length === 0) : []).map((each) => each.set),
  ].reduce<AddressSet>(unionSets, sure);
  return {
    sure,
    possible,
    missing: isEmptySet(subtractSets(possible, sure)) ? [] : [`what ${network.record.id} counts as VirtualNetwork beside its own and peered addresses`],
  };
}

/** Subnets with equal keys send everything the same way. */
export const tableKey = (subnet: Subnet): string =>
  `${subnet.network.id}|${subnet.propagates}|${subnet.routes?.map((each) => `${each.table} ${each.prefix}`).join() ?? `?${subnet.id}`}`;
