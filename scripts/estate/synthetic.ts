import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { Random } from './random.ts';
import { document, policyDocument, serviceTrust, stages, statement, teams } from './synthetic-policies.ts';

export interface EstateSize {
  readonly principals: number;
  /** Records of all types together, principals included; what principals leave is shared out between the other types. */
  readonly resources: number;
  /** Principals and resources are dealt out evenly. */
  readonly accounts: number;
  readonly seed: number;
  /** Chance that a statement speaks of every resource; 0.04 is what grown estates look like. */
  readonly breadth?: number;
  /** Every role may assume every role. */
  readonly biclique?: boolean;
}

const region = 'eu-west-1';
const gaad = ['iam:GetAccountAuthorizationDetails'];
/** Of a thousand resources that are no principals. */
const share = {
  bucket: 80,
  function: 80,
  instance: 110,
  secret: 70,
  key: 30,
  parameter: 110,
  queue: 55,
  topic: 40,
  table: 45,
  group: 60,
  subnet: 25,
  log: 80,
  project: 5,
} as const;

/** Records of an estate of any size, the same for the same seed: what bench and tests need where no server could be asked for it. */
export function* syntheticEstate(size: EstateSize): Generator<SnapshotRecord> {
  for (let index = 0; index < size.accounts; index++) {
    const part = (total: number): number => Math.floor((total * (index + 1)) / size.accounts) - Math.floor((total * index) / size.accounts);
    yield* new Account(size, index).records(part(size.principals), part(size.resources) - part(size.principals));
  }
}

const tagged = (team: string, stage: string): Json => [
  { Key: 'team', Value: team },
  { Key: 'environment', Value: stage },
];

class Account {
  readonly #size: EstateSize;
  readonly #random: Random;
  readonly #id: string;
  readonly #breadth: number;

  constructor(size: EstateSize, index: number) {
    this.#size = size;
    this.#random = new Random(size.seed * 7919 + index);
    this.#id = String(200000000000 + index * 1000003);
    this.#breadth = size.breadth ?? 0.04;
  }

  *records(principals: number, others: number): Generator<SnapshotRecord> {
    yield* this.#identities(principals);
    yield* this.#network(others);
    yield* this.#stores(others);
  }

  #make(type: string, id: string, config: JsonObject, calls: readonly string[], where: string = region): SnapshotRecord {
    return { type, id, account: this.#id, region: where, config, calls };
  }

