import { type AddressSet, internetAddresses, intersectSets, isEmptySet } from '../algebra/address.ts';
import { everything, type Traffic } from '../algebra/traffic.ts';
import type { Egress } from './egress.ts';
import type { Estate, PublicAddress, Site, Station, Subnet } from './estate.ts';
import { type Party, sourcePorts } from './filters.ts';
import { Gates } from './gate.ts';
import { partsOf } from './parts.ts';
import { gatewaysOf, hubWay } from './routes.ts';
import type { Rule } from './rules.ts';
import { anyOf, type Outcome, Trail } from './trail.ts';
import { type Walk, walk } from './walk.ts';

/** A part of the internet, or of a site, that all rules on the way treat alike. */
export interface Piece {
  readonly set: AddressSet;
  readonly outcome: Outcome;
}

const bare = (where: AddressSet): Party => ({ where, memberships: [] });

/** Decides flows. Filters keep state, so only a connection's first direction is filtered; its answer needs a route back all the same, through the same firewalls. */
export class Decider {
  readonly gates: Gates;
  readonly #estate: Estate;
  readonly #egress: (station: Station) => Egress;
  readonly #walks = new Map<string, Walk>();

  constructor(estate: Estate, egress: (station: Station) => Egress) {
    this.#estate = estate;
    this.#egress = egress;
    this.gates = new Gates(estate);
  }

