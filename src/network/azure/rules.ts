import type { Evidence } from '../../model/evidence.ts';
import { isArray, type JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, parsePrefix } from '../algebra/address.ts';
import { type Intervals, line } from '../algebra/intervals.ts';
import { everything, icmpTraffic, portRange, type Traffic, traffic, wholeProtocol } from '../algebra/traffic.ts';
import type { StopReason } from '../api.ts';
import { child, evidence, number, objects, strings, text } from '../aws/config.ts';

/** One side of a rule: addresses, service tags by name in lower case, or application security groups. */
export interface Side {
  readonly any: boolean;
  readonly set: AddressSet;
  readonly tags: readonly string[];
  /** The tags as they are spelled, for people. */
  readonly spelled: readonly string[];
  readonly groups: readonly string[];
}

export interface Rule {
  readonly name: string;
  readonly priority: number;
  /** `always` is a network manager's: what it allows no group can deny. */
  readonly access: 'allow' | 'deny' | 'always';
  readonly inbound: boolean;
  readonly source: Side;
  readonly destination: Side;
  readonly traffic: Traffic;
  /** Ports that the caller may call from; for TCP and UDP only. */
  readonly sourcePorts: Intervals<number>;
  readonly evidence: Evidence;
}

export interface Filter {
  readonly id: string;
  /** By priority; `undefined` where the snapshot lacks the group or its rules. */
  readonly rules: readonly Rule[] | undefined;
  /** What it is called that it stops something, where it is no group. */
  readonly stop?: StopReason;
}

export const portLine = line<number>(0, 65_535, (value, by) => value + by);

/** The rules of a group, its own and Azure's default ones, by priority: "rules are processed in priority order, with lower numbers processed before higher numbers" (network security groups overview). */
export function readFilter(id: string, record: SnapshotRecord | undefined): Filter {
  if (record === undefined) return { id, rules: undefined };
  const own = child(record.config, 'properties');
  if (!isArray(own['securityRules'])) return { id, rules: undefined };
  const read = (key: string): readonly Rule[] =>
    objects(own, key).map((each, index) => readRule(each, child(each, 'properties'), evidence(record, `/config/properties/${key}/${index}`)));
  const given = read('defaultSecurityRules');
  const defaults = given.length > 0 ? given : defaultRules.map((each) => readRule(each, child(each, 'properties'), evidence(record, '/config/properties')));
  return { id: record.id, rules: byPriority([...read('securityRules'), ...defaults]) };
}

export const byPriority = (rules: readonly Rule[]): readonly Rule[] => [...rules].sort((a, b) => a.priority - b.priority);

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

/** A rule in the words of a group, with one prefix or port or several ("augmented security rules"). */
export function readRule(row: JsonObject, own: JsonObject, where: Evidence): Rule {
  const both = (one: string, many: string): readonly string[] => [
    ...new Set([...strings(own, many), ...(text(own, one) === undefined ? [] : [text(own, one) ?? ''])]),
  ];
  const groups = (key: string): readonly string[] => objects(own, key).flatMap((each) => text(each, 'id')?.toLowerCase() ?? []);
  return {
    name: text(row, 'name') ?? '',
    priority: number(own, 'priority') ?? 65_500,
    access: text(own, 'access')?.toLowerCase() === 'allow' ? 'allow' : 'deny',
    inbound: text(own, 'direction')?.toLowerCase() === 'inbound',
    source: sideOf(both('sourceAddressPrefix', 'sourceAddressPrefixes'), groups('sourceApplicationSecurityGroups')),
    destination: sideOf(both('destinationAddressPrefix', 'destinationAddressPrefixes'), groups('destinationApplicationSecurityGroups')),
    traffic: ruleTraffic(text(own, 'protocol') ?? '*', both('destinationPortRange', 'destinationPortRanges')),
    sourcePorts: portsOf(both('sourcePortRange', 'sourcePortRanges')),
    evidence: where,
  };
}

export function sideOf(prefixes: readonly string[], groups: readonly string[] = []): Side {
  const any = prefixes.some((each) => /^(\*|any)$/i.test(each));
  const spelled = prefixes.filter((each) => parsePrefix(each) === undefined && !/^(\*|any)$/i.test(each));
  return { any, set: addressSet(prefixes), tags: spelled.map((each) => each.toLowerCase()), spelled, groups };
}

export function portsOf(texts: readonly string[]): Intervals<number> {
  if (texts.length === 0 || texts.some((each) => each === '*' || each === '0-65535')) return portLine.all;
  return portLine.of(
    texts.flatMap((each): (readonly [number, number])[] => {
      const [lo, hi = lo] = each.split('-').map(Number);
      return lo === undefined || hi === undefined || Number.isNaN(lo) || Number.isNaN(hi) ? [] : [[lo, hi]];
    }),
  );
}

const numbers: Readonly<Record<string, readonly number[]>> = { tcp: [6], udp: [17], icmp: [1, 58], esp: [50], ah: [51] };

/** `*` with ports means those of TCP and UDP: "Any encompasses TCP, UDP, and ICMP", and ICMP has none. */
export function ruleTraffic(protocol: string, ports: readonly string[]): Traffic {
  const name = protocol.toLowerCase();
  const open = portsOf(ports);
  const own = name === '*' || name === 'any' || name === 'all' ? undefined : (numbers[name] ?? []);
  if (open === portLine.all) return own === undefined ? everything : own.reduce<Traffic>((sum, each) => traffic.union(sum, wholeProtocol(each)), traffic.empty);
  if (name === 'icmp') return traffic.union(icmpTraffic(1, -1, -1), icmpTraffic(58, -1, -1));
  return traffic.of((own ?? [6, 17]).flatMap((each) => portLine.pairs(open).flatMap(([lo, hi]) => traffic.pairs(portRange(each, lo, hi)))));
}
