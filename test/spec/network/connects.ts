import { aclIn, rulePasses } from './filters.ts';
import { find, type Journey, type Place } from './journey.ts';
import { fromInternet, send } from './packet.ts';
import type { Packet, World, WorldAclEntry, WorldHost, WorldRule } from './world.ts';

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
