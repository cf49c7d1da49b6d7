import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { commands } from '../../src/cli/table.ts';
import { isStep, nodeKindNames, nodeKinds } from '../../src/model/vocabulary.ts';
import { jsonSchema, schemas } from '../../src/schema/registry.ts';
import { run } from '../support/run.ts';
import { alteredDemo } from '../view/altered.ts';

const demo = path.join('snapshots', 'demo');
const valid = (name: string, text: string): void => {
  const validate = new Ajv2020({ strict: false }).compile(jsonSchema(name) ?? {});
  validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
};

describe('machine output fits its published schema', () => {
  test.each([
    ['paths', ['paths', demo, '--format', 'json']],
    ['assessment', ['report', demo]],
    ['findings', ['check', demo, '--format', 'json']],
    ['iam-simulation', ['can', demo, 'mila', 'iam:AttachUserPolicy', 'mila']],
  ])('%s', async (name, words) => {
    const { out, code } = await run(words);
    expect([0, 1]).toContain(code);
    valid(name, out);
  });

  test('paths-batch', async () => {
    const pairs = [
      { name: 'yes', from: 'mila', to: 'admin:larkpay-build' },
      { name: 'no', from: 'analyst-petra', to: 'admin:larkpay-production' },
      { name: 'gone', from: 'nobody-at-all', to: 'admin:larkpay-build' },
      { name: 'already', from: 'admin-ivo', to: 'admin:larkpay-production' },
    ];
    const { out, code } = await run(['paths', demo, '--batch', '-'], { stdin: JSON.stringify({ pairs }) });
    expect(code).toBe(0);
    valid('paths-batch', out);
    const { results } = JSON.parse(out) as { results: { name: string; found: boolean; message?: string; path: { steps: unknown[] } | null }[] };
    expect(results.map((each) => each.found)).toEqual([true, false, false, true]);
    expect(results[2]?.message).toContain('nobody-at-all');
    expect(results[3]?.path?.steps).toEqual([]);
  });

  test('iam-simulation of given cases, a bad one among them', async () => {
    const cases = [
      {
        name: 'good',
        principal: 'arn:aws:iam::111122223333:user/a',
        action: 's3:GetObject',
        resource: 'arn:aws:s3:::b/k',
        identityPolicies: [{ name: 'p', policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] } }],
      },
      { name: 'bad', principal: 7 },
    ];
    const { out } = await run(['iam', 'simulate', '-'], { stdin: JSON.stringify({ cases }) });
    expect((JSON.parse(out) as { results: { decision: string }[] }).results.map((each) => each.decision)).toEqual(['allow', 'error']);
  });

  test('reach', async () => {
    const flows = [
      { name: 'open', from: 'internet', to: 'bastion', protocol: 'tcp', port: 22 },
      { name: 'closed', from: 'internet', to: 'legacy-ftp', protocol: 'tcp', port: 22 },
    ];
    const { snapshotIds } = await ids();
    const { out, code } = await run(['reach', demo, '--batch', '-'], {
      stdin: JSON.stringify({ flows: flows.map((flow) => ({ ...flow, to: snapshotIds[flow.to] })) }),
    });
    expect(code).toBe(0);
    valid('reach', out);
    const { results } = JSON.parse(out) as { results: { verdict: string; stoppedBy: { reason: string } | null }[] };
    expect(results.map((each) => each.verdict)).toEqual(['yes', 'no']);
    expect(results[1]?.stoppedBy?.reason).toBe('network-acl');
  });

  test('manifest', () => valid('manifest', readFileSync(path.join(demo, 'manifest.json'), 'utf8')));

  test.each(Object.keys(schemas))('postern schema %s', async (name) => {
    const { out, code } = await run(['schema', name]);
    expect(code).toBe(0);
    expect((JSON.parse(out) as { $schema: string }).$schema).toContain('2020-12');
  });
});

async function ids(): Promise<{ snapshotIds: Record<string, string> }> {
  const { readSnapshot } = await import('../../src/snapshot/read.ts');
  const snapshot = await readSnapshot(demo);
  const found: Record<string, string> = {};
  for (const record of snapshot.records('AWS::EC2::Instance')) {
    const tags = record.config['Tags'];
    for (const tag of Array.isArray(tags) ? (tags as { Key: string; Value: string }[]) : []) if (tag.Key === 'Name') found[tag.Value] = record.id;
  }
  return { snapshotIds: found };
}

describe('the command table', () => {
  test('is sorted, and every command has help that names all its flags', async () => {
    const names = commands.map((command) => command.name);
    expect(names).toEqual([...names].sort());
    for (const command of commands) {
      const { out, code } = await run([...command.name.split(' '), '--help']);
      expect(code).toBe(0);
      for (const flag of command.flags) expect(out).toContain(flag.name);
    }
  });

  test.each([
    [['path', demo], 'did you mean paths?'],
    [['paths', demo, '--topp', '3'], 'did you mean --top?'],
    [['paths', demo, '--top', 'many'], 'is not a count'],
    [['paths'], 'no SNAP'],
    [['paths', demo, '--from', 'larkpay-dta'], 'nothing in the snapshot is called'],
    [['report', demo, '-f', 'pfd'], 'is not a report format'],
    [['paths', 'no-such-folder'], 'no snapshot in'],
    [['view', demo, '--host', '0.0.0.0'], 'loopback'],
  ])('%j is exit code 2 with a hint, and nothing on stdout', async (words, message) => {
    const { code, out, err } = await run(words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
  });

  test.each([
    ['critical', 1],
    ['none', 0],
  ] as const)('--fail-on %s', async (level, expected) => expect((await run(['paths', demo, '--fail-on', level])).code).toBe(expected));

  test('--strict is 3 on an incomplete collection, and on no other', async () => {
    const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'postern-strict-')), 'snapshot');
    await alteredDemo(
      folder,
      '2026-11-24T08:00:00.000Z',
      (record) => record,
      (calls) => calls.map((call) => (call.call === 's3:ListBuckets' ? { ...call, state: 'denied', reason: 'AccessDenied' } : call)),
    );
    expect((await run(['paths', folder, '--strict'])).code).toBe(3);
    expect((await run(['paths', demo, '--strict'])).code).toBe(1);
    await rm(path.dirname(folder), { recursive: true });
  });
});

test('names in Markdown cannot become markup', async () => {
  const { markdown } = await import('../../src/report/markdown.ts');
  const { out } = await run(['report', demo]);
  const assessment = JSON.parse(out.replaceAll('"larkpay-press-kit"', '"<script>alert(1)</script> [x](http://evil) `|"'));
  const text = markdown(assessment);
  expect(text).not.toMatch(/(?<!\\)<script/);
  expect(text).not.toContain('[x](http://evil)');
  expect(text.length).toBeLessThan(65_536);
});

test('vocabulary: every step kind says what the attacker does, hubs are never shown', () => {
  expect(nodeKindNames.filter((kind) => 'virtual' in nodeKinds[kind])).toEqual(['Hub']);
  expect(isStep('CanBecome')).toBe(true);
  expect(isStep('Contains')).toBe(false);
});
