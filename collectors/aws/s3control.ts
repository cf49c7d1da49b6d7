import { defineCollector } from '../../src/model/collector.ts';

/** Simple Storage Service, account settings. */
export const s3control = defineCollector({
  id: 'aws.s3control',
  provider: 'aws',
  service: 's3',
  title: 'Simple Storage Service, account settings',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-s3-control'), client: 'S3ControlClient', options: { disableHostPrefix: true } },
  resources: {
    'AWS::S3::AccountPublicAccessBlock': {
      kind: 'Policy',
      label: 'account public access block',
      list: [
        {
          call: 's3:GetPublicAccessBlock',
          items: '',
          request: { AccountId: '$account' },
          permission: 's3:GetAccountPublicAccessBlock',
          absent: ['NoSuchPublicAccessBlockConfiguration'],
        },
      ],
      id: 'arn:$partition:s3::$account:account-public-access-block',
      recognise: ['PublicAccessBlockConfiguration'],
    },
  },
});