  #iam(type: string, path: string, config: JsonObject, calls: readonly string[] = gaad): SnapshotRecord {
    const id = `arn:aws:iam::${this.#id}:${path}`;
    return this.#make(`AWS::IAM::${type}`, id, { Arn: id, Path: '/', CreateDate: '2025-01-01T00:00:00.000Z', ...config }, calls, 'global');
  }

  /** Half the roles are made from a few templates, as platform teams do; the others have sets and inline policies of their own. */
  *#identities(count: number): Generator<SnapshotRecord> {
    const random = this.#random;
    const managed: string[] = [];
    const guard = document({ Effect: 'Allow', Action: ['s3:*', 'dynamodb:*', 'sqs:*', 'sns:*', 'lambda:*', 'logs:*', 'sts:*'], Resource: '*' });
    yield this.#iam('ManagedPolicy', 'policy/boundary', {
      PolicyName: 'boundary',
      DefaultVersionId: 'v1',
      PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: guard }],
    });
    for (let n = 0; n < Math.max(4, Math.min(200, Math.round(count / 4))); n++) {
      const name = `${random.pick(teams)}-policy-${n}`;
      managed.push(name);
      const Document = policyDocument(random, this.#id, this.#breadth);
      const version = { VersionId: 'v1', IsDefaultVersion: true, Document };
      yield this.#iam('ManagedPolicy', `policy/${name}`, { PolicyName: name, DefaultVersionId: 'v1', PolicyVersionList: [version] });
    }
    const attach = (names: readonly string[]): Json => names.map((name) => ({ PolicyName: name, PolicyArn: `arn:aws:iam::${this.#id}:policy/${name}` }));
    const some = (): string[] => [...new Set(Array.from({ length: 1 + random.below(4) }, () => random.pick(managed)))];
    const templates = Array.from({ length: 40 }, some);
    const groups = Math.max(1, Math.round(count / 30));
    for (let n = 0; n < groups; n++)
      yield this.#iam('Group', `group/group-${n}`, { GroupName: `group-${n}`, GroupPolicyList: [], AttachedManagedPolicies: attach(some()) });
    const users = this.#size.biclique === true ? 0 : Math.floor(count / 3);
    for (let n = 0; n < users; n++) {
      const name = `person-${n}`;
      yield this.#iam(
        'User',
        `user/${name}`,
        {
          UserName: name,
          UserId: `AIDA${n}`,
          GroupList: [...new Set([`group-${random.below(groups)}`, `group-${random.below(groups)}`])],
          AttachedManagedPolicies: attach(random.chance(0.2) ? some() : []),
          UserPolicyList: random.chance(0.1) ? [{ PolicyName: 'own', PolicyDocument: document(statement(random, this.#id, this.#breadth)) }] : [],
          ListAccessKeys: random.chance(0.5) ? [{ UserName: name, AccessKeyId: `AKIA${this.#id.slice(0, 6)}${n}`, Status: 'Active' }] : [],
          ListMFADevices: random.chance(0.7) ? [{ UserName: name, SerialNumber: `arn:aws:iam::${this.#id}:mfa/${name}` }] : [],
          ...(random.chance(0.6) ? { GetLoginProfile: { UserName: name, PasswordResetRequired: false } } : {}),
        },
        [...gaad, 'iam:GetLoginProfile', 'iam:ListAccessKeys', 'iam:ListMFADevices'],
      );
    }
    for (let n = users; n < count; n++) yield this.#role(n, templates, attach, some, count);
    for (let n = 0; n < Math.ceil(count / 20); n++) {
      const role = { RoleName: this.#roleName(users + n), Arn: this.#roleArn(users + n) };
      yield this.#iam('InstanceProfile', `instance-profile/profile-${n}`, { InstanceProfileName: `profile-${n}`, Roles: [role] }, ['iam:ListInstanceProfiles']);
    }
  }

  #role(n: number, templates: readonly string[][], attach: (names: readonly string[]) => Json, some: () => string[], count: number): SnapshotRecord {
    const random = this.#random;
    const own = random.chance(0.5);
    const statements: Json[] = own ? [statement(random, this.#id, this.#breadth)] : [];
    if (own) statements.push({ Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `arn:aws:s3:::${this.#bucket(n)}/*` });
    if (this.#size.biclique === true) statements.push({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    return this.#iam('Role', `role/${this.#roleName(n)}`, {
      RoleName: this.#roleName(n),
      RoleId: `AROA${n}`,
      AssumeRolePolicyDocument: this.#trust(n, count),
      AttachedManagedPolicies: attach(own ? some() : random.pick(templates)),
      RolePolicyList: statements.length === 0 ? [] : [{ PolicyName: 'own', PolicyDocument: document(...statements) }],
      Tags: tagged(teams[n % teams.length] ?? '', stages[n % 3] ?? ''),
      ...(random.chance(0.1)
        ? { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: `arn:aws:iam::${this.#id}:policy/boundary` } }
        : {}),
    });
  }

  #trust(n: number, count: number): Json {
    const random = this.#random;
    const root = document({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${this.#id}:root` }, Action: 'sts:AssumeRole' });
    if (this.#size.biclique === true) return root;
    const kind = random.below(10);
    if (kind < 7)
      return serviceTrust(n % 20 === 0 ? 'ec2' : random.pick(['lambda', 'lambda', 'ec2', 'ecs-tasks', 'codebuild', 'glue', 'states', 'cloudformation']));
    if (kind === 7) return root;
    if (kind === 8)
      return document({
        Effect: 'Allow',
        Principal: { AWS: this.#roleArn(Math.floor(count / 3) + random.below(Math.max(1, count - Math.floor(count / 3)))) },
        Action: 'sts:AssumeRole',
      });
    return document({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::998877665544:root' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': `x${n}` } },
    });
  }

  #roleName(n: number): string {
    return `${teams[n % teams.length]}-${stages[n % 3]}-worker-${n}`;
  }
  #roleArn(n: number): string {
    return `arn:aws:iam::${this.#id}:role/${this.#roleName(n)}`;
  }
  #bucket(n: number): string {
    return `${teams[n % teams.length]}-${stages[n % 3]}-${this.#id}-${n}`;
  }

  *#network(others: number): Generator<SnapshotRecord> {
    const random = this.#random;
    const make = (type: string, kind: string, id: string, config: JsonObject): SnapshotRecord =>
      this.#make(`AWS::EC2::${type}`, `arn:aws:ec2:${region}:${this.#id}:${kind}/${id}`, { ...config, OwnerId: this.#id }, [`ec2:Describe${type}s`]);
    const many = (per: number): number => Math.max(1, Math.round((others * per) / 1000));
    const tail = this.#id.slice(-9);
    const [vpc, gateway] = [`vpc-${tail}`, `igw-${tail}`];
    yield make('VPC', 'vpc', vpc, { VpcId: vpc, CidrBlock: '10.0.0.0/8', State: 'available' });
    yield make('InternetGateway', 'internet-gateway', gateway, { InternetGatewayId: gateway, Attachments: [{ VpcId: vpc, State: 'available' }] });
    const subnets = Array.from({ length: Math.min(250, many(share.subnet)) }, (_, n) => `subnet-${tail}-${n}`);
    const local = { DestinationCidrBlock: '10.0.0.0/8', GatewayId: 'local', State: 'active' };
    yield make('RouteTable', 'route-table', `rtb-${tail}-0`, { RouteTableId: `rtb-${tail}-0`, VpcId: vpc, Associations: [{ Main: true }], Routes: [local] });
    const out = { DestinationCidrBlock: '0.0.0.0/0', GatewayId: gateway, State: 'active' };
    const open = subnets.filter((_, n) => n % 4 === 0).map((SubnetId) => ({ Main: false, SubnetId }));
    yield make('RouteTable', 'route-table', `rtb-${tail}-1`, { RouteTableId: `rtb-${tail}-1`, VpcId: vpc, Associations: open, Routes: [local, out] });
    const rule = (Egress: boolean, RuleAction: string, RuleNumber: number): Json => ({
      Egress,
      RuleAction,
      RuleNumber,
      Protocol: '-1',
      CidrBlock: '0.0.0.0/0',
    });
    const Entries = [rule(false, 'allow', 100), rule(true, 'allow', 100), rule(false, 'deny', 32767), rule(true, 'deny', 32767)];
    const Associations = subnets.map((SubnetId) => ({ SubnetId, NetworkAclId: `acl-${tail}` }));
    yield make('NetworkAcl', 'network-acl', `acl-${tail}`, { NetworkAclId: `acl-${tail}`, VpcId: vpc, IsDefault: true, Associations, Entries });
    for (const [n, SubnetId] of subnets.entries())
      yield make('Subnet', 'subnet', SubnetId, { SubnetId, VpcId: vpc, CidrBlock: `10.${n}.0.0/16`, AvailabilityZone: `${region}a`, State: 'available' });
    const groups = Array.from({ length: many(share.group) }, (_, n) => `sg-${tail}-${n}`);
    for (const [n, GroupId] of groups.entries()) {
      const permission = (port: number, from: JsonObject): Json => ({
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        UserIdGroupPairs: [],
        IpRanges: [],
        ...from,
      });
      yield make('SecurityGroup', 'security-group', GroupId, {
        GroupId,
        GroupName: `${random.pick(teams)}-${n}`,
        VpcId: vpc,
        IpPermissions: [
          permission(443, n % 10 === 0 ? { IpRanges: [{ CidrIp: '0.0.0.0/0' }] } : { UserIdGroupPairs: [{ GroupId: random.pick(groups) }] }),
          permission(8080, { IpRanges: [{ CidrIp: `10.${random.below(30)}.0.0/16` }] }),
          ...(n % 50 === 7 ? [permission(22, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] })] : []),
        ],
        IpPermissionsEgress: [{ IpProtocol: '-1', UserIdGroupPairs: [], IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      });
    }
    const profiles = Math.max(1, Math.ceil(this.#size.principals / this.#size.accounts / 20) - 1);
    for (let n = 0; n < many(share.instance); n++) {
      const [id, eni, volume, home] = [`i-${tail}-${n}`, `eni-${tail}-${n}`, `vol-${tail}-${n}`, n % subnets.length];
      const Groups = [{ GroupId: random.pick(groups) }];
      const address = `10.${home}.${(n >> 8) & 255}.${n & 255}`;
      const Association = home % 4 === 0 && random.chance(0.3) ? { Association: { PublicIp: `54.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` } } : {};
      const place = { SubnetId: subnets[home] ?? '', VpcId: vpc };
      yield make('NetworkInterface', 'network-interface', eni, {
        ...place,
        NetworkInterfaceId: eni,
        InterfaceType: 'interface',
        Groups,
        PrivateIpAddress: address,
        Attachment: { InstanceId: id, Status: 'attached' },
        ...Association,
      });
      yield make('Volume', 'volume', volume, {
        VolumeId: volume,
        Size: 20,
        State: 'in-use',
        Encrypted: n % 2 === 0,
        Attachments: [{ InstanceId: id, VolumeId: volume }],
      });
      yield make('Instance', 'instance', id, {
        ...place,
        InstanceId: id,
        State: { Code: 16, Name: 'running' },
        PrivateIpAddress: address,
        SecurityGroups: Groups,
        NetworkInterfaces: [{ NetworkInterfaceId: eni, ...place, Groups, PrivateIpAddress: address, ...Association }],
        MetadataOptions: { HttpTokens: n % 3 === 0 ? 'optional' : 'required', HttpEndpoint: 'enabled', HttpPutResponseHopLimit: 1 },
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeId: volume, Status: 'attached' } }],
        Tags: tagged(random.pick(teams), random.pick(stages)),
        ...(random.chance(0.6) ? { IamInstanceProfile: { Arn: `arn:aws:iam::${this.#id}:instance-profile/profile-${random.below(profiles)}` } } : {}),
      });
    }
  }

  *#stores(others: number): Generator<SnapshotRecord> {
    const random = this.#random;
    const many = (per: number): readonly { n: number; name: string; team: string; stage: string }[] =>
      Array.from({ length: Math.round((others * per) / 1000) }, (_, n) => {
        const [team, stage] = [random.pick(teams), random.pick(stages)];
        return { n, team, stage, name: `${team}-${stage}-${n}` };
      });
    const here = (service: string, rest: string): string => `arn:aws:${service}:${region}:${this.#id}:${rest}`;
    const roles = Math.max(1, Math.ceil((this.#size.principals / this.#size.accounts) * 0.6));
    const anyRole = (): string => this.#roleArn(Math.floor(this.#size.principals / this.#size.accounts / 3) + random.below(roles));
    for (const { n } of many(share.bucket)) yield this.#bucketRecord(n, anyRole);
    for (const { name, team, stage } of many(share.function)) {
      const id = here('lambda', `function:${name}`);
      const Tags = { team, environment: stage };
      const config = { FunctionName: name, FunctionArn: id, Runtime: 'nodejs22.x', Role: anyRole(), Handler: 'index.handler', MemorySize: 128, ListTags: Tags };
      yield this.#make('AWS::Lambda::Function', id, config, ['lambda:ListFunctions', 'lambda:GetPolicy', 'lambda:ListTags']);
    }
    for (const { n, name, team, stage } of many(share.secret)) {
      const id = here('secretsmanager', `secret:${team}-${stage}/${n}-AbCdEf`);
      yield this.#make('AWS::SecretsManager::Secret', id, { ARN: id, Name: name, Tags: tagged(team, stage), GetResourcePolicy: { ARN: id, Name: name } }, [
        'secretsmanager:ListSecrets',
        'secretsmanager:GetResourcePolicy',
      ]);
    }
    for (const { n } of many(share.key)) {
      const id = here('kms', `key/${String(n).padStart(8, '0')}-1111-4111-8111-111111111111`);
      const Policy = document({ Sid: 'root', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${this.#id}:root` }, Action: 'kms:*', Resource: '*' });
      yield this.#make(
        'AWS::KMS::Key',
        id,
        { KeyId: id.split('/').at(-1) ?? '', Arn: id, KeyManager: 'CUSTOMER', KeyState: 'Enabled', GetKeyPolicy: { Policy }, ListGrants: [] },
        ['kms:ListKeys', 'kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListGrants'],
      );
    }
    for (const { n, team, stage } of many(share.parameter))
      yield this.#make(
        'AWS::SSM::Parameter',
        here('ssm', `parameter/${team}-${stage}/flag-${n}`),
        { Name: `/${team}-${stage}/flag-${n}`, Type: n % 9 === 0 ? 'SecureString' : 'String', Tier: 'Standard' },
        ['ssm:DescribeParameters'],
      );
    for (const { name } of many(share.queue)) {
      const id = here('sqs', name);
      yield this.#make('AWS::SQS::Queue', id, { Name: name, GetQueueAttributes: { Attributes: { QueueArn: id } }, ListQueueTags: {} }, [
        'sqs:ListQueues',
        'sqs:GetQueueAttributes',
        'sqs:ListQueueTags',
      ]);
    }
    for (const { name } of many(share.topic)) {
      const id = here('sns', name);
      const own = {
        Sid: 'own',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['SNS:Publish', 'SNS:Subscribe'],
        Resource: id,
        Condition: { StringEquals: { 'AWS:SourceOwner': this.#id } },
      };
      yield this.#make('AWS::SNS::Topic', id, { TopicArn: id, GetTopicAttributes: { Attributes: { TopicArn: id, Owner: this.#id, Policy: document(own) } } }, [
        'sns:ListTopics',
        'sns:GetTopicAttributes',
      ]);
    }
    for (const { name, team, stage } of many(share.table)) {
      const id = here('dynamodb', `table/${name}`);
      yield this.#make(
        'AWS::DynamoDB::Table',
        id,
        { Name: name, TableName: name, TableArn: id, TableStatus: 'ACTIVE', ListTagsOfResource: tagged(team, stage) },
        ['dynamodb:ListTables', 'dynamodb:DescribeTable', 'dynamodb:GetResourcePolicy', 'dynamodb:ListTagsOfResource'],
      );
    }
    for (const { name } of many(share.log)) {
      const id = here('logs', `log-group:/aws/lambda/${name}`);
      yield this.#make('AWS::Logs::LogGroup', id, { logGroupName: `/aws/lambda/${name}`, logGroupArn: id, arn: `${id}:*`, storedBytes: 0 }, [
        'logs:DescribeLogGroups',
      ]);
    }
    for (const { name } of many(share.project)) {
      const id = here('codebuild', `project/${name}`);
      yield this.#make(
        'AWS::CodeBuild::Project',
        id,
        { name, arn: id, serviceRole: anyRole(), source: { type: 'NO_SOURCE' }, environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0' } },
        ['codebuild:ListProjects', 'codebuild:BatchGetProjects'],
      );
    }
  }

  /** One bucket in twelve has a policy; one in two hundred is open to everybody. */
  #bucketRecord(n: number, anyRole: () => string): SnapshotRecord {
    const random = this.#random;
    const name = this.#bucket(n);
    const id = `arn:aws:s3:::${name}`;
    const kind = random.next();
    const open = kind < 0.005;
    const statements: Json[] = [];
    if (open) statements.push({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${id}/*` });
    else if (kind < 0.045) statements.push({ Effect: 'Allow', Principal: { AWS: anyRole() }, Action: ['s3:GetObject'], Resource: `${id}/*` });
    else if (kind < 0.085)
      statements.push({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [id, `${id}/*`], Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    const block = { BlockPublicAcls: !open, IgnorePublicAcls: !open, BlockPublicPolicy: !open, RestrictPublicBuckets: !open };
    return this.#make(
      'AWS::S3::Bucket',
      id,
      {
        Name: name,
        CreationDate: '2025-01-01T00:00:00.000Z',
        GetBucketLocation: { LocationConstraint: region },
        GetPublicAccessBlock: { PublicAccessBlockConfiguration: block },
        GetBucketAcl: { Owner: { ID: this.#id }, Grants: [{ Grantee: { Type: 'CanonicalUser', ID: this.#id }, Permission: 'FULL_CONTROL' }] },
        ...(statements.length === 0 ? {} : { GetBucketPolicy: { Policy: document(...statements) } }),
        ...(random.chance(0.1)
          ? { GetBucketTagging: { TagSet: [{ Key: 'classification', Value: random.pick(['public', 'confidential', 'restricted']) }] } }
          : {}),
      },
      ['s3:ListBuckets', 's3:GetBucketPolicy', 's3:GetBucketAcl', 's3:GetPublicAccessBlock', 's3:GetBucketTagging', 's3:GetBucketLocation'],
      'global',
    );
  }
}
