import type { Evidence } from '../../model/evidence.ts';
import type { Address } from '../algebra/address.ts';
import { answered, answeredOn, everything, type Traffic, traffic } from '../algebra/traffic.ts';
import type { FlowResult, StopReason } from '../api.ts';
import { type Allowed, groupsAllow, subnetAllows } from './allowed.ts';
import { evidence, shortId } from './config.ts';
import type { Estate, Interface, Station, Subnet } from './estate.ts';
import { firewallEvidence, firewallsAllow, type Sighting } from './firewall-verdict.ts';
import { halt, narrow, type Progress } from './progress.ts';
import type { Tracer } from './trace.ts';
import type { Origin, Trace, TraceEnd, TraceEvent } from './trace-model.ts';

type Inspected = Extract<TraceEvent, { readonly kind: 'firewall' }>;
type Blocker = NonNullable<FlowResult['stoppedBy']>;

/** What is known of the answer on its way. */
interface Answer {
  /** What filters without a memory of the connection let through. */
  back: Allowed;
  /** The first of them that does not let everything through. */
  blocker: Blocker | undefined;
  /** Firewalls on its way. */
  readonly seen: Inspected[];
  /** Appliances that know the connection from its way out. */
  readonly known: ReadonlySet<Interface>;
}

/** The answer's way, which the connection needs too: routes, network ACLs and strange appliances look at it; groups and NAT gateways know the connection. */
export type Reply = (p: Progress, origin: Origin, forward: Trace) => void;

export function createReply(estate: Estate, tracer: Tracer): Reply {
  const filter = (p: Progress, answer: Answer, allowed: Allowed, resource: string, reason: StopReason, proof: () => readonly Evidence[]): void => {
    const { back } = answer;
    answer.back = { sure: traffic.intersect(back.sure, allowed.sure), possible: traffic.intersect(back.possible, allowed.possible) };
    if (allowed.missing !== undefined) p.missing.add(allowed.missing);
    else if (!fully(allowed.sure)) answer.blocker ??= { resource, reason, evidence: proof() };
  };

  const cross = (p: Progress, answer: Answer, subnet: Subnet, egress: boolean, address: Address): void =>
    filter(p, answer, subnetAllows(estate, subnet, egress, address), subnet.acl?.id ?? subnet.id, 'network-acl', () =>
      subnet.acl === undefined ? [] : [evidence(subnet.acl.record, '/config/Entries')],
    );

  /** To the groups of an appliance that has not seen the connection begin, the answer is a packet like any other. */
  const through = (p: Progress, answer: Answer, own: Interface, egress: boolean, address: Address): void =>
    filter(p, answer, groupsAllow(estate, own, egress, address, undefined), own.groups[0] ?? own.id, 'security-group', () =>
      own.groups.flatMap((id) => {
        const record = estate.groups.get(id)?.record;
        return record === undefined ? [] : [evidence(record, egress ? '/config/IpPermissionsEgress' : '/config/IpPermissions')];
      }),
    );

  function look(p: Progress, answer: Answer, event: TraceEvent): void {
    switch (event.kind) {
      case 'acl':
        cross(p, answer, event.subnet, event.egress, event.address);
        break;
      case 'route':
        p.proof.push(event.evidence);
        break;
      case 'firewall':
        answer.seen.push(event);
        break;
      case 'through':
        if (answer.known.has(event.interface)) break;
        through(p, answer, event.interface, false, event.source);
        through(p, answer, event.interface, true, event.destination);
        break;
      case 'condition':
        if (!p.conditions.some((each) => each.key === event.atom.key && each.values.join() === event.atom.values.join())) p.conditions.push(event.atom);
        p.firm = traffic.empty;
        break;
      case 'missing':
        p.missing.add(event.what);
        p.sure = traffic.empty;
        break;
      case 'hop':
      case 'limit':
      case 'no-references':
        break;
    }
  }

  /** One leg of the way back, which must end where the connection came from; `false` where it does not. */
  function follow(p: Progress, answer: Answer, origin: Origin, leg: Trace, expected: Station | undefined): boolean {
    for (const event of leg.events) look(p, answer, event);
    if (leg.end.kind === 'stop') {
      if (leg.end.missing !== undefined) {
        p.missing.add(leg.end.missing);
        p.sure = traffic.empty;
        return true;
      }
      halt(p, leg.end.resource, leg.end.reason, leg.end.evidence);
      return false;
    }
    const fits =
      // An answer that comes from another address, as a NAT gateway replaced it, is of no connection.
      leg.translations.length === 0 &&
      (expected !== undefined
        ? leg.end.kind === 'station' && leg.end.station === expected
        : leg.end.kind === origin.kind && (leg.end.kind !== 'internet' || leg.end.via.startsWith('igw-')));
    if (fits) return true;
    const via = whereTo(leg.end);
    const translator = leg.translations[0]?.nat.interface.owner.id;
    halt(p, translator === undefined ? via : shortId(translator), translator !== undefined || via.startsWith('eigw-') ? 'no-session' : 'no-route', []);
    return false;
  }

  /** The way back to whoever asked, or to the last NAT gateway; `undefined` where only the ACL of its subnet is on it. */
  function firstLeg(forward: Trace, inspected: boolean, last: Station | undefined): Trace | undefined {
    const { end } = forward;
    if (end.kind === 'station') return tracer.fromSubnet(end.station.interface.subnet, forward.destination, forward.source, end.station, last);
    if (end.kind === 'onprem')
      return tracer.trace({ kind: 'onprem', id: end.id }, forward.destination, forward.source, last === undefined ? {} : { target: last });
    // Where the gateway has routes of its own, answers take them.
    if (end.kind === 'internet' && end.via.startsWith('igw-') && last !== undefined && (inspected || last.interface.subnet.vpc.edges.size > 0))
      return tracer.trace({ kind: 'internet' }, forward.destination, last.public ?? last.address, { target: last });
    return undefined;
  }

  /** A firewall that sees one way of a connection only drops it: "Network Firewall doesn't support asymmetric routing". */
  function half(passed: readonly Inspected[], seen: readonly Inspected[], end: TraceEnd): Inspected | undefined {
    const alone = (from: readonly Inspected[], others: readonly Inspected[]): Inspected | undefined =>
      from.find((each) => !others.some((other) => halves(each, other)));
    return (end.kind === 'service' ? undefined : alone(passed, seen)) ?? alone(seen, passed);
  }

  return (p, origin, forward) => {
    const passed = forward.events.filter((event): event is Inspected => event.kind === 'firewall');
    const known = new Set(forward.events.flatMap((event) => (event.kind === 'through' ? [event.interface] : [])));
    const answer: Answer = { back: { sure: everything, possible: everything }, blocker: undefined, seen: [], known };
    const starting = origin.kind === 'station' ? origin.station : undefined;
    const legs = [...forward.translations].reverse();
    const last = legs[0]?.nat ?? starting;
    const first = firstLeg(forward, passed.length > 0, last);
    if (first === undefined) {
      if (last !== undefined) cross(p, answer, last.interface.subnet, false, forward.destination);
    } else if (!follow(p, answer, origin, first, last)) return;
    // Behind each NAT gateway the answer goes on to the source that it replaced.
    for (const [index, leg] of legs.entries()) {
      const before = legs[index + 1]?.nat ?? starting;
      const next = tracer.fromSubnet(leg.nat.interface.subnet, forward.destination, leg.original, undefined, before);
      if (!follow(p, answer, origin, next, before)) return;
    }
    const lonely = half(passed, answer.seen, forward.end);
    if (lonely !== undefined) {
      halt(p, lonely.endpoint.id, 'no-session', [evidence(lonely.endpoint.firewall, '/config/DescribeFirewall')]);
      return;
    }
    const possible = answered(p.possible, answer.back.possible);
    const blocker = answer.blocker ?? { resource: 'network-acl', reason: 'network-acl', evidence: [] };
    if (possible.length === 0 && p.stop === null) {
      halt(p, blocker.resource, blocker.reason, blocker.evidence);
      return;
    }
    if (p.cut === undefined && p.stop === null && traffic.covers(p.possible, p.core) && !traffic.covers(possible, p.core))
      p.cut = { stop: blocker, hops: p.hops.length };
    p.sure = answered(p.sure, answer.back.sure);
    p.possible = possible;
    inspectWhole(p, passed, answer);
  };
}

