import { defineCollector } from '../../src/model/collector.ts';

/** Secrets Manager. */
export const secretsmanager = defineCollector({
  id: 'aws.secretsmanager',
  provider: 'aws',
  service: 'secretsmanager',
  title: 'Secrets Manager',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-secrets-manager'), client: 'SecretsManagerClient' },
  resources: {
    'AWS::SecretsManager::Secret': {
      kind: 'Secret',
      label: 'secret',
      list: [{ call: 'secretsmanager:ListSecrets', items: 'SecretList[]' }],
      details: [{ call: 'secretsmanager:GetResourcePolicy', request: { SecretId: 'ARN' }, recognise: ['ResourcePolicy', 'ARN'] }],
      id: '{ARN}',
      aliases: ['Name'],
      name: ['Name'],
      documents: ['GetResourcePolicy.ResourcePolicy'],
      references: [
        { path: 'KmsKeyId', to: ['AWS::KMS::Key'], edge: 'UsesSecret' },
        { path: 'RotationLambdaARN', edge: 'RoutesTo' },
      ],
      properties: { rotation: { type: 'boolean', means: 'rotated by a function', from: 'RotationEnabled' } },
    },
  },
});
