import { type Address, hasAddress } from '../algebra/address.ts';
import { evidence } from './config.ts';
import type { Estate, Route, RouteTable, Station, Subnet, Vpc } from './estate.ts';
import { lookup } from './routes.ts';
import { endpointWays } from './trace-endpoints.ts';
import { gatewayWays } from './trace-gateways.ts';
import { crossing, endless, hop, type Origin, type Packet, stop, type Trace, type TraceEnd, type Walk } from './trace-model.ts';
import { transitWays } from './trace-transit.ts';

export interface Tracer {
  /** Follows a packet through route tables and gateways. `target` is the station meant, where its address is only assumed. */
  trace(origin: Origin, source: Address, destination: Address, options?: { readonly target?: Station; readonly explain?: boolean }): Trace;
  /** From inside a subnet, e.g. behind a NAT gateway on the way back. */
  fromSubnet(subnet: Subnet, source: Address, destination: Address, holder?: Station, target?: Station): Trace;
}

/** Routing alone: no filter stops a packet here. Everything the route tables, gateways and attachments of the snapshot say about one packet. */
export function createTracer(estate: Estate): Tracer {
  const walk: Walk = { estate, leave, route, land };
  const transit = transitWays(walk);
  const gateways = gatewayWays(walk, transit);
  const endpoints = endpointWays(walk);
  const begin = (
    source: Address,
    destination: Address,
    holder: Station | undefined,
    target: Station | undefined,
    how: { readonly explain: boolean; readonly session: boolean },
  ): Packet => ({ events: [], source, destination, holder, target, translations: [], ...how, steps: 0 });
  const finish = (packet: Packet, end: TraceEnd): Trace => ({
    events: packet.events,
    end,
    source: packet.source,
    destination: packet.destination,
    translations: packet.translations,
  });

  /** In a subnet, on the way to the destination. Traffic within a subnet meets no ACL and no route. */
  function leave(packet: Packet, subnet: Subnet): TraceEnd {
    if (endless(packet)) return stop(subnet.id, 'blackhole', [evidence(subnet.record, '/config')]);
    if (hasAddress(subnet.cidrs, packet.destination)) return land(packet, subnet.vpc, subnet);
    crossing(packet, subnet, true);
    hop(packet, subnet.id, 'leaves the subnet', [evidence(subnet.record, '/config/CidrBlock')]);
    return route(packet, subnet.table, subnet.vpc, subnet);
  }

  function route(packet: Packet, table: RouteTable | undefined, vpc: Vpc, subnet: Subnet | undefined): TraceEnd {
    if (table === undefined) {
      // A VPC always has its local route, whatever was collected.
      if (hasAddress(vpc.cidrs, packet.destination)) return land(packet, vpc, undefined);
      return stop(vpc.id, 'no-route', [], estate.missing('ec2:DescribeRouteTables', vpc.record));
    }
    const found = lookup(table, packet.destination);
    if (found === undefined) {
      const unresolved = table.unresolved.length > 0 ? estate.missing('ec2:GetManagedPrefixListEntries', table.record) : undefined;
      return stop(table.id, 'no-route', [evidence(table.record, '/config/Routes')], unresolved);
    }
    hop(packet, vpc.id, found.text, [found.evidence]);
    if (found.kind !== 'local') packet.events.push({ kind: 'route', evidence: found.evidence });
    if (found.blackhole) return stop(found.target === '' ? table.id : found.target, 'blackhole', [found.evidence]);
    return follow(packet, found, vpc, subnet);
  }

  function follow(packet: Packet, found: Route, vpc: Vpc, subnet: Subnet | undefined): TraceEnd {
    switch (found.kind) {
      case 'local':
        return land(packet, vpc, undefined);
      case 'igw':
        return gateways.internetGateway(packet, found, vpc);
      case 'eigw':
        return gateways.egressOnly(packet, found);
      case 'nat':
        return gateways.nat(packet, found, subnet);
      case 'pcx':
        return gateways.peering(packet, found, vpc);
      case 'tgw':
        return transit.from(packet, found, vpc, subnet);
      case 'vgw':
        return gateways.vpn(packet, found, vpc);
      case 'vpce':
        return endpoints.endpoint(packet, found, subnet);
      case 'eni':
      case 'instance':
        return endpoints.appliance(packet, found, subnet);
      case 'blackhole':
        return stop(found.target, 'blackhole', [found.evidence]);
      case 'other':
        return stop(found.target, 'unknown-neighbour', [found.evidence], `what lies behind ${found.target}`);
    }
  }

  /** In a VPC that holds the destination's address. */
  function land(packet: Packet, vpc: Vpc, from: Subnet | undefined): TraceEnd {
    const subnet =
      packet.target !== undefined && packet.target.address === packet.destination && packet.target.interface.subnet.vpc === vpc
        ? packet.target.interface.subnet
        : vpc.subnets.find((each) => hasAddress(each.cidrs, packet.destination));
    if (subnet === undefined) return stop(vpc.id, 'no-such-host', [evidence(vpc.record, '/config/CidrBlock')]);
    if (subnet !== from) {
      hop(packet, subnet.id, 'enters the subnet', [evidence(subnet.record, '/config/CidrBlock')]);
      crossing(packet, subnet, false);
    }
    const known = estate.at.get(vpc.id)?.get(packet.destination);
    const station = known ?? (packet.target?.address === packet.destination ? packet.target : undefined);
    if (station === undefined) return stop(subnet.id, 'no-such-host', [evidence(subnet.record, '/config/CidrBlock')]);
    return { kind: 'station', station };
  }

  return {
    trace(origin, source, destination, options = {}) {
      const packet = begin(source, destination, origin.kind === 'station' ? origin.station : undefined, options.target, {
        explain: options.explain === true,
        session: false,
      });
      switch (origin.kind) {
        case 'station':
          return finish(packet, leave(packet, origin.station.interface.subnet));
        case 'internet':
          return finish(packet, gateways.arrive(packet));
        case 'onprem':
          return finish(packet, gateways.fromOutside(packet, origin.id));
      }
    },
    fromSubnet(subnet, source, destination, holder, target) {
      const packet = begin(source, destination, holder, target, { explain: false, session: true });
      return finish(packet, leave(packet, subnet));
    },
  };
}
