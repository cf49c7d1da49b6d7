import { isArray, textAt } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { at, deviceOf, objectAt } from './candidate.ts';
import { block, type Remedy, type SettingRow, string, word } from './remedy-text.ts';

/** A record of AWS that goes as a whole. */
export function deletionRemedy({ type, config }: SnapshotRecord): Remedy | undefined {
  if (type !== 'AWS::SSO::Assignment') return undefined;
  const [set, account, kind, holder] = ['PermissionSetArn', 'AccountId', 'PrincipalType', 'PrincipalId'].map((key) => textAt(config, key) ?? '');
  const instance = (set ?? '').replace(/:permissionSet\/([^/]+)\/.*$/, ':instance/$1');
  return {
    cli: `aws sso-admin delete-account-assignment --instance-arn ${word(instance)} --permission-set-arn ${word(set ?? '')} --target-type AWS_ACCOUNT --target-id ${account} --principal-type ${kind} --principal-id ${word(holder ?? '')}`,
    terraform: `# remove the resource aws_ssoadmin_account_assignment of ${string(set ?? '')} for ${string(holder ?? '')} in ${account}`,
  };
}

/** Settings of people, their credentials and what they are members of. */
export const identityRows: readonly SettingRow[] = [
  [
    /^AWS::IAM::User$/,
    /^\/config\/GetLoginProfile$/,
    (name) => ({
      cli: `aws iam delete-login-profile --user-name ${word(name)}`,
      terraform: `# remove the resource aws_iam_user_login_profile of ${string(name)}`,
    }),
  ],
  [
    /^AWS::IAM::User$/,
    /^\/config\/ListMFADevices$/,
    (name, { id }) => ({
      cli: `aws iam create-virtual-mfa-device --virtual-mfa-device-name ${word(name)} --outfile qr.png --bootstrap-method QRCodePNG\n# CODE1, CODE2: two codes one after the other, from the app that read qr.png\naws iam enable-mfa-device --user-name ${word(name)} --serial-number ${word(deviceOf(id))} --authentication-code1 CODE1 --authentication-code2 CODE2`,
      terraform: block('aws_iam_virtual_mfa_device', name, { virtual_mfa_device_name: string(name) }),
    }),
  ],
  [
    /^AWS::IAM::User$/,
    /^\/config\/ListAccessKeys\/\d+\/Status$/,
    (name, before, _, pointer) => ({
      cli: `aws iam update-access-key --user-name ${word(name)} --access-key-id ${textAt(at(before, pointer.replace(/\/Status$/, '')), 'AccessKeyId') ?? ''} --status Inactive`,
      terraform: block('aws_iam_access_key', name, { user: string(name), status: '"Inactive"' }),
    }),
  ],
  [
    /^AWS::IAM::(User|Role|Group)$/,
    /^\/config\/AttachedManagedPolicies\/\d+$/,
    (name, before, _, pointer) => {
      const arn = textAt(at(before, pointer), 'PolicyArn') ?? '';
      const kind = before.type.split('::').at(-1)?.toLowerCase() ?? '';
      return {
        cli: `aws iam detach-${kind}-policy --${kind}-name ${word(name)} --policy-arn ${word(arn)}`,
        terraform: `# remove the resource aws_iam_${kind}_policy_attachment of ${string(arn)} on ${string(name)}`,
      };
    },
  ],
  [
    /^AWS::IAM::User$/,
    /^\/config\/GroupList\/\d+$/,
    (name, before, _, pointer) => {
      const group = String(at(before, pointer) ?? '');
      return {
        cli: `aws iam remove-user-from-group --user-name ${word(name)} --group-name ${word(group)}`,
        terraform: `# take ${string(group)} out of aws_iam_user_group_membership of ${string(name)}`,
      };
    },
  ],
  [
    /^AWS::IdentityStore::Group$/,
    /^\/config\/ListGroupMemberships\/\d+$/,
    (_, before, __, pointer) => {
      const membership = objectAt(before, pointer) ?? {};
      const [id, store] = [textAt(membership, 'MembershipId') ?? '', textAt(membership, 'IdentityStoreId') ?? textAt(before.config, 'IdentityStoreId') ?? ''];
      return {
        cli: `aws identitystore delete-group-membership --identity-store-id ${word(store)} --membership-id ${word(id)}`,
        terraform: `# remove the resource aws_identitystore_group_membership ${string(id)}`,
      };
    },
  ],
  [
    /^AWS::Organizations::Organization$/,
    /^\/config\/DelegatedServices\/\d{12}$/,
    (_, before, __, pointer) => {
      const [account, services] = [pointer.split('/').at(-1) ?? '', at(before, pointer)];
      const list = isArray(services) ? services.map(String) : [];
      return {
        cli: list
          .map((service) => `aws organizations deregister-delegated-administrator --account-id ${account} --service-principal ${word(service)}`)
          .join('\n'),
        terraform: list.map((service) => `# remove the resource aws_organizations_delegated_administrator of ${account} for ${string(service)}`).join('\n'),
      };
    },
  ],
];
