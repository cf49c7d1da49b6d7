import type { JsonObject } from '../../../src/model/json.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../estate.ts';
import {
  anyone,
  data,
  document,
  functionArn,
  key,
  keyArn,
  lambda,
  make,
  outside,
  outsiders,
  ownAccount,
  type PlanCase,
  region,
  type WantedChange,
} from './case.ts';

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

export const settingsOfResources: readonly PlanCase[] = [
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
    to: `${pool.id}/guests`,
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
