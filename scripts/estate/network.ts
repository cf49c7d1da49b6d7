import type { Api } from './api.ts';
import { tags } from './policies.ts';

export interface Network {
  readonly vpc: string;
  readonly open: string;
  readonly closed: string;
  readonly guarded: string;
  readonly web: string;
  readonly ssh: string;
  readonly inside: string;
}

/** A network with a public subnet, one whose ACL shuts everything out, and one without a way out. */
export async function network(api: Api, name: string, octet: number): Promise<Network> {
  const make = async (operation: string, input: object, path: string, id: string): Promise<string> =>
    String(((await api.call('ec2', operation, input))[path] as unknown as Record<string, string>)[id]);
  const tag = (resource: string, suffix: string) => ({
    TagSpecifications: [{ ResourceType: resource, Tags: tags({ Name: `${name}-${suffix}`, environment: name }) }],
  });
  const vpc = await make('CreateVpc', { CidrBlock: `10.${octet}.0.0/16`, ...tag('vpc', 'vpc') }, 'Vpc', 'VpcId');
  const gateway = await make('CreateInternetGateway', tag('internet-gateway', 'igw'), 'InternetGateway', 'InternetGatewayId');
  await api.call('ec2', 'AttachInternetGateway', { VpcId: vpc, InternetGatewayId: gateway });
  const subnet = (index: number, suffix: string): Promise<string> =>
    make('CreateSubnet', { VpcId: vpc, CidrBlock: `10.${octet}.${index}.0/24`, ...tag('subnet', suffix) }, 'Subnet', 'SubnetId');
  const [open, closed, guarded] = [await subnet(0, 'public'), await subnet(1, 'private'), await subnet(2, 'guarded')];
  const table = await make('CreateRouteTable', { VpcId: vpc, ...tag('route-table', 'public') }, 'RouteTable', 'RouteTableId');
  await api.call('ec2', 'CreateRoute', { RouteTableId: table, DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway });
  for (const each of [open, guarded]) await api.call('ec2', 'AssociateRouteTable', { RouteTableId: table, SubnetId: each });
  const acl = await make('CreateNetworkAcl', { VpcId: vpc, ...tag('network-acl', 'guarded') }, 'NetworkAcl', 'NetworkAclId');
  const all = (await api.call('ec2', 'DescribeNetworkAcls', { Filters: [{ Name: 'vpc-id', Values: [vpc] }] }))['NetworkAcls'] as unknown as {
    Associations: { SubnetId: string; NetworkAclAssociationId: string }[];
  }[];
  const association = all.flatMap((each) => each.Associations).find((each) => each.SubnetId === guarded);
  if (association !== undefined)
    await api.call('ec2', 'ReplaceNetworkAclAssociation', { AssociationId: association.NetworkAclAssociationId, NetworkAclId: acl });
  const group = async (suffix: string, permissions: object[]): Promise<string> => {
    const id = String(
      (
        await api.call('ec2', 'CreateSecurityGroup', {
          GroupName: `${name}-${suffix}`,
          Description: `${name} ${suffix}`,
          VpcId: vpc,
          ...tag('security-group', suffix),
        })
      )['GroupId'],
    );
    if (permissions.length > 0) await api.call('ec2', 'AuthorizeSecurityGroupIngress', { GroupId: id, IpPermissions: permissions });
    return id;
  };
  const from = (port: number, cidr: string): object => ({ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] });
  const web = await group('web', [from(443, '0.0.0.0/0'), from(80, '0.0.0.0/0')]);
  const ssh = await group('ssh', [from(22, '0.0.0.0/0')]);
  const inside = await group('inside', [{ IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: web }] }]);
  await group('forgotten', [from(3389, '0.0.0.0/0')]);
  return { vpc, open, closed, guarded, web, ssh, inside };
}
