import type { TerraformTable } from '../../../src/model/terraform.ts';
import { arnOf, compact } from './shape.ts';

/** Containers and clusters. */
export const containerTerraform: TerraformTable = {
  aws_ecs_cluster: {
    record: 'AWS::ECS::Cluster',
    config: (v) => ({ clusterArn: arnOf(v, 'ecs', `cluster/${v.identity('name')}`), clusterName: v.identity('name'), status: 'ACTIVE' }),
    exports: { id: '$id', arn: '$id', name: 'clusterName' },
  },
  aws_ecs_task_definition: {
    record: 'AWS::ECS::TaskDefinition',
    config: (v) =>
      compact({
        taskDefinitionArn: v.text('arn') ?? `arn:aws:ecs:${v.region}:${v.account}:task-definition/${v.identity('family')}:1`,
        family: v.identity('family'),
        taskRoleArn: v.text('task_role_arn'),
        executionRoleArn: v.text('execution_role_arn'),
        networkMode: v.text('network_mode'),
        containerDefinitions: v.document('container_definitions'),
        status: 'ACTIVE',
      }),
    exports: { id: 'family', family: 'family', arn: '$id' },
  },
  aws_ecs_service: {
    record: 'AWS::ECS::Service',
    config: (v) =>
      compact({
        serviceArn:
          v.text('id')?.startsWith('arn:') === true
            ? v.text('id')
            : `arn:aws:ecs:${v.region}:${v.account}:service/${(v.text('cluster') ?? 'default').split('/').at(-1) ?? 'default'}/${v.identity('name')}`,
        serviceName: v.identity('name'),
        clusterArn: v.text('cluster'),
        taskDefinition: v.text('task_definition'),
        launchType: v.text('launch_type'),
        desiredCount: v.number('desired_count'),
        status: 'ACTIVE',
        networkConfiguration:
          v.blocks('network_configuration').length === 0
            ? undefined
            : {
                awsvpcConfiguration: {
                  subnets: v.texts('network_configuration.subnets'),
                  securityGroups: v.texts('network_configuration.security_groups'),
                  assignPublicIp: v.flag('network_configuration.assign_public_ip') === true ? 'ENABLED' : 'DISABLED',
                },
              },
        loadBalancers: v.blocks('load_balancer').map((each) =>
          compact({
            targetGroupArn: each.text('target_group_arn'),
            containerName: each.text('container_name'),
            containerPort: each.number('container_port'),
          }),
        ),
      }),
  },
  aws_eks_cluster: {
    record: 'AWS::EKS::Cluster',
    config: (v) =>
      compact({
        Name: v.identity('name'),
        name: v.identity('name'),
        arn: arnOf(v, 'eks', `cluster/${v.identity('name')}`),
        roleArn: v.text('role_arn'),
        status: 'ACTIVE',
        resourcesVpcConfig: {
          subnetIds: v.texts('vpc_config.subnet_ids'),
          securityGroupIds: v.texts('vpc_config.security_group_ids'),
          endpointPublicAccess: v.flag('vpc_config.endpoint_public_access') ?? true,
          endpointPrivateAccess: v.flag('vpc_config.endpoint_private_access') ?? false,
          publicAccessCidrs: v.texts('vpc_config.public_access_cidrs').length === 0 ? ['0.0.0.0/0'] : v.texts('vpc_config.public_access_cidrs'),
        },
      }),
    exports: { id: 'Name', name: 'Name', arn: '$id' },
  },
};
