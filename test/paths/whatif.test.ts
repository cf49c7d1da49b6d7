import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { withChanges } from '../../src/cli/whatif.ts';
import type { Change } from '../../src/model/change.ts';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { comparePaths } from '../../src/paths/compare.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

const types = await allTypes();
const analysed = (records: readonly SnapshotRecord[]): Promise<Analysis> =>
  analyseSnapshot(memorySnapshot(records, { types }), types, noSettings, { again: true });

/** Everything that a graph says, without the numbers of its edges. */
function told({ graph }: Analysis): string[] {
  const lines: string[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    lines.push(`${graph.kind(node)} ${graph.id(node)} ${JSON.stringify(graph.node(node).props)}`);
    for (const edge of graph.out(node)) {
      const to = graph.targets[edge] ?? 0;
      const step = (graph.likelihoods[edge] ?? 0) > 0 ? graph.step(edge) : undefined;
      lines.push(
        `${graph.id(node)} ${graph.edgeKind(edge)} ${graph.id(to)} ${step?.technique} ${step?.likelihood} ${JSON.stringify([step?.residual, step?.missing])} ${JSON.stringify(graph.evidence(edge))}`,
      );
    }
  }
  return lines;
}

const names = ['a', 'b', 'c'];
const actions = [
  's3:GetObject',
  's3:*',
  'sts:AssumeRole',
  'iam:PassRole',
  'lambda:CreateFunction',
  'lambda:InvokeFunction',
  'iam:*',
  '*',
  'iam:AttachRolePolicy',
];
const resources = ['*', 'arn:aws:s3:::data', 'arn:aws:s3:::data/*', 'arn:aws:s3:::logs/*', ...names.map((name) => roleArn(name))];

const statements: fc.Arbitrary<Json[]> = fc.array(
  fc.record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
    Action: fc.uniqueArray(fc.constantFrom(...actions), { minLength: 1, maxLength: 3 }),
    Resource: fc.uniqueArray(fc.constantFrom(...resources), { minLength: 1, maxLength: 2 }),
  }),
  { maxLength: 2 },
);
const trust: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  trusts({ Service: 'lambda.amazonaws.com' }),
  trusts({ AWS: userArn('u') }),
  trusts({ AWS: '*' }),
  trusts({ AWS: roleArn('a') }),
  trusts({ AWS: 'arn:aws:iam::999988887777:root' }),
  trusts({ AWS: 'arn:aws:iam::111122223333:root' }),
);
const bucketPolicy: fc.Arbitrary<Json | undefined> = fc.constantFrom<Json | undefined>(
  undefined,
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }] },
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: roleArn('b') }, Action: 's3:*', Resource: 'arn:aws:s3:::data/*' }] },
);

const managedArn = 'arn:aws:iam::111122223333:policy/shared';
const managed = (list: readonly Json[]): SnapshotRecord => ({
  type: 'AWS::IAM::ManagedPolicy',
  id: managedArn,
  account: '111122223333',
  region: 'global',
  calls: ['iam:GetAccountAuthorizationDetails'],
  config: {
    Arn: managedArn,
    PolicyName: 'shared',
    DefaultVersionId: 'v1',
    PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: { Version: '2012-10-17', Statement: list } }],
  },
});

