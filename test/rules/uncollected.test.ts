import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Finding } from '../../src/model/assessment.ts';
import { run } from '../support/run.ts';
import { alteredDemo } from '../view/altered.ts';

test('a type that nobody asked for is unknown in the accounts of its cloud, and in no other', async () => {
  const folder = path.join(await mkdtemp(path.join(os.tmpdir(), 'postern-uncollected-')), 'snapshot');
  // As a collection of before there was a collector of the service.
  await alteredDemo(
    folder,
    '2026-11-24T08:00:00.000Z',
    (record) => record,
    (calls) => calls.filter(({ call }) => !call.startsWith('dms:')),
    'demo-hybrid',
  );
  const { out } = await run(['check', folder, '--rule', 'aws.dms.*', '--format', 'json', '--fail-on', 'none']);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const asked = findings.filter(({ result, message }) => result === 'unknown' && message.includes('nobody asked'));
  expect(new Set(findings.map(({ account }) => account)).size).toBeGreaterThan(1);
  for (const { account } of asked) expect(account).toMatch(/^\d{12}$/);
  await rm(path.dirname(folder), { recursive: true });
});
