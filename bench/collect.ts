/** `npm run bench -- collect [SCALE...]`: collects accounts of growing size from a moto server and prints requests against the least, time and memory. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Api } from '../scripts/estate/api.ts';
import { filler } from '../scripts/estate/filler.ts';
import { moto } from '../scripts/provision.js';
import type { Manifest } from '../src/model/record.ts';
import { startMoto } from '../test/servers/moto.ts';
import { startFaultProxy } from '../test/support/fault-proxy.ts';

const bin = path.join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'bin.js');

/** What a request asks: signatures and tokens of the session left out, so that a repeat is seen as one. */
const question = (text: string): string => text.replaceAll(/AWS4-HMAC-SHA256 Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\/\S+ \S+ \S+/g, '$1 $2');

export async function run(): Promise<void> {
  const scales = process.argv.slice(3).map(Number);
  const server = moto();
  if (!server.ok) throw new Error(`no moto server: ${server.reason}`);
  process.env['POSTERN_TEST_MOTO'] = server.folder;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-'));
  for (const scale of scales.length > 0 ? scales : [1.6, 16]) {
    const own = await startMoto();
    const proxy = await startFaultProxy(own.url, () => undefined);
    try {
      let state = 7;
      const random = (): number => {
        state = (Math.imul(state, 48271) >>> 0) % 2147483647;
        return state / 2147483647;
      };
      await filler({ production: new Api(own.url, '123456789012', 'us-east-1', { accessKeyId: 'test', secretAccessKey: 'test' }) }, scale, random, [
        'us-east-1',
      ]);
      for (const [way, url] of [
        ['requests counted', proxy.url],
        ['timed', own.url],
      ] as const) {
        const out = path.join(folder, `${scale}-${way}`);
        const begun = performance.now();
        const peak = await collect(out, { ...own.env, AWS_ENDPOINT_URL: url });
        const seconds = (performance.now() - begun) / 1000;
        const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as Manifest;
        const records = manifest.files.reduce((sum, file) => sum + file.count, 0);
        const gaps = manifest.calls.filter((call) => call.state !== 'ok' && call.state !== 'absent').length;
        if (url === own.url)
          console.log(`scale ${scale}: ${records} records in ${seconds.toFixed(1)} s, peak ${peak.toFixed(0)} MB, ${gaps} calls that moto cannot answer`);
        else {
          const least = new Set(proxy.seen.map(question)).size;
          console.log(`scale ${scale}: ${proxy.seen.length} requests, ${least} different ones: ${(proxy.seen.length / least).toFixed(3)} times the least`);
        }
      }
    } finally {
      await proxy.close();
      await own.stop();
    }
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Runs the built command as a process of its own; gives its peak resident memory in MB. */
async function collect(out: string, env: Readonly<Record<string, string>>): Promise<number> {
  const words = [bin, 'collect', 'aws', '--regions', 'us-east-1', '--max-rps', '1000', '--quiet', '--out', out];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, ...env, POSTERN_REDACTION_KEY: '44'.repeat(32) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let [peak, errors] = [0, ''];
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const watch = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
    } catch {
      // The process has ended, or this system has no /proc: what was seen last stands.
    }
  }, 50);
  const code = await new Promise<number>((resolve) => child.on('exit', (status) => resolve(status ?? 4)));
  clearInterval(watch);
  if (code !== 0) throw new Error(`the collection ended with ${code}: ${errors}`);
  return peak;
}
