import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Assessment } from '../../src/model/assessment.ts';
import { compareWith } from '../../src/report/comparison.ts';
import { digest } from '../../src/report/digest.ts';
import { metrics } from '../../src/report/metrics.ts';
import { pruneSnapshots } from '../../src/snapshot/prune.ts';
import { assessmentFixture } from '../support/assessment.ts';
import { run } from '../support/run.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const snapshot = path.join(folder, 'snapshot');
const report = path.join(folder, 'report.json');
const pinned = ['--rules', path.join('test', 'cases', 'report', 'baseline.yaml'), '--framework', 'larkpay-baseline'];

beforeAll(async () => {
  const words = ['import', 'aws', path.join('test', 'cases', 'report', 'estate'), '--account', '111122223333', '--region', 'eu-west-1', '--out', snapshot];
  expect((await run(words, { env: { POSTERN_REDACTION_KEY: '33'.repeat(32) } })).code).toBe(0);
  await run(['report', snapshot, '-f', `json=${report}`, ...pinned]);
});
const read = (): Assessment => JSON.parse(readFileSync(report, 'utf8')) as Assessment;
const altered = (change: (text: string) => string): string => {
  const file = path.join(folder, 'altered.json');
  const text = readFileSync(report, 'utf8');
  const other = change(text);
  expect(other).not.toBe(text);
  writeFileSync(file, other);
  return file;
};

