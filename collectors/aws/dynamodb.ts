import { defineCollector } from '../../src/model/collector.ts';

/** DynamoDB. */
export const dynamodb = defineCollector({
  id: 'aws.dynamodb',
  provider: 'aws',
  service: 'dynamodb',
  title: 'DynamoDB',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-dynamodb'), client: 'DynamoDBClient' },
  resources: {
    'AWS::DynamoDB::Table': {
      kind: 'DataStore',
      label: 'table',
      list: [{ call: 'dynamodb:ListTables', items: 'TableNames[]' }],
      details: [
        { call: 'dynamodb:DescribeTable', request: { TableName: 'Name' }, keep: 'Table', merge: true },
        { call: 'dynamodb:GetResourcePolicy', request: { ResourceArn: 'TableArn' }, absent: ['PolicyNotFoundException'], recognise: ['RevisionId'] },
        { call: 'dynamodb:DescribeContinuousBackups', request: { TableName: 'TableName' }, keep: 'ContinuousBackupsDescription' },
        { call: 'dynamodb:ListTagsOfResource', request: { ResourceArn: 'TableArn' }, paginate: 'Tags' },
      ],
      id: '{TableArn}',
      aliases: ['TableName'],
      name: ['TableName'],
      tags: 'ListTagsOfResource',
      documents: ['GetResourcePolicy.Policy'],
      recognise: ['TableArn', 'TableName'],
      references: [{ path: 'SSEDescription.KMSMasterKeyArn', edge: 'UsesSecret' }],
    },
  },
});
