import type { Snapshot } from '../../model/record.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { child, flag, number, objects, strings, text } from './config.ts';
import type { Want } from './want.ts';

/** Interfaces of data services, cluster endpoints and VPC links, by their own configuration. */
export function* dataWants(snapshot: Snapshot): Generator<Want> {
  for (const record of snapshot.records('AWS::Redshift::Cluster')) {
    const name = text(record.config, 'ClusterSubnetGroupName');
    const subnets = subnetsOf(snapshot, 'AWS::Redshift::ClusterSubnetGroup', 'ClusterSubnetGroupName', name, record.account, record.region);
    const groups = objects(record.config, 'VpcSecurityGroups').map((group) => text(group, 'VpcSecurityGroupId') ?? '');
    const base = { record, kind: 'host', subnets, groups, outward: flag(record.config, 'PubliclyAccessible') === true } as const;
    const nodes = objects(record.config, 'ClusterNodes').filter((node) => text(node, 'PrivateIPAddress') !== undefined);
    if (nodes.length === 0) yield base;
    for (const node of nodes) {
      const open = text(node, 'PublicIPAddress');
      const public_ = base.outward && open !== undefined ? { public: open } : {};
      yield { ...base, ...public_, address: text(node, 'PrivateIPAddress') ?? '', part: `/${text(node, 'NodeRole') ?? ''}` };
    }
  }
  for (const record of snapshot.records('AWS::OpenSearchService::Domain')) {
    const vpc = child(record.config, 'VPCOptions');
    const subnets = strings(vpc, 'SubnetIds');
    if (subnets.length > 0) yield { record, kind: 'host', subnets, groups: strings(vpc, 'SecurityGroupIds'), outward: false };
  }
  for (const record of snapshot.records('AWS::ElastiCache::CacheCluster')) {
    const name = text(record.config, 'CacheSubnetGroupName');
    const subnets = subnetsOf(snapshot, 'AWS::ElastiCache::SubnetGroup', 'CacheSubnetGroupName', name, record.account, record.region);
    const groups = objects(record.config, 'SecurityGroups').map((group) => text(group, 'SecurityGroupId') ?? '');
    yield { record, kind: 'host', subnets, groups, outward: false };
  }
  for (const record of snapshot.records('AWS::MSK::Cluster')) {
    const brokers = child(child(record.config, 'Provisioned'), 'BrokerNodeGroupInfo');
    const own = Object.keys(brokers).length > 0 ? brokers : child(record.config, 'BrokerNodeGroupInfo');
    const outward = text(child(child(own, 'ConnectivityInfo'), 'PublicAccess'), 'Type') === 'SERVICE_PROVIDED_EIPS';
    yield { record, kind: 'host', subnets: strings(own, 'ClientSubnets'), groups: strings(own, 'SecurityGroups'), outward };
  }
  for (const record of snapshot.records('AWS::EKS::Cluster')) {
    const config = child(record.config, 'resourcesVpcConfig');
    if (flag(config, 'endpointPrivateAccess') !== true) continue;
    const own = text(config, 'clusterSecurityGroupId');
    const groups = [...(own === undefined ? [] : [own]), ...strings(config, 'securityGroupIds')];
    yield { record, kind: 'host', subnets: strings(config, 'subnetIds'), groups, outward: false };
  }
  // A VPC link sends what an API was asked; nobody sits in it.
  for (const record of snapshot.records('AWS::ApiGatewayV2::VpcLink'))
    yield { record, kind: 'balancer', subnets: strings(record.config, 'SubnetIds'), groups: strings(record.config, 'SecurityGroupIds'), outward: false };
}

function subnetsOf(snapshot: Snapshot, type: string, key: string, name: string | undefined, account: string, region: string): readonly string[] {
  const group = snapshot
    .records(type)
    .find((record) => record.account === account && record.region === region && text(record.config, key)?.toLowerCase() === name?.toLowerCase());
  return objects(group?.config, 'Subnets').map((item) => text(item, 'SubnetIdentifier') ?? '');
}

/** "Ports that brokers listen on: 9092 plaintext, 9094 TLS, 9096 SASL/SCRAM, 9098 IAM; 9194, 9196, 9198 from outside AWS" (MSK guide, port information). */
const brokers = [9092, 9094, 9096, 9098, 9194, 9196, 9198].reduce<Traffic>((sum, port) => traffic.union(sum, portRange(6, port, port)), traffic.empty);
const https = portRange(6, 443, 443);

/** What these services answer on, with where it is written. */
export function* dataPorts(snapshot: Snapshot): Generator<{ readonly id: string; readonly ports: Traffic; readonly pointer: string }> {
  for (const record of snapshot.records('AWS::Redshift::Cluster')) {
    const port = number(child(record.config, 'Endpoint'), 'Port') ?? 5439;
    yield { id: record.id, ports: portRange(6, port, port), pointer: '/config/Endpoint' };
  }
  for (const record of snapshot.records('AWS::OpenSearchService::Domain'))
    yield { id: record.id, ports: traffic.union(portRange(6, 80, 80), https), pointer: '/config/DomainEndpointOptions' };
  for (const record of snapshot.records('AWS::ElastiCache::CacheCluster')) {
    const [node] = objects(record.config, 'CacheNodes');
    const port =
      number(child(node, 'Endpoint'), 'Port') ??
      number(child(record.config, 'ConfigurationEndpoint'), 'Port') ??
      (text(record.config, 'Engine') === 'memcached' ? 11_211 : 6379);
    yield { id: record.id, ports: portRange(6, port, port), pointer: '/config/CacheNodes' };
  }
  for (const record of snapshot.records('AWS::MSK::Cluster')) yield { id: record.id, ports: brokers, pointer: '/config' };
  for (const record of snapshot.records('AWS::EKS::Cluster')) yield { id: record.id, ports: https, pointer: '/config/resourcesVpcConfig' };
}
