import { type AddressSet, addressSet, intersectSets, isEmptySet, subtractSets } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { byAddress, byName, callerOf } from './app-gateways.ts';
import { type Place, type Reached, toTarget } from './doors.ts';
import { homeOf } from './faces.ts';
import { filtered, matches, type Party, type Reading, type Setting, sideSets } from './filters.ts';
import type { AzureFirewall, Translation } from './firewall-rules.ts';
import { type Outcome, Trail } from './trail.ts';

/** A rule that translates, with those that are asked before it. */
export interface Turn {
  readonly firewall: AzureFirewall;
  readonly rule: Translation;
  readonly earlier: readonly Translation[];
}

/** Rules in their turns: of two for one address and port the first takes the packet. */
export const turnsOf = (firewall: AzureFirewall, rules: readonly Translation[]): readonly Turn[] =>
  rules.map((rule, index) => ({
    firewall,
    rule,
    earlier: rules.slice(0, index).filter((each) => rule.destinations.every((address) => each.destinations.includes(address))),
  }));

/** What a rule takes of a caller's packets to the firewall's address, as it is called there. */
export function takenBy({ rule, earlier }: Turn, from: Party, plain: Setting): Pick<Outcome, 'sure' | 'possible' | 'missing'> {
  const match = matches(rule.source, from, plain);
  let [sure, possible] = [match.surely ? rule.traffic : traffic.empty, match.maybe ? rule.traffic : traffic.empty];
  const missing = [...match.missing];
  for (const each of earlier) {
    const before = matches(each.source, from, plain);
    if (before.surely) possible = traffic.subtract(possible, each.traffic);
    if (before.maybe) sure = traffic.subtract(sure, each.traffic);
    if (before.maybe && !before.surely) missing.push(...before.missing);
  }
  return { sure, possible, missing };
}

/** What was called, as it arrives behind. */
export function turned(called: Traffic, { port }: Translation): Traffic {
  if (port === undefined) return called;
  return [6, 17].reduce<Traffic>(
    (sum, each) => (traffic.intersect(called, portRange(each, 0, 65_535)).length === 0 ? sum : traffic.union(sum, portRange(each, port, port))),
    traffic.empty,
  );
}

/** From the firewall on: who has the address that a rule translates to; a text says why that is not known. */
export function handedOn(place: Place, { firewall, rule }: Turn): readonly Reached[] | string {
  const { estate, snapshot, doors } = place;
  const home = homeOf(estate, firewall);
  if (home === undefined) return `the way from the hub of ${firewall.record.id}`;
  const named = /^[\d.]+$/.test(rule.to) ? byAddress(estate, snapshot, doors.members, rule.to) : byName(estate, snapshot, doors.members, doors.hosts, rule.to);
  const out: Reached[] = [];
  for (const target of named) {
    const found = toTarget(place, callerOf(firewall.record, home), target, turned(rule.traffic, rule));
    if (typeof found === 'string') return found;
    out.push(...found);
  }
  return out;
}

const overriding: Reading = { good: (rule) => rule.access !== 'deny', otherwise: true };

/**
 * "NAT rules implicitly add a corresponding network rule to allow the translated traffic. You can override this behavior by explicitly adding a network rule collection with deny rules that match
 * the translated traffic" (Azure Firewall FAQ).
 */
export function translated(turn: Turn, from: Party, plain: Setting): Outcome {
  const { firewall, rule } = turn;
  const taken = takenBy(turn, from, plain);
  const trail = new Trail(turned(taken.possible, rule));
  trail.seen(firewall.record.id, `translated to ${rule.to}${rule.port === undefined ? '' : `:${rule.port}`}`, [rule.rule.evidence]);
  const passed = filtered(networkRules(firewall), true, from, { where: addressSet([rule.to]), memberships: [] }, trail.possible, plain, 50_000, overriding);
  trail.apply({
    ...passed,
    sure: traffic.intersect(passed.sure, turned(taken.sure, rule)),
    missing: [...passed.missing, ...taken.missing],
    hops: [],
    stop: { resource: firewall.record.id, reason: 'firewall', evidence: passed.denied },
  });
  return trail.end();
}

const networkRules = ({ rules, networkRules: count }: AzureFirewall): NonNullable<AzureFirewall['rules']> => (rules ?? []).slice(0, count);

/** Parts of a set that each of the rules holds in whole or not at all. */
export function partsFor({ firewall, rule, earlier }: Turn, set: AddressSet, plain: Setting): readonly AddressSet[] {
  const sources = [rule, ...earlier, ...networkRules(firewall)].flatMap((each) => sideSets(each.source, plain));
  return sources.reduce<readonly AddressSet[]>(
    (parts, cut) => parts.flatMap((part) => [intersectSets(part, cut), subtractSets(part, cut)].filter((each) => !isEmptySet(each))),
    [set],
  );
}
