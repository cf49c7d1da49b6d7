import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { analyse } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { run } from '../support/run.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'postern-join-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const env = { POSTERN_REDACTION_KEY: '55'.repeat(32) };
let count = 0;

async function snapshotOf(answer: Json, account: string): Promise<string> {
  const folder = path.join(root, `in${++count}`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'a.json'), JSON.stringify(answer));
  const out = path.join(root, `snap${count}`);
  const { code, err } = await run(['import', 'aws', folder, '--out', out, '--account', account, '--region', 'eu-west-1'], { env });
  expect(`${code} ${err}`).toMatch(/^0 /);
  return out;
}
const iam = (users: readonly JsonObject[], roles: readonly JsonObject[]): JsonObject => ({
  UserDetailList: users,
  RoleDetailList: roles,
  GroupDetailList: [],
  Policies: [],
});
const allow = (action: string, resource: string): JsonObject => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: resource } });
const role = 'arn:aws:iam::444455556666:role/operate';
const inA = (resource: string): JsonObject =>
  iam(
    [
      {
        UserName: 'ada',
        UserId: 'AIDA1',
        Arn: 'arn:aws:iam::111122223333:user/ada',
        UserPolicyList: [{ PolicyName: 'p', PolicyDocument: allow('sts:AssumeRole', resource) }],
      },
    ],
    [],
  );
const inB = iam(
  [],
  [
    {
      RoleName: 'operate',
      RoleId: 'AROA1',
      Arn: role,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      },
      RolePolicyList: [{ PolicyName: 'all', PolicyDocument: allow('*', '*') }],
    },
  ],
);

describe('snapshots that were collected apart', () => {
  test.each([
    ['who may assume it', role, true],
    ['who may assume another', 'arn:aws:iam::444455556666:role/other', false],
  ])('a role and %s are decided over both', async (_name, resource, found) => {
    const [a, b] = [await snapshotOf(inA(resource), '111122223333'), await snapshotOf(inB, '444455556666')];
    const [ab, ba] = [path.join(root, `ab${count}`), path.join(root, `ba${count}`)];
    expect((await run(['snapshot', 'join', a, b, '--out', ab])).code).toBe(0);
    expect((await run(['snapshot', 'join', b, a, '--out', ba])).code).toBe(0);
    expect([...(await readSnapshot(ba)).all()]).toEqual([...(await readSnapshot(ab)).all()]);
    const { resolver, ranker } = await analyse(ab);
    const [from, to] = [resolver.one('ada'), resolver.one('admin:444455556666')];
    expect(from !== undefined && to !== undefined && ranker().best(from, to) !== undefined).toBe(found);
    expect((await run(['snapshot', 'verify', ab])).code).toBe(0);
  });

  test('two snapshots of one account that differ are refused', async () => {
    const [a, b] = [await snapshotOf(inA(role), '111122223333'), await snapshotOf(inA('*'), '111122223333')];
    const out = path.join(root, 'never');
    expect(await run(['snapshot', 'join', a, b, '--out', out])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/say different things of `arn:aws:iam::111122223333:user\/ada`/),
    });
    expect(await run(['snapshot', 'join', a, '--out', a])).toMatchObject({ code: 2 });
  });
});
