import type { Evidence } from '../../model/evidence.ts';
import { type AddressSet, addressSet, coversSet, intersectSets, isEmptySet, noAddresses, subtractSets, unionSets, v4, v6 } from '../algebra/address.ts';
import { type Traffic, tcp, traffic, udp } from '../algebra/traffic.ts';
import { portLine, type Rule, type Side } from './rules.ts';
import type { Blurred, Tags } from './tags.ts';

/** Who stands at one end of a flow, as a rule sees it. */
export interface Party {
  readonly where: AddressSet;
  readonly memberships: readonly string[];
  /** Service tags, in lower case, that all its addresses are in although which they are is not known. */
  readonly tags?: readonly string[];
}

/** What the names in rules stand for where they are read: tags of the network are a subnet's own. */
export interface Setting {
  readonly virtual: Blurred;
  readonly tags: Tags;
}

export interface Filtered {
  readonly sure: Traffic;
  readonly possible: Traffic;
  readonly missing: readonly string[];
  /** The rules that let something through, or may. */
  readonly allowed: readonly Evidence[];
  /** The rules that denied something, or may. */
  readonly denied: readonly Evidence[];
}

/** Where Azure's health probes come from: "a virtual public IP address", which is nobody's on the internet. */
export const platform = addressSet(['168.63.129.16/32']);

const whole: AddressSet = { v4: v4.all, v6: v6.all };

/**
 * What a tag stands for. Tags other than the three below are lists of addresses that Azure publishes: where the snapshot does not hold them anybody may be in them.
 * `Internet` is "the IP address space that's outside the virtual network and reachable by the public internet" (service tags overview).
 */
function ofTag(name: string, spelled: string, { virtual, tags }: Setting): Blurred {
  if (name === 'virtualnetwork') return virtual;
  if (name === 'internet') return { sure: subtractSets(whole, virtual.possible), possible: subtractSets(whole, virtual.sure), missing: virtual.missing };
  if (name === 'azureloadbalancer') return { sure: platform, possible: platform, missing: [] };
  const set = tags.of(name);
  if (set !== undefined) return { sure: set, possible: set, missing: [] };
  if (name.startsWith('host:')) return { sure: noAddresses, possible: whole, missing: [`which addresses ${spelled.slice('host:'.length)} has`] };
  if (name.startsWith('group:')) return { sure: noAddresses, possible: whole, missing: [spelled.slice('group:'.length)] };
  return { sure: noAddresses, possible: whole, missing: [`addresses of the service tag ${spelled}`] };
}

const meanings = new WeakMap<Setting, WeakMap<Side, Blurred>>();

/** All addresses that a side names, kept for each setting: rules are asked about many parties. */
export function meaning(side: Side, setting: Setting): Blurred {
  const own = meanings.get(setting) ?? new WeakMap<Side, Blurred>();
  meanings.set(setting, own);
  const known = own.get(side);
  if (known !== undefined) return known;
  const parts = side.tags.map((each, index) => ofTag(each, side.spelled[index] ?? each, setting));
  const all: AddressSet = side.any ? whole : side.set;
  const made: Blurred = {
    sure: parts.reduce<AddressSet>((sum, each) => unionSets(sum, each.sure), all),
    possible: parts.reduce<AddressSet>((sum, each) => unionSets(sum, each.possible), all),
    missing: parts.flatMap((each) => each.missing),
  };
  own.set(side, made);
  return made;
}

/** All addresses of a side, for cutting a source into parts that each rule holds in whole or not at all. */
export function sideSets(side: Side, setting: Setting): readonly AddressSet[] {
  const { sure, possible } = meaning(side, setting);
  return [sure, possible];
}

interface Match {
  readonly surely: boolean;
  readonly maybe: boolean;
  readonly missing: readonly string[];
}

const sure: Match = { surely: true, maybe: true, missing: [] };
const never: Match = { surely: false, maybe: false, missing: [] };

export function matches(side: Side, party: Party, setting: Setting): Match {
  if (side.groups.length > 0) return side.groups.some((each) => party.memberships.includes(each)) ? sure : never;
  if (side.any) return sure;
  if (party.tags !== undefined && side.tags.some((each) => party.tags?.includes(each))) return sure;
  const named = meaning(side, setting);
  if (coversSet(named.sure, party.where)) return sure;
  // The addresses of a service are in its own tags only: that another tag's list is not known is no doubt.
  const possible =
    party.tags === undefined
      ? named.possible
      : // No service is the host's own address, which every network counts as its own.
        subtractSets(unionSets(side.set, side.tags.some((each) => each === 'internet' || each === 'virtualnetwork') ? named.possible : named.sure), platform);
  if (isEmptySet(intersectSets(possible, party.where))) return never;
  const missing = party.tags === undefined ? named.missing : [`which of the addresses of ${party.tags[0] ?? ''} the service has`];
  return { surely: false, maybe: true, missing: missing.length > 0 ? missing : ['the address of the instance'] };
}

