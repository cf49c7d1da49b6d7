import { describe, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import { attackerContext, createAwsIamEngine } from '../../src/iam/engine.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { type Source, seeded } from '../arbitrary/iam-world.ts';
import { decide, type SpecCase, toldByPrincipal } from '../spec/iam/authorize.ts';
import { account, bucket, user, userArn } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const other = '444455556666';
const point = (owner: string): string => `arn:aws:s3:eu-west-1:${owner}:accesspoint/ap`;
const version = { Version: '2012-10-17' } as const;

interface World {
  readonly owner: string;
  readonly vpc: boolean;
  readonly identity: ReadonlyMap<string, JsonObject[]>;
  readonly pointPolicy: JsonObject[];
  readonly bucketPolicy: JsonObject[];
}

const people = [
  ['ada', account],
  ['eve', other],
] as const;

/** A bucket of one account, an access point of the same or another, a user of each. */
function draw(source: Source): World {
  const pick = <T>(list: readonly T[]): T => list[source.below(list.length)] as T;
  const owner = pick([account, account, other]);
  const id = point(owner);
  const who = (): Json => pick<Json>(['*', { AWS: account }, { AWS: other }, { AWS: userArn('ada') }, { AWS: userArn('eve', other) }]);
  const action = (): string => pick(['s3:GetObject', 's3:*', 's3:PutObject']);
  const effect = (): string => pick(['Allow', 'Allow', 'Allow', 'Deny']);
  const onPoint = (): string => pick([`${id}/object/*`, `${id}/object/k`, `${id}/object/z*`, id, '*']);
  const onBucket = (): string => pick(['arn:aws:s3:::data/*', 'arn:aws:s3:::data/k', 'arn:aws:s3:::data', '*']);
  const condition = (): JsonObject =>
    pick<JsonObject>([
      {},
      { Condition: { StringEquals: { 's3:DataAccessPointAccount': owner } } },
      { Condition: { StringEquals: { 's3:DataAccessPointAccount': '999900001111' } } },
      { Condition: { ArnLike: { 's3:DataAccessPointArn': `${id.slice(0, -1)}*` } } },
      { Condition: { StringNotEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } } },
      { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } },
    ]);
  const some = (most: number, make: () => JsonObject): JsonObject[] => Array.from({ length: source.below(most + 1) }, make);
  return {
    owner,
    vpc: source.below(3) === 0,
    identity: new Map(
      people.map(([name]) => [name, some(2, () => ({ Effect: effect(), Action: action(), Resource: pick([onPoint, onBucket])(), ...condition() }))]),
    ),
    pointPolicy: some(2, () => ({ Effect: effect(), Principal: who(), Action: action(), Resource: onPoint(), ...condition() })),
    bucketPolicy: some(2, () => ({ Effect: effect(), Principal: who(), Action: action(), Resource: onBucket(), ...condition() })),
  };
}

function records({ owner, vpc, identity, pointPolicy, bucketPolicy }: World): SnapshotRecord[] {
  return [
    ...people.map(([name, id]) => user(name, identity.get(name) ?? [], {}, id)),
    bucket('data', bucketPolicy.length === 0 ? undefined : { ...version, Statement: bucketPolicy }),
    {
      type: 'AWS::S3::AccessPoint',
      id: point(owner),
      account: owner,
      region: 'eu-west-1',
      calls: ['s3:ListAccessPoints', 's3:GetAccessPoint', 's3:GetAccessPointPolicy'],
      config: {
        Name: 'ap',
        Bucket: 'data',
        NetworkOrigin: vpc ? 'VPC' : 'Internet',
        ...(vpc ? { VpcConfiguration: { VpcId: 'vpc-1' } } : {}),
        ...(pointPolicy.length === 0 ? {} : { GetAccessPointPolicy: { Policy: { ...version, Statement: pointPolicy } } }),
      },
    },
  ];
}

