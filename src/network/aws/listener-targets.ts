import type { ConditionAtom, Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, internetAddresses, intersectSets, parseAddress } from '../algebra/address.ts';
import { portRange, type Traffic } from '../algebra/traffic.ts';
import { child, evidence, list, number, objects, strings, text } from './config.ts';
import type { Estate, Station } from './estate.ts';
import { listenerTraffic } from './front-doors.ts';

/** What a load balancer sends to: one target behind one listener, by one action. */
export interface ListenerTarget {
  readonly record: SnapshotRecord;
  readonly stations: readonly Station[];
  /** Where it listens for the load balancer. */
  readonly traffic: Traffic;
  readonly listener: SnapshotRecord;
  /** Ports of the listener. */
  readonly door: Traffic;
  /** `undefined` for classic load balancers. */
  readonly group: SnapshotRecord | undefined;
  /** Clients that a rule on `source-ip` lets through; `undefined`: all. */
  readonly clients: AddressSet | undefined;
  readonly atoms: readonly ConditionAtom[];
  readonly evidence: readonly Evidence[];
}

interface Forward {
  readonly arn: string;
  readonly clients: AddressSet | undefined;
  readonly atoms: readonly ConditionAtom[];
}

/** Every target of a load balancer. */
export function* listenerTargets(estate: Estate, snapshot: Snapshot, balancer: SnapshotRecord): Generator<ListenerTarget> {
  if (balancer.type === 'AWS::ElasticLoadBalancing::LoadBalancer') {
    yield* classicTargets(estate, snapshot, balancer);
    return;
  }
  const usual = text(balancer.config, 'Type') === 'gateway' ? 'GENEVE' : 'TCP';
  for (const listener of listenersOf(snapshot).get(balancer.id) ?? []) {
    const door = listenerTraffic(text(listener.config, 'Protocol') ?? usual, number(listener.config, 'Port') ?? 0);
    for (const forward of forwardsOf(snapshot, listener)) {
      const group = groupsByArn(snapshot).get(forward.arn);
      if (group === undefined) continue;
      for (const target of targetsOf(estate, snapshot, group))
        yield { ...target, listener, door, group, clients: forward.clients, atoms: forward.atoms, evidence: [evidence(group, '/config/DescribeTargetHealth')] };
    }
  }
}

function* classicTargets(estate: Estate, snapshot: Snapshot, balancer: SnapshotRecord): Generator<ListenerTarget> {
  for (const [index, item] of objects(balancer.config, 'ListenerDescriptions').entries()) {
    const inner = child(item, 'Listener');
    const port = number(inner, 'InstancePort') ?? 0;
    const door = listenerTraffic(text(inner, 'Protocol') ?? 'TCP', number(inner, 'LoadBalancerPort') ?? 0);
    for (const instance of objects(balancer.config, 'Instances')) {
      const record = snapshot.find(text(instance, 'InstanceId') ?? '');
      if (record === undefined) continue;
      const stations = estate.byOwner.get(record.id)?.flatMap((each) => each.stations) ?? [];
      const proof = [evidence(balancer, `/config/ListenerDescriptions/${index}`)];
      yield { record, stations, traffic: portRange(6, port, port), listener: balancer, door, group: undefined, clients: undefined, atoms: [], evidence: proof };
    }
  }
}

/** Target groups of a listener's default action and of its rules, each with what the rule asks of the client. */
function forwardsOf(snapshot: Snapshot, listener: SnapshotRecord): readonly Forward[] {
  const out = new Map<string, Forward>();
  const actions = (from: JsonObject, key: string, clients: AddressSet | undefined): void => {
    const all = objects(from, key);
    const login = all.find((action) => /^authenticate-/.test(text(action, 'Type') ?? ''));
    const atoms: ConditionAtom[] = login === undefined ? [] : [{ operator: 'LoggedIn', key: 'listener', values: [text(login, 'Type') ?? ''], negated: false }];
    const add = (arn: string | undefined): void => {
      if (arn !== undefined && arn !== '') out.set(JSON.stringify([arn, atoms, clients?.v4, clients?.v6.map(String)]), { arn, clients, atoms });
    };
    for (const action of all) {
      add(text(action, 'TargetGroupArn'));
      for (const item of objects(child(action, 'ForwardConfig'), 'TargetGroups')) add(text(item, 'TargetGroupArn'));
    }
  };
  actions(listener.config, 'DefaultActions', undefined);
  const rules = [...objects(listener.config, 'DescribeRules', 'Rules'), ...separateRules(snapshot, listener)];
  for (const rule of rules) actions(rule, 'Actions', clientsOf(rule));
  return [...out.entries()].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, forward]) => forward);
}

