import { defineCollector } from '../../src/model/collector.ts';

const store = { type: 'AWS::SSO::Instance', request: { IdentityStoreId: 'IdentityStoreId' } } as const;

/** IAM Identity Center: permission sets, who is assigned them where, and the people and groups of its identity store. */
export const sso = defineCollector({
  id: 'aws.sso',
  provider: 'aws',
  service: 'sso',
  title: 'IAM Identity Center',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-sso-admin'), client: 'SSOAdminClient' },
  more: [{ load: () => import('@aws-sdk/client-identitystore'), client: 'IdentitystoreClient' }],
  resources: {
    'AWS::SSO::Instance': {
      kind: 'Federated',
      label: 'Identity Center instance',
      list: [{ call: 'sso:ListInstances', items: 'Instances[]' }],
      id: '{InstanceArn}',
      aliases: ['IdentityStoreId'],
      recognise: ['InstanceArn', 'IdentityStoreId'],
    },
    'AWS::SSO::PermissionSet': {
      kind: 'Policy',
      label: 'permission set',
      list: [{ call: 'sso:ListPermissionSets', items: 'PermissionSets[]', per: { type: 'AWS::SSO::Instance', request: { InstanceArn: 'InstanceArn' } } }],
      details: [
        { call: 'sso:DescribePermissionSet', request: { InstanceArn: 'InstanceArn', PermissionSetArn: 'Arn' }, keep: 'PermissionSet', merge: true },
        {
          call: 'sso:ListManagedPoliciesInPermissionSet',
          request: { InstanceArn: 'InstanceArn', PermissionSetArn: 'Arn' },
          paginate: 'AttachedManagedPolicies',
        },
        { call: 'sso:GetInlinePolicyForPermissionSet', request: { InstanceArn: 'InstanceArn', PermissionSetArn: 'Arn' }, keep: 'InlinePolicy' },
        { call: 'sso:ListAccountsForProvisionedPermissionSet', request: { InstanceArn: 'InstanceArn', PermissionSetArn: 'Arn' }, paginate: 'AccountIds' },
      ],
      id: '{Arn}',
      name: ['Name'],
      documents: ['GetInlinePolicyForPermissionSet'],
      recognise: ['PermissionSetArn'],
      references: [{ path: 'InstanceArn', edge: 'Contains', reverse: true }],
    },
    'AWS::SSO::Assignment': {
      kind: 'Policy',
      label: 'assignment of a permission set',
      list: [
        {
          call: 'sso:ListAccountAssignments',
          items: 'AccountAssignments[]',
          per: {
            type: 'AWS::SSO::PermissionSet',
            request: { InstanceArn: 'InstanceArn', PermissionSetArn: 'Arn', AccountId: 'ListAccountsForProvisionedPermissionSet[]' },
          },
        },
      ],
      id: '{PermissionSetArn}/{AccountId}/{PrincipalType}/{PrincipalId}',
      name: ['AccountId'],
      recognise: ['PermissionSetArn', 'PrincipalType', 'PrincipalId'],
      references: [
        { path: 'PermissionSetArn', edge: 'RefersTo' },
        { path: 'PrincipalId', to: ['AWS::IdentityStore::User', 'AWS::IdentityStore::Group'], edge: 'AttachedTo' },
      ],
    },
    'AWS::IdentityStore::User': {
      kind: 'Principal',
      label: 'user of Identity Center',
      list: [{ call: 'identitystore:ListUsers', items: 'Users[]', per: store }],
      id: 'arn:$partition:identitystore:::user/{UserId}',
      aliases: ['UserId', 'UserName'],
      name: ['UserName', 'DisplayName'],
      recognise: ['UserId', 'IdentityStoreId'],
    },
    'AWS::IdentityStore::Group': {
      kind: 'Group',
      label: 'group of Identity Center',
      list: [{ call: 'identitystore:ListGroups', items: 'Groups[]', per: store }],
      details: [
        { call: 'identitystore:ListGroupMemberships', request: { IdentityStoreId: 'IdentityStoreId', GroupId: 'GroupId' }, paginate: 'GroupMemberships' },
      ],
      id: 'arn:$partition:identitystore:::group/{GroupId}',
      aliases: ['GroupId', 'DisplayName'],
      name: ['DisplayName'],
      recognise: ['GroupId', 'IdentityStoreId'],
      references: [{ path: 'ListGroupMemberships[].MemberId.UserId', to: ['AWS::IdentityStore::User'], edge: 'MemberOf', reverse: true }],
    },
  },
});