describe('postern verify', () => {
  test('a report that nobody touched holds', async () => {
    const { code, out } = await run(['verify', report, snapshot, ...pinned]);
    expect(out).toMatch(/^holds: [1-9]\d* pieces of evidence in \d+ records, recomputed: same/);
    expect(code).toBe(0);
  });
  test.each([
    ['a pointer', (text: string) => text.replace(/"pointer": "\/config\/[^"]+"/, '"pointer": "/nowhere/0"'), /leads nowhere|not what the report says/],
    ['a value', (text: string) => text.replace(/"actual": [^\n]+/, '"actual": "something else"'), /not what the report says stands there/],
    [
      'a resource',
      (text: string) => text.replace(/("evidence": \[\s*\{\s*"resource": ")[^"]+/, '$1arn:aws:s3:::not-there'),
      /no record arn:aws:s3:::not-there/,
    ],
    ['a severity', (text: string) => text.replace('"severity": "high"', '"severity": "low"'), /is not what follows from the snapshot/],
    ['a result', (text: string) => text.replace('"result": "fail"', '"result": "pass"'), /is not what follows from the snapshot/],
    ['the hash', (text: string) => text.replace(/"hash": "[0-9a-f]{64}"/, `"hash": "${'00'.repeat(32)}"`), /the report is about the snapshot 0000/],
    ['a line', (text: string) => text.replace(/"line": \d+/, '"line": 99'), /does not stand at/],
  ])('%s that was altered is found', async (_what, change, message) => {
    const { code, out } = await run(['verify', altered(change), snapshot, ...pinned]);
    expect(code).toBe(1);
    expect(out).toMatch(message);
    expect(out).toContain('DOES NOT HOLD');
  });
  test('a finding that was left out is found', async () => {
    const { findings, ...rest } = read();
    const file = path.join(folder, 'short.json');
    writeFileSync(file, JSON.stringify({ ...rest, findings: findings.slice(1) }));
    const { code, out } = await run(['verify', file, snapshot, ...pinned]);
    expect(code).toBe(1);
    expect(out).toContain('is not in the report');
  });
  test('a snapshot that was altered is found', async () => {
    const copy = path.join(folder, 'copy');
    cpSync(snapshot, copy, { recursive: true });
    const manifest = path.join(copy, 'manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"complete"', '"complete" '));
    const { code, out } = await run(['verify', report, copy, '--evidence-only']);
    expect(code).toBe(1);
    expect(out).toContain('the report is about the snapshot');
  });
  test.each([
    ['not there', path.join(folder, 'none.json'), 'cannot read'],
    ['no JSON', path.join('test', 'cases', 'report', 'baseline.yaml'), 'is no JSON'],
    ['something else', 'package.json', 'has the schema'],
  ])('a report that is %s is exit code 2', async (_what, file, message) => {
    const { code, err } = await run(['verify', file, snapshot]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('the baseline', () => {
  const known = path.join(folder, 'baseline.json');
  beforeAll(async () => expect((await run(['baseline', 'write', snapshot, '--out', known, ...pinned])).code).toBe(0));
  test('--fail-on new: the same snapshot has nothing new', async () => {
    expect((await run(['report', snapshot, '-f', 'md', ...pinned, '--baseline', known, '--fail-on', 'new'])).code).toBe(0);
    expect((await run(['check', snapshot, ...pinned, '--baseline', known, '--fail-on', 'new'])).code).toBe(0);
    expect((await run(['report', snapshot, '-f', 'md', ...pinned, '--fail-on', 'new'])).code).toBe(1);
  });
  test('a finding that the baseline lacks is new, one that it has and that is gone is fixed', async () => {
    const before = JSON.parse(readFileSync(known, 'utf8')) as { findings: { id: string; rule: string; resource: string }[] };
    const [first] = before.findings;
    const file = path.join(folder, 'other.json');
    writeFileSync(file, JSON.stringify({ ...before, findings: [...before.findings.slice(1), { ...first, id: 'gone' }] }));
    const { code, out } = await run(['report', snapshot, '-f', 'json', ...pinned, '--baseline', file, '--fail-on', 'new']);
    expect(code).toBe(1);
    const { comparison } = JSON.parse(out) as Assessment;
    expect(comparison?.newFindings).toEqual([first?.id]);
    expect(comparison?.fixedFindings.map((finding) => finding.id)).toEqual(['gone']);
    expect(comparison?.unchangedFindings).toBe(before.findings.length - 1);
  });
  test('a path that only fell out of a full list is not fixed', () => {
    const of = (risk: number) => ({
      schema: 'baseline/v1' as const,
      snapshot: { hash: '', end: '' },
      findings: [],
      paths: [{ id: 'gone', way: 'gone-way', risk, title: 'gone' }],
    });
    expect(compareWith(assessmentFixture, of(99), 2).fixedPaths.map((each) => each.id)).toEqual(['gone']);
    expect(compareWith(assessmentFixture, of(5), 2).fixedPaths).toEqual([]);
    expect(compareWith(assessmentFixture, of(5), 10).fixedPaths.map((each) => each.id)).toEqual(['gone']);
  });
  test('what could not be decided this time is not fixed', () => {
    const now = { ...assessmentFixture, findings: assessmentFixture.findings.map((finding) => ({ ...finding, result: 'unknown' as const })) };
    const findings = assessmentFixture.findings.map(({ id, rule, resource }) => ({ id, rule, resource }));
    const before = { schema: 'baseline/v1' as const, snapshot: { hash: '', end: '' }, paths: [], findings };
    expect(compareWith(now, before, 10)).toMatchObject({ newFindings: [], fixedFindings: [], unchangedFindings: 0 });
  });
});

describe('the metrics file', () => {
  test('is Prometheus text without a name of the estate, and others may read it', async () => {
    const file = path.join(folder, 'postern.prom');
    await run(['report', snapshot, '-f', `json=${path.join(folder, 'x.json')}`, '--metrics-file', file, ...pinned]);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    const text = readFileSync(file, 'utf8');
    for (const line of text.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) postern_\w+ .+|postern_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+(\.\d+)?)$/);
    expect(text).not.toContain('arn:');
    expect(metrics(assessmentFixture)).toContain('postern_new{of="paths"} 1');
  });
});

describe('the notification', () => {
  const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
  let answers: { status: number; headers?: Record<string, string> }[] = [];
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        seen.push({ headers: request.headers, body });
        const { status, headers } = answers.shift() ?? { status: 200 };
        response.writeHead(status, headers).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/secret-part`;
  });
  afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  afterEach(() => {
    seen.length = 0;
    answers = [];
  });
  const notify = (env: Record<string, string>, ...more: string[]) =>
    run(['report', snapshot, '-f', `json=${path.join(folder, 'n.json')}`, '--notify', '--fail-on', 'none', ...pinned, ...more], { env });

  test('says what is new, with the token in its header only', async () => {
    const { code, err } = await notify({ POSTERN_WEBHOOK_URL: url, POSTERN_WEBHOOK_TOKEN: 'token-1' });
    expect(`${code}${err}`).toBe('0');
    expect(seen[0]?.headers.authorization).toBe('Bearer token-1');
    const body = JSON.parse(seen[0]?.body ?? '{}') as { text: string; schema: string };
    expect(body.schema).toBe('digest/v1');
    expect(body.text).toContain('Users with a console password have a second factor');
    expect(seen[0]?.body).not.toContain('token-1');
  });
  test('nothing new, no message', async () => {
    const known = path.join(folder, 'known.json');
    await run(['baseline', 'write', snapshot, '--out', known, ...pinned]);
    await notify({ POSTERN_WEBHOOK_URL: url }, '--baseline', known);
    expect(seen.length).toBe(0);
  });
  test('is tried again after 503, not after 404', async () => {
    answers = [{ status: 503 }];
    expect((await notify({ POSTERN_WEBHOOK_URL: url })).err).toBe('');
    expect(seen.length).toBe(2);
    answers = [{ status: 404 }];
    const { code, err } = await notify({ POSTERN_WEBHOOK_URL: url });
    expect(`${code} ${err}`).toBe('0 the notification was not delivered to 127.0.0.1: it answers 404\n');
    expect(err).not.toContain('secret-part');
  });
  test('a redirect is not followed: the token goes to no other host', async () => {
    answers = [{ status: 307, headers: { location: `${url}/elsewhere` } }];
    const { err } = await notify({ POSTERN_WEBHOOK_URL: url, POSTERN_WEBHOOK_TOKEN: 'token-2' });
    expect(seen.length).toBe(1);
    expect(err).toContain('redirect');
  });
  test.each([
    ['no address', {}, 'set POSTERN_WEBHOOK_URL'],
    ['no https', { POSTERN_WEBHOOK_URL: 'http://example.com/x' }, 'is not https'],
    ['nonsense', { POSTERN_WEBHOOK_URL: 'secret nonsense' }, 'is no address'],
  ])('%s is exit code 2', async (_what, env, message) => {
    const { code, err } = await notify(env as unknown as Record<string, string>);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).not.toContain('secret nonsense');
  });
  test('names cannot mention people or become links', () => {
    const hostile = JSON.parse(JSON.stringify(assessmentFixture).replaceAll('ledger-archive', '<!channel> @here')) as Assessment;
    expect(digest(hostile)?.text).not.toMatch(/[<>@]/);
  });
});

describe('snapshot prune', () => {
  const day = 86_400_000;
  const now = Date.parse('2026-11-25T00:00:00Z');
  const make = (home: string, name: string, age: number, state: 'complete' | 'incomplete' = 'complete'): void => {
    mkdirSync(path.join(home, name));
    const end = new Date(now - age * day).toISOString();
    const manifest = { schema: 'snapshot/v1', tool: 'x', state, scope: { providers: [], accounts: [], regions: [] }, start: end, end, files: [], calls: [] };
    writeFileSync(path.join(home, name, 'manifest.json'), JSON.stringify(manifest));
  };
  test('keeps the newest complete ones and the young; touches nothing else', async () => {
    const home = mkdtempSync(path.join(folder, 'prune-'));
    make(home, 'a-old', 90);
    make(home, 'b-good', 60);
    make(home, 'c-broken', 50, 'incomplete');
    make(home, 'd-young-broken', 1, 'incomplete');
    mkdirSync(path.join(home, 'notes'));
    symlinkSync(path.join(home, 'a-old'), path.join(home, 'link'));
    expect(await pruneSnapshots(home, { keep: 1, days: 30, now, remove: false })).toEqual({
      kept: ['d-young-broken', 'b-good'],
      removed: ['c-broken', 'a-old'],
    });
    expect(existsSync(path.join(home, 'a-old'))).toBe(true);
    await pruneSnapshots(home, { keep: 1, days: 30, now, remove: true });
    expect(['a-old', 'b-good', 'c-broken', 'd-young-broken', 'notes'].filter((name) => existsSync(path.join(home, name)))).toEqual([
      'b-good',
      'd-young-broken',
      'notes',
    ]);
  });
  test('--keep 0 is refused', async () => expect((await run(['snapshot', 'prune', folder, '--keep', '0'])).err).toContain('is no number from 1'));
});
