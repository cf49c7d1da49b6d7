import { defineCollector } from '../../src/model/collector.ts';

/** GuardDuty. */
export const guardduty = defineCollector({
  id: 'aws.guardduty',
  provider: 'aws',
  service: 'guardduty',
  title: 'GuardDuty',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-guardduty'), client: 'GuardDutyClient' },
  resources: {
    'AWS::GuardDuty::Detector': {
      kind: 'Monitor',
      label: 'detector',
      list: [{ call: 'guardduty:ListDetectors', items: 'DetectorIds[]' }],
      details: [{ call: 'guardduty:GetDetector', request: { DetectorId: 'Name' }, recognise: ['Status', 'ServiceRole'] }],
      id: 'arn:$partition:guardduty:$region:$account:detector/{Name}',
      tags: 'GetDetector.Tags',
    },
  },
});
