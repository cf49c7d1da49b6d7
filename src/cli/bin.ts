#!/usr/bin/env node
import { isatty } from 'node:tty';
import { setFlagsFromString } from 'node:v8';
import { heapFlags } from './heap.ts';
import { writeOut } from './standard-output.ts';
import { onInterrupt, startAgain } from './start-again.ts';

// Node 20 compiles a function anew for speed after little use. A command lives for seconds, and on two cores the compiler takes half of one from it: with six times the use a snapshot
// of 20,000 resources is through in 4.9 s instead of 5.4, one of 2,000 in 1.3 s instead of 1.8. Later versions count otherwise, and know the flag no more.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=400000');

const words = process.argv.slice(2);
const flags = heapFlags(words);
process.exitCode = (flags.length === 0 ? undefined : await startAgain(flags)) ?? (await runHere());

async function runHere(): Promise<number> {
  const abort = new AbortController();
  // A second interrupt, or a command that does not stop by itself, ends the process at once.
  onInterrupt(
    () => abort.abort(),
    () => process.exit(130),
  );
  process.on('uncaughtException', (error) => {
    process.stderr.write(`postern: internal error: ${error.stack ?? error.message}\n`);
    process.exit(4);
  });
  process.on('unhandledRejection', (error) => {
    process.stderr.write(`postern: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(4);
  });
  const { main } = await import('./main.ts');
  return main(words, {
    out: writeOut,
    err: (text) => process.stderr.write(text),
    stdoutIsTerminal: isatty(1),
    stderrIsTerminal: process.stderr.isTTY === true,
    env: process.env,
    stdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    },
    signal: abort.signal,
  });
}
