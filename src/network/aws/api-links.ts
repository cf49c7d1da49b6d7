import { isObject, type Json } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { portRange, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, number, objects, strings, text } from './config.ts';
import type { Decider } from './decide.ts';
import { doorRow, found, listenedBy, overNetwork, stationsOf } from './door-rows.ts';
import type { Estate } from './estate.ts';
import { https } from './services.ts';
import { proxiedTargets } from './targets.ts';

/** From APIs to what they call: functions, and over VPC links load balancers inside a network. */
export function apiClasses(estate: Estate, decider: Decider, snapshot: Snapshot): readonly ReachClass[] {
  return [...restApis(estate, decider, snapshot), ...httpApis(estate, decider, snapshot)];
}

const functionOf = (snapshot: Snapshot, uri: string): SnapshotRecord | undefined =>
  found(snapshot, /(arn:[\w-]+:lambda:[\w-]*:\d*:function:[\w-]+)/.exec(uri)?.[1]);

/** A REST API's VPC link is an endpoint of PrivateLink to Network Load Balancers: their targets see the load balancer. */
function* restApis(estate: Estate, decider: Decider, snapshot: Snapshot): Generator<ReachClass> {
  const links = new Map(snapshot.records('AWS::ApiGateway::VpcLink').map((record) => [text(record.config, 'id') ?? '', record]));
  for (const api of snapshot.records('AWS::ApiGateway::RestApi')) {
    const seen = new Set<string>();
    for (const [index, resource] of objects(api.config, 'GetResources').entries()) {
      const methods = child(resource, 'resourceMethods');
      for (const name of Object.keys(methods)) {
        const integration = child(child(methods, name), 'methodIntegration');
        const proof = [evidence(api, `/config/GetResources/${index}/resourceMethods/${name}/methodIntegration`)];
        const called = functionOf(snapshot, text(integration, 'uri') ?? '');
        const link = text(integration, 'connectionType') === 'VPC_LINK' ? links.get(text(integration, 'connectionId') ?? '') : undefined;
        for (const id of called === undefined ? strings(link?.config, 'targetArns') : [called.id]) {
          const target = snapshot.find(id);
          if (target === undefined || seen.has(target.id)) continue;
          seen.add(target.id);
          if (called !== undefined) {
            yield doorRow(api.id, target.id, https, proof);
            continue;
          }
          const { ports, missing } = listenedBy(estate, target.id);
          const linked = [...proof, ...(link === undefined ? [] : [evidence(link, '/config/targetArns')])];
          if (ports.length > 0) yield doorRow(api.id, target.id, ports, linked, { missing });
          for (const row of proxiedTargets(estate, decider, snapshot, target)) yield { ...row, sources: [api.id], evidence: [...linked, ...row.evidence] };
        }
      }
    }
  }
}

/** An HTTP API's VPC link has interfaces and groups of its own and calls a listener from there. */
function* httpApis(estate: Estate, decider: Decider, snapshot: Snapshot): Generator<ReachClass> {
  const links = new Map(snapshot.records('AWS::ApiGatewayV2::VpcLink').map((record) => [text(record.config, 'VpcLinkId') ?? '', record]));
  for (const api of snapshot.records('AWS::ApiGatewayV2::Api')) {
    for (const [index, integration] of integrations(api).entries()) {
      const proof = [evidence(api, `/config/GetIntegrations/${index}`)];
      const uri = text(integration, 'IntegrationUri') ?? '';
      const called = functionOf(snapshot, uri);
      if (called !== undefined) yield doorRow(api.id, called.id, https, proof);
      const listener = found(snapshot, uri);
      const balancer = found(snapshot, text(listener?.config, 'LoadBalancerArn'));
      const link = links.get(text(integration, 'ConnectionId') ?? '');
      if (listener === undefined || balancer === undefined || link === undefined) continue;
      const port = number(listener.config, 'Port') ?? 443;
      const way = overNetwork(decider, stationsOf(estate, link.id), stationsOf(estate, balancer.id), portRange(6, port, port));
      const flows = traffic.intersect(way.flows, portRange(6, port, port));
      if (flows.length > 0) yield doorRow(api.id, balancer.id, flows, [...proof, evidence(link, '/config/SubnetIds'), ...way.proof], { missing: way.missing });
    }
  }
}

const integrations = (api: SnapshotRecord): readonly Json[] => objects(api.config, 'GetIntegrations').filter(isObject);
