import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from './estate.ts';
import { riskEstate } from './risk-estate.ts';

/** A change that a plan may propose, as it must be told and as it must work. */
export interface WantedChange {
  readonly title: RegExp;
  /** The commands, one a line. */
  readonly cli: RegExp;
  readonly terraform: RegExp;
  readonly effort: 'low' | 'medium' | 'high';
  /** What access in use it takes away, in words. */
  readonly takes: RegExp;
  /** Steps that appear with it; none if not said. `from -[technique]-> to` by the last parts of the ids. */
  readonly appear?: readonly RegExp[];
  /** The step stays, by something else that the evidence names with it: a plan learns that by deriving. */
  readonly stays?: true;
}

export interface PlanCase {
  readonly name: string;
  readonly records: readonly SnapshotRecord[];
  readonly from: string;
  readonly to: string;
  /** Of several proofs of the step, the one by this technique. */
  readonly technique: string;
  readonly changes: readonly WantedChange[];
}

export const region = 'eu-west-1';
const anyone = 'aws:anyone';
const vendor = 'aws:account:922761411349';
const outside = 'aws:account:999988887777';
const outsideRoot = 'arn:aws:iam::999988887777:root';

const make = (type: string, id: string, config: JsonObject, calls: readonly string[] = [], where = region): SnapshotRecord => ({
  type,
  id,
  account,
  region: where,
  calls: [...calls],
  config,
});
const document = (...statements: Json[]): Json => ({ Version: '2012-10-17', Statement: statements });
const allow = (action: Json, resource: Json, more: JsonObject = {}): JsonObject => ({ Effect: 'Allow', Action: action, Resource: resource, ...more });
const managedArn = (name: string): string => `arn:aws:iam::${account}:policy/${name}`;
const attached = (...arns: string[]): JsonObject => ({
  AttachedManagedPolicies: arns.map((arn) => ({ PolicyArn: arn, PolicyName: arn.split('/').at(-1) ?? '' })),
});

export function managed(name: string, statements: readonly Json[], versions = 1): SnapshotRecord {
  const list = Array.from({ length: versions }, (_, index) => ({
    VersionId: `v${versions + 7 - index}`,
    IsDefaultVersion: index === 0,
    Document: document(...statements),
  }));
  return make(
    'AWS::IAM::ManagedPolicy',
    managedArn(name),
    { Arn: managedArn(name), PolicyName: name, DefaultVersionId: list[0]?.VersionId ?? '', PolicyVersionList: list },
    ['iam:GetAccountAuthorizationDetails'],
    'global',
  );
}

function group(name: string, statements: readonly Json[], more: JsonObject = {}): SnapshotRecord {
  const arn = `arn:aws:iam::${account}:group/${name}`;
  const own = statements.length === 0 ? [] : [{ PolicyName: 'inline', PolicyDocument: document(...statements) }];
  return make(
    'AWS::IAM::Group',
    arn,
    { Arn: arn, GroupName: name, AttachedManagedPolicies: [], GroupPolicyList: own, ...more },
    ['iam:GetAccountAuthorizationDetails'],
    'global',
  );
}

