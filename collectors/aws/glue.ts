import { defineCollector } from '../../src/model/collector.ts';

/** Glue. */
export const glue = defineCollector({
  id: 'aws.glue',
  provider: 'aws',
  service: 'glue',
  title: 'Glue',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-glue'), client: 'GlueClient' },
  resources: {
    'AWS::Glue::Job': {
      kind: 'Pipeline',
      label: 'Glue job',
      list: [{ call: 'glue:GetJobs', items: 'Jobs[]' }],
      id: 'arn:$partition:glue:$region:$account:job/{Name}',
      aliases: ['Name'],
      name: ['Name'],
      recognise: ['Name', 'Role'],
      secrets: [{ path: 'DefaultArguments' }],
      references: [
        { path: 'Role', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'Command.ScriptLocation', to: ['AWS::S3::Bucket'], part: '^s3://([^/]+)/', edge: 'UsesArtifact' },
        {
          path: 'Command.ScriptLocation',
          to: ['AWS::S3::Object'],
          placeholder: { type: 'AWS::S3::Object' },
          part: '^s3://(.+)$',
          form: 'arn:aws:s3:::$',
          edge: 'UsesArtifact',
        },
      ],
    },
    'AWS::Glue::DevEndpoint': {
      kind: 'Compute',
      label: 'development endpoint',
      list: [{ call: 'glue:GetDevEndpoints', items: 'DevEndpoints[]' }],
      id: 'arn:$partition:glue:$region:$account:devEndpoint/{EndpointName}',
      aliases: ['EndpointName'],
      name: ['EndpointName'],
      references: [{ path: 'RoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
