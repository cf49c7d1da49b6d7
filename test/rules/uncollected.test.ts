import path from 'node:path';
import { expect, test } from '@jest/globals';
import type { Finding } from '../../src/model/assessment.ts';
import { run } from '../support/run.ts';

test('a type that nobody asked for is unknown in the accounts of its cloud, and in no other', async () => {
  const { out } = await run(['check', path.join('snapshots', 'demo-hybrid'), '--rule', 'aws.dms.*', '--format', 'json', '--fail-on', 'none']);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const asked = findings.filter(({ result, message }) => result === 'unknown' && message.includes('nobody asked'));
  expect(new Set(findings.map(({ account }) => account)).size).toBeGreaterThan(1);
  for (const { account } of asked) expect(account).toMatch(/^\d{12}$/);
});
