import type { Json, JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Address, hasAddress, internetAddresses, parseAddress } from '../algebra/address.ts';
import { assumedInterfaces } from './assumed.ts';
import { child, flag, objects, shortId, strings, text } from './config.ts';
import type { Interface, InterfaceKind, Station, Subnet } from './estate.ts';

interface Owner {
  readonly record: SnapshotRecord;
  readonly kind: InterfaceKind;
}

/** Every network interface of the snapshot: recorded ones, those that only an instance tells of, and those that a service must have but nobody listed. Sorted by id. */
export function interfaces(snapshot: Snapshot, subnets: ReadonlyMap<string, Subnet>): readonly Interface[] {
  const owners = ownersByInterface(snapshot);
  const elastic = elasticAddresses(snapshot);
  const out = new Map<string, Interface>();
  for (const record of snapshot.records('AWS::EC2::NetworkInterface')) {
    const id = text(record.config, 'NetworkInterfaceId');
    const subnet = subnets.get(text(record.config, 'SubnetId') ?? '');
    if (id === undefined || subnet === undefined) continue;
    const owner = owners.get(id) ?? ownerByDescription(snapshot, record) ?? { record, kind: kindOf(record.config) };
    if (/^(terminated|shutting-down)$/.test(text(child(owner.record.config, 'State'), 'Name') ?? '')) continue;
    out.set(id, make(id, record, owner, subnet, record.config, elastic));
  }
  for (const record of snapshot.records('AWS::EC2::Instance')) {
    if (/^(terminated|shutting-down)$/.test(text(child(record.config, 'State'), 'Name') ?? '')) continue;
    const listed = objects(record.config, 'NetworkInterfaces');
    const whole: readonly JsonObject[] = listed.length > 0 || text(record.config, 'SubnetId') === undefined ? listed : [withoutInterfaces(record)];
    for (const item of whole) {
      const id = text(item, 'NetworkInterfaceId') ?? '';
      const subnet = subnets.get(text(item, 'SubnetId') ?? '');
      if (subnet === undefined || out.has(id)) continue;
      out.set(id, make(id, record, { record, kind: 'host' }, subnet, item, elastic));
    }
  }
  for (const each of assumedInterfaces(snapshot, subnets, [...out.values()])) out.set(each.id, each);
  return [...out.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** An old answer, or a hand-written one, without the list of interfaces. */
function withoutInterfaces(record: SnapshotRecord): JsonObject {
  const { config } = record;
  const copy: Record<string, Json | undefined> = { ...config, NetworkInterfaceId: `${shortId(record.id)}/eth0`, Groups: config['SecurityGroups'] };
  if (text(config, 'PublicIpAddress') !== undefined) copy['Association'] = { PublicIp: text(config, 'PublicIpAddress') ?? '' };
  return copy;
}

const kindOf = (config: JsonObject): InterfaceKind => {
  const type = text(config, 'InterfaceType') ?? '';
  if (type === 'nat_gateway') return 'nat';
  if (/load_balancer/.test(type) && !/endpoint/.test(type)) return 'balancer';
  if (/endpoint/.test(type)) return 'endpoint';
  return type === 'transit_gateway' ? 'gateway' : 'host';
};

function make(id: string, record: SnapshotRecord, owner: Owner, subnet: Subnet, config: JsonObject, elastic: ReadonlyMap<string, Address>): Interface {
  const listed = config['Groups'] ?? config['SecurityGroups'];
  const groups = objects(config, 'Groups', 'SecurityGroups').map((group) => text(group, 'GroupId') ?? '');
  const none = listed !== undefined && groups.length === 0 && (owner.kind !== 'host' || flag(config, 'RequesterManaged') === true);
  const stations: Station[] = [];
  const each: Interface = {
    id,
    record,
    owner: owner.record,
    kind: owner.kind,
    subnet,
    groups: groups.length === 0 && !none ? ['(not collected)'] : groups,
    unfiltered: none,
    forwards: flag(config, 'SourceDestCheck') === false,
    stations,
  };
  const seen = new Set<Address>();
  const add = (private_: string | undefined, public_: string | undefined): void => {
    const address = private_ === undefined ? undefined : parseAddress(private_);
    if (address === undefined || seen.has(address)) return;
    seen.add(address);
    const open =
      typeof address === 'bigint'
        ? hasAddress(internetAddresses, address)
          ? address
          : undefined
        : ((public_ === undefined ? undefined : parseAddress(public_)) ?? elastic.get(`${id} ${private_}`));
    stations.push({ interface: each, address, public: open, outward: open !== undefined, assumed: false });
  };
  const association = (item: Json | undefined): string | undefined => text(child(item, 'Association'), 'PublicIp');
  for (const item of objects(config, 'PrivateIpAddresses'))
    add(text(item, 'PrivateIpAddress'), association(item) ?? (item['Primary'] === true ? association(config) : undefined));
  add(text(config, 'PrivateIpAddress'), association(config));
  for (const item of objects(config, 'Ipv6Addresses')) add(text(item, 'Ipv6Address'), undefined);
  return each;
}

function elasticAddresses(snapshot: Snapshot): ReadonlyMap<string, Address> {
  const out = new Map<string, Address>();
  for (const { config } of snapshot.records('AWS::EC2::EIP')) {
    const address = parseAddress(text(config, 'PublicIp') ?? '');
    const id = text(config, 'NetworkInterfaceId');
    if (address !== undefined && id !== undefined) out.set(`${id} ${text(config, 'PrivateIpAddress') ?? ''}`, address);
  }
  return out;
}

/** Who an interface belongs to, by the ids that other answers give. */
function ownersByInterface(snapshot: Snapshot): ReadonlyMap<string, Owner> {
  const out = new Map<string, Owner>();
  for (const record of snapshot.records('AWS::EC2::NatGateway'))
    for (const address of objects(record.config, 'NatGatewayAddresses')) out.set(text(address, 'NetworkInterfaceId') ?? '', { record, kind: 'nat' });
  for (const record of snapshot.records('AWS::EC2::VPCEndpoint'))
    for (const id of strings(record.config, 'NetworkInterfaceIds')) out.set(id, { record, kind: 'endpoint' });
  for (const record of snapshot.records('AWS::ECS::Task')) {
    for (const attachment of objects(record.config, 'attachments'))
      for (const detail of objects(attachment, 'details'))
        if (text(detail, 'name') === 'networkInterfaceId') out.set(text(detail, 'value') ?? '', { record, kind: 'host' });
  }
  const instances = new Map<string, SnapshotRecord>();
  for (const record of snapshot.records('AWS::EC2::Instance')) {
    instances.set(text(record.config, 'InstanceId') ?? '', record);
    for (const item of objects(record.config, 'NetworkInterfaces')) out.set(text(item, 'NetworkInterfaceId') ?? '', { record, kind: 'host' });
  }
  for (const record of snapshot.records('AWS::EC2::NetworkInterface')) {
    const instance = instances.get(text(child(record.config, 'Attachment'), 'InstanceId') ?? '');
    if (instance !== undefined) out.set(text(record.config, 'NetworkInterfaceId') ?? '', { record: instance, kind: 'host' });
  }
  return out;
}

/** Services say in the description whose interface it is: `ELB app/name/hash`, `ELB name`, `AWS Lambda VPC ENI-name-…`, `RDSNetworkInterface`. */
function ownerByDescription(snapshot: Snapshot, eni: SnapshotRecord): Owner | undefined {
  const description = text(eni.config, 'Description') ?? '';
  if (description.startsWith('ELB ')) {
    const name = description.slice(4);
    const modern = snapshot
      .records('AWS::ElasticLoadBalancingV2::LoadBalancer')
      .find((record) => record.account === eni.account && record.region === eni.region && record.id.endsWith(`:loadbalancer/${name}`));
    const classic = snapshot
      .records('AWS::ElasticLoadBalancing::LoadBalancer')
      .find((record) => record.account === eni.account && record.region === eni.region && text(record.config, 'LoadBalancerName') === name);
    const record = modern ?? classic;
    return record === undefined ? undefined : { record, kind: 'balancer' };
  }
  const same = (record: SnapshotRecord): boolean => record.account === eni.account && record.region === eni.region;
  if (description.startsWith('AWS Lambda VPC ENI-')) {
    const rest = description.slice('AWS Lambda VPC ENI-'.length);
    const fitting = snapshot.records('AWS::Lambda::Function').filter((record) => same(record) && rest.startsWith(text(record.config, 'FunctionName') ?? '\n'));
    fitting.sort((a, b) => (text(b.config, 'FunctionName') ?? '').length - (text(a.config, 'FunctionName') ?? '').length);
    return fitting[0] === undefined ? undefined : { record: fitting[0], kind: 'host' };
  }
  const service = serviceOwner(snapshot, description, same);
  if (service !== undefined) return { record: service, kind: 'host' };
  if (description === 'RDSNetworkInterface') {
    const groups = objects(eni.config, 'Groups')
      .map((group) => text(group, 'GroupId') ?? '')
      .sort()
      .join();
    const fitting = snapshot.records('AWS::RDS::DBInstance').filter((record) => {
      const own = objects(record.config, 'VpcSecurityGroups')
        .map((group) => text(group, 'VpcSecurityGroupId') ?? '')
        .sort()
        .join();
      const places = objects(child(record.config, 'DBSubnetGroup'), 'Subnets').map((item) => text(item, 'SubnetIdentifier'));
      return same(record) && own === groups && places.includes(text(eni.config, 'SubnetId'));
    });
    const [only, other] = fitting;
    return only === undefined || other !== undefined ? undefined : { record: only, kind: 'host' };
  }
  return undefined;
}

/** `Amazon EKS name`, `ES name`, `ElastiCache id+…`, `… Amazon MSK network interface for cluster arn:…`. */
function serviceOwner(snapshot: Snapshot, description: string, same: (record: SnapshotRecord) => boolean): SnapshotRecord | undefined {
  const named = (type: string, key: string, name: string): SnapshotRecord | undefined =>
    snapshot.records(type).find((record) => same(record) && text(record.config, key) === name);
  const eks = /^Amazon EKS (\S+)$/.exec(description)?.[1];
  if (eks !== undefined) return snapshot.records('AWS::EKS::Cluster').find((record) => same(record) && record.id.endsWith(`:cluster/${eks}`));
  const search = /^ES (\S+)$/.exec(description)?.[1];
  if (search !== undefined) return named('AWS::OpenSearchService::Domain', 'DomainName', search);
  const cache = /^ElastiCache ([\w-]+)/.exec(description)?.[1];
  if (cache !== undefined) return named('AWS::ElastiCache::CacheCluster', 'CacheClusterId', cache);
  const kafka = /Amazon MSK network interface for cluster (arn:\S+)/.exec(description)?.[1];
  return kafka === undefined ? undefined : named('AWS::MSK::Cluster', 'ClusterArn', kafka);
}
