import { defineCollector } from '../../src/model/collector.ts';

/** API Gateway, REST. */
export const apigateway = defineCollector({
  id: 'aws.apigateway',
  provider: 'aws',
  service: 'apigateway',
  title: 'API Gateway, REST',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-api-gateway'), client: 'APIGatewayClient' },
  resources: {
    'AWS::ApiGateway::RestApi': {
      kind: 'Gateway',
      label: 'REST API',
      list: [{ call: 'apigateway:GetRestApis', items: 'items[]', permission: 'apigateway:GET' }],
      details: [
        {
          call: 'apigateway:GetResources',
          request: { restApiId: 'id', embed: '=["methods"]' },
          paginate: 'items',
          permission: 'apigateway:GET',
          as: 'GetResources',
        },
        { call: 'apigateway:GetStages', request: { restApiId: 'id' }, keep: 'item', permission: 'apigateway:GET' },
        { call: 'apigateway:GetAuthorizers', request: { restApiId: 'id' }, paginate: 'items', permission: 'apigateway:GET' },
      ],
      id: 'arn:$partition:apigateway:$region::/restapis/{id}',
      aliases: ['id', 'name'],
      name: ['name'],
      tags: 'tags',
      documents: ['policy'],
      recognise: ['id', 'endpointConfiguration'],
    },
    'AWS::ApiGateway::DomainName': {
      kind: 'Gateway',
      label: 'custom domain name',
      list: [{ call: 'apigateway:GetDomainNames', items: 'items[]', permission: 'apigateway:GET' }],
      details: [
        {
          call: 'apigateway:GetBasePathMappings',
          request: { domainName: 'domainName' },
          paginate: 'items',
          permission: 'apigateway:GET',
          as: 'GetBasePathMappings',
          // Of a private name, which an id tells apart, or of one that has none.
          absent: ['NotFoundException'],
        },
      ],
      id: 'arn:$partition:apigateway:$region::/domainnames/{domainName}',
      aliases: ['domainName'],
      name: ['domainName'],
      tags: 'tags',
      documents: ['policy'],
      recognise: ['domainName', 'endpointConfiguration'],
      references: [{ path: 'GetBasePathMappings[].restApiId', to: ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'], edge: 'RoutesTo' }],
    },
    'AWS::ApiGateway::VpcLink': {
      kind: 'Gateway',
      label: 'VPC link',
      list: [{ call: 'apigateway:GetVpcLinks', items: 'items[]', permission: 'apigateway:GET' }],
      id: 'arn:$partition:apigateway:$region::/vpclinks/{id}',
      aliases: ['id'],
      name: ['name'],
      tags: 'tags',
      recognise: ['id', 'targetArns'],
      references: [{ path: 'targetArns[]', edge: 'RoutesTo' }],
    },
  },
});
