import { inside, isPrivate } from './addresses.ts';
import { aclIn, aclOut, firewallMatches, has, rulePasses, statefulHit, vpcOf } from './filters.ts';
import { find, type Holder, type Journey, type Place, type Subnet, type Vpc } from './journey.ts';
import type { World } from './world.ts';

/**
 * The slow twin: one packet, one rule at a time, as the VPC and transit gateway guides tell it. It knows no sets. A connection is its first packet and the answer.
 */

export function send(w: World, subnet: Subnet, j: Journey, holder: Holder | undefined, session: boolean, ttl = 12): Place {
  if (ttl === 0) return undefined;
  if (has(subnet, j.packet.destination)) return deliver(w, vpcOf(w, subnet), j, subnet, session);
  if (!aclOut(w, subnet, j.packet)) return undefined;
  return route(w, subnet, j, holder, session, ttl);
}

function route(w: World, subnet: Subnet, j: Journey, holder: Holder | undefined, session: boolean, ttl: number): Place {
  if (ttl <= 0) return undefined;
  const vpc = vpcOf(w, subnet);
  const table = w.tables.find((each) => each.id === subnet.table) ?? w.tables.find((each) => each.vpc === vpc.id && each.main);
  if (table === undefined) throw new Error('a VPC has a main table');
  let best: { length: number; list: boolean; via: string; blackhole: boolean } | undefined;
  const offer = (cidr: string, list: boolean, via: string, blackhole: boolean): void => {
    if (!inside(j.packet.destination, cidr)) return;
    const length = Number(cidr.split('/')[1]);
    if (best === undefined || length > best.length || (length === best.length && best.list && !list)) best = { length, list, via, blackhole };
  };
  for (const cidr of vpc.cidrs) offer(cidr, false, 'local', false);
  for (const each of table.routes) {
    if (each.to.startsWith('pl-')) for (const cidr of w.lists[each.to] ?? []) offer(cidr, true, each.via, each.blackhole === true);
    else offer(each.to, false, each.via, each.blackhole === true);
  }
  if (best === undefined || best.blackhole) return undefined;
  const { via } = best;
  const { packet } = j;
  if (via === 'local') return deliver(w, vpc, j, undefined, session);
  if (via.startsWith('igw-')) {
    if (!vpc.igw || via !== `igw-${vpc.id}`) return undefined;
    const six = packet.destination.includes(':');
    if (!six && isPrivate(packet.destination)) return undefined;
    if (six && !inside(packet.destination, '2000::/3')) return undefined;
    if (holder !== undefined && find(w.subnets, holder.subnet).vpc !== vpc.id) return undefined;
    const pub = six ? holder?.ips.find((ip) => ip.includes(':') && ip === packet.source) : holder?.pub;
    if (pub === undefined) return undefined;
    j.packet = { ...packet, source: pub };
    j.references = false;
    return fromInternet(w, j, session) ?? (owned(w, packet.destination) ? undefined : { at: 'internet', via });
  }
  if (via.startsWith('eigw-')) {
    // It lets out connections that begin inside, never the answers to others.
    if (!packet.destination.includes(':') || session) return undefined;
    j.references = false;
    return owned(w, packet.destination) ? fromInternet(w, j, session) : { at: 'internet', via };
  }
  if (via.startsWith('nat-')) {
    const nat = find(w.nats, via);
    if (packet.destination.includes(':') || ![1, 6, 17].includes(packet.protocol)) return undefined;
    const home = find(w.subnets, nat.subnet);
    if (home !== subnet && !aclIn(w, home, packet)) return undefined;
    j.replaced.push({ nat: nat.id, source: packet.source });
    j.references = false;
    j.packet = { ...packet, source: nat.ip };
    return send(w, home, j, { pub: nat.pub, ips: [nat.ip], subnet: nat.subnet }, session, ttl - 1);
  }
  if (via.startsWith('pcx-')) {
    const peering = find(w.peerings, via);
    if (!peering.active || (peering.a !== vpc.id && peering.b !== vpc.id)) return undefined;
    const other = find(w.vpcs, peering.a === vpc.id ? peering.b : peering.a);
    // Not transitive: from an address of the one VPC to an address of the other.
    if (!has(other, packet.destination) || !has(vpc, packet.source)) return undefined;
    if (other.region !== vpc.region) j.references = false;
    return deliver(w, other, j, undefined, session);
  }
  if (via.startsWith('tgw-')) return transit(w, via, vpc, subnet, j, holder, session, ttl);
  return via.startsWith('vpce-') || via.startsWith('eni-') ? middlebox(w, via, subnet, j, holder, session, ttl) : undefined;
}

