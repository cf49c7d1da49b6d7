import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { across, sharedText } from '../../src/cli/across.ts';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { both, certain, type Fact } from '../../src/derive/facts.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { joinGraphs } from '../../src/graph/join.ts';
import type { TypeTable } from '../../src/model/collector.ts';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { nodeKindSpec } from '../../src/model/vocabulary.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

const accounts = ['111122223333', '444455556666'] as const;
type Account = (typeof accounts)[number];
const document = (...statements: JsonObject[]): JsonObject => ({ Version: '2012-10-17', Statement: statements });
const arn = (account: Account, name: string): string => `arn:aws:iam::${account}:role/${name}`;
const bucketOf = (account: Account, number: number): string => `data-${account}-${number}`;

/** A statement of a trust or resource policy: whom it lets in, and under what. */
const principals = fc.constantFrom<JsonObject | string>(
  '*',
  ...accounts.flatMap((account) => [
    { AWS: `arn:aws:iam::${account}:root` },
    { AWS: account },
    { AWS: arn(account, 'r0') },
    { AWS: [arn(account, 'r1'), arn(account, 'r2')] },
  ]),
  { Service: 'ec2.amazonaws.com' },
);
const conditions = fc.constantFrom<JsonObject>(
  {},
  {},
  ...accounts.map((account) => ({ StringEquals: { 'aws:PrincipalAccount': account } })),
  { StringEquals: { 'sts:ExternalId': 'x' } },
  { ArnLike: { 'aws:PrincipalArn': '*role/r1' } },
  { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
);
const effects = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny');
const grant = (action: string, resource?: string) =>
  fc.record({ Effect: effects, Principal: principals, Condition: conditions }).map((given): JsonObject => {
    const { Condition, ...rest } = given;
    return {
      ...rest,
      Action: action,
      ...(resource === undefined ? {} : { Resource: resource }),
      ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
    };
  });
const targets = fc.constantFrom<string>(
  '*',
  ...accounts.flatMap((account) => [
    arn(account, '*'),
    arn(account, 'r0'),
    arn(account, 'r2'),
    `arn:aws:s3:::${bucketOf(account, 0)}/*`,
    `arn:aws:s3:::data-${account}-*`,
  ]),
);
const permission = fc
  .record({ Effect: effects, Action: fc.constantFrom('sts:AssumeRole', 's3:GetObject', 's3:PutObject', 's3:*', 'sts:*'), Resource: targets })
  .map((given): JsonObject => given);

const recordOf = (type: string, account: Account, id: string, config: JsonObject, calls: readonly string[] = []): SnapshotRecord => ({
  type,
  id,
  account,
  region: 'global',
  config,
  calls,
});

const accountWorld = (account: Account) =>
  fc
    .record({
      roles: fc.array(
        fc.record({ trust: fc.array(grant('sts:AssumeRole'), { maxLength: 3 }), own: fc.array(permission, { maxLength: 3 }), blue: fc.boolean() }),
        {
          minLength: 3,
          maxLength: 3,
        },
      ),
      buckets: fc.array(fc.array(grant('s3:*', '*'), { maxLength: 2 }), { minLength: 2, maxLength: 2 }),
      boundary: fc.option(permission, { nil: undefined }),
    })
    .map(({ roles, buckets, boundary }): SnapshotRecord[] => {
      const limit = `arn:aws:iam::${account}:policy/limit`;
      return [
        ...roles.map(({ trust, own, blue }, number) =>
          recordOf('AWS::IAM::Role', account, arn(account, `r${number}`), {
            RoleName: `r${number}`,
            AssumeRolePolicyDocument: document(...trust),
            RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document(...own) }],
            Tags: blue ? [{ Key: 'team', Value: 'blue' }] : [],
            ...(boundary !== undefined && number === 2 ? { PermissionsBoundary: { PermissionsBoundaryArn: limit } } : {}),
          }),
        ),
        ...(boundary === undefined
          ? []
          : [
              recordOf('AWS::IAM::ManagedPolicy', account, limit, {
                Arn: limit,
                DefaultVersionId: 'v1',
                PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: document(boundary) }],
              }),
            ]),
        ...buckets.map((policy, number) => {
          const name = bucketOf(account, number);
          // Of a bucket without a policy it may not be known that there is none.
          const calls = policy.length > 0 || number === 0 ? ['s3:GetBucketPolicy'] : [];
          return recordOf(
            'AWS::S3::Bucket',
            account,
            `arn:aws:s3:::${name}`,
            {
              Name: name,
              ...(policy.length === 0
                ? {}
                : { GetBucketPolicy: { Policy: JSON.stringify(document(...policy.map((each) => ({ ...each, Resource: `arn:aws:s3:::${name}/*` })))) } }),
            },
            calls,
          );
        }),
      ];
    });

