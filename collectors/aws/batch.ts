import { defineCollector } from '../../src/model/collector.ts';

/** Batch. */
export const batch = defineCollector({
  id: 'aws.batch',
  provider: 'aws',
  service: 'batch',
  title: 'Batch',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-batch'), client: 'BatchClient' },
  resources: {
    'AWS::Batch::JobDefinition': {
      kind: 'Pipeline',
      label: 'job definition',
      list: [{ call: 'batch:DescribeJobDefinitions', items: 'jobDefinitions[]', request: { status: 'ACTIVE' } }],
      id: '{jobDefinitionArn}',
      aliases: ['jobDefinitionName'],
      name: ['jobDefinitionName'],
      tags: 'tags',
      secrets: [{ path: 'containerProperties.environment[].value' }],
      references: [
        { path: 'containerProperties.jobRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'containerProperties.image', to: ['AWS::ECR::Repository'], part: '^([^@:]+)', match: 'repositoryUri', edge: 'UsesArtifact' },
        { path: 'containerProperties.executionRoleArn', to: ['AWS::IAM::Role'], edge: 'RefersTo' },
      ],
    },
    'AWS::Batch::JobQueue': {
      kind: 'Pipeline',
      label: 'job queue',
      list: [{ call: 'batch:DescribeJobQueues', items: 'jobQueues[]' }],
      id: '{jobQueueArn}',
      aliases: ['jobQueueName'],
      name: ['jobQueueName'],
      tags: 'tags',
      references: [{ path: 'computeEnvironmentOrder[].computeEnvironment', edge: 'RoutesTo' }],
    },
    'AWS::Batch::ComputeEnvironment': {
      kind: 'Compute',
      label: 'compute environment',
      list: [{ call: 'batch:DescribeComputeEnvironments', items: 'computeEnvironments[]' }],
      id: '{computeEnvironmentArn}',
      aliases: ['computeEnvironmentName'],
      name: ['computeEnvironmentName'],
      tags: 'tags',
      references: [{ path: 'serviceRole', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
