import type { JsonObject } from '../../../src/model/json.ts';
import type { TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';
import { compact, policyPart } from './shape.ts';

const bucket = 'AWS::S3::Bucket';
/** Since April 2023 a new bucket blocks public access and has its access lists off: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html. */
const newBucket = (v: TerraformValues): JsonObject => ({
  Name: v.text('bucket') ?? v.address,
  GetPublicAccessBlock: {
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
  },
  GetBucketOwnershipControls: { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } },
  GetBucketEncryption: { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] } },
  GetBucketTagging: { TagSet: v.tags() },
});
const blocks = (v: TerraformValues): JsonObject => ({
  BlockPublicAcls: v.flag('block_public_acls') ?? false,
  IgnorePublicAcls: v.flag('ignore_public_acls') ?? false,
  BlockPublicPolicy: v.flag('block_public_policy') ?? false,
  RestrictPublicBuckets: v.flag('restrict_public_buckets') ?? false,
});
const groupUri = 'http://acs.amazonaws.com/groups/global';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const canned: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'public-read': [['AllUsers', 'READ']],
  'public-read-write': [
    ['AllUsers', 'READ'],
    ['AllUsers', 'WRITE'],
  ],
  'authenticated-read': [['AuthenticatedUsers', 'READ']],
};

/** Simple Storage Service. */
export const bucketTerraform: TerraformTable = {
  aws_s3_bucket: { record: bucket, config: newBucket, exports: { id: 'Name', bucket: 'Name', arn: '$id' } },
  aws_s3_bucket_policy: policyPart(bucket, 'bucket', 'GetBucketPolicy.Policy', 's3:GetBucketPolicy'),
  aws_s3_bucket_public_access_block: {
    into: bucket,
    parent: (v) => v.text('bucket'),
    parts: (v) => [{ set: 'GetPublicAccessBlock.PublicAccessBlockConfiguration', value: blocks(v), call: 's3:GetPublicAccessBlock' }],
  },
  aws_s3_bucket_ownership_controls: {
    into: bucket,
    parent: (v) => v.text('bucket'),
    parts: (v) => [
      {
        set: 'GetBucketOwnershipControls.OwnershipControls',
        value: { Rules: [compact({ ObjectOwnership: v.text('rule.object_ownership') })] },
        call: 's3:GetBucketOwnershipControls',
      },
    ],
  },
  aws_s3_bucket_acl: {
    into: bucket,
    parent: (v) => v.text('bucket'),
    parts: (v) => {
      const own = (canned[v.text('acl') ?? ''] ?? []).map(([group, Permission]) => ({ Grantee: { Type: 'Group', URI: `${groupUri}/${group}` }, Permission }));
      const listed = v.blocks('access_control_policy.grant').map((each) => ({
        Grantee: compact({ Type: each.text('grantee.type'), URI: each.text('grantee.uri'), ID: each.text('grantee.id') }),
        ...compact({ Permission: each.text('permission') }),
      }));
      return [{ set: 'GetBucketAcl.Grants', value: [...own, ...listed], call: 's3:GetBucketAcl' }];
    },
  },
  aws_s3_bucket_versioning: {
    into: bucket,
    parent: (v) => v.text('bucket'),
    parts: (v) => [{ set: 'GetBucketVersioning', value: compact({ Status: v.text('versioning_configuration.status') }), call: 's3:GetBucketVersioning' }],
  },
  aws_s3_bucket_logging: {
    into: bucket,
    parent: (v) => v.text('bucket'),
    parts: (v) => [
      {
        set: 'GetBucketLogging',
        value: { LoggingEnabled: compact({ TargetBucket: v.text('target_bucket'), TargetPrefix: v.text('target_prefix') }) },
        call: 's3:GetBucketLogging',
      },
    ],
  },
  aws_s3_bucket_server_side_encryption_configuration: {
    into: bucket,
    parent: (v) => v.text('bucket'),
    parts: (v) => [
      {
        set: 'GetBucketEncryption',
        value: {
          ServerSideEncryptionConfiguration: {
            Rules: v.blocks('rule').map((each) => ({
              ApplyServerSideEncryptionByDefault: compact({
                SSEAlgorithm: each.text('apply_server_side_encryption_by_default.sse_algorithm'),
                KMSMasterKeyID: each.text('apply_server_side_encryption_by_default.kms_master_key_id'),
              }),
            })),
          },
        },
        call: 's3:GetBucketEncryption',
      },
    ],
  },
  aws_s3_account_public_access_block: {
    record: 'AWS::S3::AccountPublicAccessBlock',
    config: (v) => ({ PublicAccessBlockConfiguration: blocks(v) }),
  },
};
