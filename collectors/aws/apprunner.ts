import { defineCollector } from '../../src/model/collector.ts';

/** App Runner. */
export const apprunner = defineCollector({
  id: 'aws.apprunner',
  provider: 'aws',
  service: 'apprunner',
  title: 'App Runner',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-apprunner'), client: 'AppRunnerClient' },
  resources: {
    'AWS::AppRunner::Service': {
      kind: 'Compute',
      label: 'App Runner service',
      list: [{ call: 'apprunner:ListServices', items: 'ServiceSummaryList[]' }],
      details: [{ call: 'apprunner:DescribeService', request: { ServiceArn: 'ServiceArn' }, keep: 'Service', merge: true }],
      id: '{ServiceArn}',
      aliases: ['ServiceName', 'ServiceUrl'],
      name: ['ServiceName'],
      recognise: ['ServiceArn'],
      secrets: [
        { path: 'SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables' },
        { path: 'SourceConfiguration.CodeRepository.CodeConfiguration.CodeConfigurationValues.RuntimeEnvironmentVariables' },
      ],
      references: [
        { path: 'InstanceConfiguration.InstanceRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        {
          path: 'SourceConfiguration.ImageRepository.ImageIdentifier',
          to: ['AWS::ECR::Repository'],
          part: '^([^@:]+)',
          match: 'repositoryUri',
          edge: 'UsesArtifact',
        },
      ],
    },
  },
});
