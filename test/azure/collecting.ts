import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { type Asked, type Replay, startReplay, type Wrong } from '../../scripts/azure/replay.ts';
import type { Manifest, SnapshotRecord } from '../../src/model/record.ts';
import { run } from '../support/run.ts';
import { smallWorld, tenant } from './world.ts';

/** The replay server of the test that runs, and a folder of the file's own. */
export const azure = {} as { replay: Replay; folder: string };

/** A server for each test of a file, and a folder for all. */
export function useReplay(): void {
  beforeAll(() => {
    azure.folder = mkdtempSync(path.join(os.tmpdir(), 'postern-azure-'));
  });
  afterAll(() => rmSync(azure.folder, { recursive: true, force: true }));
  beforeEach(async () => {
    azure.replay = await startReplay(smallWorld());
  });
  afterEach(() => azure.replay.close());
}

let count = 0;

/** Collects from the server through the command line, and reads what was written. */
export async function collect(words: readonly string[] = ['--entra'], command: readonly string[] = ['collect', 'azure'], signal?: AbortSignal) {
  const out = path.join(azure.folder, String(count++));
  const env = { ...azure.replay.env, POSTERN_REDACTION_KEY: '11'.repeat(32) };
  const result = await run([...command, '--call-budget', '20', '--max-rps', '1000', '--out', out, ...words], {
    env,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!existsSync(path.join(out, 'manifest.json'))) throw new Error(result.err);
  const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as Manifest;
  const lines = manifest.files.flatMap((file) =>
    gunzipSync(readFileSync(path.join(out, file.path)))
      .toString()
      .trim()
      .split('\n'),
  );
  const records = lines.map((line) => JSON.parse(line) as SnapshotRecord);
  const state = (call: string, account: string = tenant): string | undefined =>
    manifest.calls.find((each) => each.call === call && each.account === account)?.state;
  return { ...result, out, manifest, records, state, of: (type: string) => records.filter((record) => record.type === type) };
}

/** Lets the first request that fits go wrong. */
export const once = (matches: (asked: Asked) => boolean, wrong: Wrong): ((asked: Asked) => Wrong | undefined) => {
  let done = false;
  return (asked) => {
    if (done || !matches(asked)) return undefined;
    done = true;
    return wrong;
  };
};
export const isTable =
  (table: string) =>
  (asked: Asked): boolean =>
    JSON.stringify(asked.body).includes(`"query":"${table} `);
/** An error as the provider words it. */
export const error = (code: string, message = 'no'): { error: { code: string; message: string } } => ({ error: { code, message } });
