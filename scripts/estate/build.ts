import type { Api } from './api.ts';

const service = (name: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: `${name}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
});
const trusting = (principal: unknown, condition?: object, action: string | string[] = 'sts:AssumeRole'): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: action, ...(condition === undefined ? {} : { Condition: condition }) }],
});
const allow = (action: string | string[], resource: string | string[] = '*', condition?: object): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
});
const deny = (action: string | string[], resource: string | string[] = '*'): object => ({ Effect: 'Deny', Action: action, Resource: resource });
const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const tags = (map: Readonly<Record<string, string>>): { Key: string; Value: string }[] => Object.entries(map).map(([Key, Value]) => ({ Key, Value }));
const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Writes an account's identities. */
class Identities {
  readonly api: Api;
  constructor(api: Api) {
    this.api = api;
  }
  arn(kind: 'role' | 'user' | 'policy', name: string): string {
    return `arn:aws:iam::${this.api.account}:${kind}/${name}`;
  }
  async role(
    name: string,
    trust: object,
    statements: readonly object[] = [],
    options: { admin?: true; boundary?: string; tags?: Record<string, string>; profile?: true } = {},
  ): Promise<string> {
    await this.api.call('iam', 'CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify(trust),
      Tags: tags({ owner: 'platform', ...options.tags }),
      ...(options.boundary === undefined ? {} : { PermissionsBoundary: options.boundary }),
    });
    if (statements.length > 0)
      await this.api.call('iam', 'PutRolePolicy', { RoleName: name, PolicyName: `${name}-access`, PolicyDocument: policy(...statements) });
    if (options.admin === true) await this.api.call('iam', 'AttachRolePolicy', { RoleName: name, PolicyArn: administrator });
    if (options.profile === true) {
      await this.api.call('iam', 'CreateInstanceProfile', { InstanceProfileName: name });
      await this.api.call('iam', 'AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name });
    }
    return this.arn('role', name);
  }
  async user(name: string, statements: readonly object[] = [], options: { keys?: number; password?: true } = {}): Promise<{ arn: string; keys: string[] }> {
    await this.api.call('iam', 'CreateUser', { UserName: name, Tags: tags({ team: 'people' }) });
    if (statements.length > 0)
      await this.api.call('iam', 'PutUserPolicy', { UserName: name, PolicyName: `${name}-access`, PolicyDocument: policy(...statements) });
    if (options.password === true)
      await this.api.call('iam', 'CreateLoginProfile', { UserName: name, Password: 'Start-123-Change!', PasswordResetRequired: true });
    const keys: string[] = [];
    for (let index = 0; index < (options.keys ?? 0); index++) {
      const answer = await this.api.call('iam', 'CreateAccessKey', { UserName: name });
      keys.push(String((answer['AccessKey'] as unknown as { AccessKeyId: string }).AccessKeyId));
    }
    return { arn: this.arn('user', name), keys };
  }
  async managed(name: string, ...statements: object[]): Promise<string> {
    await this.api.call('iam', 'CreatePolicy', { PolicyName: name, PolicyDocument: policy(...statements) });
    return this.arn('policy', name);
  }
}

interface Network {
  readonly vpc: string;
  readonly open: string;
  readonly closed: string;
  readonly guarded: string;
  readonly web: string;
  readonly ssh: string;
  readonly inside: string;
}

/** A network with a public subnet, one whose ACL shuts everything out, and one without a way out. */
async function network(api: Api, name: string, octet: number): Promise<Network> {
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

async function instance(
  api: Api,
  name: string,
  subnet: string,
  groups: string[],
  options: { profile?: string; isPublic?: boolean; tokens?: 'optional' | 'required'; userData?: string; environment: string },
): Promise<string> {
  const answer = await api.call('ec2', 'RunInstances', {
    ImageId: 'ami-12c6146b',
    InstanceType: 't3.small',
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: subnet, Groups: groups, AssociatePublicIpAddress: options.isPublic === true }],
    TagSpecifications: [{ ResourceType: 'instance', Tags: tags({ Name: name, environment: options.environment }) }],
    ...(options.profile === undefined ? {} : { IamInstanceProfile: { Name: options.profile } }),
    ...(options.userData === undefined ? {} : { UserData: Buffer.from(options.userData).toString('base64') }),
  });
  const [made] = answer['Instances'] as unknown as { InstanceId: string }[];
  const id = made?.InstanceId ?? '';
  await api.call('ec2', 'ModifyInstanceMetadataOptions', { InstanceId: id, HttpTokens: options.tokens ?? 'required', HttpEndpoint: 'enabled' });
  return id;
}

async function bucket(api: Api, name: string, map: Record<string, string>, options: { policy?: object; blocked?: boolean } = {}): Promise<string> {
  await api.call('s3', 'CreateBucket', { Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  await api.call('s3', 'PutBucketTagging', { Bucket: name, Tagging: { TagSet: tags(map) } });
  if (options.blocked !== false) {
    await api.call('s3', 'PutPublicAccessBlock', {
      Bucket: name,
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
  }
  if (options.policy !== undefined) await api.call('s3', 'PutBucketPolicy', { Bucket: name, Policy: JSON.stringify(options.policy) });
  return `arn:aws:s3:::${name}`;
}

/** A function's code: the smallest zip there is, an empty archive (22 bytes of end-of-directory record, PKWARE APPNOTE 4.3.16). */
const emptyZip = Buffer.from('504b0506000000000000000000000000000000000000', 'hex');

async function lambda(api: Api, name: string, role: string, environment: Record<string, string> = {}): Promise<void> {
  await api.call('lambda', 'CreateFunction', {
    FunctionName: name,
    Runtime: 'nodejs20.x',
    Role: role,
    Handler: 'index.handler',
    Code: { ZipFile: emptyZip },
    Environment: { Variables: environment },
    Tags: { team: 'payments' },
  });
}

export interface EstateAccounts {
  readonly management: Api;
  readonly production: Api;
  readonly data: Api;
  readonly build: Api;
}

/** The organization: four accounts in two units, with the policies that bind them. */
async function organization(root: Api): Promise<EstateAccounts> {
  await root.call('organizations', 'CreateOrganization', { FeatureSet: 'ALL' });
  const [top] = (await root.call('organizations', 'ListRoots', {}))['Roots'] as unknown as { Id: string }[];
  const rootId = top?.Id ?? '';
  await root.call('organizations', 'EnablePolicyType', { RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }).catch(() => undefined);
  const unit = async (Name: string): Promise<string> =>
    String(((await root.call('organizations', 'CreateOrganizationalUnit', { ParentId: rootId, Name }))['OrganizationalUnit'] as unknown as { Id: string }).Id);
  const [workloads, platform] = [await unit('workloads'), await unit('platform')];
  const account = async (name: string, parent: string): Promise<string> => {
    const answer = (await root.call('organizations', 'CreateAccount', { AccountName: name, Email: `aws-${name}@larkpay.example` }))[
      'CreateAccountStatus'
    ] as unknown as { AccountId: string };
    await root.call('organizations', 'MoveAccount', { AccountId: answer.AccountId, SourceParentId: rootId, DestinationParentId: parent });
    return answer.AccountId;
  };
  const [production, data, build] = [
    await account('larkpay-production', workloads),
    await account('larkpay-data', workloads),
    await account('larkpay-build', platform),
  ];
  const scp = async (name: string, target: string, ...statements: object[]): Promise<void> => {
    const made = (
      await root.call('organizations', 'CreatePolicy', { Name: name, Description: name, Type: 'SERVICE_CONTROL_POLICY', Content: policy(...statements) })
    )['Policy'] as unknown as { PolicySummary: { Id: string } };
    await root.call('organizations', 'AttachPolicy', { PolicyId: made.PolicySummary.Id, TargetId: target });
  };
  await scp('stay-in-the-organization', rootId, deny('organizations:LeaveOrganization'));
  await scp('keep-the-trail', workloads, deny(['cloudtrail:StopLogging', 'cloudtrail:DeleteTrail']));
  await scp('no-user-keys-in-data', data, deny(['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:CreateUser']));
  return { management: root, production: await root.as(production), data: await root.as(data), build: await root.as(build) };
}

/** Everything with a story: the attack paths of the demo and the traps that look like paths and are none. The expected answers stand in test/cases/demo/expected.yaml. */
export async function stories(root: Api): Promise<EstateAccounts> {
  const accounts = await organization(root);
  const eu = (api: Api): Api => api.in('eu-west-1');
  const [management, production, data, build] = [
    new Identities(accounts.management),
    new Identities(accounts.production),
    new Identities(accounts.data),
    new Identities(accounts.build),
  ];
  // The server makes the role of a new account as AWS does, though without its policy.
  for (const each of [production, data, build]) {
    await each.api.call('iam', 'UpdateAssumeRolePolicy', {
      RoleName: 'OrganizationAccountAccessRole',
      PolicyDocument: JSON.stringify(trusting({ AWS: `arn:aws:iam::${accounts.management.account}:root` })),
    });
    await each.api.call('iam', 'AttachRolePolicy', { RoleName: 'OrganizationAccountAccessRole', PolicyArn: administrator });
  }
  const oidc = 'token.actions.githubusercontent.com';
  await accounts.build.call('iam', 'CreateOpenIDConnectProvider', {
    Url: `https://${oidc}`,
    ClientIDList: ['sts.amazonaws.com'],
    ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
  });
  const github = `arn:aws:iam::${accounts.build.account}:oidc-provider/${oidc}`;

  // Production.
  const net = await network(eu(accounts.production), 'production', 20);
  const statements = await bucket(eu(accounts.production), 'larkpay-customer-statements', { classification: 'restricted', environment: 'production' });
  await bucket(
    eu(accounts.production),
    'larkpay-marketing-exports',
    { classification: 'confidential' },
    {
      blocked: false,
      policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::larkpay-marketing-exports/*' }],
      },
    },
  );
  await bucket(
    eu(accounts.production),
    'larkpay-press-kit',
    { classification: 'confidential' },
    {
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::larkpay-press-kit/*' }] },
    },
  );
  await production.role('checkout-web', service('ec2'), [allow(['s3:GetObject', 's3:ListBucket'], [statements, `${statements}/*`])], { profile: true });
  await production.role(
    'bastion-ops',
    service('ec2'),
    [allow('iam:PassRole', production.arn('role', 'deploy-*')), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
    { profile: true },
  );
  await production.role('deploy-release', service('lambda'), [], { admin: true });
  await production.role('deploy-windows', service('ec2'), [], { admin: true });
  await production.role('reports-batch', service('ec2'), [allow('s3:GetObject', 'arn:aws:s3:::larkpay-marketing-exports/*')], { profile: true });
  await instance(eu(accounts.production), 'checkout-web-1', net.open, [net.web], {
    profile: 'checkout-web',
    isPublic: true,
    tokens: 'optional',
    environment: 'production',
  });
  await instance(eu(accounts.production), 'bastion', net.open, [net.ssh], {
    profile: 'bastion-ops',
    isPublic: true,
    tokens: 'required',
    environment: 'production',
  });
  await instance(eu(accounts.production), 'legacy-ftp', net.guarded, [net.ssh], {
    profile: 'checkout-web',
    isPublic: true,
    tokens: 'optional',
    environment: 'production',
  });
  await instance(eu(accounts.production), 'reports-batch-1', net.closed, [net.ssh, net.inside], { profile: 'reports-batch', environment: 'production' });
  const mover = await production.user('svc-file-mover', [allow(['s3:GetObject', 's3:PutObject'], `${statements}/*`)], { keys: 1 });
  await instance(eu(accounts.production), 'file-mover', net.open, [net.web], {
    isPublic: true,
    environment: 'production',
    userData: `#!/bin/bash\nexport AWS_ACCESS_KEY_ID=${mover.keys[0]}\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY0\n/opt/mover/run\n`,
  });
  await production.role('partner-settlement', trusting({ AWS: '*' }), [
    allow(['dynamodb:GetItem', 'dynamodb:Scan'], `arn:aws:dynamodb:eu-west-1:${accounts.production.account}:table/settlements`),
  ]);
  await production.role('partner-invoices', trusting({ AWS: '*' }, { StringEquals: { 'sts:ExternalId': 'larkpay-7731' } }), [
    allow('dynamodb:Scan', `arn:aws:dynamodb:eu-west-1:${accounts.production.account}:table/settlements`),
  ]);
  await production.role('org-reader', trusting({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-nobodyelse1' } }), [
    allow('secretsmanager:GetSecretValue'),
  ]);
  await production.role('vendor-observability', trusting({ AWS: 'arn:aws:iam::998877665544:root' }), [
    allow('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${accounts.production.account}:secret:payments/*`),
  ]);
  for (const name of ['settlements', 'ledger', 'merchants']) {
    await eu(accounts.production).call('dynamodb', 'CreateTable', {
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      Tags: tags({ classification: 'confidential' }),
    });
  }
  for (const name of ['payments/card-processor', 'payments/bank-api', 'web/session-key'])
    await eu(accounts.production).call('secretsmanager', 'CreateSecret', {
      Name: name,
      SecretString: 'not-a-real-secret',
      Tags: tags({ classification: 'secret' }),
    });
  await production.role('cloudformation-deploy', service('cloudformation'), [], { admin: true });
  await eu(accounts.production).call('cloudformation', 'CreateStack', {
    StackName: 'payments-core',
    RoleARN: production.arn('role', 'cloudformation-deploy'),
    TemplateBody: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
  });
  await production.user('oncall-tomas', [allow('cloudformation:UpdateStack')], { password: true });
  await production.role('invoice-renderer', service('lambda'), [allow('dynamodb:*', '*')]);
  await lambda(eu(accounts.production), 'invoice-renderer', production.arn('role', 'invoice-renderer'));
  await production.user(
    'dev-ines',
    [allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], `arn:aws:lambda:eu-west-1:${accounts.production.account}:function:invoice-renderer`)],
    { password: true },
  );
  await production.role('platform-maintainer', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:root` }), [
    allow('iam:UpdateAssumeRolePolicy', production.arn('role', 'break-glass')),
  ]);
  await production.role('break-glass', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:user/nobody-yet` }), [], { admin: true });
  await production.user('sre-odile', [allow('sts:AssumeRole', production.arn('role', 'platform-maintainer'))], { password: true });

  // Traps in production.
  await production.user('analyst-petra', [allow('iam:AttachUserPolicy'), deny('iam:*')], { password: true });
  const boundary = await production.managed('builder-boundary', allow(['s3:*', 'lambda:*', 'logs:*', 'ec2:Describe*']));
  await production.role('boxed-builder', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:root` }), [allow('iam:PutRolePolicy')], { boundary });
  await production.user(
    'dev-karel',
    [allow('iam:PassRole', production.arn('role', 'deploy-windows')), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
    { password: true },
  );
  await production.user(
    'dev-lena',
    [allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
    { password: true },
  );
  await production.user('dev-marek', [allow('iam:PassRole', production.arn('role', 'reports-*')), allow('ec2:RunInstances')], { password: true });
  await production.user('dev-nora', [allow('sts:AssumeRole', production.arn('role', 'break-glass'))], { password: true });
  await production.user('dev-otto', [allow('lambda:UpdateFunctionCode', `arn:aws:lambda:eu-west-1:${accounts.production.account}:function:invoice-mailer`)], {
    password: true,
  });
  await production.user('clerk-rosa', [allow('iam:CreateLoginProfile', production.arn('user', 'admin-ivo'))], { password: true });
  await production.user('admin-ivo', [allow('*')], { password: true, keys: 2 });
  await production.user('clerk-sven', [allow('iam:CreateAccessKey', production.arn('user', 'admin-ivo'))], { password: true });
  await production.user('reader-tea', [], { password: true });

  // Data.
  const lake = await bucket(eu(accounts.data), 'larkpay-data-lake', { classification: 'restricted', environment: 'production' });
  const etl = await data.managed(
    'etl-access',
    allow(['s3:GetObject', 's3:PutObject'], `${lake}/*`),
    allow('iam:CreatePolicyVersion', data.arn('policy', 'etl-access')),
  );
  await data.role('etl-nightly', trusting({ AWS: `arn:aws:iam::${accounts.production.account}:role/invoice-renderer` }));
  await accounts.data.call('iam', 'AttachRolePolicy', { RoleName: 'etl-nightly', PolicyArn: etl });
  await accounts.production.call('iam', 'PutRolePolicy', {
    RoleName: 'invoice-renderer',
    PolicyName: 'to-the-lake',
    PolicyDocument: policy(allow('sts:AssumeRole', data.arn('role', 'etl-nightly'))),
  });
  await data.user('analyst-uli', [allow('iam:CreateAccessKey')], { password: true });
  await data.user('root-of-data', [allow('*')]);
  await data.role('lake-admin', trusting({ AWS: `arn:aws:iam::${accounts.data.account}:root` }), [allow('s3:*', [lake, `${lake}/*`])]);
  await data.user('analyst-vera', [allow('sts:AssumeRole', data.arn('role', 'lake-admin'))], { password: true });
  await data.user('analyst-wim', [allow('s3:ListBucket', lake)], { password: true });
  await eu(accounts.data).call('secretsmanager', 'CreateSecret', {
    Name: 'warehouse/master',
    SecretString: 'not-a-real-secret',
    Tags: tags({ classification: 'secret' }),
  });
  await eu(accounts.data).call('secretsmanager', 'PutResourcePolicy', {
    SecretId: 'warehouse/master',
    ResourcePolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
          Condition: { ArnNotEquals: { 'aws:PrincipalArn': data.arn('role', 'lake-admin') } },
        },
      ],
    }),
  });
  await data.user('analyst-xenia', [allow('secretsmanager:GetSecretValue')], { password: true });

  // Build.
  const artifacts = await bucket(eu(accounts.build), 'larkpay-build-artifacts', { environment: 'build' });
  await build.role(
    'gha-deploy',
    trusting(
      { Federated: github },
      { StringEquals: { [`${oidc}:aud`]: 'sts.amazonaws.com' }, StringLike: { [`${oidc}:sub`]: 'repo:larkpay/*' } },
      'sts:AssumeRoleWithWebIdentity',
    ),
    [allow('sts:AssumeRole', production.arn('role', 'release-runner'))],
  );
  await production.role('release-runner', trusting({ AWS: build.arn('role', 'gha-deploy') }), [
    allow('iam:PassRole', production.arn('role', 'deploy-release')),
    allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
  ]);
  await build.role('gha-legacy', trusting({ Federated: github }, { StringEquals: { [`${oidc}:aud`]: 'sts.amazonaws.com' } }, 'sts:AssumeRoleWithWebIdentity'), [
    allow(['s3:GetObject', 's3:PutObject'], `${artifacts}/*`),
  ]);
  await build.role(
    'gha-docs',
    trusting(
      { Federated: github },
      { StringEquals: { [`${oidc}:aud`]: 'sts.amazonaws.com', [`${oidc}:sub`]: 'repo:larkpay/docs:ref:refs/heads/main' } },
      'sts:AssumeRoleWithWebIdentity',
    ),
    [allow('s3:PutObject', 'arn:aws:s3:::larkpay-press-kit/*')],
  );
  await build.role('codebuild-release', service('codebuild'), [], { admin: true });
  await eu(accounts.build).call('codebuild', 'CreateProject', {
    name: 'release',
    serviceRole: build.arn('role', 'codebuild-release'),
    source: { type: 'S3', location: 'larkpay-build-artifacts/source.zip' },
    artifacts: { type: 'NO_ARTIFACTS' },
    environment: { type: 'LINUX_CONTAINER', image: 'aws/codebuild/standard:7.0', computeType: 'BUILD_GENERAL1_SMALL' },
  });
  await build.user('dev-yara', [allow('codebuild:StartBuild')], { password: true });
  await build.user('dev-zoltan', [allow('codebuild:ListBuilds')], { password: true });
  await build.user('mila', [allow('iam:AttachUserPolicy', build.arn('user', 'mila'))], { password: true });
  await build.role('ecs-release', service('ecs-tasks'), [], { admin: true });
  // A task runs in a cluster: without one the right to run tasks is worth nothing.
  await eu(accounts.build).call('ecs', 'CreateCluster', { clusterName: 'release' });
  await build.user('dev-anouk', [allow('iam:PassRole', build.arn('role', 'ecs-release')), allow(['ecs:RegisterTaskDefinition', 'ecs:RunTask'])], {
    password: true,
  });
  await build.user('dev-bela', [allow('iam:PassRole', build.arn('role', 'ecs-release')), allow(['glue:CreateJob', 'glue:StartJobRun'])], { password: true });

  // Management.
  await management.role('finops', trusting({ AWS: `arn:aws:iam::${accounts.management.account}:root` }), [
    allow('sts:AssumeRole', 'arn:aws:iam::*:role/OrganizationAccountAccessRole'),
  ]);
  await management.user('controller-chloe', [allow('sts:AssumeRole', management.arn('role', 'finops'))], { password: true });
  return accounts;
}

/** Everyday resources around the stories, repeatable from a seed. `scale` 1 makes about eight hundred resources. */
export async function filler(
  accounts: Pick<EstateAccounts, 'production'> & Partial<EstateAccounts>,
  scale: number,
  random: () => number,
  regions: readonly string[] = ['eu-west-1', 'us-east-1'],
): Promise<number> {
  const teams = ['checkout', 'ledger', 'risk', 'onboarding', 'merchant', 'support', 'search', 'billing'];
  const stages = ['production', 'staging', 'test'];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let count = 0;
  const many = async (total: number, make: (index: number) => Promise<unknown>): Promise<void> => {
    for (let at = 0; at < total; at += 12) await Promise.all(Array.from({ length: Math.min(12, total - at) }, (_, offset) => make(at + offset)));
    count += total;
  };
  for (const [name, api] of [
    ['prd', accounts.production],
    ['dat', accounts.data],
    ['bld', accounts.build],
  ] as const) {
    if (api === undefined) continue;
    const identities = new Identities(api);
    await identities.role('everyday-function', service('lambda'), [allow('logs:PutLogEvents')]);
    await many(Math.round(28 * scale), (index) => {
      const team = pick(teams);
      return identities.role(
        `${team}-${name}-worker-${index}`,
        service(pick(['lambda', 'ec2', 'ecs-tasks'])),
        [allow(['logs:PutLogEvents', 's3:GetObject'], [`arn:aws:s3:::larkpay-${team}-${name}-*/*`, '*'].slice(0, 1))],
        { tags: { team } },
      );
    });
    await many(Math.round(12 * scale), (index) =>
      identities.user(`${pick(teams)}-${name}-person-${index}`, [allow(['s3:ListAllMyBuckets', 'cloudwatch:GetMetricData'])]),
    );
    for (const region of regions) {
      const here = api.in(region);
      const short = region === 'eu-west-1' ? 'eu' : 'us';
      const stage = pick(stages);
      await many(Math.round(14 * scale), async (index) => {
        const team = pick(teams);
        const bucketName = `larkpay-${team}-${name}-${short}-${index}`;
        await here.call('s3', 'CreateBucket', {
          Bucket: bucketName,
          ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } }),
        });
        await here.call('s3', 'PutPublicAccessBlock', {
          Bucket: bucketName,
          PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
        });
      });
      await many(Math.round(16 * scale), (index) => lambda(here, `${pick(teams)}-${short}-fn-${index}`, `arn:aws:iam::${api.account}:role/everyday-function`));
      await many(Math.round(14 * scale), (index) =>
        here.call('ssm', 'PutParameter', { Name: `/${pick(teams)}/${stage}/flag-${index}`, Value: String(index), Type: 'String' }),
      );
      await many(Math.round(10 * scale), (index) => here.call('sqs', 'CreateQueue', { QueueName: `${pick(teams)}-${short}-events-${index}` }));
      await many(Math.round(8 * scale), (index) => here.call('sns', 'CreateTopic', { Name: `${pick(teams)}-${short}-notices-${index}` }));
      await many(Math.round(8 * scale), (index) =>
        here.call('secretsmanager', 'CreateSecret', { Name: `${pick(teams)}/${stage}/credential-${short}-${index}`, SecretString: 'not-a-real-secret' }),
      );
      await many(Math.round(5 * scale), (index) =>
        here.call('dynamodb', 'CreateTable', {
          TableName: `${pick(teams)}-${stage}-${index}`,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      await many(Math.round(3 * scale), (index) => here.call('kms', 'CreateKey', { Description: `${stage} key ${index}` }));
      const vpc = String(
        (
          (await here.call('ec2', 'CreateVpc', { CidrBlock: `10.${name === 'prd' ? 30 : name === 'dat' ? 31 : 32}.0.0/16` }))['Vpc'] as unknown as {
            VpcId: string;
          }
        ).VpcId,
      );
      const subnet = String(
        (
          (await here.call('ec2', 'CreateSubnet', { VpcId: vpc, CidrBlock: `10.${name === 'prd' ? 30 : name === 'dat' ? 31 : 32}.1.0/24` }))[
            'Subnet'
          ] as unknown as { SubnetId: string }
        ).SubnetId,
      );
      const group = String((await here.call('ec2', 'CreateSecurityGroup', { GroupName: `${stage}-internal`, Description: 'internal', VpcId: vpc }))['GroupId']);
      await many(Math.round(8 * scale), (index) => instance(here, `${pick(teams)}-${stage}-${index}`, subnet, [group], { environment: stage }));
    }
  }
  return count;
}