const estates: fc.Arbitrary<SnapshotRecord[]> = fc
  .record({
    roles: fc.array(fc.tuple(trust, statements, fc.boolean()), { minLength: 3, maxLength: 3 }),
    ofUser: statements,
    shared: statements,
    policy: bucketPolicy,
    password: fc.boolean(),
  })
  .map(({ roles, ofUser, shared, policy, password }) => [
    ...roles.map(([trusted, list, attached], index) =>
      role(names[index] ?? '', trusted, list, attached ? { AttachedManagedPolicies: [{ PolicyArn: managedArn, PolicyName: 'shared' }] } : {}),
    ),
    user('u', ofUser, password ? { GetLoginProfile: { UserName: 'u' } } : {}),
    managed(shared),
    bucket('data', policy),
    bucket('logs'),
  ]);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    op: fc.constant('set' as const),
    resource: fc.constantFrom(...names.map((name) => roleArn(name))),
    pointer: fc.constant('/config/AssumeRolePolicyDocument'),
    value: trust,
  }),
  fc.record({ who: fc.constantFrom(...names), list: statements }).map(
    ({ who, list }): Change => ({
      op: 'set',
      resource: roleArn(who),
      pointer: '/config/RolePolicyList',
      value: [{ PolicyName: 'new', PolicyDocument: { Version: '2012-10-17', Statement: list } }],
    }),
  ),
  statements.map((list): Change => ({ op: 'set', resource: managedArn, pointer: '/config/PolicyVersionList/0/Document/Statement', value: list })),
  bucketPolicy.map(
    (policy): Change => ({
      op: 'set',
      resource: 'arn:aws:s3:::data',
      pointer: '/config/GetBucketPolicy',
      value: policy === undefined ? {} : { Policy: policy },
    }),
  ),
  fc.constantFrom<Change>(
    {
      op: 'set',
      resource: 'arn:aws:s3:::data',
      pointer: '/config/GetPublicAccessBlock',
      value: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } },
    },
    { op: 'delete', resource: roleArn('b') },
    { op: 'delete', resource: 'arn:aws:s3:::logs' },
    { op: 'set', resource: userArn('u'), pointer: '/config/GetLoginProfile', value: { UserName: 'u' } },
    { op: 'set', resource: roleArn('c'), pointer: '/config/AttachedManagedPolicies', value: [{ PolicyArn: managedArn, PolicyName: 'shared' }] },
    { op: 'create', record: role('d', trusts({ AWS: '*' }), [{ Effect: 'Allow', Action: '*', Resource: '*' }]) },
    { op: 'create', record: role('e', trusts({ AWS: userArn('u') }), [{ Effect: 'Allow', Action: '*', Resource: '*' }], {}, '444455556666') },
  ),
);

