/** Where a resource's own policy stands in its record, and which call answers it. One line a type that has one. */
export interface ResourcePolicySpec {
  /** Dotted path below `config`. */
  readonly path: string;
  /** The call whose answer it is; without it the policy is not known. Empty: it comes with the listing. */
  readonly call: string;
  /** The service writes it and puts only permissions into it, no Deny: not read, it takes nothing away that somebody has otherwise. */
  readonly onlyAdds?: true;
}

export const resourcePolicySpecs: Readonly<Record<string, ResourcePolicySpec>> = {
  'AWS::ApiGateway::RestApi': { path: 'policy', call: '' },
  'AWS::Backup::BackupVault': { path: 'GetBackupVaultAccessPolicy.Policy', call: 'backup:GetBackupVaultAccessPolicy' },
  'AWS::DynamoDB::Table': { path: 'GetResourcePolicy.Policy', call: 'dynamodb:GetResourcePolicy' },
  'AWS::ECR::Repository': { path: 'GetRepositoryPolicy.policyText', call: 'ecr:GetRepositoryPolicy' },
  'AWS::EFS::FileSystem': { path: 'DescribeFileSystemPolicy.Policy', call: 'elasticfilesystem:DescribeFileSystemPolicy' },
  'AWS::Events::EventBus': { path: 'Policy', call: '' },
  'AWS::IAM::Role': { path: 'AssumeRolePolicyDocument', call: '' },
  'AWS::KMS::Key': { path: 'GetKeyPolicy.Policy', call: 'kms:GetKeyPolicy' },
  'AWS::Kinesis::Stream': { path: 'GetResourcePolicy.Policy', call: 'kinesis:GetResourcePolicy' },
  'AWS::Kinesis::StreamConsumer': { path: 'GetResourcePolicy.Policy', call: 'kinesis:GetResourcePolicy' },
  // "AddPermission: Grants an AWS service, AWS account, or AWS organization permission to use a function" (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
  'AWS::Lambda::Function': { path: 'GetPolicy.Policy', call: 'lambda:GetPolicy', onlyAdds: true },
  'AWS::OpenSearchService::Domain': { path: 'AccessPolicies', call: '' },
  'AWS::S3::AccessPoint': { path: 'GetAccessPointPolicy.Policy', call: 's3:GetAccessPointPolicy' },
  'AWS::S3::Bucket': { path: 'GetBucketPolicy.Policy', call: 's3:GetBucketPolicy' },
  // "Established: The last established policy for the Multi-Region Access Point" (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_MultiRegionAccessPointPolicyDocument.html).
  'AWS::S3::MultiRegionAccessPoint': { path: 'GetMultiRegionAccessPointPolicy.Policy.Established.Policy', call: 's3:GetMultiRegionAccessPointPolicy' },
  'AWS::SNS::Topic': { path: 'GetTopicAttributes.Attributes.Policy', call: 'sns:GetTopicAttributes' },
  'AWS::SQS::Queue': { path: 'GetQueueAttributes.Attributes.Policy', call: 'sqs:GetQueueAttributes' },
  'AWS::SecretsManager::Secret': { path: 'GetResourcePolicy.ResourcePolicy', call: 'secretsmanager:GetResourcePolicy' },
};

/** Actions on a role that its trust policy has a say in; every other action on a role is decided without it. */
export const trustActions: ReadonlySet<string> = new Set([
  'sts:assumerole',
  'sts:assumerolewithsaml',
  'sts:assumerolewithwebidentity',
  'sts:tagsession',
  'sts:setsourceidentity',
]);

/** Managed policies of AWS that are attached everywhere and whose content is one line; used only when the snapshot lacks them. Source: the policies' reference pages. */
export const wellKnownPolicies: Readonly<Record<string, object>> = {
  AdministratorAccess: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  IAMFullAccess: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'iam:*',
          'organizations:DescribeAccount',
          'organizations:DescribeOrganization',
          'organizations:DescribeOrganizationalUnit',
          'organizations:DescribePolicy',
          'organizations:ListChildren',
          'organizations:ListParents',
          'organizations:ListPoliciesForTarget',
          'organizations:ListRoots',
          'organizations:ListPolicies',
          'organizations:ListTargetsForPolicy',
        ],
        Resource: '*',
      },
    ],
  },
  AmazonS3FullAccess: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' }] },
  AWSLambdaBasicExecutionRole: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
  },
  SecretsManagerReadWrite: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'secretsmanager:*',
          'cloudformation:CreateChangeSet',
          'cloudformation:DescribeChangeSet',
          'cloudformation:DescribeStackResource',
          'cloudformation:DescribeStacks',
          'cloudformation:ExecuteChangeSet',
          'ec2:DescribeSecurityGroups',
          'ec2:DescribeSubnets',
          'ec2:DescribeVpcs',
          'kms:DescribeKey',
          'kms:ListAliases',
          'kms:ListKeys',
          'lambda:ListFunctions',
          'rds:DescribeDBClusters',
          'rds:DescribeDBInstances',
          'tag:GetResources',
        ],
        Resource: '*',
      },
    ],
  },
};
