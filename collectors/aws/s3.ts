import { defineCollector } from '../../src/model/collector.ts';

/** Simple Storage Service. */
export const s3 = defineCollector({
  id: 'aws.s3',
  provider: 'aws',
  service: 's3',
  title: 'Simple Storage Service',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-s3'), client: 'S3Client' },
  resources: {
    'AWS::S3::Bucket': {
      kind: 'DataStore',
      label: 'bucket',
      list: [{ call: 's3:ListBuckets', items: 'Buckets[]', permission: 's3:ListAllMyBuckets' }],
      details: [
        { call: 's3:GetBucketPolicy', request: { Bucket: 'Name' }, absent: ['NoSuchBucketPolicy'], recognise: ['Policy'] },
        { call: 's3:GetBucketAcl', request: { Bucket: 'Name' }, recognise: ['Grants'] },
        {
          call: 's3:GetPublicAccessBlock',
          request: { Bucket: 'Name' },
          permission: 's3:GetBucketPublicAccessBlock',
          absent: ['NoSuchPublicAccessBlockConfiguration'],
          recognise: ['PublicAccessBlockConfiguration'],
        },
        { call: 's3:GetBucketOwnershipControls', request: { Bucket: 'Name' }, absent: ['OwnershipControlsNotFoundError'], recognise: ['OwnershipControls'] },
        {
          call: 's3:GetBucketEncryption',
          request: { Bucket: 'Name' },
          permission: 's3:GetEncryptionConfiguration',
          absent: ['ServerSideEncryptionConfigurationNotFoundError'],
          recognise: ['ServerSideEncryptionConfiguration'],
        },
        { call: 's3:GetBucketVersioning', request: { Bucket: 'Name' } },
        {
          call: 's3:GetBucketLifecycleConfiguration',
          request: { Bucket: 'Name' },
          permission: 's3:GetLifecycleConfiguration',
          absent: ['NoSuchLifecycleConfiguration'],
          recognise: ['Rules'],
        },
        {
          call: 's3:GetObjectLockConfiguration',
          request: { Bucket: 'Name' },
          permission: 's3:GetBucketObjectLockConfiguration',
          absent: ['ObjectLockConfigurationNotFoundError'],
          recognise: ['ObjectLockConfiguration'],
        },
        { call: 's3:GetBucketLogging', request: { Bucket: 'Name' } },
        { call: 's3:GetBucketTagging', request: { Bucket: 'Name' }, absent: ['NoSuchTagSet'], recognise: ['TagSet'] },
        { call: 's3:GetBucketNotificationConfiguration', request: { Bucket: 'Name' }, permission: 's3:GetBucketNotification' },
        { call: 's3:GetBucketLocation', request: { Bucket: 'Name' }, recognise: ['LocationConstraint'] },
      ],
      id: 'arn:$partition:s3:::{Name}',
      aliases: ['Name'],
      name: ['Name'],
      tags: 'GetBucketTagging.TagSet',
      documents: ['GetBucketPolicy.Policy'],
      recognise: ['Name', 'CreationDate'],
      references: [
        { path: 'GetBucketNotificationConfiguration.LambdaFunctionConfigurations[].LambdaFunctionArn', edge: 'RoutesTo' },
        { path: 'GetBucketNotificationConfiguration.QueueConfigurations[].QueueArn', edge: 'RoutesTo' },
        { path: 'GetBucketNotificationConfiguration.TopicConfigurations[].TopicArn', edge: 'RoutesTo' },
        {
          path: 'GetBucketEncryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID',
          to: ['AWS::KMS::Key'],
          edge: 'UsesSecret',
        },
        { path: 'GetBucketLogging.LoggingEnabled.TargetBucket', to: ['AWS::S3::Bucket'], edge: 'RefersTo' },
      ],
      properties: {
        policy: { type: 'object', means: 'the bucket policy', from: 'GetBucketPolicy.Policy' },
        versioning: { type: 'string', means: 'Enabled, Suspended or nothing', from: 'GetBucketVersioning.Status' },
      },
    },
    // Not collected: what something takes code from is known by the name that it is given.
    'AWS::S3::Object': { kind: 'Artifact', label: 'object', id: 'arn:$partition:s3:::{Bucket}/{Key}', name: ['Key'], recognise: ['Bucket', 'Key', 'ETag'] },
  },
});
