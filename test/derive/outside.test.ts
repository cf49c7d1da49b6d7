import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, role, roleArn, trusts, user, userArn } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const types = await allTypes();
const region = 'eu-west-1';
const record = (type: string, id: string, config: JsonObject, owner = account): SnapshotRecord => {
  const spec = types.get(type);
  const calls = [...(spec?.list ?? []).map((each) => each.call), ...(spec?.details ?? []).map((each) => each.call)];
  return { type, id, account: owner, region, calls, config };
};
const steps = (records: readonly SnapshotRecord[], wanted: RegExp): Promise<readonly string[]> => stepsOf(types, records, wanted);
const federated = (provider: string, condition?: Json): Json => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...(condition === undefined ? {} : { Condition: condition }),
    },
  ],
});

describe('identity pools', () => {
  const pool = (more: JsonObject): SnapshotRecord =>
    record('AWS::Cognito::IdentityPool', `arn:aws:cognito-identity:${region}:${account}:identitypool/${region}:p1`, {
      IdentityPoolId: `${region}:p1`,
      AllowUnauthenticatedIdentities: true,
      GetIdentityPoolRoles: { Roles: { unauthenticated: roleArn('guest'), authenticated: roleArn('member') } },
      ...more,
    });
  const cognito = (aud: string, amr: string): Json =>
    federated('cognito-identity.amazonaws.com', {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': aud },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': amr },
    });
  const users = (only: boolean): SnapshotRecord =>
    record('AWS::Cognito::UserPool', `arn:aws:cognito-idp:${region}:${account}:userpool/${region}_u1`, {
      Id: `${region}_u1`,
      Name: 'app',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: only },
    });
  const linked = { AllowUnauthenticatedIdentities: false, CognitoIdentityProviders: [{ ProviderName: `cognito-idp.${region}.amazonaws.com/${region}_u1` }] };
  const guest = `internet -> ${roleArn('guest')} aws.cognito-unauthenticated proven`;
  const member = `internet -> ${roleArn('member')} aws.cognito-self-sign-up proven`;

  test.each([
    ['the pool and the state fit', [pool({}), role('guest', cognito(`${region}:p1`, 'unauthenticated'))], [guest]],
    ['the trust names another pool', [pool({}), role('guest', cognito(`${region}:p2`, 'unauthenticated'))], []],
    ['the trust asks for a signed-in identity', [pool({}), role('guest', cognito(`${region}:p1`, 'authenticated'))], []],
    ['guests are not let in', [pool({ AllowUnauthenticatedIdentities: false }), role('guest', cognito(`${region}:p1`, 'unauthenticated'))], []],
    ['anybody may sign up', [pool(linked), users(false), role('member', cognito(`${region}:p1`, 'authenticated'))], [member]],
    ['an administrator signs users up', [pool(linked), users(true), role('member', cognito(`${region}:p1`, 'authenticated'))], []],
  ] as const)('%s', async (_name, records, expected) => {
    expect(await steps(records, /^aws\.cognito-/)).toEqual(expected);
  });
});

