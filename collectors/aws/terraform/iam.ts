import { isArray, type JsonObject, textAt } from '../../../src/model/json.ts';
import type { TerraformAttachment, TerraformTable, TerraformValues } from '../../../src/model/terraform.ts';

const arn = (v: TerraformValues, kind: string, name: string | undefined): string =>
  v.text('arn') ?? `arn:aws:iam::${v.account}:${kind}${v.text('path') ?? '/'}${name ?? v.address}`;
const boundary = (v: TerraformValues): JsonObject => {
  const policy = v.text('permissions_boundary');
  return policy === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: policy } };
};
const attached = (policy: string): JsonObject => ({ PolicyArn: policy, PolicyName: policy.split('/').at(-1) ?? policy });

const inline = (type: string, owner: string, list: string): TerraformAttachment => ({
  into: type,
  parent: (v) => v.text(owner),
  parts: (v) => {
    const document = v.document('policy');
    // Without its document a policy counts as not read, so the principal's rights as not known.
    return [{ add: list, value: { PolicyName: v.identity('name'), ...(document === undefined ? {} : { PolicyDocument: document }) } }];
  },
});
const attachment = (type: string, owner: string): TerraformAttachment => ({
  into: type,
  parent: (v) => v.text(owner),
  parts: (v) => {
    const policy = v.text('policy_arn');
    return policy === undefined ? [] : [{ add: 'AttachedManagedPolicies', value: attached(policy) }];
  },
});

const profile = (v: TerraformValues): JsonObject => ({
  InstanceProfileName: v.identity('name'),
  InstanceProfileId: v.identity('unique_id'),
  Arn: arn(v, 'instance-profile', v.text('name')),
});
const accessKey = (v: TerraformValues): JsonObject => ({ UserName: v.text('user'), AccessKeyId: v.identity('id'), Status: v.text('status') ?? 'Active' });

