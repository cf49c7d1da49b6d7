import { defineCollector } from '../../src/model/collector.ts';

/** CloudWatch. */
export const cloudwatch = defineCollector({
  id: 'aws.cloudwatch',
  provider: 'aws',
  service: 'cloudwatch',
  title: 'CloudWatch',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-cloudwatch'), client: 'CloudWatchClient' },
  resources: {
    'AWS::CloudWatch::Alarm': {
      kind: 'Monitor',
      label: 'alarm',
      list: [{ call: 'cloudwatch:DescribeAlarms', items: 'MetricAlarms[]' }],
      id: '{AlarmArn}',
      aliases: ['AlarmName'],
      name: ['AlarmName'],
      references: [{ path: 'AlarmActions[]', to: ['AWS::SNS::Topic'], edge: 'RoutesTo' }],
    },
  },
});
