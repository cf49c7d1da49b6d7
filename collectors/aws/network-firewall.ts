import { defineCollector } from '../../src/model/collector.ts';

/** Network Firewall: where its endpoints stand, its policies and their rules. */
export const networkFirewall = defineCollector({
  id: 'aws.network-firewall',
  provider: 'aws',
  service: 'network-firewall',
  title: 'Network Firewall',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-network-firewall'), client: 'NetworkFirewallClient' },
  resources: {
    'AWS::NetworkFirewall::Firewall': {
      kind: 'Filter',
      label: 'network firewall',
      list: [{ call: 'network-firewall:ListFirewalls', items: 'Firewalls[]' }],
      details: [
        { call: 'network-firewall:DescribeFirewall', request: { FirewallArn: 'FirewallArn' }, recognise: ['Firewall', 'FirewallStatus'] },
        { call: 'network-firewall:DescribeLoggingConfiguration', request: { FirewallArn: 'FirewallArn' }, keep: 'LoggingConfiguration' },
      ],
      id: '{FirewallArn}',
      aliases: ['FirewallName'],
      name: ['FirewallName'],
      tags: 'DescribeFirewall.Firewall.Tags',
      recognise: ['FirewallArn'],
      references: [
        { path: 'DescribeFirewall.Firewall.VpcId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'DescribeFirewall.Firewall.FirewallPolicyArn', edge: 'RefersTo' },
      ],
    },
    'AWS::NetworkFirewall::FirewallPolicy': {
      kind: 'Filter',
      label: 'firewall policy',
      list: [{ call: 'network-firewall:ListFirewallPolicies', items: 'FirewallPolicies[]' }],
      details: [
        { call: 'network-firewall:DescribeFirewallPolicy', request: { FirewallPolicyArn: 'Arn' }, recognise: ['FirewallPolicy', 'FirewallPolicyResponse'] },
      ],
      id: '{Arn}',
      aliases: ['Name'],
      name: ['Name'],
      recognise: ['Arn', 'Name'],
      references: [
        { path: 'DescribeFirewallPolicy.FirewallPolicy.StatefulRuleGroupReferences[].ResourceArn', edge: 'RefersTo' },
        { path: 'DescribeFirewallPolicy.FirewallPolicy.StatelessRuleGroupReferences[].ResourceArn', edge: 'RefersTo' },
      ],
    },
    'AWS::NetworkFirewall::RuleGroup': {
      kind: 'Filter',
      label: 'firewall rule group',
      list: [{ call: 'network-firewall:ListRuleGroups', items: 'RuleGroups[]', request: { Scope: 'ACCOUNT' } }],
      details: [{ call: 'network-firewall:DescribeRuleGroup', request: { RuleGroupArn: 'Arn' }, recognise: ['RuleGroup', 'RuleGroupResponse'] }],
      id: '{Arn}',
      aliases: ['Name'],
      name: ['Name'],
      recognise: ['Arn', 'Name'],
    },
  },
});
