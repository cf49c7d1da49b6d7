import { defineCollector } from '../../src/model/collector.ts';

/** EventBridge: buses with their policies, rules and what they call. */
export const events = defineCollector({
  id: 'aws.events',
  provider: 'aws',
  service: 'events',
  title: 'EventBridge',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-eventbridge'), client: 'EventBridgeClient' },
  resources: {
    'AWS::Events::EventBus': {
      kind: 'DataStore',
      label: 'event bus',
      list: [{ call: 'events:ListEventBuses', items: 'EventBuses[]' }],
      id: 'arn:$partition:events:$region:$account:event-bus/{Name}',
      aliases: ['Name'],
      name: ['Name'],
      documents: ['Policy'],
    },
    'AWS::Events::Rule': {
      kind: 'Pipeline',
      label: 'event rule',
      list: [{ call: 'events:ListRules', items: 'Rules[]' }],
      details: [{ call: 'events:ListTargetsByRule', request: { Rule: 'Name' }, keep: 'Targets', recognise: ['Targets'] }],
      id: '{Arn}',
      name: ['Name'],
      documents: ['EventPattern'],
      secrets: [{ path: 'ListTargetsByRule[].Input' }],
      recognise: ['Arn', 'EventBusName'],
      references: [
        { path: 'RoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'ListTargetsByRule[].Arn', edge: 'RoutesTo' },
        { path: 'ListTargetsByRule[].RoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
    },
  },
});
