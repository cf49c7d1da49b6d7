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
      kind: 'Artifact',
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
      references: [{ path: 'DBInstanceIdentifier', to: ['AWS::RDS::DBInstance'], edge: 'RefersTo' }],
    },
  },
});
