import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import { type Address, addressText } from '../algebra/address.ts';
import { type Traffic, tcp, traffic, udp, wholeProtocol } from '../algebra/traffic.ts';
import type { FlowHop, FlowResult } from '../api.ts';
import { evidence, shortId } from './config.ts';
import type { Estate, Station } from './estate.ts';
import { filtersOnWay } from './filters-on-way.ts';
import { listening } from './listeners.ts';
import { type Cut, halt, mark, narrow, type Progress } from './progress.ts';
import { createReply } from './reply.ts';
import type { Tracer } from './trace.ts';
import type { Origin, Trace } from './trace-model.ts';

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
  const { group, walk } = filtersOnWay(estate);
  const reply = createReply(estate, tracer);
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

function firstHop(origin: Origin, source: Address): FlowHop {
  if (origin.kind === 'station') {
    const own = origin.station.interface;
    return { resource: shortId(own.owner.id), decision: `source ${addressText(source)}`, evidence: [evidence(own.record, '/config')] };
  }
  return { resource: origin.kind === 'internet' ? 'internet' : `onprem:${origin.id}`, decision: `source ${addressText(source)}`, evidence: [] };
}
