import { defineCollector } from '../../src/model/collector.ts';

/** Config. */
export const config = defineCollector({
  id: 'aws.config',
  provider: 'aws',
  service: 'config',
  title: 'Config',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-config-service'), client: 'ConfigServiceClient' },
  resources: {
    'AWS::Config::ConfigurationRecorder': {
      kind: 'Monitor',
      label: 'configuration recorder',
      list: [{ call: 'config:DescribeConfigurationRecorders', items: 'ConfigurationRecorders[]' }],
      details: [
        { call: 'config:DescribeConfigurationRecorderStatus', request: { ConfigurationRecorderNames: '[name]' }, keep: 'ConfigurationRecordersStatus' },
      ],
      id: 'arn:$partition:config:$region:$account:config-recorder/{name}',
      name: ['name'],
      recognise: ['name', 'roleARN'],
      references: [{ path: 'roleARN', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
