import type { Packet, World, WorldAclEntry, WorldFirewall, WorldFirewallRule, WorldHost, WorldRule } from './world.ts';

/**
 * The slow twin: one packet, one rule at a time, as the VPC and transit gateway guides tell it. It knows no sets. A connection is its first packet and the answer.
 */

const parsed = new Map<string, { family: 4 | 6; value: bigint }>();
const parse = (text: string): { family: 4 | 6; value: bigint } => {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const value = parseText(text);
  parsed.set(text, value);
  return value;
};
const parseText = (text: string): { family: 4 | 6; value: bigint } => {
  if (!text.includes(':')) return { family: 4, value: text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n) };
  const [head = '', tail] = text.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const all = tail === undefined ? left : [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return { family: 6, value: all.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n) };
};
export const inside = (address: string, cidr: string): boolean => {
  const [base = '', length = ''] = cidr.split('/');
  const a = parse(address);
  const b = parse(base);
  const shift = BigInt((a.family === 4 ? 32 : 128) - Number(length));
  return a.family === b.family && a.value >> shift === b.value >> shift;
};
const isPrivate = (address: string): boolean =>
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', '224.0.0.0/3'].some((cidr) =>
    inside(address, cidr),
  );

type Subnet = World['subnets'][number];
type Vpc = World['vpcs'][number];
type Place = { at: 'host'; host: WorldHost } | { at: 'nat'; id: string } | { at: 'internet'; via: string } | undefined;

interface Journey {
  place: Place;
  packet: Packet;
  /** The packet's source is a host's own private address, seen unchanged within reach of group references. */
  references: boolean;
  /** NAT gateways that replaced the source: whose address it was before. */
  replaced: { nat: string; source: string }[];
  /** Firewalls on the way, and what each made of the packet. */
  inspected: Inspection[];
  /** Of an answer: what firewalls know of the connection. */
  known?: readonly Inspection[];
  /** Appliances on the way. */
  through: string[];
  /** Of an answer: the appliances that saw the connection begin. */
  met?: readonly string[];
}

/** Whose public address the internet gateway of its network puts in place of the private one. */
interface Holder {
  readonly pub?: string | undefined;
  readonly ips: readonly string[];
  readonly subnet: string;
}

interface Inspection {
  readonly id: string;
  /** Of the packet, as the firewall saw it: a connection is known by its addresses. */
  readonly source: string;
  readonly destination: string;
  /** Passed by a stateless rule, or handed to the stateful engine. */
  readonly mode: 'pass' | 'forward';
  /** A pass rule took the whole connection. */
  readonly taken: boolean;
}

const find = <T extends { id: string }>(list: readonly T[], id: string): T => {
  const found = list.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
};

function aclPasses(entries: readonly WorldAclEntry[], packet: Packet, address: string): boolean {
  for (const entry of [...entries].sort((a, b) => a.number - b.number)) {
    if (!inside(address, entry.cidr)) continue;
    if (entry.protocol !== -1 && entry.protocol !== packet.protocol) continue;
    if (entry.protocol !== -1 && entry.from !== undefined && (packet.destinationPort < entry.from || packet.destinationPort > (entry.to ?? entry.from)))
      continue;
    return entry.allow;
  }
  return false;
}
const aclOut = (w: World, subnet: Subnet, packet: Packet): boolean => aclPasses(find(w.acls, subnet.acl).egress, packet, packet.destination);
const aclIn = (w: World, subnet: Subnet, packet: Packet): boolean => aclPasses(find(w.acls, subnet.acl).ingress, packet, packet.source);

function rulePasses(w: World, rule: WorldRule, packet: Packet, address: string, peer: WorldHost | undefined): boolean {
  if (rule.protocol !== -1 && rule.protocol !== packet.protocol) return false;
  if (rule.protocol !== -1 && rule.from !== undefined && (packet.destinationPort < rule.from || packet.destinationPort > (rule.to ?? rule.from))) return false;
  if (rule.peer.startsWith('sg-')) return peer?.groups.includes(rule.peer) === true;
  if (rule.peer.startsWith('pl-')) return (w.lists[rule.peer] ?? []).some((cidr) => inside(address, cidr));
  return inside(address, rule.peer);
}

