import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressText, coversSet, internetAddresses, intersectSets, isEmptySet, noAddresses, subtractSets } from '../algebra/address.ts';
import { everything, fromPortSets, portsText, type Traffic, toPortSets, traffic, trafficText } from '../algebra/traffic.ts';
import type { NetworkFinding, ReachClass } from '../api.ts';
import { evidence } from '../aws/config.ts';
import type { Decider } from './decide.ts';
import { type Doors, targetsOfOrigin } from './doors.ts';
import type { Effective } from './effective.ts';
import type { Estate, Station } from './estate.ts';
import { instanceRules } from './exceptions.ts';
import { filtered, meaning, type Party } from './filters.ts';
import { wayOf } from './routes.ts';
import { type Filter, portLine, type Rule, readFilter, type Side } from './rules.ts';

/** Oddities of groups and front doors, and where Azure's own answers say otherwise than the model. */
export function azureFindings(estate: Estate, decider: Decider, snapshot: Snapshot, doors: Doors, exposures: readonly ReachClass[]): readonly NetworkFinding[] {
  const groups = snapshot.records('Microsoft.Network/networkSecurityGroups').map((record) => ({ record, filter: readFilter(record.id, record) }));
  const used = new Set([...estate.subnets.values(), ...estate.stations].flatMap((each) => each.filter?.id.toLowerCase() ?? []));
  const members = new Set(estate.stations.flatMap((each) => each.memberships));
  return [
    ...groups.flatMap(({ record, filter }) => deadRules(record, filter, used, members)),
    ...groups.flatMap(({ record, filter }) => shadowed(record, filter, decider)),
    ...groups.flatMap(({ record, filter }) => openButUnreached(estate, record, filter, exposures)),
    ...bypassed(estate, snapshot, doors, exposures),
    ...goneInstances(snapshot),
    ...estate.effective.flatMap((each) => [...differingGroups(estate, decider, each), ...differingRoutes(estate, each)]),
  ];
}

const own = (filter: Filter): readonly Rule[] => (filter.rules ?? []).filter((rule) => rule.priority < 65_000);

/** Rules that can match nobody: of groups on nothing, for application groups without members, for no port. */
function deadRules(record: SnapshotRecord, filter: Filter, used: ReadonlySet<string>, members: ReadonlySet<string>): readonly NetworkFinding[] {
  const found = (message: string, proof: NetworkFinding['evidence']): NetworkFinding => ({ kind: 'dead-rule', resource: record.id, message, evidence: proof });
  if (!used.has(record.id.toLowerCase()))
    return own(filter).length === 0 ? [] : [found('the group is on no subnet and no network interface', [evidence(record, '/config')])];
  return own(filter).flatMap((rule) => {
    const empty = [rule.source, rule.destination].flatMap((side) =>
      side.groups.length > 0 && !side.groups.some((each) => members.has(each)) ? side.groups : [],
    );
    if (empty.length > 0) return [found(`the rule names ${empty[0] ?? ''}, which is on no network interface`, [rule.evidence])];
    return rule.traffic.length === 0 ? [found('the rule is for no port', [rule.evidence])] : [];
  });
}

/** Rules that earlier ones decide already, in whole: "once traffic matches a rule, processing stops". */
function shadowed(record: SnapshotRecord, filter: Filter, decider: Decider): readonly NetworkFinding[] {
  const rules = own(filter);
  const holds = (outer: Side, inner: Side): boolean => {
    if (outer.any && outer.groups.length === 0) return true;
    if (inner.groups.length > 0 || outer.groups.length > 0)
      return inner.groups.length > 0 && outer.groups.length > 0 && inner.groups.every((each) => outer.groups.includes(each));
    if (inner.any) return false;
    const [a, b] = [meaning(outer, decider.gates.plain), meaning(inner, decider.gates.plain)];
    const named = inner.tags.every((each) => outer.tags.includes(each) || b.missing.length === 0);
    return named && (inner.tags.length === 0 || inner.tags.every((each) => outer.tags.includes(each))) && coversSet(a.sure, inner.set);
  };
  return rules.flatMap((rule, index): readonly NetworkFinding[] => {
    const earlier = rules
      .slice(0, index)
      .filter(
        (each) =>
          each.inbound === rule.inbound && each.sourcePorts === portLine.all && holds(each.source, rule.source) && holds(each.destination, rule.destination),
      );
    const deciding = earlier.filter((each) => traffic.intersect(each.traffic, rule.traffic).length > 0);
    const covered = deciding.reduce<Traffic>((sum, each) => traffic.union(sum, each.traffic), traffic.empty);
    if (rule.traffic.length === 0 || !traffic.covers(covered, rule.traffic)) return [];
    const contrary = deciding.some((each) => each.access !== rule.access);
    const names = deciding.map((each) => `rule ${each.priority}`).join(', ');
    const message = `rule ${rule.priority} never decides: ${names} ${deciding.length === 1 ? 'comes' : 'come'} first${contrary ? ' and says otherwise' : ''}`;
    return [{ kind: 'shadowed-entry', resource: record.id, message, evidence: [rule.evidence, ...deciding.map((each) => each.evidence)] }];
  });
}

