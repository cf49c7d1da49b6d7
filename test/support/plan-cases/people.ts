import type { SnapshotRecord } from '../../../src/model/record.ts';
import { account, role, roleArn, trusts, user, userArn } from '../estate.ts';
import { functionArn, lambda, make, type PlanCase } from './case.ts';

const assignmentArn = 'arn:aws:sso:::permissionSet/ssoins-1/ps-1';
const reserved = roleArn('aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admins_0123456789abcdef');
const storeUser = 'arn:aws:identitystore:::user/u-1';
const storeGroup = 'arn:aws:identitystore:::group/g-1';
const store = { IdentityStoreId: 'd-1', InstanceArn: 'arn:aws:sso:::instance/ssoins-1' };
const identityCenter: readonly SnapshotRecord[] = [
  make('AWS::SSO::Instance', 'arn:aws:sso:::instance/ssoins-1', store, ['sso:ListInstances']),
  make(
    'AWS::SSO::PermissionSet',
    assignmentArn,
    { PermissionSetArn: assignmentArn, Arn: assignmentArn, Name: 'Admins', InstanceArn: 'arn:aws:sso:::instance/ssoins-1' },
    ['sso:ListPermissionSets'],
  ),
  make(
    'AWS::SSO::Assignment',
    `${assignmentArn}/${account}/GROUP/g-1`,
    { PermissionSetArn: assignmentArn, AccountId: account, PrincipalType: 'GROUP', PrincipalId: 'g-1' },
    ['sso:ListAccountAssignments'],
  ),
  make('AWS::IdentityStore::User', storeUser, { UserId: 'u-1', UserName: 'jo', IdentityStoreId: 'd-1' }, ['identitystore:ListUsers']),
  make(
    'AWS::IdentityStore::Group',
    storeGroup,
    {
      GroupId: 'g-1',
      DisplayName: 'staff',
      IdentityStoreId: 'd-1',
      ListGroupMemberships: [{ IdentityStoreId: 'd-1', MembershipId: 'm-1', GroupId: 'g-1', MemberId: { UserId: 'u-1' } }],
    },
    ['identitystore:ListGroups', 'identitystore:ListGroupMemberships'],
  ),
  {
    ...role('x', trusts({ Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_1` })),
    id: reserved,
    config: {
      ...role('x', {}).config,
      Arn: reserved,
      RoleName: 'AWSReservedSSO_Admins_0123456789abcdef',
      Path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
      AssumeRolePolicyDocument: trusts({ Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_1` }),
    },
  },
];

export const settingsOfPeople: readonly PlanCase[] = [
  {
    name: 'a password without a second factor',
    records: [user('u', [], { GetLoginProfile: { UserName: 'u' }, ListMFADevices: [], PasswordLastUsed: '2026-01-02T03:04:05Z' })],
    from: `phished:${userArn('u')}`,
    to: userArn('u'),
    technique: 'aws.phished-password',
    changes: [
      {
        title: /^register a second factor for u$/,
        cli: /^aws iam create-virtual-mfa-device --virtual-mfa-device-name u .*\n# CODE1.*\naws iam enable-mfa-device --user-name u --serial-number arn:aws:iam::111122223333:mfa\/u --authentication-code1 CODE1 --authentication-code2 CODE2$/,
        terraform: /aws_iam_virtual_mfa_device/,
        effort: 'medium',
        takes: /^nothing$/,
      },
      {
        title: /^take the console password away from u$/,
        cli: /^aws iam delete-login-profile --user-name u$/,
        terraform: /aws_iam_user_login_profile/,
        effort: 'low',
        takes: /^the console of u, last used 2026-01-02$/,
      },
    ],
  },
  {
    name: 'an access key that lies in a function',
    records: [
      user('u', [], { ListAccessKeys: [{ AccessKeyId: 'AKIAABCDEFGHIJKLMNOP', Status: 'Active', UserName: 'u' }] }),
      make(
        'AWS::IAM::AccessKey',
        `arn:aws:iam::${account}:access-key/AKIAABCDEFGHIJKLMNOP`,
        { AccessKeyId: 'AKIAABCDEFGHIJKLMNOP', UserName: 'u', Status: 'Active', GetAccessKeyLastUsed: { LastUsedDate: '2026-05-06T00:00:00Z' } },
        ['iam:ListAccessKeys', 'iam:GetAccessKeyLastUsed'],
        'global',
      ),
      lambda({ Environment: { Variables: { KEY: { redacted: 'x', ids: ['AKIAABCDEFGHIJKLMNOP'] } } } }),
      role('r', trusts({ Service: 'lambda.amazonaws.com' })),
    ],
    from: functionArn,
    to: userArn('u'),
    technique: 'aws.leaked-access-key',
    changes: [
      {
        title: /^deactivate access key AKIAABCDEFGHIJKLMNOP of u$/,
        cli: /^aws iam update-access-key --user-name u --access-key-id AKIAABCDEFGHIJKLMNOP --status Inactive$/,
        terraform: /status = "Inactive"/,
        effort: 'low',
        takes: /^the key AKIAABCDEFGHIJKLMNOP of u, last used 2026-05-06$/,
      },
    ],
  },
  {
    name: 'an assignment of Identity Center',
    records: identityCenter,
    from: storeGroup,
    to: reserved,
    technique: 'aws.identity-center',
    changes: [
      {
        title: /^end the assignment of Admins in 111122223333 to staff$/,
        cli: /^aws sso-admin delete-account-assignment --instance-arn arn:aws:sso:::instance\/ssoins-1 --permission-set-arn arn:aws:sso:::permissionSet\/ssoins-1\/ps-1 --target-type AWS_ACCOUNT --target-id 111122223333 --principal-type GROUP --principal-id g-1 --region eu-west-1$/,
        terraform: /aws_ssoadmin_account_assignment/,
        effort: 'low',
        takes: /permission set Admins/,
      },
    ],
  },
  {
    name: 'a membership in Identity Center',
    records: identityCenter,
    from: storeUser,
    to: storeGroup,
    technique: 'aws.identity-center-group',
    changes: [
      {
        title: /^take jo out of group staff$/,
        cli: /^aws identitystore delete-group-membership --identity-store-id d-1 --membership-id m-1 --region eu-west-1$/,
        terraform: /aws_identitystore_group_membership/,
        effort: 'low',
        takes: /what group staff is assigned/,
      },
    ],
  },
];
