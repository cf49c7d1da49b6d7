import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const megabyte = 1 << 20;
const file = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'standard-output.ts');

/** A process of its own that writes many megabytes and ends at once, as one that runs out of memory or is stopped does. */
const writer = (count: number) =>
  spawn(process.execPath, [
    '--import',
    'tsx',
    '--input-type=module',
    '-e',
    `const { writeOut } = await import(${JSON.stringify(file)});
     for (let piece = 0; piece < ${count}; piece++) { writeOut('x'.repeat(${megabyte})); process.stderr.write('.'); }
     process.reallyExit(0);`,
  ]);

test('all that was written arrives, however slow the reader is', async () => {
  const child = writer(24);
  let [read, written] = [0, 0];
  child.stderr.on('data', (dots: Buffer) => {
    written += dots.length;
  });
  child.stdout.on('data', (data: Buffer) => {
    read += data.length;
    // The writer is never further ahead than what the pipe and this side hold.
    expect(written * megabyte - read).toBeLessThan(4 * megabyte);
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), 1);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, read]).toEqual([0, 24 * megabyte]);
}, 60_000);

test('a reader that has seen enough is no error', async () => {
  const child = writer(24);
  child.stdout.once('data', () => child.stdout.destroy());
  let told = '';
  child.stderr.on('data', (data: Buffer) => {
    told += data.toString();
  });
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
  expect(told.length).toBeLessThan(24);
}, 60_000);