const data = 'arn:aws:s3:::data';
const notCollected = /^not known: last-accessed data was not collected \(--last-accessed\) \(/;
const outsiders = /^not known: AWS keeps no last use by those outside/;
const organization = make(
  'AWS::Organizations::Organization',
  'o-ours',
  { Organization: { Id: 'o-ours', MasterAccountId: account }, Accounts: [{ Id: account }] },
  [],
  'global',
);
const host = (sentence: string): readonly SnapshotRecord[] => riskEstate(sentence).records;
const instance = `arn:aws:ec2:${region}:${account}:instance/i-1`;
const github = 'token.actions.githubusercontent.com';
const provider = `arn:aws:iam::${account}:oidc-provider/${github}`;

const identity: readonly PlanCase[] = [
  {
    name: 'an inline statement that says several things',
    records: [
      user('u', [allow(['s3:GetObject', 's3:PutObject'], [`${data}/*`, 'arn:aws:s3:::logs/*']), allow('sqs:ListQueues', '*')]),
      bucket('data'),
      bucket('logs'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject and s3:PutObject from policy inline of u$/,
        cli: /^aws iam put-user-policy --user-name u --policy-name inline --policy-document '\{"Version":"2012-10-17","Statement":\[\{"Effect":"Allow","Action":"sqs:ListQueues","Resource":"\*"\}\]\}'$/,
        terraform: /^resource "aws_iam_user_policy" "inline" \{/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^remove s3:GetObject from the statement in policy inline of u$/,
        cli: /"Action":\["s3:PutObject"\]/,
        terraform: /"s3:PutObject"/,
        effort: 'low',
        takes: /\(s3\)$/,
      },
      {
        title: /^take data off the resources of the statement in policy inline of u$/,
        cli: /"Resource":\["arn:aws:s3:::logs\/\*"\]/,
        terraform: /arn:aws:s3:::logs/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a wide inline statement, all that the policy says',
    records: [user('u', [allow('s3:*', '*')]), bucket('data'), bucket('logs')],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:\* from policy inline of u$/,
        cli: /^aws iam delete-user-policy --user-name u --policy-name inline$/,
        terraform: /^# remove the resource aws_iam_user_policy "inline" of user "u"$/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in policy inline of u$/,
        cli: /\{"Sid":"Denys3GetObject\d+","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::data\/\*"\}\]\}'$/,
        terraform: /"Deny"/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a policy with one statement and no list, of a role',
    records: [
      role('r', trusts({ Service: 'ec2.amazonaws.com' }), [], {
        RolePolicyList: [{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: allow('s3:*', '*') } }],
      }),
      bucket('data'),
    ],
    from: roleArn('r'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:\*/,
        cli: /^aws iam delete-role-policy --role-name r --policy-name inline$/,
        terraform: /aws_iam_role_policy/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data/,
        cli: /"Statement":\[\{"Effect":"Allow".*\{"Sid":"Denys3GetObject\d+"/,
        terraform: /jsonencode/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a policy of a group',
    records: [user('u', [], { GroupList: ['staff'] }), group('staff', [allow('s3:GetObject', `${data}/*`)]), bucket('data')],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject/,
        cli: /^aws iam delete-group-policy --group-name staff --policy-name inline$/,
        terraform: /aws_iam_group_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a managed policy that says one thing, held by two',
    records: [
      user('u', [], attached(managedArn('reader'))),
      role('r', trusts({ Service: 'ec2.amazonaws.com' }), [], attached(managedArn('reader'))),
      managed('reader', [allow('s3:GetObject', '*')]),
      bucket('data'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^detach reader from u$/,
        cli: new RegExp(`^aws iam detach-user-policy --user-name u --policy-arn ${managedArn('reader')}$`),
        terraform: /aws_iam_user_policy_attachment/,
        effort: 'low',
        takes: /\(s3\)$/,
      },
      {
        title: /^detach reader from r, u$/,
        cli: /^aws iam detach-role-policy --role-name r .*\naws iam detach-user-policy --user-name u .*$|^aws iam detach-user-policy .*\naws iam detach-role-policy/,
        terraform: /aws_iam_role_policy_attachment/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in the policy of reader$/,
        cli: /^aws iam create-policy-version .* --set-as-default/,
        terraform: /aws_iam_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a managed policy that has five versions',
    records: [
      user('u', [], attached(managedArn('two'))),
      managed('two', [allow('s3:GetObject', `${data}/*`), allow('sqs:ListQueues', '*')], 5),
      bucket('data'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject from the policy of two$/,
        cli: /^aws iam delete-policy-version --policy-arn \S+ --version-id v8\naws iam create-policy-version --policy-arn \S+ --set-as-default --policy-document '\{"Version":"2012-10-17","Statement":\[\{"Effect":"Allow","Action":"sqs:ListQueues"/,
        terraform: /^resource "aws_iam_policy" "two" \{/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: 'a boundary',
    records: [
      user('u', [allow('s3:GetObject', `${data}/*`)], {
        PermissionsBoundary: { PermissionsBoundaryArn: managedArn('edge'), PermissionsBoundaryType: 'Policy' },
      }),
      managed('edge', [allow('s3:*', '*')]),
      bucket('data'),
    ],
    from: userArn('u'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement that allows s3:GetObject from policy inline of u$/,
        cli: /delete-user-policy/,
        terraform: /aws_iam_user_policy/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^deny s3:GetObject on data in the policy of edge$/,
        cli: /create-policy-version/,
        terraform: /aws_iam_policy/,
        effort: 'low',
        takes: notCollected,
      },
    ],
  },
  {
    name: "one of AWS's own policies",
    records: [user('u', [], attached('arn:aws:iam::aws:policy/AdministratorAccess'))],
    from: userArn('u'),
    to: `arn:aws:iam::${account}:root`,
    technique: 'aws.administrator',
    changes: [
      {
        title: /^detach AdministratorAccess from u$/,
        cli: /^aws iam detach-user-policy --user-name u --policy-arn arn:aws:iam::aws:policy\/AdministratorAccess$/,
        terraform: /AdministratorAccess" on "u"$/,
        effort: 'low',
        takes: /\(everything\)$/,
      },
    ],
  },
  {
    name: 'a policy that its holder may write',
    records: [
      role(
        'etl',
        trusts({ Service: 'ec2.amazonaws.com' }),
        [allow('iam:CreatePolicyVersion', managedArn('own')), allow('iam:SetDefaultPolicyVersion', managedArn('own'))],
        attached(managedArn('own')),
      ),
      managed('own', [allow('sqs:ListQueues', '*')]),
    ],
    from: roleArn('etl'),
    to: `arn:aws:iam::${account}:root`,
    technique: 'aws.create-policy-version',
    changes: [
      {
        title: /^remove the statement that allows iam:CreatePolicyVersion/,
        cli: /^aws iam put-role-policy/,
        terraform: /aws_iam_role_policy/,
        effort: 'low',
        takes: notCollected,
      },
      { title: /^detach own from etl$/, cli: /^aws iam detach-role-policy --role-name etl/, terraform: /attachment/, effort: 'low', takes: /\(sqs\)$/ },
    ],
  },
  {
    name: 'a role of Identity Center, whose own policy nobody may change',
    records: [
      role('aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1', trusts({ Federated: 'arn:aws:iam::111122223333:saml-provider/AWSSSO_1' }), [
        allow('s3:GetObject', `${data}/*`),
      ]),
      bucket('data'),
    ],
    from: roleArn('aws-reserved/sso.amazonaws.com/AWSReservedSSO_x_1'),
    to: data,
    technique: 'aws.read-bucket',
    changes: [],
  },
];

const trust: readonly PlanCase[] = [
  {
    name: 'a trust policy that names two people',
    records: [user('u'), user('v'), role('r', trusts({ AWS: [userArn('u'), userArn('v')] }))],
    from: userArn('u'),
    to: roleArn('r'),
    technique: 'aws.assume-role',
    changes: [
      {
        title: /^remove the statement from the trust policy of r$/,
        cli: /^aws iam update-assume-role-policy --role-name r --policy-document '\{"Version":"2012-10-17","Statement":\[\{"Effect":"Deny","Principal":\{"AWS":"\*"\},"Action":"sts:AssumeRole"\}\]\}'$/,
        terraform: /assume_role_policy = jsonencode/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^take u out of the trust policy of r$/,
        cli: /"Principal":\{"AWS":\["arn:aws:iam::111122223333:user\/v"\]\}/,
        terraform: /user\/v/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^ask for a second factor in the trust policy of r$/,
        cli: /"Condition":\{"Bool":\{"aws:MultiFactorAuthPresent":"true"\}\}/,
        terraform: /aws:MultiFactorAuthPresent/,
        effort: 'medium',
        takes: /^not known: sessions are in no snapshot: CloudTrail tells \(sessions without a second factor\)$/,
      },
    ],
  },
  {
    name: 'a trust policy that admits everybody, in an organization',
    records: [role('r', trusts({ AWS: '*' })), organization],
    from: anyone,
    to: roleArn('r'),
    technique: 'aws.assume-role',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^admit principals of o-ours only in the trust policy of r$/,
        cli: /"StringEquals":\{"aws:PrincipalOrgID":"o-ours"\}/,
        terraform: /o-ours/,
        effort: 'low',
        takes: outsiders,
      },
      {
        title: /^ask for an external id in the trust policy of r$/,
        cli: /"sts:ExternalId":"postern-\d+-\d+"/,
        terraform: /sts:ExternalId/,
        effort: 'medium',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'another customer of a vendor',
    records: [role('r', trusts({ AWS: 'arn:aws:iam::922761411349:root' }))],
    from: anyone,
    to: roleArn('r'),
    technique: 'aws.confused-deputy',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^ask for an external id in the trust policy of r$/,
        cli: /"sts:ExternalId":"postern-\d+-\d+"/,
        terraform: /sts:ExternalId/,
        effort: 'medium',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'the vendor itself, who knows the external id',
    records: [role('r', trusts({ AWS: ['arn:aws:iam::922761411349:root', outsideRoot] }))],
    from: vendor,
    to: roleArn('r'),
    technique: 'aws.assume-role',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^take root out of the trust policy of r$/,
        cli: /"AWS":\["arn:aws:iam::999988887777:root"\]/,
        terraform: /999988887777/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'one of two repositories',
    records: [
      make('AWS::IAM::OIDCProvider', provider, { Url: github, Arn: provider, ClientIDList: ['sts.amazonaws.com'] }, [], 'global'),
      role(
        'r',
        document({
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${github}:aud`]: 'sts.amazonaws.com', [`${github}:sub`]: ['repo:a/one:ref:refs/heads/main', 'repo:a/two:ref:refs/heads/main'] },
          },
        }),
      ),
    ],
    from: `oidc:${github}:repo:a/one:ref:refs/heads/main`,
    to: roleArn('r'),
    technique: 'aws.oidc-trust',
    changes: [
      { title: /^remove the statement from the trust policy of r$/, cli: /"Effect":"Deny"/, terraform: /aws_iam_role/, effort: 'low', takes: outsiders },
      {
        title: /^no longer admit repo:a\/one:ref:refs\/heads\/main in the trust policy of r$/,
        cli: /:sub":\["repo:a\/two:ref:refs\/heads\/main"\]/,
        terraform: /repo:a\/two/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
];

const keyArn = `arn:aws:kms:${region}:${account}:key/0e0e0e0e-0000-4000-8000-000000000001`;
const key = (policy: Json, more: JsonObject = {}): SnapshotRecord =>
  make(
    'AWS::KMS::Key',
    keyArn,
    {
      Arn: keyArn,
      KeyId: keyArn.split('/').at(-1) ?? '',
      KeyManager: 'CUSTOMER',
      KeyState: 'Enabled',
      Enabled: true,
      KeyUsage: 'ENCRYPT_DECRYPT',
      GetKeyPolicy: { Policy: policy },
      ListGrants: [],
      ...more,
    },
    ['kms:ListKeys', 'kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListGrants'],
  );
const ownAccount = { Sid: 'Enable', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' };
const functionArn = `arn:aws:lambda:${region}:${account}:function:f`;
const lambda = (more: JsonObject): SnapshotRecord =>
  make('AWS::Lambda::Function', functionArn, { FunctionArn: functionArn, FunctionName: 'f', Role: roleArn('r'), ...more }, [
    'lambda:ListFunctions',
    'lambda:GetPolicy',
    'lambda:ListFunctionUrlConfigs',
  ]);

const resources: readonly PlanCase[] = [
  {
    name: 'a bucket that everybody reads',
    records: [bucket('data', document({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${data}/*` })), organization],
    from: 'internet',
    to: data,
    technique: 'aws.read-bucket',
    changes: [
      {
        title: /^remove the statement from the policy of data$/,
        cli: /^aws s3api delete-bucket-policy --bucket data$/,
        terraform: /^# remove the resource aws_s3_bucket_policy/,
        effort: 'low',
        takes: outsiders,
      },
      { title: /^admit principals of o-ours only in the policy of data$/, cli: /aws:PrincipalOrgID/, terraform: /o-ours/, effort: 'low', takes: outsiders },
      {
        title: /^block public access of bucket data$/,
        cli: /^aws s3api put-public-access-block --bucket data --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true$/,
        terraform: /aws_s3_bucket_public_access_block/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'a key whose policy lets its own account in, and another',
    records: [key(document(ownAccount, { Sid: 'Other', Effect: 'Allow', Principal: { AWS: outsideRoot }, Action: 'kms:Decrypt', Resource: '*' }))],
    from: outside,
    to: keyArn,
    technique: 'aws.use-key',
    changes: [
      {
        title: /^remove the statement Other from the policy of 0e0e0e0e/,
        cli: /^aws kms put-key-policy --policy-name default --key-id arn:aws:kms:\S+ --policy '\{"Version":"2012-10-17","Statement":\[\{"Sid":"Enable"/,
        terraform: /aws_kms_key_policy/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'a function that another account may call',
    records: [
      lambda({
        GetPolicy: {
          Policy: document(
            { Sid: 'partner', Effect: 'Allow', Principal: { AWS: outsideRoot }, Action: 'lambda:InvokeFunction', Resource: functionArn },
            { Sid: 'wide', Effect: 'Allow', Principal: '*', Action: 'lambda:UpdateFunctionCode', Resource: functionArn },
          ),
        },
      }),
      role('r', trusts({ Service: 'lambda.amazonaws.com' })),
      organization,
    ],
    from: anyone,
    to: functionArn,
    technique: 'aws.lambda-update-code',
    changes: [
      {
        title: /^remove the statement wide from the policy of f$/,
        cli: new RegExp(`^aws lambda remove-permission --function-name ${functionArn} --statement-id wide --region eu-west-1$`),
        terraform: /^# remove the resource aws_lambda_permission "wide" of function "f"$/,
        effort: 'low',
        takes: outsiders,
      },
      {
        title: /^admit principals of o-ours only in the policy of f$/,
        cli: /^aws lambda remove-permission .*--statement-id wide.*\naws lambda add-permission --function-name \S+ --statement-id wide --action lambda:UpdateFunctionCode --principal '\*' --principal-org-id o-ours --region eu-west-1$/,
        terraform: /principal_org_id = "o-ours"/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
];

/** A pool of Cognito's whose guests take a role. */
const poolArn = `arn:aws:cognito-identity:${region}:${account}:identitypool/${region}:p`;
const pool = make(
  'AWS::Cognito::IdentityPool',
  poolArn,
  {
    IdentityPoolId: `${region}:p`,
    IdentityPoolName: 'guests',
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: false,
    GetIdentityPoolRoles: { Roles: { unauthenticated: roleArn('guest') } },
  },
  ['cognito-identity:ListIdentityPools', 'cognito-identity:DescribeIdentityPool', 'cognito-identity:GetIdentityPoolRoles'],
);
const guest = role(
  'guest',
  document({
    Effect: 'Allow',
    Principal: { Federated: 'cognito-identity.amazonaws.com' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': `${region}:p` } },
  }),
);

const settingsOfHosts: readonly PlanCase[] = [
  {
    name: 'a port that is open to everybody',
    records: host('ssh from 0.0.0.0/0, imdsv1, administers, account'),
    from: 'internet',
    to: instance,
    technique: 'network.reaches',
    changes: [
      {
        title: /^close tcp\/22 from 0\.0\.0\.0\/0 in security group sg-1$/,
        cli: /^aws ec2 revoke-security-group-ingress --group-id sg-1 --ip-permissions '\[\{"IpProtocol":"tcp","FromPort":22,"ToPort":22,"IpRanges":\[\{"CidrIp":"0\.0\.0\.0\/0"\}\]\}\]' --region eu-west-1$/,
        terraform: /^# remove the resource aws_vpc_security_group_ingress_rule, or the ingress block of aws_security_group "sg-1"/,
        effort: 'low',
        takes: /^not known: traffic is in no snapshot: flow logs tell \(tcp\/22\)$/,
      },
    ],
  },
  {
    name: 'a metadata service that asks for no token',
    records: host('ssh from 0.0.0.0/0, imdsv1, administers, account'),
    from: instance,
    to: roleArn('start'),
    technique: 'aws.imds-v1',
    changes: [
      {
        title: /^require IMDSv2 on i-1$/,
        cli: /^aws ec2 modify-instance-metadata-options --instance-id i-1 --http-tokens required --http-endpoint enabled --region eu-west-1$/,
        terraform: /http_tokens {3}= "required"/,
        effort: 'low',
        takes: /^not known: CloudWatch's MetadataNoToken counts such calls \(metadata without a token\)$/,
        appear: [/^i-1 -\[aws.imds-v2\]-> start$/],
      },
      {
        title: /^switch off the metadata service of i-1$/,
        cli: /--http-endpoint disabled --region eu-west-1$/,
        terraform: /http_endpoint = "disabled"/,
        effort: 'medium',
        takes: /its metadata/,
      },
      {
        title: /^take the instance profile off i-1$/,
        cli: /^aws ec2 disassociate-iam-instance-profile --association-id "\$\(aws ec2 describe-iam-instance-profile-associations --filters Name=instance-id,Values=i-1 --region eu-west-1 .*\)" --region eu-west-1$/,
        terraform: /iam_instance_profile/,
        effort: 'medium',
        takes: /\(everything\)$/,
      },
    ],
  },
];

const assignmentArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const reserved = roleArn('aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admins_0123456789abcdef');
const storeUser = 'arn:aws:identitystore:::user/u-1';
const storeGroup = 'arn:aws:identitystore:::group/g-1';
const store = { IdentityStoreId: 'd-1', InstanceArn: 'arn:aws:sso:::instance/ssoins-1' };
const identityCenter: readonly SnapshotRecord[] = [
  make('AWS::SSO::Instance', 'arn:aws:sso:::instance/ssoins-1', store, ['sso:ListInstances']),
  make(
    'AWS::SSO::PermissionSet',
    assignmentArn,
    { PermissionSetArn: assignmentArn, Arn: assignmentArn, Name: 'Admins', InstanceArn: 'arn:aws:sso:::instance/ssoins-1' },
    ['sso:ListPermissionSets'],
  ),
  make(
    'AWS::SSO::Assignment',
    `${assignmentArn}/${account}/GROUP/g-1`,
    { PermissionSetArn: assignmentArn, AccountId: account, PrincipalType: 'GROUP', PrincipalId: 'g-1' },
    ['sso:ListAccountAssignments'],
  ),
  make('AWS::IdentityStore::User', storeUser, { UserId: 'u-1', UserName: 'jo', IdentityStoreId: 'd-1' }, ['identitystore:ListUsers']),
  make(
    'AWS::IdentityStore::Group',
    storeGroup,
    {
      GroupId: 'g-1',
      DisplayName: 'staff',
      IdentityStoreId: 'd-1',
      ListGroupMemberships: [{ IdentityStoreId: 'd-1', MembershipId: 'm-1', GroupId: 'g-1', MemberId: { UserId: 'u-1' } }],
    },
    ['identitystore:ListGroups', 'identitystore:ListGroupMemberships'],
  ),
  {
    ...role('x', trusts({ Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_1` })),
    id: reserved,
    config: {
      ...role('x', {}).config,
      Arn: reserved,
      RoleName: 'AWSReservedSSO_Admins_0123456789abcdef',
      Path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
      AssumeRolePolicyDocument: trusts({ Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_1` }),
    },
  },
];

const settingsOfPeople: readonly PlanCase[] = [
  {
    name: 'a password without a second factor',
    records: [user('u', [], { GetLoginProfile: { UserName: 'u' }, ListMFADevices: [], PasswordLastUsed: '2026-01-02T03:04:05Z' })],
    from: `phished:${userArn('u')}`,
    to: userArn('u'),
    technique: 'aws.phished-password',
    changes: [
      {
        title: /^register a second factor for u$/,
        cli: /^aws iam create-virtual-mfa-device --virtual-mfa-device-name u .*\n# CODE1.*\naws iam enable-mfa-device --user-name u --serial-number arn:aws:iam::111122223333:mfa\/u --authentication-code1 CODE1 --authentication-code2 CODE2$/,
        terraform: /aws_iam_virtual_mfa_device/,
        effort: 'medium',
        takes: /^nothing$/,
      },
      {
        title: /^take the console password away from u$/,
        cli: /^aws iam delete-login-profile --user-name u$/,
        terraform: /aws_iam_user_login_profile/,
        effort: 'low',
        takes: /^the console of u, last used 2026-01-02$/,
      },
    ],
  },
  {
    name: 'an access key that lies in a function',
    records: [
      user('u', [], { ListAccessKeys: [{ AccessKeyId: 'AKIAABCDEFGHIJKLMNOP', Status: 'Active', UserName: 'u' }] }),
      make(
        'AWS::IAM::AccessKey',
        `arn:aws:iam::${account}:access-key/AKIAABCDEFGHIJKLMNOP`,
        { AccessKeyId: 'AKIAABCDEFGHIJKLMNOP', UserName: 'u', Status: 'Active', GetAccessKeyLastUsed: { LastUsedDate: '2026-05-06T00:00:00Z' } },
        ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'],
        'global',
      ),
      lambda({ Environment: { Variables: { KEY: { redacted: 'x', ids: ['AKIAABCDEFGHIJKLMNOP'] } } } }),
      role('r', trusts({ Service: 'lambda.amazonaws.com' })),
    ],
    from: functionArn,
    to: userArn('u'),
    technique: 'aws.leaked-access-key',
    changes: [
      {
        title: /^deactivate access key AKIAABCDEFGHIJKLMNOP of u$/,
        cli: /^aws iam update-access-key --user-name u --access-key-id AKIAABCDEFGHIJKLMNOP --status Inactive$/,
        terraform: /status = "Inactive"/,
        effort: 'low',
        takes: /^the key AKIAABCDEFGHIJKLMNOP of u, last used 2026-05-06$/,
      },
    ],
  },
  {
    name: 'an assignment of Identity Center',
    records: identityCenter,
    from: storeGroup,
    to: reserved,
    technique: 'aws.identity-center',
    changes: [
      {
        title: /^end the assignment of Admins in 111122223333 to staff$/,
        cli: /^aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance\/ssoins-1 --permission-set-arn arn:aws:sso:::permissionSet\/ssoins-1\/ps-1 --target-type AWS_ACCOUNT --target-id 111122223333 --principal-type GROUP --principal-id g-1 --region eu-west-1$/,
        terraform: /aws_ssoadmin_account_assignment/,
        effort: 'low',
        takes: /permission set Admins/,
      },
    ],
  },
  {
    name: 'a membership in Identity Center',
    records: identityCenter,
    from: storeUser,
    to: storeGroup,
    technique: 'aws.identity-center-group',
    changes: [
      {
        title: /^take jo out of group staff$/,
        cli: /^aws identitystore delete-group-membership --identity-store-id d-1 --membership-id m-1 --region eu-west-1$/,
        terraform: /aws_identitystore_group_membership/,
        effort: 'low',
        takes: /what group staff is assigned/,
      },
    ],
  },
];

const copies = (name: string, type: string, id: string, config: JsonObject, changes: readonly WantedChange[], from = anyone): PlanCase => ({
  name,
  records: [make(type, id, config)],
  from,
  to: id,
  technique: 'aws.shared-copy',
  changes,
});
const noMore = (cli: RegExp, terraform: RegExp, title = /^share \S+ with everybody no more$/): readonly WantedChange[] => [
  { title, cli, terraform, effort: 'low', takes: /^not known: calls are in no snapshot: CloudTrail tells \(copies of / },
];
const snapshotId = `arn:aws:ec2:${region}:${account}:snapshot/snap-1`;
const imageId = `arn:aws:ec2:${region}:${account}:image/ami-1`;
const databaseCopy = `arn:aws:rds:${region}:${account}:snapshot:nightly`;
const clusterCopy = `arn:aws:rds:${region}:${account}:cluster-snapshot:weekly`;
const documentId = `arn:aws:ssm:${region}:${account}:document/run`;

const clusterArn = `arn:aws:eks:${region}:${account}:cluster/c`;
const serviceArn = `arn:aws:apprunner:${region}:${account}:service/shop/0123456789abcdef`;
const tableArn = `arn:aws:dynamodb:${region}:${account}:table/t`;

const settingsOfResources: readonly PlanCase[] = [
  copies(
    'a snapshot for everybody',
    'AWS::EC2::Snapshot',
    snapshotId,
    { SnapshotId: 'snap-1', State: 'completed', DescribeSnapshotAttribute: { CreateVolumePermissions: [{ Group: 'all' }] } },
    noMore(
      /^aws ec2 modify-snapshot-attribute --attribute createVolumePermission --operation-type remove --snapshot-id snap-1 --group-names all --region eu-west-1$/,
      /aws_snapshot_create_volume_permission/,
    ),
  ),
  copies(
    'an image for one account',
    'AWS::EC2::Image',
    imageId,
    { ImageId: 'ami-1', State: 'available', DescribeImageAttribute: { LaunchPermissions: [{ UserId: '999988887777' }] } },
    noMore(
      /^aws ec2 modify-image-attribute --attribute launchPermission --operation-type remove --image-id ami-1 --user-ids 999988887777 --region eu-west-1$/,
      /aws_ami_launch_permission/,
      /^share ami-1 with 999988887777 no more$/,
    ),
    outside,
  ),
  copies(
    'a snapshot of a database',
    'AWS::RDS::DBSnapshot',
    databaseCopy,
    {
      DBSnapshotIdentifier: 'nightly',
      DBSnapshotArn: databaseCopy,
      DescribeDBSnapshotAttributes: { DBSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: ['all'] }] },
    },
    noMore(
      /^aws rds modify-db-snapshot-attribute --db-snapshot-identifier nightly --attribute-name restore --values-to-remove all --region eu-west-1$/,
      /aws_db_snapshot/,
    ),
  ),
  copies(
    'a snapshot of a cluster',
    'AWS::RDS::DBClusterSnapshot',
    clusterCopy,
    {
      DBClusterSnapshotIdentifier: 'weekly',
      DBClusterSnapshotArn: clusterCopy,
      DescribeDBClusterSnapshotAttributes: { DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: ['all'] }] },
    },
    noMore(
      /^aws rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier weekly --attribute-name restore --values-to-remove all/,
      /aws_db_cluster_snapshot/,
    ),
  ),
  copies(
    'a document',
    'AWS::SSM::Document',
    documentId,
    { Name: 'run', DescribeDocumentPermission: { AccountIds: ['all'] } },
    noMore(/^aws ssm modify-document-permission --name run --permission-type Share --account-ids-to-remove all --region eu-west-1$/, /aws_ssm_document/),
  ),
  {
    name: 'guests of an identity pool',
    records: [pool, guest],
    from: 'internet',
    to: roleArn('guest'),
    technique: 'aws.cognito-unauthenticated',
    changes: [
      {
        title: /^admit no unauthenticated identities to eu-west-1:p|^admit no unauthenticated identities to p$/,
        cli: /^aws cognito-identity update-identity-pool --cli-input-json '\{"IdentityPoolId":"eu-west-1:p","IdentityPoolName":"guests","AllowClassicFlow":false,"AllowUnauthenticatedIdentities":false\}' --region eu-west-1$/,
        terraform: /allow_unauthenticated_identities = false/,
        effort: 'low',
        takes: /\(guests\)$/,
      },
      {
        title: /^remove the statement from the trust policy of guest$/,
        cli: /update-assume-role-policy/,
        terraform: /aws_iam_role/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'a user pool in which anybody signs himself up',
    records: [
      {
        ...pool,
        config: {
          ...pool.config,
          AllowUnauthenticatedIdentities: false,
          CognitoIdentityProviders: [{ ProviderName: 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_u' }],
          GetIdentityPoolRoles: { Roles: { authenticated: roleArn('guest') } },
        },
      },
      make(
        'AWS::Cognito::UserPool',
        `arn:aws:cognito-idp:${region}:${account}:userpool/${region}_u`,
        { Id: `${region}_u`, Name: 'people', AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } },
        ['cognito-idp:ListUserPools', 'cognito-idp:DescribeUserPool'],
      ),
      guest,
    ],
    from: 'internet',
    to: roleArn('guest'),
    technique: 'aws.cognito-self-sign-up',
    changes: [
      {
        title: /^let nobody sign himself up in eu-west-1_u$/,
        cli: /^# what is not given goes to its default.*\naws cognito-idp update-user-pool --user-pool-id eu-west-1_u --admin-create-user-config AllowAdminCreateUserOnly=true --region eu-west-1$/,
        terraform: /allow_admin_create_user_only = true/,
        effort: 'low',
        takes: /\(who signs up\)$/,
      },
      {
        title: /^remove the statement from the trust policy of guest$/,
        cli: /update-assume-role-policy/,
        terraform: /aws_iam_role/,
        effort: 'low',
        takes: outsiders,
      },
    ],
  },
  {
    name: 'a delegated administrator of Identity Center',
    records: [
      role('a', trusts({ Service: 'ec2.amazonaws.com' }), [], {}, '444455556666'),
      role('b', trusts({ Service: 'ec2.amazonaws.com' }), [], {}, '777788889999'),
      make(
        'AWS::Organizations::Organization',
        'o-ours',
        {
          Organization: { Id: 'o-ours', MasterAccountId: account },
          Accounts: [{ Id: account }, { Id: '444455556666' }, { Id: '777788889999' }],
          DelegatedAdministrators: [{ Id: '444455556666' }],
          DelegatedServices: { '444455556666': ['sso.amazonaws.com'] },
        },
        ['organizations:DescribeOrganization', 'organizations:ListDelegatedAdministrators', 'organizations:ListDelegatedServicesForAccount'],
        'global',
      ),
    ],
    from: 'arn:aws:iam::444455556666:root',
    to: 'arn:aws:iam::777788889999:root',
    technique: 'aws.organization-delegated',
    changes: [
      {
        title: /^end the delegated administration of sso.amazonaws.com by 444455556666$/,
        cli: /^aws organizations deregister-delegated-administrator --account-id 444455556666 --service-principal sso.amazonaws.com$/,
        terraform: /aws_organizations_delegated_administrator/,
        effort: 'medium',
        takes: /\(sso\.amazonaws\.com\)$/,
      },
    ],
  },
  {
    name: 'a grant to everybody in the access list of a bucket',
    records: [
      bucket('data', undefined, {
        GetBucketAcl: {
          Owner: { ID: 'me' },
          Grants: [{ Grantee: { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' }, Permission: 'WRITE' }],
        },
      }),
    ],
    from: 'internet',
    to: data,
    technique: 'aws.write-bucket',
    changes: [
      {
        title: /^remove the grant to everybody from the access list of data$/,
        cli: /^aws s3api put-bucket-acl --bucket data --acl private$/,
        terraform: /acl {4}= "private"/,
        effort: 'low',
        takes: /\(the access list\)$/,
      },
    ],
  },
  {
    name: 'the URL of a function that asks for no signature',
    records: [
      lambda({ ListFunctionUrlConfigs: [{ FunctionUrl: 'https://x.lambda-url.eu-west-1.on.aws/', AuthType: 'NONE', FunctionArn: functionArn }] }),
      role('r', trusts({ Service: 'lambda.amazonaws.com' })),
    ],
    from: 'internet',
    to: functionArn,
    technique: 'network.reaches',
    changes: [
      {
        title: /^ask for signed requests at the URL of f$/,
        cli: /^aws lambda update-function-url-config --function-name \S+:function:f --auth-type AWS_IAM --region eu-west-1$/,
        terraform: /authorization_type = "AWS_IAM"/,
        effort: 'medium',
        takes: /\(unsigned requests\)$/,
      },
    ],
  },
  {
    name: 'the public endpoint of a cluster',
    records: [
      make(
        'AWS::EKS::Cluster',
        clusterArn,
        { name: 'c', arn: clusterArn, resourcesVpcConfig: { endpointPublicAccess: true, endpointPrivateAccess: false, publicAccessCidrs: ['0.0.0.0/0'] } },
        ['eks:ListClusters', 'eks:DescribeCluster'],
      ),
    ],
    from: 'internet',
    to: clusterArn,
    technique: 'network.reaches',
    changes: [
      {
        title: /^make the endpoint of cluster c private$/,
        cli: /^aws eks update-cluster-config --name c --resources-vpc-config endpointPublicAccess=false,endpointPrivateAccess=true --region eu-west-1$/,
        terraform: /endpoint_public_access {2}= false/,
        effort: 'medium',
        takes: /\(the Kubernetes API\)$/,
      },
    ],
  },
  {
    name: 'a public service of App Runner',
    records: [
      make('AWS::AppRunner::Service', serviceArn, { ServiceArn: serviceArn, ServiceName: 'shop', ServiceUrl: 'x.awsapprunner.com', Status: 'RUNNING' }, [
        'apprunner:ListServices',
        'apprunner:DescribeService',
      ]),
    ],
    from: 'internet',
    to: serviceArn,
    technique: 'network.reaches',
    changes: [
      {
        title: /^make the service shop private$/,
        cli: /^aws apprunner update-service --service-arn \S+ --network-configuration '\{"IngressConfiguration":\{"IsPubliclyAccessible":false\}\}' --region eu-west-1$/,
        terraform: /is_publicly_accessible = false/,
        effort: 'medium',
        takes: /\(the service\)$/,
      },
    ],
  },
  {
    name: 'a table that may be deleted',
    records: [
      user('u', [allow('dynamodb:DeleteTable', tableArn)]),
      make('AWS::DynamoDB::Table', tableArn, { TableArn: tableArn, TableName: 't', TableStatus: 'ACTIVE', DeletionProtectionEnabled: false }, [
        'dynamodb:ListTables',
        'dynamodb:DescribeTable',
        'dynamodb:GetResourcePolicy',
      ]),
    ],
    from: userArn('u'),
    to: tableArn,
    technique: 'aws.destroy-table',
    changes: [
      {
        title: /^remove the statement that allows dynamodb:DeleteTable/,
        cli: /delete-user-policy/,
        terraform: /aws_iam_user_policy/,
        effort: 'low',
        takes: notCollected,
      },
      {
        title: /^protect from deletion: t$/,
        cli: /^aws dynamodb update-table --table-name t --deletion-protection-enabled --region eu-west-1$/,
        terraform: /deletion_protection_enabled = true/,
        effort: 'low',
        takes: /^nothing$/,
      },
    ],
  },
  ...(['DBInstance', 'DBCluster'] as const).map((kind): PlanCase => {
    const word = kind === 'DBInstance' ? 'instance' : 'cluster';
    const arn = `arn:aws:rds:${region}:${account}:${kind === 'DBInstance' ? 'db' : 'cluster'}:d`;
    return {
      name: `a database ${word} that may be deleted`,
      records: [
        user('u', [allow(`rds:Delete${kind}`, arn)]),
        make(
          `AWS::RDS::${kind}`,
          arn,
          { [`${kind}Identifier`]: 'd', [`${kind}Arn`]: arn, DBInstanceStatus: 'available', Status: 'available', DeletionProtection: false },
          [`rds:Describe${kind}s`],
        ),
      ],
      from: userArn('u'),
      to: arn,
      technique: kind === 'DBInstance' ? 'aws.destroy-database' : 'aws.destroy-cluster',
      changes: [
        { title: /^remove the statement/, cli: /delete-user-policy/, terraform: /aws_iam_user_policy/, effort: 'low', takes: notCollected },
        {
          title: /^protect from deletion: d$/,
          cli: new RegExp(`^aws rds modify-db-${word} --db-${word}-identifier d --deletion-protection --apply-immediately --region eu-west-1$`),
          terraform: /deletion_protection = true/,
          effort: 'low',
          takes: /^nothing$/,
        },
      ],
    };
  }),
  {
    name: 'a bucket that keeps old versions no more',
    records: [user('u', [allow('s3:DeleteObject', `${data}/*`)]), bucket('data', undefined, { GetBucketVersioning: { Status: 'Suspended' } })],
    from: userArn('u'),
    to: data,
    technique: 'aws.destroy-bucket',
    changes: [
      { title: /^remove the statement/, cli: /delete-user-policy/, terraform: /aws_iam_user_policy/, effort: 'low', takes: notCollected },
      {
        title: /^keep old versions in bucket data$/,
        cli: /^aws s3api put-bucket-versioning --bucket data --versioning-configuration Status=Enabled$/,
        terraform: /status = "Enabled"/,
        effort: 'low',
        takes: /^nothing$/,
      },
    ],
  },
  {
    name: 'a grant on a key',
    records: [key(document(ownAccount), { ListGrants: [{ GrantId: 'g1', GranteePrincipal: userArn('u'), Operations: ['Decrypt'] }] }), user('u')],
    from: userArn('u'),
    to: keyArn,
    technique: 'aws.use-key',
    changes: [
      {
        title: /^revoke the grant on key 0e0e0e0e/,
        cli: /^aws kms revoke-grant --key-id arn:aws:kms:\S+ --grant-id g1 --region eu-west-1$/,
        terraform: /aws_kms_grant "g1"/,
        effort: 'low',
        takes: /\(the grant\)$/,
      },
    ],
  },
];

export const planCases: readonly PlanCase[] = [...identity, ...trust, ...resources, ...settingsOfHosts, ...settingsOfPeople, ...settingsOfResources];
