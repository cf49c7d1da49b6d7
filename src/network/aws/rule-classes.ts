import type { Evidence } from '../../model/evidence.ts';
import { everything, type Traffic } from '../algebra/traffic.ts';
import { Bits } from './bits.ts';
import type { Estate, Group, GroupRule, Station } from './estate.ts';

/** Rules of all groups that allow the same traffic from or to the same peers: one row, with everybody that has it. */
export interface RuleClass {
  readonly traffic: Traffic;
  readonly rule: GroupRule | undefined;
  readonly holders: Bits;
  readonly peers: Bits;
  readonly evidence: Evidence[];
  readonly missing: string | undefined;
}

interface Sorted {
  readonly low: readonly { readonly address: number; readonly position: number }[];
  readonly high: readonly { readonly address: bigint; readonly position: number }[];
}

export function sortedByAddress(stations: readonly Station[]): Sorted {
  const low: { address: number; position: number }[] = [];
  const high: { address: bigint; position: number }[] = [];
  for (const [position, { address }] of stations.entries()) {
    if (typeof address === 'number') low.push({ address, position });
    else high.push({ address, position });
  }
  low.sort((a, b) => a.address - b.address);
  high.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  return { low, high };
}

type Placed<T> = readonly { readonly address: T; readonly position: number }[];

/** How many addresses are below one, or not above it. */
function below<T extends number | bigint>(sorted: Placed<T>, address: T, itself: boolean): number {
  let left = 0;
  let right = sorted.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    const at = sorted[middle];
    if (at !== undefined && (at.address < address || (itself && at.address === address))) left = middle + 1;
    else right = middle;
  }
  return left;
}

/** The positions of the addresses that lie in some ranges. */
function within<T extends number | bigint>(sorted: Placed<T>, ranges: readonly T[]): number[] {
  const found: number[] = [];
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    const [low, high] = [ranges[i], ranges[i + 1]];
    if (low === undefined || high === undefined) continue;
    const end = below(sorted, high, true);
    for (let at = below(sorted, low, false); at < end; at++) found.push(sorted[at]?.position ?? 0);
  }
  return found;
}

/** Positions in any order, each once, as a set. */
const setOf = (size: number, positions: readonly number[]): Bits => Bits.of(size, Uint32Array.from(positions).sort());

export function ruleClasses(
  estate: Estate,
  stations: readonly Station[],
  index: ReadonlyMap<Station, number>,
  sorted: Sorted,
  egress: boolean,
): readonly RuleClass[] {
  const size = stations.length;
  const out = new Map<string, RuleClass>();
  const members = (group: string): Bits => {
    const positions = (estate.byGroup.get(group) ?? []).map((station) => index.get(station)).filter((position) => position !== undefined);
    return setOf(size, [...new Set(positions)]);
  };
  const memberSets = new Map<string, Bits>();
  const membersOf = (group: string): Bits => {
    const known = memberSets.get(group) ?? members(group);
    memberSets.set(group, known);
    return known;
  };
  const standing = new Map<string, Bits>();
  const peersOf = (rule: GroupRule): Bits => {
    if (rule.unresolved !== undefined) return Bits.full(size);
    if (rule.peer !== undefined) return membersOf(rule.peer);
    const key = `${rule.set.v4.join()}|${rule.set.v6.join()}`;
    const known = standing.get(key) ?? setOf(size, [...within(sorted.low, rule.set.v4), ...within(sorted.high, rule.set.v6)]);
    standing.set(key, known);
    return known;
  };
  const used = new Set(stations.flatMap((station) => station.interface.groups));
  for (const group of [...used].sort()) {
    const known: Group | undefined = estate.groups.get(group);
    const holders = membersOf(group);
    if (known === undefined) {
      const first = stations.find((station) => station.interface.groups.includes(group));
      const missing = first === undefined ? '' : estate.missing('ec2:DescribeSecurityGroups', first.interface.record);
      merge(out, `?${missing}`, () => ({
        traffic: everything,
        rule: undefined,
        holders: Bits.none(size),
        peers: Bits.full(size),
        evidence: [],
        missing,
      })).holders.addAll(holders);
      continue;
    }
    for (const rule of egress ? known.egress : known.ingress) {
      const missing = rule.unresolved === undefined ? undefined : estate.missing('ec2:GetManagedPrefixListEntries', known.record);
      const key = `${rule.traffic.join()}|${rule.peer ?? ''}|${rule.set.v4.join()}|${rule.set.v6.join()}|${missing ?? ''}`;
      const each = merge(out, key, () => ({ traffic: rule.traffic, rule, holders: Bits.none(size), peers: peersOf(rule), evidence: [], missing }));
      each.holders.addAll(holders);
      if (each.evidence.length < 8) each.evidence.push(rule.evidence);
    }
  }
  const free = new Bits(size);
  for (const [position, station] of stations.entries()) if (station.interface.unfiltered) free.add(position);
  if (!free.empty) out.set('free', { traffic: everything, rule: undefined, holders: free, peers: Bits.full(size), evidence: [], missing: undefined });
  for (const each of out.values()) {
    each.holders.compact();
    each.peers.compact();
  }
  return [...out.values()];
}

function merge(map: Map<string, RuleClass>, key: string, make: () => RuleClass): RuleClass {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
