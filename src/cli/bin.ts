#!/usr/bin/env node
import { isatty } from 'node:tty';
import { main } from './main.ts';
import { writeOut } from './standard-output.ts';

const abort = new AbortController();
process.once('SIGINT', () => {
  abort.abort();
  // A second interrupt, or a command that does not stop by itself, ends the process at once.
  process.once('SIGINT', () => process.exit(130));
});
process.on('uncaughtException', (error) => {
  process.stderr.write(`postern: internal error: ${error.stack ?? error.message}\n`);
  process.exit(4);
});
process.on('unhandledRejection', (error) => {
  process.stderr.write(`postern: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(4);
});

process.exitCode = await main(process.argv.slice(2), {
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
