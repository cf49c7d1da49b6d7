import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { IamEngine } from '../../src/iam/api.ts';
import { createAwsIamEngine } from '../../src/iam/engine.ts';
import { iamReach } from '../../src/iam/reach.ts';
import { remembering, reusing } from '../../src/iam/reuse.ts';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { overlaySnapshot } from '../../src/snapshot/overlay.ts';
import { estate, names, other } from '../arbitrary/iam-estate.ts';
import { account, bucket, roleArn, user, userArn } from '../support/estate.ts';

const roles = [...names.map((name) => roleArn(name)), roleArn('far', other)].sort();
const objects = [
  'arn:aws:s3:::cards/*',
  'arn:aws:s3:::cards/k',
  'arn:aws:s3:::logs/*',
  'arn:aws:s3:::logs/2026/*',
  'arn:aws:s3:::logs/k',
  'arn:aws:s3:::void/*',
];
const queues = ['eu-west-1', 'us-east-1'].map((region) => `arn:aws:sqs:${region}:${account}:q2`);
const questions = [
  { action: 'iam:PassRole', candidates: roles },
  { action: 'sts:AssumeRole', candidates: roles },
  { action: 's3:GetObject', candidates: objects },
  { action: 's3:ListBucket', candidates: ['arn:aws:s3:::cards', 'arn:aws:s3:::logs'] },
  { action: 'sqs:SendMessage', candidates: queues },
  { action: 'lambda:CreateFunction', candidates: ['*'] },
] as const;

/** Everything that an engine answers. */
const told = (engine: IamEngine): unknown => ({
  grants: questions.map(({ action, candidates }) =>
    engine
      .bulk({ action, candidates: [...candidates] })
      .map(({ principal, set, residual, missing, allowedBy, evidence }) =>
        JSON.stringify([principal, [...set.members], residual, missing, allowedBy, evidence]),
      )
      .sort(),
  ),
  order: questions.map(({ action, candidates }) => [...new Set(engine.bulk({ action, candidates: [...candidates] }).map(({ principal }) => principal))]),
  administrators: engine.administrations(),
  principals: engine.principals,
  problems: engine.problems,
  powerful: engine.powerful(`arn:aws:iam::${account}:group/team`),
  trust: roles.map((each) => engine.trust(each)),
});

test('an estate after a change answers as one that was read anew', () => {
  const changed = fc.uniqueArray(fc.nat({ max: 13 }), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(estate, estate, changed, (before, after, places) => {
      const edited = new Map(places.flatMap((place): [string, SnapshotRecord][] => (after[place] === undefined ? [] : [[after[place].id, after[place]]])));
      const first = memorySnapshot(before);
      const one = createAwsIamEngine(first);
      const old = remembering(one);
      told(old);
      const touched = [...edited.keys()];
      const second = overlaySnapshot(first, edited, undefined);
      const reach = iamReach(first, second, touched);
      expect(reach).toBeDefined();
      if (reach === undefined) return;
      const incremental = reusing(old, createAwsIamEngine(second, { estate: one, touched, reach }), reach);
      const whole = createAwsIamEngine(memorySnapshot(before.map((record) => edited.get(record.id) ?? record)));
      expect(told(incremental)).toEqual(told(whole));
      // And the first one is left as it was.
      expect(told(one)).toEqual(told(createAwsIamEngine(memorySnapshot(before))));
    }),
    { numRuns: Number(process.env['IAM_RUNS'] ?? 120), seed: 20261125 },
  );
});

test('the statement that allows is the one that stands there now, also where the answer is the same', () => {
  const names = (...statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: [...statements] });
  const admits = { Effect: 'Allow', Principal: { AWS: userArn('ada') }, Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/*' };
  const denies = { Effect: 'Deny', Principal: { AWS: userArn('bob') }, Action: 's3:*', Resource: '*' };
  const first = memorySnapshot([user('ada'), user('bob'), ...['logs', 'other', 'third', 'void', 'x'].map((name) => bucket(name, names(admits)))]);
  const edited = bucket('logs', names(denies, admits));
  const second = overlaySnapshot(first, new Map([[edited.id, edited]]), undefined);
  const one = createAwsIamEngine(first);
  const old = remembering(one);
  const question = { action: 's3:GetObject', candidates: ['logs', 'other', 'third', 'void', 'x'].map((name) => `arn:aws:s3:::${name}/*`) };
  const pointers = (engine: IamEngine) => engine.bulk(question).map((grant) => [[...grant.set.members], grant.evidence.map(({ pointer }) => pointer)]);
  expect(pointers(old)).toEqual([[[0], ['/config/GetBucketPolicy/Policy/Statement/0']]]);
  const reach = iamReach(first, second, [edited.id]);
  if (reach === undefined) throw new Error('a bucket policy reaches its bucket only');
  const engine = reusing(old, createAwsIamEngine(second, { estate: one, touched: [edited.id], reach }), reach);
  expect(pointers(engine)).toEqual([[[0], ['/config/GetBucketPolicy/Policy/Statement/1']]]);
});
