import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import { type Address, addressText, hasAddress } from '../algebra/address.ts';
import { answered, answeredOn, everything, type Traffic, tcp, traffic, udp, wholeProtocol } from '../algebra/traffic.ts';
import type { FlowHop, FlowResult, StopReason } from '../api.ts';
import { type Allowed, groupsAllow, rulesFor, subnetAllows } from './allowed.ts';
import { evidence, shortId } from './config.ts';
import type { Estate, Interface, Station, Subnet } from './estate.ts';
import { firewallAllows, firewallEvidence, firewallsAllow, type Sighting } from './firewall-verdict.ts';
import { listening } from './listeners.ts';
import type { Tracer } from './trace.ts';
import type { Origin, Trace, TraceEvent } from './trace-model.ts';

const icmpV4 = wholeProtocol(1);
const icmpV6 = wholeProtocol(58);
const coreV4 = traffic.union(icmpV4, traffic.union(tcp, udp));
const coreV6 = traffic.union(icmpV6, traffic.union(tcp, udp));

export interface Outcome {
  readonly sure: Traffic;
  readonly possible: Traffic;
  /** The part of `sure` that hangs on no condition. */
  readonly firm: Traffic;
  readonly hops: readonly FlowHop[];
  readonly stop: FlowResult['stoppedBy'];
  /** The first filter that took away some of TCP, UDP and ICMP, and the hops up to it: the answer to a question about all traffic. */
  readonly cut: Cut | undefined;
  readonly conditions: readonly ConditionAtom[];
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly trace: Trace;
}

export interface Cut {
  readonly stop: NonNullable<FlowResult['stoppedBy']>;
  hops: number;
}

interface Progress {
  /** TCP, UDP and ICMP of the family. */
  readonly core: Traffic;
  sure: Traffic;
  possible: Traffic;
  firm: Traffic;
  stop: FlowResult['stoppedBy'];
  cut: Cut | undefined;
  readonly hops: FlowHop[];
  readonly missing: Set<string>;
  readonly conditions: ConditionAtom[];
  readonly proof: Evidence[];
}

export interface Decider {
  /** One packet's origin and addresses, all wanted traffic at once: what gets there and back, the hops, and what stops the first of it. */
  decide(
    origin: Origin,
    source: Address,
    destination: Address,
    wanted: Traffic,
    options?: { readonly target?: Station; readonly explain?: boolean; readonly groups?: boolean },
  ): Outcome;
}

