import { defineCollector } from '../../src/model/collector.ts';

/** Contacts of the account. */
export const accountContacts = defineCollector({
  id: 'aws.account',
  provider: 'aws',
  service: 'account',
  title: 'Account contacts',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-account'), client: 'AccountClient' },
  resources: {
    'AWS::Account::SecurityContact': {
      kind: 'Monitor',
      label: 'security contact',
      list: [
        {
          call: 'account:GetAlternateContact',
          items: '',
          request: { AlternateContactType: 'SECURITY' },
          absent: ['ResourceNotFoundException'],
        },
      ],
      id: 'arn:$partition:account::$account:alternate-contact/security',
      recognise: ['AlternateContact'],
    },
  },
});
