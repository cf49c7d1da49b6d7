import { defineCollector } from '../../src/model/collector.ts';

/** CodeBuild. */
export const codebuild = defineCollector({
  id: 'aws.codebuild',
  provider: 'aws',
  service: 'codebuild',
  title: 'CodeBuild',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-codebuild'), client: 'CodeBuildClient' },
  resources: {
    'AWS::CodeBuild::Project': {
      kind: 'Pipeline',
      label: 'build project',
      list: [{ call: 'codebuild:ListProjects', items: 'projects[]' }],
      batch: { call: 'codebuild:BatchGetProjects', parameter: 'names', size: 100, items: 'projects[]' },
      id: '{arn}',
      aliases: ['name'],
      name: ['name'],
      tags: 'tags',
      recognise: ['arn', 'serviceRole'],
      secrets: [{ path: 'environment.environmentVariables[].value' }],
      references: [
        { path: 'serviceRole', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'environment.image', to: ['AWS::ECR::Repository'], part: '^([^@:]+)', match: 'repositoryUri', edge: 'UsesArtifact' },
        // A source of type S3 is `bucket/key`; repositories of other hosts start with a scheme.
        { path: 'source.location', to: ['AWS::S3::Bucket'], part: '^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/', edge: 'UsesArtifact' },
        { path: 'source.location', to: ['AWS::S3::Bucket'], part: '^arn:[^:]+:s3:::([^/]+)/', edge: 'UsesArtifact' },
        {
          path: 'source.location',
          to: ['AWS::S3::Object'],
          placeholder: { type: 'AWS::S3::Object' },
          part: '^(?:arn:[^:]+:s3:::)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+)$',
          form: 'arn:aws:s3:::$',
          edge: 'UsesArtifact',
        },
        { path: 'vpcConfig.vpcId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
      ],
    },
  },
});
