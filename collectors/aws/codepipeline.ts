import { defineCollector } from '../../src/model/collector.ts';

/** CodePipeline: what takes code from where and hands it to builds and deployments. */
export const codepipeline = defineCollector({
  id: 'aws.codepipeline',
  provider: 'aws',
  service: 'codepipeline',
  title: 'CodePipeline',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-codepipeline'), client: 'CodePipelineClient' },
  resources: {
    'AWS::CodePipeline::Pipeline': {
      kind: 'Pipeline',
      label: 'pipeline',
      list: [{ call: 'codepipeline:ListPipelines', items: 'pipelines[]' }],
      details: [{ call: 'codepipeline:GetPipeline', request: { name: 'name' }, keep: 'pipeline', merge: true }],
      id: 'arn:$partition:codepipeline:$region:$account:{name}',
      aliases: ['name'],
      name: ['name'],
      recognise: ['name', 'roleArn', 'stages'],
      secrets: [{ path: 'stages[].actions[].configuration.OAuthToken' }],
      references: [
        { path: 'roleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'stages[].actions[].roleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'stages[].actions[].configuration.RoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'stages[].actions[].configuration.S3Bucket', to: ['AWS::S3::Bucket'], edge: 'RefersTo' },
        { path: 'artifactStore.location', to: ['AWS::S3::Bucket'], edge: 'UsesArtifact' },
        { path: 'stages[].actions[].configuration.ProjectName', to: ['AWS::CodeBuild::Project'], edge: 'RoutesTo' },
      ],
    },
  },
});
