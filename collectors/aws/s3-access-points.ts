import { defineCollector } from '../../src/model/collector.ts';

const account = '=$account';

/** Simple Storage Service, access points: names with policies of their own, through which a bucket's objects are asked for. */
export const s3AccessPoints = defineCollector({
  id: 'aws.s3-access-points',
  provider: 'aws',
  service: 's3',
  title: 'Simple Storage Service, access points',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-s3-control'), client: 'S3ControlClient', options: { disableHostPrefix: true } },
  resources: {
    'AWS::S3::AccessPoint': {
      kind: 'Gateway',
      label: 'access point',
      list: [{ call: 's3:ListAccessPoints', items: 'AccessPointList[]', request: { AccountId: '$account' } }],
      details: [
        { call: 's3:GetAccessPoint', request: { AccountId: account, Name: 'Name' }, recognise: ['NetworkOrigin'] },
        {
          call: 's3:GetAccessPointPolicy',
          request: { AccountId: account, Name: 'Name' },
          absent: ['NoSuchAccessPointPolicy'],
          recognise: ['Policy'],
        },
        {
          call: 's3:GetAccessPointPolicyStatus',
          request: { AccountId: account, Name: 'Name' },
          absent: ['NoSuchAccessPointPolicy'],
          recognise: ['PolicyStatus'],
        },
      ],
      id: '{AccessPointArn}',
      aliases: ['Alias'],
      name: ['Name'],
      documents: ['GetAccessPointPolicy.Policy'],
      recognise: ['AccessPointArn', 'NetworkOrigin', 'Bucket'],
      references: [
        { path: 'Bucket', to: ['AWS::S3::Bucket'], edge: 'AttachedTo' },
        { path: 'VpcConfiguration.VpcId', to: ['AWS::EC2::VPC'], edge: 'RefersTo' },
      ],
      properties: {
        networkOrigin: { type: 'string', means: 'Internet, or VPC for one that only a VPC reaches', from: 'NetworkOrigin' },
        bucket: { type: 'string', means: 'the bucket behind it', from: 'Bucket' },
        policy: { type: 'object', means: 'its policy', from: 'GetAccessPointPolicy.Policy' },
        blocksPublicPolicies: {
          type: 'boolean',
          means: 'whether a public policy of it gives nothing to outsiders',
          from: 'GetAccessPoint.PublicAccessBlockConfiguration.RestrictPublicBuckets',
        },
      },
    },
    'AWS::S3ObjectLambda::AccessPoint': {
      kind: 'Gateway',
      label: 'object lambda access point',
      list: [
        {
          call: 's3:ListAccessPointsForObjectLambda',
          items: 'ObjectLambdaAccessPointList[]',
          request: { AccountId: '$account' },
        },
      ],
      details: [
        { call: 's3:GetAccessPointConfigurationForObjectLambda', request: { AccountId: account, Name: 'Name' }, recognise: ['Configuration'] },
        {
          call: 's3:GetAccessPointPolicyForObjectLambda',
          request: { AccountId: account, Name: 'Name' },
          absent: ['NoSuchAccessPointPolicy'],
        },
      ],
      id: '{ObjectLambdaAccessPointArn}',
      aliases: ['Alias.Value'],
      name: ['Name'],
      documents: ['GetAccessPointPolicyForObjectLambda.Policy'],
      recognise: ['ObjectLambdaAccessPointArn'],
      references: [
        {
          path: 'GetAccessPointConfigurationForObjectLambda.Configuration.SupportingAccessPoint',
          to: ['AWS::S3::AccessPoint'],
          edge: 'AttachedTo',
        },
        {
          path: 'GetAccessPointConfigurationForObjectLambda.Configuration.TransformationConfigurations[].ContentTransformation.AwsLambda.FunctionArn',
          to: ['AWS::Lambda::Function'],
          edge: 'RefersTo',
        },
      ],
    },
  },
});

/** Simple Storage Service, multi-Region access points. Their control plane is asked in one region only. */
export const s3MultiRegion = defineCollector({
  id: 'aws.s3-multi-region',
  provider: 'aws',
  service: 's3',
  title: 'Simple Storage Service, multi-Region access points',
  scope: 'global',
  sdk: {
    load: () => import('@aws-sdk/client-s3-control'),
    client: 'S3ControlClient',
    options: { disableHostPrefix: true, region: 'us-west-2' },
  },
  resources: {
    'AWS::S3::MultiRegionAccessPoint': {
      kind: 'Gateway',
      label: 'multi-Region access point',
      list: [{ call: 's3:ListMultiRegionAccessPoints', items: 'AccessPoints[]', request: { AccountId: '$account' } }],
      details: [
        {
          call: 's3:GetMultiRegionAccessPointPolicy',
          request: { AccountId: account, Name: 'Name' },
          absent: ['NoSuchMultiRegionAccessPointPolicy', 'NoSuchAccessPointPolicy'],
        },
      ],
      id: 'arn:$partition:s3::$account:accesspoint/{Alias}',
      aliases: ['Alias'],
      name: ['Name'],
      documents: ['GetMultiRegionAccessPointPolicy.Policy.Established.Policy'],
      recognise: ['Alias', 'Regions', 'PublicAccessBlock'],
      references: [{ path: 'Regions[].Bucket', to: ['AWS::S3::Bucket'], edge: 'AttachedTo' }],
    },
  },
});