/** Groups open to the whole internet on machines that the internet does not reach: no exposure today, one route or address away from it. */
function openButUnreached(estate: Estate, record: SnapshotRecord, filter: Filter, exposures: readonly ReachClass[]): readonly NetworkFinding[] {
  const behind = estate.stations.filter((each) => [each.filter, each.subnet.filter].some((group) => group?.id === record.id) && each.endpoint === undefined);
  const reached = new Set(exposures.filter((row) => row.sources.includes('internet')).flatMap((row) => row.destinations));
  if (behind.length === 0 || behind.some((each) => reached.has(each.owner))) return [];
  const wide = (side: Side): boolean => side.any || side.tags.includes('internet') || coversSet(side.set, { v4: internetAddresses.v4, v6: [] });
  return own(filter)
    .filter((rule) => rule.inbound && rule.access === 'allow' && wide(rule.source))
    .map((rule) => ({
      kind: 'open-but-unreachable',
      resource: record.id,
      message: `${trafficText(rule.traffic)} is open to every address, but nothing behind the group is reached from the internet`,
      evidence: [rule.evidence],
    }));
}

/** Origins of front doors and members behind web application firewalls that the internet reaches directly too: what guards the door is walked around. */
function bypassed(estate: Estate, snapshot: Snapshot, doors: Doors, exposures: readonly ReachClass[]): readonly NetworkFinding[] {
  const origins = doors.fronts.flatMap(({ record, origins: list }) =>
    list.flatMap((origin) =>
      targetsOfOrigin(estate, snapshot, doors, origin).map((target) => ({ door: record, target, ports: origin.ports, proof: origin.evidence })),
    ),
  );
  const members = doors.gateways.forwardings.flatMap(({ gateway, target, flowing, evidence: proof }) => {
    const door = snapshot.find(gateway.owner);
    return door === undefined ? [] : [{ door, target, ports: flowing, proof }];
  });
  return [...origins, ...members].flatMap(({ door, target, ports, proof }): readonly NetworkFinding[] => {
    const id = target.kind === 'station' ? target.station.owner : target.kind === 'record' ? target.record.id : undefined;
    const around = exposures.find(
      (row) =>
        id !== undefined &&
        row.sources.includes('internet') &&
        row.destinations.includes(id) &&
        row.missing.length === 0 &&
        row.residual.some((entry) => entry.allOf.length === 0) &&
        traffic.intersect(fromPortSets(row.flows), ports).length > 0,
    );
    if (id === undefined || around === undefined) return [];
    const { cidrs = [], share = 1 } = around.from ?? {};
    const who = share > 0.5 ? 'the whole internet' : cidrs.slice(0, 3).join(', ');
    const message = `${who} reaches it on ${portsText(around.flows)} without going through ${door.id.split('/').at(-1) ?? door.id}`;
    return [{ kind: 'origin-bypass', resource: id, message, evidence: [proof, ...around.evidence] }];
  });
}

/** Exceptions of services' firewalls for a resource that is gone: what is made under its name passes. Only where resources of its type and subscription are in the snapshot. */
function goneInstances(snapshot: Snapshot): readonly NetworkFinding[] {
  const collected = new Set(snapshot.types().flatMap((type) => snapshot.records(type).map((each) => `${each.account} ${type}`.toLowerCase())));
  return snapshot.types().flatMap((type) =>
    snapshot.records(type).flatMap((record) =>
      instanceRules(record).flatMap(({ pattern, pointer }): readonly NetworkFinding[] => {
        const [, account, of] = /^\/subscriptions\/([^/]+)\/resourcegroups\/[^/]+\/providers\/([^/]+\/[^/]+)\/[^/]+$/.exec(pattern) ?? [];
        if (pattern.includes('*') || !collected.has(`${account ?? ''} ${of ?? ''}`) || snapshot.find(pattern) !== undefined) return [];
        const message = `the firewall lets in ${pattern}, which is not there any more: whoever makes it anew passes`;
        return [{ kind: 'dead-rule', resource: record.id, message, evidence: [evidence(record, pointer)] }];
      }),
    ),
  );
}

