import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, internetAddresses, parseAddress, shareOf, toCidrs, unionSets } from '../algebra/address.ts';
import { portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { aclAllows, groupsAllow } from './allowed.ts';
import { child, evidence, list, number, objects, text } from './config.ts';
import type { Decider } from './decide.ts';
import type { Estate, Interface, Station } from './estate.ts';
import { listenerTraffic } from './front-doors.ts';
import { cut, cuttersOf } from './internet.ts';

interface Target {
  readonly record: SnapshotRecord;
  readonly stations: readonly Station[];
  readonly traffic: Traffic;
}

/** What load balancers send on: from each to its targets, on the target's port, where the groups and ACLs between them agree. */
export function balancerClasses(estate: Estate, decider: Decider, snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  const groups = new Map(
    snapshot.records('AWS::ElasticLoadBalancingV2::TargetGroup').map((record) => [text(record.config, 'TargetGroupArn') ?? record.id, record]),
  );
  for (const listener of snapshot.records('AWS::ElasticLoadBalancingV2::Listener')) {
    const balancer = snapshot.find(text(listener.config, 'LoadBalancerArn') ?? '');
    if (balancer === undefined) continue;
    for (const arn of forwardsTo(snapshot, listener)) {
      const group = groups.get(arn);
      if (group === undefined) continue;
      for (const target of targetsOf(estate, snapshot, group)) out.push(...edges(estate, decider, balancer, listener, group, target));
    }
  }
  for (const balancer of snapshot.records('AWS::ElasticLoadBalancing::LoadBalancer')) {
    for (const item of objects(balancer.config, 'ListenerDescriptions')) {
      const inner = child(item, 'Listener');
      const port = number(inner, 'InstancePort') ?? 0;
      for (const instance of objects(balancer.config, 'Instances')) {
        const record = snapshot.find(text(instance, 'InstanceId') ?? '');
        if (record === undefined) continue;
        const stations = estate.byOwner.get(record.id)?.flatMap((each) => each.stations) ?? [];
        out.push(...proxied(estate, decider, balancer, { record, stations, traffic: portRange(6, port, port) }, '/config/ListenerDescriptions'));
      }
    }
  }
  return unique(out);
}

/** Target groups of a listener's default action and of its rules. */
function forwardsTo(snapshot: Snapshot, listener: SnapshotRecord): readonly string[] {
  const out = new Set<string>();
  const actions = (from: JsonObject, key: string): void => {
    for (const action of objects(from, key)) {
      const arn = text(action, 'TargetGroupArn');
      if (arn !== undefined) out.add(arn);
      for (const item of objects(child(action, 'ForwardConfig'), 'TargetGroups')) out.add(text(item, 'TargetGroupArn') ?? '');
    }
  };
  actions(listener.config, 'DefaultActions');
  for (const rule of objects(listener.config, 'DescribeRules', 'Rules')) actions(rule, 'Actions');
  for (const rule of snapshot.records('AWS::ElasticLoadBalancingV2::ListenerRule'))
    if (text(rule.config, 'ListenerArn') === listener.id) actions(rule.config, 'Actions');
  return [...out].sort();
}

function* targetsOf(estate: Estate, snapshot: Snapshot, group: SnapshotRecord): Generator<Target> {
  const protocol = text(group.config, 'Protocol') ?? 'HTTP';
  for (const health of objects(group.config, 'DescribeTargetHealth', 'TargetHealthDescriptions')) {
    const target = child(health, 'Target');
    const id = text(target, 'Id') ?? '';
    const ports = listenerTraffic(protocol, number(target, 'Port') ?? number(group.config, 'Port') ?? 0);
    const address = parseAddress(id);
    if (address !== undefined) {
      const station = estate.at.get(text(group.config, 'VpcId') ?? '')?.get(address);
      if (station !== undefined) yield { record: station.interface.owner, stations: [station], traffic: ports };
      continue;
    }
    const record = snapshot.find(id);
    if (record === undefined) continue;
    const own = estate.byOwner.get(record.id)?.flatMap((each) => each.stations) ?? [];
    // "Traffic is routed to instances using the primary private IP address of the primary network interface".
    yield { record, stations: text(group.config, 'TargetType') === 'instance' ? own.slice(0, 1) : own, traffic: ports };
  }
}

/** "By default, client IP preservation is enabled for instance type target groups … for IP type with UDP" and off for IP with TCP, TLS (NLB guide, target group attributes). */
function preserves(balancer: SnapshotRecord, group: SnapshotRecord): boolean {
  if (text(balancer.config, 'Type') !== 'network') return false;
  const stated = list(group.config, 'DescribeTargetGroupAttributes', 'Attributes').find((item) => text(item, 'Key') === 'preserve_client_ip.enabled');
  const value = text(stated, 'Value');
  if (value !== undefined) return value === 'true';
  return text(group.config, 'TargetType') !== 'ip' || /UDP/.test(text(group.config, 'Protocol') ?? '');
}

function* edges(
  estate: Estate,
  decider: Decider,
  balancer: SnapshotRecord,
  listener: SnapshotRecord,
  group: SnapshotRecord,
  target: Target,
): Generator<ReachClass> {
  if (target.record.type === 'AWS::Lambda::Function' || target.record.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer') {
    // A function is invoked, no packet is sent; a load balancer behind another is reached on its own listener.
    yield edge(balancer, target, target.record.type === 'AWS::Lambda::Function' ? portRange(6, 443, 443) : target.traffic, [
      evidence(group, '/config/DescribeTargetHealth'),
    ]);
    return;
  }
  if (preserves(balancer, group)) yield* preserved(estate, decider, balancer, listener, group, target);
  else yield* proxied(estate, decider, balancer, target, '/config/DescribeTargetHealth', group);
}

const edge = (balancer: SnapshotRecord, target: Target, flows: Traffic, proof: ReachClass['evidence']): ReachClass => ({
  sources: [balancer.id],
  destinations: [target.record.id],
  flows: toPortSets(flows),
  residual: [{ allOf: [] }],
  missing: [],
  evidence: proof,
});

/** The load balancer opens a connection of its own: the target sees the load balancer's address and groups. */
function* proxied(estate: Estate, decider: Decider, balancer: SnapshotRecord, target: Target, pointer: string, group = balancer): Generator<ReachClass> {
  let flows: Traffic = traffic.empty;
  let proof: ReachClass['evidence'] = [];
  const missing = new Set<string>();
  for (const own of estate.byOwner.get(balancer.id) ?? []) {
    for (const from of own.stations) {
      for (const to of target.stations) {
        if (typeof from.address !== typeof to.address) continue;
        const outcome = decider.decide({ kind: 'station', station: from }, from.address, to.address, target.traffic, { target: to });
        if (outcome.possible.length === 0) continue;
        flows = traffic.union(flows, outcome.possible);
        if (outcome.sure.length === 0) for (const each of outcome.missing) missing.add(each);
        if (proof.length === 0) proof = outcome.evidence;
      }
    }
  }
  if (flows.length > 0) yield { ...edge(balancer, target, flows, [evidence(group, pointer), ...proof]), missing: [...missing].sort() };
}

/** The target sees the client's address, and the load balancer's groups where it has any. */
function* preserved(
  estate: Estate,
  decider: Decider,
  balancer: SnapshotRecord,
  listener: SnapshotRecord,
  group: SnapshotRecord,
  target: Target,
): Generator<ReachClass> {
  const fronts = estate.byOwner.get(balancer.id) ?? [];
  const door = listenerTraffic(text(listener.config, 'Protocol') ?? 'TCP', number(listener.config, 'Port') ?? 0);
  for (const front of fronts) {
    for (const station of front.stations) {
      if (!station.outward) continue;
      for (const to of target.stations) {
        if (typeof to.address !== typeof station.address) continue;
        const family: AddressSet = typeof to.address === 'number' ? { v4: internetAddresses.v4, v6: [] } : { v4: [], v6: internetAddresses.v6 };
        let open: AddressSet = { v4: [], v6: [] };
        for (const part of cut(family, cuttersOf(estate, [front, to.interface]))) {
          const client = part.v4[0] ?? part.v6[0];
          if (client === undefined) continue;
          const arrives = decider.decide({ kind: 'internet' }, client, station.public ?? station.address, door, { target: station });
          if (arrives.possible.length > 0 && admits(estate, to.interface, client, front, target.traffic)) open = unionSets(open, part);
        }
        const share = shareOf(open, internetAddresses);
        if (share === 0) continue;
        const proof = [evidence(group, '/config/DescribeTargetHealth'), evidence(listener, '/config/Port')];
        yield { ...edge(balancer, target, target.traffic, proof), from: { cidrs: toCidrs(open), share } };
        yield { ...edge(balancer, target, door, proof), sources: ['internet'], from: { cidrs: toCidrs(open), share } };
      }
    }
  }
}

function admits(estate: Estate, own: Interface, client: number | bigint, front: Interface, wanted: Traffic): boolean {
  const { acl } = own.subnet;
  const allowed = groupsAllow(estate, own, false, client, front).possible;
  const inward = acl === undefined ? wanted : aclAllows(acl, false, client);
  return traffic.intersect(traffic.intersect(allowed, inward), wanted).length > 0;
}

function unique(rows: readonly ReachClass[]): readonly ReachClass[] {
  const seen = new Map<string, ReachClass>();
  for (const row of rows) {
    const key = JSON.stringify([row.sources, row.destinations, row.flows, row.from]);
    if (!seen.has(key)) seen.set(key, row);
  }
  return [...seen.values()];
}
