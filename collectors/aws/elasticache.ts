import { defineCollector } from '../../src/model/collector.ts';

/** ElastiCache. */
export const elasticache = defineCollector({
  id: 'aws.elasticache',
  provider: 'aws',
  service: 'elasticache',
  title: 'ElastiCache',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-elasticache'), client: 'ElastiCacheClient' },
  resources: {
    'AWS::ElastiCache::CacheCluster': {
      kind: 'DataStore',
      label: 'cache cluster',
      list: [{ call: 'elasticache:DescribeCacheClusters', items: 'CacheClusters[]', request: { ShowCacheNodeInfo: true } }],
      id: 'arn:$partition:elasticache:$region:$account:cluster:{CacheClusterId}',
      aliases: ['CacheClusterId'],
      name: ['CacheClusterId'],
      recognise: ['CacheClusterId'],
      references: [
        { path: 'SecurityGroups[].SecurityGroupId', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'ReplicationGroupId', to: ['AWS::ElastiCache::ReplicationGroup'], edge: 'Contains', reverse: true },
        { path: 'CacheSubnetGroupName', to: ['AWS::ElastiCache::SubnetGroup'], edge: 'RefersTo' },
      ],
      properties: {
        authToken: { type: 'boolean', means: 'clients must give a password', from: 'AuthTokenEnabled' },
        transitEncryption: { type: 'boolean', means: 'TLS is on', from: 'TransitEncryptionEnabled' },
      },
    },
    'AWS::ElastiCache::ReplicationGroup': {
      kind: 'DataStore',
      label: 'replication group',
      list: [{ call: 'elasticache:DescribeReplicationGroups', items: 'ReplicationGroups[]' }],
      id: '{ARN}',
      aliases: ['ReplicationGroupId'],
      name: ['ReplicationGroupId'],
      recognise: ['ReplicationGroupId', 'NodeGroups'],
      references: [{ path: 'KmsKeyId', edge: 'UsesSecret' }],
    },
    'AWS::ElastiCache::SubnetGroup': {
      kind: 'Network',
      label: 'cache subnet group',
      list: [{ call: 'elasticache:DescribeCacheSubnetGroups', items: 'CacheSubnetGroups[]' }],
      id: 'arn:$partition:elasticache:$region:$account:subnetgroup:{CacheSubnetGroupName}',
      aliases: ['CacheSubnetGroupName'],
      name: ['CacheSubnetGroupName'],
      recognise: ['CacheSubnetGroupName'],
      references: [{ path: 'Subnets[].SubnetIdentifier', to: ['AWS::EC2::Subnet'], edge: 'RefersTo' }],
    },
  },
});
