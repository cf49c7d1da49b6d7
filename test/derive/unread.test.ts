import { expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

const types = await allTypes();
const best = async (records: readonly SnapshotRecord[], from: string, to: string) => {
  const analysis = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
  return analysis.ranker().best(analysis.resolver.one(from) ?? -1, analysis.resolver.one(to) ?? -1);
};
const unreadBucket = (name: string): SnapshotRecord => ({ ...bucket(name), calls: ['s3:ListBuckets'] });
const reads = (name: string) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` });

test('what only an unread policy could allow is told, behind every step that something read allows', async () => {
  const assumes = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn('reader') };
  const records = [
    user('ada', [reads('other'), assumes]),
    user('bob', [reads('other')]),
    role('reader', trusts({ AWS: userArn('ada') }), [reads('cards')]),
    unreadBucket('cards'),
  ];
  expect((await best(records, userArn('ada'), 'cards'))?.steps.map((step) => step.to)).toEqual([roleArn('reader'), 'arn:aws:s3:::cards']);
  const guess = await best(records, userArn('bob'), 'cards');
  expect(guess?.verdict).toBe('unknown');
  expect(guess?.steps[0]?.missing).toEqual(['s3:GetBucketPolicy']);
  expect(guess?.steps[0]?.factors.map((factor) => factor.name)).toContain('nothing seen');
  expect(guess?.likelihood).toBeLessThan(0.1);
});

test('a function policy only adds: not read, it leaves what the identity side allows proven', async () => {
  const fn: SnapshotRecord = {
    type: 'AWS::Lambda::Function',
    id: `arn:aws:lambda:us-east-1:${account}:function:pay`,
    account,
    region: 'us-east-1',
    calls: ['lambda:ListFunctions'],
    config: { FunctionName: 'pay', FunctionArn: `arn:aws:lambda:us-east-1:${account}:function:pay`, Role: roleArn('pay') },
  };
  const records = [
    user('ada', [{ Effect: 'Allow', Action: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], Resource: '*' }]),
    role('pay', trusts({ Service: 'lambda.amazonaws.com' }), [{ Effect: 'Allow', Action: '*', Resource: '*' }]),
    fn,
  ];
  const path = await best(records, userArn('ada'), `admin:${account}`);
  expect(path?.verdict).toBe('proven');
});
