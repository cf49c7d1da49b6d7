import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { schemas } from '../../src/schema/registry.ts';
import { roleArn, userArn } from '../support/estate.ts';
import { run } from '../support/run.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'postern-usage-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const [recent, old] = ['2026-11-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00'];
const policy = (action: unknown, resource: unknown = '*') => ({
  PolicyName: 'p',
  PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] },
});
const role = (name: string, more: object, ...policies: object[]) => ({
  RoleName: name,
  RoleId: `AROA${name}`,
  Arn: roleArn(name),
  Path: '/',
  CreateDate: old,
  AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] },
  AttachedManagedPolicies: [],
  InstanceProfileList: [],
  RolePolicyList: policies,
  ...more,
});
const details = {
  UserDetailList: [
    {
      UserName: 'ada',
      UserId: 'AIDAada',
      Arn: userArn('ada'),
      Path: '/',
      CreateDate: old,
      GroupList: [],
      AttachedManagedPolicies: [],
      UserPolicyList: [policy('sqs:*')],
    },
  ],
  GroupDetailList: [],
  RoleDetailList: [
    role('busy', { RoleLastUsed: { LastUsedDate: recent, Region: 'eu-west-1' } }, policy(['s3:GetObject', 'sqs:*'])),
    role('idle', { RoleLastUsed: {} }, policy('iam:PassRole')),
    role('young', { RoleLastUsed: {}, CreateDate: recent }),
    role('silent', {}),
    role('boss', { RoleLastUsed: { LastUsedDate: recent } }, policy('*')),
  ],
  Policies: [],
};
const accessed = [
  {
    request: { Arn: roleArn('busy') },
    response: {
      JobStatus: 'COMPLETED',
      ServicesLastAccessed: [
        { ServiceName: 'Amazon S3', ServiceNamespace: 's3', LastAuthenticated: recent },
        {
          ServiceName: 'Amazon SQS',
          ServiceNamespace: 'sqs',
          LastAuthenticated: recent,
          TrackedActionsLastAccessed: [
            { ActionName: 'SendMessage', LastAccessedTime: recent },
            { ActionName: 'CreateQueue' },
            { ActionName: 'DeleteQueue', LastAccessedTime: old },
          ],
        },
      ],
    },
  },
];
const keys = [
  {
    AccessKeyMetadata: [
      { UserName: 'ada', AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA', Status: 'Active', CreateDate: old },
      { UserName: 'ada', AccessKeyId: 'AKIABBBBBBBBBBBBBBBB', Status: 'Active', CreateDate: old },
      { UserName: 'ada', AccessKeyId: 'AKIACCCCCCCCCCCCCCCC', Status: 'Inactive', CreateDate: old },
    ],
  },
  {
    request: { AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA' },
    response: { UserName: 'ada', AccessKeyLastUsed: { LastUsedDate: old, ServiceName: 'sqs', Region: 'eu-west-1' } },
  },
  {
    request: { AccessKeyId: 'AKIABBBBBBBBBBBBBBBB' },
    response: { UserName: 'ada', AccessKeyLastUsed: { LastUsedDate: recent, ServiceName: 'sqs', Region: 'eu-west-1' } },
  },
];
const snapshot = path.join(root, 'snapshot');
type Report = {
  principals: { principal: string; verdict: string; actions: object; services: { service: string; verdict: string }[]; missing: string[] }[];
  keys: { id: string; verdict: string }[];
};

beforeAll(async () => {
  for (const [name, content] of Object.entries({ details, accessed, keys, buckets: { Buckets: [{ Name: 'data', CreationDate: old }] } }))
    writeFileSync(path.join(root, `${name}.json`), JSON.stringify(content));
  const result = await run(
    [
      'import',
      'aws',
      ...['details', 'accessed', 'keys', 'buckets'].map((name) => path.join(root, `${name}.json`)),
      '--out',
      snapshot,
      '--account',
      '111122223333',
    ],
    {
      env: { POSTERN_REDACTION_KEY: '22'.repeat(32) },
    },
  );
  expect(result).toMatchObject({ code: 0 });
  // The end of an import is when it ran; what is measured here is the same whenever that is.
});

const ask = async <T>(...words: string[]): Promise<T> => {
  const { code, out, err } = await run(['iam', ...words, '--format', 'json']);
  expect(err).toBe('');
  expect(code).toBe(0);
  const answer = JSON.parse(out) as { schema: string };
  schemas[answer.schema.replace('/v1', '')]?.parse(answer);
  return answer as T;
};

describe('iam unused', () => {
  test('tells used, unused, new and unknown apart', async () => {
    const report = await ask<Report>('unused', snapshot, '--days', '150');
    expect(Object.fromEntries(report.principals.map((each) => [each.principal.split('/').at(-1), each.verdict]))).toEqual({
      ada: 'used',
      boss: 'used',
      busy: 'used',
      idle: 'unused',
      silent: 'unknown',
      young: 'new',
    });
    expect(report.keys.map((key) => `${key.id.slice(4, 5)} ${key.verdict}`)).toEqual(['A unused', 'B used']);
  });

  test('counts what was granted and not used, and what nobody reports', async () => {
    const report = await ask<Report>('unused', snapshot, '--days', '150');
    const busy = report.principals.find((each) => each.principal === roleArn('busy'));
    expect(busy?.services.map(({ service, verdict }) => `${service} ${verdict}`)).toEqual(['s3 used', 'sqs used']);
    expect(busy?.actions).toMatchObject({ unused: 2 });
    expect(report.principals.find((each) => each.principal === roleArn('idle'))?.missing).toEqual(['iam:GenerateServiceLastAccessedDetails']);
  });

  test('reads as text', async () => {
    const { out } = await run(['iam', 'unused', snapshot, '--days', '150']);
    expect(out).toContain('role  arn:aws:iam::111122223333:role/idle  last used never, 1 actions granted');
    expect(out).toContain('AKIAAAAAAAAAAAAAAAAA of user/ada');
  });

  test('refuses days that are none', async () => expect(await run(['iam', 'unused', snapshot, '--days', 'soon'])).toMatchObject({ code: 2 }));
});

describe('iam rightsize', () => {
  test('leaves out what AWS reports as unused and keeps what it does not report', async () => {
    const answer = await ask<{
      removed: string[];
      kept: string[];
      policies: { document: { Statement: { Action: string[] }[] } }[];
      proof: { requests: number; lost: number; gained: number };
    }>('rightsize', snapshot, 'busy');
    expect(answer.removed).toEqual(['sqs:CreateQueue']);
    expect(answer.kept).toContain('sqs:ReceiveMessage');
    expect(answer.kept).toContain('sqs:DeleteQueue');
    expect(answer.policies[0]?.document.Statement[0]?.Action).toContain('s3:GetObject');
    expect(answer.proof).toMatchObject({ lost: 0, gained: 0 });
    expect(answer.proof.requests).toBeGreaterThan(10);
  });

  test('use longer ago than asked does not count', async () => {
    const answer = await ask<{ removed: string[] }>('rightsize', snapshot, 'busy', '--days', '150');
    expect(answer.removed).toEqual(['sqs:CreateQueue', 'sqs:DeleteQueue']);
  });

  test('says what to collect where nothing is known', async () => {
    expect(await run(['iam', 'rightsize', snapshot, 'idle'])).toMatchObject({ code: 2, err: expect.stringContaining('--last-accessed') });
    expect(await run(['iam', 'rightsize', snapshot, 'nobody'])).toMatchObject({ code: 2, err: expect.stringContaining('no user or role') });
  });
});

describe('iam wildcards', () => {
  test('ranks by what is reached: one star to everything before many that reach little', async () => {
    const answer = await ask<{ grants: { principals: string[]; evidence: { pointer: string }; reaches: { administrators: number } }[] }>('wildcards', snapshot);
    expect(answer.grants[0]).toMatchObject({ principals: [roleArn('boss')], reaches: { administrators: 1, data: 1 } });
    expect(answer.grants.map((grant) => grant.principals.join())).toContain(roleArn('idle'));
    const { out } = await run(['iam', 'wildcards', snapshot, '--top', '1']);
    expect(out).toContain('role/boss reach 1 administrators');
  });
});
