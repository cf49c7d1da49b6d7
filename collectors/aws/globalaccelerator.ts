import { defineCollector } from '../../src/model/collector.ts';

/** Global Accelerator. "You must specify the US West (Oregon) Region to create, update, or otherwise work with accelerators" (API reference). */
export const globalaccelerator = defineCollector({
  id: 'aws.globalaccelerator',
  provider: 'aws',
  service: 'globalaccelerator',
  title: 'Global Accelerator',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-global-accelerator'), client: 'GlobalAcceleratorClient', options: { region: 'us-west-2' } },
  resources: {
    'AWS::GlobalAccelerator::Accelerator': {
      kind: 'Gateway',
      label: 'accelerator',
      list: [{ call: 'globalaccelerator:ListAccelerators', items: 'Accelerators[]' }],
      id: '{AcceleratorArn}',
      aliases: ['DnsName', 'Name'],
      name: ['Name'],
      recognise: ['AcceleratorArn'],
    },
    'AWS::GlobalAccelerator::Listener': {
      kind: 'Gateway',
      label: 'accelerator listener',
      list: [
        {
          call: 'globalaccelerator:ListListeners',
          items: 'Listeners[]',
          per: { type: 'AWS::GlobalAccelerator::Accelerator', request: { AcceleratorArn: 'AcceleratorArn' } },
        },
      ],
      id: '{ListenerArn}',
      recognise: ['ListenerArn', 'PortRanges'],
    },
    'AWS::GlobalAccelerator::EndpointGroup': {
      kind: 'Gateway',
      label: 'accelerator endpoint group',
      list: [
        {
          call: 'globalaccelerator:ListEndpointGroups',
          items: 'EndpointGroups[]',
          per: { type: 'AWS::GlobalAccelerator::Listener', request: { ListenerArn: 'ListenerArn' } },
        },
      ],
      id: '{EndpointGroupArn}',
      recognise: ['EndpointGroupArn'],
      references: [
        {
          path: 'EndpointDescriptions[].EndpointId',
          to: ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::EC2::Instance', 'AWS::EC2::EIP'],
          edge: 'RoutesTo',
        },
      ],
    },
  },
});
