import { defineCollector } from '../../src/model/collector.ts';

/** Step Functions. */
export const states = defineCollector({
  id: 'aws.states',
  provider: 'aws',
  service: 'states',
  title: 'Step Functions',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-sfn'), client: 'SFNClient' },
  resources: {
    'AWS::StepFunctions::StateMachine': {
      kind: 'Pipeline',
      label: 'state machine',
      list: [{ call: 'states:ListStateMachines', items: 'stateMachines[]' }],
      details: [
        { call: 'states:DescribeStateMachine', request: { stateMachineArn: 'stateMachineArn' }, keep: '', merge: true, recognise: ['definition'] },
        { call: 'states:ListTagsForResource', request: { resourceArn: 'stateMachineArn' }, keep: 'tags' },
      ],
      id: '{stateMachineArn}',
      aliases: ['name'],
      name: ['name'],
      tags: 'ListTagsForResource',
      documents: ['definition'],
      recognise: ['stateMachineArn'],
      references: [{ path: 'roleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