describe('steps between accounts whose graphs were derived apart', () => {
  let types: TypeTable;
  beforeAll(async () => {
    types = await allTypes();
  });
  const analysed = (records: readonly SnapshotRecord[]) => analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);

  /** Every step from a principal of one account to something in the other, over classes and directly. */
  function crossing(graph: Graph): string[] {
    const account = (id: string): string | undefined => accounts.find((each) => id.includes(each));
    const found = new Set<string>();
    for (const from of graph.nodesOfKind('Principal')) {
      for (const edge of graph.out(from)) {
        if (graph.likelihoods[edge] === 0) continue;
        const to = graph.targets[edge] ?? 0;
        // What holds of each target of a class stands on the step out of it.
        const ways = nodeKindSpec(graph.kind(to)).virtual === true ? [...graph.out(to)].map((out) => [edge, out]) : [[edge]];
        for (const way of ways) {
          const [a, b] = [graph.id(from), graph.id(graph.targets[way.at(-1) ?? 0] ?? 0)];
          const { kind, technique } = graph.step(edge);
          const { residual, missing } = way
            .map((each) => graph.step(each))
            .reduce<Fact>((sum, { residual, missing }) => both(sum, { residual, missing, evidence: [] }), certain);
          if (account(a) !== account(b)) found.add([a, kind, b, technique, JSON.stringify(residual), JSON.stringify(missing)].join(' '));
        }
      }
    }
    return [...found].sort();
  }

  test('are those of the joined snapshots, on random pairs of accounts', async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(accountWorld(accounts[0]), accountWorld(accounts[1]), async (one, other) => {
        const parts = await Promise.all(
          [one, other].map(async (records, number) => {
            const { snapshot, graph } = await analysed(records);
            return { name: `part ${number}`, graph, shared: sharedText(snapshot) };
          }),
        );
        const { part, notes } = await across(parts, types);
        expect(notes).toEqual([]);
        const joined = joinGraphs(part === undefined ? parts : [...parts, part]);
        const wanted = crossing((await analysed([...one, ...other])).graph);
        expect(crossing(joined)).toEqual(wanted);
        steps += wanted.length;
      }),
      { numRuns: 40 },
    );
    // Seeds differ: a few draw pairs that trust each other little.
    expect(steps).toBeGreaterThan(5);
  }, 240_000);

  test('a scope without its policies, or two of one account, are told and not guessed', async () => {
    const records = fc.sample(accountWorld(accounts[0]), { numRuns: 2, seed: 7 });
    const parts = await Promise.all(records.map(async (each, number) => ({ name: `s${number}`, graph: (await analysed(each)).graph, shared: '' })));
    expect(await across(parts, types)).toEqual({
      part: undefined,
      notes: [expect.stringContaining('s0 was pushed without'), expect.stringContaining('s1 was pushed without')],
    });
    const same = await Promise.all(
      records.map(async (each, number) => {
        const { snapshot, graph } = await analysed(each);
        return { name: `s${number}`, graph, shared: sharedText(snapshot) };
      }),
    );
    expect(await across(same, types)).toEqual({ part: undefined, notes: [expect.stringContaining('say different things of')] });
    await expect(across([...parts, { name: 'bad', graph: parts[0]?.graph ?? joinGraphs([]), shared: 'no gzip' }], types)).rejects.toThrow('are damaged');
  });
});
