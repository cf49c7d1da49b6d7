import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Address, addressSet } from '../algebra/address.ts';
import { child, objects, shortId, text } from './config.ts';
import type { Estate, Interface, Station, Subnet, Vpc } from './estate.ts';
import { networkAcls, prefixLists, securityGroups } from './filters.ts';
import { firewallEndpoints } from './firewalls.ts';
import { listeningPorts } from './front-doors.ts';
import { interfaces } from './interfaces.ts';
import { routeTables } from './routes.ts';
import { transitGateways } from './transit.ts';
import { Watched } from './watched.ts';

const dead = /^(disassociated|failed|disassociating|deleted)$/;

function cidrsOf(record: SnapshotRecord): ReturnType<typeof addressSet> {
  const alive = (item: Parameters<typeof text>[0], key: string): boolean => !dead.test(text(child(item, key), 'State') ?? '');
  return addressSet([
    text(record.config, 'CidrBlock') ?? '',
    text(record.config, 'Ipv6CidrBlock') ?? '',
    ...objects(record.config, 'CidrBlockAssociationSet')
      .filter((item) => alive(item, 'CidrBlockState'))
      .map((item) => text(item, 'CidrBlock') ?? ''),
    ...objects(record.config, 'Ipv6CidrBlockAssociationSet')
      .filter((item) => alive(item, 'Ipv6CidrBlockState'))
      .map((item) => text(item, 'Ipv6CidrBlock') ?? ''),
  ]);
}

/** The network of a snapshot with every reference resolved, whatever the order of the records. */
export function buildEstate(snapshot: Snapshot): Estate {
  const lists = prefixLists(snapshot);
  const groups = securityGroups(snapshot, lists);
  const { acls, bySubnet, defaults } = networkAcls(snapshot);
  const tables = routeTables(snapshot, lists);
  const vpcs = new Map<string, Vpc>();
  for (const record of snapshot.records('AWS::EC2::VPC')) {
    const id = text(record.config, 'VpcId');
    if (id !== undefined) vpcs.set(id, { id, record, cidrs: cidrsOf(record), subnets: [], igw: undefined, vgws: [], edges: new Map() });
  }
  for (const record of snapshot.records('AWS::EC2::InternetGateway')) {
    for (const attachment of objects(record.config, 'Attachments')) {
      const vpc = vpcs.get(text(attachment, 'VpcId') ?? '');
      if (vpc !== undefined && !/^detach/.test(text(attachment, 'State') ?? '')) vpc.igw = text(record.config, 'InternetGatewayId');
    }
  }
  for (const record of snapshot.records('AWS::EC2::VPNGateway')) {
    for (const attachment of objects(record.config, 'VpcAttachments')) {
      const vpc = vpcs.get(text(attachment, 'VpcId') ?? '');
      if (vpc !== undefined && !/^detach/.test(text(attachment, 'State') ?? '')) vpc.vgws.push(text(record.config, 'VpnGatewayId') ?? '');
    }
  }
  const mains = new Map<string, string>();
  const explicit = new Map<string, string>();
  for (const [id, table] of tables) {
    for (const association of objects(table.record.config, 'Associations')) {
      if (dead.test(text(child(association, 'AssociationState'), 'State') ?? '')) continue;
      const subnet = text(association, 'SubnetId');
      const gateway = text(association, 'GatewayId');
      if (subnet !== undefined) explicit.set(subnet, id);
      else if (gateway !== undefined) vpcs.get(text(table.record.config, 'VpcId') ?? '')?.edges.set(gateway, table);
      else if (association['Main'] === true) mains.set(text(table.record.config, 'VpcId') ?? '', id);
    }
  }
  const subnets = new Map<string, Subnet>();
  for (const record of snapshot.records('AWS::EC2::Subnet')) {
    const id = text(record.config, 'SubnetId');
    const vpc = vpcs.get(text(record.config, 'VpcId') ?? '');
    if (id === undefined || vpc === undefined) continue;
    const table = tables.get(explicit.get(id) ?? mains.get(vpc.id) ?? '');
    const zone = text(record.config, 'AvailabilityZoneId', 'AvailabilityZone') ?? '';
    const subnet: Subnet = { id, record, vpc, zone, cidrs: cidrsOf(record), table, acl: bySubnet.get(id) ?? defaults.get(vpc.id) };
    subnets.set(id, subnet);
    vpc.subnets.push(subnet);
  }
  const all = interfaces(snapshot, subnets);
  return {
    vpcs,
    subnets,
    groups: new Watched(groups),
    tables,
    acls,
    interfaces: all,
    named: named(snapshot),
    transit: transitGateways(snapshot, vpcs),
    firewalls: firewallEndpoints(snapshot, vpcs, new Map([...lists].flatMap(([id, list]) => (list === undefined ? [] : [[id, list.set] as const])))),
    listening: listeningPorts(snapshot),
    ...indexes(all),
    missing,
    unseen: unseenIn(snapshot),
  };
}

const missing = (call: string, record: SnapshotRecord): string => `${call} ${record.account}/${record.region}`;

function unseenIn(snapshot: Snapshot): Estate['unseen'] {
  const places = new Map<string, Set<string>>();
  return (call, type, record) => {
    let seen = places.get(type);
    if (seen === undefined) {
      seen = new Set(snapshot.records(type).map((each) => `${each.account}/${each.region}`));
      places.set(type, seen);
    }
    return seen.has(`${record.account}/${record.region}`) || snapshot.answered(call, record.account, record.region) ? undefined : missing(call, record);
  };
}

function indexes(all: readonly Interface[]): Pick<Estate, 'at' | 'publics' | 'byGroup' | 'byOwner'> {
  const at = new Map<string, Map<Address, Station>>();
  const publics = new Map<Address, Station>();
  const byGroup = new Map<string, Station[]>();
  const byOwner = new Map<string, Interface[]>();
  const push = <T>(map: Map<string, T[]>, key: string, value: T): void => {
    const known = map.get(key);
    if (known === undefined) map.set(key, [value]);
    else known.push(value);
  };
  for (const each of all) {
    push(byOwner, each.owner.id, each);
    if (each.record.id !== each.owner.id) push(byOwner, each.record.id, each);
    const own = at.get(each.subnet.vpc.id) ?? new Map<Address, Station>();
    at.set(each.subnet.vpc.id, own);
    for (const station of each.stations) {
      if (!station.assumed) own.set(station.address, station);
      if (station.public !== undefined) publics.set(station.public, station);
      for (const group of each.groups) push(byGroup, group, station);
    }
  }
  return { at, publics, byGroup, byOwner };
}

/** Gateways and other records that routes name, by short id. */
function named(snapshot: Snapshot): ReadonlyMap<string, SnapshotRecord> {
  const out = new Map<string, SnapshotRecord>();
  for (const type of [
    'AWS::EC2::InternetGateway',
    'AWS::EC2::EgressOnlyInternetGateway',
    'AWS::EC2::NatGateway',
    'AWS::EC2::VPCPeeringConnection',
    'AWS::EC2::TransitGateway',
    'AWS::EC2::VPNGateway',
    'AWS::EC2::VPNConnection',
    'AWS::EC2::CustomerGateway',
    'AWS::EC2::VPCEndpoint',
  ])
    for (const record of snapshot.records(type)) out.set(shortId(record.id), record);
  return out;
}