/** Filters applied along a trace, forward and back. */
export function createDecider(estate: Estate, tracer: Tracer): Decider {
  const halt = (p: Progress, resource: string, reason: StopReason, proof: readonly Evidence[]): void => {
    p.stop ??= { resource, reason, evidence: proof };
    p.sure = traffic.empty;
    p.possible = traffic.empty;
  };
  /** Narrows; stops with `where` and `why` when nothing is left. */
  const narrow = (p: Progress, allowed: Allowed, where: string, reason: StopReason, proof: () => readonly Evidence[]): void => {
    if (p.stop !== null) return;
    const possible = traffic.intersect(p.possible, allowed.possible);
    if (possible.length === 0) {
      halt(p, where, reason, proof());
      return;
    }
    if (p.cut === undefined && traffic.covers(p.possible, p.core) && !traffic.covers(possible, p.core))
      p.cut = { stop: { resource: where, reason, evidence: proof() }, hops: -1 };
    p.sure = traffic.intersect(p.sure, allowed.sure);
    p.possible = possible;
    if (allowed.missing !== undefined && !traffic.covers(p.sure, possible)) p.missing.add(allowed.missing);
  };
  const acl = (p: Progress, subnet: Subnet, egress: boolean, address: Address, explain: boolean): void => {
    const before = p.possible;
    const deciding = (wanted: Traffic): readonly Evidence[] => {
      if (subnet.acl === undefined) return [];
      const entry = (egress ? subnet.acl.egress : subnet.acl.ingress).find(
        (each) => hasAddress(each.set, address) && traffic.intersect(each.traffic, wanted).length > 0,
      );
      return [entry?.evidence ?? evidence(subnet.acl.record, '/config/Entries')];
    };
    narrow(p, subnetAllows(estate, subnet, egress, address), subnet.acl?.id ?? subnet.id, 'network-acl', () => deciding(before));
    if (!explain) return;
    const name = subnet.acl?.id ?? subnet.id;
    mark(p, 1);
    p.hops.push({
      resource: name,
      decision: `${p.stop === null ? 'allowed' : 'denied'} ${egress ? 'out of' : 'into'} ${subnet.id}`,
      evidence: deciding(p.stop === null ? p.possible : before),
    });
  };
  const group = (p: Progress, own: Interface, egress: boolean, address: Address, peer: Interface | undefined, explain: boolean): void => {
    const before = p.possible;
    const denied = (): readonly Evidence[] =>
      own.groups.flatMap((id) => {
        const record = estate.groups.get(id)?.record;
        return record === undefined ? [] : [evidence(record, egress ? '/config/IpPermissionsEgress' : '/config/IpPermissions')];
      });
    narrow(p, groupsAllow(estate, own, egress, address, peer), own.groups[0] ?? own.id, 'security-group', denied);
    if (own.unfiltered) return;
    const rules = p.stop === null ? rulesFor(estate, own, egress, address, peer, p.possible) : denied();
    p.proof.push(...rules);
    if (explain) mark(p, 1);
    if (explain)
      p.hops.push({
        resource: own.groups.join('+'),
        decision: `${p.stop === null ? 'allowed' : 'denied'} by security group ${egress ? 'out to' : 'in from'} ${addressText(address)}`,
        evidence: p.stop === null ? rules : before.length > 0 ? denied() : [],
      });
  };

  const firewall = (p: Progress, event: Extract<TraceEvent, { kind: 'firewall' }>, explain: boolean): void => {
    const { policy, id, name } = event.endpoint;
    const before = p.possible;
    const answer = firewallAllows({ policy, source: event.source, destination: event.destination });
    const proof = (): readonly Evidence[] => firewallEvidence(policy, event.source, event.destination, before);
    narrow(
      p,
      { sure: answer.conditional, possible: answer.possible, ...(policy.missing[0] === undefined ? {} : { missing: policy.missing.join(', ') }) },
      id,
      'firewall',
      proof,
    );
    p.firm = traffic.intersect(p.firm, answer.sure);
    if (p.stop === null && !traffic.covers(answer.sure, traffic.intersect(p.possible, answer.conditional)))
      p.conditions.push({ operator: 'AllowedBy', key: 'firewall', values: [name], negated: false });
    const rules = proof();
    p.proof.push(...rules);
    if (!explain) return;
    mark(p, 1);
    p.hops.push({ resource: id, decision: `${p.stop === null ? 'allowed' : 'denied'} by the firewall ${name}`, evidence: rules });
  };

  function walk(p: Progress, trace: Trace, explain: boolean): void {
    for (const event of trace.events) {
      if (p.stop !== null) return;
      switch (event.kind) {
        case 'hop':
          p.hops.push({ resource: event.resource, decision: event.decision, evidence: event.evidence });
          p.proof.push(...event.evidence);
          break;
        case 'acl':
          acl(p, event.subnet, event.egress, event.address, explain);
          break;
        case 'limit':
          narrow(p, { sure: event.traffic, possible: event.traffic }, event.resource, event.reason, () => event.evidence);
          break;
        case 'through':
          group(p, event.interface, false, event.source, undefined, explain);
          group(p, event.interface, true, event.destination, undefined, explain);
          break;
        case 'firewall':
          firewall(p, event, explain);
          break;
        case 'condition':
          p.conditions.push(event.atom);
          p.firm = traffic.empty;
          break;
        case 'missing':
          p.missing.add(event.what);
          p.sure = traffic.empty;
          break;
        case 'route':
          p.proof.push(event.evidence);
          break;
        case 'no-references':
          break;
      }
    }
  }

  function ending(p: Progress, trace: Trace): void {
    if (p.stop !== null || trace.end.kind !== 'stop') return;
    if (trace.end.missing !== undefined) {
      p.missing.add(trace.end.missing);
      p.sure = traffic.empty;
      p.stop = { resource: trace.end.resource, reason: trace.end.reason, evidence: trace.end.evidence };
    } else halt(p, trace.end.resource, trace.end.reason, trace.end.evidence);
  }

  /** Every firewall on the way with both ways of the connection before it. */
  function whole(p: Progress, passed: readonly Inspected[], seen: readonly Inspected[], back: Allowed): void {
    const [first] = passed;
    if (first === undefined || p.stop !== null) return;
    const left = [...seen].reverse();
    const ways = passed.flatMap((event): { out: Sighting; back: Sighting }[] => {
      const at = left.findIndex((each) => each.endpoint.firewall.id === event.endpoint.firewall.id);
      const [found] = at < 0 ? [] : left.splice(at, 1);
      const answer = found ?? seen.find((each) => each.endpoint.firewall.id === event.endpoint.firewall.id);
      return answer === undefined ? [] : [{ out: sighting(event), back: sighting(answer) }];
    });
    const before = p.possible;
    const answer = firewallsAllow(ways, (low, high) => answeredOn(everything, back.possible, low, high));
    const proof = (): readonly Evidence[] => firewallEvidence(first.endpoint.policy, first.source, first.destination, before);
    narrow(p, { sure: answer.conditional, possible: answer.possible }, first.endpoint.id, 'firewall', proof);
    p.firm = traffic.intersect(p.firm, answer.sure);
  }

  /** The answer's way: only routes and network ACLs look at it, groups and NAT know the connection. */
  function reply(p: Progress, origin: Origin, forward: Trace): void {
    let back: Allowed = { sure: everything, possible: everything };
    let blocker: { readonly resource: string; readonly reason: StopReason; readonly evidence: readonly Evidence[] } | undefined;
    const cross = (subnet: Subnet, egress: boolean, address: Address): void => {
      const allowed = subnetAllows(estate, subnet, egress, address);
      back = { sure: traffic.intersect(back.sure, allowed.sure), possible: traffic.intersect(back.possible, allowed.possible) };
      if (allowed.missing !== undefined) p.missing.add(allowed.missing);
      if (subnet.acl !== undefined && (egress ? !fully(allowed.sure) : !fully(allowed.sure)))
        blocker ??= { resource: subnet.acl.id, reason: 'network-acl', evidence: [evidence(subnet.acl.record, '/config/Entries')] };
    };
    const seen: Inspected[] = [];
    const passed = forward.events.filter((event): event is Inspected => event.kind === 'firewall');
    const legs = [...forward.translations].reverse();
    let from: Address = forward.destination;
    let trace: Trace | undefined;
    const last = legs[0]?.nat ?? (origin.kind === 'station' ? origin.station : undefined);
    const { end } = forward;
    if (end.kind === 'station') trace = tracer.fromSubnet(end.station.interface.subnet, from, forward.source, end.station, last);
    else if (end.kind === 'onprem') trace = tracer.trace({ kind: 'onprem', id: end.id }, from, forward.source, last === undefined ? {} : { target: last });
    else if (end.kind === 'internet' && end.via.startsWith('igw-') && last !== undefined && (passed.length > 0 || last.interface.subnet.vpc.edges.size > 0))
      // Where the gateway has routes of its own, answers take them.
      trace = tracer.trace({ kind: 'internet' }, from, last.public ?? last.address, { target: last });
    else if (last !== undefined) cross(last.interface.subnet, false, from);
    const follow = (each: Trace, expected: Station | undefined): boolean => {
      for (const event of each.events) {
        if (event.kind === 'acl') cross(event.subnet, event.egress, event.address);
        if (event.kind === 'route') p.proof.push(event.evidence);
        if (event.kind === 'firewall') seen.push(event);
      }
      if (each.end.kind === 'stop') {
        if (each.end.missing !== undefined) {
          p.missing.add(each.end.missing);
          p.sure = traffic.empty;
          return true;
        }
        halt(p, each.end.resource, each.end.reason, each.end.evidence);
        return false;
      }
      const fits =
        // An answer that comes from another address, as a NAT gateway replaced it, is of no connection.
        each.translations.length === 0 &&
        (expected !== undefined
          ? each.end.kind === 'station' && each.end.station === expected
          : each.end.kind === origin.kind && (each.end.kind !== 'internet' || each.end.via.startsWith('igw-')));
      if (fits) return true;
      const via =
        each.end.kind === 'internet'
          ? each.end.via
          : each.end.kind === 'onprem'
            ? each.end.id
            : each.end.kind === 'service'
              ? each.end.resource
              : each.end.station.interface.id;
      const translator = each.translations[0]?.nat.interface.owner.id;
      halt(p, translator === undefined ? via : shortId(translator), translator !== undefined || via.startsWith('eigw-') ? 'no-session' : 'no-route', []);
      return false;
    };
    if (trace !== undefined && !follow(trace, last)) return;
    // Behind each NAT gateway the answer goes on to the source that it replaced.
    for (const [index, leg] of legs.entries()) {
      const before = legs[index + 1]?.nat ?? (origin.kind === 'station' ? origin.station : undefined);
      const next = tracer.fromSubnet(leg.nat.interface.subnet, from, leg.original, undefined, before);
      if (!follow(next, before)) return;
      from = forward.destination;
    }
    // A firewall that sees one way of a connection only drops it: "Network Firewall doesn't support asymmetric routing".
    const idOf = (event: Inspected): string => event.endpoint.firewall.id;
    const half = passed.find((each) => !seen.some((other) => idOf(other) === idOf(each)));
    if (half !== undefined && end.kind !== 'service') {
      halt(p, half.endpoint.id, 'no-session', [evidence(half.endpoint.firewall, '/config/DescribeFirewall')]);
      return;
    }
    const other = seen.find((each) => !passed.some((one) => idOf(one) === idOf(each)));
    if (other !== undefined) {
      halt(p, other.endpoint.id, 'no-session', [evidence(other.endpoint.firewall, '/config/DescribeFirewall')]);
      return;
    }
    const possible = answered(p.possible, back.possible);
    if (possible.length === 0 && p.stop === null) halt(p, blocker?.resource ?? 'network-acl', 'network-acl', blocker?.evidence ?? []);
    else {
      if (p.cut === undefined && p.stop === null && traffic.covers(p.possible, p.core) && !traffic.covers(possible, p.core))
        p.cut = { stop: { resource: blocker?.resource ?? 'network-acl', reason: 'network-acl', evidence: blocker?.evidence ?? [] }, hops: p.hops.length };
      p.sure = answered(p.sure, back.sure);
      p.possible = possible;
      whole(p, passed, seen, back);
    }
  }

  return {
    decide(origin, source, destination, wanted, options = {}) {
      const explain = options.explain === true;
      const useGroups = options.groups !== false;
      // ICMP and ICMPv6 each belong to one family.
      const core = typeof destination === 'number' ? coreV4 : coreV6;
      const meant = traffic.subtract(wanted, typeof destination === 'number' ? icmpV6 : icmpV4);
      const p: Progress = {
        core,
        sure: meant,
        possible: meant,
        firm: meant,
        stop: null,
        cut: undefined,
        hops: [],
        missing: new Set(),
        conditions: [],
        proof: [],
      };
      const trace = tracer.trace(origin, source, destination, { explain, ...(options.target === undefined ? {} : { target: options.target }) });
      const references = !trace.events.some((event) => event.kind === 'no-references');
      const arrived = trace.end.kind === 'station' ? trace.end.station : undefined;
      const starting = origin.kind === 'station' ? origin.station : undefined;
      if (explain) p.hops.push(firstHop(origin, source));
      if (starting !== undefined && useGroups) group(p, starting.interface, true, destination, references ? arrived?.interface : undefined, explain);
      walk(p, trace, explain);
      ending(p, trace);
      if (p.stop === null && arrived !== undefined) {
        if (arrived.interface.kind === 'nat')
          halt(p, shortId(arrived.interface.owner.id), 'no-session', [evidence(arrived.interface.owner, '/config/NatGatewayAddresses')]);
        else {
          const name = shortId(arrived.interface.owner.id);
          if (explain)
            p.hops.push({ resource: name, decision: `arrives at ${shortId(arrived.interface.id)}`, evidence: [evidence(arrived.interface.record, '/config')] });
          if (useGroups) group(p, arrived.interface, false, trace.source, references ? starting?.interface : undefined, explain);
          // Who asks for routes and ACLs alone adds the ports that are listened on himself.
          const open = useGroups ? listening(estate, arrived.interface) : undefined;
          if (open !== undefined) narrow(p, open, name, 'not-listening', () => open.evidence);
          mark(p, 0);
          if (p.stop === null && explain) p.hops.push({ resource: name, decision: 'receives it', evidence: [evidence(arrived.interface.record, '/config')] });
        }
      }
      if (p.stop === null) reply(p, origin, trace);
      mark(p, 0);
      return {
        sure: p.sure,
        possible: p.possible,
        firm: traffic.intersect(p.firm, p.sure),
        hops: p.hops,
        stop: p.stop,
        cut: p.cut,
        conditions: p.conditions,
        missing: [...p.missing].sort(),
        evidence: distinct(p.proof),
        trace,
      };
    },
  };
}

