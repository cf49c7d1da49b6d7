import { defineCollector } from '../../src/model/collector.ts';

const destination = (kind: string): string => `Destinations[].${kind}DestinationDescription`;

/** Amazon Data Firehose: delivery streams, with where they deliver and as which role. */
export const firehose = defineCollector({
  id: 'aws.firehose',
  provider: 'aws',
  service: 'firehose',
  title: 'Data Firehose',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-firehose'), client: 'FirehoseClient' },
  resources: {
    'AWS::KinesisFirehose::DeliveryStream': {
      kind: 'DataStore',
      label: 'delivery stream',
      list: [{ call: 'firehose:ListDeliveryStreams', items: 'DeliveryStreamNames[]' }],
      details: [
        { call: 'firehose:DescribeDeliveryStream', request: { DeliveryStreamName: 'Name' }, keep: 'DeliveryStreamDescription', merge: true },
        { call: 'firehose:ListTagsForDeliveryStream', request: { DeliveryStreamName: 'DeliveryStreamName' }, keep: 'Tags' },
      ],
      id: '{DeliveryStreamARN}',
      aliases: ['DeliveryStreamName'],
      name: ['DeliveryStreamName'],
      tags: 'ListTagsForDeliveryStream',
      recognise: ['DeliveryStreamARN', 'DeliveryStreamName'],
      secrets: [
        { path: `${destination('Splunk')}.HECToken` },
        { path: `${destination('HttpEndpoint')}.RequestConfiguration.CommonAttributes[].AttributeValue` },
      ],
      references: [
        { path: 'DeliveryStreamEncryptionConfiguration.KeyARN', to: ['AWS::KMS::Key'], edge: 'UsesSecret' },
        { path: 'Source.KinesisStreamSourceDescription.KinesisStreamARN', to: ['AWS::Kinesis::Stream'], edge: 'RoutesTo', reverse: true },
        { path: 'Source.KinesisStreamSourceDescription.RoleARN', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: `${destination('S3')}.BucketARN`, to: ['AWS::S3::Bucket'], edge: 'RoutesTo' },
        { path: `${destination('ExtendedS3')}.BucketARN`, to: ['AWS::S3::Bucket'], edge: 'RoutesTo' },
        { path: `${destination('ExtendedS3')}.RoleARN`, to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: `${destination('Amazonopensearchservice')}.DomainARN`, to: ['AWS::OpenSearchService::Domain'], edge: 'RoutesTo' },
      ],
      properties: { destinations: { type: 'object[]', means: 'where it delivers', from: 'Destinations' } },
    },
  },
});
