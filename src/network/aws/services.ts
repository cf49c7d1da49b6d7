import type { ConditionAtom } from '../../model/evidence.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, internetAddresses, intersectSets, shareOf, toCidrs } from '../algebra/address.ts';
import { everything, portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, flag, objects, strings, text } from './config.ts';
import { listeningPorts } from './front-doors.ts';

const https = portRange(6, 443, 443);
const web = traffic.union(portRange(6, 80, 80), https);

/** Front doors that a provider runs for a resource: they have no interface in a network of the snapshot, so no group or ACL guards them. */
export function serviceExposures(snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  const open = (record: SnapshotRecord, pointer: string, ports: Traffic, atoms: readonly ConditionAtom[] = [], set: AddressSet = internetAddresses): void => {
    const inside = intersectSets(set, internetAddresses);
    if (inside.v4.length === 0 && inside.v6.length === 0) return;
    out.push({
      sources: ['internet'],
      destinations: [record.id],
      flows: toPortSets(ports),
      from: { cidrs: toCidrs(inside), share: shareOf(inside, internetAddresses) },
      residual: [{ allOf: atoms }],
      missing: [],
      evidence: [evidence(record, pointer)],
    });
  };
  for (const record of snapshot.records('AWS::Lambda::Function')) {
    const urls = objects(record.config, 'ListFunctionUrlConfigs', 'FunctionUrlConfigs', 'GetFunctionUrlConfig');
    const single = child(record.config, 'GetFunctionUrlConfig');
    for (const url of urls.length > 0 ? urls : text(single, 'FunctionUrl') === undefined ? [] : [single])
      open(record, '/config/ListFunctionUrlConfigs', https, text(url, 'AuthType') === 'NONE' ? [] : [signed]);
  }
  for (const record of snapshot.records('AWS::ApiGateway::RestApi')) {
    const types = strings(child(record.config, 'endpointConfiguration'), 'types');
    if (!types.includes('PRIVATE') && record.config['disableExecuteApiEndpoint'] !== true) open(record, '/config/endpointConfiguration', https);
  }
  for (const record of snapshot.records('AWS::ApiGatewayV2::Api'))
    if (flag(record.config, 'DisableExecuteApiEndpoint') !== true) open(record, '/config/ApiEndpoint', https);
  for (const record of snapshot.records('AWS::CloudFront::Distribution')) if (flag(record.config, 'Enabled') !== false) open(record, '/config/DomainName', web);
  for (const record of snapshot.records('AWS::EKS::Cluster')) {
    const config = child(record.config, 'resourcesVpcConfig');
    if (flag(config, 'endpointPublicAccess') !== true) continue;
    const cidrs = strings(config, 'publicAccessCidrs');
    open(record, '/config/resourcesVpcConfig/publicAccessCidrs', https, [], cidrs.length === 0 ? internetAddresses : addressSet(cidrs));
  }
  for (const record of snapshot.records('AWS::GlobalAccelerator::Accelerator')) if (flag(record.config, 'Enabled') !== false) open(record, '/config', web);
  return out;
}

const signed: ConditionAtom = { operator: 'StringEquals', key: 'lambda:FunctionUrlAuthType', values: ['AWS_IAM'], negated: false };

/** From a distribution to the load balancer, API or function that is its origin, by the origin's domain name. */
export function originClasses(snapshot: Snapshot): readonly ReachClass[] {
  const names = new Map<string, SnapshotRecord>();
  for (const type of ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'])
    for (const record of snapshot.records(type)) names.set((text(record.config, 'DNSName') ?? '').toLowerCase(), record);
  for (const record of snapshot.records('AWS::ApiGateway::RestApi'))
    names.set(`${text(record.config, 'id') ?? ''}.execute-api.${record.region}.amazonaws.com`, record);
  for (const record of snapshot.records('AWS::ApiGatewayV2::Api')) names.set((text(record.config, 'ApiEndpoint') ?? '').replace(/^https:\/\//, ''), record);
  const out: ReachClass[] = [];
  for (const record of snapshot.records('AWS::CloudFront::Distribution')) {
    for (const [index, origin] of objects(child(record.config, 'Origins'), 'Items').entries()) {
      const target = names.get((text(origin, 'DomainName') ?? '').toLowerCase());
      if (target === undefined) continue;
      out.push({
        sources: [record.id],
        destinations: [target.id],
        flows: toPortSets(web),
        residual: [{ allOf: [] }],
        missing: [],
        evidence: [evidence(record, `/config/Origins/Items/${index}`)],
      });
    }
  }
  return out;
}

/** PrivateLink: an interface endpoint leads to the load balancers of the service it names, whoever's account that is in; nothing else of the provider is reached. */
export function privateLinkClasses(snapshot: Snapshot): readonly ReachClass[] {
  const out: ReachClass[] = [];
  const services = new Map(snapshot.records('AWS::EC2::VPCEndpointService').map((record) => [text(record.config, 'ServiceName') ?? '', record]));
  for (const record of snapshot.records('AWS::EC2::VPCEndpoint')) {
    const service = services.get(text(record.config, 'ServiceName') ?? '\n');
    if (service === undefined || /^(deleted|deleting|rejected|failed|expired|pendingAcceptance)$/i.test(text(record.config, 'State') ?? '')) continue;
    for (const [index, arn] of strings(service.config, 'NetworkLoadBalancerArns').entries()) {
      const balancer = snapshot.find(arn);
      if (balancer === undefined) continue;
      const ports = listeningPorts(snapshot).get(balancer.id);
      out.push({
        sources: [record.id],
        destinations: [balancer.id],
        flows: toPortSets(ports?.possible ?? everything),
        residual: [{ allOf: [] }],
        missing: ports?.missing === undefined ? [] : [ports.missing],
        evidence: [evidence(record, '/config/ServiceName'), evidence(service, `/config/NetworkLoadBalancerArns/${index}`)],
      });
    }
  }
  return out.filter((row) => row.flows.length > 0);
}
