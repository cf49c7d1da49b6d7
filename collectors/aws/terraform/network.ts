import type { JsonObject } from '../../../src/model/json.ts';
import type { TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';
import { filled, lastEntries, named, owner } from './shape.ts';

const group = 'AWS::EC2::SecurityGroup';

function route(v: TerraformValues): JsonObject {
  return filled({
    DestinationCidrBlock: v.text('destination_cidr_block') ?? v.text('cidr_block'),
    DestinationIpv6CidrBlock: v.text('destination_ipv6_cidr_block') ?? v.text('ipv6_cidr_block'),
    DestinationPrefixListId: v.text('destination_prefix_list_id'),
    GatewayId: v.text('gateway_id') ?? v.text('vpc_endpoint_id'),
    EgressOnlyInternetGatewayId: v.text('egress_only_gateway_id'),
    NatGatewayId: v.text('nat_gateway_id'),
    TransitGatewayId: v.text('transit_gateway_id'),
    VpcPeeringConnectionId: v.text('vpc_peering_connection_id'),
    NetworkInterfaceId: v.text('network_interface_id'),
    State: 'active',
    Origin: 'CreateRoute',
  });
}
const association = (v: TerraformValues, main: boolean): JsonObject =>
  filled({
    RouteTableAssociationId: v.identity('id'),
    RouteTableId: v.text('route_table_id'),
    SubnetId: main ? undefined : v.text('subnet_id'),
    GatewayId: main ? undefined : v.text('gateway_id'),
    Main: main,
    AssociationState: { State: 'associated' },
  });

/** A new network comes with a main route table, a network ACL that admits everything and a group that admits its own members. */
function withNetwork(v: TerraformValues): readonly { type: string; config: JsonObject }[] {
  const VpcId = v.identity('id');
  const local: JsonObject = { DestinationCidrBlock: v.text('cidr_block') ?? '', GatewayId: 'local', State: 'active', Origin: 'CreateRouteTable' };
  const open = [true, false].map((Egress): JsonObject => ({ Egress, RuleNumber: 100, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' }));
  const GroupId = `${VpcId}/default`;
  return [
    {
      type: 'AWS::EC2::RouteTable',
      config: {
        RouteTableId: `${VpcId}/main`,
        VpcId,
        ...owner(v),
        Routes: [local],
        Associations: [{ Main: true, RouteTableId: `${VpcId}/main`, AssociationState: { State: 'associated' } }],
      },
    },
    {
      type: 'AWS::EC2::NetworkAcl',
      config: { NetworkAclId: `${VpcId}/acl`, VpcId, ...owner(v), IsDefault: true, Entries: [...open, ...lastEntries], Associations: [] },
    },
    {
      type: group,
      config: {
        GroupId,
        GroupName: 'default',
        VpcId,
        ...owner(v),
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId: v.account }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      },
    },
  ];
}

const routeTable = 'AWS::EC2::RouteTable';

/** Virtual Private Cloud. */
export const networkTerraform: TerraformTable = {
  aws_vpc: {
    record: 'AWS::EC2::VPC',
    config: (v) => {
      const cidr = v.text('cidr_block');
      return filled({
        VpcId: v.identity('id'),
        CidrBlock: cidr,
        CidrBlockAssociationSet: cidr === undefined ? [] : [{ CidrBlock: cidr, CidrBlockState: { State: 'associated' } }],
        ...owner(v),
        IsDefault: false,
        State: 'available',
        Tags: v.tags(),
      });
    },
    exports: { ...named('VpcId'), cidr_block: 'CidrBlock' },
    companions: withNetwork,
  },
  aws_vpc_ipv4_cidr_block_association: {
    into: 'AWS::EC2::VPC',
    parent: (v) => v.text('vpc_id'),
    parts: (v) => [{ add: 'CidrBlockAssociationSet', value: filled({ CidrBlock: v.text('cidr_block'), CidrBlockState: { State: 'associated' } }) }],
  },
  aws_subnet: {
    record: 'AWS::EC2::Subnet',
    config: (v) =>
      filled({
        SubnetId: v.identity('id'),
        VpcId: v.text('vpc_id'),
        CidrBlock: v.text('cidr_block'),
        AvailabilityZone: v.text('availability_zone'),
        MapPublicIpOnLaunch: v.flag('map_public_ip_on_launch') ?? false,
        ...owner(v),
        State: 'available',
        Tags: v.tags(),
      }),
    exports: { ...named('SubnetId'), cidr_block: 'CidrBlock' },
  },
  aws_route_table: {
    record: routeTable,
    config: (v) => ({
      ...filled({ RouteTableId: v.identity('id'), VpcId: v.text('vpc_id') }),
      ...owner(v),
      Routes: v.blocks('route').map(route),
      Associations: [],
      Tags: v.tags(),
    }),
    exports: named('RouteTableId'),
  },
  aws_route: { into: routeTable, parent: (v) => v.text('route_table_id'), parts: (v) => [{ add: 'Routes', value: route(v) }] },
  aws_route_table_association: {
    into: routeTable,
    parent: (v) => v.text('route_table_id'),
    parts: (v) => [{ add: 'Associations', value: association(v, false) }],
  },
  aws_main_route_table_association: {
    into: routeTable,
    parent: (v) => v.text('route_table_id'),
    parts: (v) => [{ add: 'Associations', value: association(v, true) }],
  },
  aws_internet_gateway: {
    record: 'AWS::EC2::InternetGateway',
    config: (v) => {
      const vpc = v.text('vpc_id');
      return { InternetGatewayId: v.identity('id'), ...owner(v), Attachments: vpc === undefined ? [] : [{ VpcId: vpc, State: 'available' }], Tags: v.tags() };
    },
    exports: named('InternetGatewayId'),
  },
  aws_internet_gateway_attachment: {
    into: 'AWS::EC2::InternetGateway',
    parent: (v) => v.text('internet_gateway_id'),
    parts: (v) => [{ add: 'Attachments', value: filled({ VpcId: v.text('vpc_id'), State: 'available' }) }],
  },
  aws_egress_only_internet_gateway: {
    record: 'AWS::EC2::EgressOnlyInternetGateway',
    config: (v) => filled({ EgressOnlyInternetGatewayId: v.identity('id'), Attachments: [filled({ VpcId: v.text('vpc_id'), State: 'attached' })] }),
    exports: named('EgressOnlyInternetGatewayId'),
  },
  aws_nat_gateway: {
    record: 'AWS::EC2::NatGateway',
    config: (v) =>
      filled({
        NatGatewayId: v.identity('id'),
        SubnetId: v.text('subnet_id'),
        ConnectivityType: v.text('connectivity_type') ?? 'public',
        State: 'available',
        NatGatewayAddresses: [filled({ AllocationId: v.text('allocation_id'), PrivateIp: v.text('private_ip'), PublicIp: v.text('public_ip') })],
        Tags: v.tags(),
      }),
    exports: named('NatGatewayId'),
  },
  aws_eip: {
    record: 'AWS::EC2::EIP',
    config: (v) =>
      filled({
        AllocationId: v.identity('allocation_id'),
        PublicIp: v.text('public_ip'),
        InstanceId: v.text('instance'),
        NetworkInterfaceId: v.text('network_interface'),
        Domain: 'vpc',
        Tags: v.tags(),
      }),
    exports: { id: 'AllocationId', allocation_id: 'AllocationId', public_ip: 'PublicIp' },
  },
  aws_vpc_peering_connection: {
    record: 'AWS::EC2::VPCPeeringConnection',
    config: (v) => ({
      VpcPeeringConnectionId: v.identity('id'),
      RequesterVpcInfo: filled({ VpcId: v.text('vpc_id'), OwnerId: v.account, Region: v.region }),
      AccepterVpcInfo: filled({ VpcId: v.text('peer_vpc_id'), OwnerId: v.text('peer_owner_id') ?? v.account, Region: v.text('peer_region') ?? v.region }),
      Status: { Code: v.flag('auto_accept') === true ? 'active' : 'pending-acceptance' },
      Tags: v.tags(),
    }),
    exports: named('VpcPeeringConnectionId'),
  },
  aws_vpc_peering_connection_accepter: {
    into: 'AWS::EC2::VPCPeeringConnection',
    parent: (v) => v.text('vpc_peering_connection_id'),
    parts: () => [{ set: 'Status', value: { Code: 'active' } }],
  },
  aws_vpc_endpoint: {
    record: 'AWS::EC2::VPCEndpoint',
    config: (v) => {
      const policy = v.document('policy');
      return {
        ...filled({
          VpcEndpointId: v.identity('id'),
          VpcEndpointType: v.text('vpc_endpoint_type') ?? 'Gateway',
          VpcId: v.text('vpc_id'),
          ServiceName: v.text('service_name'),
          RouteTableIds: v.texts('route_table_ids'),
          SubnetIds: v.texts('subnet_ids'),
          Groups: v.texts('security_group_ids').map((GroupId) => ({ GroupId })),
          PolicyDocument: policy,
        }),
        ...owner(v),
        State: 'available',
        Tags: v.tags(),
      };
    },
    exports: named('VpcEndpointId'),
  },
};
