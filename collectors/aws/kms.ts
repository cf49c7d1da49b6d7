import { defineCollector } from '../../src/model/collector.ts';

/** Key Management Service. */
export const kms = defineCollector({
  id: 'aws.kms',
  provider: 'aws',
  service: 'kms',
  title: 'Key Management Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-kms'), client: 'KMSClient' },
  resources: {
    'AWS::KMS::Key': {
      kind: 'Key',
      label: 'key',
      list: [{ call: 'kms:ListKeys', items: 'Keys[]' }],
      details: [
        { call: 'kms:DescribeKey', request: { KeyId: 'KeyId' }, keep: 'KeyMetadata', merge: true },
        { call: 'kms:GetKeyPolicy', request: { KeyId: 'KeyId', PolicyName: '=default' }, recognise: ['Policy'] },
        { call: 'kms:ListGrants', request: { KeyId: 'KeyId' }, paginate: 'Grants', when: { path: 'KeyManager', equals: 'CUSTOMER' } },
        {
          call: 'kms:GetKeyRotationStatus',
          request: { KeyId: 'KeyId' },
          recognise: ['KeyRotationEnabled'],
          when: { path: 'KeyManager', equals: 'CUSTOMER' },
          absent: ['UnsupportedOperationException', 'KMSInvalidStateException'],
        },
        { call: 'kms:ListResourceTags', request: { KeyId: 'KeyId' }, paginate: 'Tags', when: { path: 'KeyManager', equals: 'CUSTOMER' } },
      ],
      id: 'arn:$partition:kms:$region:$account:key/{KeyId}',
      aliases: ['KeyId'],
      name: ['Description'],
      tags: 'ListResourceTags',
      documents: ['GetKeyPolicy.Policy'],
      recognise: ['KeyId', 'KeyArn'],
    },
    'AWS::KMS::Alias': {
      kind: 'Key',
      label: 'key alias',
      list: [{ call: 'kms:ListAliases', items: 'Aliases[]' }],
      id: '{AliasArn}',
      aliases: ['AliasName'],
      name: ['AliasName'],
      recognise: ['AliasArn', 'AliasName'],
      references: [{ path: 'TargetKeyId', to: ['AWS::KMS::Key'], edge: 'RefersTo' }],
    },
  },
});
