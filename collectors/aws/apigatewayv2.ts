import { defineCollector } from '../../src/model/collector.ts';

/** API Gateway, HTTP and WebSocket. */
export const apigatewayv2 = defineCollector({
  id: 'aws.apigatewayv2',
  provider: 'aws',
  service: 'apigateway',
  title: 'API Gateway, HTTP and WebSocket',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-apigatewayv2'), client: 'ApiGatewayV2Client' },
  resources: {
    'AWS::ApiGatewayV2::Api': {
      kind: 'Gateway',
      label: 'HTTP API',
      list: [{ call: 'apigateway:GetApis', items: 'Items[]', permission: 'apigateway:GET' }],
      details: [
        { call: 'apigateway:GetRoutes', request: { ApiId: 'ApiId' }, paginate: 'Items', permission: 'apigateway:GET' },
        { call: 'apigateway:GetIntegrations', request: { ApiId: 'ApiId' }, paginate: 'Items', permission: 'apigateway:GET' },
        { call: 'apigateway:GetStages', request: { ApiId: 'ApiId' }, paginate: 'Items', permission: 'apigateway:GET' },
      ],
      id: 'arn:$partition:apigateway:$region::/apis/{ApiId}',
      aliases: ['ApiId', 'Name'],
      name: ['Name'],
      tags: 'Tags',
      recognise: ['ApiId', 'ProtocolType'],
      references: [{ path: 'GetIntegrations[].IntegrationUri', to: ['AWS::Lambda::Function'], edge: 'RoutesTo' }],
    },
    'AWS::ApiGatewayV2::DomainName': {
      kind: 'Gateway',
      label: 'custom domain name, with API mappings',
      list: [{ call: 'apigateway:GetDomainNames', items: 'Items[]', permission: 'apigateway:GET' }],
      details: [
        {
          call: 'apigateway:GetApiMappings',
          request: { DomainName: 'DomainName' },
          paginate: 'Items',
          permission: 'apigateway:GET',
          absent: ['NotFoundException'],
        },
      ],
      id: 'arn:$partition:apigateway:$region::/v2/domainnames/{DomainName}',
      aliases: ['DomainName'],
      name: ['DomainName'],
      tags: 'Tags',
      recognise: ['DomainName', 'DomainNameConfigurations'],
      references: [{ path: 'GetApiMappings[].ApiId', to: ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'], edge: 'RoutesTo' }],
    },
    'AWS::ApiGatewayV2::VpcLink': {
      kind: 'Gateway',
      label: 'VPC link',
      list: [{ call: 'apigateway:GetVpcLinks', items: 'Items[]', permission: 'apigateway:GET' }],
      id: 'arn:$partition:apigateway:$region::/vpclinks/{VpcLinkId}',
      aliases: ['VpcLinkId'],
      name: ['Name'],
      tags: 'Tags',
      recognise: ['VpcLinkId'],
      references: [
        { path: 'SubnetIds[]', to: ['AWS::EC2::Subnet'], edge: 'AttachedTo' },
        { path: 'SecurityGroupIds[]', to: ['AWS::EC2::SecurityGroup'], edge: 'Guards', reverse: true },
      ],
    },
  },
});
