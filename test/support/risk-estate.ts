import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, bucket, role, roleArn, trusts, user } from './estate.ts';

/** A little estate of one sentence: who starts, how he gets power, what for. `ssh from 0.0.0.0/0, imdsv1, reads, restricted bucket`. */
export interface RiskEstate {
  readonly records: readonly SnapshotRecord[];
  /** Id of the target, or `admin`. */
  readonly target: string;
}

type Words = readonly string[];
const region = 'eu-west-1';
const document = (...statements: Json[]): Json => ({ Version: '2012-10-17', Statement: statements });

const conditions: Readonly<Record<string, JsonObject>> = {
  'with mfa': { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  'from the office': { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
  'through the endpoint': { StringEquals: { 'aws:SourceVpce': 'vpce-0123456789abcdef0' } },
  'from the network': { StringEquals: { 'aws:SourceVpc': 'vpc-0123456789abcdef0' } },
  'in one region': { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  'with a session tag': { StringEquals: { 'aws:RequestTag/team': 'web' } },
  'for a time': { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } },
  'with mfa from the office': { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
};

const tagged = (name: string, tags: Readonly<Record<string, string>>, policy?: Json): SnapshotRecord =>
  bucket(name, policy, {
    GetBucketTagging: { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });

/** What is wanted: its records, and the actions and resource that reading it takes. */
const targets: Readonly<Record<string, { readonly make: (policy?: Json) => SnapshotRecord; readonly actions: Json }>> = {
  'restricted bucket': { make: (policy) => tagged('one', { classification: 'restricted' }, policy), actions: 's3:GetObject' },
  'confidential bucket': { make: (policy) => tagged('one', { classification: 'confidential' }, policy), actions: 's3:GetObject' },
  'published bucket': { make: (policy) => tagged('one', { classification: 'public' }, policy), actions: 's3:GetObject' },
  'plain bucket': { make: (policy) => tagged('one', {}, policy), actions: 's3:GetObject' },
  'restricted test bucket': { make: (policy) => tagged('one', { classification: 'restricted', environment: 'test' }, policy), actions: 's3:GetObject' },
  'plain test bucket': { make: (policy) => tagged('one', { environment: 'test' }, policy), actions: 's3:GetObject' },
  'customer bucket': { make: (policy) => tagged('customer-records', {}, policy), actions: 's3:GetObject' },
  'customer sandbox bucket': { make: (policy) => tagged('customer-records-sandbox', {}, policy), actions: 's3:GetObject' },
  secret: {
    make: () => ({
      type: 'AWS::SecretsManager::Secret',
      id: `arn:aws:secretsmanager:${region}:${account}:secret:one-AbCdEf`,
      account,
      region,
      calls: ['secretsmanager:ListSecrets', 'secretsmanager:GetResourcePolicy'],
      config: { ARN: `arn:aws:secretsmanager:${region}:${account}:secret:one-AbCdEf`, Name: 'one', GetResourcePolicy: {} },
    }),
    actions: 'secretsmanager:GetSecretValue',
  },
};

/** What a principal is allowed, and which records that needs, for each way to the target. */
function power(
  words: Words,
  target: SnapshotRecord,
  actions: Json,
  condition: JsonObject | undefined,
): { readonly statements: readonly Json[]; readonly more: readonly SnapshotRecord[] } {
  const resource = target.type === 'AWS::S3::Bucket' ? `${target.id}/*` : target.id;
  const under = condition === undefined ? {} : { Condition: condition };
  const allow = (action: Json, on: Json = '*', strings: JsonObject = {}): Json => ({ Effect: 'Allow', Action: action, Resource: on, ...strings });
  const reader = (name: string, trust: Json): SnapshotRecord => role(name, trust, [allow(actions, resource)]);
  const admin = (trust: Json): SnapshotRecord => role('admin', trust, [allow('*')]);
  const here = trusts({ AWS: `arn:aws:iam::${account}:root` });
  const lambda = trusts({ Service: 'lambda.amazonaws.com' });
  const pass = (name: string): Json[] => [allow('iam:PassRole', roleArn(name), under), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])];
  const ways: Readonly<Record<string, () => { statements: readonly Json[]; more: readonly SnapshotRecord[] }>> = {
    reads: () => ({ statements: [allow(actions, resource, under)], more: [] }),
    administers: () => ({ statements: [allow('*', '*', under)], more: [] }),
    'assumes a reader': () => ({ statements: [allow('sts:AssumeRole', roleArn('reader'), under)], more: [reader('reader', here)] }),
    'assumes two roles': () => ({
      statements: [allow('sts:AssumeRole', roleArn('middle'), under)],
      more: [role('middle', here, [allow('sts:AssumeRole', roleArn('reader'))]), reader('reader', trusts({ AWS: roleArn('middle') }))],
    }),
    'assumes an administrator': () => ({ statements: [allow('sts:AssumeRole', roleArn('admin'), under)], more: [admin(here)] }),
    'passes a reader to a function': () => ({ statements: pass('reader'), more: [reader('reader', lambda)] }),
    'passes an administrator to a function': () => ({ statements: pass('admin'), more: [admin(lambda)] }),
    'puts a policy on itself': () => ({ statements: [allow(['iam:PutRolePolicy', 'iam:PutUserPolicy'], '*', under)], more: [] }),
  };
  const name = Object.keys(ways).find((way) => words.includes(way));
  const made = name === undefined ? undefined : ways[name]?.();
  if (made === undefined) throw new Error(`no way to the target in: ${words.join(', ')}`);
  return made;
}

const accounts: Readonly<Record<string, string>> = {
  'any aws account': '*',
  'an unknown account': 'arn:aws:iam::909090909090:root',
  'a vendor': 'arn:aws:iam::922761411349:root',
};

/** Reads a sentence. */
export function riskEstate(sentence: string): RiskEstate {
  const words = sentence.split(',').map((word) => word.trim());
  const wanted = Object.keys(targets).find((name) => words.includes(name));
  const spec = targets[wanted ?? 'plain bucket'];
  if (spec === undefined || (wanted === undefined && !words.includes('account'))) throw new Error(`no target in: ${sentence}`);
  const target = words.includes('account') ? 'admin' : spec.make().id;
  const known = new Set([...Object.keys(targets), ...Object.keys(conditions), 'account']);
  const condition = conditions[words.find((word) => word in conditions) ?? ''];
  if (words.includes('anonymous')) {
    const open = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `${spec.make().id}/*`,
      ...(condition === undefined ? {} : { Condition: condition }),
    };
    return { records: [spec.make(document(open))], target };
  }
  const { statements, more } = power(words, spec.make(), spec.actions, condition);
  const unknown = words.filter((word) => !known.has(word));
  return { records: [spec.make(), ...more, ...entry(unknown, statements)], target };
}

function entry(words: Words, statements: readonly Json[]): readonly SnapshotRecord[] {
  const [first = ''] = words;
  const external = words.includes('external id') ? { StringEquals: { 'sts:ExternalId': 'of-the-contract' } } : undefined;
  if (first in accounts) return [role('start', trusts({ AWS: accounts[first] ?? '' }, external), statements)];
  if (first === 'a phished user' || first === 'a phished user with a second factor') {
    const devices = first.endsWith('factor') ? [{ UserName: 'jo', SerialNumber: `arn:aws:iam::${account}:mfa/jo` }] : [];
    return [user('jo', statements, { GetLoginProfile: { UserName: 'jo' }, ListMFADevices: devices })];
  }
  const subject = { 'any repository': 'repo:*', 'one repository': 'repo:acme/release:ref:refs/heads/main' }[first];
  if (subject !== undefined) {
    const host = 'token.actions.githubusercontent.com';
    const trust = document({
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' }, StringLike: { [`${host}:sub`]: subject } },
    });
    return [role('start', trust, statements)];
  }
  const open = /^(ssh|rdp|https|mysql) from (\S+)$/.exec(first);
  if (open === null) throw new Error(`nobody starts in: ${words.join(', ')}`);
  const port = { ssh: 22, rdp: 3389, https: 443, mysql: 3306 }[open[1] ?? ''] ?? 0;
  return host(port, open[2] ?? '', words.includes('imdsv1') ? 'optional' : 'required', statements);
}

/** A host with a public address whose role holds the statements. */
function host(port: number, cidr: string, tokens: string, statements: readonly Json[]): readonly SnapshotRecord[] {
  const make = (type: string, kind: string, id: string, config: JsonObject): SnapshotRecord => ({
    type: `AWS::EC2::${type}`,
    id: `arn:aws:ec2:${region}:${account}:${kind}/${id}`,
    account,
    region,
    calls: [`ec2:Describe${type}s`],
    config: { ...config, OwnerId: account },
  });
  const [VpcId, SubnetId, GroupId] = ['vpc-1', 'subnet-1', 'sg-1'];
  const rule = (Egress: boolean): Json => ({ Egress, RuleAction: 'allow', RuleNumber: 100, Protocol: '-1', CidrBlock: '0.0.0.0/0' });
  const place = { VpcId, SubnetId };
  const Groups = [{ GroupId }];
  const Association = { PublicIp: '198.51.100.9' };
  const PrivateIpAddress = '10.0.0.9';
  const profile = `arn:aws:iam::${account}:instance-profile/web`;
  return [
    make('VPC', 'vpc', VpcId, { VpcId, CidrBlock: '10.0.0.0/16', State: 'available' }),
    make('InternetGateway', 'internet-gateway', 'igw-1', { InternetGatewayId: 'igw-1', Attachments: [{ VpcId, State: 'available' }] }),
    make('RouteTable', 'route-table', 'rtb-1', {
      RouteTableId: 'rtb-1',
      VpcId,
      Associations: [{ Main: true }],
      Routes: [
        { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
        { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
      ],
    }),
    make('NetworkAcl', 'network-acl', 'acl-1', {
      NetworkAclId: 'acl-1',
      VpcId,
      IsDefault: true,
      Associations: [{ SubnetId, NetworkAclId: 'acl-1' }],
      Entries: [rule(false), rule(true)],
    }),
    make('Subnet', 'subnet', SubnetId, { ...place, CidrBlock: '10.0.0.0/24', AvailabilityZone: `${region}a`, State: 'available' }),
    make('SecurityGroup', 'security-group', GroupId, {
      GroupId,
      GroupName: 'web',
      VpcId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, UserIdGroupPairs: [], IpRanges: [{ CidrIp: cidr }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', UserIdGroupPairs: [], IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
    make('NetworkInterface', 'network-interface', 'eni-1', {
      ...place,
      NetworkInterfaceId: 'eni-1',
      InterfaceType: 'interface',
      Groups,
      PrivateIpAddress,
      Attachment: { InstanceId: 'i-1', Status: 'attached' },
      Association,
    }),
    make('Instance', 'instance', 'i-1', {
      ...place,
      InstanceId: 'i-1',
      State: { Code: 16, Name: 'running' },
      PrivateIpAddress,
      SecurityGroups: Groups,
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', ...place, Groups, PrivateIpAddress, Association }],
      MetadataOptions: { HttpTokens: tokens, HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 1 },
      IamInstanceProfile: { Arn: profile },
    }),
    role('start', trusts({ Service: 'ec2.amazonaws.com' }), statements, {
      InstanceProfileList: [{ Arn: profile, InstanceProfileName: 'web', Roles: [{ RoleName: 'start' }] }],
    }),
  ];
}