/** Word for word: "both the access point and the underlying bucket must permit the request", and one of a VPC refuses what does not come from it. */
function specAllows(world: World, name: string, id: string, from: string | undefined): boolean {
  if (world.vpc && from !== 'vpc-1') return false;
  const principal = userArn(name, id);
  const keys: Record<string, readonly string[]> = {
    ...toldByPrincipal(principal),
    's3:dataaccesspointaccount': [world.owner],
    's3:dataaccesspointarn': [point(world.owner)],
    's3:accesspointnetworkorigin': [world.vpc ? 'VPC' : 'Internet'],
    ...(from === undefined ? {} : { 'aws:sourcevpc': [from] }),
  };
  const asked = (resource: string, resourceAccount: string, statements: readonly JsonObject[]): boolean => {
    const input = {
      principal,
      action: 's3:GetObject',
      resource,
      resourceAccount,
      identityPolicies: [{ name: 'i', policy: { ...version, Statement: world.identity.get(name) ?? [] } }],
      ...(statements.length === 0 ? {} : { resourcePolicy: { name: 'r', policy: { ...version, Statement: statements } } }),
    } as unknown as SpecCase;
    return decide(input, new Map(Object.entries(keys))) === 'allow';
  };
  return asked(`${point(world.owner)}/object/k`, world.owner, world.pointPolicy) && asked('arn:aws:s3:::data/k', account, world.bucketPolicy);
}

describe('access points', () => {
  test('are decided as the specification says, whole and in bulk', () => {
    let allowed = 0;
    for (let seed = 1; seed <= 1_500; seed++) {
      const world = draw(seeded(seed));
      const engine = createAwsIamEngine(memorySnapshot(records(world)));
      const candidate = `${point(world.owner)}/object/k`;
      for (const [name, id] of people)
        for (const from of [undefined, 'vpc-1', 'vpc-2']) {
          const context = { ...attackerContext, 'aws:SourceVpc': from === undefined ? [] : [from] };
          const wanted = specAllows(world, name, id, from);
          const { decision } = engine.can(userArn(name, id), 's3:GetObject', candidate, { context });
          const [grant] = engine.bulk({ action: 's3:GetObject', candidates: [candidate], context, principals: [userArn(name, id)] });
          const [by] = engine
            .bulk({ action: 's3:GetObject', candidates: ['arn:aws:s3:::data/k'], context, principals: [userArn(name, id)], through: true })
            .filter((each) => each.residual.length === 0);
          const plain = engine.can(userArn(name, id), 's3:GetObject', 'arn:aws:s3:::data/k', { context }).decision === 'allow';
          if (wanted) allowed++;
          expect({ seed, name, from, point: decision === 'allow', bulk: grant !== undefined, through: by !== undefined }).toEqual({
            seed,
            name,
            from,
            point: wanted,
            bulk: wanted,
            through: wanted || plain,
          });
          for (const each of grant?.evidence ?? []) expect(engine.snapshot.find(each.resource)?.id).toBe(each.resource);
        }
    }
    // Most worlds allow nothing; enough must.
    expect(allowed).toBeGreaterThan(200);
  });
});

