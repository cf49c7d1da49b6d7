import { defineCollector } from '../../src/model/collector.ts';

/** Kinesis Data Streams: streams with their policies, and the consumers that have a share of their own. */
export const kinesis = defineCollector({
  id: 'aws.kinesis',
  provider: 'aws',
  service: 'kinesis',
  title: 'Kinesis Data Streams',
  scope: 'regional',
  sdk: { load: () => import('./kinesis-client.ts'), client: 'KinesisClient' },
  resources: {
    'AWS::Kinesis::Stream': {
      kind: 'DataStore',
      label: 'stream',
      list: [{ call: 'kinesis:ListStreams', items: 'StreamNames[]' }],
      details: [
        { call: 'kinesis:DescribeStreamSummary', request: { StreamName: 'Name' }, keep: 'StreamDescriptionSummary', merge: true },
        { call: 'kinesis:GetResourcePolicy', request: { ResourceARN: 'StreamARN' }, absent: ['ResourceNotFoundException'], recognise: ['Policy'] },
        { call: 'kinesis:ListTagsForStream', request: { StreamName: 'StreamName' }, keep: 'Tags' },
      ],
      id: '{StreamARN}',
      aliases: ['StreamName'],
      name: ['StreamName'],
      tags: 'ListTagsForStream',
      documents: ['GetResourcePolicy.Policy'],
      recognise: ['StreamARN', 'StreamName'],
      references: [{ path: 'KeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' }],
      properties: {
        encryption: { type: 'string', means: 'KMS or NONE', from: 'EncryptionType' },
        retentionHours: { type: 'number', means: 'how long records are kept', from: 'RetentionPeriodHours' },
      },
    },
    'AWS::Kinesis::StreamConsumer': {
      kind: 'Gateway',
      label: 'stream consumer',
      list: [{ call: 'kinesis:ListStreamConsumers', items: 'Consumers[]', per: { type: 'AWS::Kinesis::Stream', request: { StreamARN: 'StreamARN' } } }],
      details: [{ call: 'kinesis:GetResourcePolicy', request: { ResourceARN: 'ConsumerARN' }, absent: ['ResourceNotFoundException'], recognise: ['Policy'] }],
      id: '{ConsumerARN}',
      aliases: ['ConsumerName'],
      name: ['ConsumerName'],
      documents: ['GetResourcePolicy.Policy'],
      recognise: ['ConsumerARN', 'ConsumerName'],
      references: [{ path: 'StreamARN', to: ['AWS::Kinesis::Stream'], edge: 'AttachedTo' }],
    },
  },
});
