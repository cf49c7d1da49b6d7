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
  },
});
