import { defineCollector } from '../../src/model/collector.ts';

/** CodeDeploy. */
export const codedeploy = defineCollector({
  id: 'aws.codedeploy',
  provider: 'aws',
  service: 'codedeploy',
  title: 'CodeDeploy',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-codedeploy'), client: 'CodeDeployClient' },
  resources: {
    'AWS::CodeDeploy::Application': {
      kind: 'Pipeline',
      label: 'deployment application',
      list: [{ call: 'codedeploy:ListApplications', items: 'applications[]' }],
      id: 'arn:$partition:codedeploy:$region:$account:application:{Name}',
      aliases: ['Name'],
      name: ['Name'],
    },
    'AWS::CodeDeploy::DeploymentGroup': {
      kind: 'Pipeline',
      label: 'deployment group',
      list: [
        {
          call: 'codedeploy:ListDeploymentGroups',
          items: 'deploymentGroups[]',
          per: { type: 'AWS::CodeDeploy::Application', request: { applicationName: 'Name' } },
        },
      ],
      details: [
        {
          call: 'codedeploy:GetDeploymentGroup',
          request: { applicationName: 'applicationName', deploymentGroupName: 'Name' },
          keep: 'deploymentGroupInfo',
          merge: true,
        },
      ],
      id: 'arn:$partition:codedeploy:$region:$account:deploymentgroup:{applicationName}/{Name}',
      name: ['Name'],
      recognise: ['deploymentGroupName', 'applicationName'],
      references: [
        { path: 'applicationName', to: ['AWS::CodeDeploy::Application'], edge: 'Contains', reverse: true },
        { path: 'autoScalingGroups[].name', to: ['AWS::AutoScaling::AutoScalingGroup'], edge: 'RefersTo' },
        { path: 'serviceRoleArn', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
    },
  },
});
