import type { Evidence } from '../../model/evidence.ts';
import { type AddressSet, internetAddresses, intersectSets, isEmptySet, subtractSets } from '../algebra/address.ts';
import { everything, type Traffic, traffic } from '../algebra/traffic.ts';
import type { FlowHop, FlowResult } from '../api.ts';
import { child, flag, text } from '../aws/config.ts';
import type { Estate, PublicAddress, Station, Subnet } from './estate.ts';
import { type Blurred, type Filter, filtered, type Party, platform, sideSets } from './filters.ts';
import { virtualNetworkTag, type Way, wayOf } from './routes.ts';

export interface Outcome {
  readonly sure: Traffic;
  readonly possible: Traffic;
  /** Why `sure` is less than `possible`. */
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly hops: readonly FlowHop[];
  readonly stop: FlowResult['stoppedBy'];
}

/** A part of the internet that all rules on the way treat alike. */
export interface Piece {
  readonly set: AddressSet;
  readonly outcome: Outcome;
}

/** A packet's way so far; each step lets less through. */
class Trail {
  #sure: Traffic;
  #possible: Traffic;
  #stop: FlowResult['stoppedBy'] = null;
  readonly #missing = new Set<string>();
  readonly #hops: FlowHop[] = [];
  readonly #evidence: Evidence[] = [];

  constructor(wanted: Traffic) {
    this.#sure = wanted;
    this.#possible = wanted;
  }

  seen(resource: string, decision: string, proof: readonly Evidence[]): void {
    this.#hops.push({ resource, decision, evidence: proof });
    this.#evidence.push(...proof);
  }

  doubt(missing: string, resource: string, proof: readonly Evidence[]): void {
    this.#sure = traffic.empty;
    this.#missing.add(missing);
    this.seen(resource, `unknown: ${missing}`, proof);
  }

