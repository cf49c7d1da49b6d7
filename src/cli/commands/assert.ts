import { existsSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../model/error.ts';
import { type Assertion, type AssertionResult, checkAssertions, parseAssertions } from '../../paths/assertions.ts';
import { completenessLines, pathLines } from '../../report/text.ts';
import { analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { json, namesOf, textOf } from '../ranked.ts';

/** `postern assert FILE`: what must never be reachable and what must, for the CI of a repository. The snapshot is an argument or stands in the file. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const folders = args.filter((arg) => existsSync(path.join(arg, 'manifest.json')));
  const files = args.filter((arg) => !folders.includes(arg));
  if (files.length === 0) throw new InputError('no assertions file', { help: 'postern assert FILE SNAP' });
  const assertions: Assertion[] = [];
  let [snapshot] = folders;
  for (const file of files) {
    const read = parseAssertions(await textOf(invocation, file), file);
    if (snapshot === undefined && read.snapshot !== undefined) snapshot = path.resolve(file === '-' ? '.' : path.dirname(file), read.snapshot);
    assertions.push(...read.assertions);
  }
  if (snapshot === undefined) throw new InputError('no snapshot', { help: 'name it after the file, or in it: snapshot: ../snapshots/today' });
  const analysis = await analyse(snapshot, { config: invocation.text('--config') });
  const results = checkAssertions(analysis.ranker(), analysis.resolver, assertions);
  if (invocation.text('--format') === 'json') io.out(json({ schema: 'assertions-result/v1', completeness: analysis.completeness, results }));
  else io.out(`${[...results.flatMap((result) => lines(result, namesOf(analysis))), '', ...completenessLines(analysis.completeness)].join('\n').trimEnd()}\n`);
  if (results.some((result) => result.result !== 'pass')) return 1;
  return invocation.on('--strict') && !analysis.completeness.complete ? 3 : 0;
}

function lines(result: AssertionResult, names: (id: string) => string): string[] {
  const mark = { pass: 'ok     ', fail: 'FAIL   ', unknown: 'UNKNOWN' }[result.result];
  if (result.result === 'pass') return [`${mark} ${result.name}`];
  return [
    `${mark} ${result.name}`,
    `        ${result.message}`,
    ...(result.because === '' ? [] : [`        because ${result.because}`]),
    ...(result.path === null ? [] : pathLines(result.path, 1, names).map((line) => `    ${line}`)),
    '',
  ];
}