const middlebox = (w: World, via: string, from: Subnet | undefined, j: Journey, holder: Holder | undefined, session: boolean, ttl: number): Place =>
  via.startsWith('vpce-') ? inspect(w, via, from, j, holder, session, ttl) : handOn(w, via, from, j, holder, session, ttl);

/** An instance that forwards: its own groups look at what comes in and goes out, unless they know the connection. They never see a neighbour's groups. */
function handOn(w: World, id: string, from: Subnet | undefined, j: Journey, holder: Holder | undefined, session: boolean, ttl: number): Place {
  const own = find(w.hosts, id);
  const home = find(w.subnets, own.subnet);
  const { packet } = j;
  if (own.ips.includes(packet.destination)) return deliver(w, vpcOf(w, home), j, from, session);
  if (from !== home && !aclIn(w, home, packet)) return undefined;
  if (own.forwards !== true) return undefined;
  const groups = own.groups.map((each) => find(w.groups, each));
  const passes = (side: 'ingress' | 'egress', address: string): boolean =>
    groups.some((group) => group[side].some((rule) => rulePasses(w, rule, packet, address, undefined)));
  if (j.met?.includes(id) !== true && !(passes('ingress', packet.source) && passes('egress', packet.destination))) return undefined;
  j.through.push(id);
  j.references = false;
  // As a NAT instance it lends its public address to who has none.
  const lends = own.pub !== undefined && !packet.destination.includes(':') && !isPrivate(packet.destination);
  if (!lends || (holder?.pub !== undefined && find(w.subnets, holder.subnet).vpc === home.vpc)) return send(w, home, j, holder, session, ttl - 1);
  j.replaced.push({ nat: id, source: packet.source });
  j.packet = { ...packet, source: own.ips[0] ?? '' };
  return send(w, home, j, own, session, ttl - 1);
}

/** Stateless rules first; what they forward, the stateful engine takes; the packet leaves the endpoint's subnet as any other does. */
function inspect(w: World, id: string, from: Subnet | undefined, j: Journey, holder: Holder | undefined, session: boolean, ttl: number): Place {
  const firewall = find(w.firewalls ?? [], id);
  const home = find(w.subnets, firewall.subnet);
  if (from !== home && !aclIn(w, home, j.packet)) return undefined;
  const vpc = vpcOf(w, home);
  const first = firewall.stateless.find((rule) => firewallMatches(vpc, rule, j.packet));
  const mode = first?.action ?? firewall.statelessDefault;
  if (mode !== 'pass' && mode !== 'forward') return undefined;
  const answering = j.known !== undefined;
  const before = j.known?.find((each) => each.id === id && each.source === j.packet.destination && each.destination === j.packet.source);
  // Half a connection is none.
  if (answering && before?.mode !== mode) return undefined;
  let taken = before?.taken === true;
  if (mode === 'forward' && !taken) {
    const hit = statefulHit(vpc, firewall, j.packet, answering);
    if (hit === 'drop' || (hit === undefined && !answering && firewall.strict && firewall.drop)) return undefined;
    taken = hit === 'pass';
  }
  j.inspected.push({ id, source: j.packet.source, destination: j.packet.destination, mode, taken });
  return send(w, home, j, holder, session, ttl - 1);
}