/** Identity and Access Management. */
export const iamTerraform: TerraformTable = {
  aws_iam_user: {
    record: 'AWS::IAM::User',
    config: (v) => ({
      UserName: v.identity('name'),
      UserId: v.identity('unique_id'),
      Arn: arn(v, 'user', v.text('name')),
      Path: v.text('path') ?? '/',
      Tags: v.tags(),
      ...boundary(v),
    }),
    exports: { id: 'UserName', name: 'UserName', arn: '$id' },
  },
  aws_iam_group: {
    record: 'AWS::IAM::Group',
    config: (v) => ({ GroupName: v.identity('name'), GroupId: v.identity('unique_id'), Arn: arn(v, 'group', v.text('name')) }),
    exports: { id: 'GroupName', name: 'GroupName', arn: '$id' },
  },
  aws_iam_role: {
    record: 'AWS::IAM::Role',
    config: (v) => {
      const trust = v.document('assume_role_policy');
      const managed = v.texts('managed_policy_arns');
      const policies = v.blocks('inline_policy').filter((each) => each.text('name') !== undefined);
      return {
        RoleName: v.identity('name'),
        RoleId: v.identity('unique_id'),
        Arn: arn(v, 'role', v.text('name')),
        Path: v.text('path') ?? '/',
        ...(trust === undefined ? {} : { AssumeRolePolicyDocument: trust }),
        ...(policies.length === 0
          ? {}
          : { RolePolicyList: policies.map((each) => ({ PolicyName: each.identity('name'), PolicyDocument: each.document('policy') })) }),
        ...(managed.length === 0 ? {} : { AttachedManagedPolicies: managed.map(attached) }),
        Tags: v.tags(),
        ...boundary(v),
      };
    },
    exports: { id: 'RoleName', name: 'RoleName', arn: '$id' },
  },
  aws_iam_policy: {
    record: 'AWS::IAM::ManagedPolicy',
    config: (v) => {
      const document = v.document('policy');
      return {
        PolicyName: v.identity('name'),
        PolicyId: v.identity('policy_id'),
        Arn: arn(v, 'policy', v.text('name')),
        DefaultVersionId: 'v1',
        IsAttachable: true,
        Tags: v.tags(),
        PolicyVersionList: document === undefined ? [] : [{ VersionId: 'v1', IsDefaultVersion: true, Document: document }],
      };
    },
    exports: { id: '$id', arn: '$id', name: 'PolicyName' },
  },
  aws_iam_user_policy: inline('AWS::IAM::User', 'user', 'UserPolicyList'),
  aws_iam_group_policy: inline('AWS::IAM::Group', 'group', 'GroupPolicyList'),
  aws_iam_role_policy: inline('AWS::IAM::Role', 'role', 'RolePolicyList'),
  aws_iam_user_policy_attachment: attachment('AWS::IAM::User', 'user'),
  aws_iam_group_policy_attachment: attachment('AWS::IAM::Group', 'group'),
  aws_iam_role_policy_attachment: attachment('AWS::IAM::Role', 'role'),
  aws_iam_group_membership: {
    into: 'AWS::IAM::User',
    parent: (v) => v.texts('users'),
    parts: (v) => [{ add: 'GroupList', value: v.identity('group') }],
  },
  aws_iam_policy_attachment: [
    { ...attachment('AWS::IAM::User', 'users'), parent: (v) => v.texts('users') },
    { ...attachment('AWS::IAM::Group', 'groups'), parent: (v) => v.texts('groups') },
    { ...attachment('AWS::IAM::Role', 'roles'), parent: (v) => v.texts('roles') },
  ],
  aws_iam_user_group_membership: {
    into: 'AWS::IAM::User',
    parent: (v) => v.text('user'),
    parts: (v) => v.texts('groups').map((group) => ({ add: 'GroupList', value: group })),
  },
  aws_iam_instance_profile: [
    {
      record: 'AWS::IAM::InstanceProfile',
      config: (v) => {
        const role = v.text('role');
        return { ...profile(v), Roles: role === undefined ? [] : [{ RoleName: role, Arn: `arn:aws:iam::${v.account}:role/${role}` }] };
      },
      exports: { id: 'InstanceProfileName', name: 'InstanceProfileName', arn: '$id' },
      // A plan names the role; its path stands in its own record.
      settle: (config, v, find) => {
        const role = v.text('role');
        const arn = role === undefined ? undefined : find('AWS::IAM::Role', role)?.['Arn'];
        const known = isArray(config['Roles']) && config['Roles'].some((each) => textAt(each, 'Arn') === arn);
        return role === undefined || arn === undefined || known ? config : { ...config, Roles: [{ RoleName: role, Arn: arn }] };
      },
    },
    { into: 'AWS::IAM::Role', parent: (v) => v.text('role'), parts: (v) => [{ add: 'InstanceProfileList', value: profile(v) }] },
  ],
  aws_iam_access_key: [
    { record: 'AWS::IAM::AccessKey', config: accessKey },
    { into: 'AWS::IAM::User', parent: (v) => v.text('user'), parts: (v) => [{ add: 'ListAccessKeys', value: accessKey(v), call: 'iam:ListAccessKeys' }] },
  ],
  aws_iam_user_login_profile: {
    into: 'AWS::IAM::User',
    parent: (v) => v.text('user'),
    parts: (v) => [
      {
        set: 'GetLoginProfile',
        value: { UserName: v.text('user'), PasswordResetRequired: v.flag('password_reset_required') ?? false },
        call: 'iam:GetLoginProfile',
      },
    ],
  },
  aws_iam_openid_connect_provider: {
    record: 'AWS::IAM::OIDCProvider',
    config: (v) => {
      const host = (v.text('url') ?? v.address).replace(/^https:\/\//, '');
      return {
        Arn: v.text('arn') ?? `arn:aws:iam::${v.account}:oidc-provider/${host}`,
        GetOpenIDConnectProvider: { Url: host, ClientIDList: v.texts('client_id_list'), ThumbprintList: v.texts('thumbprint_list') },
      };
    },
    exports: { id: '$id', arn: '$id' },
  },
  aws_iam_saml_provider: {
    record: 'AWS::IAM::SAMLProvider',
    config: (v) => ({ Arn: v.text('arn') ?? `arn:aws:iam::${v.account}:saml-provider/${v.identity('name')}` }),
    exports: { id: '$id', arn: '$id' },
  },
};
