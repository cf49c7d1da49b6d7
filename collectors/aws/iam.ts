import { defineCollector } from '../../src/model/collector.ts';

const details = 'iam:GetAccountAuthorizationDetails';
/** What a principal's permissions were used for: a job for each principal, so it is asked for only with --last-accessed. */
const lastAccessed = {
  call: 'iam:GenerateServiceLastAccessedDetails',
  request: { Arn: 'Arn', Granularity: '=ACTION_LEVEL' },
  as: 'ServiceLastAccessed',
  keep: 'ServicesLastAccessed',
  job: { call: 'iam:GetServiceLastAccessedDetails', id: 'JobId', status: 'JobStatus', done: 'COMPLETED', failed: ['FAILED'] },
  option: 'last-accessed',
} as const;

/** The table of all users that the account makes for auditors: it tells who has a password and a second factor. */
const credentialReport = { type: 'AWS::IAM::CredentialReport', row: 'user', of: 'UserName' } as const;

/** Identity and Access Management: one answer holds users, groups, roles and policies with all their documents. */
export const iam = defineCollector({
  id: 'aws.iam',
  provider: 'aws',
  service: 'iam',
  title: 'Identity and Access Management',
  scope: 'global',
  sdk: { load: () => import('@aws-sdk/client-iam'), client: 'IAMClient' },
  resources: {
    'AWS::IAM::User': {
      kind: 'Principal',
      label: 'user',
      list: [{ call: details, items: 'UserDetailList[]' }],
      imports: [{ call: 'iam:ListUsers', items: 'Users[]' }],
      recognise: ['Arn', 'UserName'],
      details: [
        { call: 'iam:ListAccessKeys', request: { UserName: 'UserName' }, paginate: 'AccessKeyMetadata' },
        {
          call: 'iam:GetLoginProfile',
          request: { UserName: 'UserName' },
          keep: 'LoginProfile',
          absent: ['NoSuchEntity', 'NoSuchEntityException'],
          report: { ...credentialReport, column: 'password_enabled', absent: 'false' },
        },
        {
          call: 'iam:ListMFADevices',
          request: { UserName: 'UserName' },
          paginate: 'MFADevices',
          report: { ...credentialReport, column: 'mfa_active', absent: 'false' },
        },
        lastAccessed,
      ],
      id: '{Arn}',
      aliases: ['UserName', 'UserId'],
      documents: ['UserPolicyList[].PolicyDocument'],
      name: ['UserName'],
      references: [
        { path: 'GroupList[]', to: ['AWS::IAM::Group'], edge: 'MemberOf' },
        { path: 'AttachedManagedPolicies[].PolicyArn', edge: 'AttachedTo', reverse: true },
      ],
      properties: {
        userName: { type: 'string', means: 'name of the user', from: 'UserName' },
        groups: { type: 'string[]', means: 'names of the groups it is in', from: 'GroupList' },
        accessKeys: { type: 'object[]', means: 'its access keys: id, status, creation date', from: 'ListAccessKeys' },
        loginProfile: { type: 'object', means: 'there if the user has a console password', from: 'GetLoginProfile' },
        mfaDevices: { type: 'object[]', means: 'its second factors', from: 'ListMFADevices' },
      },
    },
    'AWS::IAM::AccessKey': {
      kind: 'Credential',
      label: 'access key',
      list: [{ call: 'iam:ListAccessKeys', items: 'AccessKeyMetadata[]', per: { type: 'AWS::IAM::User', request: { UserName: 'UserName' } } }],
      details: [{ call: 'iam:GetAccessKeyLastUsed', request: { AccessKeyId: 'AccessKeyId' }, keep: 'AccessKeyLastUsed' }],
      id: 'arn:$partition:iam::$account:access-key/{AccessKeyId}',
      aliases: ['AccessKeyId'],
      name: ['AccessKeyId'],
      references: [{ path: 'UserName', to: ['AWS::IAM::User'], edge: 'RefersTo' }],
      recognise: ['AccessKeyId', 'UserName'],
      properties: {
        status: { type: 'string', means: 'Active or Inactive', from: 'Status' },
        lastUsed: { type: 'date', means: 'when it was last used', from: 'GetAccessKeyLastUsed.LastUsedDate' },
      },
    },
    'AWS::IAM::Group': {
      kind: 'Group',
      label: 'group',
      list: [{ call: details, items: 'GroupDetailList[]' }],
      imports: [{ call: 'iam:ListGroups', items: 'Groups[]' }],
      recognise: ['Arn', 'GroupName'],
      id: '{Arn}',
      aliases: ['GroupName', 'GroupId'],
      documents: ['GroupPolicyList[].PolicyDocument'],
      name: ['GroupName'],
      references: [{ path: 'AttachedManagedPolicies[].PolicyArn', edge: 'AttachedTo', reverse: true }],
      properties: { groupName: { type: 'string', means: 'name of the group', from: 'GroupName' } },
    },
    'AWS::IAM::Role': {
      kind: 'Principal',
      label: 'role',
      list: [{ call: details, items: 'RoleDetailList[]' }],
      imports: [{ call: 'iam:ListRoles', items: 'Roles[]' }],
      recognise: ['Arn', 'RoleName'],
      details: [lastAccessed],
      id: '{Arn}',
      aliases: ['RoleName', 'RoleId'],
      documents: ['AssumeRolePolicyDocument', 'RolePolicyList[].PolicyDocument', 'InstanceProfileList[].Roles[].AssumeRolePolicyDocument'],
      name: ['RoleName'],
      references: [{ path: 'AttachedManagedPolicies[].PolicyArn', edge: 'AttachedTo', reverse: true }],
      properties: {
        roleName: { type: 'string', means: 'name of the role', from: 'RoleName' },
        trust: { type: 'object', means: 'who may assume it', from: 'AssumeRolePolicyDocument' },
        boundary: { type: 'string', means: 'ARN of the permissions boundary', from: 'PermissionsBoundary.PermissionsBoundaryArn' },
        lastUsed: { type: 'date', means: 'when it was last used', from: 'RoleLastUsed.LastUsedDate' },
      },
    },
    'AWS::IAM::ManagedPolicy': {
      kind: 'Policy',
      label: 'managed policy',
      list: [{ call: details, items: 'Policies[]' }],
      id: '{Arn}',
      aliases: ['PolicyName', 'PolicyId'],
      documents: ['PolicyVersionList[].Document'],
      name: ['PolicyName'],
      recognise: ['Arn', 'PolicyName'],
      unused: { idPrefix: 'arn:aws:iam::aws:policy/', paths: ['AttachmentCount', 'PermissionsBoundaryUsageCount'] },
      properties: { attachments: { type: 'number', means: 'how many principals it is attached to', from: 'AttachmentCount' } },
    },
    'AWS::IAM::InstanceProfile': {
      kind: 'Policy',
      label: 'instance profile',
      list: [{ call: 'iam:ListInstanceProfiles', items: 'InstanceProfiles[]' }],
      id: '{Arn}',
      aliases: ['InstanceProfileName', 'InstanceProfileId'],
      documents: ['Roles[].AssumeRolePolicyDocument'],
      name: ['InstanceProfileName'],
      references: [{ path: 'Roles[].Arn', edge: 'UsesIdentity' }],
    },
    'AWS::IAM::OIDCProvider': {
      kind: 'Federated',
      label: 'OIDC identity provider',
      list: [{ call: 'iam:ListOpenIDConnectProviders', items: 'OpenIDConnectProviderList[]' }],
      details: [{ call: 'iam:GetOpenIDConnectProvider', request: { OpenIDConnectProviderArn: 'Arn' }, recognise: ['ClientIDList', 'ThumbprintList'] }],
      id: '{Arn}',
    },
    'AWS::IAM::SAMLProvider': {
      kind: 'Federated',
      label: 'SAML identity provider',
      list: [{ call: 'iam:ListSAMLProviders', items: 'SAMLProviderList[]' }],
      // Its metadata name whose users it stands for.
      details: [{ call: 'iam:GetSAMLProvider', request: { SAMLProviderArn: 'Arn' }, recognise: ['SAMLMetadataDocument'] }],
      id: '{Arn}',
    },
    'AWS::IAM::ServerCertificate': {
      kind: 'Credential',
      label: 'server certificate',
      list: [{ call: 'iam:ListServerCertificates', items: 'ServerCertificateMetadataList[]' }],
      id: '{Arn}',
      aliases: ['ServerCertificateName', 'ServerCertificateId'],
      name: ['ServerCertificateName'],
      properties: { expiration: { type: 'date', means: 'when it runs out', from: 'Expiration' } },
    },
    'AWS::IAM::AccountSummary': {
      kind: 'Monitor',
      label: 'account summary',
      list: [{ call: 'iam:GetAccountSummary', items: '' }],
      details: [
        {
          call: 'iam:GetAccountPasswordPolicy',
          request: {},
          keep: 'PasswordPolicy',
          absent: ['NoSuchEntity', 'NoSuchEntityException'],
        },
        // Answered in the management account, and in that of IAM's delegated administrator, alone.
        {
          call: 'iam:ListOrganizationsFeatures',
          request: {},
          absent: [
            'AccountNotManagementOrDelegatedAdministratorException',
            'AccountNotManagementOrDelegatedAdministrator',
            'OrganizationNotFoundException',
            'OrganizationNotFound',
            'OrganizationNotInAllFeaturesModeException',
            'OrganizationNotInAllFeaturesMode',
            'ServiceAccessNotEnabledException',
            'ServiceAccessNotEnabled',
          ],
          recognise: ['EnabledFeatures'],
        },
      ],
      id: 'arn:$partition:iam::$account:account-summary',
      recognise: ['SummaryMap'],
      properties: {
        rootKeys: { type: 'number', means: 'access keys of the root user', from: 'SummaryMap.AccountAccessKeysPresent' },
        rootMfa: { type: 'number', means: '1 if the root user has a second factor', from: 'SummaryMap.AccountMFAEnabled' },
      },
    },
    'AWS::IAM::CredentialReport': {
      kind: 'Monitor',
      label: 'credential report',
      list: [
        {
          call: 'iam:GetCredentialReport',
          items: '',
          absent: [
            'ReportNotPresent',
            'CredentialReportNotPresentException',
            'ReportExpired',
            'CredentialReportExpiredException',
            'CredentialReportNotReadyException',
          ],
        },
      ],
      id: 'arn:$partition:iam::$account:credential-report',
      recognise: ['Content', 'GeneratedTime'],
    },
  },
});
