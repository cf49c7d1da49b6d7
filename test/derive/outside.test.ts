import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { isStep } from '../../src/model/vocabulary.ts';
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
  const guest = `internet -> arn:aws:cognito-identity:${region}:${account}:identitypool/${region}:p1/guests aws.cognito-unauthenticated proven`;
  const member = `internet -> ${roleArn('member')} aws.cognito-self-sign-up proven`;
  const other = `internet -> ${roleArn('other')} aws.cognito-unauthenticated proven`;
  const provider = 'cognito-identity.amazonaws.com';
  const any = (name: string): string => `aws:anyone -> ${roleArn(name)} aws.cognito-any-pool proven`;

  test.each([
    ['the pool and the state fit', [pool({}), role('guest', cognito(`${region}:p1`, 'unauthenticated'))], [guest]],
    ['the trust names another pool', [pool({}), role('guest', cognito(`${region}:p2`, 'unauthenticated'))], []],
    ['the trust asks for a signed-in identity', [pool({}), role('guest', cognito(`${region}:p1`, 'authenticated'))], []],
    ['guests are not let in', [pool({ AllowUnauthenticatedIdentities: false }), role('guest', cognito(`${region}:p1`, 'unauthenticated'))], []],
    ['anybody may sign up', [pool(linked), users(false), role('member', cognito(`${region}:p1`, 'authenticated'))], [member]],
    ['an administrator signs users up', [pool(linked), users(true), role('member', cognito(`${region}:p1`, 'authenticated'))], []],
    [
      'the basic flow leads to any role that trusts the pool',
      [pool({ AllowClassicFlow: true }), role('other', cognito(`${region}:p1`, 'unauthenticated'))],
      [other],
    ],
    ['the enhanced flow only to the role of the pool', [pool({ AllowClassicFlow: false }), role('other', cognito(`${region}:p1`, 'unauthenticated'))], []],
    [
      'the trust only asks that there be a pool',
      [pool({}), role('guest', federated(provider, { Null: { [`${provider}:aud`]: 'false' } }))],
      [any('guest'), guest],
    ],
    ['the trust names no pool', [role('guest', federated(provider))], [any('guest')]],
    ['the trust names none but a state', [role('guest', federated(provider, { StringLike: { [`${provider}:amr`]: 'auth*' } }))], [any('guest')]],
    ['the trust names a pool of elsewhere', [role('guest', cognito(`${region}:p9`, 'authenticated'))], []],
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

describe('subjects of providers that a role trusts', () => {
  const host = 'token.actions.githubusercontent.com';
  const sub = `${host}:sub`;
  const github = (condition?: Json): SnapshotRecord => role('deploy', federated(`arn:aws:iam::${account}:oidc-provider/${host}`, condition));
  const like = (...values: readonly string[]): Json => ({ StringLike: { [sub]: [...values] } });
  /** Subjects of the entries behind their provider, `!` where anybody can be one, and whether a condition is left. */
  const entries = async (record: SnapshotRecord, from: string): Promise<readonly string[]> => {
    const { graph } = await analyseSnapshot(memorySnapshot([record], { types }), types, noSettings);
    const nodes = Array.from({ length: graph.nodeCount }, (_, index) => graph.node(index));
    const found = await steps([record], /oidc-trust/);
    return nodes
      .filter((node) => node.id.startsWith(`oidc:${from}:`))
      .map((node) => {
        const verdict =
          found
            .find((step) => step.startsWith(`${node.id} -> `))
            ?.split(' ')
            .at(-1) ?? 'no step';
        return `${node.id.slice(`oidc:${from}:`.length)}${node.props['breadth'] === 'any' ? ' !' : ''}${verdict === 'proven' ? '' : ` ${verdict}`}`;
      });
  };

  test.each([
    ['any repository', like('repo:*'), ['repo:* !']],
    ['any subject', like('*'), ['* !']],
    ['no condition', undefined, ['* !']],
    ['an owner that anybody can register', like('repo:acme*'), ['repo:acme* !']],
    ['one owner', like('repo:acme/*'), ['repo:acme/*']],
    ['one branch', like('repo:acme/shop:ref:refs/heads/main'), ['repo:acme/shop:ref:refs/heads/main']],
    ['a wildcard that is compared as it stands', { StringEquals: { [sub]: 'repo:acme/*' } }, []],
    ['a subject compared without case', { StringEqualsIgnoreCase: { [sub]: 'repo:acme/shop:ref:refs/heads/main' } }, ['repo:acme/shop:ref:refs/heads/main']],
    ['the set form', { 'ForAnyValue:StringLike': { [sub]: ['repo:acme/*'] } }, ['repo:acme/*']],
    ['only who it must not be', { StringNotLike: { [sub]: 'repo:evil/*' } }, ['* !']],
    ['one owner, and one repository of it not', { StringLike: { [sub]: 'repo:acme/*' }, StringNotLike: { [sub]: 'repo:acme/fork:*' } }, ['repo:acme/*']],
    ['one owner, and nothing of it', { StringLike: { [sub]: 'repo:acme/*' }, StringNotLike: { [sub]: 'repo:*' } }, []],
    [
      'an exclusion by one character does not cover a wildcard',
      { StringLike: { [sub]: 'repo:acme/a*' }, StringNotLike: { [sub]: 'repo:acme/a?*' } },
      ['repo:acme/a*'],
    ],
    ['that there be a subject', { Null: { [sub]: 'false' } }, ['* !']],
    ['that there be none', { Null: { [sub]: 'true' } }, []],
    [
      'two patterns, of which one is narrower',
      { StringLike: { [sub]: 'repo:acme/*' }, StringEquals: { [sub]: ['repo:acme/shop:pull_request', 'repo:evil/x:pull_request'] } },
      ['repo:acme/shop:pull_request'],
    ],
    ['the audience', { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' }, StringLike: { [sub]: 'repo:acme/*' } }, ['repo:acme/*']],
    ['the repository by a claim of its own', { StringEquals: { [`${host}:repository`]: 'acme/shop' } }, ['* with repository acme/shop']],
    ['an environment, which anybody has', { StringEquals: { [`${host}:environment`]: 'prod' } }, ['* with environment prod !']],
    ['any actor', { StringLike: { [`${host}:actor`]: '*' } }, ['* with actor * !']],
    ['an address besides', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, StringLike: { [sub]: 'repo:acme/*' } }, ['repo:acme/* conditional']],
  ] as const)('%s', async (_name, condition, expected) => {
    expect(await entries(github(condition), host)).toEqual(expected);
  });

  test('a provider that is registered no more gives no step, if the registered ones were listed', async () => {
    const records = [github(like('repo:acme/*'))];
    const calls = (state: 'ok' | 'denied') => [{ call: 'iam:ListOpenIDConnectProviders', account, region: 'global', state, requests: 1 }];
    const count = async (snapshot: ReturnType<typeof memorySnapshot>): Promise<number> => {
      const { graph } = await analyseSnapshot(snapshot, types, noSettings);
      return Array.from({ length: graph.nodeCount }, (_, index) => graph.node(index).id).filter((id) => id.startsWith('oidc:')).length;
    };
    expect(await count(memorySnapshot(records, { types, calls: calls('ok') }))).toBe(0);
    expect(await count(memorySnapshot(records, { types, calls: calls('denied') }))).toBe(1);
    const provider = record('AWS::IAM::OIDCProvider', `arn:aws:iam::${account}:oidc-provider/${host}`, {});
    expect(await count(memorySnapshot([...records, provider], { types, calls: calls('ok') }))).toBe(1);
  });

  test.each([
    ['accounts.google.com', undefined, ['* !']],
    ['accounts.google.com', { StringEquals: { 'accounts.google.com:aud': 'app-1' } }, ['* in app-1 !']],
    ['accounts.google.com', { StringEquals: { 'accounts.google.com:sub': '123' } }, ['123']],
    ['www.amazon.com', { StringEquals: { 'www.amazon.com:app_id': 'app-1' } }, ['* in app-1 !']],
    ['graph.facebook.com', { StringEquals: { 'graph.facebook.com:id': '42' } }, ['42']],
    ['constructor', undefined, []],
  ] as const)('a provider that AWS knows by itself: %s %j', async (provider, condition, expected) => {
    expect(await entries(role('deploy', federated(provider, condition)), provider)).toEqual(expected);
  });
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

test.each([
  ['was answered: he has none', 'ok', undefined, []],
  ['failed for him', 'denied', [userArn('ada')], ['unknown']],
  ['failed for somebody else', 'denied', [userArn('bob')], []],
  ['failed for the account', 'denied', undefined, ['unknown']],
] as const)('whether a user has a password: the call %s', async (_name, state, resources, expected) => {
  const calls = [{ call: 'iam:GetLoginProfile', account, region: 'global', state, requests: 1, ...(resources === undefined ? {} : { resources }) }];
  const { graph } = await analyseSnapshot(memorySnapshot([user('ada')], { types, calls }), types, noSettings);
  const verdicts = Array.from({ length: graph.edgeCount }, (_, edge) => edge)
    .filter((edge) => isStep(graph.edgeKind(edge)))
    .map((edge) => graph.step(edge))
    .filter(({ technique }) => technique === 'aws.phished-password')
    .map(({ verdict }) => verdict);
  expect(verdicts).toEqual(expected);
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

  const may = (name: string, account: string, ...actions: string[]): SnapshotRecord =>
    user(name, [{ Effect: 'Allow', Action: actions, Resource: '*' }], {}, account);
  const deploys = ['cloudformation:CreateStackSet', 'cloudformation:CreateStackInstances'];
  const assigns = ['sso:CreatePermissionSet', 'sso:PutInlinePolicyToPermissionSet', 'sso:CreateAccountAssignment'];
  const identities = { ...delegated, DelegatedServices: { [security]: ['sso.amazonaws.com'] } };
  test.each([
    ['stack sets from the management account, by somebody who administers nothing', {}, management, deploys, 'proven'],
    ['not without instances', {}, management, deploys.slice(0, 1), undefined],
    ['from the delegated administrator of stack sets', stacks, security, deploys, 'proven'],
    ['not from that of another service', audit, security, deploys, undefined],
    ['not from a plain member', {}, security, deploys, undefined],
    ['permission sets from the management account', {}, management, assigns, 'proven'],
    ['from the delegated administrator of Identity Center', identities, security, assigns, 'proven'],
    ['not from that of stack sets', stacks, security, assigns, undefined],
    ['not without the assignment', {}, management, assigns.slice(0, 2), undefined],
  ] as const)('%s', async (_name, more, account, actions, verdict) => {
    const found = await best(
      [organization(more), may('ops', account, ...actions), user('shopper', everything, {}, shop)],
      userArn('ops', account),
      `admin:${shop}`,
    );
    expect(found?.verdict).toBe(verdict);
    for (const step of found?.steps ?? []) expect(step.evidence.length).toBeGreaterThan(0);
  });
});

describe('roles that AWS keeps', () => {
  const kept = 'aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef';
  test.each([
    ['a plain role', 'ops', 1],
    ['a role of Identity Center', kept, 0],
    ['a role of a service', 'aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport', 0],
  ])('%s', async (_name, name, count) => {
    const ada = user('ada', [
      { Effect: 'Allow', Action: ['iam:UpdateAssumeRolePolicy', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'], Resource: roleArn(name) },
    ]);
    const found = await steps([ada, role(name, trusts({ Service: 'ec2.amazonaws.com' }))], /aws\.(update-assume|attach-role|put-role)/);
    expect(found.filter((step) => step.includes('update-assume-role-policy'))).toHaveLength(count);
    expect(found.length > 0).toBe(count > 0);
  });
});