const separateRules = (snapshot: Snapshot, listener: SnapshotRecord): readonly JsonObject[] =>
  snapshot
    .records('AWS::ElasticLoadBalancingV2::ListenerRule')
    .filter((rule) => text(rule.config, 'ListenerArn') === listener.id)
    .map((rule) => rule.config);

/** "source-ip: Route based on the source IP address of each request" (application load balancer guide, rule condition types). */
function clientsOf(rule: JsonObject): AddressSet | undefined {
  const named = objects(rule, 'Conditions').filter((condition) => text(condition, 'Field') === 'source-ip');
  if (named.length === 0) return undefined;
  return named.reduce<AddressSet>(
    (set, condition) => intersectSets(set, addressSet([...strings(child(condition, 'SourceIpConfig'), 'Values'), ...strings(condition, 'Values')])),
    internetAddresses,
  );
}

function* targetsOf(estate: Estate, snapshot: Snapshot, group: SnapshotRecord): Generator<Pick<ListenerTarget, 'record' | 'stations' | 'traffic'>> {
  const protocol = text(group.config, 'Protocol') ?? 'HTTP';
  for (const health of objects(group.config, 'DescribeTargetHealth', 'TargetHealthDescriptions')) {
    const target = child(health, 'Target');
    const id = text(target, 'Id') ?? '';
    const ports = listenerTraffic(protocol, number(target, 'Port') ?? number(group.config, 'Port') ?? 0);
    const address = parseAddress(id);
    if (address !== undefined) {
      const station = estate.at.get(text(group.config, 'VpcId') ?? '')?.get(address) ?? elsewhere(estate, address);
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

/** Targets by address may be in a peered VPC or behind a transit gateway; an address that two networks have is nobody's. */
function elsewhere(estate: Estate, address: Station['address']): Station | undefined {
  const having = [...estate.at.values()].flatMap((at) => at.get(address) ?? []);
  return having.length === 1 ? having[0] : undefined;
}

/** "By default, client IP preservation is enabled (and can't be disabled) for instance and IP type target groups with UDP"; for TCP and TLS it is on for instances, off for addresses, unless stated. */
export function keepsClient(balancer: SnapshotRecord, group: SnapshotRecord | undefined): boolean {
  if (text(balancer.config, 'Type') !== 'network' || group === undefined) return false;
  if (/UDP|QUIC/.test(text(group.config, 'Protocol') ?? '')) return true;
  const stated = list(group.config, 'DescribeTargetGroupAttributes', 'Attributes').find((item) => text(item, 'Key') === 'preserve_client_ip.enabled');
  const value = text(stated, 'Value');
  return value === undefined ? text(group.config, 'TargetType') !== 'ip' : value === 'true';
}

const listeners = new WeakMap<Snapshot, ReadonlyMap<string, readonly SnapshotRecord[]>>();
function listenersOf(snapshot: Snapshot): ReadonlyMap<string, readonly SnapshotRecord[]> {
  const known = listeners.get(snapshot);
  if (known !== undefined) return known;
  const made = new Map<string, SnapshotRecord[]>();
  for (const record of snapshot.records('AWS::ElasticLoadBalancingV2::Listener')) {
    const arn = text(record.config, 'LoadBalancerArn') ?? '';
    const own = made.get(arn);
    if (own === undefined) made.set(arn, [record]);
    else own.push(record);
  }
  listeners.set(snapshot, made);
  return made;
}

const groups = new WeakMap<Snapshot, ReadonlyMap<string, SnapshotRecord>>();
function groupsByArn(snapshot: Snapshot): ReadonlyMap<string, SnapshotRecord> {
  const known = groups.get(snapshot);
  if (known !== undefined) return known;
  const made = new Map(
    snapshot.records('AWS::ElasticLoadBalancingV2::TargetGroup').map((record) => [text(record.config, 'TargetGroupArn') ?? record.id, record]),
  );
  groups.set(snapshot, made);
  return made;
}
