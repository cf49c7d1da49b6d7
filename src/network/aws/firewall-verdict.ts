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

/**
 * What a firewall lets through of the connections from one address to another. "When Network Firewall inspects a packet, it evaluates the packet against the rules in the policy's stateless rule
 * groups first"; what those forward the stateful engine looks at, which knows connections. The caller chooses its source port, so any that works will do.
 */
export function firewallAllows(policy: FirewallPolicy, source: Address, destination: Address): FirewallAnswer {
  const ports = sourcePorts(policy);
  const open = (mood: Mood): Traffic =>
    ports.reduce<Traffic>((sum, port) => traffic.union(sum, connections(policy, source, destination, port, mood)), traffic.empty);
  return {
    sure: open({ content: 'against', unknown: 'against' }),
    conditional: open({ content: 'for', unknown: 'against' }),
    possible: open({ content: 'for', unknown: 'for' }),
  };
}

function connections(policy: FirewallPolicy, source: Address, destination: Address, port: number, mood: Mood): Traffic {
  const there: Packets = { source, destination, fixed: 'source', port, wanted: everything };
  const back: Packets = { source: destination, destination: source, fixed: 'destination', port, wanted: everything };
  const [out, home] = [sort(policy.stateless, there, mood), sort(policy.stateless, back, mood)];
  const of = (sorted: Sorted, action: FirewallRule['action']): Traffic =>
    policy.statelessDefault === action ? traffic.union(sorted[action], sorted.none) : sorted[action];
  // Stateless rules see the answer as a packet of its own; the stateful engine must see both ways or none.
  const passed = traffic.intersect(of(out, 'pass'), of(home, 'pass'));
  const looked = traffic.intersect(of(out, 'forward'), of(home, 'forward'));
  if (looked.length === 0) return passed;
  const request = sort(policy.stateful, { ...there, wanted: looked }, mood);
  let open = request.pass;
  if (policy.statefulDefault === 'pass') {
    // "If a packet within a flow matches a rule containing pass action, then Suricata doesn't scan the other packets in that flow"; where none matched, answers are scanned too.
    const answers = sort(
      policy.stateful.filter((rule) => rule.opener === 'any'),
      { ...back, wanted: request.none },
      mood,
    );
    open = traffic.union(open, traffic.union(answers.pass, answers.none));
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

/** One source port of every stretch that the rules tell apart. */
function sourcePorts(policy: FirewallPolicy): readonly number[] {
  const before = known.get(policy);
  if (before !== undefined) return before;
  const starts = new Set([1, 32_768]);
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
