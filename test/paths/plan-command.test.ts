import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/model/change.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';
import { bucket, roleArn, user, userArn } from '../support/estate.ts';
import { allow, at, customers, head, json, type PathDocument, pathEstate } from '../support/path-estate.ts';
import { run } from '../support/run.ts';

pathEstate();

interface PlanDocument {
  readonly state: string;
  readonly fewest: string;
  readonly bound: number;
  readonly risk: { readonly before: number; readonly after: number };
  readonly steps: readonly {
    readonly title: string;
    readonly changes: readonly Change[];
    readonly cli: string;
    readonly terraform: string;
    readonly takesAway: { readonly summary: string };
  }[];
}

describe('plan', () => {
  test('a step that two statements prove is broken in both, and the derivation agrees', async () => {
    const { value, code } = await json<PlanDocument>('plan', ['plan', at('before'), '--target', 'customers', '--fail-on', 'none']);
    expect(code).toBe(0);
    expect([value.state, value.fewest]).toEqual(['proved', 'proved']);
    expect(value.risk.after).toBe(0);
    expect(value.risk.before).toBeGreaterThan(0);
    expect(value.steps).toHaveLength(value.bound);
    // One change of the trust is less than one for each of the two statements.
    expect(value.steps.map((step) => step.title).join('\n')).toContain('vendor');
    for (const step of value.steps) {
      expect(step.cli).toMatch(/^aws /);
      expect(step.terraform).not.toBe('');
    }
  });

  test('where the trust cannot be the way, both statements go', async () => {
    const local: readonly SnapshotRecord[] = [
      user('eve', [allow('s3:GetObject', `${customers}/*`), allow('s3:Get*'), allow('sqs:*')], {
        ListAccessKeys: [{ AccessKeyId: 'AKIAEXAMPLEEXAMPLE22', Status: 'Active' }],
      }),
      bucket('customers'),
    ];
    await writeSnapshot(at('two'), local, head);
    const paths = await json<{ paths: PathDocument[] }>('paths', ['paths', at('two'), '--from', 'eve', '--to', 'customers']);
    expect(paths.value.paths).toHaveLength(1);
    const changes = [0, 1].map((index) => ({ op: 'remove', resource: userArn('eve'), pointer: `/config/UserPolicyList/0/PolicyDocument/Statement/${index}` }));
    for (const [list, left] of [
      [changes.slice(0, 1), 1],
      [changes.slice(1), 1],
      [changes, 0],
    ] as const) {
      await writeFile(at('change.yaml'), JSON.stringify({ schema: 'change/v1', changes: list }));
      const { analyse } = await import('../../src/cli/analysis.ts');
      const { withChanges } = await import('../../src/cli/whatif.ts');
      const { parseChanges } = await import('../../src/paths/change-file.ts');
      const base = await analyse(at('two'));
      const { analysis } = await withChanges(base, parseChanges(await readFile(at('change.yaml'), 'utf8'), 'change.yaml'));
      const ends = ['eve', 'customers'].map((name) => analysis.resolver.one(name) ?? -1);
      expect(analysis.ranker().best(ends[0] ?? -1, ends[1] ?? -1) === undefined ? 0 : 1).toBe(left);
    }
  });

  test('what it prints is a change file: what-if shows the risk that it promised', async () => {
    const plan = await json<PlanDocument>('plan', ['plan', at('before'), '--share', '90', '--fail-on', 'none']);
    const { value } = await json<{ risk: { before: number; after: number }; gone: PathDocument[]; new: PathDocument[] }>(
      'what-if',
      ['whatif', at('before'), '--apply', '-', '--fail-on', 'none'],
      plan.out,
    );
    expect(value.risk.after).toBeCloseTo(plan.value.risk.after, 1);
    expect(value.risk.after).toBeLessThanOrEqual(value.risk.before * 0.1 + 0.01);
    expect(value.new).toEqual([]);
  });

  test('says that it is impossible where no known change helps', async () => {
    const { value, code } = await json<PlanDocument>('plan', ['plan', at('before'), '--target', 'internet']);
    expect([value.state, value.steps.length, code]).toEqual(['impossible', 0, 1]);
  });
});

describe('whatif', () => {
  test('a cut step is gone from the paths, and a wrong change is refused by its place', async () => {
    const stdin = JSON.stringify({ schema: 'change/v1', changes: [{ op: 'cut', from: 'jo', to: roleArn('admin') }] });
    const { value } = await json<{ gone: PathDocument[] }>('what-if', ['whatif', at('before'), '--apply', '-'], stdin);
    expect(value.gone.some((each) => each.target.id === roleArn('admin') || each.entry.id.includes('jo'))).toBe(true);
    await writeFile(at('wrong.yaml'), 'schema: change/v1\nchanges:\n  - { op: remov, resource: jo }\n');
    const { code, err } = await run(['whatif', at('before'), '--apply', at('wrong.yaml')]);
    expect(code).toBe(2);
    expect(err).toMatch(/wrong\.yaml:3:\d+ .*`remov`[\s\S]*did you mean remove/);
  });

  test('suggests changes of its own', async () => {
    const { value } = await json<{ changes: Change[]; risk: { before: number; after: number } }>('what-if', [
      'whatif',
      at('before'),
      '--suggest',
      '2',
      '--fail-on',
      'none',
    ]);
    expect(value.changes.length).toBeGreaterThan(0);
    expect(value.risk.after).toBeLessThan(value.risk.before);
  });
});