function transit(w: World, id: string, vpc: Vpc, subnet: Subnet, j: Journey, holder: Holder | undefined, session: boolean, ttl: number): Place {
  const gateway = find(w.transits, id);
  const from = gateway.attachments.find((each) => each.vpc === vpc.id);
  if (from === undefined) return undefined;
  const homes = from.subnets.map((each) => find(w.subnets, each));
  // The network ACL of the attachment's subnet looks at what comes in from the instances, the same subnet included.
  const home = homes.includes(subnet) ? subnet : homes.find((each) => each.zone === subnet.zone);
  if (home === undefined || !aclIn(w, home, j.packet)) return undefined;
  const table = find(gateway.tables, from.table);
  let best: { length: number; propagated: boolean; attachment: string | undefined } | undefined;
  const offer = (cidr: string, propagated: boolean, attachment: string | undefined): void => {
    if (!inside(j.packet.destination, cidr)) return;
    const length = Number(cidr.split('/')[1]);
    if (best === undefined || length > best.length || (length === best.length && best.propagated && !propagated)) best = { length, propagated, attachment };
  };
  for (const each of table.routes) offer(each.cidr, false, each.blackhole === true ? undefined : each.attachment);
  for (const each of table.propagated) for (const cidr of find(w.vpcs, find(gateway.attachments, each).vpc).cidrs) offer(cidr, true, each);
  if (best?.attachment === undefined) return undefined;
  const to = find(gateway.attachments, best.attachment);
  if (!from.references || !to.references) j.references = false;
  const there = find(w.vpcs, to.vpc);
  const entries = to.subnets.map((each) => find(w.subnets, each));
  const same = entries.find((each) => has(each, j.packet.destination));
  // Into a host of the attachment's own subnet: no rules are evaluated.
  if (same !== undefined) return deliver(w, there, j, same, session);
  const entry = entries.find((each) => each.zone === subnet.zone) ?? entries[0];
  if (entry === undefined || !aclOut(w, entry, j.packet)) return undefined;
  return route(w, entry, j, holder, session, ttl - 1);
}

function deliver(w: World, vpc: Vpc, j: Journey, from: Subnet | undefined, session: boolean): Place {
  const subnet = w.subnets.find((each) => each.vpc === vpc.id && has(each, j.packet.destination));
  if (subnet === undefined) return undefined;
  if (subnet !== from && !aclIn(w, subnet, j.packet)) return undefined;
  const nat = w.nats.find((each) => each.ip === j.packet.destination && find(w.subnets, each.subnet).vpc === vpc.id);
  if (nat !== undefined) return session ? { at: 'nat', id: nat.id } : undefined;
  const host = w.hosts.find((each) => each.ips.includes(j.packet.destination) && find(w.subnets, each.subnet).vpc === vpc.id);
  return host === undefined ? undefined : { at: 'host', host };
}

const owned = (w: World, address: string): boolean =>
  w.hosts.some((host) => host.pub === address || (address.includes(':') && host.ips.includes(address))) || w.nats.some((nat) => nat.pub === address);

export function fromInternet(w: World, j: Journey, session: boolean): Place {
  const { destination } = j.packet;
  const host = w.hosts.find((each) => each.pub === destination || (destination.includes(':') && each.ips.includes(destination)));
  const nat = w.nats.find((each) => each.pub === destination);
  const subnet = host !== undefined ? find(w.subnets, host.subnet) : nat !== undefined ? find(w.subnets, nat.subnet) : undefined;
  if (subnet === undefined) return undefined;
  const vpc = vpcOf(w, subnet);
  if (!vpc.igw && !(session && destination.includes(':'))) return undefined;
  const own = nat?.ip ?? (destination.includes(':') ? destination : host?.ips.find((ip) => !ip.includes(':')));
  if (own === undefined) return undefined;
  j.packet = { ...j.packet, destination: own };
  const edge = vpc.igw ? (w.edges ?? []).find((each) => each.vpc === vpc.id) : undefined;
  const narrow = (edge?.routes ?? []).filter((each) => inside(own, each.to)).sort((a, b) => Number(b.to.split('/')[1]) - Number(a.to.split('/')[1]))[0];
  return narrow === undefined ? deliver(w, vpc, j, undefined, session) : middlebox(w, narrow.via, undefined, j, undefined, session, 12);
}