const differs = (resource: string, message: string, proof: NetworkFinding['evidence']): NetworkFinding => ({
  kind: 'effective-differs',
  resource,
  message,
  evidence: proof,
});

/** One address out of every part that the rules tell apart, so that what they say of all addresses is compared by few. */
function samples(rules: readonly Rule[], decider: Decider, subnet: Station['subnet']): readonly AddressSet[] {
  const points = new Set<number>([0x08_08_08_08]);
  for (const rule of rules)
    for (const side of [rule.source, rule.destination]) {
      const { sure } = meaning(side, decider.gates.setting(subnet));
      for (let i = 0; i + 1 < sure.v4.length && points.size < 400; i += 2) points.add(sure.v4[i] ?? 0).add(Math.min((sure.v4[i + 1] ?? 0) + 1, 2 ** 32 - 1));
    }
  return [...points].sort((a, b) => a - b).map((each) => ({ v4: [each, each], v6: [] }));
}

/** What Azure lets through an interface's groups against what the model does, address by address. */
function differingGroups(estate: Estate, decider: Decider, { record, groups }: Effective): readonly NetworkFinding[] {
  const station = estate.stations.find((each) => each.nic === record.id);
  if (station === undefined || groups === undefined) return [];
  return groups.flatMap((group): readonly NetworkFinding[] => {
    const filter = group.bySubnet ? station.subnet.filter : station.filter;
    const where = group.bySubnet ? 'subnet' : 'interface';
    const proof = group.rules[0] === undefined ? [] : [group.rules[0].evidence];
    if (filter?.id.toLowerCase() !== group.group)
      return [differs(record.id, `Azure applies ${group.group} at the ${where}, the snapshot shows ${filter?.id ?? 'no group'}`, proof)];
    if (filter.rules === undefined) return [];
    const setting = decider.gates.setting(station.subnet);
    for (const inbound of [true, false]) {
      for (const where4 of samples([...filter.rules, ...group.rules], decider, station.subnet)) {
        const other: Party = { where: where4, memberships: [] };
        const [source, destination] = inbound ? [other, station] : [station, other];
        const [ours, theirs] = [filter.rules, group.rules].map((rules) => filtered(rules, inbound, source, destination, everything, setting, 50_000));
        if (ours === undefined || theirs === undefined) continue;
        const more = traffic.subtract(theirs.sure, ours.possible);
        const less = traffic.subtract(ours.sure, theirs.possible);
        if (more.length + less.length === 0) continue;
        const address = addressText(where4.v4[0] ?? 0);
        const which = more.length > 0 ? `lets ${portsText(toPortSets(more))}` : `stops ${portsText(toPortSets(less))}`;
        return [differs(record.id, `Azure ${which} ${inbound ? 'in from' : 'out to'} ${address}, the model of ${filter.id} does not`, proof)];
      }
    }
    return [];
  });
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  vnetlocal: ['network'],
  vnetpeering: ['network'],
  vnetglobalpeering: ['network'],
  internet: ['internet'],
  none: ['none'],
  virtualappliance: ['appliance'],
  virtualnetworkgateway: ['site', 'network', 'firewall', 'internet'],
};

/** Azure's routes of an interface against the model's. A route counts where no longer one of Azure's own takes its addresses; the system's "None" for private ranges is the model's want of a route. */
function differingRoutes(estate: Estate, { record, routes }: Effective): readonly NetworkFinding[] {
  const station = estate.stations.find((each) => each.nic === record.id);
  if (station === undefined || routes === undefined) return [];
  return routes.flatMap((route): readonly NetworkFinding[] => {
    const rest = routes.filter((each) => each.length > route.length).reduce<AddressSet>((sum, each) => subtractSets(sum, each.set), route.set);
    const first = intersectSets(rest, route.length === 0 ? internetAddresses : rest).v4[0];
    const wanted = kinds[route.hop];
    if (first === undefined || wanted === undefined || isEmptySet(rest)) return [];
    const way = wayOf(estate, station.subnet, { ...noAddresses, v4: [first, first] });
    if (way.kind === 'unknown' || wanted.includes(way.kind)) return [];
    return [differs(record.id, `Azure sends ${route.prefix} to ${route.hop}, the model to ${way.kind}`, [route.evidence])];
  });
}
