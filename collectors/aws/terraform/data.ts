import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';
import { arnOf, compact, policyPart } from './shape.ts';

const map = (v: TerraformValues): JsonObject => Object.fromEntries(v.tags().map(({ Key, Value }) => [Key, Value]));

/** A policy that may stand in the resource itself. */
const inlinePolicy = (v: TerraformValues, attribute = 'policy'): Json | undefined => (v.unknown(attribute) ? undefined : (v.document(attribute) ?? undefined));

/** Keys, secrets, queues, topics, tables and databases. */
export const dataTerraform: TerraformTable = {
  aws_kms_key: {
    record: 'AWS::KMS::Key',
    config: (v) => {
      const document = inlinePolicy(v);
      // "The default key policy ... gives the AWS account that owns the KMS key permission to use IAM policies": https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
      const byDefault = {
        Version: '2012-10-17',
        Statement: [
          { Sid: 'Enable IAM User Permissions', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${v.account}:root` }, Action: 'kms:*', Resource: '*' },
        ],
      };
      const open = v.unknown('policy') && v.json('policy') === undefined && v.text('bypass_policy_lockout_safety_check') === undefined;
      return compact({
        KeyId: v.identity('key_id'),
        KeyArn: v.text('arn') ?? `arn:aws:kms:${v.region}:${v.account}:key/${v.identity('key_id')}`,
        Description: v.text('description'),
        KeyManager: 'CUSTOMER',
        KeyState: 'Enabled',
        GetKeyPolicy: document !== undefined ? { Policy: document } : open ? undefined : { Policy: byDefault },
        GetKeyRotationStatus: { KeyRotationEnabled: v.flag('enable_key_rotation') ?? false },
        ListResourceTags: v.tags().map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
        ListGrants: [],
      });
    },
    answers: { policy: 'kms:GetKeyPolicy' },
    exports: { id: 'KeyId', key_id: 'KeyId', arn: '$id' },
  },
  aws_kms_key_policy: policyPart('AWS::KMS::Key', 'key_id', 'GetKeyPolicy.Policy', 'kms:GetKeyPolicy'),
  aws_kms_grant: {
    into: 'AWS::KMS::Key',
    parent: (v) => v.text('key_id'),
    parts: (v) => [
      {
        add: 'ListGrants',
        value: compact({ GrantId: v.identity('grant_id'), GranteePrincipal: v.text('grantee_principal'), Operations: v.texts('operations') }),
        call: 'kms:ListGrants',
      },
    ],
  },
  aws_secretsmanager_secret: {
    record: 'AWS::SecretsManager::Secret',
    config: (v) =>
      compact({
        ARN: v.text('arn') ?? `arn:aws:secretsmanager:${v.region}:${v.account}:secret:${v.text('name') ?? v.address}`,
        Name: v.text('name') ?? v.address,
        KmsKeyId: v.text('kms_key_id'),
        Tags: v.tags(),
      }),
    exports: { id: '$id', arn: '$id', name: 'Name' },
  },
  aws_secretsmanager_secret_policy: policyPart(
    'AWS::SecretsManager::Secret',
    'secret_arn',
    'GetResourcePolicy.ResourcePolicy',
    'secretsmanager:GetResourcePolicy',
  ),
  aws_ssm_parameter: {
    record: 'AWS::SSM::Parameter',
    config: (v) => compact({ Name: v.identity('name'), Type: v.text('type'), KeyId: v.text('key_id'), Tier: v.text('tier') }),
    exports: { id: 'Name', name: 'Name', arn: '$id' },
  },
  aws_sqs_queue: [
    {
      record: 'AWS::SQS::Queue',
      config: (v) => ({
        QueueUrl: v.text('url') ?? `https://sqs.${v.region}.amazonaws.com/${v.account}/${v.text('name') ?? v.address}`,
        ListQueueTags: map(v),
        GetQueueAttributes: { Attributes: queue(v) },
      }),
      exports: { arn: '$id', id: 'QueueUrl', url: 'QueueUrl' },
    },
  ],
  aws_sqs_queue_policy: {
    into: 'AWS::SQS::Queue',
    parent: (v) => v.text('queue_url'),
    parts: (v) => [{ set: 'GetQueueAttributes.Attributes.Policy', value: v.document('policy'), call: 'sqs:GetQueueAttributes' }],
  },
  aws_sns_topic: {
    record: 'AWS::SNS::Topic',
    config: (v) => ({
      TopicArn: v.text('arn') ?? `arn:aws:sns:${v.region}:${v.account}:${v.text('name') ?? v.address}`,
      GetTopicAttributes: { Attributes: compact({ Policy: inlinePolicy(v) }) },
      ListTagsForResource: v.tags(),
    }),
    exports: { id: '$id', arn: '$id' },
  },
  aws_sns_topic_policy: policyPart('AWS::SNS::Topic', 'arn', 'GetTopicAttributes.Attributes.Policy', 'sns:GetTopicAttributes'),
  aws_dynamodb_table: {
    record: 'AWS::DynamoDB::Table',
    config: (v) => ({
      Name: v.identity('name'),
      TableName: v.identity('name'),
      TableArn: arnOf(v, 'dynamodb', `table/${v.identity('name')}`),
      ListTagsOfResource: v.tags(),
    }),
    exports: { id: 'TableName', name: 'TableName', arn: '$id' },
  },
  aws_dynamodb_resource_policy: policyPart('AWS::DynamoDB::Table', 'resource_arn', 'GetResourcePolicy.Policy', 'dynamodb:GetResourcePolicy'),
  aws_db_instance: {
    record: 'AWS::RDS::DBInstance',
    config: (v) => {
      const port = v.number('port');
      return compact({
        DBInstanceIdentifier: v.text('identifier') ?? v.address,
        Engine: v.text('engine'),
        PubliclyAccessible: v.flag('publicly_accessible') ?? false,
        StorageEncrypted: v.flag('storage_encrypted') ?? false,
        KmsKeyId: v.text('kms_key_id'),
        IAMDatabaseAuthenticationEnabled: v.flag('iam_database_authentication_enabled') ?? false,
        DBInstanceStatus: 'available',
        Endpoint: port === undefined ? undefined : { Port: port },
        VpcSecurityGroups: v.texts('vpc_security_group_ids').map((VpcSecurityGroupId) => ({ VpcSecurityGroupId, Status: 'active' })),
        DBSubnetGroup: v.text('db_subnet_group_name') === undefined ? undefined : { DBSubnetGroupName: v.text('db_subnet_group_name') },
        TagList: v.tags(),
      });
    },
    exports: { id: 'DBInstanceIdentifier', identifier: 'DBInstanceIdentifier', arn: '$id' },
  },
  aws_ecr_repository: {
    record: 'AWS::ECR::Repository',
    config: (v) => ({
      repositoryName: v.identity('name'),
      repositoryArn: arnOf(v, 'ecr', `repository/${v.identity('name')}`),
      repositoryUri: v.text('repository_url') ?? `${v.account}.dkr.ecr.${v.region}.amazonaws.com/${v.identity('name')}`,
      imageTagMutability: v.text('image_tag_mutability') ?? 'MUTABLE',
    }),
    exports: { id: 'repositoryName', name: 'repositoryName', arn: '$id', repository_url: 'repositoryUri' },
  },
  aws_ecr_repository_policy: policyPart('AWS::ECR::Repository', 'repository', 'GetRepositoryPolicy.policyText', 'ecr:GetRepositoryPolicy'),
  aws_cloudtrail: {
    record: 'AWS::CloudTrail::Trail',
    config: (v) =>
      compact({
        Name: v.identity('name'),
        TrailARN: arnOf(v, 'cloudtrail', `trail/${v.identity('name')}`),
        HomeRegion: v.region,
        S3BucketName: v.text('s3_bucket_name'),
        IsMultiRegionTrail: v.flag('is_multi_region_trail') ?? false,
        IsOrganizationTrail: v.flag('is_organization_trail') ?? false,
        LogFileValidationEnabled: v.flag('enable_log_file_validation') ?? false,
        KmsKeyId: v.text('kms_key_id'),
        GetTrailStatus: { IsLogging: v.flag('enable_logging') ?? true },
      }),
  },
};

function queue(v: TerraformValues): JsonObject {
  return compact({
    QueueArn: v.text('arn') ?? `arn:aws:sqs:${v.region}:${v.account}:${v.text('name') ?? v.address}`,
    Policy: inlinePolicy(v),
    KmsMasterKeyId: v.text('kms_master_key_id'),
  });
}
