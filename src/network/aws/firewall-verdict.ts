import type { Evidence } from '../../model/evidence.ts';
import { type Address, type AddressSet, hasAddress } from '../algebra/address.ts';
import { everything, type Traffic, traffic, wholeProtocol } from '../algebra/traffic.ts';
import type { FirewallMatch, FirewallPolicy, FirewallRule } from './firewall-model.ts';
import { portLine } from './suricata.ts';

/** How doubt is taken: rules that look at content, and rules that nobody read, match where that is good for the packet, or where it is bad. */
interface Mood {
  readonly content: 'for' | 'against';
  readonly unknown: 'for' | 'against';
}

export interface FirewallAnswer {
  /** Passes whatever is said. */
  readonly sure: Traffic;
  /** Passes if it says the right things. */
  readonly conditional: Traffic;
  /** Passes if what was not collected does not stand against it. */
  readonly possible: Traffic;
}

/** A packet with one port fixed, and all values of the other at once. */
interface Packets {
  readonly source: Address;
  readonly destination: Address;
  readonly fixed: 'source' | 'destination';
  readonly port: number;
  readonly wanted: Traffic;
}

/** What a firewall saw of one way of a connection. */
export interface Sighting {
  readonly policy: FirewallPolicy;
  readonly source: Address;
  readonly destination: Address;
}

/**
 * What a firewall lets through of the packets that open connections. "When Network Firewall inspects a packet, it evaluates the packet against the rules in the policy's stateless rule groups
 * first"; what those forward the stateful engine looks at. The caller chooses its source port, so any that works will do.
 */
export const firewallAllows = (sighting: Sighting): FirewallAnswer =>
  inMoods((mood) =>
    sourcePorts([sighting.policy]).reduce<Traffic>((sum, port) => traffic.union(sum, connections(sighting, undefined, port, mood)), traffic.empty),
  );

/**
 * What all firewalls on the way let through of whole connections: one source port must please every one of them, in both ways, and the network ACLs that the answer meets. `answered` is what
 * gets its answer past those when the caller's port is in a range.
 */
export function firewallsAllow(
  ways: readonly { readonly out: Sighting; readonly back: Sighting }[],
  answered: (low: number, high: number) => Traffic,
): FirewallAnswer {
  const ports = sourcePorts(ways.map(({ out }) => out.policy));
  return inMoods((mood) =>
    ports.reduce<Traffic>((sum, port, index) => {
      let open = answered(port, (ports[index + 1] ?? 65_536) - 1);
      for (const { out, back } of ways) if (open.length > 0) open = traffic.intersect(open, connections(out, back, port, mood));
      return traffic.union(sum, open);
    }, traffic.empty),
  );
}

const inMoods = (open: (mood: Mood) => Traffic): FirewallAnswer => ({
  sure: open({ content: 'against', unknown: 'against' }),
  conditional: open({ content: 'for', unknown: 'against' }),
  possible: open({ content: 'for', unknown: 'for' }),
});

/** By the opener's packets, and the answers if they are known. */
function connections(out: Sighting, back: Sighting | undefined, port: number, mood: Mood): Traffic {
  const { policy } = out;
  const request: Packets = { source: out.source, destination: out.destination, fixed: 'source', port, wanted: everything };
  const reply: Packets | undefined =
    back === undefined ? undefined : { source: back.source, destination: back.destination, fixed: 'destination', port, wanted: everything };
  const there = sort(policy.stateless, request, mood);
  const home = reply === undefined ? undefined : sort(policy.stateless, reply, mood);
  const of = (sorted: Sorted, action: FirewallRule['action']): Traffic =>
    policy.statelessDefault === action ? traffic.union(sorted[action], sorted.none) : sorted[action];
  // Stateless rules see the answer as a packet of its own; the stateful engine must see both ways or none.
  const both = (action: FirewallRule['action']): Traffic => (home === undefined ? of(there, action) : traffic.intersect(of(there, action), of(home, action)));
  const passed = both('pass');
  const looked = both('forward');
  if (looked.length === 0) return passed;
  const asked = sort(policy.stateful, { ...request, wanted: looked }, mood);
  let open = asked.pass;
  if (policy.statefulDefault === 'pass') {
    // "If a packet within a flow matches a rule containing pass action, then Suricata doesn't scan the other packets in that flow"; where none matched, answers are scanned too.
    const answers =
      reply === undefined
        ? undefined
        : sort(
            policy.stateful.filter((rule) => rule.opener === 'any'),
            { ...reply, wanted: asked.none },
            mood,
          );
    open = traffic.union(open, answers === undefined ? asked.none : traffic.union(answers.pass, answers.none));
  }
  return traffic.union(passed, open);
}

