import { defineCollector } from '../../src/model/collector.ts';

/** Web application firewall: regional web ACLs and what stands behind them. */
export const wafv2 = defineCollector({
  id: 'aws.wafv2',
  provider: 'aws',
  service: 'wafv2',
  title: 'Web application firewall',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-wafv2'), client: 'WAFV2Client' },
  resources: {
    'AWS::WAFv2::WebACL': {
      kind: 'Filter',
      label: 'web ACL',
      list: [{ call: 'wafv2:ListWebACLs', items: 'WebACLs[]', request: { Scope: 'REGIONAL' } }],
      details: [
        { call: 'wafv2:GetWebACL', request: { Name: 'Name', Id: 'Id', Scope: '=REGIONAL' }, keep: 'WebACL' },
        { call: 'wafv2:GetLoggingConfiguration', request: { ResourceArn: 'ARN' }, keep: 'LoggingConfiguration', absent: ['WAFNonexistentItemException'] },
        {
          call: 'wafv2:ListResourcesForWebACL',
          request: { WebACLArn: 'ARN', ResourceType: '=APPLICATION_LOAD_BALANCER' },
          keep: 'ResourceArns',
        },
      ],
      id: '{ARN}',
      aliases: ['Id'],
      name: ['Name'],
      recognise: ['ARN', 'LockToken'],
      references: [{ path: 'ListResourcesForWebACL[]', to: ['AWS::ElasticLoadBalancingV2::LoadBalancer'], edge: 'Guards' }],
    },
  },
});
