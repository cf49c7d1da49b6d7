import { Identities } from './identities.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, service } from './policies.ts';
import { bucket, instance } from './resources.ts';

/** What the two halves know of each other's end of the tunnel. */
export const tunnel = {
  aws: '198.51.100.20',
  azure: '20.50.60.80',
  awsNetwork: '10.20.0.0/16',
  azureNetwork: '10.40.0.0/16',
  azureWeb: '10.40.1.0/24',
} as const;

interface Table {
  readonly RouteTableId: string;
}

/**
 * A tunnel from the network of production to the hub of Azure, and what it was made for: a host that takes settlement files from the web machines over there, with a role that reads all of them.
 * Its group lets one subnet of Azure in, so whatever else stands there reaches nothing.
 */
export async function vpn(accounts: EstateAccounts): Promise<void> {
  const eu = accounts.production.in('eu-west-1');
  const list = async (operation: string, name: string, value: string, path: string): Promise<readonly Record<string, string>[]> =>
    (await eu.call('ec2', operation, { Filters: [{ Name: name, Values: [value] }] }))[path] as unknown as readonly Record<string, string>[];
  const [network] = await list('DescribeVpcs', 'tag:Name', 'production-vpc', 'Vpcs');
  const [closed] = await list('DescribeSubnets', 'tag:Name', 'production-private', 'Subnets');
  const vpc = network?.['VpcId'] ?? '';
  const made = async (operation: string, input: object, path: string, id: string): Promise<string> =>
    String(((await eu.call('ec2', operation, input))[path] as unknown as Record<string, string>)[id]);
  const gateway = await made('CreateVpnGateway', { Type: 'ipsec.1' }, 'VpnGateway', 'VpnGatewayId');
  await eu.call('ec2', 'AttachVpnGateway', { VpcId: vpc, VpnGatewayId: gateway });
  const far = await made('CreateCustomerGateway', { Type: 'ipsec.1', IpAddress: tunnel.azure, BgpAsn: 65515 }, 'CustomerGateway', 'CustomerGatewayId');
  await eu.call('ec2', 'CreateVpnConnection', { Type: 'ipsec.1', CustomerGatewayId: far, VpnGatewayId: gateway, Options: { StaticRoutesOnly: true } });
  const tables = (
    await eu.call('ec2', 'DescribeRouteTables', {
      Filters: [
        { Name: 'vpc-id', Values: [vpc] },
        { Name: 'association.main', Values: ['true'] },
      ],
    })
  )['RouteTables'] as unknown as readonly Table[];
  for (const { RouteTableId } of tables) await eu.call('ec2', 'CreateRoute', { RouteTableId, DestinationCidrBlock: tunnel.azureNetwork, GatewayId: gateway });

  const files = await bucket(eu, 'larkpay-settlement-files', { classification: 'restricted', environment: 'production' });
  const production = new Identities(accounts.production);
  await production.role('settlement-intake', service('ec2'), [allow(['s3:GetObject', 's3:ListBucket'], [files, `${files}/*`])], { profile: true });
  const group = String((await eu.call('ec2', 'CreateSecurityGroup', { GroupName: 'production-settlement', Description: 'from Azure', VpcId: vpc }))['GroupId']);
  await eu.call('ec2', 'AuthorizeSecurityGroupIngress', {
    GroupId: group,
    IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: tunnel.azureWeb, Description: 'settlement files' }] }],
  });
  await instance(eu, 'settlement-host', closed?.['SubnetId'] ?? '', [group], {
    profile: 'settlement-intake',
    tokens: 'required',
    environment: 'production',
  });
}
