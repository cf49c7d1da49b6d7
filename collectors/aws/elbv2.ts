import { defineCollector } from '../../src/model/collector.ts';

/** Elastic Load Balancing v2. */
export const elbv2 = defineCollector({
  id: 'aws.elbv2',
  provider: 'aws',
  service: 'elasticloadbalancing',
  title: 'Elastic Load Balancing v2',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-elastic-load-balancing-v2'), client: 'ElasticLoadBalancingV2Client' },
  resources: {
    'AWS::ElasticLoadBalancingV2::LoadBalancer': {
      kind: 'Gateway',
      label: 'load balancer',
      list: [{ call: 'elasticloadbalancing:DescribeLoadBalancers', items: 'LoadBalancers[]' }],
      details: [{ call: 'elasticloadbalancing:DescribeLoadBalancerAttributes', request: { LoadBalancerArn: 'LoadBalancerArn' }, keep: 'Attributes' }],
      id: '{LoadBalancerArn}',
      aliases: ['LoadBalancerName', 'DNSName'],
      name: ['LoadBalancerName'],
      recognise: ['LoadBalancerArn'],
      references: [
        { path: 'VpcId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'SecurityGroups[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'AvailabilityZones[].SubnetId', to: ['AWS::EC2::Subnet'], edge: 'AttachedTo' },
      ],
    },
    'AWS::ElasticLoadBalancingV2::Listener': {
      kind: 'Gateway',
      label: 'listener',
      list: [
        {
          call: 'elasticloadbalancing:DescribeListeners',
          items: 'Listeners[]',
          per: { type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', request: { LoadBalancerArn: 'LoadBalancerArn' } },
        },
      ],
      details: [{ call: 'elasticloadbalancing:DescribeRules', request: { ListenerArn: 'ListenerArn' }, paginate: 'Rules' }],
      id: '{ListenerArn}',
      recognise: ['ListenerArn', 'LoadBalancerArn'],
      references: [
        { path: 'LoadBalancerArn', edge: 'RoutesTo', reverse: true },
        { path: 'DefaultActions[].TargetGroupArn', edge: 'RoutesTo' },
        { path: 'DefaultActions[].ForwardConfig.TargetGroups[].TargetGroupArn', edge: 'RoutesTo' },
        { path: 'DescribeRules[].Actions[].TargetGroupArn', edge: 'RoutesTo' },
      ],
    },
    'AWS::ElasticLoadBalancingV2::TargetGroup': {
      kind: 'Gateway',
      label: 'target group',
      list: [{ call: 'elasticloadbalancing:DescribeTargetGroups', items: 'TargetGroups[]' }],
      details: [
        { call: 'elasticloadbalancing:DescribeTargetHealth', request: { TargetGroupArn: 'TargetGroupArn' }, keep: 'TargetHealthDescriptions' },
        {
          call: 'elasticloadbalancing:DescribeTargetGroupAttributes',
          request: { TargetGroupArn: 'TargetGroupArn' },
          keep: 'Attributes',
          as: 'DescribeTargetGroupAttributes',
          recognise: ['Attributes'],
        },
      ],
      id: '{TargetGroupArn}',
      aliases: ['TargetGroupName'],
      name: ['TargetGroupName'],
      recognise: ['TargetGroupArn', 'TargetGroupName'],
      references: [{ path: 'DescribeTargetHealth[].Target.Id', to: ['AWS::EC2::Instance', 'AWS::Lambda::Function'], edge: 'RoutesTo' }],
    },
  },
});
