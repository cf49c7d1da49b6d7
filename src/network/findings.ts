import type { Snapshot } from '../model/record.ts';
import {
  type AddressSet,
  addressSet,
  coversSet,
  internetAddresses,
  intersectSets,
  isEmptySet,
  noAddresses,
  subtractSets,
  unionSets,
} from './algebra/address.ts';
import { fromPortSets, portsText, type Traffic, traffic, trafficText } from './algebra/traffic.ts';
import type { NetworkEngine, NetworkFinding } from './api.ts';
import { buildEstate } from './aws/build.ts';
import type { AclEntry, Estate, Group, GroupRule } from './aws/estate.ts';
import { cloudFrontAddresses, originsOf } from './aws/origins.ts';

/** Everything below over a snapshot, sorted by resource and place. */
export function networkFindings(snapshot: Snapshot, engine: NetworkEngine): readonly NetworkFinding[] {
  const estate = buildEstate(snapshot);
  const all = [
    ...deadRules(estate),
    ...shadowedEntries(estate),
    ...redundantRules(estate),
    ...openButUnreachable(estate, engine),
    ...originBypasses(snapshot, engine),
    ...(engine.findings?.() ?? []),
  ];
  const key = (each: NetworkFinding): string => `${each.resource} ${each.kind} ${each.evidence[0]?.pointer ?? ''}`;
  return all.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

const sides = (group: Group): readonly (readonly [readonly GroupRule[], string])[] => [
  [group.ingress, 'in'],
  [group.egress, 'out'],
];

/** Rules of attached groups that can match nobody: they name a group without members, or an empty prefix list. A group on no interface is one finding of its own. */
export function deadRules(estate: Estate): readonly NetworkFinding[] {
  const out: NetworkFinding[] = [];
  for (const group of estate.groups.values()) {
    if ((estate.byGroup.get(group.id) ?? []).length === 0) {
      const rules = [...group.ingress, ...group.egress];
      // The default group of a network cannot be deleted.
      if (rules.length > 0 && estate.interfaces.length > 0 && group.record.config['GroupName'] !== 'default')
        out.push({
          kind: 'dead-rule',
          resource: group.record.id,
          message: 'the group is on no network interface',
          evidence: [{ resource: group.record.id, pointer: '/config', call: group.record.calls[0] ?? '' }],
        });
      continue;
    }
    for (const [rules] of sides(group)) {
      for (const rule of rules) {
        if (rule.unresolved !== undefined) continue;
        if (rule.traffic.length === 0)
          out.push({ kind: 'dead-rule', resource: group.record.id, message: 'the rule allows no port', evidence: [rule.evidence] });
        else if (rule.peer !== undefined && estate.groups.has(rule.peer) && (estate.byGroup.get(rule.peer) ?? []).length === 0)
          out.push({
            kind: 'dead-rule',
            resource: group.record.id,
            message: `the rule names ${rule.peer}, which is on no network interface`,
            evidence: [rule.evidence],
          });
        else if (rule.peer === undefined && isEmptySet(rule.set))
          out.push({ kind: 'dead-rule', resource: group.record.id, message: 'the rule names an empty prefix list', evidence: [rule.evidence] });
      }
    }
  }
  return out;
}

/** ACL entries that earlier ones decide already, in whole: "as soon as a rule matches traffic, it's applied, even if a higher-numbered rule contradicts it". */
export function shadowedEntries(estate: Estate): readonly NetworkFinding[] {
  const out: NetworkFinding[] = [];
  for (const acl of estate.acls.values()) {
    for (const entries of [acl.ingress, acl.egress]) {
      for (const [index, entry] of entries.entries()) {
        // The last entry, `*`, denies what is left and cannot be removed.
        if (entry.number >= 32_767 || (entry.set.v4.length === 0 && entry.set.v6.length === 0)) continue;
        const earlier = entries.slice(0, index);
        const deciding = coveredBy(entry, earlier);
        if (deciding === undefined) continue;
        const contrary = deciding.some((each) => each.allow !== entry.allow);
        out.push({
          kind: 'shadowed-entry',
          resource: acl.record.id,
          message: `rule ${entry.number} never decides: ${deciding.map((each) => `rule ${each.number}`).join(', ')} ${deciding.length === 1 ? 'comes' : 'come'} first${contrary ? ' and says otherwise' : ''}`,
          evidence: [entry.evidence, ...deciding.map((each) => each.evidence)],
        });
      }
    }
  }
  return out;
}

/** The earlier entries that together match all of an entry's addresses and traffic: exact, port range by port range. */
function coveredBy(entry: AclEntry, earlier: readonly AclEntry[]): readonly AclEntry[] | undefined {
  const related = earlier.filter((each) => !isEmptySet(intersectSets(each.set, entry.set)) && traffic.intersect(each.traffic, entry.traffic).length > 0);
  if (related.length === 0) return undefined;
  for (const part of cells(
    entry.traffic,
    related.map((each) => each.traffic),
  )) {
    const set = related.filter((each) => traffic.covers(each.traffic, part)).reduce<AddressSet>((sum, each) => unionSets(sum, each.set), { v4: [], v6: [] });
    if (!coversSet(set, entry.set)) return undefined;
  }
  return related;
}

/** Cuts traffic into parts that each of the others holds in whole or not at all. */
function cells(whole: Traffic, others: readonly Traffic[]): readonly Traffic[] {
  let parts: readonly Traffic[] = [whole];
  for (const other of others)
    parts = parts.flatMap((part) => [traffic.intersect(part, other), traffic.subtract(part, other)].filter((each) => each.length > 0));
  return parts;
}

/** Group rules that the group's other rules already say, in whole. Of two equal rules the later one is redundant. */
export function redundantRules(estate: Estate): readonly NetworkFinding[] {
  const out: NetworkFinding[] = [];
  for (const group of estate.groups.values()) {
    for (const [rules] of sides(group)) {
      const gone = new Set<GroupRule>();
      for (const rule of [...rules].reverse()) {
        if (rule.unresolved !== undefined || rule.traffic.length === 0 || (rule.peer === undefined && isEmptySet(rule.set))) continue;
        const others = rules.filter((each) => each !== rule && !gone.has(each) && each.unresolved === undefined);
        const deciding = saidBy(rule, others);
        if (deciding === undefined) continue;
        gone.add(rule);
        out.push({
          kind: 'redundant-rule',
          resource: group.record.id,
          message: `other rules of the group allow ${trafficText(rule.traffic)} from there already`,
          evidence: [rule.evidence, ...deciding.map((each) => each.evidence)],
        });
      }
    }
  }
  return out;
}

function saidBy(rule: GroupRule, others: readonly GroupRule[]): readonly GroupRule[] | undefined {
  const related = others.filter((each) => each.peer === rule.peer && traffic.intersect(each.traffic, rule.traffic).length > 0);
  if (related.length === 0) return undefined;
  for (const part of cells(
    rule.traffic,
    related.map((each) => each.traffic),
  )) {
    const fitting = related.filter((each) => traffic.covers(each.traffic, part));
    if (fitting.length === 0) return undefined;
    if (rule.peer !== undefined) continue;
    const set = fitting.reduce<AddressSet>((sum, each) => unionSets(sum, each.set), { v4: [], v6: [] });
    if (!isEmptySet(subtractSets(rule.set, set))) return undefined;
  }
  return related;
}

/** Groups open to the whole internet on interfaces that the internet does not reach: no exposure today, one route or address away from it. */
export function openButUnreachable(estate: Estate, engine: NetworkEngine): readonly NetworkFinding[] {
  const reached = new Set(engine.exposures().flatMap((row) => row.destinations));
  const out: NetworkFinding[] = [];
  for (const group of estate.groups.values()) {
    const own = estate.byGroup.get(group.id) ?? [];
    if (own.length === 0 || own.some((station) => reached.has(station.interface.owner.id))) continue;
    const rules = group.ingress.filter((rule) => {
      const outside = intersectSets(rule.set, internetAddresses);
      return coversSet(outside, { v4: internetAddresses.v4, v6: [] }) || coversSet(outside, { v4: [], v6: internetAddresses.v6 });
    });
    for (const rule of rules)
      out.push({
        kind: 'open-but-unreachable',
        resource: group.record.id,
        message: `${trafficText(rule.traffic)} is open to every address, but nothing behind the group is reached from the internet`,
        evidence: [rule.evidence],
      });
  }
  return out;
}

/** Origins of distributions that the internet reaches directly too: what guards the distribution (a firewall, a login, a geography) is walked around. */
export function originBypasses(snapshot: Snapshot, engine: NetworkEngine): readonly NetworkFinding[] {
  const edge = cloudFrontAddresses(snapshot);
  const direct = engine.exposures().filter((row) => row.sources.includes('internet') && row.missing.length === 0);
  return originsOf(snapshot).flatMap(({ distribution, target, pointer, ports }): NetworkFinding[] => {
    const around = direct.find(
      (row) =>
        row.destinations.includes(target.id) &&
        row.residual.some((entry) => entry.allOf.length === 0) &&
        traffic.intersect(fromPortSets(row.flows), ports).length > 0 &&
        !isEmptySet(subtractSets(addressSet(row.from?.cidrs ?? []), edge ?? noAddresses)),
    );
    if (around === undefined) return [];
    const { cidrs = [], share = 1 } = around.from ?? {};
    const who = share > 0.5 ? 'the whole internet' : cidrs.slice(0, 3).join(', ');
    return [
      {
        kind: 'origin-bypass',
        resource: target.id,
        message: `${who} reaches it on ${portsText(around.flows)} without going through ${String(distribution.config['DomainName'] ?? distribution.id)}`,
        evidence: [{ resource: distribution.id, pointer, call: distribution.calls[0] ?? '' }, ...around.evidence],
      },
    ];
  });
}