  /** From a station to a member of a balancer by the balancer's private address: what is called there, where the member takes in what arrives. */
  viaBalancer(source: Station, front: AddressSet, member: Station, called: Traffic, flowing: Traffic): Outcome {
    return this.#anyPort([this.gates.rulesOf(source.subnet, source.filter), this.gates.rulesOf(member.subnet, member.filter)], (port) => {
      const inner = new Trail(flowing);
      this.inbound(inner, source, member, port);
      const arrived = inner.end();
      const trail = new Trail(called);
      trail.seen(source.owner, 'source', [source.evidence]);
      this.outbound(trail, source, bare(front), port);
      this.route(trail, source, { ...member, where: front });
      const same = called === flowing;
      const as = (set: Traffic): Traffic => (set.length === 0 || same ? set : called);
      trail.apply({ sure: as(arrived.sure), possible: as(arrived.possible), missing: arrived.missing, hops: arrived.hops, stop: arrived.stop ?? undefined });
      return trail.end();
    });
  }

  /** From one address configuration to another, by their private addresses. Outbound the interface's group comes first, inbound the subnet's. */
  between(source: Station, target: Station, wanted: Traffic): Outcome {
    return this.#anyPort([this.gates.rulesOf(source.subnet, source.filter), this.gates.rulesOf(target.subnet, target.filter)], (port) => {
      const trail = new Trail(wanted);
      trail.seen(source.owner, 'source', [source.evidence]);
      this.outbound(trail, source, target, port);
      this.route(trail, source, target);
      this.inbound(trail, source, target, port);
      trail.seen(target.owner, target.endpoint === undefined ? 'destination' : 'private endpoint', [target.evidence]);
      return trail.end();
    });
  }

  outbound(trail: Trail, source: Station, destination: Party, port: number): void {
    trail.listening(source.opens, source.owner, [source.evidence]);
    if (!trail.over) trail.apply(this.gates.groups(source.subnet, [source.filter, source.subnet.filter], false, source, destination, trail.possible, port));
  }

  /** Groups of the target. "NSG … for private endpoints" count only where the subnet's network policies say so. */
  inbound(trail: Trail, source: Party, target: Station, port: number): void {
    if (trail.over) return;
    if (target.endpoint?.filtered !== false)
      trail.apply(this.gates.groups(target.subnet, [target.subnet.filter, target.filter], true, source, target, trail.possible, port));
    trail.listening(target.listens, target.owner, [target.evidence]);
  }

  /** The way there and the way back, with the firewalls on them. */
  route(trail: Trail, source: Station, target: Station): void {
    if (trail.over) return;
    const apart = (source.where.v4.length === 0 || target.where.v4.length === 0) && (source.where.v6.length === 0 || target.where.v6.length === 0);
    if (apart) trail.shut({ resource: source.subnet.id, reason: 'no-route', evidence: [] });
    const there = this.#walk(source.subnet, target.where, target);
    this.#follow(trail, there, source, target);
    if (there.end.kind === 'network' && there.end.network !== target.subnet.network.id)
      trail.shut({ resource: source.subnet.id, reason: 'no-route', evidence: [] });
    else if (there.end.kind === 'internet' || there.end.kind === 'site') trail.shut({ resource: source.subnet.id, reason: 'no-route', evidence: [] });
    if (target.endpoint === undefined) this.#back(trail, there, target, source.where, 'network');
  }

  #walk(from: Subnet, to: AddressSet, target?: Station): Walk {
    const key = `${from.id} ${to.v4.join()} ${to.v6.join()} ${target?.endpoint === undefined ? '' : target.endpoint.routed}`;
    const known = this.#walks.get(key) ?? walk(this.#estate, from, to, target?.endpoint === undefined ? {} : { endpoint: target.endpoint });
    this.#walks.set(key, known);
    return known;
  }

  #follow(trail: Trail, way: Walk, source: Party, destination: Party): void {
    for (const each of way.meetings) {
      if (each.kind === 'routed') trail.seen(each.at, `routed: ${each.text}`, each.evidence);
      else if (each.kind === 'doubt') trail.doubt(each.missing, each.at, each.evidence);
      else if (!trail.over) trail.apply(this.gates.firewall(each.firewall, source, destination, trail.possible));
    }
    if (way.end.kind === 'none') trail.shut({ resource: way.end.at, reason: way.end.reason, evidence: way.end.evidence });
  }

  /** Answers must find their way, and firewalls that keep state must see both directions ("asymmetric routing … the firewall drops the packet"). */
  #back(trail: Trail, there: Walk, target: Station, to: AddressSet, expected: 'network' | 'internet' | 'site'): void {
    if (trail.over) return;
    const back = this.#walk(target.subnet, to);
    for (const each of back.meetings) if (each.kind === 'doubt') trail.doubt(each.missing, each.at, each.evidence);
    if (back.end.kind === 'none') trail.shut({ resource: back.end.at, reason: back.end.reason, evidence: back.end.evidence });
    if (there.blind || back.blind || there.end.kind === 'unknown' || back.end.kind === 'unknown') return;
    const single = [...there.through, ...back.through].find((each) => there.through.includes(each) !== back.through.includes(each));
    const resource = this.#estate.firewalls.find((each) => each.id === single)?.record.id;
    if (resource !== undefined) trail.shut({ resource, reason: 'no-session', evidence: [] });
    else if (back.end.kind !== expected) trail.shut({ resource: target.subnet.id, reason: 'no-route', evidence: [] });
  }

  /** The internet by a public address in front of a station, part by part. `flowing` is the traffic as it arrives at the station. */
  fromInternet(station: Station, front: PublicAddress, set: AddressSet, flowing: Traffic = everything): readonly Piece[] {
    return partsOf(this.#estate, this.gates, station, familyOf(station, set), true).map((part) => ({
      set: part,
      outcome: this.#arriving(station, front, bare(part), flowing),
    }));
  }

  /** A service at Azure's edge by a public address in front of a station. */
  fromService(party: Party, station: Station, front: PublicAddress, flowing: Traffic): Outcome {
    return this.#arriving(station, front, party, flowing);
  }

  #arriving(station: Station, front: PublicAddress, party: Party, flowing: Traffic): Outcome {
    return this.#anyPort([this.gates.rulesOf(station.subnet, station.filter)], (port) => {
      const trail = new Trail(flowing);
      trail.seen(party.tags === undefined ? 'internet' : (party.tags[0] ?? ''), 'source', []);
      trail.seen(front.id, front.address === undefined ? 'public address' : `public address ${front.address}`, [front.evidence]);
      if (station.subnet.filter === undefined && station.filter === undefined) {
        if (front.unfiltered === 'closed') trail.shut({ resource: front.id, reason: 'security-group', evidence: [front.evidence] });
        else if (front.unfiltered === 'unknown') trail.doubt(`SKU of the public address ${front.id}`, front.id, [front.evidence]);
      }
      this.inbound(trail, party, station, port);
      this.#back(trail, { meetings: [], end: { kind: 'network', network: '' }, through: [], blind: false }, station, party.where, 'internet');
      trail.seen(station.owner, 'destination', [station.evidence]);
      return trail.end();
    });
  }

  /** From a station to addresses of the internet, part by part. */
  toInternet(station: Station, set: AddressSet, wanted: Traffic): readonly Piece[] {
    return partsOf(this.#estate, this.gates, station, familyOf(station, set), false).map((part) => ({
      set: part,
      outcome: this.leaving(station, bare(part), wanted),
    }));
  }

  /** From a station to a party on the internet, by whatever lends it a public address. */
  leaving(station: Station, there: Party, wanted: Traffic): Outcome {
    return this.#anyPort([this.gates.rulesOf(station.subnet, station.filter)], (port) => {
      const { subnet } = station;
      const trail = new Trail(wanted);
      trail.seen(station.owner, 'source', [station.evidence]);
      if (station.inwards === true) trail.shut({ resource: station.owner, reason: 'no-route', evidence: [station.evidence] });
      this.outbound(trail, station, there, port);
      const way = this.#walk(subnet, there.where);
      this.#follow(trail, way, station, there);
      if (way.end.kind === 'network' || way.end.kind === 'site') trail.shut({ resource: subnet.id, reason: 'no-route', evidence: [] });
      if (way.through.length === 0 && !way.blind) this.#lent(trail, station);
      trail.seen('internet', 'destination', []);
      return trail.end();
    });
  }

  #lent(trail: Trail, station: Station): void {
    const lent = this.#egress(station);
    if (lent.kind === 'address') trail.seen(lent.resource, lent.text, lent.evidence);
    else if (lent.kind === 'none') trail.shut({ resource: lent.resource, reason: 'no-public-address', evidence: lent.evidence });
    else trail.doubt(lent.missing, lent.resource, lent.evidence);
  }

  /** Public addresses that a station's connections show: its own, a gateway's, or those of the firewall that they go through; `undefined` where that is not known. */
  shows(station: Station, to: AddressSet): readonly string[] | undefined {
    const way = this.#walk(station.subnet, to);
    if (way.blind || way.end.kind !== 'internet') return undefined;
    const last = this.#estate.firewalls.find((each) => each.id === way.through.at(-1));
    if (last !== undefined) {
      const addresses = last.publics.map((each) => (/^[\d.]+$/.test(each) ? each : this.#estate.publics.get(each)?.address));
      return addresses.every((each) => each !== undefined) && addresses.length > 0 ? addresses : undefined;
    }
    const lent = this.#egress(station);
    return lent.kind === 'address' ? lent.addresses : undefined;
  }

  /** From addresses beyond a gateway to a station, part by part. */
  fromSite(site: Site, station: Station, set: AddressSet, wanted: Traffic): readonly Piece[] {
    const own = intersectSets(set, site.set);
    return partsOf(this.#estate, this.gates, station, inFamily(station, own), true).map((part) => ({
      set: part,
      outcome: this.#entering(site, station, part, wanted),
    }));
  }

  #entering(site: Site, station: Station, set: AddressSet, wanted: Traffic): Outcome {
    return this.#anyPort([this.gates.rulesOf(station.subnet, station.filter)], (port) => {
      const trail = new Trail(wanted);
      trail.seen(`onprem:${site.id}`, 'source', [site.evidence]);
      const there = this.#inward(site, station);
      if (there === undefined) trail.shut({ resource: site.id, reason: 'no-route', evidence: [site.evidence] });
      else {
        this.#follow(trail, there, bare(set), station);
        const { network } = station.subnet;
        const direct = there.through.length === 0 && !there.blind;
        const lent = gatewaysOf(this.#estate, network).some((each) => each.sites.includes(site)) || this.#estate.hubs.some((hub) => hub.routes.has(network.id));
        if (direct && !lent) trail.shut({ resource: network.record.id, reason: 'not-transitive', evidence: [site.evidence] });
        this.inbound(trail, bare(set), station, port);
        this.#back(trail, there, station, set, 'site');
      }
      trail.seen(station.owner, 'destination', [station.evidence]);
      return trail.end();
    });
  }

  /** From the gateway's subnet on, or from the hub's, which sends by what a network of its would be told. */
  #inward(site: Site, station: Station): Walk | undefined {
    for (const network of this.#estate.networks.values()) {
      if (!network.gateways.some((each) => each.sites.includes(site))) continue;
      const home = this.#estate.subnets.get(`${network.id}/subnets/gatewaysubnet`);
      return home === undefined ? undefined : this.#walk(home, station.where);
    }
    const hub = this.#estate.hubs.find((each) => each.sites.includes(site));
    const { network } = station.subnet;
    if (hub === undefined || ![...this.#estate.hubs].some((each) => each.routes.has(network.id))) return undefined;
    // Routing intent guards both directions alike: a branch meets the firewall that the network is told.
    const told = [...this.#estate.hubs].flatMap((each) => each.routes.get(network.id) ?? []).filter((each) => !isEmptySet(intersectSets(each.set, site.set)));
    const [best] = told.sort((a, b) => b.length - a.length);
    const way = best === undefined ? undefined : hubWay(best, hub.id);
    if (way?.kind === 'firewall')
      return {
        meetings: [{ kind: 'firewall', firewall: way.firewall }],
        end: { kind: 'network', network: network.id },
        through: [way.firewall.id],
        blind: false,
      };
    return { meetings: [], end: { kind: 'network', network: network.id }, through: [], blind: way?.kind === 'unknown' };
  }

  /** From a station to addresses beyond a gateway, part by part. */
  toSite(station: Station, site: Site, set: AddressSet, wanted: Traffic): readonly Piece[] {
    const own = inFamily(station, intersectSets(set, site.set));
    return partsOf(this.#estate, this.gates, station, own, false).map((part) => ({
      set: part,
      outcome: this.#anyPort([this.gates.rulesOf(station.subnet, station.filter)], (port) => {
        const trail = new Trail(wanted);
        trail.seen(station.owner, 'source', [station.evidence]);
        this.outbound(trail, station, bare(part), port);
        const way = this.#walk(station.subnet, part);
        this.#follow(trail, way, station, bare(part));
        if (way.end.kind === 'network' || way.end.kind === 'internet' || (way.end.kind === 'site' && way.end.site.id !== site.id))
          trail.shut({ resource: station.subnet.id, reason: 'no-route', evidence: [] });
        trail.seen(`onprem:${site.id}`, 'destination', [site.evidence]);
        return trail.end();
      }),
    }));
  }

  /** From a station towards a private address that nothing known has. */
  toNowhere(station: Station, set: AddressSet, wanted: Traffic, missing: string): Outcome {
    return this.#anyPort([this.gates.rulesOf(station.subnet, station.filter)], (port) => {
      const trail = new Trail(wanted);
      trail.seen(station.owner, 'source', [station.evidence]);
      this.outbound(trail, station, bare(set), port);
      this.#follow(trail, this.#walk(station.subnet, set), station, bare(set));
      trail.doubt(missing, station.subnet.id, []);
      return trail.end();
    });
  }

  #anyPort(rules: readonly (readonly Rule[])[], decide: (port: number) => Outcome): Outcome {
    return anyOf(sourcePorts(rules.flat()).map(decide));
  }
}

const inFamily = (station: Station, set: AddressSet): AddressSet => (station.where.v4.length === 0 ? { v4: [], v6: set.v6 } : { v4: set.v4, v6: [] });

const familyOf = (station: Station, set: AddressSet): AddressSet => intersectSets(inFamily(station, set), internetAddresses);
