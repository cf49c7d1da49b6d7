import type { SnapshotRecord } from '../../model/record.ts';
import { addressSet, addressText, hasAddress, internetAddresses } from '../algebra/address.ts';
import { natTraffic } from '../algebra/traffic.ts';
import { child, evidence, objects, shortId, text } from './config.ts';
import type { Route, Subnet, Vpc } from './estate.ts';
import { crossing, hop, type Packet, stop, type TraceEnd, type Walk } from './trace-model.ts';
import type { TransitWays } from './trace-transit.ts';

/** Ways out of a network and into it. */
export interface GatewayWays {
  internetGateway(packet: Packet, found: Route, vpc: Vpc): TraceEnd;
  egressOnly(packet: Packet, found: Route): TraceEnd;
  nat(packet: Packet, found: Route, subnet: Subnet | undefined): TraceEnd;
  peering(packet: Packet, found: Route, vpc: Vpc): TraceEnd;
  vpn(packet: Packet, found: Route, vpc: Vpc): TraceEnd;
  /** From the internet to a public address. */
  arrive(packet: Packet): TraceEnd;
  /** From beyond a VPN or Direct Connect. */
  fromOutside(packet: Packet, id: string): TraceEnd;
}

/** "The well-known prefix 64:ff9b::/96" that a NAT gateway turns into IPv4 (VPC guide, DNS64 and NAT64). */
const nat64 = addressSet(['64:ff9b::/96']);

