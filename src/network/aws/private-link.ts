import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { v4 } from '../algebra/address.ts';
import { traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { groupsAllow } from './allowed.ts';
import { evidence, strings, text } from './config.ts';
import type { Decider } from './decide.ts';
import { doorRow, listenedBy } from './door-rows.ts';
import type { Estate } from './estate.ts';
import { namedEndpoints } from './policy-sources.ts';
import { https } from './services.ts';
import { proxiedTargets } from './targets.ts';

const dead = /^(deleted|deleting|rejected|failed|expired|pendingacceptance)$/i;

/**
 * PrivateLink: an endpoint leads to the load balancers of the service it names, whoever's account that is in, and through them to their targets; nothing else of the provider is reached, and
 * nothing of the consumer from there. "The source IP of the AWS PrivateLink traffic is always the private IP address of the Network Load Balancer", so that targets see the load balancer.
 */
export function privateLinkClasses(estate: Estate, decider: Decider, snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  const services = new Map(snapshot.records('AWS::EC2::VPCEndpointService').map((record) => [text(record.config, 'ServiceName') ?? '', record]));
  for (const record of snapshot.records('AWS::EC2::VPCEndpoint')) {
    if (dead.test(text(record.config, 'State') ?? '')) continue;
    const service = services.get(text(record.config, 'ServiceName') ?? '\n');
    if (service !== undefined) out.push(...provided(estate, decider, snapshot, record, service));
    if (/\.execute-api$/.test(text(record.config, 'ServiceName') ?? '')) out.push(...privateApis(snapshot, record));
  }
  return out;
}

function* provided(estate: Estate, decider: Decider, snapshot: Snapshot, endpoint: SnapshotRecord, service: SnapshotRecord): Generator<ReachClass> {
  for (const key of ['NetworkLoadBalancerArns', 'GatewayLoadBalancerArns']) {
    for (const [index, arn] of strings(service.config, key).entries()) {
      const balancer = snapshot.find(arn);
      if (balancer === undefined || !admits(estate, endpoint, balancer)) continue;
      const { ports, missing } = listenedBy(estate, balancer.id);
      const proof = [evidence(endpoint, '/config/ServiceName'), evidence(service, `/config/${key}/${index}`)];
      if (ports.length > 0) yield doorRow(endpoint.id, balancer.id, ports, proof, { missing });
      for (const row of proxiedTargets(estate, decider, snapshot, balancer)) yield { ...row, sources: [endpoint.id], evidence: [...proof, ...row.evidence] };
    }
  }
}

/** "Enforce inbound rules on PrivateLink traffic", on unless it is turned off, asks the load balancer's groups whether they know the consumer's addresses. */
function admits(estate: Estate, endpoint: SnapshotRecord, balancer: SnapshotRecord): boolean {
  if (text(balancer.config, 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic') === 'off') return true;
  const fronts = estate.byOwner.get(balancer.id) ?? [];
  if (fronts.every((front) => front.unfiltered)) return true;
  const cidrs = estate.vpcs.get(text(endpoint.config, 'VpcId') ?? '')?.cidrs;
  if (cidrs === undefined) return true;
  const { ports } = listenedBy(estate, balancer.id);
  // Every stretch of the consumer's addresses that the groups tell apart.
  const starts = new Set(v4.pairs(cidrs.v4).map(([low]) => low));
  for (const front of fronts)
    for (const id of front.groups)
      for (const rule of estate.groups.get(id)?.ingress ?? [])
        for (const [low, high] of v4.pairs(v4.intersect(rule.set.v4, cidrs.v4))) starts.add(low).add(Math.min(high + 1, cidrs.v4.at(-1) ?? high));
  return fronts.some((front) =>
    [...starts].some((address) => traffic.intersect(groupsAllow(estate, front, false, address, undefined).possible, ports).length > 0),
  );
}

/** A private API answers through the interface endpoints of its region that it, or its policy, names. */
function* privateApis(snapshot: Snapshot, endpoint: SnapshotRecord): Generator<ReachClass> {
  for (const api of snapshot.records('AWS::ApiGateway::RestApi')) {
    const config = api.config['endpointConfiguration'];
    if (api.region !== endpoint.region || !strings(config, 'types').includes('PRIVATE')) continue;
    const named = [...strings(config, 'vpcEndpointIds'), ...(namedEndpoints(api.config['policy']) ?? [])];
    const id = text(endpoint.config, 'VpcEndpointId') ?? '';
    if (named.length > 0 && !named.includes(id)) continue;
    yield doorRow(endpoint.id, api.id, https, [evidence(endpoint, '/config/ServiceName'), evidence(api, '/config/endpointConfiguration')]);
  }
}
