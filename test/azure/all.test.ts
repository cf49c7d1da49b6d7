import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AzureWorld, type Replay, startReplay } from '../../scripts/azure/replay.ts';
import type { Manifest } from '../../src/model/record.ts';
import { describeWith } from '../servers/describe-with.ts';
import { type Moto, startMoto } from '../servers/moto.ts';
import { run } from '../support/run.ts';
import { smallWorld, subscription, tenant } from './world.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-all-'));
let replay: Replay;
let count = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function collect(words: readonly string[], env: Readonly<Record<string, string>>) {
  const out = path.join(folder, String(count++));
  const result = await run([...words, '--max-rps', '1000', '--call-budget', '20', '--out', out], { env: { ...env, POSTERN_REDACTION_KEY: '11'.repeat(32) } });
  return { ...result, out, manifest: () => JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as Manifest };
}

test('several tenants: each is asked with a token of its own, and its subscriptions are its own', async () => {
  const second = '7e4a4700-0000-4000-8000-000000000002';
  const world: AzureWorld = smallWorld();
  replay = await startReplay(world);
  const { manifest, code } = await collect(['collect', 'entra', '--tenant', `${tenant},${second}`, '--services', 'directory'], replay.env);
  expect(code).toBe(0);
  const users = manifest().files.filter((file) => file.type === 'Microsoft.Graph/user');
  expect(users.map((file) => file.account).sort()).toEqual([tenant, second]);
  expect(replay.tokens).toEqual(expect.arrayContaining([`${tenant} graph`, `${second} graph`]));
  await replay.close();
});

describeWith('MOTO', 'all clouds at once', () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    replay = await startReplay(smallWorld());
  });
  afterAll(async () => {
    await replay.close();
    await moto.stop();
  });

  test('one snapshot holds AWS, Azure and Entra ID', async () => {
    Object.assign(process.env, moto.env);
    const { manifest, code, out } = await collect(
      ['scan', 'all', '--regions', 'us-east-1', '--services', 'iam,compute,hierarchy,directory', '--fail-on', 'none'],
      {
        ...moto.env,
        ...replay.env,
      },
    );
    expect(code).toBe(0);
    expect(manifest().scope.providers).toEqual(['aws', 'azure', 'entra']);
    expect(manifest().scope.accounts).toEqual(expect.arrayContaining(['123456789012', subscription, tenant]));
    expect((await run(['snapshot', 'verify', out])).code).toBe(0);
  });

  test('a cloud whose credentials do not work is left out and named', async () => {
    Object.assign(process.env, moto.env);
    const env = { ...moto.env, ...replay.env, AZURE_CLIENT_SECRET: 'another' };
    const { manifest, err } = await collect(['collect', 'all', '--regions', 'us-east-1', '--services', 'iam,directory'], env);
    expect(err).toContain('left out: the credentials do not work');
    expect(manifest().scope.providers).toEqual(['aws']);
  });
});