const vpcOf = (w: World, subnet: Subnet): Vpc => find(w.vpcs, subnet.vpc);
const has = (vpc: { cidrs: string[] }, address: string): boolean => vpc.cidrs.some((cidr) => inside(address, cidr));

function send(w: World, subnet: Subnet, j: Journey, holder: Holder | undefined, session: boolean, ttl = 12): Place {
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

function statefulHit(vpc: Vpc, firewall: WorldFirewall, packet: Packet, answering: boolean): 'pass' | 'drop' | undefined {
  const matching = firewall.stateful.filter((rule) => !(answering && rule.opener === true) && firewallMatches(vpc, rule, packet));
  if (firewall.strict) return matching.map((rule) => rule.action).find((action) => action === 'pass' || action === 'drop');
  if (matching.some((rule) => rule.action === 'pass')) return 'pass';
  return matching.some((rule) => rule.action === 'drop') ? 'drop' : undefined;
}

function firewallMatches(vpc: Vpc, rule: WorldFirewallRule, packet: Packet): boolean {
  // Suricata's `icmp` is both versions.
  if (rule.protocol !== -1 && rule.protocol !== packet.protocol && !(rule.protocol === 1 && packet.protocol === 58)) return false;
  const address = (text: string, of: string): boolean => text === 'any' || (text === '$HOME_NET' ? has(vpc, of) : inside(of, text));
  const port = (range: readonly [number, number] | undefined, of: number): boolean =>
    range === undefined || (rule.protocol !== 6 && rule.protocol !== 17) || (range[0] <= of && of <= range[1]);
  const way = (source: string, sourcePort: number, destination: string, destinationPort: number): boolean =>
    address(rule.source, source) && port(rule.sourcePort, sourcePort) && address(rule.destination, destination) && port(rule.destinationPort, destinationPort);
  const { source, destination, sourcePort, destinationPort } = packet;
  return way(source, sourcePort, destination, destinationPort) || (rule.both === true && way(destination, destinationPort, source, sourcePort));
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

function fromInternet(w: World, j: Journey, session: boolean): Place {
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

/** Whether a connection opens: the packet gets there past groups and ACLs, and the answer gets back past ACLs. `source` is a host or an address on the internet. */
export function connects(w: World, source: WorldHost | string, packet: Packet): boolean {
  const j: Journey = { place: undefined, packet, references: true, replaced: [], inspected: [], through: [] };
  const start = typeof source === 'string' ? undefined : source;
  const place = start === undefined ? fromInternet(w, j, false) : send(w, find(w.subnets, start.subnet), j, start, false);
  if (place === undefined) return false;
  const end = place.at === 'host' ? place.host : undefined;
  if (start !== undefined) {
    const rules = start.groups.flatMap((id) => find(w.groups, id).egress);
    if (!rules.some((rule) => rulePasses(w, rule, packet, packet.destination, j.references ? end : undefined))) return false;
  }
  if (end !== undefined) {
    const rules = end.groups.flatMap((id) => find(w.groups, id).ingress);
    if (!rules.some((rule) => rulePasses(w, rule, j.packet, j.packet.source, j.references && start !== undefined ? start : undefined))) return false;
  }
  return answers(w, j, start, place);
}

function answers(w: World, there: Journey, start: WorldHost | undefined, place: NonNullable<Place>): boolean {
  const { packet } = there;
  let type = packet.sourcePort;
  if (packet.protocol === 1) {
    if (packet.destinationPort !== 8) return routedBack(w, there, start, place, undefined);
    type = 0;
  }
  if (packet.protocol === 58) {
    if (packet.destinationPort !== 128) return routedBack(w, there, start, place, undefined);
    type = 129;
  }
  return routedBack(w, there, start, place, type);
}

/** `port` undefined: no answer is awaited, but there must be a way back for one. */
function routedBack(w: World, there: Journey, start: WorldHost | undefined, place: NonNullable<Place>, port: number | undefined): boolean {
  const world: World =
    port === undefined
      ? {
          ...w,
          acls: w.acls.map((acl) => ({ ...acl, ingress: open, egress: open })),
          groups: w.groups.map((group) => ({ ...group, ingress: openRules, egress: openRules })),
        }
      : w;
  const { packet } = there;
  const server = packet.destination;
  const back: Packet = {
    source: server,
    destination: packet.source,
    protocol: packet.protocol,
    sourcePort: packet.destinationPort,
    destinationPort: port ?? 0,
  };
  const j: Journey = {
    place: undefined,
    packet: back,
    references: false,
    replaced: [],
    inspected: [],
    known: there.inspected,
    through: [],
    met: there.through,
  };
  const nats = [...there.replaced].reverse();
  let reached: Place;
  const target = nats[0] === undefined ? start : translator(w, nats[0].nat);
  if (place.at === 'host') reached = send(world, find(w.subnets, place.host.subnet), j, place.host, true);
  else if (place.at === 'internet' && place.via.startsWith('igw-')) reached = fromInternet(world, j, true);
  else {
    // What left by an egress-only gateway comes back by it.
    if (!aclIn(world, find(w.subnets, target?.subnet ?? ''), { ...back, source: packet.destination })) return false;
    reached = nats[0] === undefined ? (start === undefined ? undefined : { at: 'host', host: start }) : placeOf(w, nats[0].nat);
  }
  if (j.replaced.length > 0) return false;
  for (const [index, { nat, source }] of nats.entries()) {
    if (reached === undefined || !isAt(reached, nat)) return false;
    const next: Journey = {
      place: undefined,
      packet: { ...back, source: server, destination: source },
      references: false,
      replaced: [],
      inspected: j.inspected,
      known: there.inspected,
      through: [],
      met: there.through,
    };
    reached = send(world, find(w.subnets, translator(w, nat).subnet), next, undefined, index + 1 < nats.length);
    if (next.replaced.length > 0) return false;
  }
  // A firewall that sees one way of a connection only drops it.
  if (!there.inspected.every((each) => j.inspected.some((other) => other.id === each.id))) return false;
  if (start === undefined) return reached?.at === 'internet' && reached.via.startsWith('igw-');
  return reached?.at === 'host' && reached.host === start;
}

/** A NAT gateway or a NAT instance. */
const translator = (w: World, id: string): { readonly subnet: string } => (id.startsWith('nat-') ? find(w.nats, id) : find(w.hosts, id));
const placeOf = (w: World, id: string): Place => (id.startsWith('nat-') ? { at: 'nat', id } : { at: 'host', host: find(w.hosts, id) });
const isAt = (place: NonNullable<Place>, id: string): boolean => (place.at === 'nat' && place.id === id) || (place.at === 'host' && place.host.id === id);

const open: WorldAclEntry[] = [
  { number: 1, allow: true, protocol: -1, cidr: '0.0.0.0/0' },
  { number: 2, allow: true, protocol: -1, cidr: '::/0' },
];
const openRules: WorldRule[] = [
  { protocol: -1, peer: '0.0.0.0/0' },
  { protocol: -1, peer: '::/0' },
];

/** Some source port works: the ends of every range that an ACL tells apart, and the usual ones. */
export function connectsOnSomePort(w: World, source: WorldHost | string, packet: Omit<Packet, 'sourcePort'>): boolean {
  if (packet.protocol === 1 || packet.protocol === 58) return connects(w, source, { ...packet, sourcePort: 0 });
  return candidatePorts(w).some((sourcePort) => connects(w, source, { ...packet, sourcePort }));
}

const candidates = new WeakMap<World, readonly number[]>();
function candidatePorts(w: World): readonly number[] {
  const known = candidates.get(w);
  if (known !== undefined) return known;
  const ports = new Set([32_768, 1, 1024, 65_535]);
  for (const acl of w.acls)
    for (const entry of [...acl.ingress, ...acl.egress])
      for (const port of [entry.from, entry.to])
        if (port !== undefined) for (const near of [port - 1, port, port + 1]) if (near >= 1 && near <= 65_535) ports.add(near);
  for (const firewall of w.firewalls ?? [])
    for (const rule of [...firewall.stateless, ...firewall.stateful])
      for (const range of [rule.sourcePort, rule.destinationPort])
        for (const port of range ?? []) for (const near of [port - 1, port, port + 1]) if (near >= 1 && near <= 65_535) ports.add(near);
  if (w.hosts.some((host) => host.forwards === true))
    for (const group of w.groups)
      for (const rule of [...group.ingress, ...group.egress])
        for (const port of [rule.from, rule.to]) if (port !== undefined && port >= 1 && port <= 65_535) ports.add(port);
  const list = [...ports];
  candidates.set(w, list);
  return list;
}
