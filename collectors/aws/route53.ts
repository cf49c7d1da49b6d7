import { defineCollector } from '../../src/model/collector.ts';

/** Route 53: which name leads where. */
export const route53 = defineCollector({
  id: 'aws.route53',
  provider: 'aws',
  service: 'route53',
  title: 'Route 53',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-route-53'), client: 'Route53Client' },
  resources: {
    'AWS::Route53::HostedZone': {
      kind: 'Network',
      label: 'hosted zone',
      list: [{ call: 'route53:ListHostedZones', items: 'HostedZones[]' }],
      details: [{ call: 'route53:ListResourceRecordSets', request: { HostedZoneId: 'Id' }, paginate: 'ResourceRecordSets' }],
      id: 'arn:$partition:route53:::hostedzone/{Id/}',
      aliases: ['Id', 'Name'],
      name: ['Name'],
      recognise: ['Id', 'CallerReference'],
      properties: {
        privateZone: { type: 'boolean', means: 'the names are known inside networks only', from: 'Config.PrivateZone' },
      },
    },
  },
});
