import { defineCollector } from '../../src/model/collector.ts';

/** Simple Queue Service. */
export const sqs = defineCollector({
  id: 'aws.sqs',
  provider: 'aws',
  service: 'sqs',
  title: 'Simple Queue Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-sqs'), client: 'SQSClient' },
  resources: {
    'AWS::SQS::Queue': {
      kind: 'DataStore',
      label: 'queue',
      list: [{ call: 'sqs:ListQueues', items: 'QueueUrls[]' }],
      details: [
        { call: 'sqs:GetQueueAttributes', request: { QueueUrl: 'Name', AttributeNames: '=["All"]' }, recognise: ['Attributes'] },
        { call: 'sqs:ListQueueTags', request: { QueueUrl: 'Name' }, keep: 'Tags' },
      ],
      id: '{GetQueueAttributes.Attributes.QueueArn}',
      aliases: ['Name'],
      tags: 'ListQueueTags',
      documents: ['GetQueueAttributes.Attributes.Policy', 'GetQueueAttributes.Attributes.RedrivePolicy'],
      references: [{ path: 'GetQueueAttributes.Attributes.KmsMasterKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
    },
  },
});
