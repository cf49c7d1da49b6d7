import { defineCollector } from '../../src/model/collector.ts';

/** Relational Database Service. */
export const rds = defineCollector({
  id: 'aws.rds',
  provider: 'aws',
  service: 'rds',
  title: 'Relational Database Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-rds'), client: 'RDSClient' },
  resources: {
    'AWS::RDS::DBInstance': {
      kind: 'DataStore',
      label: 'database instance',
      list: [{ call: 'rds:DescribeDBInstances', items: 'DBInstances[]' }],
      id: 'arn:$partition:rds:$region:$account:db:{DBInstanceIdentifier}',
      aliases: ['DBInstanceIdentifier', 'DbiResourceId'],
      name: ['DBInstanceIdentifier'],
      tags: 'TagList',
      recognise: ['DBInstanceIdentifier'],
      references: [
        { path: 'DBSubnetGroup.VpcId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'VpcSecurityGroups[].VpcSecurityGroupId', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'KmsKeyId', edge: 'UsesSecret' },
        { path: 'MasterUserSecret.SecretArn', edge: 'UsesSecret' },
        { path: 'AssociatedRoles[].RoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
    },
    'AWS::RDS::DBCluster': {
      kind: 'DataStore',
      label: 'database cluster',
      list: [{ call: 'rds:DescribeDBClusters', items: 'DBClusters[]' }],
      id: 'arn:$partition:rds:$region:$account:cluster:{DBClusterIdentifier}',
      aliases: ['DBClusterIdentifier'],
      name: ['DBClusterIdentifier'],
      tags: 'TagList',
      recognise: ['DBClusterIdentifier', 'DBClusterMembers'],
      references: [
        { path: 'VpcSecurityGroups[].VpcSecurityGroupId', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'KmsKeyId', edge: 'UsesSecret' },
        { path: 'MasterUserSecret.SecretArn', edge: 'UsesSecret' },
      ],
    },
    'AWS::RDS::DBSnapshot': {
      kind: 'DataStore',
      label: 'database snapshot',
      list: [{ call: 'rds:DescribeDBSnapshots', items: 'DBSnapshots[]', request: { SnapshotType: 'manual' } }],
      details: [
        {
          call: 'rds:DescribeDBSnapshotAttributes',
          request: { DBSnapshotIdentifier: 'DBSnapshotIdentifier' },
          keep: 'DBSnapshotAttributesResult',
          absent: ['DBSnapshotNotFound', 'DBSnapshotNotFoundFault'],
        },
      ],
      id: '{DBSnapshotArn}',
      aliases: ['DBSnapshotIdentifier'],
      name: ['DBSnapshotIdentifier'],
      tags: 'TagList',
      shares: ['DescribeDBSnapshotAttributes.DBSnapshotAttributes[].AttributeValues[]'],
      references: [
        { path: 'DBInstanceIdentifier', to: ['AWS::RDS::DBInstance'], edge: 'RefersTo' },
        { path: 'KmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' },
      ],
    },
    'AWS::RDS::DBClusterSnapshot': {
      kind: 'DataStore',
      label: 'cluster snapshot',
      // Those of Neptune and DocumentDB are among them.
      list: [{ call: 'rds:DescribeDBClusterSnapshots', items: 'DBClusterSnapshots[]', request: { SnapshotType: 'manual' } }],
      details: [
        {
          call: 'rds:DescribeDBClusterSnapshotAttributes',
          request: { DBClusterSnapshotIdentifier: 'DBClusterSnapshotIdentifier' },
          keep: 'DBClusterSnapshotAttributesResult',
          absent: ['DBClusterSnapshotNotFoundFault'],
        },
      ],
      id: '{DBClusterSnapshotArn}',
      aliases: ['DBClusterSnapshotIdentifier'],
      name: ['DBClusterSnapshotIdentifier'],
      tags: 'TagList',
      recognise: ['DBClusterSnapshotArn'],
      shares: ['DescribeDBClusterSnapshotAttributes.DBClusterSnapshotAttributes[].AttributeValues[]'],
      references: [
        { path: 'DBClusterIdentifier', to: ['AWS::RDS::DBCluster'], edge: 'RefersTo' },
        { path: 'KmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' },
      ],
    },
    'AWS::RDS::EventSubscription': {
      kind: 'Monitor',
      label: 'event subscription',
      list: [{ call: 'rds:DescribeEventSubscriptions', items: 'EventSubscriptionsList[]' }],
      id: '{EventSubscriptionArn}',
      aliases: ['CustSubscriptionId'],
      name: ['CustSubscriptionId'],
      recognise: ['CustSubscriptionId', 'SnsTopicArn'],
      references: [{ path: 'SnsTopicArn', to: ['AWS::SNS::Topic'], edge: 'RefersTo' }],
    },
  },
});
