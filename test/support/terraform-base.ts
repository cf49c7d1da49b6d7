import type { Json, JsonObject } from '../../src/model/json.ts';

const trust = (service: string): JsonObject => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});
const user = (name: string, more: JsonObject = {}): JsonObject => ({
  UserName: name,
  UserId: `AIDA${name.toUpperCase()}`,
  Arn: `arn:aws:iam::111122223333:user/${name}`,
  Path: '/',
  ...more,
});
const allow = (action: string): JsonObject => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: '*' } });
const open = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
/** Answers of an account as `import aws` takes them: people, a role, a policy, a bucket, a function, and a network with a machine. */
export const terraformBase: readonly Json[] = [
  {
    UserDetailList: [
      user('noor'),
      user('mara', { UserPolicyList: [{ PolicyName: 'help', PolicyDocument: allow('iam:AttachUserPolicy') }] }),
      user('omar', { AttachedManagedPolicies: [{ PolicyName: 'reader', PolicyArn: 'arn:aws:iam::111122223333:policy/reader' }] }),
    ],
    GroupDetailList: [],
    RoleDetailList: [
      {
        RoleName: 'admin',
        RoleId: 'AROA1',
        Arn: 'arn:aws:iam::111122223333:role/admin',
        Path: '/',
        AssumeRolePolicyDocument: trust('ec2.amazonaws.com'),
        RolePolicyList: [{ PolicyName: 'all', PolicyDocument: allow('*') }],
        InstanceProfileList: [{ InstanceProfileName: 'admin', Arn: 'arn:aws:iam::111122223333:instance-profile/admin' }],
      },
    ],
    Policies: [
      {
        PolicyName: 'reader',
        PolicyId: 'ANPA1',
        Arn: 'arn:aws:iam::111122223333:policy/reader',
        DefaultVersionId: 'v1',
        AttachmentCount: 1,
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: allow('s3:GetObject') }],
      },
    ],
  },
  { Buckets: [{ Name: 'ledger', CreationDate: '2026-01-01T00:00:00Z' }] },
  {
    Functions: [
      {
        FunctionName: 'mail',
        FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:mail',
        Role: 'arn:aws:iam::111122223333:role/admin',
        Runtime: 'python3.11',
      },
    ],
  },
  { Vpcs: [{ VpcId: 'vpc-01', CidrBlock: '10.0.0.0/16', OwnerId: '111122223333' }] },
  {
    Subnets: [
      { SubnetId: 'subnet-public', VpcId: 'vpc-01', CidrBlock: '10.0.1.0/24', OwnerId: '111122223333', MapPublicIpOnLaunch: true },
      { SubnetId: 'subnet-private', VpcId: 'vpc-01', CidrBlock: '10.0.2.0/24', OwnerId: '111122223333', MapPublicIpOnLaunch: false },
    ],
  },
  { InternetGateways: [{ InternetGatewayId: 'igw-1', OwnerId: '111122223333', Attachments: [{ VpcId: 'vpc-01', State: 'available' }] }] },
  {
    RouteTables: [
      {
        RouteTableId: 'rtb-main',
        VpcId: 'vpc-01',
        OwnerId: '111122223333',
        Routes: [{ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' }],
        Associations: [{ Main: true }],
      },
      {
        RouteTableId: 'rtb-public',
        VpcId: 'vpc-01',
        OwnerId: '111122223333',
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
        ],
        Associations: [{ SubnetId: 'subnet-public' }],
      },
    ],
  },
  {
    NetworkAcls: [
      {
        NetworkAclId: 'acl-1',
        VpcId: 'vpc-01',
        OwnerId: '111122223333',
        IsDefault: true,
        Associations: [{ SubnetId: 'subnet-public' }, { SubnetId: 'subnet-private' }],
        Entries: [true, false].map((Egress) => ({ Egress, RuleNumber: 100, RuleAction: 'allow', Protocol: '-1', CidrBlock: '0.0.0.0/0' })),
      },
    ],
  },
  {
    SecurityGroups: [
      {
        GroupId: 'sg-web',
        GroupName: 'web',
        VpcId: 'vpc-01',
        OwnerId: '111122223333',
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] },
        ],
        IpPermissionsEgress: [open],
      },
    ],
  },
  {
    Reservations: [
      {
        OwnerId: '111122223333',
        Instances: [
          {
            InstanceId: 'i-web',
            SubnetId: 'subnet-public',
            VpcId: 'vpc-01',
            PrivateIpAddress: '10.0.1.20',
            PublicIpAddress: '203.0.113.20',
            State: { Name: 'running' },
            SecurityGroups: [{ GroupId: 'sg-web' }],
          },
        ],
      },
    ],
  },
];
