import { defineCollector } from '../../src/model/collector.ts';

/** Elastic Kubernetes Service. */
export const eks = defineCollector({
  id: 'aws.eks',
  provider: 'aws',
  service: 'eks',
  title: 'Elastic Kubernetes Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-eks'), client: 'EKSClient' },
  resources: {
    'AWS::EKS::Cluster': {
      kind: 'Compute',
      label: 'Kubernetes cluster',
      list: [{ call: 'eks:ListClusters', items: 'clusters[]' }],
      details: [{ call: 'eks:DescribeCluster', request: { name: 'Name' }, keep: 'cluster', merge: true }],
      id: 'arn:$partition:eks:$region:$account:cluster/{Name}',
      aliases: ['Name'],
      name: ['Name'],
      tags: 'tags',
      recognise: ['resourcesVpcConfig'],
      references: [
        { path: 'roleArn', to: ['AWS::IAM::Role'], edge: 'RefersTo' },
        { path: 'resourcesVpcConfig.vpcId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'resourcesVpcConfig.securityGroupIds[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
      ],
    },
    'AWS::EKS::Nodegroup': {
      kind: 'Compute',
      label: 'node group',
      list: [{ call: 'eks:ListNodegroups', items: 'nodegroups[]', per: { type: 'AWS::EKS::Cluster', request: { clusterName: 'Name' } } }],
      details: [{ call: 'eks:DescribeNodegroup', request: { clusterName: 'clusterName', nodegroupName: 'Name' }, keep: 'nodegroup', merge: true }],
      id: 'arn:$partition:eks:$region:$account:nodegroup/{clusterName}/{Name}',
      name: ['Name'],
      tags: 'tags',
      recognise: ['nodegroupArn'],
      references: [
        { path: 'nodeRole', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'clusterName', to: ['AWS::EKS::Cluster'], edge: 'Contains', reverse: true },
      ],
    },
    'AWS::EKS::AccessEntry': {
      kind: 'Credential',
      label: 'access entry',
      list: [{ call: 'eks:ListAccessEntries', items: 'accessEntries[]', per: { type: 'AWS::EKS::Cluster', request: { clusterName: 'Name' } } }],
      details: [
        { call: 'eks:DescribeAccessEntry', request: { clusterName: 'clusterName', principalArn: 'Arn' }, keep: 'accessEntry', merge: true },
        { call: 'eks:ListAssociatedAccessPolicies', request: { clusterName: 'clusterName', principalArn: 'Arn' }, paginate: 'associatedAccessPolicies' },
      ],
      id: 'arn:$partition:eks:$region:$account:access-entry/{clusterName}/{Arn}',
      recognise: ['principalArn', 'clusterName'],
      references: [
        { path: 'clusterName', to: ['AWS::EKS::Cluster'], edge: 'AttachedTo' },
        { path: 'Arn', to: ['AWS::IAM::Role', 'AWS::IAM::User'], edge: 'RefersTo' },
      ],
    },
    'AWS::EKS::AuthConfigMap': {
      kind: 'Credential',
      label: 'aws-auth ConfigMap',
      imports: [{ call: 'kubectl:get configmap aws-auth', items: 'data', per: { type: 'AWS::EKS::Cluster', request: { clusterName: 'Name' } } }],
      id: 'arn:$partition:eks:$region:$account:config-map/{clusterName}/aws-auth',
      name: ['clusterName'],
      recognise: ['mapRoles'],
      references: [{ path: 'clusterName', to: ['AWS::EKS::Cluster'], edge: 'AttachedTo' }],
    },
    'AWS::EKS::PodIdentityAssociation': {
      kind: 'Pipeline',
      label: 'pod identity association',
      list: [{ call: 'eks:ListPodIdentityAssociations', items: 'associations[]', per: { type: 'AWS::EKS::Cluster', request: { clusterName: 'Name' } } }],
      details: [
        {
          call: 'eks:DescribePodIdentityAssociation',
          request: { clusterName: 'clusterName', associationId: 'associationId' },
          keep: 'association',
          merge: true,
        },
      ],
      id: '{associationArn}',
      recognise: ['associationArn', 'associationId'],
      references: [
        { path: 'roleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'clusterName', to: ['AWS::EKS::Cluster'], edge: 'AttachedTo' },
      ],
    },
    'AWS::EKS::FargateProfile': {
      kind: 'Compute',
      label: 'Fargate profile',
      list: [{ call: 'eks:ListFargateProfiles', items: 'fargateProfileNames[]', per: { type: 'AWS::EKS::Cluster', request: { clusterName: 'Name' } } }],
      details: [
        { call: 'eks:DescribeFargateProfile', request: { clusterName: 'clusterName', fargateProfileName: 'Name' }, keep: 'fargateProfile', merge: true },
      ],
      id: 'arn:$partition:eks:$region:$account:fargateprofile/{clusterName}/{Name}',
      recognise: ['fargateProfileArn'],
      references: [{ path: 'podExecutionRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
