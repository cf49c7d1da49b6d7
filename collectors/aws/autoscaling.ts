import { defineCollector } from '../../src/model/collector.ts';

/** Auto Scaling. */
export const autoscaling = defineCollector({
  id: 'aws.autoscaling',
  provider: 'aws',
  service: 'autoscaling',
  title: 'Auto Scaling',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-auto-scaling'), client: 'AutoScalingClient' },
  resources: {
    'AWS::AutoScaling::AutoScalingGroup': {
      kind: 'Pipeline',
      label: 'auto scaling group',
      list: [{ call: 'autoscaling:DescribeAutoScalingGroups', items: 'AutoScalingGroups[]' }],
      id: '{AutoScalingGroupARN}',
      aliases: ['AutoScalingGroupName'],
      name: ['AutoScalingGroupName'],
      references: [
        { path: 'Instances[].InstanceId', to: ['AWS::EC2::Instance'], edge: 'Contains' },
        { path: 'LaunchTemplate.LaunchTemplateId', to: ['AWS::EC2::LaunchTemplate'], edge: 'UsesArtifact' },
        { path: 'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId', to: ['AWS::EC2::LaunchTemplate'], edge: 'UsesArtifact' },
        { path: 'LaunchConfigurationName', to: ['AWS::AutoScaling::LaunchConfiguration'], edge: 'UsesArtifact' },
        { path: 'TargetGroupARNs[]', edge: 'RoutesTo', reverse: true },
      ],
    },
    'AWS::AutoScaling::LaunchConfiguration': {
      kind: 'Pipeline',
      label: 'launch configuration',
      list: [{ call: 'autoscaling:DescribeLaunchConfigurations', items: 'LaunchConfigurations[]' }],
      id: '{LaunchConfigurationARN}',
      aliases: ['LaunchConfigurationName'],
      name: ['LaunchConfigurationName'],
      secrets: [{ path: 'UserData', encoding: 'base64' }],
      references: [{ path: 'IamInstanceProfile', to: ['AWS::IAM::Role'], match: 'InstanceProfileList[].InstanceProfileName', edge: 'UsesIdentity' }],
    },
  },
});
