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

function within<T extends number | bigint>(sorted: readonly { readonly address: T; readonly position: number }[], lo: T, hi: T, into: Bits): void {
  let left = 0;
  let right = sorted.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    const at = sorted[middle];
    if (at !== undefined && at.address < lo) left = middle + 1;
    else right = middle;
  }
  for (let i = left; i < sorted.length; i++) {
    const at = sorted[i];
    if (at === undefined || at.address > hi) break;
    into.add(at.position);
  }
}

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
    const bits = new Bits(size);
    for (const station of estate.byGroup.get(group) ?? []) {
      const position = index.get(station);
      if (position !== undefined) bits.add(position);
    }
    return bits.compact();
  };
  const memberSets = new Map<string, Bits>();
  const membersOf = (group: string): Bits => {
    const known = memberSets.get(group) ?? members(group);
    memberSets.set(group, known);
    return known;
  };
  const peersOf = (rule: GroupRule): Bits => {
    if (rule.unresolved !== undefined) return Bits.full(size);
    if (rule.peer !== undefined) return membersOf(rule.peer);
    const bits = new Bits(size);
    for (let i = 0; i + 1 < rule.set.v4.length; i += 2) within(sorted.low, rule.set.v4[i] ?? 0, rule.set.v4[i + 1] ?? -1, bits);
    for (let i = 0; i + 1 < rule.set.v6.length; i += 2) within(sorted.high, rule.set.v6[i] ?? 0n, rule.set.v6[i + 1] ?? -1n, bits);
    return bits;
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
        holders: new Bits(size),
        peers: Bits.full(size),
        evidence: [],
        missing,
      })).holders.addAll(holders);
      continue;
    }
    for (const rule of egress ? known.egress : known.ingress) {
      const missing = rule.unresolved === undefined ? undefined : estate.missing('ec2:GetManagedPrefixListEntries', known.record);
      const key = `${rule.traffic.join()}|${rule.peer ?? ''}|${rule.set.v4.join()}|${rule.set.v6.join()}|${missing ?? ''}`;
      const each = merge(out, key, () => ({ traffic: rule.traffic, rule, holders: new Bits(size), peers: peersOf(rule), evidence: [], missing }));
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
