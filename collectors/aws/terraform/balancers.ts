import type { TerraformTable } from '../../../src/model/terraform.ts';
import { compact } from './shape.ts';

/** Load balancers of version 2. */
export const balancerTerraform: TerraformTable = {
  aws_lb: {
    record: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    config: (v) =>
      compact({
        LoadBalancerArn:
          v.text('arn') ??
          `arn:aws:elasticloadbalancing:${v.region}:${v.account}:loadbalancer/${v.text('load_balancer_type') === 'network' ? 'net' : 'app'}/${v.text('name') ?? v.address}/planned`,
        LoadBalancerName: v.text('name') ?? v.address,
        DNSName: v.text('dns_name'),
        Scheme: v.flag('internal') === true ? 'internal' : 'internet-facing',
        Type: v.text('load_balancer_type') ?? 'application',
        State: { Code: 'active' },
        SecurityGroups: v.texts('security_groups'),
        AvailabilityZones: v.texts('subnets').map((SubnetId) => ({ SubnetId })),
      }),
    exports: { id: '$id', arn: '$id' },
  },
  aws_lb_target_group: {
    record: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    config: (v) =>
      compact({
        TargetGroupArn: v.text('arn') ?? `arn:aws:elasticloadbalancing:${v.region}:${v.account}:targetgroup/${v.text('name') ?? v.address}/planned`,
        TargetGroupName: v.text('name') ?? v.address,
        Protocol: v.text('protocol'),
        Port: v.number('port'),
        VpcId: v.text('vpc_id'),
        TargetType: v.text('target_type') ?? 'instance',
        DescribeTargetHealth: [],
      }),
    exports: { id: '$id', arn: '$id' },
  },
  aws_lb_target_group_attachment: {
    into: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    parent: (v) => v.text('target_group_arn'),
    parts: (v) => [
      {
        add: 'DescribeTargetHealth',
        value: { Target: compact({ Id: v.text('target_id'), Port: v.number('port') }), TargetHealth: { State: 'healthy' } },
        call: 'elasticloadbalancing:DescribeTargetHealth',
      },
    ],
  },
  aws_lb_listener: {
    record: 'AWS::ElasticLoadBalancingV2::Listener',
    config: (v) =>
      compact({
        ListenerArn: v.text('arn') ?? `${(v.text('load_balancer_arn') ?? '').replace(':loadbalancer/', ':listener/')}/${v.address}`,
        LoadBalancerArn: v.text('load_balancer_arn'),
        Port: v.number('port'),
        Protocol: v.text('protocol') ?? 'HTTP',
        DefaultActions: v.blocks('default_action').map((each) => compact({ Type: each.text('type'), TargetGroupArn: each.text('target_group_arn') })),
        DescribeRules: [],
      }),
    exports: { id: '$id', arn: '$id' },
  },
};
