import { defineCollector } from '../../src/model/collector.ts';

/** CloudWatch Logs. */
export const logs = defineCollector({
  id: 'aws.logs',
  provider: 'aws',
  service: 'logs',
  title: 'CloudWatch Logs',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-cloudwatch-logs'), client: 'CloudWatchLogsClient' },
  resources: {
    'AWS::Logs::LogGroup': {
      kind: 'Monitor',
      label: 'log group',
      list: [{ call: 'logs:DescribeLogGroups', items: 'logGroups[]' }],
      id: 'arn:$partition:logs:$region:$account:log-group:{logGroupName}',
      aliases: ['logGroupName'],
      name: ['logGroupName'],
      references: [{ path: 'kmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
    },
    'AWS::Logs::MetricFilter': {
      kind: 'Monitor',
      label: 'metric filter',
      list: [{ call: 'logs:DescribeMetricFilters', items: 'metricFilters[]' }],
      id: 'arn:$partition:logs:$region:$account:metric-filter:{logGroupName}:{filterName}',
      name: ['filterName'],
      references: [{ path: 'logGroupName', to: ['AWS::Logs::LogGroup'], edge: 'AttachedTo' }],
    },
  },
});
