import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { heapFlags } from '../../src/cli/heap.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';

/** Says on stderr which flags each process has. */
const witness = `process.stderr.write('started with ' + process.execArgv.filter((flag) => /^--(?:max|min|heap|expose|initial|v8)/.test(flag)).map((flag) => flag.split('=')[0]).join(' ') + '\\n');`;
const account = '111122223333';
const queue = (number: number): SnapshotRecord => ({
  type: 'AWS::SQS::Queue',
  id: `arn:aws:sqs:eu-west-1:${account}:q${number}`,
  account,
  region: 'eu-west-1',
  config: { QueueUrl: `https://sqs.eu-west-1.amazonaws.com/${account}/q${number}` },
  calls: ['sqs:ListQueues'],
});
const besides = '--min-semi-space-size --heap-growing-percent --expose-gc --initial-old-space-size --v8-pool-size';
const both = `--max-semi-space-size --max-old-space-size ${besides}`;

let folder = '';
const at = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'postern-again-'));
  const head = {
    tool: 'test',
    state: 'complete',
    scope: { providers: ['aws'], accounts: [account], regions: ['eu-west-1'] },
    start: '2026-01-01T00:00:00.000Z',
    end: '2026-01-01T00:00:00.000Z',
    calls: [],
  } as const;
  const records = Array.from({ length: 50_000 }, (_, number) => queue(number));
  await writeSnapshot(at('large'), records, head);
  await writeSnapshot(at('small'), records.slice(1), head);
  await writeFile(at('large.yaml'), 'version: 1\nsnapshot: ./large  # of today\nassertions: []\n');
  await writeFile(at('quoted.yml'), 'snapshot: "large"\n');
  await writeFile(at('small.yaml'), 'snapshot: small\n');
  await writeFile(at('hostile.yaml'), `snapshot:${' '.repeat(100_000)}large${' '.repeat(100_000)}"\n`);
  await writeFile(at('none.yaml'), 'assertions: []\n');
});
afterAll(() => rm(folder, { recursive: true }));

describe('which command lines want a larger heap', () => {
  const told = (words: readonly string[], given: readonly string[] = []): string =>
    heapFlags(words, given)
      .map((flag) => flag.split('=')[0])
      .join(' ');
  test.each([
    ['a large snapshot', () => told(['paths', at('large')]), both],
    ['a smaller one', () => told(['paths', at('small')]), ''],
    ['two that are large together', () => told(['diff', at('small'), at('small')]), both],
    ['one that a flag names', () => told(['view', at('small'), `--compare=${at('small')}`]), both],
    ['assertions about a large one', () => told(['assert', at('large.yaml')]), both],
    ['assertions about a large one, in quotation marks', () => told(['assert', '--format', 'json', at('quoted.yml')]), both],
    ['assertions about a smaller one', () => told(['assert', at('small.yaml')]), ''],
    ['assertions that name none', () => told(['assert', at('none.yaml'), at('not-there.yaml')]), ''],
    ['assertions with a hostile line', () => told(['assert', at('hostile.yaml')]), ''],
    ['what a database holds', () => told(['paths', '--from-neo4j']), both.replace('--initial-old-space-size ', '')],
    ['a scan: how much it finds, nobody knows', () => told(['scan', 'aws']), both.replace('--initial-old-space-size ', '')],
    ['no snapshot', () => told(['iam', 'lint', '-', '--format', 'json', 'package.json', 'src']), ''],
    ['nothing', () => told([]), ''],
    [
      'what somebody set is left as it is',
      () => told(['paths', at('large')], ['--max-old-space-size=900']),
      `--max-semi-space-size ${besides}`.replace('--initial-old-space-size ', ''),
    ],
    ['and what goes with it', () => told(['paths', at('large')], ['--heap-growing-percent=50']), both.replace('--heap-growing-percent ', '')],
    ['both sizes are set', () => told(['paths', at('large')], ['--max-semi-space-size=16', '--max-old-space-size=900']), ''],
    ['a debugger', () => told(['paths', at('large')], ['--inspect-brk=0']), ''],
  ])('%s', (_, flags, expected) => {
    expect(flags()).toBe(expected);
  });

  test('never more than the machine has', () => {
    const megabytes = Number(/--max-old-space-size=(\d+)/.exec(heapFlags(['scan', 'aws'], []).join(' '))?.[1]);
    expect(megabytes).toBeGreaterThan(0);
    expect(megabytes).toBeLessThan(os.totalmem() / 1_048_576);
  });
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

function start(
  words: readonly string[],
  options: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended>; said(): string } {
  const hook = `data:text/javascript,${encodeURIComponent(witness)}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', hook, path.join('src', 'cli', 'bin.ts'), ...words], {
    env: { PATH: process.env['PATH'], ...options },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    out += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    err += data.toString();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended, said: () => out };
}

/** The viewer of the large snapshot, once it answers. */
async function served(): Promise<ReturnType<typeof start> & { readonly url: string }> {
  const started = start(['view', at('large')]);
  await until(async () => started.said().includes('\n'));
  const url = started.said().trim();
  expect(await answers(url)).toBe(true);
  return { ...started, url };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('a second process is like the one that was started', () => {
  test('output, input and exit code', async () => {
    const change = 'set: no key of a change file\n';
    const run = async (options?: Readonly<Record<string, string>>): Promise<Ended> => {
      const { child, ended } = start(['whatif', at('large'), '--apply', '-'], options);
      child.stdin?.end(change);
      return ended;
    };
    const alone = await run({ NODE_OPTIONS: '--max-semi-space-size=16 --max_old_space_size=4000' });
    const again = await run();
    expect(alone.err).toMatch(/^started with \n/);
    expect(again.err).toBe(alone.err.replace('started with \n', `started with \nstarted with ${both}\n`));
    expect(again.err).toContain('unknown key `set`');
    expect({ ...again, err: '' }).toEqual({ ...alone, err: '' });
    expect(again.code).toBe(2);
  });

  test('a reader that goes away ends it without an error', async () => {
    const { child, ended } = start(['snapshot', 'show', at('large')]);
    child.stdout?.destroy();
    const { code, signal, err } = await ended;
    expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: `started with \nstarted with ${both}\n` });
  });

  test('an interrupt of the first process ends the viewer as it does in one', async () => {
    const { child, ended, url } = await served();
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0, signal: null });
    expect(await answers(url)).toBe(false);
  });

  test('a signal that ends the first ends the second by the same', async () => {
    const { child, ended, url } = await served();
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(await answers(url)).toBe(false);
  });

  test('the second ends when somebody kills the first', async () => {
    const { child, url } = await served();
    child.kill('SIGKILL');
    await until(async () => !(await answers(url)));
  });
});
