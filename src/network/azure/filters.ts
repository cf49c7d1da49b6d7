import type { Evidence } from '../../model/evidence.ts';
import { isArray, type JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import {
  type AddressSet,
  addressSet,
  coversSet,
  intersectSets,
  isEmptySet,
  noAddresses,
  parsePrefix,
  subtractSets,
  unionSets,
  v4,
  v6,
} from '../algebra/address.ts';
import { everything, icmpTraffic, portRange, type Traffic, traffic, wholeProtocol } from '../algebra/traffic.ts';
import { child, evidence, number, objects, strings, text } from '../aws/config.ts';

/** One side of a rule: its addresses as texts (CIDRs, tags, `*`), or application security groups. */
interface Side {
  readonly prefixes: readonly string[];
  readonly groups: readonly string[];
}

export interface Rule {
  readonly name: string;
  readonly priority: number;
  readonly allow: boolean;
  readonly inbound: boolean;
  readonly source: Side;
  readonly destination: Side;
  readonly traffic: Traffic;
  /** Its rules on source ports leave some out; a caller chooses its own, so that such a rule never denies. */
  readonly somePorts: boolean;
  readonly evidence: Evidence;
}

export interface Filter {
  readonly id: string;
  /** By priority; `undefined` where the snapshot lacks the group or its rules. */
  readonly rules: readonly Rule[] | undefined;
}

/** Addresses that certainly belong, and those that may. */
export interface Blurred {
  readonly sure: AddressSet;
  readonly possible: AddressSet;
  /** What would have to be known. */
  readonly missing: readonly string[];
}

/** Who stands at one end of a flow, as a rule sees it. */
export interface Party {
  readonly where: AddressSet;
  readonly memberships: readonly string[];
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

/** The rules of a group, its own and Azure's default ones, by priority: "rules are processed in priority order, with lower numbers processed before higher numbers" (network security groups overview). */
export function readFilter(id: string, record: SnapshotRecord | undefined): Filter {
  if (record === undefined) return { id, rules: undefined };
  const own = child(record.config, 'properties');
  if (!isArray(own['securityRules'])) return { id, rules: undefined };
  const read = (key: string): readonly Rule[] => objects(own, key).map((each, index) => readRule(each, evidence(record, `/config/properties/${key}/${index}`)));
  const given = read('defaultSecurityRules');
  const defaults = given.length > 0 ? given : defaultRules.map((each) => readRule(each, evidence(record, '/config/properties')));
  const rules = [...read('securityRules'), ...defaults].sort((a, b) => a.priority - b.priority);
  return { id: record.id, rules };
}

/** "Azure creates the following default rules in each network security group that you create" (network security groups overview). */
const defaultRules: readonly JsonObject[] = [
  standard('AllowVnetInBound', 65_000, 'Inbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
  standard('AllowAzureLoadBalancerInBound', 65_001, 'Inbound', 'Allow', 'AzureLoadBalancer', '*'),
  standard('DenyAllInBound', 65_500, 'Inbound', 'Deny', '*', '*'),
  standard('AllowVnetOutBound', 65_000, 'Outbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
  standard('AllowInternetOutBound', 65_001, 'Outbound', 'Allow', '*', 'Internet'),
  standard('DenyAllOutBound', 65_500, 'Outbound', 'Deny', '*', '*'),
];

function standard(name: string, priority: number, direction: string, access: string, from: string, to: string): JsonObject {
  const ports = { protocol: '*', sourcePortRange: '*', destinationPortRange: '*' };
  return { name, properties: { priority, direction, access, sourceAddressPrefix: from, destinationAddressPrefix: to, ...ports } };
}

function readRule(row: JsonObject, where: Evidence): Rule {
  const own = child(row, 'properties');
  const both = (one: string, many: string): readonly string[] => [
    ...new Set([...strings(own, many), ...(text(own, one) === undefined ? [] : [text(own, one) ?? ''])]),
  ];
  const groups = (key: string): readonly string[] => objects(own, key).flatMap((each) => text(each, 'id')?.toLowerCase() ?? []);
  const source = both('sourcePortRange', 'sourcePortRanges');
  return {
    name: text(row, 'name') ?? '',
    priority: number(own, 'priority') ?? 65_500,
    allow: text(own, 'access')?.toLowerCase() === 'allow',
    inbound: text(own, 'direction')?.toLowerCase() === 'inbound',
    source: { prefixes: both('sourceAddressPrefix', 'sourceAddressPrefixes'), groups: groups('sourceApplicationSecurityGroups') },
    destination: { prefixes: both('destinationAddressPrefix', 'destinationAddressPrefixes'), groups: groups('destinationApplicationSecurityGroups') },
    traffic: ruleTraffic(text(own, 'protocol') ?? '*', both('destinationPortRange', 'destinationPortRanges')),
    somePorts: source.length > 0 && !source.some((each) => each === '*' || each === '0-65535'),
    evidence: where,
  };
}

const numbers: Readonly<Record<string, readonly number[]>> = { tcp: [6], udp: [17], icmp: [1, 58], esp: [50], ah: [51] };

/** `*` with ports means those of TCP and UDP: "Any encompasses TCP, UDP, and ICMP", and ICMP has none. */
function ruleTraffic(protocol: string, ports: readonly string[]): Traffic {
  const name = protocol.toLowerCase();
  const all = ports.length === 0 || ports.some((each) => each === '*' || each === '0-65535');
  const own = name === '*' || name === 'any' ? undefined : (numbers[name] ?? []);
  if (all) return own === undefined ? everything : own.reduce<Traffic>((sum, each) => traffic.union(sum, wholeProtocol(each)), traffic.empty);
  if (name === 'icmp') return traffic.union(icmpTraffic(1, -1, -1), icmpTraffic(58, -1, -1));
  const out: (readonly [number, number])[] = [];
  for (const each of own ?? [6, 17]) {
    for (const range of ports) {
      const [lo, hi = lo] = range.split('-').map(Number);
      if (lo === undefined || hi === undefined || Number.isNaN(lo) || Number.isNaN(hi)) continue;
      out.push(...traffic.pairs(portRange(each, lo, hi)));
    }
  }
  return traffic.of(out);
}

/**
 * What a text of a rule stands for. Tags other than the three below are lists of addresses that Azure publishes and a snapshot does not hold: anybody may be in them.
 * `Internet` is "the IP address space that's outside the virtual network and reachable by the public internet" (service tags overview).
 */
export function meaning(prefix: string, virtual: Blurred): Blurred {
  const name = prefix.toLowerCase();
  if (name === '*' || name === 'any') return { sure: whole, possible: whole, missing: [] };
  const parsed = parsePrefix(prefix);
  if (parsed !== undefined) {
    const set = addressSet([prefix]);
    return { sure: set, possible: set, missing: [] };
  }
  if (name === 'virtualnetwork') return virtual;
  if (name === 'internet') return { sure: subtractSets(whole, virtual.possible), possible: subtractSets(whole, virtual.sure), missing: virtual.missing };
  if (name === 'azureloadbalancer') {
    return { sure: platform, possible: platform, missing: [] };
  }
  return { sure: noAddresses, possible: whole, missing: [`addresses of the service tag ${prefix}`] };
}

/** All addresses of a side, for cutting a source into parts that each rule holds in whole or not at all. */
export const sideSets = (side: Side, virtual: Blurred): readonly AddressSet[] =>
  side.prefixes.flatMap((prefix) => {
    const { sure, possible } = meaning(prefix, virtual);
    return [sure, possible];
  });

interface Match {
  readonly surely: boolean;
  readonly maybe: boolean;
  readonly missing: readonly string[];
}

function matches(side: Side, party: Party, virtual: Blurred): Match {
  if (side.groups.length > 0) {
    const member = side.groups.some((each) => party.memberships.includes(each));
    return { surely: member, maybe: member, missing: [] };
  }
  const parts = side.prefixes.map((prefix) => meaning(prefix, virtual));
  const sure = parts.reduce<AddressSet>((sum, each) => unionSets(sum, each.sure), noAddresses);
  const surely = coversSet(sure, party.where);
  const hit = parts.filter((each) => !isEmptySet(intersectSets(each.possible, party.where)));
  if (surely) return { surely, maybe: true, missing: [] };
  const missing = hit.flatMap((each) => each.missing);
  return { surely, maybe: hit.length > 0, missing: missing.length > 0 || hit.length === 0 ? missing : ['the address of the instance'] };
}

/**
 * What a group lets through: the first rule that matches decides. Where a match is uncertain the answer is two: `sure` takes every doubt for a denial, `possible` for an allowance.
 */
export function filtered(filter: Filter, inbound: boolean, source: Party, destination: Party, wanted: Traffic, virtual: Blurred): Filtered {
  if (filter.rules === undefined)
    return { sure: traffic.empty, possible: wanted, missing: [`rules of the network security group ${filter.id}`], allowed: [], denied: [] };
  let sure: Traffic = traffic.empty;
  let possible: Traffic = traffic.empty;
  let undecidedSure = wanted;
  let undecidedPossible = wanted;
  const missing: string[] = [];
  const allowed: Evidence[] = [];
  const denied: Evidence[] = [];
  for (const rule of filter.rules) {
    if (rule.inbound !== inbound || (!rule.allow && rule.somePorts)) continue;
    const [from, to] = [matches(rule.source, source, virtual), matches(rule.destination, destination, virtual)];
    if (!from.maybe || !to.maybe) continue;
    const certain = from.surely && to.surely;
    const inSure = traffic.intersect(undecidedSure, rule.traffic);
    const inPossible = traffic.intersect(undecidedPossible, rule.traffic);
    if (inSure.length === 0 && inPossible.length === 0) continue;
    (rule.allow ? allowed : denied).push(rule.evidence);
    if (!certain) missing.push(...from.missing, ...to.missing);
    if (rule.allow) {
      possible = traffic.union(possible, inPossible);
      undecidedPossible = traffic.subtract(undecidedPossible, inPossible);
      if (!certain) continue;
      sure = traffic.union(sure, inSure);
      undecidedSure = traffic.subtract(undecidedSure, inSure);
    } else {
      undecidedSure = traffic.subtract(undecidedSure, inSure);
      if (certain) undecidedPossible = traffic.subtract(undecidedPossible, inPossible);
    }
  }
  return { sure, possible, missing, allowed, denied };
}