describe('a bucket that is opened by an access point', () => {
  const open = { Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: `${point(account)}/object/*` };
  const delegated = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 's3:DataAccessPointAccount': account } },
  };
  const world = (more: Partial<World>): World => ({ owner: account, vpc: false, identity: new Map(), pointPolicy: [open], bucketPolicy: [delegated], ...more });
  const reading = async (given: World): Promise<readonly string[]> => await stepsOf(await allTypes(), records(given), /read-bucket/);

  test('is read by everybody, and the steps rest on both policies', async () => {
    expect(await reading(world({}))).toEqual(
      expect.arrayContaining(['internet -> arn:aws:s3:::data aws.read-bucket proven', `${userArn('ada')} -> arn:aws:s3:::data aws.read-bucket proven`]),
    );
    const engine = createAwsIamEngine(memorySnapshot(records(world({}))));
    const grants = engine.bulk({ action: 's3:GetObject', candidates: ['arn:aws:s3:::data/*'], through: true });
    expect(grants.find((grant) => grant.principal === '*')?.evidence).toEqual([
      { resource: point(account), pointer: '/config/GetAccessPointPolicy/Policy/Statement/0', call: 's3:GetAccessPointPolicy' },
      { resource: 'arn:aws:s3:::data', pointer: '/config/GetBucketPolicy/Policy/Statement/0', call: 's3:GetBucketPolicy' },
    ]);
    expect(engine.outsiders('s3:GetObject', `${point(account)}/object/k`)).toEqual(['*', 'aws:anyone']);
  });

  test('each of several by its own policy, and a multi-Region one by the bucket that lets it', () => {
    const named = (name: string, Statement: readonly JsonObject[]): SnapshotRecord => ({
      type: 'AWS::S3::AccessPoint',
      id: `${point(account).slice(0, -2)}${name}`,
      account,
      region: 'eu-west-1',
      calls: ['s3:GetAccessPoint', 's3:GetAccessPointPolicy'],
      config: { Name: name, Bucket: 'data', NetworkOrigin: 'Internet', GetAccessPointPolicy: { Policy: { ...version, Statement } } },
    });
    const forEve = { Effect: 'Allow', Principal: { AWS: other }, Action: 's3:GetObject', Resource: '*' };
    const world: SnapshotRecord = {
      type: 'AWS::S3::MultiRegionAccessPoint',
      id: `arn:aws:s3::${account}:accesspoint/m1.mrap`,
      account,
      region: 'global',
      calls: ['s3:GetMultiRegionAccessPointPolicy'],
      config: {
        Alias: 'm1.mrap',
        Regions: [{ Bucket: 'shut' }, { Bucket: 'data' }],
        GetMultiRegionAccessPointPolicy: {
          Policy: { Established: { Policy: { ...version, Statement: [{ ...forEve, Principal: { AWS: userArn('ada') } }] } } },
        },
      },
    };
    const engine = createAwsIamEngine(
      memorySnapshot([
        bucket('data', { ...version, Statement: [delegated] }),
        bucket('shut', { ...version, Statement: [{ ...delegated, Condition: { StringEquals: { 's3:DataAccessPointAccount': other } } }] }),
        user('ada'),
        user('eve', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }], {}, other),
        named('one', [forEve]),
        named('two', []),
        world,
      ]),
    );
    const who = (candidates: readonly string[], through: boolean): string[] =>
      engine
        .bulk({ action: 's3:GetObject', candidates, through })
        .flatMap((grant) => [...grant.set.members].map((member) => `${grant.principal} ${candidates[member]} ${grant.residual.length + grant.missing.length}`));
    expect(who(['arn:aws:s3:::data/*', 'arn:aws:s3:::shut/*'], true)).toEqual([
      `${userArn('ada')} arn:aws:s3:::data/* 0`,
      `${userArn('eve', other)} arn:aws:s3:::data/* 0`,
    ]);
    expect(who(['arn:aws:s3:::data/*', 'arn:aws:s3:::shut/*'], false)).toEqual([]);
    expect(who([`${world.id}/object/*`], false)).toEqual([`${userArn('ada')} ${world.id}/object/* 0`]);
    expect(who([`arn:aws:s3:eu-west-1:${account}:accesspoint/one/object/*`, `arn:aws:s3:eu-west-1:${account}:accesspoint/two/object/*`], false)).toEqual([
      `${userArn('eve', other)} arn:aws:s3:eu-west-1:${account}:accesspoint/one/object/* 0`,
    ]);
  });

  test('is not read where the bucket does not delegate, or the access point is of a VPC', async () => {
    expect(await reading(world({ bucketPolicy: [] }))).toEqual([]);
    expect((await reading(world({ vpc: true }))).filter((step) => !step.endsWith('conditional'))).toEqual([]);
  });
});
