import type { Evidence } from '../../model/evidence.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { type Address, addressSet, addressText, hasAddress, internetAddresses } from '../algebra/address.ts';
import { natTraffic } from '../algebra/traffic.ts';
import type { StopReason } from '../api.ts';
import { child, evidence, objects, shortId, strings, text } from './config.ts';
import type { Estate, Interface, Route, RouteTable, Station, Subnet, TransitAttachment, Vpc } from './estate.ts';
import type { FirewallEndpoint } from './firewall-model.ts';
import { lookup } from './routes.ts';
import type { Origin, Trace, TraceEnd, TraceEvent } from './trace-model.ts';
import { transitLookup } from './transit.ts';

interface State {
  readonly events: TraceEvent[];
  source: Address;
  destination: Address;
  /** Whose public address an internet gateway would use. */
  holder: Station | undefined;
  readonly target: Station | undefined;
  readonly translations: { nat: Station; original: Address }[];
  readonly explain: boolean;
  /** The packet is an answer. */
  readonly session: boolean;
  steps: number;
}

export interface Tracer {
  /** Follows a packet through route tables and gateways. `target` is the station meant, where its address is only assumed. */
  trace(origin: Origin, source: Address, destination: Address, options?: { readonly target?: Station; readonly explain?: boolean }): Trace;
  /** From inside a subnet, e.g. behind a NAT gateway on the way back. */
  fromSubnet(subnet: Subnet, source: Address, destination: Address, holder?: Station, target?: Station): Trace;
}

const maxSteps = 16;
/** "The well-known prefix 64:ff9b::/96" that a NAT gateway turns into IPv4 (VPC guide, DNS64 and NAT64). */
const nat64 = addressSet(['64:ff9b::/96']);