type Inspected = Extract<TraceEvent, { readonly kind: 'firewall' }>;

const sighting = ({ endpoint, source, destination }: Inspected): Sighting => ({ policy: endpoint.policy, source, destination });

/** One answer, or two where some of the traffic hangs on a condition and some does not. */
export function* decideParts(decide: (wanted: Traffic) => Outcome, wanted: Traffic): Generator<Outcome> {
  const whole = decide(wanted);
  const rest = traffic.subtract(whole.possible, whole.firm);
  if (whole.conditions.length === 0 || whole.firm.length === 0 || rest.length === 0) {
    yield whole;
    return;
  }
  yield decide(whole.firm);
  yield decide(rest);
}

/** Each place once, in the order of the way. */
const distinct = (proof: readonly Evidence[]): readonly Evidence[] =>
  proof.length < 2 ? proof : [...new Map(proof.map((each) => [`${each.resource}#${each.pointer}`, each])).values()];

/** A cut that was just made ends the story after the hop that tells it. */
const mark = (p: Progress, more: number): void => {
  if (p.cut !== undefined && p.cut.hops < 0) p.cut.hops = p.hops.length + more;
};

const fully = (set: Traffic): boolean => set.length === 2 && set[0] === 0 && set[1] === everything[1];

function firstHop(origin: Origin, source: Address): FlowHop {
  if (origin.kind === 'station') {
    const own = origin.station.interface;
    return { resource: shortId(own.owner.id), decision: `source ${addressText(source)}`, evidence: [evidence(own.record, '/config')] };
  }
  return { resource: origin.kind === 'internet' ? 'internet' : `onprem:${origin.id}`, decision: `source ${addressText(source)}`, evidence: [] };
}
