import { defineCollector } from '../../src/model/collector.ts';

/** IAM Access Analyzer. */
export const accessAnalyzer = defineCollector({
  id: 'aws.accessanalyzer',
  provider: 'aws',
  service: 'access-analyzer',
  title: 'IAM Access Analyzer',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-accessanalyzer'), client: 'AccessAnalyzerClient' },
  resources: {
    'AWS::AccessAnalyzer::Analyzer': {
      kind: 'Monitor',
      label: 'access analyzer',
      list: [{ call: 'access-analyzer:ListAnalyzers', items: 'analyzers[]' }],
      id: '{arn}',
      aliases: ['name'],
      name: ['name'],
      tags: 'tags',
      recognise: ['arn', 'type', 'status'],
      properties: {
        status: { type: 'string', means: 'ACTIVE, CREATING, DISABLED or FAILED' },
        type: { type: 'string', means: 'ACCOUNT, ORGANIZATION, or one of unused access' },
      },
    },
  },
});
