import { defineCollector } from '../../src/model/collector.ts';

/** CloudFront. */
export const cloudfront = defineCollector({
  id: 'aws.cloudfront',
  provider: 'aws',
  service: 'cloudfront',
  title: 'CloudFront',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-cloudfront'), client: 'CloudFrontClient' },
  resources: {
    'AWS::CloudFront::Distribution': {
      kind: 'Gateway',
      label: 'distribution',
      list: [{ call: 'cloudfront:ListDistributions', items: 'DistributionList.Items[]' }],
      details: [{ call: 'cloudfront:GetDistributionConfig', request: { Id: 'Id' }, keep: 'DistributionConfig', recognise: ['DistributionConfig'] }],
      id: '{ARN}',
      aliases: ['Id', 'DomainName'],
      name: ['Comment', 'DomainName'],
      references: [
        {
          path: 'Origins.Items[].DomainName',
          to: ['AWS::S3::Bucket', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::ElasticLoadBalancing::LoadBalancer'],
          edge: 'RoutesTo',
        },
      ],
    },
    'AWS::CloudFront::VpcOrigin': {
      kind: 'Gateway',
      label: 'VPC origin',
      list: [{ call: 'cloudfront:ListVpcOrigins', items: 'VpcOriginList.Items[]' }],
      details: [{ call: 'cloudfront:GetVpcOrigin', request: { Id: 'Id' }, keep: 'VpcOrigin' }],
      id: '{Arn}',
      aliases: ['Id', 'Name'],
      name: ['Name'],
      recognise: ['OriginEndpointArn'],
      references: [{ path: 'OriginEndpointArn', to: ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::EC2::Instance'], edge: 'RoutesTo' }],
    },
  },
});
