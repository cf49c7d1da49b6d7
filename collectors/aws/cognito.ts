import { defineCollector } from '../../src/model/collector.ts';

/** Cognito identity pools. */
export const cognito = defineCollector({
  id: 'aws.cognito-identity',
  provider: 'aws',
  service: 'cognito-identity',
  title: 'Cognito identity pools',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-cognito-identity'), client: 'CognitoIdentityClient' },
  resources: {
    'AWS::Cognito::IdentityPool': {
      kind: 'Federated',
      label: 'identity pool',
      list: [{ call: 'cognito-identity:ListIdentityPools', items: 'IdentityPools[]', request: { MaxResults: 60 } }],
      details: [
        {
          call: 'cognito-identity:DescribeIdentityPool',
          request: { IdentityPoolId: 'IdentityPoolId' },
          keep: '',
          merge: true,
          recognise: ['AllowUnauthenticatedIdentities'],
        },
        { call: 'cognito-identity:GetIdentityPoolRoles', request: { IdentityPoolId: 'IdentityPoolId' }, recognise: ['Roles', 'RoleMappings'] },
      ],
      id: 'arn:$partition:cognito-identity:$region:$account:identitypool/{IdentityPoolId}',
      aliases: ['IdentityPoolId', 'IdentityPoolName'],
      name: ['IdentityPoolName'],
      tags: 'IdentityPoolTags',
      recognise: ['IdentityPoolId', 'IdentityPoolName'],
      references: [
        { path: 'GetIdentityPoolRoles.Roles.unauthenticated', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
        { path: 'GetIdentityPoolRoles.Roles.authenticated', to: ['AWS::IAM::Role'], edge: 'UsesIdentity' },
      ],
    },
  },
});
