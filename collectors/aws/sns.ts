import { defineCollector } from '../../src/model/collector.ts';

/** Simple Notification Service. */
export const sns = defineCollector({
  id: 'aws.sns',
  provider: 'aws',
  service: 'sns',
  title: 'Simple Notification Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-sns'), client: 'SNSClient' },
  resources: {
    'AWS::SNS::Topic': {
      kind: 'Pipeline',
      label: 'topic',
      list: [{ call: 'sns:ListTopics', items: 'Topics[]' }],
      details: [
        { call: 'sns:GetTopicAttributes', request: { TopicArn: 'TopicArn' }, recognise: ['Attributes'] },
        { call: 'sns:ListSubscriptionsByTopic', request: { TopicArn: 'TopicArn' }, paginate: 'Subscriptions' },
        { call: 'sns:ListTagsForResource', request: { ResourceArn: 'TopicArn' }, keep: 'Tags' },
      ],
      id: '{TopicArn}',
      tags: 'ListTagsForResource',
      documents: ['GetTopicAttributes.Attributes.Policy'],
      recognise: ['TopicArn'],
      references: [
        { path: 'ListSubscriptionsByTopic[].Endpoint', to: ['AWS::Lambda::Function', 'AWS::SQS::Queue'], edge: 'RoutesTo' },
        { path: 'GetTopicAttributes.Attributes.KmsMasterKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' },
      ],
    },
  },
});
