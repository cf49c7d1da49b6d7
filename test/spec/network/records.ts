import type { JsonObject } from '../../../src/model/json.ts';
import type { CallStatus, Snapshot, SnapshotRecord } from '../../../src/model/record.ts';
import { memorySnapshot } from '../../../src/snapshot/memory.ts';
import type { World, WorldAclEntry, WorldFirewall, WorldRule } from './world.ts';

const account = '111122223333';
const six = (cidr: string): boolean => cidr.includes(':');

/** A world as the provider's answers tell it. */
export function snapshotOf(world: World): Snapshot {
  const { records, calls } = recordsOf(world);
  return memorySnapshot(records, { calls });
}

export function recordsOf(world: World): { readonly records: readonly SnapshotRecord[]; readonly calls: readonly CallStatus[] } {
  const records: SnapshotRecord[] = [];
  const add = (type: string, kind: string, id: string, region: string, config: JsonObject): void => {
    records.push({ type: `AWS::EC2::${type}`, id: `arn:aws:ec2:${region}:${account}:${kind}/${id}`, account, region, config, calls: ['ec2:Describe'] });
  };
  const regionOf = (vpc: string): string => world.vpcs.find((each) => each.id === vpc)?.region ?? 'eu-west-1';
  for (const vpc of world.vpcs) {
    const low = vpc.cidrs.filter((cidr) => !six(cidr));
    add('VPC', 'vpc', vpc.id, vpc.region, {
      VpcId: vpc.id,
      CidrBlock: low[0] ?? '',
      CidrBlockAssociationSet: low.map((CidrBlock) => ({ CidrBlock, CidrBlockState: { State: 'associated' } })),
      Ipv6CidrBlockAssociationSet: vpc.cidrs.filter(six).map((Ipv6CidrBlock) => ({ Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' } })),
    });
    if (vpc.igw)
      add('InternetGateway', 'internet-gateway', `igw-${vpc.id}`, vpc.region, {
        InternetGatewayId: `igw-${vpc.id}`,
        Attachments: [{ VpcId: vpc.id, State: 'available' }],
      });
    if (vpc.eigw)
      add('EgressOnlyInternetGateway', 'egress-only-internet-gateway', `eigw-${vpc.id}`, vpc.region, {
        EgressOnlyInternetGatewayId: `eigw-${vpc.id}`,
        Attachments: [{ VpcId: vpc.id, State: 'attached' }],
      });
  }
  for (const subnet of world.subnets)
    add('Subnet', 'subnet', subnet.id, regionOf(subnet.vpc), {
      SubnetId: subnet.id,
      VpcId: subnet.vpc,
      CidrBlock: subnet.cidrs.find((cidr) => !six(cidr)) ?? '',
      AvailabilityZone: subnet.zone,
      Ipv6CidrBlockAssociationSet: subnet.cidrs.filter(six).map((Ipv6CidrBlock) => ({ Ipv6CidrBlock, Ipv6CidrBlockState: { State: 'associated' } })),
    });
  for (const table of world.tables) {
    const vpc = world.vpcs.find((each) => each.id === table.vpc);
    add('RouteTable', 'route-table', table.id, regionOf(table.vpc), {
      RouteTableId: table.id,
      VpcId: table.vpc,
      Associations: [
        ...(table.main ? [{ Main: true }] : []),
        ...world.subnets.filter((subnet) => subnet.table === table.id).map((subnet) => ({ Main: false, SubnetId: subnet.id })),
      ],
      Routes: [
        ...(vpc?.cidrs ?? []).map((to) => ({ ...destination(to), GatewayId: 'local', State: 'active' })),
        ...table.routes.map((route) => ({ ...destination(route.to), ...target(route.via), State: route.blackhole === true ? 'blackhole' : 'active' })),
      ],
    });
  }
  for (const acl of world.acls)
    add('NetworkAcl', 'network-acl', acl.id, regionOf(acl.vpc), {
      NetworkAclId: acl.id,
      VpcId: acl.vpc,
      IsDefault: false,
      Associations: world.subnets.filter((subnet) => subnet.acl === acl.id).map((subnet) => ({ SubnetId: subnet.id })),
      Entries: [...acl.ingress.map((entry) => aclEntry(entry, false)), ...acl.egress.map((entry) => aclEntry(entry, true))],
    });
  for (const group of world.groups)
    add('SecurityGroup', 'security-group', group.id, regionOf(group.vpc), {
      GroupId: group.id,
      VpcId: group.vpc,
      IpPermissions: group.ingress.map(permission),
      IpPermissionsEgress: group.egress.map(permission),
    });
  for (const host of world.hosts) {
    const vpc = world.subnets.find((each) => each.id === host.subnet)?.vpc ?? '';
    const low = host.ips.filter((ip) => !six(ip));
    add('NetworkInterface', 'network-interface', host.id, regionOf(vpc), {
      NetworkInterfaceId: host.id,
      SubnetId: host.subnet,
      VpcId: vpc,
      SourceDestCheck: host.forwards !== true,
      InterfaceType: 'interface',
      Groups: host.groups.map((GroupId) => ({ GroupId })),
      PrivateIpAddress: low[0] ?? '',
      PrivateIpAddresses: low.map((PrivateIpAddress, index) => ({
        Primary: index === 0,
        PrivateIpAddress,
        ...(index === 0 && host.pub !== undefined ? { Association: { PublicIp: host.pub } } : {}),
      })),
      Ipv6Addresses: host.ips.filter(six).map((Ipv6Address) => ({ Ipv6Address })),
    });
  }
  for (const nat of world.nats) {
    const vpc = world.subnets.find((each) => each.id === nat.subnet)?.vpc ?? '';
    add('NatGateway', 'natgateway', nat.id, regionOf(vpc), {
      NatGatewayId: nat.id,
      SubnetId: nat.subnet,
      VpcId: vpc,
      State: 'available',
      ConnectivityType: nat.pub === undefined ? 'private' : 'public',
      NatGatewayAddresses: [{ PrivateIp: nat.ip, ...(nat.pub === undefined ? {} : { PublicIp: nat.pub }) }],
    });
  }
  for (const edge of world.edges ?? [])
    add('RouteTable', 'route-table', `rtb-edge-${edge.vpc}`, regionOf(edge.vpc), {
      RouteTableId: `rtb-edge-${edge.vpc}`,
      VpcId: edge.vpc,
      Associations: [{ Main: false, GatewayId: `igw-${edge.vpc}` }],
      Routes: [
        ...(world.vpcs.find((each) => each.id === edge.vpc)?.cidrs ?? []).map((to) => ({ ...destination(to), GatewayId: 'local', State: 'active' })),
        ...edge.routes.map((route) => ({ ...destination(route.to), ...target(route.via), State: 'active' })),
      ],
    });
  for (const firewall of world.firewalls ?? []) records.push(...firewallRecords(firewall, world));
  for (const peering of world.peerings) {
    const side = (id: string): JsonObject => ({ VpcId: id, OwnerId: account, Region: regionOf(id) });
    add('VPCPeeringConnection', 'vpc-peering-connection', peering.id, regionOf(peering.a), {
      VpcPeeringConnectionId: peering.id,
      RequesterVpcInfo: side(peering.a),
      AccepterVpcInfo: side(peering.b),
      Status: { Code: peering.active ? 'active' : 'deleted' },
    });
  }
  for (const transit of world.transits) {
    add('TransitGateway', 'transit-gateway', transit.id, 'eu-west-1', { TransitGatewayId: transit.id });
    for (const each of transit.attachments) {
      add('TransitGatewayAttachment', 'transit-gateway-attachment', each.id, 'eu-west-1', {
        TransitGatewayAttachmentId: each.id,
        TransitGatewayId: transit.id,
        ResourceType: 'vpc',
        ResourceId: each.vpc,
        State: 'available',
        Association: { TransitGatewayRouteTableId: each.table, State: 'associated' },
      });
      add('TransitGatewayVpcAttachment', 'transit-gateway-vpc-attachment', each.id, 'eu-west-1', {
        TransitGatewayAttachmentId: each.id,
        TransitGatewayId: transit.id,
        VpcId: each.vpc,
        SubnetIds: each.subnets,
        State: 'available',
        Options: { SecurityGroupReferencingSupport: each.references ? 'enable' : 'disable' },
      });
    }
    for (const table of transit.tables)
      add('TransitGatewayRouteTable', 'transit-gateway-route-table', table.id, 'eu-west-1', {
        TransitGatewayRouteTableId: table.id,
        TransitGatewayId: transit.id,
        GetTransitGatewayRouteTablePropagations: table.propagated.map((TransitGatewayAttachmentId) => ({ TransitGatewayAttachmentId, State: 'enabled' })),
        SearchTransitGatewayRoutes: table.routes.map((route) => ({
          DestinationCidrBlock: route.cidr,
          Type: 'static',
          State: route.blackhole === true ? 'blackhole' : 'active',
          TransitGatewayAttachments: route.attachment === undefined ? [] : [{ TransitGatewayAttachmentId: route.attachment }],
        })),
      });
  }
  for (const [id, cidrs] of Object.entries(world.lists))
    for (const region of [...new Set(world.vpcs.map((vpc) => vpc.region))].slice(0, 1))
      add('PrefixList', 'prefix-list', id, region, { PrefixListId: id, GetManagedPrefixListEntries: cidrs.map((Cidr) => ({ Cidr })) });
  const calls = ['ec2:DescribeTransitGatewayAttachments', 'ec2:DescribeInternetGateways'].flatMap((call) =>
    [...new Set(world.vpcs.map((vpc) => vpc.region))].map((region) => ({ call, account, region, state: 'ok', requests: 1 }) as const),
  );
  return { records, calls };
}

const destination = (to: string): JsonObject =>
  to.startsWith('pl-') ? { DestinationPrefixListId: to } : six(to) ? { DestinationIpv6CidrBlock: to } : { DestinationCidrBlock: to };

function target(via: string): JsonObject {
  if (via.startsWith('nat-')) return { NatGatewayId: via };
  if (via.startsWith('pcx-')) return { VpcPeeringConnectionId: via };
  if (via.startsWith('tgw-')) return { TransitGatewayId: via };
  if (via.startsWith('eigw-')) return { EgressOnlyInternetGatewayId: via };
  if (via.startsWith('vpce-')) return { VpcEndpointId: via };
  if (via.startsWith('eni-')) return { NetworkInterfaceId: via };
  return { GatewayId: via };
}

function aclEntry(entry: WorldAclEntry, Egress: boolean): JsonObject {
  const icmp = entry.protocol === 1 || entry.protocol === 58;
  const ports =
    entry.from === undefined ? {} : icmp ? { IcmpTypeCode: { Type: entry.from, Code: -1 } } : { PortRange: { From: entry.from, To: entry.to ?? entry.from } };
  return {
    Egress,
    RuleNumber: entry.number,
    RuleAction: entry.allow ? 'allow' : 'deny',
    Protocol: String(entry.protocol),
    ...(six(entry.cidr) ? { Ipv6CidrBlock: entry.cidr } : { CidrBlock: entry.cidr }),
    ...ports,
  };
}

function permission(rule: WorldRule): JsonObject {
  const icmp = rule.protocol === 1 || rule.protocol === 58;
  const names: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };
  const ports = rule.from === undefined ? (icmp ? { FromPort: -1, ToPort: -1 } : {}) : { FromPort: rule.from, ToPort: icmp ? -1 : (rule.to ?? rule.from) };
  return {
    IpProtocol: rule.protocol === -1 ? '-1' : (names[rule.protocol] ?? String(rule.protocol)),
    ...ports,
    IpRanges: rule.peer.includes('.') ? [{ CidrIp: rule.peer }] : [],
    Ipv6Ranges: rule.peer.includes(':') ? [{ CidrIpv6: rule.peer }] : [],
    PrefixListIds: rule.peer.startsWith('pl-') ? [{ PrefixListId: rule.peer }] : [],
    UserIdGroupPairs: rule.peer.startsWith('sg-') ? [{ GroupId: rule.peer, UserId: account }] : [],
  };
}

function firewallRecords(firewall: WorldFirewall, world: World): readonly SnapshotRecord[] {
  const vpc = world.subnets.find((each) => each.id === firewall.subnet)?.vpc ?? '';
  const region = world.vpcs.find((each) => each.id === vpc)?.region ?? 'eu-west-1';
  const arn = (kind: string): string => `arn:aws:network-firewall:${region}:${account}:${kind}/${firewall.id}`;
  const record = (type: string, kind: string, config: JsonObject): SnapshotRecord => ({
    type: `AWS::NetworkFirewall::${type}`,
    id: arn(kind),
    account,
    region,
    config,
    calls: ['network-firewall:Describe'],
  });
  const group = (kind: string, source: JsonObject): SnapshotRecord =>
    record('RuleGroup', kind, { Arn: arn(kind), Name: firewall.id, DescribeRuleGroup: { RuleGroup: { RulesSource: source } } });
  const names: Readonly<Record<number, string>> = { [-1]: 'IP', 1: 'ICMP', 6: 'TCP', 17: 'UDP' };
  const port = (range: readonly [number, number] | undefined): string => (range === undefined ? 'ANY' : `${range[0]}:${range[1]}`);
  const ports = (range: readonly [number, number] | undefined): JsonObject[] => (range === undefined ? [] : [{ FromPort: range[0], ToPort: range[1] }]);
  const action = (name: string): string => (name === 'forward' ? 'aws:forward_to_sfe' : `aws:${name}`);
  return [
    record('Firewall', 'firewall', {
      FirewallName: firewall.id,
      FirewallArn: arn('firewall'),
      DescribeFirewall: {
        Firewall: { VpcId: vpc, FirewallPolicyArn: arn('firewall-policy') },
        FirewallStatus: { SyncStates: { [`${region}a`]: { Attachment: { EndpointId: firewall.id, SubnetId: firewall.subnet, Status: 'READY' } } } },
      },
    }),
    record('FirewallPolicy', 'firewall-policy', {
      Arn: arn('firewall-policy'),
      Name: firewall.id,
      DescribeFirewallPolicy: {
        FirewallPolicy: {
          StatelessDefaultActions: [action(firewall.statelessDefault)],
          StatelessRuleGroupReferences: [{ ResourceArn: arn('stateless-rulegroup'), Priority: 1 }],
          StatefulRuleGroupReferences: [{ ResourceArn: arn('stateful-rulegroup'), Priority: 1 }],
          StatefulEngineOptions: { RuleOrder: firewall.strict ? 'STRICT_ORDER' : 'DEFAULT_ACTION_ORDER' },
          StatefulDefaultActions: firewall.strict && firewall.drop ? ['aws:drop_strict'] : [],
        },
      },
    }),
    group('stateless-rulegroup', {
      StatelessRulesAndCustomActions: {
        StatelessRules: firewall.stateless.map((rule, index) => ({
          Priority: index + 1,
          RuleDefinition: {
            Actions: [action(rule.action)],
            MatchAttributes: {
              Protocols: rule.protocol === -1 ? [] : [rule.protocol],
              Sources: rule.source === 'any' ? [] : [{ AddressDefinition: rule.source }],
              Destinations: rule.destination === 'any' ? [] : [{ AddressDefinition: rule.destination }],
              SourcePorts: ports(rule.sourcePort),
              DestinationPorts: ports(rule.destinationPort),
            },
          },
        })),
      },
    }),
    group('stateful-rulegroup', {
      StatefulRules: firewall.stateful.map((rule, index) => ({
        Action: rule.action.toUpperCase(),
        Header: {
          Protocol: names[rule.protocol] ?? 'IP',
          Source: rule.source,
          SourcePort: port(rule.sourcePort),
          Direction: rule.both === true ? 'ANY' : 'FORWARD',
          Destination: rule.destination,
          DestinationPort: port(rule.destinationPort),
        },
        RuleOptions: [{ Keyword: 'sid', Settings: [String(index + 1)] }, ...(rule.opener === true ? [{ Keyword: 'flow', Settings: ['to_server'] }] : [])],
      })),
    }),
  ];
}
