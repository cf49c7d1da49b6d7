import { defineCollector } from '../../src/model/collector.ts';

/** Certificate Manager. */
export const acm = defineCollector({
  id: 'aws.acm',
  provider: 'aws',
  service: 'acm',
  title: 'Certificate Manager',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-acm'), client: 'ACMClient' },
  resources: {
    'AWS::CertificateManager::Certificate': {
      kind: 'Credential',
      label: 'certificate',
      // Without the filter only RSA 2048 is listed: https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html
      list: [
        {
          call: 'acm:ListCertificates',
          items: 'CertificateSummaryList[]',
          request: {
            Includes: {
              keyTypes: ['RSA_1024', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_prime256v1', 'EC_secp384r1', 'EC_secp521r1'],
            },
          },
        },
      ],
      id: '{CertificateArn}',
      aliases: ['DomainName'],
      name: ['DomainName'],
      recognise: ['CertificateArn', 'DomainName'],
    },
  },
});