export function gatewayWays(walk: Walk, transit: TransitWays): GatewayWays {
  const { estate, leave, land, route } = walk;
  function internetGateway(packet: Packet, found: Route, vpc: Vpc): TraceEnd {
    const proof = [found.evidence];
    const unseen = vpc.igw === undefined ? estate.unseen('ec2:DescribeInternetGateways', 'AWS::EC2::InternetGateway', vpc.record) : undefined;
    if (unseen !== undefined) packet.events.push({ kind: 'missing', what: unseen });
    else if (vpc.igw !== found.target) return stop(found.target, 'blackhole', proof);
    if (!hasAddress(internetAddresses, packet.destination)) return stop(found.target, 'no-such-host', proof);
    const { holder } = packet;
    if (
      holder === undefined ||
      holder.interface.subnet.vpc !== vpc ||
      !holder.outward ||
      (typeof holder.address === 'bigint') !== (typeof packet.destination === 'bigint')
    ) {
      const where = holder === undefined ? found.target : shortId(holder.interface.id);
      return stop(where, 'no-public-address', holder === undefined ? proof : [evidence(holder.interface.record, '/config')]);
    }
    const seen = holder.public;
    hop(packet, found.target, seen === undefined ? 'out to the internet' : `out to the internet as ${addressText(seen)}`, proof);
    if (seen !== undefined) packet.source = seen;
    packet.events.push({ kind: 'no-references' });
    return estate.publics.has(packet.destination) ? arrive(packet) : { kind: 'internet', via: found.target };
  }

  function egressOnly(packet: Packet, found: Route): TraceEnd {
    if (typeof packet.destination !== 'bigint') return stop(found.target, 'no-route', [found.evidence]);
    if (packet.session) return stop(found.target, 'no-session', [found.evidence]);
    hop(packet, found.target, 'out to the internet, connections from inside only', [found.evidence]);
    packet.events.push({ kind: 'no-references' });
    return estate.publics.has(packet.destination) ? arrive(packet) : { kind: 'internet', via: found.target };
  }

  /** From the internet to a public address: the internet gateway replaces it by the private one. */
  function arrive(packet: Packet): TraceEnd {
    const station = packet.target?.public === packet.destination || packet.target?.outward === true ? packet.target : estate.publics.get(packet.destination);
    if (station === undefined) return stop('internet', 'no-such-host', []);
    const { vpc } = station.interface.subnet;
    const unseen = vpc.igw === undefined ? estate.unseen('ec2:DescribeInternetGateways', 'AWS::EC2::InternetGateway', vpc.record) : undefined;
    // What left by an egress-only gateway comes back by it: "stateful: it forwards traffic from the instances … and then sends the response back".
    const back = packet.session && typeof station.address === 'bigint';
    if (unseen !== undefined) packet.events.push({ kind: 'missing', what: unseen });
    else if (vpc.igw === undefined && !back) return stop(vpc.id, 'no-route', [evidence(vpc.record, '/config')]);
    const gateway = estate.named.get(vpc.igw ?? '');
    packet.destination = station.address;
    hop(packet, vpc.igw ?? vpc.id, `${addressText(station.public ?? station.address)} is ${addressText(station.address)}`, [
      ...(gateway === undefined ? [] : [evidence(gateway, '/config/Attachments')]),
      evidence(station.interface.record, '/config'),
    ]);
    const edge = vpc.edges.get(vpc.igw ?? '');
    if (edge !== undefined) return route(packet, edge, vpc, undefined);
    hop(packet, vpc.id, 'routed to the local address', [evidence(vpc.record, '/config')]);
    return land(packet, vpc, undefined);
  }

  function nat(packet: Packet, found: Route, subnet: Subnet | undefined): TraceEnd {
    const record = estate.named.get(found.target);
    const [own] = record === undefined ? [] : (estate.byOwner.get(record.id) ?? []);
    const station = own?.stations[0];
    if (record === undefined)
      return stop(
        found.target,
        'unknown-neighbour',
        [found.evidence],
        estate.missing('ec2:DescribeNatGateways', found.evidence.resource === '' ? vpcRecord() : tableRecord(found)),
      );
    if (/^(deleted|deleting|failed)$/.test(text(record.config, 'State') ?? '')) return stop(found.target, 'blackhole', [found.evidence]);
    if (own === undefined || station === undefined)
      return stop(found.target, 'unknown-neighbour', [found.evidence], estate.missing('ec2:DescribeNetworkInterfaces', record));
    if (typeof packet.destination === 'bigint') {
      if (!hasAddress(nat64, packet.destination)) return stop(found.target, 'no-route', [found.evidence]);
      packet.destination = Number(packet.destination & 0xffff_ffffn);
    }
    if (subnet !== own.subnet) crossing(packet, own.subnet, false);
    hop(packet, found.target, `source becomes ${addressText(station.address)}`, [evidence(record, '/config/NatGatewayAddresses')]);
    packet.events.push(
      { kind: 'limit', traffic: natTraffic, resource: found.target, reason: 'no-session', evidence: [evidence(record, '/config')] },
      { kind: 'no-references' },
    );
    packet.translations.push({ nat: station, original: packet.source });
    packet.source = station.address;
    packet.holder = text(record.config, 'ConnectivityType') === 'private' ? undefined : station;
    return leave(packet, own.subnet);
  }

  const tableRecord = (found: Route): SnapshotRecord =>
    [...estate.tables.values()].find((table) => table.record.id === found.evidence.resource)?.record ?? vpcRecord();
  const vpcRecord = (): SnapshotRecord => [...estate.vpcs.values()][0]?.record ?? { type: '', id: '', account: '', region: '', config: {}, calls: [] };

  /** "VPC peering does not support transitive peering relationships": both addresses must be of the two VPCs themselves. */
  function peering(packet: Packet, found: Route, vpc: Vpc): TraceEnd {
    const record = estate.named.get(found.target);
    if (record === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], estate.missing('ec2:DescribeVpcPeeringConnections', vpc.record));
    const status = text(child(record.config, 'Status'), 'Code');
    if (status !== undefined && status !== 'active') return stop(found.target, 'blackhole', [evidence(record, '/config/Status')]);
    const sides = ['RequesterVpcInfo', 'AccepterVpcInfo'].map((key) => child(record.config, key));
    const there = sides.find((side) => text(side, 'VpcId') !== vpc.id);
    const here = sides.find((side) => text(side, 'VpcId') === vpc.id);
    if (here === undefined) return stop(found.target, 'blackhole', [evidence(record, '/config')]);
    const other = estate.vpcs.get(text(there, 'VpcId') ?? '');
    const theirs =
      other?.cidrs ??
      addressSet([
        text(there, 'CidrBlock') ?? '',
        ...objects(there, 'CidrBlockSet').map((item) => text(item, 'CidrBlock') ?? ''),
        ...objects(there, 'Ipv6CidrBlockSet').map((item) => text(item, 'Ipv6CidrBlock') ?? ''),
      ]);
    if (!hasAddress(theirs, packet.destination) || !hasAddress(vpc.cidrs, packet.source))
      return stop(found.target, 'not-transitive', [found.evidence, evidence(record, '/config')]);
    hop(packet, found.target, `peering with ${text(there, 'VpcId') ?? 'another VPC'}`, [evidence(record, '/config')]);
    if (other === undefined)
      return stop(
        text(there, 'VpcId') ?? found.target,
        'unknown-neighbour',
        [evidence(record, '/config')],
        `the VPC ${text(there, 'VpcId') ?? ''} of account ${text(there, 'OwnerId') ?? ''}`,
      );
    hop(packet, other.id, 'enters the peered VPC', [evidence(other.record, '/config')]);
    // "You cannot reference the security group of a peer VPC that's in a different Region" (peering guide, security groups).
    if (text(here, 'Region') !== text(there, 'Region')) packet.events.push({ kind: 'no-references' });
    return land(packet, other, undefined);
  }

  function vpn(packet: Packet, found: Route, vpc: Vpc): TraceEnd {
    if (!vpc.vgws.includes(found.target)) return stop(found.target, 'blackhole', [found.evidence]);
    const connections = [...estate.named.values()].filter(
      (record) =>
        record.type === 'AWS::EC2::VPNConnection' && text(record.config, 'VpnGatewayId') === found.target && text(record.config, 'State') !== 'deleted',
    );
    const [only] = connections;
    hop(packet, found.target, 'to the on-premises network', [found.evidence]);
    return { kind: 'onprem', id: connections.length === 1 && only !== undefined ? shortId(only.id) : found.target };
  }

  /** Packets from beyond a VPN or Direct Connect enter at the gateway that the connection belongs to. */
  function fromOutside(packet: Packet, id: string): TraceEnd {
    const attachment = [...estate.transit.attachments.values()].find((each) => each.resource === id || each.id === id);
    if (attachment !== undefined) return transit.route(packet, attachment.gateway, attachment, undefined);
    const connection = estate.named.get(id);
    const gateway = id.startsWith('vgw-') ? id : (text(connection?.config, 'VpnGatewayId') ?? '');
    const vpc = [...estate.vpcs.values()].find((each) => each.vgws.includes(gateway));
    if (vpc === undefined) return stop(id, 'unknown-neighbour', [], `where ${id} leads`);
    hop(packet, gateway, 'from the on-premises network', [evidence(vpc.record, '/config')]);
    const edge = vpc.edges.get(gateway);
    if (edge !== undefined) return route(packet, edge, vpc, undefined);
    // "Edge to edge routing is not supported": what is not of the VPC goes no further.
    if (!hasAddress(vpc.cidrs, packet.destination)) return stop(gateway, 'not-transitive', [evidence(vpc.record, '/config')]);
    hop(packet, vpc.id, 'routed to the local address', [evidence(vpc.record, '/config')]);
    return land(packet, vpc, undefined);
  }

  return { internetGateway, egressOnly, nat, peering, vpn, arrive, fromOutside };
}
