import type { JsonObject } from '../../src/model/json.ts';
import { guid, tenant } from '../azure/parts.ts';
import type { Api } from './api.ts';
import { type Answerer, jsonAnswer } from './front.ts';
import type { EstateAccounts } from './organization.ts';
import { allow, policy, trusting } from './policies.ts';

export const store = 'd-9967a1b3c4';
const instance = 'arn:aws:sso:::instance/ssoins-7223f1a9c3d5e7b9';
const home = 'eu-west-1';
/** The endpoint that the enterprise application of Entra ID signs assertions for. */
export const signInUrl = `https://${home}.signin.aws.amazon.com/platform/saml/${store}`;

interface PermissionSet {
  readonly name: string;
  readonly account: 'data' | 'production';
  /** The group of Entra ID that is assigned it. */
  readonly group: string;
  readonly statements: readonly object[];
}

const permissionSets: readonly PermissionSet[] = [
  {
    name: 'LakeSteward',
    account: 'data',
    group: 'aws-lake-stewards',
    statements: [allow(['s3:GetObject', 's3:PutObject', 's3:ListBucket'], ['arn:aws:s3:::larkpay-data-lake', 'arn:aws:s3:::larkpay-data-lake/*'])],
  },
  {
    name: 'StatementSupport',
    account: 'production',
    group: 'aws-statement-support',
    statements: [allow('s3:GetObject', 'arn:aws:s3:::larkpay-customer-statements/*')],
  },
  {
    name: 'CostViewer',
    account: 'production',
    group: 'aws-cost-viewers',
    statements: [allow(['ce:GetCostAndUsage', 's3:ListAllMyBuckets', 'ec2:DescribeInstances'])],
  },
];

/** Who is in which group, by the user names of the directory, which provisions both. */
export const members: Readonly<Record<string, readonly string[]>> = {
  'aws-lake-stewards': ['sol.steward'],
  'aws-statement-support': ['ada.support', 'ben.support'],
  'aws-cost-viewers': ['cleo.controller'],
};

const suffix = (name: string): string => guid(`permission set ${name}`).replaceAll('-', '').slice(0, 16);
const arnOf = (name: string): string => `${instance.replace(':instance/', ':permissionSet/')}/ps-${suffix(name)}`;

/** The roles that Identity Center makes in the accounts for its permission sets, with the provider that only it signs for. */
export async function provision(accounts: EstateAccounts): Promise<void> {
  for (const which of ['data', 'production'] as const) {
    const account: Api = accounts[which];
    const provider = `AWSSSO_${suffix(`provider ${which}`)}_DO_NOT_DELETE`;
    const issuer = `https://portal.sso.${home}.amazonaws.com/saml/assertion/${guid(`portal ${which}`)}`;
    const metadata = `<?xml version="1.0"?><EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${issuer}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${issuer}"/></IDPSSODescriptor></EntityDescriptor>`;
    await account.call('iam', 'CreateSAMLProvider', { Name: provider, SAMLMetadataDocument: metadata });
    for (const { name, statements } of permissionSets.filter((each) => each.account === which)) {
      const RoleName = `AWSReservedSSO_${name}_${suffix(name)}`;
      const audience = { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } };
      const trust = trusting({ Federated: `arn:aws:iam::${account.account}:saml-provider/${provider}` }, audience, [
        'sts:AssumeRoleWithSAML',
        'sts:TagSession',
      ]);
      await account.call('iam', 'CreateRole', {
        RoleName,
        Path: `/aws-reserved/sso.amazonaws.com/${home}/`,
        AssumeRolePolicyDocument: JSON.stringify(trust),
      });
      await account.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'AwsSSOInlinePolicy', PolicyDocument: policy(...statements) });
    }
  }
}

/**
 * Identity Center and its store as they answer. moto has an instance in every account and region, provisions permission sets to the caller's account alone, and gives no external ids,
 * so the estate's own answers stand in. Users come with the mail nickname and groups with the object id as external id, which is what the provisioning of Entra ID maps by default.
 */
export function identityCenter(accounts: EstateAccounts): Answerer {
  const userId = (name: string): string => guid(`identity store user ${name}`);
  const groupId = (name: string): string => guid(`identity store group ${name}`);
  const external = (Id: string): JsonObject => ({ ExternalIds: [{ Issuer: `https://sts.windows.net/${tenant}/`, Id }] });
  const user = (name: string): JsonObject => {
    const mail = `${name}@larkpay.example`;
    return { IdentityStoreId: store, UserId: userId(name), UserName: mail, DisplayName: name, Emails: [{ Value: mail, Primary: true }], ...external(name) };
  };
  const group = (name: string): JsonObject => ({ IdentityStoreId: store, GroupId: groupId(name), DisplayName: name, ...external(guid(`group ${name}`)) });
  const setOf = (asked: JsonObject): PermissionSet | undefined => permissionSets.find(({ name }) => arnOf(name) === asked['PermissionSetArn']);
  const answers: Readonly<Record<string, (asked: JsonObject) => JsonObject>> = {
    'SWBExternalService.ListInstances': () => ({
      Instances: [{ InstanceArn: instance, IdentityStoreId: store, Name: 'larkpay', OwnerAccountId: accounts.management.account, Status: 'ACTIVE' }],
    }),
    'SWBExternalService.ListPermissionSets': () => ({ PermissionSets: permissionSets.map(({ name }) => arnOf(name)) }),
    'SWBExternalService.DescribePermissionSet': (asked) => {
      const name = setOf(asked)?.name ?? '';
      return { PermissionSet: { Name: name, PermissionSetArn: arnOf(name), SessionDuration: 'PT4H' } };
    },
    'SWBExternalService.ListManagedPoliciesInPermissionSet': () => ({ AttachedManagedPolicies: [] }),
    'SWBExternalService.GetInlinePolicyForPermissionSet': (asked) => ({ InlinePolicy: policy(...(setOf(asked)?.statements ?? [])) }),
    'SWBExternalService.ListAccountsForProvisionedPermissionSet': (asked) => ({ AccountIds: [accounts[setOf(asked)?.account ?? 'data'].account] }),
    'SWBExternalService.ListAccountAssignments': (asked) => {
      const set = setOf(asked);
      const assigned = { AccountId: asked['AccountId'] ?? '', PermissionSetArn: asked['PermissionSetArn'] ?? '', PrincipalType: 'GROUP' };
      return { AccountAssignments: [{ ...assigned, PrincipalId: groupId(set?.group ?? '') }] };
    },
    'AWSIdentityStore.ListUsers': () => ({ Users: Object.values(members).flat().map(user) }),
    'AWSIdentityStore.ListGroups': () => ({ Groups: Object.keys(members).map(group) }),
    'AWSIdentityStore.ListGroupMemberships': (asked) => {
      const [name = '', people = []] = Object.entries(members).find(([each]) => groupId(each) === asked['GroupId']) ?? [];
      const membership = (person: string): JsonObject => ({
        IdentityStoreId: store,
        MembershipId: guid(`membership ${name} ${person}`),
        GroupId: groupId(name),
        MemberId: { UserId: userId(person) },
      });
      return { GroupMemberships: people.map(membership) };
    },
  };
  return ({ target, body, region, accessKey }) => {
    const answer = answers[target];
    // Only the management account has an instance, in its home region.
    if (answer === undefined || region !== home || accessKey !== 'test') return undefined;
    return jsonAnswer(answer(JSON.parse(body) as JsonObject));
  };
}
