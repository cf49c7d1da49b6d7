import { defineCollector } from '../../src/model/collector.ts';

/** OpenSearch Service, its Elasticsearch domains included. */
export const opensearch = defineCollector({
  id: 'aws.opensearch',
  provider: 'aws',
  service: 'es',
  title: 'OpenSearch Service',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-opensearch'), client: 'OpenSearchClient' },
  resources: {
    'AWS::OpenSearchService::Domain': {
      kind: 'DataStore',
      label: 'search domain',
      list: [{ call: 'es:ListDomainNames', items: 'DomainNames[]' }],
      details: [{ call: 'es:DescribeDomain', request: { DomainName: 'DomainName' }, keep: 'DomainStatus', merge: true }],
      id: 'arn:$partition:es:$region:$account:domain/{DomainName}',
      aliases: ['DomainName', 'Endpoint'],
      name: ['DomainName'],
      documents: ['AccessPolicies'],
      recognise: ['DomainName'],
      references: [
        { path: 'VPCOptions.VPCId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'VPCOptions.SecurityGroupIds[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'EncryptionAtRestOptions.KmsKeyId', edge: 'UsesSecret' },
      ],
      properties: { endpoint: { type: 'string', means: 'public endpoint; a domain in a VPC has none', from: 'Endpoint' } },
    },
  },
});
