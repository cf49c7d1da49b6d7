import type { Json } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { type Address, hasAddress, parseAddress, v4 } from '../algebra/address.ts';
import { dataWants } from './assumed-data.ts';
import { child, objects, strings, text } from './config.ts';
import type { Interface, Station, Subnet } from './estate.ts';
import type { Want } from './want.ts';

/**
 * Interfaces that a service has by its configuration although no answer lists them: functions in a VPC, databases, tasks, load balancers, NAT gateways whose
 * `DescribeNetworkInterfaces` was not imported. The address is not known; the first of the subnet stands for it.
 */
export function assumedInterfaces(snapshot: Snapshot, subnets: ReadonlyMap<string, Subnet>, known: readonly Interface[]): readonly Interface[] {
  const have = new Set(known.map((each) => each.owner.id));
  const out: Interface[] = [];
  for (const want of [...wants(snapshot), ...dataWants(snapshot)]) {
    if (have.has(want.record.id)) continue;
    const places = want.subnets.flatMap((id) => subnets.get(id) ?? []);
    // Whose address is known stands in the one subnet that holds it.
    const address = want.address === undefined ? undefined : parseAddress(want.address);
    const home = address === undefined ? undefined : places.find((subnet) => hasAddress(subnet.cidrs, address));
    for (const subnet of home === undefined ? places : [home]) out.push(assume(want, subnet, want.part ?? ''));
  }
  return out;
}

function assume(want: Want, subnet: Subnet, part: string): Interface {
  const stations: Station[] = [];
  const each: Interface = {
    id: `${want.record.id}${part}@${subnet.id}`,
    record: want.record,
    owner: want.record,
    kind: want.kind,
    subnet,
    groups: want.groups.length === 0 && want.kind === 'host' ? ['(not collected)'] : want.groups,
    unfiltered: want.groups.length === 0 && want.kind !== 'host',
    forwards: false,
    stations,
  };
  const stated = want.address === undefined ? undefined : parseAddress(want.address);
  const low = v4.pairs(subnet.cidrs.v4)[0]?.[0];
  const address: Address | undefined = stated ?? (low === undefined ? subnet.cidrs.v6[0] : low + 4);
  const open = want.public === undefined ? undefined : parseAddress(want.public);
  if (address !== undefined)
    stations.push({ interface: each, address, public: open, outward: want.outward || open !== undefined, assumed: stated === undefined });
  return each;
}

const groupIds = (value: Json | undefined, ...keys: readonly string[]): readonly string[] => strings(value, ...keys);

function* wants(snapshot: Snapshot): Generator<Want> {
  for (const record of snapshot.records('AWS::EC2::NatGateway')) {
    if (/^(deleted|failed|deleting)$/.test(text(record.config, 'State') ?? '')) continue;
    const [address] = objects(record.config, 'NatGatewayAddresses');
    const base = { record, kind: 'nat', subnets: [text(record.config, 'SubnetId') ?? ''], groups: [], outward: false } as const;
    const own = text(address, 'PrivateIp');
    const open = text(address, 'PublicIp');
    yield { ...base, ...(own === undefined ? {} : { address: own }), ...(open === undefined ? {} : { public: open }) };
  }
  for (const record of snapshot.records('AWS::ElasticLoadBalancingV2::LoadBalancer')) {
    const zones = objects(record.config, 'AvailabilityZones').map((zone) => text(zone, 'SubnetId') ?? '');
    const outward = text(record.config, 'Scheme') === 'internet-facing';
    yield { record, kind: 'balancer', subnets: zones, groups: groupIds(record.config, 'SecurityGroups'), outward };
  }
  for (const record of snapshot.records('AWS::ElasticLoadBalancing::LoadBalancer')) {
    const outward = text(record.config, 'Scheme') !== 'internal';
    yield { record, kind: 'balancer', subnets: strings(record.config, 'Subnets'), groups: groupIds(record.config, 'SecurityGroups'), outward };
  }
  for (const record of snapshot.records('AWS::Lambda::Function')) {
    const config = child(record.config, 'VpcConfig');
    const where = strings(config, 'SubnetIds');
    if (where.length > 0) yield { record, kind: 'host', subnets: where, groups: groupIds(config, 'SecurityGroupIds'), outward: false };
  }
  for (const record of snapshot.records('AWS::RDS::DBInstance')) {
    const places = objects(child(record.config, 'DBSubnetGroup'), 'Subnets').map((item) => text(item, 'SubnetIdentifier') ?? '');
    const groups = objects(record.config, 'VpcSecurityGroups').map((group) => text(group, 'VpcSecurityGroupId') ?? '');
    yield { record, kind: 'host', subnets: places, groups, outward: record.config['PubliclyAccessible'] === true };
  }
  for (const record of snapshot.records('AWS::ECS::Task')) {
    const details = objects(record.config, 'attachments').flatMap((attachment) => objects(attachment, 'details'));
    const named = (name: string): string | undefined =>
      text(
        details.find((detail) => text(detail, 'name') === name),
        'value',
      );
    const subnet = named('subnetId');
    if (subnet === undefined) continue;
    const service = snapshot.records('AWS::ECS::Service').find((each) => text(record.config, 'group') === `service:${text(each.config, 'serviceName') ?? ''}`);
    const network = child(child(service?.config, 'networkConfiguration'), 'awsvpcConfiguration');
    const address = named('privateIPv4Address');
    const want = {
      record,
      kind: 'host',
      subnets: [subnet],
      groups: strings(network, 'securityGroups'),
      outward: text(network, 'assignPublicIp') === 'ENABLED',
    } as const;
    yield address === undefined ? want : { ...want, address };
  }
}
