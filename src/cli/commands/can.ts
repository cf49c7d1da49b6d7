import type { AccessResult } from '../../iam/api.ts';
import type { Estate } from '../../iam/engine.ts';
import { InputError } from '../../model/error.ts';
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
  const { createAwsIamEngine } = await import('../../iam/engine.ts');
  const snapshot = await readSnapshot(directory, await allTypes());
  const engine = createAwsIamEngine(snapshot);
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
    answers = engine.principals.map((principal) => ask(principal.arn, action ?? '', resolve(resource ?? ''))).filter((answer) => answer.decision !== 'deny');
  } else if (invocation.on('--what')) answers = await whatCan(engine, resolve(need(rest, 1, 'PRINCIPAL')[0] ?? ''), ask);
  else {
    const [principal, action, resource] = need(rest, 3, 'PRINCIPAL ACTION RESOURCE');
    if (!/^[^\s:*?]+:[^\s:*?]+$/.test(action ?? '')) throw new InputError(`\`${action}\` is no action`, { help: 'service:Name, without wildcards' });
    answers = [ask(resolve(principal ?? ''), action ?? '', resolve(resource ?? ''))];
  }
  if (invocation.on('--why') || invocation.text('--format') === 'text') for (const answer of answers) io.out(explain(answer, engine, invocation.on('--why')));
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

/** Every action that a principal's policies name and that it may do on some resource. Wildcards are opened by the catalogue of actions. */
async function whatCan(engine: Estate, principal: string, ask: (principal: string, action: string, resource: string) => Answer): Promise<readonly Answer[]> {
  const { actions } = await import('../../iam/catalogue.ts');
  const known = engine.estatePrincipal(principal);
  if (known === undefined) throw new InputError(`\`${principal}\` is not in the snapshot`);
  const found: Answer[] = [];
  for (const [lower, entry] of actions()) {
    const allowing = known.identity?.select(lower).allow ?? [];
    if (allowing.length === 0) continue;
    const resources = new Set(
      allowing.flatMap(({ statement }) => (statement.rule.resource.negated ? ['*'] : statement.rule.resource.patterns.map((pattern) => pattern.text))),
    );
    for (const resource of resources) {
      const answer = ask(principal, entry.name, resource);
      if (answer.decision !== 'deny') found.push(answer);
    }
  }
  return found;
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
function explain(answer: Answer, engine: Estate, why: boolean): string {
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
        if (by.evidence !== undefined) lines.push(`      ${by.evidence.resource} ${by.evidence.pointer}`, ...statementText(engine, by.evidence));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function statementText(engine: Estate, evidence: { readonly resource: string; readonly pointer: string }): string[] {
  const value = engine.statementAt(evidence);
  return value === undefined ? [] : [`      ${JSON.stringify(value)}`];
}
