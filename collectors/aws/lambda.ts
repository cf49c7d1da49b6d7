import { defineCollector } from '../../src/model/collector.ts';

/** Lambda. */
export const lambda = defineCollector({
  id: 'aws.lambda',
  provider: 'aws',
  service: 'lambda',
  title: 'Lambda',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-lambda'), client: 'LambdaClient' },
  resources: {
    'AWS::Lambda::Function': {
      kind: 'Compute',
      label: 'function',
      list: [{ call: 'lambda:ListFunctions', items: 'Functions[]' }],
      details: [
        { call: 'lambda:GetPolicy', request: { FunctionName: 'FunctionName' }, absent: ['ResourceNotFoundException'], recognise: ['Policy'] },
        // Where an image is pulled from. The permission also lets the code of every other function be read, so it is asked for only with --function-images.
        {
          call: 'lambda:GetFunction',
          request: { FunctionName: 'FunctionName' },
          keep: 'Code',
          when: { path: 'PackageType', equals: 'Image' },
          option: 'function-images',
        },
        { call: 'lambda:ListFunctionUrlConfigs', request: { FunctionName: 'FunctionName' }, paginate: 'FunctionUrlConfigs' },
        { call: 'lambda:ListTags', request: { Resource: 'FunctionArn' }, keep: 'Tags' },
      ],
      id: '{FunctionArn}',
      aliases: ['FunctionName'],
      name: ['FunctionName'],
      tags: 'ListTags',
      documents: ['GetPolicy.Policy'],
      secrets: [{ path: 'Environment.Variables', keys: 'keep' }],
      recognise: ['FunctionArn', 'FunctionName'],
      references: [
        { path: 'Role', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'VpcConfig.SubnetIds[]', to: ['AWS::EC2::Subnet'], edge: 'Contains', reverse: true },
        { path: 'VpcConfig.SecurityGroupIds[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'Layers[].Arn', to: ['AWS::Lambda::LayerVersion'], edge: 'UsesArtifact' },
        { path: 'KMSKeyArn', edge: 'UsesSecret' },
      ],
      properties: {
        runtime: { type: 'string', means: 'language runtime', from: 'Runtime' },
        role: { type: 'string', means: 'ARN of the execution role', from: 'Role' },
        urls: { type: 'object[]', means: 'its function URLs', from: 'ListFunctionUrlConfigs' },
      },
    },
    'AWS::Lambda::EventSourceMapping': {
      kind: 'Pipeline',
      label: 'event source mapping',
      list: [{ call: 'lambda:ListEventSourceMappings', items: 'EventSourceMappings[]' }],
      id: 'arn:$partition:lambda:$region:$account:event-source-mapping:{UUID}',
      aliases: ['UUID'],
      references: [
        { path: 'FunctionArn', edge: 'RoutesTo' },
        { path: 'EventSourceArn', edge: 'RoutesTo', reverse: true },
      ],
      recognise: ['UUID', 'FunctionArn'],
    },
    'AWS::Lambda::LayerVersion': {
      kind: 'Artifact',
      label: 'layer',
      list: [{ call: 'lambda:ListLayers', items: 'Layers[].LatestMatchingVersion' }],
      id: '{LayerVersionArn}',
      recognise: ['LayerVersionArn'],
    },
  },
});
