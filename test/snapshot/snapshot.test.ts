import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { encodeRecords, recordFileName } from '../../src/snapshot/format.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';
import { SnapshotWriter, writeSnapshot } from '../../src/snapshot/write.ts';
import { run } from '../support/run.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-snapshot-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const record = (id: string, type = 'AWS::S3::Bucket', account = '111122223333'): SnapshotRecord => ({
  type,
  id,
  account,
  region: 'eu-west-1',
  config: { Name: id },
  calls: ['s3:ListBuckets'],
});
const head = {
  tool: 'test',
  state: 'complete' as const,
  scope: { providers: ['aws'], accounts: ['111122223333'], regions: ['eu-west-1'] },
  start: '2026-11-24T00:00:00Z',
  end: '2026-11-24T00:01:00Z',
  calls: [],
};
const make = async (name: string, records: readonly SnapshotRecord[]): Promise<string> => {
  const out = path.join(folder, name);
  await writeSnapshot(out, records, head);
  return out;
};

describe('a snapshot', () => {
  test('is saved by many at once, and the last save stands', async () => {
    const out = path.join(folder, 'at-once');
    const writer = await SnapshotWriter.open(out);
    const ends = Array.from({ length: 20 }, (_, n) => `2026-11-24T00:${String(n + 10)}:00Z`);
    await Promise.all(ends.map((end) => writer.manifest({ ...head, end })));
    expect(JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'))).toMatchObject({ end: ends.at(-1) });
  });

  test('comes back as it was written, whatever the order', async () => {
    const one = await make('one', [record('b'), record('a'), record('r', 'AWS::IAM::Role')]);
    const two = await make('two', [record('r', 'AWS::IAM::Role'), record('a'), record('b')]);
    expect([...(await readSnapshot(one)).all()]).toEqual([...(await readSnapshot(two)).all()]);
    expect(readFileSync(path.join(one, 'manifest.json'))).toEqual(readFileSync(path.join(two, 'manifest.json')));
    expect(encodeRecords([record('b'), record('a')])).toEqual(encodeRecords([record('a'), record('b')]));
  });

  test('takes over the records of files with the same bytes from one that was read before, whatever the manifests say of them', async () => {
    const bucket = record('b');
    const one = await make('like-one', [record('a'), bucket, record('r', 'AWS::IAM::Role')]);
    const two = await make('like-two', [record('a'), { ...bucket, config: { Name: 'b', Changed: true } }, record('r', 'AWS::IAM::Role')]);
    const first = await readSnapshot(one);
    const second = await readSnapshot(two, undefined, first);
    expect([...second.all()]).toEqual([...(await readSnapshot(two)).all()]);
    expect(second.find('r')).toBe(first.find('r'));
    expect(second.find('a')).not.toBe(first.find('a'));
    // The manifest lies: the changed file is said to be the one of before.
    const sums = JSON.parse(readFileSync(path.join(one, 'manifest.json'), 'utf8')).files.map((file: { sha256: string }) => file.sha256);
    const text = readFileSync(path.join(two, 'manifest.json'), 'utf8');
    const lying = JSON.parse(text).files.reduce((all: string, file: { sha256: string }, index: number) => all.replace(file.sha256, sums[index]), text);
    expect(lying).not.toBe(text);
    writeFileSync(path.join(two, 'manifest.json'), lying);
    expect((await readSnapshot(two, undefined, first)).find('b')?.config).toEqual({ Name: 'b', Changed: true });
  });

  test('is the owner’s alone', async () => {
    const out = await make('mode', [record('a')]);
    expect(statSync(path.join(out, 'manifest.json')).mode & 0o777).toBe(0o600);
    expect(statSync(out).mode & 0o777).toBe(0o700);
  });

  test('forms a chain with the one before it', async () => {
    const out = await make('chain', [record('a')]);
    const before = path.join(folder, 'chain-before');
    await writeSnapshot(before, [record('a')], head);
    await writeSnapshot(out, [record('a'), record('b')], head);
    expect((await verifySnapshot(out, before)).problems).toEqual([]);
    expect((await verifySnapshot(out, await make('other', [record('z')]))).problems[0]).toContain('chain is broken');
  });

  test.each([
    [
      'an altered file',
      (out: string, file: string) => writeFileSync(path.join(out, file), Buffer.concat([readFileSync(path.join(out, file)), Buffer.from('x')])),
      /was altered/,
    ],
    ['a missing file', (out: string, file: string) => rmSync(path.join(out, file)), /is missing/],
    [
      'a file too many',
      (out: string, file: string) => writeFileSync(path.join(out, path.dirname(file), 'more.ndjson.gz'), encodeRecords([record('x')])),
      /not in the manifest/,
    ],
  ])('%s is found', async (name, damage, message) => {
    const out = await make(name.replaceAll(' ', '-'), [record('a')]);
    damage(out, recordFileName('111122223333', 'eu-west-1', 'AWS::S3::Bucket'));
    expect((await verifySnapshot(out)).problems.join('\n')).toMatch(message);
    expect((await run(['snapshot', 'verify', out])).code).toBe(1);
  });

  test('of more files than are read at once comes back in order', async () => {
    const accounts = Array.from({ length: 100 }, (_, n) => String(100_000_000_000 + n));
    const out = await make(
      'files',
      accounts.map((account) => record(`b-${account}`, 'AWS::S3::Bucket', account)),
    );
    expect((await readSnapshot(out)).records('AWS::S3::Bucket').map((each) => each.account)).toEqual(accounts);
    const { files } = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as { files: { path: string }[] };
    for (const index of [99, 60]) rmSync(path.join(out, files[index]?.path ?? ''));
    await expect(readSnapshot(out)).rejects.toThrow(`the snapshot lacks \`${files[60]?.path}\``);
  });

  const line = (id: string): string => `${JSON.stringify(record(id))}\n`;
  const packed = gzipSync(line('a'));
  const members = (count: number, text: string | Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => gzipSync(text)));
  test.each<[string, Buffer, RegExp | string[]]>([
    ['in two members', Buffer.concat([packed, gzipSync(line('b'))]), ['a', 'b']],
    ['that says to need less room than it does', Buffer.concat([packed, gzipSync(line('b')), gzipSync('')]), ['a', 'b']],
    ['that says to need four gigabytes', Buffer.concat([packed.subarray(0, -4), Buffer.alloc(4, 255)]), /damaged/],
    ['that was cut off', packed.subarray(0, -20), /damaged/],
    ['that is empty', Buffer.alloc(0), /damaged/],
    ['that is not packed', Buffer.from(line('a')), /damaged/],
    ['that unpacks to more than half a gigabyte', members(501, Buffer.alloc(1_000_000)), /damaged/],
  ])('a file %s', async (name, data, want) => {
    const out = await make(`bytes-${name.replaceAll(' ', '-')}`, [record('a')]);
    writeFileSync(path.join(out, recordFileName('111122223333', 'eu-west-1', 'AWS::S3::Bucket')), data);
    const file = path.join(out, 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"count":1', `"count":${Array.isArray(want) ? want.length : 1}`));
    if (Array.isArray(want)) expect((await readSnapshot(out)).records('AWS::S3::Bucket').map(({ id }) => id)).toEqual(want);
    else await expect(readSnapshot(out)).rejects.toThrow(want);
  });

  test('of a newer version is refused by name', async () => {
    const out = await make('newer', [record('a')]);
    const file = path.join(out, 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('snapshot/v1', 'snapshot/v9'));
    const { code, err } = await run(['snapshot', 'show', out]);
    expect(code).toBe(2);
    expect(err).toContain('snapshot/v9');
  });

  test.each(['../../etc/passwd', '..', 'a/../../b', 'AWS::X::Y/../..', 'x\u0000y'])('the name %j stays inside', (name) => {
    const file = path.resolve(folder, recordFileName(name, name, name));
    expect(file.startsWith(`${folder}${path.sep}records${path.sep}`)).toBe(true);
  });

  test('whose manifest leads outside is refused', async () => {
    const out = await make('escape', [record('a')]);
    const file = path.join(out, 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"path":"[^"]+"/, '"path":"../../../etc/hostname"'));
    await expect(readSnapshot(out)).rejects.toThrow(/outside the snapshot/);
  });
});

describe('redaction', () => {
  const redactor = new Redactor(Buffer.alloc(32, 1));
  const hidden: readonly (readonly [string, JsonObject, string])[] = [
    ['a private key', { Description: '-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----' }, 'MIIEabc'],
    ['a secret key in a text', { Description: 'aws_secret_access_key=wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY1' }, 'wJalrXUtnFEMI'],
    ['a password in an address', { Endpoint: 'postgres://app:pa55word@db.internal/app' }, 'pa55word'],
    ['a tag that is named so', { Tags: [{ Key: 'db-password', Value: 'correct-horse' }] }, 'correct-horse'],
    ['a field that is named so', { MasterUserPassword: 'correct-horse' }, 'correct-horse'],
    ['a token of a forge', { Description: 'uses ghp_abcdefghijklmnopqrstuvwxyz0123456789' }, 'ghp_abc'],
    ['a key of a function in an address', { serviceUrl: 'https://shop.azurewebsites.net/api/pay?code=Zm9vYmFyYmF6cXV4MTIzNA==' }, 'Zm9vYmFyYmF6'],
    ['a signature in an address', { url: 'https://shop.blob.core.windows.net/a?sp=r&sig=Zm9vYmFyYmF6cXV4MTIzNA%3D' }, 'Zm9vYmFyYmF6'],
    ['an argument', { Command: 'run --password=correct-horse now' }, 'correct-horse'],
  ];
  test.each(hidden)('%s', (_name, config, secret) => expect(JSON.stringify(redactor.config(config, undefined))).not.toContain(secret));

  test.each([
    ['the ARN of a secret', { Resource: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-a1b2c3' }],
    ['an action', { Action: ['secretsmanager:GetSecretValue', 'iam:UpdateAccountPasswordPolicy'] }],
    ['when a password was last used', { PasswordLastUsed: '2026-01-01T00:00:00Z' }],
    ['whether a password is required', { RequirePassword: true, HttpTokens: 'required' }],
  ] as const)('%s is no secret', (_name, config) => expect(redactor.config(config, undefined)).toEqual(config));

  test('equal secrets have equal hashes under one key, others under another', () => {
    const hash = (key: number, text: string): string => JSON.stringify(new Redactor(Buffer.alloc(32, key)).config({ Password: text }, undefined));
    expect(hash(1, 'correct-horse')).toBe(hash(1, 'correct-horse'));
    expect(hash(1, 'correct-horse')).not.toBe(hash(2, 'correct-horse'));
    expect(hash(1, 'correct-horse')).not.toBe(hash(1, 'battery-staple'));
  });

  test('keeps the id of an access key, so that its user can be found', () => {
    const type = { kind: 'Compute' as const, label: '', id: '', secrets: [{ path: 'UserData', encoding: 'base64' as const }] };
    const data = Buffer.from('export AWS_ACCESS_KEY_ID=AKIAEXAMPLEKEYID2345\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY1').toString(
      'base64',
    );
    const text = JSON.stringify(redactor.config({ UserData: data }, type));
    expect(text).toContain('AKIAEXAMPLEKEYID2345');
    expect(text).not.toContain(data);
  });

  test('a hostile text does not hang it', () => {
    const started = Date.now();
    redactor.config({ Description: `${'eyJ'.repeat(20_000)}${'password='.repeat(5000)}${'a://'.repeat(20_000)}` }, undefined);
    expect(Date.now() - started).toBeLessThan(20_000);
  });
});
