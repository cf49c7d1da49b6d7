import type { Evidence } from '../../model/evidence.ts';
import { type AddressSet, coversSet, hasAddress, intersectSets, isEmptySet, parseAddress } from '../algebra/address.ts';
import type { StopReason } from '../api.ts';
import type { Estate, Site, Station, Subnet, VirtualNetwork } from './estate.ts';
import type { AzureFirewall } from './firewall-rules.ts';
import { hubWay, type Towards, type Way, wayOf } from './routes.ts';

/** What a packet meets on its way, in order. */
export type Meeting =
  | { readonly kind: 'routed'; readonly at: string; readonly text: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'firewall'; readonly firewall: AzureFirewall }
  | { readonly kind: 'doubt'; readonly at: string; readonly missing: string; readonly evidence: readonly Evidence[] };

export type End =
  | { readonly kind: 'network'; readonly network: string }
  | { readonly kind: 'internet' }
  | { readonly kind: 'site'; readonly site: Site }
  | { readonly kind: 'none'; readonly reason: StopReason; readonly at: string; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'unknown' };

export interface Walk {
  readonly meetings: readonly Meeting[];
  readonly end: End;
  /** Firewalls that it goes through, and whether there is an appliance of which nothing is known. */
  readonly through: readonly string[];
  readonly blind: boolean;
}

/** Longer chains of appliances than this are taken for loops. */
const hops = 6;

/** Follows routes from a subnet to addresses, through firewalls and appliances on the way. */
export function walk(estate: Estate, start: Subnet, to: AddressSet, towards: Towards = {}): Walk {
  const meetings: Meeting[] = [];
  const through: string[] = [];
  let blind = false;
  const end = (kind: End): Walk => ({ meetings, end: kind, through, blind });
  let place: Subnet | undefined = start;
  let way: Way = wayOf(estate, start, to, towards);
  for (let hop = 0; hop < hops; hop++) {
    const at: string = place?.id ?? '';
    switch (way.kind) {
      case 'none':
        return end({ kind: 'none', reason: way.reason, at: way.at, evidence: way.evidence });
      case 'unknown':
        meetings.push({ kind: 'doubt', at: way.at, missing: way.missing, evidence: way.evidence });
        return end({ kind: 'unknown' });
      case 'internet':
        meetings.push({ kind: 'routed', at, text: way.text, evidence: way.evidence });
        return end({ kind: 'internet' });
      case 'site':
        meetings.push({ kind: 'routed', at, text: way.text, evidence: way.evidence });
        return end({ kind: 'site', site: way.site });
      case 'network': {
        meetings.push({ kind: 'routed', at, text: way.text, evidence: way.evidence });
        const refused = place === undefined || hop === 0 ? undefined : refusal(estate, place.network, way.network);
        return end(refused ?? { kind: 'network', network: way.network });
      }
      case 'firewall':
      case 'appliance': {
        meetings.push({ kind: 'routed', at, text: way.text, evidence: way.evidence });
        const firewall: AzureFirewall | undefined = way.kind === 'firewall' ? way.firewall : firewallAt(estate, place, way.address);
        if (firewall !== undefined) {
          const home = estate.subnets.get(firewall.subnet ?? '');
          // What is for the firewall itself has arrived.
          if (home !== undefined && coversSet(home.set, to)) return end({ kind: 'network', network: home.network.id });
          if (through.includes(firewall.id)) return end({ kind: 'none', reason: 'no-route', at: firewall.record.id, evidence: [] });
          through.push(firewall.id);
          meetings.push({ kind: 'firewall', firewall });
          place = home;
          way = place === undefined ? insideHub(estate, firewall, to) : wayOf(estate, place, to, towards);
          break;
        }
        if (way.kind !== 'appliance') return end({ kind: 'unknown' });
        const met = applianceAt(estate, place, way.address);
        if (met.dead) return end({ kind: 'none', reason: 'blackhole', at: way.at, evidence: [...way.evidence, ...met.evidence] });
        blind = true;
        meetings.push({ kind: 'doubt', at: way.at, missing: `what the appliance ${way.address} lets through`, evidence: [...way.evidence, ...met.evidence] });
        if (met.place === undefined || met.place === place) return end({ kind: 'unknown' });
        place = met.place;
        way = wayOf(estate, place, to, towards);
        break;
      }
    }
  }
  return end({ kind: 'none', reason: 'no-route', at: start.id, evidence: [] });
}

/** A network takes in what its peer only passes on where its peering allows "forwarded traffic". */
function refusal(estate: Estate, from: VirtualNetwork, to: string): End | undefined {
  if (from.id === to) return undefined;
  const peering = estate.networks.get(to)?.peerings.find((each) => each.remote === from.id);
  if (peering === undefined || peering.forwarded) return undefined;
  return { kind: 'none', reason: 'not-transitive', at: estate.networks.get(to)?.record.id ?? to, evidence: [peering.evidence] };
}

/** Networks whose addresses a place can name as a next hop: its own and its peers'. */
const near = (place: Subnet, network: VirtualNetwork): boolean =>
  place.network.id === network.id || place.network.peerings.some((each) => each.connected && each.remote === network.id);

function firewallAt(estate: Estate, place: Subnet | undefined, address: string): AzureFirewall | undefined {
  return estate.firewalls.find((each) => {
    if (each.address !== address || address === '') return false;
    const home = estate.subnets.get(each.subnet ?? '');
    if (home !== undefined) return place === undefined || near(place, home.network);
    return place !== undefined && estate.hubs.some((hub) => hub.id === each.hub && hub.routes.has(place.network.id));
  });
}

interface Appliance {
  readonly place: Subnet | undefined;
  /** Its interface does not pass on what is not for itself: "IP forwarding" is off. */
  readonly dead: boolean;
  readonly evidence: readonly Evidence[];
}

function applianceAt(estate: Estate, place: Subnet | undefined, text: string): Appliance {
  const address = parseAddress(text);
  if (address === undefined || place === undefined) return { place: undefined, dead: false, evidence: [] };
  const inside = [...estate.subnets.values()].find((each) => near(place, each.network) && hasAddress(each.set, address));
  if (estate.fronts.has(text)) return { place: inside, dead: false, evidence: [] };
  const station: Station | undefined = estate.stations.find(
    (each) => near(place, each.subnet.network) && each.where.v4.length === 2 && each.where.v4[0] === each.where.v4[1] && hasAddress(each.where, address),
  );
  return { place: inside, dead: station?.listens === undefined && station?.forwards === false, evidence: station === undefined ? [] : [station.evidence] };
}

/** What the firewall of a hub lets through goes where the hub leads. */
function insideHub(estate: Estate, firewall: AzureFirewall, to: AddressSet): Way {
  const hub = estate.hubs.find((each) => each.id === firewall.hub);
  const at = firewall.record.id;
  if (hub === undefined) return { kind: 'unknown', missing: `virtual hub of ${firewall.record.id}`, at, evidence: [] };
  const fitting = hub.inside.filter((each) => !isEmptySet(intersectSets(each.set, to))).sort((a, b) => b.length - a.length);
  const [best] = fitting;
  if (best === undefined)
    return hub.learns === undefined ? { kind: 'none', reason: 'no-route', at, evidence: [] } : { kind: 'unknown', missing: hub.learns, at, evidence: [] };
  return coversSet(best.set, to) ? hubWay(best, at) : { kind: 'unknown', missing: 'the address of the instance', at, evidence: [best.evidence] };
}