  shut(stop: NonNullable<FlowResult['stoppedBy']>): void {
    if (this.#possible.length > 0) this.#stop = stop;
    this.#sure = traffic.empty;
    this.#possible = traffic.empty;
  }

  way(way: Way, from: string): void {
    if (way.kind === 'none') this.shut({ resource: way.at, reason: way.reason, evidence: way.evidence });
    else if (way.kind === 'unknown') this.doubt(way.missing, way.at, way.evidence);
    else this.seen(from, `routed: ${way.text}`, way.evidence);
  }

  filter(filter: Filter | undefined, inbound: boolean, source: Party, destination: Party, virtual: Blurred): void {
    if (filter === undefined || this.#possible.length === 0) return;
    const result = filtered(filter, inbound, source, destination, this.#possible, virtual);
    const possible = traffic.intersect(this.#possible, result.possible);
    if (possible.length === 0) {
      this.shut({ resource: filter.id, reason: 'security-group', evidence: result.denied });
      return;
    }
    const sure = traffic.intersect(this.#sure, result.sure);
    if (!traffic.covers(result.sure, result.possible)) for (const each of result.missing) this.#missing.add(each);
    this.#possible = possible;
    this.#sure = sure;
    this.seen(filter.id, inbound ? 'allowed in' : 'allowed out', result.allowed);
  }

  /** Rules of a network manager "are evaluated before network security group rules" (security admin rules). */
  admin(subnet: Subnet): boolean {
    const { admin, record } = subnet.network;
    if (admin === 'none') return false;
    this.doubt(`security admin rules of ${record.id}, which are not modelled`, record.id, [
      { resource: record.id, pointer: '/config/effectiveSecurityAdminRules', call: record.calls[0] ?? '' },
    ]);
    return admin === 'opens';
  }

  end(): Outcome {
    const missing = traffic.covers(this.#sure, this.#possible) ? [] : [...this.#missing].sort();
    return { sure: this.#sure, possible: this.#possible, missing, evidence: this.#evidence, hops: this.#hops, stop: this.#stop };
  }
}

/** Decides flows. Filters keep state, so only a connection's first direction is filtered; its answer needs a route back all the same. */
export class Decider {
  readonly #estate: Estate;
  readonly #tags = new Map<Subnet, Blurred>();

  constructor(estate: Estate) {
    this.#estate = estate;
  }

  #tag(subnet: Subnet): Blurred {
    const known = this.#tags.get(subnet) ?? virtualNetworkTag(this.#estate, subnet);
    this.#tags.set(subnet, known);
    return known;
  }

  /** From one address configuration to another, by their private addresses. Outbound the interface's group comes first, inbound the subnet's. */
  between(source: Station, target: Station, wanted: Traffic): Outcome {
    const trail = new Trail(wanted);
    trail.seen(source.owner, 'source', [source.evidence]);
    trail.way(wayOf(this.#estate, source.subnet, target.where), source.subnet.id);
    trail.way(wayOf(this.#estate, target.subnet, source.where), target.subnet.id);
    const opened = [source.subnet, target.subnet].map((each) => trail.admin(each)).includes(true);
    if (!opened) {
      for (const each of [source.filter, source.subnet.filter]) trail.filter(each, false, source, target, this.#tag(source.subnet));
      this.#into(trail, source, target);
    }
    trail.seen(target.owner, 'destination', [target.evidence]);
    return trail.end();
  }

  #into(trail: Trail, source: Party, target: Station): void {
    for (const each of [target.subnet.filter, target.filter]) trail.filter(each, true, source, target, this.#tag(target.subnet));
  }

  /** The internet by a public address in front of a station, part by part. `flowing` is the traffic as it arrives at the station. */
  fromInternet(station: Station, front: PublicAddress, set: AddressSet, flowing: Traffic = everything): readonly Piece[] {
    const side = isEmptySet({ v4: station.where.v4, v6: [] }) ? { v4: [], v6: set.v6 } : { v4: set.v4, v6: [] };
    return this.#parts(station, side, true).map((part) => ({ set: part, outcome: this.#arriving(station, front, part, flowing) }));
  }

  #arriving(station: Station, front: PublicAddress, set: AddressSet, flowing: Traffic): Outcome {
    const trail = new Trail(flowing);
    trail.seen('internet', 'source', []);
    trail.seen(front.id, front.address === undefined ? 'public address' : `public address ${front.address}`, [front.evidence]);
    if (station.subnet.filter === undefined && station.filter === undefined) {
      if (front.unfiltered === 'closed') trail.shut({ resource: front.id, reason: 'security-group', evidence: [front.evidence] });
      else if (front.unfiltered === 'unknown') trail.doubt(`SKU of the public address ${front.id}`, front.id, [front.evidence]);
    }
    trail.way(wayOf(this.#estate, station.subnet, set), station.subnet.id);
    if (!trail.admin(station.subnet)) this.#into(trail, { where: set, memberships: [] }, station);
    trail.seen(station.owner, 'destination', [station.evidence]);
    return trail.end();
  }

  /** From a station to addresses of the internet, part by part. */
  toInternet(station: Station, set: AddressSet, wanted: Traffic): readonly Piece[] {
    const side = isEmptySet({ v4: station.where.v4, v6: [] }) ? { v4: [], v6: set.v6 } : { v4: set.v4, v6: [] };
    return this.#parts(station, side, false).map((part) => ({ set: part, outcome: this.#leaving(station, part, wanted) }));
  }

  #leaving(station: Station, set: AddressSet, wanted: Traffic): Outcome {
    const { subnet } = station;
    const trail = new Trail(wanted);
    trail.seen(station.owner, 'source', [station.evidence]);
    trail.way(wayOf(this.#estate, subnet, set), subnet.id);
    const proof: Evidence = { resource: subnet.network.record.id, pointer: '/config/properties', call: subnet.network.record.calls[0] ?? '' };
    if (!trail.admin(subnet)) {
      const there = { where: set, memberships: [] };
      for (const each of [station.filter, subnet.filter]) trail.filter(each, false, station, there, this.#tag(subnet));
    }
    if (station.public !== undefined) trail.seen(station.public.id, 'public address', [station.public.evidence]);
    else if (text(child(subnet.config, 'natGateway'), 'id') !== undefined)
      trail.seen(text(child(subnet.config, 'natGateway'), 'id') ?? '', 'NAT gateway', [proof]);
    else if (station.pools.length > 0) trail.doubt('what the load balancer lends its backends for outbound traffic', station.owner, [station.evidence]);
    // "Private subnets": without an explicit outbound method a machine there has none (default outbound access).
    else if (flag(subnet.config, 'defaultOutboundAccess') === false) trail.shut({ resource: subnet.id, reason: 'no-public-address', evidence: [proof] });
    else if (flag(subnet.config, 'defaultOutboundAccess') === undefined) trail.doubt(`defaultOutboundAccess of ${subnet.id}`, subnet.id, [proof]);
    trail.seen('internet', 'destination', []);
    return trail.end();
  }

  /** Cuts a set so that every rule and route on the way holds each part in whole or not at all. */
  #parts(station: Station, set: AddressSet, inbound: boolean): readonly AddressSet[] {
    const tag = this.#tag(station.subnet);
    const cuts = [
      ...[station.subnet.filter, station.filter].flatMap((each) =>
        (each?.rules ?? []).filter((rule) => rule.inbound === inbound).flatMap((rule) => sideSets(inbound ? rule.source : rule.destination, tag)),
      ),
      ...(station.subnet.routes ?? []).map((each) => each.set),
    ];
    let parts: readonly AddressSet[] = [subtractSets(intersectSets(set, internetAddresses), platform)];
    for (const cut of new Map(cuts.map((each) => [`${each.v4.join()}|${each.v6.join()}`, each])).values())
      parts = parts.flatMap((part) => [intersectSets(part, cut), subtractSets(part, cut)].filter((each) => !isEmptySet(each)));
    return parts.filter((each) => !isEmptySet(each));
  }
}
