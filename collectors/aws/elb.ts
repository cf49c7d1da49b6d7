import { defineCollector } from '../../src/model/collector.ts';

/** Elastic Load Balancing, classic. */
export const elb = defineCollector({
  id: 'aws.elb',
  provider: 'aws',
  service: 'elasticloadbalancing',
  title: 'Elastic Load Balancing, classic',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-elastic-load-balancing'), client: 'ElasticLoadBalancingClient' },
  resources: {
    'AWS::ElasticLoadBalancing::LoadBalancer': {
      kind: 'Gateway',
      label: 'classic load balancer',
      list: [{ call: 'elasticloadbalancing:DescribeLoadBalancers', items: 'LoadBalancerDescriptions[]' }],
      details: [
        { call: 'elasticloadbalancing:DescribeLoadBalancerAttributes', request: { LoadBalancerName: 'LoadBalancerName' }, keep: 'LoadBalancerAttributes' },
      ],
      id: 'arn:$partition:elasticloadbalancing:$region:$account:loadbalancer/{LoadBalancerName}',
      aliases: ['LoadBalancerName', 'DNSName'],
      name: ['LoadBalancerName'],
      references: [
        { path: 'VPCId', to: ['AWS::EC2::VPC'], edge: 'Contains', reverse: true },
        { path: 'SecurityGroups[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
        { path: 'Instances[].InstanceId', to: ['AWS::EC2::Instance'], edge: 'RoutesTo' },
      ],
    },
  },
});
