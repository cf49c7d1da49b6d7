import type { JsonObject } from '../../model/json.ts';
import { append } from '../../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { everything, portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { dataPorts } from './assumed-data.ts';
import { child, evidence, number, objects, text } from './config.ts';
import type { Listening } from './estate.ts';

export function listenerTraffic(protocol: string, port: number): Traffic {
  switch (protocol.toUpperCase()) {
    case 'UDP':
    case 'QUIC':
      return portRange(17, port, port);
    case 'TCP_UDP':
    case 'TCP_QUIC':
      return traffic.union(portRange(6, port, port), portRange(17, port, port));
    case 'GENEVE':
      return portRange(17, 6081, 6081);
    default:
      return portRange(6, port, port);
  }
}

/** Ports of load balancers and databases, by the record's id. */
export function listeningPorts(snapshot: Snapshot): ReadonlyMap<string, Listening> {
  const out = new Map<string, Listening>();
  const listeners = new Map<string, SnapshotRecord[]>();
  for (const record of snapshot.records('AWS::ElasticLoadBalancingV2::Listener')) {
    const arn = text(record.config, 'LoadBalancerArn') ?? '';
    append(listeners, arn, record);
  }
  for (const record of snapshot.records('AWS::ElasticLoadBalancingV2::LoadBalancer')) {
    const own = listeners.get(record.id) ?? [];
    // "Gateway Load Balancers … listen for all IP packets across all ports"; its neighbours speak GENEVE with it.
    const usual = text(record.config, 'Type') === 'gateway' ? 'GENEVE' : 'TCP';
    const ports = own.reduce<Traffic>(
      (sum, each) => traffic.union(sum, listenerTraffic(text(each.config, 'Protocol') ?? usual, number(each.config, 'Port') ?? 0)),
      traffic.empty,
    );
    const call = 'elasticloadbalancing:DescribeListeners';
    const known = own.length > 0 || snapshot.answered(call, record.account, record.region);
    const proof = own.map((each) => evidence(each, '/config/Port'));
    if (known) out.set(record.id, { sure: ports, possible: ports, evidence: proof.length > 0 ? proof : [evidence(record, '/config')] });
    else out.set(record.id, { sure: traffic.empty, possible: everything, missing: `${call} ${record.account}/${record.region}`, evidence: [] });
  }
  for (const record of snapshot.records('AWS::ElasticLoadBalancing::LoadBalancer')) {
    const ports = objects(record.config, 'ListenerDescriptions')
      .map((item) => child(item, 'Listener'))
      .reduce<Traffic>((sum, each) => traffic.union(sum, classic(each)), traffic.empty);
    out.set(record.id, { sure: ports, possible: ports, evidence: [evidence(record, '/config/ListenerDescriptions')] });
  }
  for (const { id, ports, pointer } of dataPorts(snapshot)) {
    const record = snapshot.find(id);
    if (record !== undefined) out.set(id, { sure: ports, possible: ports, evidence: [evidence(record, pointer)] });
  }
  for (const type of ['AWS::RDS::DBInstance', 'AWS::RDS::DBCluster']) {
    for (const record of snapshot.records(type)) {
      const port = number(child(record.config, 'Endpoint'), 'Port') ?? number(record.config, 'Port') ?? number(record.config, 'DbInstancePort');
      if (port === undefined || port === 0) continue;
      const ports = portRange(6, port, port);
      out.set(record.id, { sure: ports, possible: ports, evidence: [evidence(record, '/config/Endpoint')] });
    }
  }
  return out;
}

const classic = (listener: JsonObject): Traffic => listenerTraffic(text(listener, 'Protocol') ?? 'TCP', number(listener, 'LoadBalancerPort') ?? 0);