/** Routing alone: no filter stops a packet here. Everything the route tables, gateways and attachments of the snapshot say about one packet. */
export function createTracer(estate: Estate): Tracer {
  const begin = (
    source: Address,
    destination: Address,
    holder: Station | undefined,
    target: Station | undefined,
    how: { readonly explain: boolean; readonly session: boolean },
  ): State => ({ events: [], source, destination, holder, target, translations: [], ...how, steps: 0 });
  const finish = (state: State, end: TraceEnd): Trace => ({
    events: state.events,
    end,
    source: state.source,
    destination: state.destination,
    translations: state.translations,
  });
  const hop = (state: State, resource: string, decision: string, proof: readonly Evidence[]): void => {
    if (state.explain) state.events.push({ kind: 'hop', resource, decision, evidence: proof });
  };
  const stop = (resource: string, reason: StopReason, proof: readonly Evidence[], missing?: string): TraceEnd =>
    missing === undefined ? { kind: 'stop', resource, reason, evidence: proof } : { kind: 'stop', resource, reason, evidence: proof, missing };
  const crossing = (state: State, subnet: Subnet, egress: boolean): void => {
    state.events.push({ kind: 'acl', subnet, egress, address: egress ? state.destination : state.source });
  };

  /** In a subnet, on the way to the destination. Traffic within a subnet meets no ACL and no route. */
  function leave(state: State, subnet: Subnet): TraceEnd {
    if (++state.steps > maxSteps) return stop(subnet.id, 'blackhole', [evidence(subnet.record, '/config')]);
    if (hasAddress(subnet.cidrs, state.destination)) return land(state, subnet.vpc, subnet);
    crossing(state, subnet, true);
    hop(state, subnet.id, 'leaves the subnet', [evidence(subnet.record, '/config/CidrBlock')]);
    return route(state, subnet.table, subnet.vpc, subnet);
  }

  function route(state: State, table: RouteTable | undefined, vpc: Vpc, subnet: Subnet | undefined): TraceEnd {
    if (table === undefined) {
      // A VPC always has its local route, whatever was collected.
      if (hasAddress(vpc.cidrs, state.destination)) return land(state, vpc, undefined);
      return stop(vpc.id, 'no-route', [], estate.missing('ec2:DescribeRouteTables', vpc.record));
    }
    const found = lookup(table, state.destination);
    if (found === undefined) {
      const unresolved = table.unresolved.length > 0 ? estate.missing('ec2:GetManagedPrefixListEntries', table.record) : undefined;
      return stop(table.id, 'no-route', [evidence(table.record, '/config/Routes')], unresolved);
    }
    hop(state, vpc.id, found.text, [found.evidence]);
    if (found.kind !== 'local') state.events.push({ kind: 'route', evidence: found.evidence });
    if (found.blackhole) return stop(found.target === '' ? table.id : found.target, 'blackhole', [found.evidence]);
    return follow(state, found, vpc, subnet);
  }

  function follow(state: State, found: Route, vpc: Vpc, subnet: Subnet | undefined): TraceEnd {
    switch (found.kind) {
      case 'local':
        return land(state, vpc, undefined);
      case 'igw':
        return internetGateway(state, found, vpc);
      case 'eigw':
        if (typeof state.destination !== 'bigint') return stop(found.target, 'no-route', [found.evidence]);
        if (state.session) return stop(found.target, 'no-session', [found.evidence]);
        hop(state, found.target, 'out to the internet, connections from inside only', [found.evidence]);
        state.events.push({ kind: 'no-references' });
        if (estate.publics.has(state.destination)) return arrive(state);
        return { kind: 'internet', via: found.target };
      case 'nat':
        return nat(state, found, subnet);
      case 'pcx':
        return peering(state, found, vpc);
      case 'tgw':
        return transit(state, found, vpc, subnet);
      case 'vgw':
        return vpn(state, found, vpc);
      case 'vpce':
        return endpoint(state, found, subnet);
      case 'eni':
      case 'instance':
        return appliance(state, found, subnet);
      case 'blackhole':
        return stop(found.target, 'blackhole', [found.evidence]);
      case 'other':
        return stop(found.target, 'unknown-neighbour', [found.evidence], `what lies behind ${found.target}`);
    }
  }

  /** In a VPC that holds the destination's address. */
  function land(state: State, vpc: Vpc, from: Subnet | undefined): TraceEnd {
    const subnet =
      state.target !== undefined && state.target.address === state.destination && state.target.interface.subnet.vpc === vpc
        ? state.target.interface.subnet
        : vpc.subnets.find((each) => hasAddress(each.cidrs, state.destination));
    if (subnet === undefined) return stop(vpc.id, 'no-such-host', [evidence(vpc.record, '/config/CidrBlock')]);
    if (subnet !== from) {
      hop(state, subnet.id, 'enters the subnet', [evidence(subnet.record, '/config/CidrBlock')]);
      crossing(state, subnet, false);
    }
    const known = estate.at.get(vpc.id)?.get(state.destination);
    const station = known ?? (state.target?.address === state.destination ? state.target : undefined);
    if (station === undefined) return stop(subnet.id, 'no-such-host', [evidence(subnet.record, '/config/CidrBlock')]);
    return { kind: 'station', station };
  }

  function internetGateway(state: State, found: Route, vpc: Vpc): TraceEnd {
    const proof = [found.evidence];
    const unseen = vpc.igw === undefined ? estate.unseen('ec2:DescribeInternetGateways', 'AWS::EC2::InternetGateway', vpc.record) : undefined;
    if (unseen !== undefined) state.events.push({ kind: 'missing', what: unseen });
    else if (vpc.igw !== found.target) return stop(found.target, 'blackhole', proof);
    if (!hasAddress(internetAddresses, state.destination)) return stop(found.target, 'no-such-host', proof);
    const { holder } = state;
    if (
      holder === undefined ||
      holder.interface.subnet.vpc !== vpc ||
      !holder.outward ||
      (typeof holder.address === 'bigint') !== (typeof state.destination === 'bigint')
    ) {
      const where = holder === undefined ? found.target : shortId(holder.interface.id);
      return stop(where, 'no-public-address', holder === undefined ? proof : [evidence(holder.interface.record, '/config')]);
    }
    const seen = holder.public;
    hop(state, found.target, seen === undefined ? 'out to the internet' : `out to the internet as ${addressText(seen)}`, proof);
    if (seen !== undefined) state.source = seen;
    state.events.push({ kind: 'no-references' });
    return estate.publics.has(state.destination) ? arrive(state) : { kind: 'internet', via: found.target };
  }

  /** From the internet to a public address: the internet gateway replaces it by the private one. */
  function arrive(state: State): TraceEnd {
    const station = state.target?.public === state.destination || state.target?.outward === true ? state.target : estate.publics.get(state.destination);
    if (station === undefined) return stop('internet', 'no-such-host', []);
    const { vpc } = station.interface.subnet;
    const unseen = vpc.igw === undefined ? estate.unseen('ec2:DescribeInternetGateways', 'AWS::EC2::InternetGateway', vpc.record) : undefined;
    // What left by an egress-only gateway comes back by it: "stateful: it forwards traffic from the instances … and then sends the response back".
    const back = state.session && typeof station.address === 'bigint';
    if (unseen !== undefined) state.events.push({ kind: 'missing', what: unseen });
    else if (vpc.igw === undefined && !back) return stop(vpc.id, 'no-route', [evidence(vpc.record, '/config')]);
    const gateway = estate.named.get(vpc.igw ?? '');
    state.destination = station.address;
    hop(state, vpc.igw ?? vpc.id, `${addressText(station.public ?? station.address)} is ${addressText(station.address)}`, [
      ...(gateway === undefined ? [] : [evidence(gateway, '/config/Attachments')]),
      evidence(station.interface.record, '/config'),
    ]);
    const edge = vpc.edges.get(vpc.igw ?? '');
    if (edge !== undefined) return route(state, edge, vpc, undefined);
    hop(state, vpc.id, 'routed to the local address', [evidence(vpc.record, '/config')]);
    return land(state, vpc, undefined);
  }

  function nat(state: State, found: Route, subnet: Subnet | undefined): TraceEnd {
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
    if (typeof state.destination === 'bigint') {
      if (!hasAddress(nat64, state.destination)) return stop(found.target, 'no-route', [found.evidence]);
      state.destination = Number(state.destination & 0xffff_ffffn);
    }
    if (subnet !== own.subnet) crossing(state, own.subnet, false);
    hop(state, found.target, `source becomes ${addressText(station.address)}`, [evidence(record, '/config/NatGatewayAddresses')]);
    state.events.push(
      { kind: 'limit', traffic: natTraffic, resource: found.target, reason: 'no-session', evidence: [evidence(record, '/config')] },
      { kind: 'no-references' },
    );
    state.translations.push({ nat: station, original: state.source });
    state.source = station.address;
    state.holder = text(record.config, 'ConnectivityType') === 'private' ? undefined : station;
    return leave(state, own.subnet);
  }
  const tableRecord = (found: Route): SnapshotRecord =>
    [...estate.tables.values()].find((table) => table.record.id === found.evidence.resource)?.record ?? vpcRecord();
  const vpcRecord = (): SnapshotRecord => [...estate.vpcs.values()][0]?.record ?? { type: '', id: '', account: '', region: '', config: {}, calls: [] };

  /** "VPC peering does not support transitive peering relationships": both addresses must be of the two VPCs themselves. */
  function peering(state: State, found: Route, vpc: Vpc): TraceEnd {
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
    if (!hasAddress(theirs, state.destination) || !hasAddress(vpc.cidrs, state.source))
      return stop(found.target, 'not-transitive', [found.evidence, evidence(record, '/config')]);
    hop(state, found.target, `peering with ${text(there, 'VpcId') ?? 'another VPC'}`, [evidence(record, '/config')]);
    if (other === undefined)
      return stop(
        text(there, 'VpcId') ?? found.target,
        'unknown-neighbour',
        [evidence(record, '/config')],
        `the VPC ${text(there, 'VpcId') ?? ''} of account ${text(there, 'OwnerId') ?? ''}`,
      );
    hop(state, other.id, 'enters the peered VPC', [evidence(other.record, '/config')]);
    // "You cannot reference the security group of a peer VPC that's in a different Region" (peering guide, security groups).
    if (text(here, 'Region') !== text(there, 'Region')) state.events.push({ kind: 'no-references' });
    return land(state, other, undefined);
  }

  function transit(state: State, found: Route, vpc: Vpc, subnet: Subnet | undefined): TraceEnd {
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
      crossing(state, place, false);
    }
    return transitRoute(state, found.target, attachment, subnet?.zone, 0);
  }

  function transitRoute(state: State, gateway: string, from: TransitAttachment, zone: string | undefined, depth: number): TraceEnd {
    const table = from.table === undefined ? undefined : estate.transit.tables.get(from.table);
    const proof = [evidence(from.record, '/config')];
    if (table === undefined) {
      const unknown =
        from.table !== undefined || estate.transit.tables.size === 0 ? estate.missing('ec2:DescribeTransitGatewayRouteTables', from.record) : undefined;
      return stop(gateway, 'no-route', proof, unknown);
    }
    const found = transitLookup(table.routes, state.destination);
    if (found === undefined)
      return stop(
        gateway,
        'no-route',
        [evidence(table.record, '/config')],
        table.known ? undefined : estate.missing('ec2:SearchTransitGatewayRoutes', table.record),
      );
    const to = found.attachments.flatMap((id) => estate.transit.attachments.get(id) ?? [])[0];
    hop(state, gateway, `${shortId(table.record.id)} -> ${found.blackhole ? 'blackhole' : (to?.id ?? found.attachments[0] ?? 'unknown')}`, [found.evidence]);
    if (found.blackhole) return stop(gateway, 'blackhole', [found.evidence]);
    if (to === undefined)
      return stop(
        found.attachments[0] ?? gateway,
        'unknown-neighbour',
        [found.evidence],
        estate.missing('ec2:DescribeTransitGatewayAttachments', table.record),
      );
    if (!(from.references && to.references)) state.events.push({ kind: 'no-references' });
    if (to.kind === 'vpn' || to.kind === 'direct-connect-gateway' || to.kind === 'connect')
      return { kind: 'onprem', id: to.resource === '' ? to.id : to.resource };
    // The other end of a peering attachment is routed by the table that its own gateway associates with it.
    const other = to.kind === 'peering' ? estate.transit.peerings.get(to.id)?.find((each) => each.gateway !== gateway) : undefined;
    if (other !== undefined && depth < 4) {
      state.events.push({ kind: 'no-references' });
      return transitRoute(state, other.gateway, other, undefined, depth + 1);
    }
    const vpc = estate.vpcs.get(to.resource);
    if (to.kind !== 'vpc' || vpc === undefined || depth > 3)
      return stop(
        to.resource === '' ? to.id : to.resource,
        'unknown-neighbour',
        [found.evidence],
        `what lies behind ${to.resource === '' ? to.id : to.resource}`,
      );
    return enter(state, vpc, to, zone);
  }

  /** Out of a transit gateway into a VPC, through the interface in one of the attachment's subnets, whose route table decides. */
  function enter(state: State, vpc: Vpc, to: TransitAttachment, zone: string | undefined): TraceEnd {
    const places = to.subnets.flatMap((id) => estate.subnets.get(id) ?? []);
    hop(state, vpc.id, 'enters the VPC', [evidence(to.record, '/config')]);
    // Same subnet: "outbound rules are not evaluated, inbound rules are not evaluated" for traffic from the transit gateway to the instances.
    const same = places.find((each) => hasAddress(each.cidrs, state.destination));
    if (same !== undefined) return land(state, vpc, same);
    const place = places.find((each) => each.zone === zone) ?? places[0];
    if (place === undefined) return land(state, vpc, undefined);
    if (++state.steps > maxSteps) return stop(vpc.id, 'blackhole', [evidence(vpc.record, '/config')]);
    crossing(state, place, true);
    return route(state, place.table, vpc, place);
  }

  function vpn(state: State, found: Route, vpc: Vpc): TraceEnd {
    if (!vpc.vgws.includes(found.target)) return stop(found.target, 'blackhole', [found.evidence]);
    const connections = [...estate.named.values()].filter(
      (record) =>
        record.type === 'AWS::EC2::VPNConnection' && text(record.config, 'VpnGatewayId') === found.target && text(record.config, 'State') !== 'deleted',
    );
    const [only] = connections;
    hop(state, found.target, 'to the on-premises network', [found.evidence]);
    return { kind: 'onprem', id: connections.length === 1 && only !== undefined ? shortId(only.id) : found.target };
  }

  /**
   * Firewall and Gateway Load Balancer endpoints are "an endpoint network interface in the subnet" (PrivateLink guide): a packet enters that subnet and leaves it
   * again, so its network ACL, which "allows or denies specific inbound or outbound traffic at the subnet level" (VPC guide), is asked twice.
   */
  function endpoint(state: State, found: Route, subnet: Subnet | undefined): TraceEnd {
    const firewall = estate.firewalls.get(found.target);
    if (firewall !== undefined) return inspected(state, found, firewall, subnet);
    const record = estate.named.get(found.target);
    if (record === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the endpoint ${found.target}`);
    const type = text(record.config, 'VpcEndpointType') ?? 'Gateway';
    if (type === 'Gateway') {
      hop(state, found.target, `to ${text(record.config, 'ServiceName') ?? 'the service'}`, [evidence(record, '/config')]);
      if (!allowsAll(record))
        state.events.push({ kind: 'condition', atom: { operator: 'AllowedBy', key: 'vpc-endpoint-policy', values: [found.target], negated: false } });
      return { kind: 'service', resource: found.target, subnet };
    }
    const place = estate.subnets.get(strings(record.config, 'SubnetIds')[0] ?? '');
    if (place === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the subnet of ${found.target}`);
    if (subnet !== place) crossing(state, place, false);
    hop(state, found.target, 'inspected behind a Gateway Load Balancer endpoint', [evidence(record, '/config')]);
    state.events.push({ kind: 'condition', atom: { operator: 'AllowedBy', key: 'firewall', values: [found.target], negated: false } });
    return leave(state, place);
  }

  function inspected(state: State, found: Route, firewall: FirewallEndpoint, subnet: Subnet | undefined): TraceEnd {
    const place = estate.subnets.get(firewall.subnet);
    if (place === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the subnet of ${found.target}`);
    if (subnet !== place) crossing(state, place, false);
    hop(state, found.target, `inspected by the firewall ${firewall.name}`, [evidence(firewall.firewall, '/config/DescribeFirewall/FirewallStatus')]);
    state.events.push({ kind: 'firewall', endpoint: firewall, source: state.source, destination: state.destination });
    return leave(state, place);
  }

  function appliance(state: State, found: Route, subnet: Subnet | undefined): TraceEnd {
    const own: Interface | undefined = estate.interfaces.find((each) => each.id === found.target || shortId(each.owner.id) === found.target);
    if (own === undefined) return stop(found.target, 'unknown-neighbour', [found.evidence], `the interface ${found.target}`);
    if (own.stations.some((station) => station.address === state.destination)) return land(state, own.subnet.vpc, subnet);
    if (subnet !== own.subnet) crossing(state, own.subnet, false);
    // "If the source/destination check is enabled, the instance must be the source or destination of any traffic it sends or receives".
    if (!own.forwards) return stop(own.id, 'blackhole', [evidence(own.record, '/config/SourceDestCheck')]);
    hop(state, shortId(own.owner.id), 'forwards, if its system does', [evidence(own.record, '/config/SourceDestCheck')]);
    state.events.push(
      { kind: 'through', interface: own, source: state.source, destination: state.destination },
      { kind: 'condition', atom: { operator: 'Forwards', key: 'appliance', values: [shortId(own.owner.id)], negated: false } },
      { kind: 'no-references' },
    );
    state.holder = own.stations.find((station) => station.outward) ?? state.holder;
    return leave(state, own.subnet);
  }

  /** Packets from beyond a VPN or Direct Connect enter at the gateway that the connection belongs to. */
  function fromOutside(state: State, id: string): TraceEnd {
    const attachment = [...estate.transit.attachments.values()].find((each) => each.resource === id || each.id === id);
    if (attachment !== undefined) return transitRoute(state, attachment.gateway, attachment, undefined, 0);
    const connection = estate.named.get(id);
    const gateway = id.startsWith('vgw-') ? id : (text(connection?.config, 'VpnGatewayId') ?? '');
    const vpc = [...estate.vpcs.values()].find((each) => each.vgws.includes(gateway));
    if (vpc === undefined) return stop(id, 'unknown-neighbour', [], `where ${id} leads`);
    hop(state, gateway, 'from the on-premises network', [evidence(vpc.record, '/config')]);
    const edge = vpc.edges.get(gateway);
    if (edge !== undefined) return route(state, edge, vpc, undefined);
    // "Edge to edge routing is not supported": what is not of the VPC goes no further.
    if (!hasAddress(vpc.cidrs, state.destination)) return stop(gateway, 'not-transitive', [evidence(vpc.record, '/config')]);
    hop(state, vpc.id, 'routed to the local address', [evidence(vpc.record, '/config')]);
    return land(state, vpc, undefined);
  }

  return {
    trace(origin, source, destination, options = {}) {
      const state = begin(source, destination, origin.kind === 'station' ? origin.station : undefined, options.target, {
        explain: options.explain === true,
        session: false,
      });
      switch (origin.kind) {
        case 'station':
          return finish(state, leave(state, origin.station.interface.subnet));
        case 'internet':
          return finish(state, arrive(state));
        case 'onprem':
          return finish(state, fromOutside(state, origin.id));
      }
    },
    fromSubnet(subnet, source, destination, holder, target) {
      const state = begin(source, destination, holder, target, { explain: false, session: true });
      return finish(state, leave(state, subnet));
    },
  };
}

/** The endpoint's policy is the default one: everybody, everything. */
function allowsAll(record: SnapshotRecord): boolean {
  const raw = record.config['PolicyDocument'];
  if (raw === undefined) return true;
  const flat = (typeof raw === 'string' ? raw : JSON.stringify(raw)).replaceAll(/\s/g, '');
  return (
    /"Effect":"Allow"/.test(flat) &&
    !/"Effect":"Deny"|"Condition"/.test(flat) &&
    /"Action":(\["\*"\]|"\*")/.test(flat) &&
    /"Resource":(\["\*"\]|"\*")/.test(flat) &&
    /"Principal":("\*"|\{"AWS":"\*"\})/.test(flat)
  );
}
