import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account } from './estate.ts';

const region = 'us-east-1';
const vpc = { VpcId: 'vpc-0a1b2c3d' };
const subnet = { SubnetId: 'subnet-0a1b2c3d' };
const interfaceId = 'eni-0a1b2c3d';

/** The network in which the internet reaches ports of an instance, and what the instance itself tells of it. */
export function reached(ports: readonly number[]): { readonly records: readonly SnapshotRecord[]; readonly instance: JsonObject } {
  const record = (type: string, kind: string, id: string, config: JsonObject): SnapshotRecord => ({
    type: `AWS::EC2::${type}`,
    id: `arn:aws:ec2:${region}:${account}:${kind}/${id}`,
    account,
    region,
    config,
    calls: ['ec2:Describe'],
  });
  const group = { GroupId: 'sg-0a1b2c3d' };
  const address = { PrivateIpAddress: '10.0.1.5', Association: { PublicIp: '203.0.113.5' } };
  return {
    records: [
      record('VPC', 'vpc', vpc.VpcId, { ...vpc, CidrBlock: '10.0.0.0/16' }),
      record('Subnet', 'subnet', subnet.SubnetId, { ...subnet, ...vpc, CidrBlock: '10.0.1.0/24', AvailabilityZone: `${region}a` }),
      record('InternetGateway', 'internet-gateway', 'igw-0a1b2c3d', { InternetGatewayId: 'igw-0a1b2c3d', Attachments: [{ ...vpc, State: 'available' }] }),
      record('RouteTable', 'route-table', 'rtb-0a1b2c3d', {
        RouteTableId: 'rtb-0a1b2c3d',
        ...vpc,
        Associations: [{ Main: true }],
        Routes: [{ DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-0a1b2c3d', State: 'active' }],
      }),
      record('NetworkAcl', 'network-acl', 'acl-0a1b2c3d', {
        NetworkAclId: 'acl-0a1b2c3d',
        ...vpc,
        IsDefault: true,
        Associations: [subnet],
        Entries: [true, false].map((Egress) => ({ Egress, RuleNumber: 100, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' })),
      }),
      record('SecurityGroup', 'security-group', group.GroupId, {
        ...group,
        ...vpc,
        IpPermissions: ports.map((port) => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: '0.0.0.0/0' }] })),
        IpPermissionsEgress: [],
      }),
      record('NetworkInterface', 'network-interface', interfaceId, {
        NetworkInterfaceId: interfaceId,
        ...subnet,
        ...vpc,
        InterfaceType: 'interface',
        Groups: [group],
        PrivateIpAddress: address.PrivateIpAddress,
        PrivateIpAddresses: [{ Primary: true, ...address }],
      }),
    ],
    instance: {
      ...vpc,
      ...subnet,
      State: { Name: 'running' },
      NetworkInterfaces: [{ NetworkInterfaceId: interfaceId, ...vpc, ...subnet, Groups: [group], PrivateIpAddresses: [{ Primary: true, ...address }] }],
    },
  };
}
