import type { AccessResult, IamEngine } from '../../iam/api.ts';
import { InputError } from '../../model/error.ts';
import type { Evidence } from '../../model/evidence.ts';
import { type Json, resolvePointer } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { conditionText } from '../../report/words.ts';
import { readSnapshot } from '../../snapshot/read.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';

interface Answer extends Omit<AccessResult, 'missing'> {
  readonly name: string;
  readonly missing?: readonly string[];
}

/** `postern can SNAP PRINCIPAL ACTION RESOURCE`, `--who ACTION RESOURCE`, `--what PRINCIPAL`. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const [directory = '', ...rest] = args;
  const { createIamEngine } = await import('../../iam/create.ts');
  const snapshot = await readSnapshot(directory, await allTypes());
  const engine = await createIamEngine(snapshot);
  const context = readContext(invocation);
  const complete = invocation.on('--context-complete');
  const resolve = (text: string): string => snapshot.find(text)?.id ?? text;
  const ask = (principal: string, action: string, resource: string): Answer => {
    const { missing, ...result } = engine.can(principal, action, resource, { context, contextComplete: complete });
    return { name: `${principal} ${action} ${resource}`, ...result, ...(missing.length === 0 ? {} : { missing }) };
  };
  let answers: readonly Answer[];
  if (invocation.on('--who')) {
    const [action, resource] = need(rest, 2, 'ACTION RESOURCE');
    answers = engine
      .principalsFor(action ?? '')
      .map((principal) => ask(principal.arn, action ?? '', resolve(resource ?? '')))
      .filter((answer) => answer.decision !== 'deny');
  } else if (invocation.on('--what')) answers = whatCan(engine, resolve(need(rest, 1, 'PRINCIPAL')[0] ?? ''), ask);
  else {
    const [principal, action, resource] = need(rest, 3, 'PRINCIPAL ACTION RESOURCE');
    if (!/^([^\s:*?]+:)?[^\s:*?]+$/.test(action ?? '') || !/[:/]/.test(action ?? ''))
      throw new InputError(`\`${action}\` is no action`, { help: 'service:Name, or Microsoft.Provider/type/action, without wildcards' });
    answers = [ask(resolve(principal ?? ''), action ?? '', resolve(resource ?? ''))];
  }
  if (invocation.on('--why') || invocation.text('--format') === 'text') for (const answer of answers) io.out(explain(answer, snapshot, invocation.on('--why')));
  else io.out(`${JSON.stringify({ schema: 'iam-simulation/v1', results: answers }, null, 1)}\n`);
  return 0;
}

function need(words: readonly string[], count: number, names: string): readonly string[] {
  if (words.length !== count) throw new InputError(`wants ${names}`, { help: 'postern can --help' });
  return words;
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

/** Every action that a principal's policies name and that it may do on some resource. */
function whatCan(engine: IamEngine, principal: string, ask: (principal: string, action: string, resource: string) => Answer): readonly Answer[] {
  const questions = [...engine.questions(principal)];
  if (questions.length === 0 && engine.principal(principal) === undefined) throw new InputError(`\`${principal}\` is not in the snapshot`);
  const answers = questions.map(({ action, resource }) => ask(principal, action, resource));
  return answers.filter((answer) => answer.decision !== 'deny');
}

const layers: Readonly<Record<string, string>> = {
  scp: 'the organization’s service control policies',
  rcp: 'the organization’s resource control policies',
  boundary: 'the permission boundary',
  session: 'the session policy',
  identity: 'the identity’s policies',
  resource: 'the resource’s own policy',
  endpoint: 'the endpoint policy',
};

/** The decision as a person would explain it: what it is, on what it hangs, and the statements of each layer. */
function explain(answer: Answer, snapshot: Snapshot, why: boolean): string {
  const lines = [`${answer.decision.toUpperCase()}  ${answer.name}`];
  if (answer.decision === 'deny') lines.push(answer.explicit ? '  a Deny statement decides' : '  nothing allows it');
  if (answer.residual.length > 0) lines.push(`  allowed if ${answer.residual.map((entry) => entry.allOf.map(conditionText).join(' and ')).join(', or if ')}`);
  for (const missing of answer.missing ?? []) lines.push(`  not known: ${missing}`);
  if (why) {
    for (const [layer, words] of Object.entries(layers)) {
      const here = answer.decidedBy.filter((by) => by.layer === layer);
      if (here.length === 0) continue;
      lines.push(`  ${words}:`);
      for (const by of here) {
        lines.push(`    ${by.effect} by statement ${by.statement} of ${by.policy}`);
        if (by.evidence !== undefined) lines.push(`      ${by.evidence.resource} ${by.evidence.pointer}`, ...statementText(snapshot, by.evidence));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function statementText(snapshot: Snapshot, evidence: Evidence): string[] {
  const record = snapshot.find(evidence.resource);
  const value = record === undefined ? undefined : resolvePointer(record as unknown as Json, evidence.pointer);
  return value === undefined ? [] : [`      ${JSON.stringify(value)}`];
}
