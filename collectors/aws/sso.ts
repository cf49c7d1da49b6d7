import { defineCollector } from '../../src/model/collector.ts';

/** IAM Identity Center. */
export const sso = defineCollector({
  id: 'aws.sso',
  provider: 'aws',
  service: 'sso',
  title: 'IAM Identity Center',
  scope: 'regional',
  sdk: { load: () => import('@aws-sdk/client-sso-admin'), client: 'SSOAdminClient' },
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
  },
});
