import { readFile } from 'node:fs/promises';
import type { Finding } from '../model/assessment.ts';
import { InputError } from '../model/error.ts';
import type { Json } from '../model/json.ts';
import { clockOf, compileRules, evaluateRules } from '../rules/evaluate.ts';
import { readPacks } from '../rules/pack.ts';
import type { Rule } from '../rules/rule.ts';
import { applySuppressions, parseSuppressions } from '../rules/suppress.ts';
import type { Analysis } from './analysis.ts';
import type { Invocation } from './command.ts';
import { packagePath } from './package-path.ts';

/** The bundled rules and those named with `--rules`, filtered by what the command line asks for. */
export async function rulesFor(invocation: Invocation): Promise<readonly Rule[]> {
  const rules = await readPacks([packagePath('rules', 'checks'), ...invocation.list('--rules')]);
  const only = invocation.list('--rule');
  const severities = invocation.list('--severity');
  for (const wanted of only) {
    if (!rules.some((rule) => fits(wanted, rule))) throw new InputError(`no rule is called \`${wanted}\``, { help: 'postern rules list' });
  }
  return rules.filter(
    (rule) => (only.length === 0 || only.some((wanted) => fits(wanted, rule))) && (severities.length === 0 || severities.includes(rule.severity)),
  );
}

const fits = (wanted: string, rule: Rule): boolean =>
  [rule.id, ...rule.aliases].some((id) => (wanted.endsWith('*') ? id.startsWith(wanted.slice(0, -1)) : id === wanted));

/** Findings of a snapshot under the rules, parameters and suppressions of the command line. */
export async function findingsOf(analysis: Analysis, invocation: Invocation): Promise<readonly Finding[]> {
  const { snapshot, types, graph, iam } = analysis;
  const params: Record<string, Json> = {};
  for (const text of invocation.list('--param')) {
    const at = text.indexOf('=');
    if (at < 1) throw new InputError(`\`${text}\` is no parameter`, { help: '--param name=value' });
    params[text.slice(0, at)] = value(text.slice(at + 1));
  }
  const set = compileRules(await rulesFor(invocation), types, clockOf(snapshot), { params });
  const findings = evaluateRules(set, { snapshot, types, graph, iam });
  const file = invocation.text('--suppressions');
  if (file === undefined) return findings;
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InputError(`cannot read \`${file}\``, { help: 'name an existing suppressions file' });
  });
  // Whether a suppression has expired is a question about the day of the run, not of the snapshot.
  const now = Date.now();
  const outcome = applySuppressions(findings, parseSuppressions(text, file, now), now);
  for (const each of outcome.expired) invocation.io.err(`suppression \`${each.id}\` of ${each.owner} expired on ${each.expires}\n`);
  for (const each of outcome.unused) invocation.io.err(`suppression \`${each.id}\` of ${each.owner} fits no finding\n`);
  return outcome.findings;
}

const value = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text.includes(',') ? text.split(',') : text;
  }
};
