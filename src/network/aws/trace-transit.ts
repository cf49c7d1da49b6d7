import { hasAddress } from '../algebra/address.ts';
import { evidence, shortId } from './config.ts';
import type { Route, Subnet, TransitAttachment, Vpc } from './estate.ts';
import { crossing, endless, hop, type Packet, stop, type TraceEnd, type Walk } from './trace-model.ts';
import { transitLookup } from './transit.ts';

/** Ways through transit gateways. */
export interface TransitWays {
  /** From a network into the gateway that a route names. */
  from(packet: Packet, found: Route, vpc: Vpc, subnet: Subnet | undefined): TraceEnd;
  /** From an attachment, by the table that the gateway associates with it. */
  route(packet: Packet, gateway: string, from: TransitAttachment, zone: string | undefined, depth?: number): TraceEnd;
}

export function transitWays(walk: Walk): TransitWays {
  const { estate } = walk;
  function transit(packet: Packet, found: Route, vpc: Vpc, subnet: Subnet | undefined): TraceEnd {
    const attachment = estate.transit.ofVpc.get(`${found.target} ${vpc.id}`);
    if (attachment === undefined) {
      const unknown =
        estate.transit.attachments.size > 0
          ? undefined
          : estate.unseen('ec2:DescribeTransitGatewayAttachments', 'AWS::EC2::TransitGatewayAttachment', vpc.record);
      return stop(found.target, 'no-route', [found.evidence], unknown);
    }
    const places = attachment.subnets.flatMap((id) => estate.subnets.get(id) ?? []);
    if (subnet !== undefined && places.length > 0) {
      // "Inbound rules use the source IP address" also where the attachment is in the same subnet (transit gateway guide, network ACLs).
      const place = places.find((each) => each === subnet) ?? places.find((each) => each.zone === subnet.zone);
      // "Resources in Availability Zones where there is no transit gateway attachment cannot reach the transit gateway" (transit gateway guide, VPC attachments).
      if (place === undefined) return stop(found.target, 'no-route', [found.evidence, evidence(attachment.record, '/config')]);
      crossing(packet, place, false);
    }
    return transitRoute(packet, found.target, attachment, subnet?.zone, 0);
  }

  function transitRoute(packet: Packet, gateway: string, from: TransitAttachment, zone: string | undefined, depth = 0): TraceEnd {
    const table = from.table === undefined ? undefined : estate.transit.tables.get(from.table);
    const proof = [evidence(from.record, '/config')];
    if (table === undefined) {
      const unknown =
        from.table !== undefined || estate.transit.tables.size === 0 ? estate.missing('ec2:DescribeTransitGatewayRouteTables', from.record) : undefined;
      return stop(gateway, 'no-route', proof, unknown);
    }
    const found = transitLookup(table.routes, packet.destination);
    if (found === undefined)
      return stop(
        gateway,
        'no-route',
        [evidence(table.record, '/config')],
        table.known ? undefined : estate.missing('ec2:SearchTransitGatewayRoutes', table.record),
      );
    const to = found.attachments.flatMap((id) => estate.transit.attachments.get(id) ?? [])[0];
    hop(packet, gateway, `${shortId(table.record.id)} -> ${found.blackhole ? 'blackhole' : (to?.id ?? found.attachments[0] ?? 'unknown')}`, [found.evidence]);
    if (found.blackhole) return stop(gateway, 'blackhole', [found.evidence]);
    if (to === undefined)
      return stop(
        found.attachments[0] ?? gateway,
        'unknown-neighbour',
        [found.evidence],
        estate.missing('ec2:DescribeTransitGatewayAttachments', table.record),
      );
    if (!(from.references && to.references)) packet.events.push({ kind: 'no-references' });
    if (to.kind === 'vpn' || to.kind === 'direct-connect-gateway' || to.kind === 'connect')
      return { kind: 'onprem', id: to.resource === '' ? to.id : to.resource };
    // The other end of a peering attachment is routed by the table that its own gateway associates with it.
    const other = to.kind === 'peering' ? estate.transit.peerings.get(to.id)?.find((each) => each.gateway !== gateway) : undefined;
    if (other !== undefined && depth < 4) {
      packet.events.push({ kind: 'no-references' });
      return transitRoute(packet, other.gateway, other, undefined, depth + 1);
    }
    const vpc = estate.vpcs.get(to.resource);
    if (to.kind !== 'vpc' || vpc === undefined || depth > 3)
      return stop(
        to.resource === '' ? to.id : to.resource,
        'unknown-neighbour',
        [found.evidence],
        `what lies behind ${to.resource === '' ? to.id : to.resource}`,
      );
    return enter(packet, vpc, to, zone);
  }

  /** Out of a transit gateway into a VPC, through the interface in one of the attachment's subnets, whose route table decides. */
  function enter(packet: Packet, vpc: Vpc, to: TransitAttachment, zone: string | undefined): TraceEnd {
    const places = to.subnets.flatMap((id) => estate.subnets.get(id) ?? []);
    hop(packet, vpc.id, 'enters the VPC', [evidence(to.record, '/config')]);
    // Same subnet: "outbound rules are not evaluated, inbound rules are not evaluated" for traffic from the transit gateway to the instances.
    const same = places.find((each) => hasAddress(each.cidrs, packet.destination));
    if (same !== undefined) return walk.land(packet, vpc, same);
    const place = places.find((each) => each.zone === zone) ?? places[0];
    if (place === undefined) return walk.land(packet, vpc, undefined);
    if (endless(packet)) return stop(vpc.id, 'blackhole', [evidence(vpc.record, '/config')]);
    crossing(packet, place, true);
    return walk.route(packet, place.table, vpc, place);
  }

  return { from: transit, route: transitRoute };
}
