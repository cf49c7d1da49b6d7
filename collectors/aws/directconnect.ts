import { defineCollector } from '../../src/model/collector.ts';

/** Direct Connect: private lines to networks on premises. */
export const directconnect = defineCollector({
  id: 'aws.directconnect',
  provider: 'aws',
  service: 'directconnect',
  title: 'Direct Connect',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-direct-connect'), client: 'DirectConnectClient' },
  resources: {
    'AWS::DirectConnect::DirectConnectGateway': {
      kind: 'Gateway',
      label: 'Direct Connect gateway',
      list: [{ call: 'directconnect:DescribeDirectConnectGateways', items: 'directConnectGateways[]' }],
      details: [
        {
          call: 'directconnect:DescribeDirectConnectGatewayAssociations',
          request: { directConnectGatewayId: 'directConnectGatewayId' },
          keep: 'directConnectGatewayAssociations',
        },
      ],
      id: 'arn:$partition:directconnect::$account:dx-gateway/{directConnectGatewayId}',
      owner: 'ownerAccount',
      aliases: ['directConnectGatewayId', 'directConnectGatewayName'],
      name: ['directConnectGatewayName'],
      recognise: ['directConnectGatewayId', 'directConnectGatewayName'],
      references: [
        {
          path: 'DescribeDirectConnectGatewayAssociations[].associatedGateway.id',
          to: ['AWS::EC2::VPNGateway', 'AWS::EC2::TransitGateway'],
          edge: 'AttachedTo',
        },
      ],
    },
    'AWS::DirectConnect::VirtualInterface': {
      kind: 'Gateway',
      label: 'Direct Connect virtual interface',
      list: [{ call: 'directconnect:DescribeVirtualInterfaces', items: 'virtualInterfaces[]' }],
      id: 'arn:$partition:directconnect:$region:$account:dxvif/{virtualInterfaceId}',
      owner: 'ownerAccount',
      aliases: ['virtualInterfaceId'],
      name: ['virtualInterfaceName'],
      tags: 'tags',
      recognise: ['virtualInterfaceId'],
      secrets: [{ path: 'authKey' }, { path: 'bgpPeers[].authKey' }, { path: 'customerRouterConfig' }],
      references: [
        { path: 'directConnectGatewayId', to: ['AWS::DirectConnect::DirectConnectGateway'], edge: 'AttachedTo' },
        { path: 'virtualGatewayId', to: ['AWS::EC2::VPNGateway'], edge: 'AttachedTo' },
      ],
    },
  },
});