/** Every firewall on the way with both ways of the connection before it. */
function inspectWhole(p: Progress, passed: readonly Inspected[], { seen, back }: Answer): void {
  const [first] = passed;
  if (first === undefined || p.stop !== null) return;
  const left = [...seen].reverse();
  const ways = passed.flatMap((event): { out: Sighting; back: Sighting }[] => {
    const at = left.findIndex((each) => halves(event, each));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    const answer = found ?? seen.find((each) => halves(event, each));
    return answer === undefined ? [] : [{ out: sighting(event), back: sighting(answer) }];
  });
  const before = p.possible;
  const answer = firewallsAllow(ways, (low, high) => answeredOn(everything, back.possible, low, high));
  const proof = (): readonly Evidence[] => firewallEvidence(first.endpoint.policy, first.source, first.destination, before);
  narrow(p, { sure: answer.conditional, possible: answer.possible }, first.endpoint.id, 'firewall', proof);
  p.firm = traffic.intersect(p.firm, answer.sure);
}

/** Two sightings of one connection, which an endpoint knows by its addresses: "Request and response traffic must be routed to the same firewall endpoint" (Network Firewall guide). */
const halves = (a: Inspected, b: Inspected): boolean => a.endpoint.id === b.endpoint.id && a.source === b.destination && a.destination === b.source;

const sighting = ({ endpoint, source, destination }: Inspected): Sighting => ({ policy: endpoint.policy, source, destination });

const fully = (set: Traffic): boolean => set.length === 2 && set[0] === 0 && set[1] === everything[1];

function whereTo(end: Exclude<TraceEnd, { readonly kind: 'stop' }>): string {
  switch (end.kind) {
    case 'internet':
      return end.via;
    case 'onprem':
      return end.id;
    case 'service':
      return end.resource;
    case 'station':
      return end.station.interface.id;
  }
}
