import { expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

const types = await allTypes();
const root = { AWS: `arn:aws:iam::${account}:root` };

test.each([200, 400, 800])('%i roles that may all assume each other are a hub, not a square', async (count) => {
  const records = Array.from({ length: count }, (_, index) =>
    role(`r${String(index).padStart(4, '0')}`, trusts(root), [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }]),
  );
  const { graph } = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
  expect(graph.edgeCount).toBeLessThan(6 * count + 50);
});

test('a chain over three roles to a bucket is found, priced and proved', async () => {
  const records = [
    user('ada', [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn('one') }]),
    role('one', trusts(root), [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArn('two') }]),
    role('two', trusts({ AWS: roleArn('one') }), [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cards/*' }]),
    bucket('cards'),
  ];
  const analysis = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
  const [from, to] = [analysis.resolver.one(userArn('ada')), analysis.resolver.one('cards')];
  const path = analysis.ranker().best(from ?? -1, to ?? -1);
  expect(path?.steps.map((step) => step.to)).toEqual([roleArn('one'), roleArn('two'), 'arn:aws:s3:::cards']);
  expect(path?.verdict).toBe('proven');
  expect(path?.steps[0]?.evidence).toEqual(
    expect.arrayContaining([
      { resource: userArn('ada'), pointer: '/config/UserPolicyList/0/PolicyDocument/Statement/0', call: 'iam:GetAccountAuthorizationDetails' },
    ]),
  );
});

test('a condition on the request makes a path conditional and says on what; a policy that was not read makes it unknown and says what is missing', async () => {
  const records = [
    user('ada', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }]),
    user('bob', [], {
      AttachedManagedPolicies: [{ PolicyName: 'Elsewhere', PolicyArn: 'arn:aws:iam::aws:policy/Elsewhere' }],
      UserPolicyList: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }],
    }),
    bucket('cards'),
  ];
  const analysis = await analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
  const ranker = analysis.ranker();
  const best = (name: string) => ranker.best(analysis.resolver.one(userArn(name)) ?? -1, analysis.resolver.one('cards') ?? -1);
  expect(best('ada')?.verdict).toBe('conditional');
  expect(best('ada')?.steps[0]?.conditions[0]?.key).toBe('aws:MultiFactorAuthPresent');
  expect(best('bob')?.verdict).toBe('unknown');
  expect(best('bob')?.steps[0]?.missing[0]).toContain('Elsewhere');
});

test('the order of the records does not matter', async () => {
  const records = [
    user('ada', [{ Effect: 'Allow', Action: '*', Resource: '*' }]),
    role('one', trusts(root)),
    bucket('cards'),
    bucket('logs', { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: '*' }] }),
  ];
  const text = async (list: typeof records): Promise<string> =>
    JSON.stringify((await analyseSnapshot(memorySnapshot(list, { types }), types, noSettings)).ranker().top(20));
  expect(await text([...records].reverse())).toBe(await text(records));
});