describe('what-if', () => {
  test('equals the analysis of the changed snapshot from nothing, edge by edge and proof by proof', async () => {
    await fc.assert(
      fc.asyncProperty(
        estates,
        fc.uniqueArray(change, { minLength: 1, maxLength: 2, selector: (each) => JSON.stringify(each).slice(0, 90) }),
        async (records, changes) => {
          const base = await analysed(records);
          const list =
            changes.filter((each, index) => each.op !== 'delete' && (index === 0 || changes[0]?.op !== 'delete')).length === changes.length
              ? changes
              : changes.slice(0, 1);
          const changed = await withChanges(base, list);
          const whole = await analysed([...changedSnapshot(base.snapshot, list, types).snapshot.all()]);
          expect(told(changed.analysis)).toEqual(told(whole));
        },
      ),
      { numRuns: 40, seed: 20261125 },
    );
  });

  // An account outside is asked about every role as soon as one names it: a role that admits everybody admits it too.
  const elsewhere = 'aws:account:999988887777';
  const [named, everybody, inside] = [trusts({ AWS: 'arn:aws:iam::999988887777:root' }), trusts({ AWS: '*' }), trusts({ AWS: userArn('u') })];
  const onlyOurs = trusts({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': 'o-ours' } });
  test.each<[string, [Json, Json], [string, Json], string[]]>([
    ['keeps a role that admitted everybody to itself', [named, everybody], ['b', onlyOurs], ['a']],
    ['opens a role to everybody', [named, inside], ['b', everybody], ['a', 'b']],
    [
      'lets everybody in under a condition that nobody fails',
      [named, everybody],
      ['b', trusts({ AWS: '*' }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })],
      ['a', 'b'],
    ],
    ['names an account for the first time', [inside, everybody], ['a', named], ['a', 'b']],
    ['names it no more', [named, everybody], ['a', inside], []],
  ])('an account outside, when a change %s', async (_, [a, b], [who, value], reached) => {
    const others = ['c', 'd', 'e', 'f'].map((name) => role(name, inside));
    const base = await analysed([role('a', a), role('b', b), ...others, user('u')]);
    const change: Change = { op: 'set', resource: roleArn(who), pointer: '/config/AssumeRolePolicyDocument', value };
    const { graph, ...changed } = (await withChanges(base, [change])).analysis;
    expect(told({ graph, ...changed })).toEqual(told(await analysed([...changed.snapshot.all()])));
    const from = graph.indexOf(elsewhere);
    const steps = from < 0 ? [] : [...graph.out(from)].filter((edge) => (graph.likelihoods[edge] ?? 0) > 0);
    expect(steps.map((edge) => graph.node(graph.targets[edge] ?? 0).name).sort()).toEqual(reached);
  });

  test('whoever is deleted takes the hub of its own targets along', async () => {
    const buckets = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((name) => bucket(name));
    const own = { Effect: 'Allow', Action: 's3:GetObject', Resource: ['one', 'two', 'four', 'six', 'seven'].map((name) => `arn:aws:s3:::${name}/*`) };
    const base = await analysed([user('u', [own]), user('v', [{ ...own, Resource: '*' }]), ...buckets]);
    const changed = await withChanges(base, [{ op: 'delete', resource: userArn('u') }]);
    expect(changed.analysis.takenOver).toBeGreaterThan(0);
    expect(told(changed.analysis)).toEqual(told(await analysed([user('v', [{ ...own, Resource: '*' }]), ...buckets])));
  });

  test('pointers speak of the snapshot as it was, in whatever order, and places are found again', async () => {
    const list: Json[] = ['s3:GetObject', 's3:PutObject', 'sqs:*', 'sns:*'].map((action) => ({ Effect: 'Allow', Action: action, Resource: '*' }));
    const snapshot = memorySnapshot([role('a', trusts({ AWS: '*' }), list)], { types });
    const at = '/config/RolePolicyList/0/PolicyDocument/Statement';
    const changes: Change[] = [2, 0].map((index) => ({ op: 'remove', resource: roleArn('a'), pointer: `${at}/${index}` }));
    for (const order of [changes, [...changes].reverse()]) {
      const { snapshot: after, before } = changedSnapshot(snapshot, order, types);
      expect(JSON.stringify(after.find(roleArn('a'))?.config['RolePolicyList'])).toBe(
        JSON.stringify([{ PolicyName: 'inline', PolicyDocument: { Version: '2012-10-17', Statement: [list[1], list[3]] } }]),
      );
      expect([0, 1].map((index) => before(roleArn('a'), `${at}/${index}`))).toEqual([`${at}/1`, `${at}/3`]);
    }
  });

  test.each<[string, Change, RegExp]>([
    ['a record that is not there', { op: 'remove', resource: roleArn('nobody'), pointer: '/config/Tags' }, /has no `arn/],
    ['a place where nothing stands', { op: 'remove', resource: roleArn('a'), pointer: '/config/Tags/3' }, /nothing stands there/],
    ['a place outside the configuration', { op: 'set', resource: roleArn('a'), pointer: '/id', value: 'x' }, /about the configuration/],
    ['an append to what is no array', { op: 'append', resource: roleArn('a'), pointer: '/config/RoleName', value: 'x' }, /there is no array/],
  ])('refuses %s', (_, wrong, message) => {
    const snapshot = memorySnapshot([role('a', trusts({ AWS: '*' }))], { types });
    expect(() => changedSnapshot(snapshot, [wrong], types)).toThrow(message);
  });

  test('a step that is cut is gone for its two ends only, also where a hub carries it', async () => {
    const buckets = ['one', 'two', 'three', 'four'].map((name) => bucket(name));
    const all: Json = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
    const base = await analysed([role('a', trusts({ AWS: '*' }), [all]), role('b', trusts({ Service: 'ec2.amazonaws.com' }), [all]), ...buckets]);
    const { cut } = await withChanges(base, [{ op: 'cut', from: roleArn('a'), to: 'arn:aws:s3:::two' }]);
    const ranker = base.ranker({ cut });
    const reached = (from: string): string[] =>
      buckets.map((each) => each.id).filter((id) => ranker.best(base.graph.indexOf(roleArn(from)), base.graph.indexOf(id)) !== undefined);
    expect(reached('a')).toEqual(['arn:aws:s3:::one', 'arn:aws:s3:::three', 'arn:aws:s3:::four']);
    expect(reached('b')).toHaveLength(4);
    const compared = comparePaths({ ranker: base.ranker(), paths: base.ranker().top(100) }, { ranker, paths: ranker.top(100) });
    expect(compared.removed.map((path) => `${path.steps[0]?.to} ${path.target.id}`)).toEqual([`${roleArn('a')} arn:aws:s3:::two`]);
    expect([compared.added, compared.riskier, compared.safer].map((list) => list.length)).toEqual([0, 0, 0]);
  });
});
