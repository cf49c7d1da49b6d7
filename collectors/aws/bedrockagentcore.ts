import { defineCollector } from '../../src/model/collector.ts';

/** Bedrock AgentCore: what runs code for agents. */
export const bedrockagentcore = defineCollector({
  id: 'aws.bedrock-agentcore',
  provider: 'aws',
  service: 'bedrock-agentcore',
  title: 'Bedrock AgentCore',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-bedrock-agentcore-control'), client: 'BedrockAgentCoreControlClient' },
  resources: {
    'AWS::BedrockAgentCore::Runtime': {
      kind: 'Compute',
      label: 'agent runtime',
      list: [{ call: 'bedrock-agentcore:ListAgentRuntimes', items: 'agentRuntimes[]' }],
      details: [
        { call: 'bedrock-agentcore:GetAgentRuntime', request: { agentRuntimeId: 'agentRuntimeId' }, keep: '', merge: true, recognise: ['agentRuntimeArn'] },
      ],
      id: '{agentRuntimeArn}',
      aliases: ['agentRuntimeId', 'agentRuntimeName'],
      name: ['agentRuntimeName'],
      recognise: ['agentRuntimeArn'],
      secrets: [{ path: 'environmentVariables' }],
      references: [{ path: 'roleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
    'AWS::BedrockAgentCore::CodeInterpreter': {
      kind: 'Compute',
      label: 'code interpreter',
      list: [{ call: 'bedrock-agentcore:ListCodeInterpreters', items: 'codeInterpreterSummaries[]', request: { type: 'CUSTOM' } }],
      details: [
        {
          call: 'bedrock-agentcore:GetCodeInterpreter',
          request: { codeInterpreterId: 'codeInterpreterId' },
          keep: '',
          merge: true,
          recognise: ['codeInterpreterArn'],
        },
      ],
      id: '{codeInterpreterArn}',
      aliases: ['codeInterpreterId'],
      name: ['name'],
      recognise: ['codeInterpreterArn'],
      references: [{ path: 'executionRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
    'AWS::BedrockAgentCore::BrowserCustom': {
      kind: 'Compute',
      label: 'browser tool',
      list: [{ call: 'bedrock-agentcore:ListBrowsers', items: 'browserSummaries[]', request: { type: 'CUSTOM' } }],
      details: [{ call: 'bedrock-agentcore:GetBrowser', request: { browserId: 'browserId' }, keep: '', merge: true, recognise: ['browserArn'] }],
      id: '{browserArn}',
      aliases: ['browserId'],
      name: ['name'],
      recognise: ['browserArn'],
      references: [{ path: 'executionRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
    },
  },
});
