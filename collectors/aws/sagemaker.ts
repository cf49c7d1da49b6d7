import { defineCollector } from '../../src/model/collector.ts';

/** SageMaker. */
export const sagemaker = defineCollector({
  id: 'aws.sagemaker',
  provider: 'aws',
  service: 'sagemaker',
  title: 'SageMaker',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-sagemaker'), client: 'SageMakerClient' },
  resources: {
    'AWS::SageMaker::NotebookInstance': {
      kind: 'Compute',
      label: 'notebook instance',
      list: [{ call: 'sagemaker:ListNotebookInstances', items: 'NotebookInstances[]' }],
      details: [
        {
          call: 'sagemaker:DescribeNotebookInstance',
          request: { NotebookInstanceName: 'NotebookInstanceName' },
          keep: '',
          merge: true,
          recognise: ['RoleArn'],
        },
      ],
      id: 'arn:$partition:sagemaker:$region:$account:notebook-instance/{NotebookInstanceName}',
      aliases: ['NotebookInstanceName'],
      name: ['NotebookInstanceName'],
      recognise: ['NotebookInstanceName'],
      references: [
        { path: 'RoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'SubnetId', to: ['AWS::EC2::Subnet'], edge: 'Contains', reverse: true },
      ],
    },
    'AWS::SageMaker::NotebookInstanceLifecycleConfig': {
      kind: 'Pipeline',
      label: 'notebook lifecycle configuration',
      list: [{ call: 'sagemaker:ListNotebookInstanceLifecycleConfigs', items: 'NotebookInstanceLifecycleConfigs[]' }],
      id: '{NotebookInstanceLifecycleConfigArn}',
      aliases: ['NotebookInstanceLifecycleConfigName'],
      name: ['NotebookInstanceLifecycleConfigName'],
    },
    'AWS::SageMaker::Model': {
      kind: 'Artifact',
      label: 'model',
      list: [{ call: 'sagemaker:ListModels', items: 'Models[]' }],
      details: [{ call: 'sagemaker:DescribeModel', request: { ModelName: 'ModelName' }, keep: '', merge: true, recognise: ['ExecutionRoleArn', 'ModelArn'] }],
      id: '{ModelArn}',
      aliases: ['ModelName'],
      name: ['ModelName'],
      recognise: ['ModelArn', 'ModelName'],
      references: [{ path: 'ExecutionRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' }],
      secrets: [{ path: 'PrimaryContainer.Environment' }, { path: 'Containers[].Environment' }],
    },
    'AWS::SageMaker::EndpointConfig': {
      kind: 'Pipeline',
      label: 'endpoint configuration',
      list: [{ call: 'sagemaker:ListEndpointConfigs', items: 'EndpointConfigs[]' }],
      details: [
        {
          call: 'sagemaker:DescribeEndpointConfig',
          request: { EndpointConfigName: 'EndpointConfigName' },
          keep: '',
          merge: true,
          recognise: ['ProductionVariants'],
        },
      ],
      id: '{EndpointConfigArn}',
      aliases: ['EndpointConfigName'],
      name: ['EndpointConfigName'],
      recognise: ['EndpointConfigArn', 'EndpointConfigName'],
    },
  },
});
