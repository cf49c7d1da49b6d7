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
  },
});
