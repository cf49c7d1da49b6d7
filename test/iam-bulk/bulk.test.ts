import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attackerContext, createAwsIamEngine } from '../../src/iam/engine.ts';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { estate, names, notCollected, other, unasked } from '../arbitrary/iam-estate.ts';
import { account, bucket, role, roleArn, trusts, user, userArn } from '../support/estate.ts';

const key = (): SnapshotRecord => ({
  type: 'AWS::KMS::Key',
  id: `arn:aws:kms:eu-west-1:${account}:key/1`,
  account,
  region: 'eu-west-1',
  calls: ['kms:GetKeyPolicy'],
  config: {
    KeyId: '1',
    GetKeyPolicy: {
      Policy: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' }],
      },
    },
  },
});

describe('the bulk form', () => {
  test.each([
    ['iam:PassRole', [...names.map((name) => roleArn(name)), roleArn('far', other)].sort()],
    ['sts:AssumeRole', [...names.map((name) => roleArn(name)), roleArn('far', other)].sort()],
    ['s3:GetObject', ['arn:aws:s3:::cards/k', 'arn:aws:s3:::logs/k']],
  ] as const)('of %s gives what the point form gives for every pair', (action, candidates) => {
    fc.assert(
      fc.property(estate, (records) => {
        const engine = createAwsIamEngine(memorySnapshot(records));
        const bulk = new Map<string, string>();
        for (const grant of engine.bulk({ action, candidates })) {
          if (grant.principal === '*' || grant.principal.startsWith('aws:')) continue;
          for (const member of grant.set.members)
            bulk.set(
              `${grant.principal} ${candidates[member]}`,
              `${grant.missing.length > 0 ? 'unknown' : grant.residual.length > 0 ? 'conditional' : 'allow'} ${JSON.stringify(grant.residual)}`,
            );
        }
        for (const { arn } of engine.principals) {
          for (const candidate of candidates) {
            const point = engine.can(arn, action, candidate, { context: attackerContext });
            // Who holds nothing for the action is not listed for a resource policy that was not read: that would be everybody.
            const own = engine.estatePrincipal(arn);
            const holds = (own?.identity?.select(action.toLowerCase()).allow.length ?? 0) > 0 || own?.unread.length !== 0;
            const nobody = point.allowedBy === 'unread' && !holds;
            const expected = point.decision === 'deny' || nobody ? undefined : `${point.decision} ${JSON.stringify(point.residual)}`;
            expect(`${arn} ${candidate} ${bulk.get(`${arn} ${candidate}`)}`).toBe(`${arn} ${candidate} ${expected}`);
          }
        }
      }),
      { numRuns: 400, seed: 20261124 },
    );
  });

  test.each([
    ['iam:PassRole', [...names.map((name) => roleArn(name)), roleArn('far', other), roleArn('a*p'), roleArn('e?l'), 'arn:aws:iam::*:role/w*'].sort()],
    [
      's3:GetObject',
      [
        'arn:aws:s3:::cards/*',
        'arn:aws:s3:::c*s/k',
        'arn:aws:s3:::cards/k',
        'arn:aws:s3:::l?gs/2026/x',
        'arn:aws:s3:::l*s/*k',
        'arn:aws:s3:::logs/*',
        'arn:aws:s3:::logs/2026/*',
        'arn:aws:s3:::logs/k',
        'arn:aws:s3:::void/*',
      ],
    ],
    ['sqs:SendMessage', [`arn:aws:sqs:eu-west-1:${account}:q1`, `arn:aws:sqs:eu-west-1:${account}:q2`, `arn:aws:sqs:us-east-1:${account}:q2`]],
  ] as const)('of %s gives together what it gives one by one, shapes too', (action, candidates) => {
    fc.assert(
      fc.property(estate, (records) => {
        const engine = createAwsIamEngine(memorySnapshot(records));
        // Evidence is that of one candidate of a set; the others have their own, by the grant as by asking about them alone.
        const texts = (list: readonly string[], principals?: readonly string[]): string[] =>
          engine.bulk({ action, candidates: list, ...(principals === undefined ? {} : { principals }) }).flatMap((grant) => {
            expect(grant.evidence).toBeDefined();
            const on = (member: number) => (list.length === 1 ? grant.evidence : grant.evidenceOn?.(member));
            return [...grant.set.members].map((member) => JSON.stringify([grant.principal, list[member], grant.residual, grant.missing, on(member)]));
          });
        const alone = candidates.flatMap((candidate) => engine.principals.flatMap(({ arn }) => texts([candidate], [arn])));
        const own = new Set(engine.principals.map(({ arn }) => arn));
        const together = texts(candidates).filter((text) => own.has((JSON.parse(text) as [string])[0]));
        expect(together.sort()).toEqual(alone.sort());
      }),
      { numRuns: 150, seed: 20261125 },
    );
  });

  test('some object below is found wherever one is allowed', () => {
    const buckets = ['arn:aws:s3:::cards/', 'arn:aws:s3:::logs/', 'arn:aws:s3:::logs/2026/'];
    const names = ['k', 'ads/x', 'a', '2026/x', 'd7', 'xdx7x', 'ada/x', 'd7/ads/', ''];
    fc.assert(
      fc.property(estate, (records) => {
        const engine = createAwsIamEngine(memorySnapshot(records));
        const found = new Set<string>();
        for (const { principal, set, missing } of engine.bulk({ action: 's3:GetObject', candidates: buckets.map((text) => `${text}*`) }))
          for (const member of set.members) if (missing.length === 0) found.add(`${principal} ${buckets[member]}`);
        for (const { arn } of engine.principals)
          for (const beginning of buckets)
            for (const name of names)
              if (
                engine.can(arn, 's3:GetObject', `${beginning}${name}`, { context: attackerContext }).decision === 'allow' &&
                !found.has(`${arn} ${beginning}`)
              )
                throw new Error(`${arn} may read ${beginning}${name}, and nothing below ${beginning} is found`);
      }),
      { numRuns: 150, seed: 20261126 },
    );
  });

  test('a thousand roles with one policy share one set', () => {
    const records = Array.from({ length: 1000 }, (_, index) =>
      role(`r${String(index).padStart(4, '0')}`, trusts({ AWS: `arn:aws:iam::${account}:root` }), [
        { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' },
      ]),
    );
    const engine = createAwsIamEngine(memorySnapshot(records));
    const grants = engine
      .bulk({ action: 'sts:AssumeRole', candidates: records.map((record) => record.id).sort() })
      .filter((grant) => !grant.principal.startsWith('aws:'));
    expect(grants.length).toBe(1000);
    expect(new Set(grants.map((grant) => grant.set)).size).toBe(1);
    expect(grants[0]?.set.members.length).toBe(1000);
  });

  test.each([
    ['some object below', 's3:GetObject', 'arn:aws:s3:::logs/*', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::logs/public/*' }], true],
    ['none below', 's3:GetObject', 'arn:aws:s3:::logs/*', [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::log' }], false],
    ['something new of the kind', 'lambda:CreateFunction', '*', [{ Effect: 'Allow', Action: 'lambda:*', Resource: 'arn:aws:lambda:*:*:function:dev-*' }], true],
    ['nothing of the kind', 'lambda:CreateFunction', '*', [{ Effect: 'Allow', Action: 'lambda:*', Resource: 'arn:aws:s3:::x' }], false],
    [
      'all of the kind denied',
      'lambda:CreateFunction',
      '*',
      [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'lambda:*', Resource: 'arn:aws:lambda:*:*:function:*' },
      ],
      false,
    ],
  ] as const)('%s', (_name, action, candidate, statements, expected) => {
    const engine = createAwsIamEngine(memorySnapshot([user('ada', statements as unknown as Json[]), bucket('logs')]));
    expect(engine.bulk({ action, candidates: [candidate] }).some((grant) => grant.principal === userArn('ada'))).toBe(expected);
  });
});

describe('what was not read', () => {
  const { PolicyArn } = notCollected.AttachedManagedPolicies[0] ?? { PolicyArn: '' };
  test.each([
    ['a resource without a policy', [bucket('logs')], 's3:GetObject', 'arn:aws:s3:::logs/k'],
    ['some object below', [bucket('logs')], 's3:GetObject', 'arn:aws:s3:::logs/*'],
    ['a key whose policy leaves it to the account', [key()], 'kms:Decrypt', key().id],
    ['something new', [], 'lambda:CreateFunction', '*'],
  ] as const)('only a policy that was not collected could allow it: %s', (_name, records, action, candidate) => {
    const engine = createAwsIamEngine(memorySnapshot([user('ada', [], notCollected), ...records]));
    expect(engine.bulk({ action, candidates: [candidate] }).map(({ principal, missing, allowedBy }) => ({ principal, missing, allowedBy }))).toEqual([
      { principal: userArn('ada'), missing: [`iam:GetPolicyVersion of ${PolicyArn}`], allowedBy: 'unread' },
    ]);
  });

  test('a bucket of another account whose policy nobody asked for', () => {
    const allowed = user('ada', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]);
    const engine = createAwsIamEngine(memorySnapshot([allowed, user('bob'), unasked(bucket('cards', undefined, {}, other), true)]));
    expect(engine.bulk({ action: 's3:GetObject', candidates: ['arn:aws:s3:::cards/k'] }).map(({ principal, missing }) => [principal, missing])).toEqual([
      [userArn('ada'), ['s3:GetBucketPolicy']],
    ]);
  });
});

describe('administrators', () => {
  const all = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
  const attached = (name: string) => ({ AttachedManagedPolicies: [{ PolicyName: name, PolicyArn: `arn:aws:iam::aws:policy/${name}` }] });
  test.each([
    ['everything', user('ada', all), 'yes'],
    ['the managed policy', user('ada', [], attached('AdministratorAccess')), 'yes'],
    ['identity alone', user('ada', [], attached('IAMFullAccess')), 'no'],
    ['everything, with a second factor', user('ada', [{ ...all[0], Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } } as Json]), 'conditional'],
    ['everything but one region', user('ada', [...all, { Effect: 'Deny', Action: 'ec2:*', Resource: '*' }] as Json[]), 'yes'],
    ['everything but identity', user('ada', [...all, { Effect: 'Deny', Action: 'iam:*', Resource: '*' }] as Json[]), 'no'],
    ['everything inside a boundary', user('ada', all, { PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' } }), 'no'],
    ['a managed policy that was not collected', user('ada', [], attached('SomethingElse')), 'unknown'],
  ] as const)('%s', (_name, record, expected) => expect(createAwsIamEngine(memorySnapshot([record])).admin(userArn('ada')).verdict).toBe(expected));
});
