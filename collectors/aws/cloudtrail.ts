import { defineCollector } from '../../src/model/collector.ts';

/** CloudTrail. */
export const cloudtrail = defineCollector({
  id: 'aws.cloudtrail',
  provider: 'aws',
  service: 'cloudtrail',
  title: 'CloudTrail',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-cloudtrail'), client: 'CloudTrailClient' },
  resources: {
    'AWS::CloudTrail::Trail': {
      kind: 'Monitor',
      label: 'trail',
      list: [{ call: 'cloudtrail:DescribeTrails', items: 'trailList[]', request: { includeShadowTrails: false } }],
      details: [
        { call: 'cloudtrail:GetTrailStatus', request: { Name: 'TrailARN' }, recognise: ['IsLogging'] },
        { call: 'cloudtrail:GetEventSelectors', request: { TrailName: 'TrailARN' }, recognise: ['EventSelectors', 'AdvancedEventSelectors'] },
      ],
      id: '{TrailARN}',
      aliases: ['Name'],
      name: ['Name'],
      recognise: ['TrailARN'],
      references: [
        { path: 'S3BucketName', to: ['AWS::S3::Bucket'], edge: 'RoutesTo' },
        { path: 'CloudWatchLogsRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
    },
  },
});
