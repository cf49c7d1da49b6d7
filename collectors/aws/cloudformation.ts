import { defineCollector } from '../../src/model/collector.ts';

/** CloudFormation. */
export const cloudformation = defineCollector({
  id: 'aws.cloudformation',
  provider: 'aws',
  service: 'cloudformation',
  title: 'CloudFormation',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-cloudformation'), client: 'CloudFormationClient' },
  resources: {
    'AWS::CloudFormation::Stack': {
      kind: 'Pipeline',
      label: 'stack',
      list: [{ call: 'cloudformation:DescribeStacks', items: 'Stacks[]' }],
      details: [{ call: 'cloudformation:GetTemplate', request: { StackName: 'StackName' }, recognise: ['TemplateBody'] }],
      id: '{StackId}',
      aliases: ['StackName'],
      name: ['StackName'],
      recognise: ['StackId', 'StackName'],
      secrets: [{ path: 'Parameters[].ParameterValue' }, { path: 'GetTemplate.TemplateBody' }, { path: 'Outputs[].OutputValue' }],
      references: [{ path: 'RoleARN', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
    'AWS::CloudFormation::StackSet': {
      kind: 'Pipeline',
      label: 'stack set',
      list: [{ call: 'cloudformation:ListStackSets', items: 'Summaries[]', request: { Status: 'ACTIVE' } }],
      details: [
        { call: 'cloudformation:DescribeStackSet', request: { StackSetName: 'StackSetName' }, keep: 'StackSet', merge: true },
        { call: 'cloudformation:ListStackInstances', request: { StackSetName: 'StackSetName' }, paginate: 'Summaries', recognise: ['Summaries'] },
      ],
      id: 'arn:$partition:cloudformation:$region:$account:stackset/{StackSetName}:{StackSetId}',
      aliases: ['StackSetName', 'StackSetId'],
      name: ['StackSetName'],
      recognise: ['StackSetName', 'StackSetId'],
      secrets: [{ path: 'Parameters[].ParameterValue' }, { path: 'TemplateBody' }],
      references: [{ path: 'AdministrationRoleARN', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
