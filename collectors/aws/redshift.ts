import { defineCollector } from '../../src/model/collector.ts';

/** Redshift. */
export const redshift = defineCollector({
  id: 'aws.redshift',
  provider: 'aws',
  service: 'redshift',
  title: 'Redshift',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-redshift'), client: 'RedshiftClient' },
  resources: {
    'AWS::Redshift::Cluster': {
      kind: 'DataStore',
      label: 'data warehouse',
      list: [{ call: 'redshift:DescribeClusters', items: 'Clusters[]' }],
      details: [{ call: 'redshift:DescribeLoggingStatus', request: { ClusterIdentifier: 'ClusterIdentifier' }, recognise: ['LoggingEnabled'] }],
      id: 'arn:$partition:redshift:$region:$account:cluster:{ClusterIdentifier}',
      aliases: ['ClusterIdentifier'],
      name: ['ClusterIdentifier'],
      recognise: ['ClusterIdentifier', 'ClusterNodes'],
      references: [
        { path: 'VpcId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'VpcSecurityGroups[].VpcSecurityGroupId', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'KmsKeyId', edge: 'UsesSecret' },
        { path: 'MasterPasswordSecretArn', edge: 'UsesSecret' },
        { path: 'IamRoles[].IamRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
      secrets: [{ path: 'PendingModifiedValues.MasterUserPassword' }],
      properties: {
        publiclyAccessible: { type: 'boolean', means: 'its nodes have public addresses', from: 'PubliclyAccessible' },
        encrypted: { type: 'boolean', means: 'encrypted at rest', from: 'Encrypted' },
      },
    },
    'AWS::Redshift::ClusterParameterGroup': {
      kind: 'Monitor',
      label: 'parameter group',
      list: [{ call: 'redshift:DescribeClusterParameterGroups', items: 'ParameterGroups[]' }],
      details: [{ call: 'redshift:DescribeClusterParameters', request: { ParameterGroupName: 'ParameterGroupName' }, paginate: 'Parameters' }],
      id: 'arn:$partition:redshift:$region:$account:parametergroup:{ParameterGroupName}',
      aliases: ['ParameterGroupName'],
      name: ['ParameterGroupName'],
      recognise: ['ParameterGroupName', 'ParameterGroupFamily'],
    },
    'AWS::Redshift::ClusterSubnetGroup': {
      kind: 'Network',
      label: 'data warehouse subnet group',
      list: [{ call: 'redshift:DescribeClusterSubnetGroups', items: 'ClusterSubnetGroups[]' }],
      id: 'arn:$partition:redshift:$region:$account:subnetgroup:{ClusterSubnetGroupName}',
      aliases: ['ClusterSubnetGroupName'],
      name: ['ClusterSubnetGroupName'],
      recognise: ['ClusterSubnetGroupName'],
      references: [{ path: 'Subnets[].SubnetIdentifier', to: ['AWS::EC2::Subnet'], edge: 'RefersTo' }],
    },
  },
});