test('a service account of a cluster of the estate runs as the role, and is nobody outside', async () => {
  const host = `oidc.eks.${region}.amazonaws.com/id/AB12`;
  const cluster = `arn:aws:eks:${region}:${account}:cluster/apps`;
  const trust = federated(`arn:aws:iam::${account}:oidc-provider/${host}`, { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:shop:api' } });
  const records = [record('AWS::EKS::Cluster', cluster, { Name: 'apps', identity: { oidc: { issuer: `https://${host}` } } }), role('api', trust)];
  expect(await steps(records, /eks-service-account|oidc-trust/)).toEqual([`${cluster} -> ${roleArn('api')} aws.eks-service-account proven`]);
  expect(await steps(records.slice(1), /eks-service-account|oidc-trust/)).toEqual([
    `oidc:${host}:system:serviceaccount:shop:api -> ${roleArn('api')} aws.oidc-trust proven`,
  ]);
});

test.each([
  ['repo:*', 'any'],
  ['*', 'any'],
  ['repo:acme*', 'any'],
  ['repo:acme/*', undefined],
  ['repo:acme/shop:ref:refs/heads/main', undefined],
])('subjects %s are of breadth %s', async (subject, breadth) => {
  const host = 'token.actions.githubusercontent.com';
  const trust = federated(`arn:aws:iam::${account}:oidc-provider/${host}`, { StringLike: { [`${host}:sub`]: subject } });
  const { graph } = await analyseSnapshot(memorySnapshot([role('deploy', trust)], { types }), types, noSettings);
  const nodes = Array.from({ length: graph.nodeCount }, (_, index) => graph.node(index));
  expect(nodes.find((node) => node.id === `oidc:${host}:${subject}`)?.props['breadth']).toBe(breadth);
});

test.each([
  ['without an external id', undefined, 1],
  ['with an external id', { StringEquals: { 'sts:ExternalId': 'e-1' } }, 0],
] as const)('a vendor that is trusted %s is a confused deputy: %#', async (_name, condition, count) => {
  const vendor = { AWS: 'arn:aws:iam::464622532012:root' };
  const records = [role('watch', condition === undefined ? trusts(vendor) : trusts(vendor, condition))];
  expect(await steps(records, /confused-deputy/)).toHaveLength(count);
  const stranger = [role('watch', trusts({ AWS: 'arn:aws:iam::999900001111:root' }))];
  expect(await steps(stranger, /confused-deputy/)).toEqual([]);
});

test('what is shared with everybody or an account is read there, and so is what it is a copy of', async () => {
  const snapshot = (name: string, permissions: Json): SnapshotRecord =>
    record('AWS::EC2::Snapshot', `arn:aws:ec2:${region}::snapshot/${name}`, {
      SnapshotId: name,
      VolumeId: 'vol-1',
      DescribeSnapshotAttribute: { CreateVolumePermissions: permissions },
    });
  const volume = record('AWS::EC2::Volume', `arn:aws:ec2:${region}:${account}:volume/vol-1`, { VolumeId: 'vol-1' });
  const records = [
    volume,
    snapshot('snap-1', [{ Group: 'all' }]),
    snapshot('snap-2', [{ UserId: '999900001111' }]),
    snapshot('snap-3', []),
    snapshot('snap-4', [{ UserId: '222233334444' }]),
    user('bo', [], {}, '222233334444'),
  ];
  expect(await steps(records, /shared-copy/)).toEqual([
    `arn:aws:iam::222233334444:root -> arn:aws:ec2:${region}::snapshot/snap-4 aws.shared-copy proven`,
    `aws:account:999900001111 -> arn:aws:ec2:${region}::snapshot/snap-2 aws.shared-copy proven`,
    `aws:anyone -> arn:aws:ec2:${region}::snapshot/snap-1 aws.shared-copy proven`,
  ]);
  expect(await steps(records, /copy-holds-data/)).toHaveLength(4);
});

describe('organizations', () => {
  const [management, security, shop] = ['999988887777', '222233334444', '333344445555'];
  const everything = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const organization = (more: JsonObject): SnapshotRecord =>
    record(
      'AWS::Organizations::Organization',
      `arn:aws:organizations::${management}:organization/o-1`,
      {
        Organization: { Id: 'o-1', MasterAccountId: management },
        Root: { Id: 'r-1' },
        OrganizationalUnits: [],
        Accounts: [management, security, shop].map((Id) => ({ Id, ParentId: 'r-1' })),
        Policies: [],
        PoliciesForTarget: {},
        ...more,
      },
      management,
    );
  const best = async (records: readonly SnapshotRecord[], from: string, to: string) => {
    const analysis = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
    return analysis.ranker().best(analysis.resolver.one(from) ?? -1, analysis.resolver.one(to) ?? -1);
  };
  const [boss, guard] = [user('boss', everything, {}, management), user('guard', everything, {}, security)];
  const delegated = { DelegatedAdministrators: [{ Id: security }] };
  const stacks = { ...delegated, DelegatedServices: { [security]: ['member.org.stacksets.cloudformation.amazonaws.com'] } };
  const audit = { ...delegated, DelegatedServices: { [security]: ['guardduty.amazonaws.com'] } };

  test.each([
    ['the management account administers every member', {}, userArn('boss', management), `admin:${shop}`, 'proven'],
    ['a member administers no other', {}, userArn('guard', security), `admin:${shop}`, undefined],
    ['a delegated administrator of stack sets does', stacks, userArn('guard', security), `admin:${shop}`, 'proven'],
    ['and not the management account', stacks, userArn('guard', security), `admin:${management}`, undefined],
    ['a delegated administrator of something else does not', audit, userArn('guard', security), `admin:${shop}`, undefined],
    ['where the services were not read it is not known', delegated, userArn('guard', security), `admin:${shop}`, 'unknown'],
  ] as const)('%s', async (_name, more, from, to, verdict) => {
    expect((await best([organization(more), boss, guard], from, to))?.verdict).toBe(verdict);
  });
});