interface Sorted {
  readonly pass: Traffic;
  readonly drop: Traffic;
  readonly forward: Traffic;
  readonly none: Traffic;
}

/** First match decides. */
function sort(rules: readonly FirewallRule[], packets: Packets, mood: Mood): Sorted {
  let left = packets.wanted;
  const found: Record<FirewallRule['action'], Traffic> = { pass: traffic.empty, drop: traffic.empty, forward: traffic.empty };
  for (const rule of rules) {
    if (left.length === 0) break;
    if (!counts(rule, mood)) continue;
    for (const match of rule.matches) {
      const hit = traffic.intersect(left, matched(match, packets));
      if (hit.length === 0) continue;
      found[rule.action] = traffic.union(found[rule.action], hit);
      left = traffic.subtract(left, hit);
    }
  }
  return { ...found, none: left };
}

/** In doubt a rule matches if that is what the mood wants: to pass for, to drop against. */
const counts = (rule: FirewallRule, mood: Mood): boolean => rule.looks === 'headers' || (rule.action === 'pass') === (mood[rule.looks] === 'for');

function matched(match: FirewallMatch, packets: Packets): Traffic {
  if (!hasAddress(match.source, packets.source) || !hasAddress(match.destination, packets.destination)) return traffic.empty;
  const [fixed, open] = packets.fixed === 'source' ? [match.sourcePorts, match.destinationPorts] : [match.destinationPorts, match.sourcePorts];
  const fits = portLine.has(fixed, packets.port);
  // A rule on every protocol has no ports: Suricata's `ip` reads none.
  if (match.protocols === undefined && fixed.length === 2 && open.length === 2 && portLine.covers(fixed, portLine.all) && portLine.covers(open, portLine.all))
    return everything;
  const ranges: (readonly [number, number])[] = [];
  for (const protocol of match.protocols ?? [6, 17]) {
    if (protocol !== 6 && protocol !== 17) ranges.push(...traffic.pairs(wholeProtocol(protocol)));
    else if (fits) for (const [low, high] of portLine.pairs(open)) ranges.push([protocol * 65_536 + low, protocol * 65_536 + high]);
  }
  return traffic.of(ranges);
}

const known = new WeakMap<FirewallPolicy, readonly number[]>();

/** The first source port of every stretch that the rules of any of the policies tell apart. */
function sourcePorts(policies: readonly FirewallPolicy[]): readonly number[] {
  const [only, other] = policies;
  if (only !== undefined && other === undefined) return ownPorts(only);
  return [...new Set(policies.flatMap(ownPorts))].sort((a, b) => a - b);
}

function ownPorts(policy: FirewallPolicy): readonly number[] {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const starts = new Set([1]);
  // Where answers are looked at, what a rule calls the destination is the caller's port.
  const answers = (rule: FirewallRule, stateless: boolean): boolean => stateless || (policy.statefulDefault === 'pass' && rule.opener === 'any');
  for (const [rules, stateless] of [
    [policy.stateless, true],
    [policy.stateful, false],
  ] as const)
    for (const rule of rules)
      for (const match of rule.matches)
        for (const set of answers(rule, stateless) ? [match.sourcePorts, match.destinationPorts] : [match.sourcePorts])
          for (const [low, high] of portLine.pairs(set)) for (const start of [low, high + 1]) if (start >= 1 && start <= 65_535) starts.add(start);
  const list = [...starts].sort((a, b) => a - b);
  known.set(policy, list);
  return list;
}

/** The rules that speak of these addresses and some of the traffic, first ones first: what a reader looks up. */
export function firewallEvidence(policy: FirewallPolicy, source: Address, destination: Address, wanted: Traffic): readonly Evidence[] {
  const packets: Packets = { source, destination, fixed: 'source', port: 32_768, wanted };
  const speaking = [...policy.stateless, ...policy.stateful].filter((rule) =>
    rule.matches.some((match) => traffic.intersect(matched(match, packets), wanted).length > 0),
  );
  return speaking.slice(0, 3).map((rule) => rule.evidence);
}

const sets = new WeakMap<FirewallPolicy, readonly AddressSet[]>();

/** Every set of addresses that the rules compare with. */
export function firewallSets(policy: FirewallPolicy): readonly AddressSet[] {
  const before = sets.get(policy);
  if (before !== undefined) return before;
  const list = [...policy.stateless, ...policy.stateful].flatMap((rule) => rule.matches.flatMap((match) => [match.source, match.destination]));
  sets.set(policy, list);
  return list;
}
