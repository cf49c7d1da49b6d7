import { hasAddress, internetAddresses } from '../algebra/address.ts';
import { evidence, shortId, strings, text } from './config.ts';
import type { Interface, Route, Subnet } from './estate.ts';
import type { FirewallEndpoint } from './firewall-model.ts';
import { allowsAll } from './policy-sources.ts';
import { crossing, hop, type Packet, stop, type TraceEnd, type Walk } from './trace-model.ts';

/** Ways through what stands in a subnet and hands packets on: endpoints of firewalls and load balancers, and instances that forward. */
export interface EndpointWays {
  endpoint(packet: Packet, found: Route, subnet: Subnet | undefined): TraceEnd;
  appliance(packet: Packet, found: Route, subnet: Subnet | undefined): TraceEnd;
}

export function endpointWays(walk: Walk): EndpointWays {
  const { estate, leave, land } = walk;
  /**
   * Firewall and Gateway Load Balancer endpoints are "an endpoint network interface in the subnet" (PrivateLink guide): a packet enters that subnet and leaves it
   * again, so its network ACL, which "allows or denies specific inbound or outbound traffic at the subnet level" (VPC guide), is asked twice.
   */
  function endpoint(packet: Packet, found: Route, subnet: Subnet | undefined): TraceEnd {
    const firewall = estate.firewalls.get(found.target);
    if (firewall !== undefined) return inspected(packet, found, firewall, subnet);
    const record = estate.named.get(found.target);
    if (record === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the endpoint ${found.target}`);
    const type = text(record.config, 'VpcEndpointType') ?? 'Gateway';
    if (type === 'Gateway') {
      hop(packet, found.target, `to ${text(record.config, 'ServiceName') ?? 'the service'}`, [evidence(record, '/config')]);
      if (!allowsAll(record))
        packet.events.push({ kind: 'condition', atom: { operator: 'AllowedBy', key: 'vpc-endpoint-policy', values: [found.target], negated: false } });
      return { kind: 'service', resource: found.target, subnet };
    }
    const place = estate.subnets.get(strings(record.config, 'SubnetIds')[0] ?? '');
    if (place === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the subnet of ${found.target}`);
    if (subnet !== place) crossing(packet, place, false);
    hop(packet, found.target, 'inspected behind a Gateway Load Balancer endpoint', [evidence(record, '/config')]);
    packet.events.push({ kind: 'condition', atom: { operator: 'AllowedBy', key: 'firewall', values: [found.target], negated: false } });
    return leave(packet, place);
  }

  function inspected(packet: Packet, found: Route, firewall: FirewallEndpoint, subnet: Subnet | undefined): TraceEnd {
    const place = estate.subnets.get(firewall.subnet);
    if (place === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the subnet of ${found.target}`);
    if (subnet !== place) crossing(packet, place, false);
    hop(packet, found.target, `inspected by the firewall ${firewall.name}`, [evidence(firewall.firewall, '/config/DescribeFirewall/FirewallStatus')]);
    packet.events.push({ kind: 'firewall', endpoint: firewall, source: packet.source, destination: packet.destination });
    return leave(packet, place);
  }

  function appliance(packet: Packet, found: Route, subnet: Subnet | undefined): TraceEnd {
    const own: Interface | undefined = estate.interfaces.find((each) => each.id === found.target || shortId(each.owner.id) === found.target);
    if (own === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the interface ${found.target}`);
    if (own.stations.some((station) => station.address === packet.destination)) return land(packet, own.subnet.vpc, subnet);
    if (subnet !== own.subnet) crossing(packet, own.subnet, false);
    // "If the source/destination check is enabled, the instance must be the source or destination of any traffic it sends or receives".
    if (!own.forwards) return stop(own.id, 'blackhole', [evidence(own.record, '/config/SourceDestCheck')]);
    hop(packet, shortId(own.owner.id), 'forwards, if its system does', [evidence(own.record, '/config/SourceDestCheck')]);
    packet.events.push(
      { kind: 'through', interface: own, source: packet.source, destination: packet.destination },
      { kind: 'condition', atom: { operator: 'Forwards', key: 'appliance', values: [shortId(own.owner.id)], negated: false } },
      { kind: 'no-references' },
    );
    translate(packet, own);
    return leave(packet, own.subnet);
  }

  return { endpoint, appliance };
}

/**
 * A NAT instance gives what goes to the internet its own address, where the internet gateway would have none for the sender; "the value must be false for the instance
 * to perform NAT" (EC2 API reference, SourceDestCheck). Who has a public address of his own keeps it.
 */
function translate(packet: Packet, own: Interface): void {
  if (typeof packet.destination === 'bigint' || !hasAddress(internetAddresses, packet.destination)) return;
  const { holder } = packet;
  if (holder?.outward === true && typeof holder.address === 'number' && holder.interface.subnet.vpc === own.subnet.vpc) return;
  const station = own.stations.find((each) => each.outward && typeof each.address === 'number');
  if (station === undefined) return;
  packet.translations.push({ nat: station, original: packet.source });
  packet.source = station.address;
  packet.holder = station;
}
