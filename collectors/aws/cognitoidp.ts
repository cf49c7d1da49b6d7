import { defineCollector } from '../../src/model/collector.ts';

/** Cognito user pools: who may sign up by himself. */
export const cognitoidp = defineCollector({
  id: 'aws.cognito-idp',
  provider: 'aws',
  service: 'cognito-idp',
  title: 'Cognito user pools',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-cognito-identity-provider'), client: 'CognitoIdentityProviderClient' },
  resources: {
    'AWS::Cognito::UserPool': {
      kind: 'Credential',
      label: 'user pool',
      list: [{ call: 'cognito-idp:ListUserPools', items: 'UserPools[]', request: { MaxResults: 60 } }],
      details: [{ call: 'cognito-idp:DescribeUserPool', request: { UserPoolId: 'Id' }, keep: 'UserPool', merge: true }],
      id: 'arn:$partition:cognito-idp:$region:$account:userpool/{Id}',
      aliases: ['Id', 'Name'],
      name: ['Name'],
      tags: 'UserPoolTags',
      recognise: ['Id', 'Name', 'LambdaConfig'],
    },
  },
});
