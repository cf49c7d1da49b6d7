import { defineCollector } from '../../src/model/collector.ts';

/** EMR clusters that run. */
export const emr = defineCollector({
  id: 'aws.elasticmapreduce',
  provider: 'aws',
  service: 'elasticmapreduce',
  title: 'EMR',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-emr'), client: 'EMRClient' },
  resources: {
    'AWS::EMR::Cluster': {
      kind: 'Compute',
      label: 'EMR cluster',
      list: [{ call: 'elasticmapreduce:ListClusters', items: 'Clusters[]', request: { ClusterStates: ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING'] } }],
      details: [{ call: 'elasticmapreduce:DescribeCluster', request: { ClusterId: 'Id' }, keep: 'Cluster', merge: true }],
      id: '{ClusterArn}',
      aliases: ['Id'],
      name: ['Name'],
      recognise: ['ClusterArn', 'Id'],
      references: [
        // The profile of the instances bears the name of its role unless somebody made one of another name.
        { path: 'Ec2InstanceAttributes.IamInstanceProfile', to: ['AWS::IAM::Role'], edge: 'UsesIdentity', match: 'InstanceProfileList[].InstanceProfileName' },
        { path: 'ServiceRole', to: ['AWS::IAM::Role'], edge: 'RefersTo' },
        { path: 'Ec2InstanceAttributes.Ec2SubnetId', to: ['AWS::EC2::Subnet'], edge: 'Contains', reverse: true },
      ],
    },
    'AWS::EMR::BlockPublicAccess': {
      kind: 'Policy',
      label: 'EMR block of public access',
      list: [{ call: 'elasticmapreduce:GetBlockPublicAccessConfiguration', items: '' }],
      id: 'arn:$partition:elasticmapreduce:$region:$account:block-public-access-configuration',
      recognise: ['BlockPublicAccessConfiguration'],
    },
  },
});
