import { defineCollector } from '../../src/model/collector.ts';

/** Managed Streaming for Apache Kafka. */
export const kafka = defineCollector({
  id: 'aws.kafka',
  provider: 'aws',
  service: 'kafka',
  title: 'Managed Streaming for Apache Kafka',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-kafka'), client: 'KafkaClient' },
  resources: {
    'AWS::MSK::Cluster': {
      kind: 'DataStore',
      label: 'Kafka cluster',
      list: [{ call: 'kafka:ListClustersV2', items: 'ClusterInfoList[]' }],
      id: '{ClusterArn}',
      aliases: ['ClusterName'],
      name: ['ClusterName'],
      tags: 'Tags',
      recognise: ['ClusterArn', 'ClusterName'],
      references: [
        { path: 'Provisioned.BrokerNodeGroupInfo.ClientSubnets[]', to: ['AWS::EC2::Subnet'], edge: 'AttachedTo' },
        { path: 'Provisioned.BrokerNodeGroupInfo.SecurityGroups[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'Provisioned.EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId', edge: 'UsesSecret' },
      ],
      properties: {
        publicAccess: {
          type: 'string',
          means: 'DISABLED, or SERVICE_PROVIDED_EIPS where brokers have public addresses',
          from: 'Provisioned.BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type',
        },
      },
    },
  },
});