/** How rules are read: which verdict lets through, and what becomes of traffic that no rule matches. */
export interface Reading {
  readonly good: (rule: Rule) => boolean;
  readonly otherwise: boolean;
}
export const groupReading: Reading = { good: (rule) => rule.access !== 'deny', otherwise: false };

const ported = traffic.union(tcp, udp);

type Question = readonly [rules: readonly Rule[], inbound: boolean, source: Party, destination: Party, wanted: Traffic];

/**
 * What rules let through of a flow from one source port: the first rule that matches decides. Where a match is uncertain the answer is two: `sure` takes every doubt for a denial, `possible`
 * for an allowance. An address of which it is not known whether it counts as `VirtualNetwork` counts as `Internet` if it does not, so both are tried, and what comes of both is sure.
 */
export function filtered(
  ...[rules, inbound, source, destination, wanted, setting, port, reading = groupReading]: [...Question, Setting, number, Reading?]
): Filtered {
  if (setting.virtual.missing.length === 0) return firstMatch([rules, inbound, source, destination, wanted], setting, port, reading);
  const [least, most] = extremes(setting).map((each) => firstMatch([rules, inbound, source, destination, wanted], each, port, reading)) as [Filtered, Filtered];
  const same =
    traffic.covers(least.sure, most.sure) &&
    traffic.covers(most.sure, least.sure) &&
    traffic.covers(least.possible, most.possible) &&
    traffic.covers(most.possible, least.possible);
  return {
    sure: traffic.intersect(least.sure, most.sure),
    possible: traffic.union(least.possible, most.possible),
    missing: [...new Set([...least.missing, ...most.missing, ...(same ? [] : setting.virtual.missing)])],
    allowed: [...new Set([...least.allowed, ...most.allowed])],
    denied: [...new Set([...least.denied, ...most.denied])],
  };
}

const pairs = new WeakMap<Setting, readonly Setting[]>();

/** The network as small as it may be, and as large. */
function extremes(setting: Setting): readonly Setting[] {
  const known = pairs.get(setting);
  if (known !== undefined) return known;
  const { sure: least, possible: most } = setting.virtual;
  const made = [least, most].map((set): Setting => ({ ...setting, virtual: { sure: set, possible: set, missing: [] } }));
  pairs.set(setting, made);
  return made;
}

function firstMatch([rules, inbound, source, destination, wanted]: Question, setting: Setting, port: number, reading: Reading): Filtered {
  let sureOpen: Traffic = traffic.empty;
  let possible: Traffic = traffic.empty;
  let undecidedSure = wanted;
  let undecidedPossible = wanted;
  const missing: string[] = [];
  const allowed: Evidence[] = [];
  const denied: Evidence[] = [];
  for (const rule of rules) {
    if (rule.inbound !== inbound) continue;
    if (undecidedSure.length === 0 && undecidedPossible.length === 0) break;
    const own = rule.sourcePorts === portLine.all || portLine.has(rule.sourcePorts, port) ? rule.traffic : traffic.subtract(rule.traffic, ported);
    const inSure = traffic.intersect(undecidedSure, own);
    const inPossible = traffic.intersect(undecidedPossible, own);
    if (inSure.length === 0 && inPossible.length === 0) continue;
    const from = matches(rule.source, source, setting);
    if (!from.maybe) continue;
    const to = matches(rule.destination, destination, setting);
    if (!to.maybe) continue;
    const certain = from.surely && to.surely;
    const good = reading.good(rule);
    (good ? allowed : denied).push(rule.evidence);
    if (!certain) missing.push(...from.missing, ...to.missing);
    if (good) {
      possible = traffic.union(possible, inPossible);
      undecidedPossible = traffic.subtract(undecidedPossible, inPossible);
      if (!certain) continue;
      sureOpen = traffic.union(sureOpen, inSure);
      undecidedSure = traffic.subtract(undecidedSure, inSure);
    } else {
      undecidedSure = traffic.subtract(undecidedSure, inSure);
      if (certain) undecidedPossible = traffic.subtract(undecidedPossible, inPossible);
    }
  }
  if (reading.otherwise) {
    sureOpen = traffic.union(sureOpen, undecidedSure);
    possible = traffic.union(possible, undecidedPossible);
  }
  return { sure: sureOpen, possible, missing, allowed, denied };
}

/** One source port of each kind that the rules tell apart; a caller chooses its own, so that any that is open will do. */
export function sourcePorts(rules: readonly Rule[]): readonly number[] {
  const narrow = rules.filter((rule) => rule.sourcePorts !== portLine.all);
  if (narrow.length === 0) return [50_000];
  const starts = new Set([1]);
  for (const rule of narrow)
    for (const [lo, hi] of portLine.pairs(rule.sourcePorts)) for (const each of [lo, hi + 1]) if (each >= 1 && each <= 65_535) starts.add(each);
  const seen = new Map<string, number>();
  for (const each of [...starts].sort((a, b) => a - b)) {
    const key = narrow.map((rule) => portLine.has(rule.sourcePorts, each)).join();
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}
