import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { reportFormats } from '../../src/report/formats.ts';
import { assessmentFixture } from '../support/assessment.ts';
import { run } from '../support/run.ts';

/** `npm run golden` writes these files anew; they are read in review like code. */
const update = process.env['UPDATE_GOLDEN'] === '1';
const golden = path.join('test', 'golden', 'report');
const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-golden-'));
const snapshot = path.join(folder, 'snapshot');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const words = ['import', 'aws', path.join('test', 'cases', 'report', 'estate'), '--account', '111122223333', '--region', 'eu-west-1', '--out', snapshot];
  const { code, err } = await run(words, { env: { POSTERN_REDACTION_KEY: '33'.repeat(32) } });
  expect(`${code} ${err}`).toMatch(/^0 /);
});

/** What differs from run to run by nature: when the snapshot was made, and so its hash. */
const steady = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/Snapshot `[0-9a-f]{16}`/g, 'Snapshot `<hash>`')
    .replaceAll(snapshot, 'SNAP');

/** Golden files hang on these rules alone, so that a new rule elsewhere changes none of them. */
const pinned = ['--rules', path.join('test', 'cases', 'report', 'baseline.yaml'), '--framework', 'larkpay-baseline'];
const outputs: readonly (readonly [file: string, words: readonly string[]])[] = [
  ['paths.txt', ['paths', snapshot]],
  ['check.txt', ['check', snapshot, ...pinned]],
  ['can.txt', ['can', snapshot, 'noor', 's3:GetObject', 'arn:aws:s3:::ledger-archive/2024.csv', '--why', '--format', 'text']],
];

test.each(outputs)('%s is what was agreed in review', async (file, words) => {
  const { out, err } = await run(words);
  expect(err).toBe('');
  const text = steady(out);
  const target = path.join(golden, file);
  if (update) writeFileSync(target, text);
  expect(existsSync(target) ? text : `no golden file ${target}: npm run golden writes it`).toBe(existsSync(target) ? readFileSync(target, 'utf8') : text);
});

const texts = reportFormats.filter(({ binary }) => binary !== true);
test.each(texts.map(({ name, extension, render }) => [`report.${extension}`, name, render] as const))(
  '%s is what was agreed in review',
  async (file, _name, render) => {
    const text = String(await render(assessmentFixture));
    const target = path.join(golden, file);
    if (update) writeFileSync(target, text);
    expect(existsSync(target) ? text : `no golden file ${target}: npm run golden writes it`).toBe(existsSync(target) ? readFileSync(target, 'utf8') : text);
  },
);

test('the same snapshot gives the same bytes', async () => {
  for (const [, words] of outputs) expect((await run(words)).out).toBe((await run(words)).out);
});
