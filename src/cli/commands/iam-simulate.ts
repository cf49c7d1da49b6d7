import { readFile } from 'node:fs/promises';
import { type Simulation, simulateCase } from '../../iam/aws/simulate.ts';
import { InputError } from '../../model/error.ts';
import { isArray, isObject, type Json } from '../../model/json.ts';
import type { ExitCode, Invocation } from '../command.ts';

/** `postern iam simulate FILE|-`: decides every case on its own; a bad one gives `error` and the rest go on. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const file = invocation.args[0] ?? '-';
  const results = readCases(await read(file, invocation), file).map(simulateCase);
  if (invocation.text('--format') === 'text') invocation.io.out(results.map(line).join(''));
  else invocation.io.out(`${JSON.stringify({ schema: 'iam-simulation/v1', results }, null, 2)}\n`);
  return 0;
}

async function read(file: string, invocation: Invocation): Promise<string> {
  if (file === '-') return invocation.io.stdin();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read \`${file}\``, { cause: error, help: error instanceof Error ? error.message : 'give a JSON file or -' });
  }
}

function readCases(text: string, file: string): readonly Json[] {
  let document: Json;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new InputError(`is not JSON: ${error instanceof Error ? error.message : String(error)}`, { position: { file }, cause: error });
  }
  const cases = isObject(document) ? document['cases'] : undefined;
  if (!isArray(cases))
    throw new InputError('has no list `cases`', { position: { file }, help: 'write {"cases": [{"principal": …, "action": …, "resource": …}]}' });
  return cases;
}

function line(result: Simulation): string {
  const why = result.decidedBy.map((by) => `${by.effect} ${by.layer} ${by.policy}#${by.statement}`);
  const needs = result.residual.map((entry) =>
    entry.allOf.map((atom) => `${atom.negated ? 'not ' : ''}${atom.key} ${atom.operator} ${atom.values.join('|')}`).join(' and '),
  );
  const rest = [result.message, ...(result.missing ?? []), needs.length > 0 ? `if ${needs.join(', or ')}` : undefined, ...why].filter(
    (part) => part !== undefined,
  );
  return `${result.decision.padEnd(11)} ${result.name}${rest.length > 0 ? `: ${rest.join('; ')}` : ''}\n`;
}
