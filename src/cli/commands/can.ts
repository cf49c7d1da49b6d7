import { readFile } from 'node:fs/promises';
import type { AskOptions, IamEngine } from '../../iam/api.ts';
import { InputError, nearest } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { readSnapshot } from '../../snapshot/read.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { type AccessAnswer, explainAnswer } from '../explain-access.ts';
import { namedResource } from '../named-resource.ts';

type Resolve = (text: string, action: string) => string;
type Ask = (principal: string, action: string, resources: readonly string[]) => AccessAnswer;

/** `postern can SNAP PRINCIPAL ACTION RESOURCE…`, `--who ACTION RESOURCE`, `--what PRINCIPAL`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const [directory = '', ...rest] = args;
  const { createIamEngine } = await import('../../iam/create.ts');
  const { allOf } = await import('../../iam/aws/combine.ts');
  const snapshot = await readSnapshot(directory, await allTypes());
  const engine = await createIamEngine(snapshot);
  const options = await readOptions(invocation);
  const resolve = (text: string, action: string): string => namedResource(snapshot, text, action);
  const why = invocation.on('--why');
  const ask: Ask = (principal, action, resources) => {
    const { missing, ...result } = allOf(resources.map((resource) => engine.can(principal, action, resource, options)));
    const layers = why ? resources.flatMap((resource) => engine.layers?.(principal, action, resource, options) ?? []) : [];
    const name = [principal, action, ...resources].join(' ');
    return { name, ...result, ...(missing.length === 0 ? {} : { missing }), ...(layers.length === 0 ? {} : { layers }) };
  };
  const answers = invocation.on('--who')
    ? whoCan(engine, rest, resolve, ask)
    : invocation.on('--what')
      ? whatCan(engine, known(engine, snapshot, need(rest, 1, 'PRINCIPAL')[0] ?? ''), ask)
      : [one(engine, snapshot, rest, resolve, ask)];
  const asText = (invocation.text('--format') ?? (why ? 'text' : 'json')) === 'text';
  if (asText && answers.length === 0)
    io.err(invocation.on('--who') ? 'nobody in the snapshot may, nor anybody outside that its policies name\n' : 'nothing that its policies name is allowed\n');
  if (asText) for (const answer of answers) io.out(explainAnswer(answer, snapshot));
  else io.out(`${JSON.stringify({ schema: 'iam-simulation/v1', results: answers }, null, 1)}\n`);
  return 0;
}

function need(words: readonly string[], count: number, names: string): readonly string[] {
  if (words.length !== count) throw new InputError(`wants ${names}`, { help: 'postern can --help' });
  return words;
}

function one(engine: IamEngine, snapshot: Snapshot, words: readonly string[], resolve: Resolve, ask: Ask): AccessAnswer {
  const [principal, action, ...resources] = words;
  if (principal === undefined || action === undefined || resources.length === 0)
    throw new InputError('wants PRINCIPAL ACTION RESOURCE', { help: 'postern can --help' });
  const asked = actionOf(action);
  return ask(
    known(engine, snapshot, principal),
    asked,
    resources.map((text) => resolve(text, asked)),
  );
}

/** Somebody outside is asked about by an ARN, an account, a service, a subject; a bare name is meant for somebody here. */
function known(engine: IamEngine, snapshot: Snapshot, text: string): string {
  // As an entry of paths it has this name; in a policy it is everybody.
  if (text === 'internet') return '*';
  if (engine.principal(text) !== undefined) return text;
  const [only, ...others] = engine.principals.filter(({ name }) => name === text).map(({ arn }) => arn);
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) throw new InputError(`\`${text}\` is the name of several`, { help: `give one of them: ${[only, ...others].slice(0, 5).join(', ')}` });
  const principal = snapshot.find(text)?.id ?? text;
  if (/[^\w-]|^\d{12}$/.test(principal) || engine.principal(principal) !== undefined) return principal;
  const near = nearest(
    principal,
    engine.principals.map(({ name }) => name),
  );
  throw new InputError(`\`${principal}\` is not in the snapshot`, {
    help: near === undefined ? 'a name, an ARN, a 12-digit account, internet, aws:anyone, a service or oidc:HOST:SUBJECT' : `did you mean ${near}?`,
  });
}

function actionOf(text: string): string {
  if (/^([^\s:*?]+:)?[^\s:*?]+$/.test(text) && /[:/]/.test(text)) return text;
  throw new InputError(`\`${text}\` is no action`, { help: 'service:Name, or Microsoft.Provider/type/action, without wildcards' });
}

/** Everybody of the estate, and those outside it that the resource's own policy could mean. */
function whoCan(engine: IamEngine, words: readonly string[], resolve: Resolve, ask: Ask): readonly AccessAnswer[] {
  const [action = '', resource = ''] = need(words, 2, 'ACTION RESOURCE');
  const asked = actionOf(action);
  const target = resolve(resource, asked);
  const everybody = [...engine.principalsFor(asked).map(({ arn }) => arn), ...(engine.outsiders?.(asked, target) ?? [])];
  return everybody.map((principal) => ask(principal, asked, [target])).filter((answer) => answer.decision !== 'deny');
}

/** Every action that a principal's policies name and that it may do on some resource. */
function whatCan(engine: IamEngine, principal: string, ask: Ask): readonly AccessAnswer[] {
  const questions = [...engine.questions(principal)];
  if (questions.length === 0 && engine.principal(principal) === undefined) throw new InputError(`\`${principal}\` is not in the snapshot`);
  return questions.map(({ action, resource }) => ask(principal, action, [resource])).filter((answer) => answer.decision !== 'deny');
}

async function readOptions(invocation: Invocation): Promise<AskOptions> {
  const via = invocation.text('--via');
  const session: Json[] = [];
  for (const file of invocation.list('--session-policy')) session.push(await readDocument(file));
  return {
    context: readContext(invocation),
    contextComplete: invocation.on('--context-complete'),
    ...(via === undefined ? {} : { via }),
    ...(session.length === 0 ? {} : { session }),
  };
}

async function readDocument(file: string): Promise<Json> {
  const { compilePolicy } = await import('../../iam/aws/policy.ts');
  let document: Json;
  try {
    document = JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (error) {
    throw new InputError('is no policy', { position: { file }, cause: error, help: error instanceof Error ? error.message : 'give a JSON document' });
  }
  const [problem] = compilePolicy(document, 'identity').problems;
  if (problem !== undefined) throw new InputError(`${problem.at}: ${problem.message}`, { position: { file }, help: 'postern iam lint shows where' });
  return document;
}

function readContext(invocation: Invocation): Record<string, string[]> {
  const context: Record<string, string[]> = {};
  for (const text of invocation.list('--context')) {
    const at = text.indexOf('=');
    if (at < 1) throw new InputError(`\`${text}\` is no context key`, { help: '--context aws:SourceIp=203.0.113.7' });
    const key = text.slice(0, at);
    context[key] = [...(context[key] ?? []), text.slice(at + 1)];
  }
  return context;
}
