import { defineCollector } from '../../src/model/collector.ts';

/** Security Hub. */
export const securityhub = defineCollector({
  id: 'aws.securityhub',
  provider: 'aws',
  service: 'securityhub',
  title: 'Security Hub',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-securityhub'), client: 'SecurityHubClient' },
  resources: {
    'AWS::SecurityHub::Hub': {
      kind: 'Monitor',
      label: 'security hub',
      list: [{ call: 'securityhub:DescribeHub', items: '', absent: ['InvalidAccessException', 'ResourceNotFoundException'] }],
      id: '{HubArn}',
      recognise: ['HubArn'],
    },
  },
});
