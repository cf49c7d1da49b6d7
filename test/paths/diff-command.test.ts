import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { account, bucket, roleArn, user, userArn } from '../support/estate.ts';
import { allow, at, customers, head, json, type PathDocument, pathEstate } from '../support/path-estate.ts';
import { run } from '../support/run.ts';

pathEstate();

interface Diff {
  readonly changes: readonly { readonly resource: string }[];
  readonly paths: Record<
    'added' | 'removed' | 'riskier' | 'safer',
    readonly { readonly path: PathDocument; readonly causes: readonly { resource: string; proof: string; pointers: string[] }[] }[]
  >;
  readonly findings: Record<'added' | 'removed', readonly { readonly finding: { readonly rule: string; readonly resource: string } }[]>;
}

describe('diff', () => {
  test('a snapshot with itself: nothing, also where several accounts hold a policy of one id', async () => {
    const { value, code } = await json<Diff>('diff', ['diff', path.join('snapshots', 'demo'), path.join('snapshots', 'demo')]);
    expect([value.changes, value.paths.added, value.paths.removed, code]).toEqual([[], [], [], 0]);
  });

  test('new and safer paths, each with the change that did it, proved alone', async () => {
    const { value, code } = await json<Diff>('diff', ['diff', at('before'), at('after')]);
    expect(code).toBe(1);
    expect(value.changes.map((each) => each.resource).sort()).toEqual(['arn:aws:s3:::logs', roleArn('vendor'), userArn('jo')].sort());
    expect(value.paths.added.map(({ path: each, causes }) => [each.entry.id, each.target.id, causes.map((cause) => [cause.resource, cause.proof])])).toEqual([
      ['internet', 'arn:aws:s3:::logs', [['arn:aws:s3:::logs', 'verified']]],
      [`phished:${userArn('jo')}`, 'arn:aws:s3:::logs', [['arn:aws:s3:::logs', 'verified']]],
    ]);
    expect(value.paths.removed).toEqual([]);
    expect(value.paths.safer.length).toBeGreaterThan(0);
    for (const { causes } of value.paths.safer) {
      expect(causes.map((cause) => [cause.resource, cause.proof])).toEqual([[roleArn('vendor'), 'verified']]);
      expect(causes[0]?.pointers).toEqual(['/config/AssumeRolePolicyDocument/Statement/0/Condition']);
    }
    expect(value.findings.added.map(({ finding }) => finding.resource)).toContain('arn:aws:s3:::logs');
  });

  test('the other way round what was new is gone; with itself nothing is', async () => {
    const back = await json<Diff>('diff', ['diff', at('after'), at('before')]);
    expect(back.value.paths.added).toEqual([]);
    expect(back.value.paths.removed.map(({ path: each, causes }) => [each.target.id, causes.map((cause) => cause.proof)])).toEqual([
      ['arn:aws:s3:::logs', ['verified']],
      ['arn:aws:s3:::logs', ['verified']],
    ]);
    const same = await run(['diff', at('before'), at('before')]);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('nothing is new')]);
  });
});

test('diff names what changed in a group with a path, though no step rests on it', async () => {
  const staff = `arn:aws:iam::${account}:group/team/staff`;
  const group = (denies: readonly Json[]): SnapshotRecord => ({
    ...user('staff'),
    type: 'AWS::IAM::Group',
    id: staff,
    config: {
      Arn: staff,
      GroupName: 'staff',
      GroupPolicyList: denies.map((each) => ({ PolicyName: 'edge', PolicyDocument: { Version: '2012-10-17', Statement: [each] } })),
    },
  });
  const member = user('people/mo', [allow('s3:GetObject', `${customers}/*`)], { UserName: 'mo', GroupList: ['staff'], GetLoginProfile: { UserName: 'mo' } });
  const estate = (...denies: readonly Json[]): readonly SnapshotRecord[] => [group(denies), member, bucket('customers')];
  await writeSnapshot(at('denied'), estate({ Effect: 'Deny', Action: 's3:*', Resource: '*' }), head);
  await writeSnapshot(at('open'), estate(), head);
  const { value } = await json<Diff>('diff', ['diff', at('denied'), at('open')]);
  expect(value.paths.added.map(({ path: each, causes }) => [each.target.id, causes.map((cause) => [cause.resource, cause.proof])])).toEqual([
    [customers, [[staff, 'verified']]],
  ]);
});
