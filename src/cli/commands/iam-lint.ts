import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LintProblem } from '../../iam/lint/problem.ts';
import { InputError } from '../../model/error.ts';
import { isArray, isObject, type Json, pointer } from '../../model/json.ts';
import { appendAll } from '../../model/multimap.ts';
import { type KeyPath, parseYaml } from '../../model/yaml-source.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';

interface Placed {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly resource?: string;
  readonly pointer: string;
  readonly problem: LintProblem;
}

/** `postern iam lint PATH…`: policy files and snapshots. Exit 1 when something is wrong for certain. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const found: Placed[] = [];
  let documents = 0;
  for (const each of invocation.args) {
    const result = (await isSnapshot(each)) ? await lintSnapshot(each) : await lintFile(each, invocation);
    documents += result.documents;
    appendAll(found, result.problems);
  }
  const { io } = invocation;
  if (invocation.text('--format') === 'json') {
    const problems = found.map(({ problem: { code, severity, message, help }, ...place }) => ({ code, severity, ...place, message, help }));
    io.out(`${JSON.stringify({ schema: 'iam-lint/v1', documents, problems }, null, 1)}\n`);
  } else {
    for (const { problem, ...place } of found)
      io.out(`${placeText(place)} ${problem.severity}: ${problem.message} [${problem.code}]\n  help: ${problem.help}\n`);
    io.out(`${documents} documents, ${found.length} problems\n`);
  }
  return found.some(({ problem }) => problem.severity === 'error') ? 1 : 0;
}

const placeText = (place: Omit<Placed, 'problem'>): string =>
  place.file === undefined ? `${place.resource ?? ''}${place.pointer}` : `${place.file}:${place.line ?? 1}:${place.column ?? 1}`;

async function isSnapshot(name: string): Promise<boolean> {
  if (name === '-') return false;
  try {
    return (await stat(name)).isDirectory() && (await stat(path.join(name, 'manifest.json'))).isFile();
  } catch {
    return false;
  }
}

async function lintSnapshot(directory: string): Promise<{ documents: number; problems: readonly Placed[] }> {
  const { readSnapshot } = await import('../../snapshot/read.ts');
  const { createAwsIamEngine } = await import('../../iam/engine.ts');
  const { lintEstate } = await import('../../iam/lint/estate.ts');
  const snapshot = await readSnapshot(directory, await allTypes());
  const { documents, problems } = lintEstate(snapshot, createAwsIamEngine(snapshot));
  return { documents, problems: problems.map(({ resource, pointer: at, problem }) => ({ resource, pointer: `${at}${pointer(problem.path)}`, problem })) };
}

async function lintFile(file: string, invocation: Invocation): Promise<{ documents: number; problems: readonly Placed[] }> {
  const { lintPolicy } = await import('../../iam/lint/lint.ts');
  const sources = parseYaml(await read(file, invocation), file);
  const policies = sources.flatMap((source) => [...policiesIn(source.value, [])].map(({ at, document }) => ({ source, at, document })));
  if (policies.length === 0)
    throw new InputError('holds no policy document', { position: { file }, help: 'a document has a list `Statement`; it may stand anywhere in the file' });
  return {
    documents: policies.length,
    problems: policies.flatMap(({ source, at, document }) =>
      lintPolicy(document).map((problem): Placed => {
        const { line, column } = source.position(
          [...at, ...problem.path],
          problem.path.length === 0 ? 'value' : typeof problem.path.at(-1) === 'number' ? 'value' : 'key',
        );
        return {
          file,
          ...(line === undefined ? {} : { line }),
          ...(column === undefined ? {} : { column }),
          pointer: pointer([...at, ...problem.path]),
          problem,
        };
      }),
    ),
  };
}

async function read(file: string, invocation: Invocation): Promise<string> {
  if (file === '-') return invocation.io.stdin();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read \`${file}\``, { cause: error, help: 'give a JSON or YAML file, a snapshot directory, or -' });
  }
}

/** Documents anywhere in a file: a policy by itself, a dump of many, a template. */
function* policiesIn(value: Json | undefined, at: KeyPath): Generator<{ readonly at: KeyPath; readonly document: Json }> {
  if (isArray(value)) for (const [index, each] of value.entries()) yield* policiesIn(each, [...at, index]);
  if (!isObject(value)) return;
  if (value['Statement'] !== undefined) yield { at, document: value };
  else for (const [key, each] of Object.entries(value)) yield* policiesIn(each, [...at, key]);
}
