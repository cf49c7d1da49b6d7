import type { Finding, FrameworkResult } from '../model/assessment.ts';
import { InputError } from '../model/error.ts';
import { appendAll } from '../model/multimap.ts';
import { clockOf, compileRules, evaluateEach } from '../rules/evaluate.ts';
import { controlRules, FindingCounts, type Framework, frameworkResult } from '../rules/framework.ts';
import { givenParameters } from '../rules/given-parameters.ts';
import { checkFrameworks, chooseFrameworks } from '../rules/load-framework.ts';
import { readPacks } from '../rules/pack.ts';
import { packFolders } from '../rules/pack-path.ts';
import type { Rule } from '../rules/rule.ts';
import { acceptance } from './accepted.ts';
import type { Analysis } from './analysis.ts';
import { rememberBundled } from './bundled.ts';
import type { Invocation } from './command.ts';
import { packagePath } from './package-path.ts';

/** The rules that a command line asks for, and the frameworks that are reported. */
export interface Selection {
  readonly rules: readonly Rule[];
  readonly frameworks: readonly Framework[];
}

/** Every bundled rule and framework, and those of the packs named with `--rules`. */
export async function packsOf(invocation: Invocation): Promise<Selection> {
  await rememberBundled();
  const more = await Promise.all(invocation.list('--rules').map((word) => packFolders(word, process.cwd())));
  const { rules, frameworks } = await readPacks([packagePath('rules', 'checks'), packagePath('rules', 'frameworks'), ...more.flat()]);
  return { rules, frameworks: checkFrameworks(frameworks, rules) };
}

/** The same, filtered by `--rule`, `--severity`, `--category` and `--framework`, beside all there are. */
export async function selectionOf(invocation: Invocation): Promise<Selection & { readonly known: readonly Rule[] }> {
  const { rules, frameworks } = await packsOf(invocation);
  const words = invocation.list('--framework');
  const chosen = words.length === 0 ? undefined : chooseFrameworks(frameworks, words);
  const wanted = chosen === undefined ? undefined : new Set(chosen.flatMap((each) => each.controls.flatMap((control) => controlRules(control, rules))));
  return {
    rules: filteredRules(rules, invocation).filter((rule) => wanted === undefined || wanted.has(rule.id)),
    frameworks: chosen ?? frameworks,
    known: rules,
  };
}

/** Those that `--rule`, `--severity` and `--category` ask for. @throws InputError for a word that fits none */
export function filteredRules(rules: readonly Rule[], invocation: Invocation): readonly Rule[] {
  const [only = [], severities = [], categories = []] = ['--rule', '--severity', '--category'].map((flag) => invocation.list(flag));
  for (const wanted of only) {
    if (!rules.some((rule) => fits(wanted, rule))) throw new InputError(`no rule is called \`${wanted}\``, { help: 'postern rules list' });
  }
  const among = (list: readonly string[], values: readonly string[]): boolean => list.length === 0 || values.some((value) => list.includes(value));
  return rules.filter(
    (rule) =>
      (only.length === 0 || only.some((wanted) => fits(wanted, rule))) &&
      among(severities, [rule.severity]) &&
      among(categories, [...rule.categories, rule.family]),
  );
}

const fits = (wanted: string, rule: Rule): boolean =>
  [rule.id, ...rule.aliases].some((id) => (wanted.endsWith('*') ? id.startsWith(wanted.slice(0, -1)) : id === wanted));

/** What the rules found, which rules they were, and what it means for the frameworks. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly rules: readonly Rule[];
  readonly frameworks: readonly FrameworkResult[];
}

/** Findings of a snapshot under the rules, parameters and suppressions of the command line. */
export async function checkedOf(analysis: Analysis, invocation: Invocation): Promise<Checked> {
  const { rules, parts, frameworks } = await checkingOf(analysis, invocation);
  const findings: Finding[] = [];
  for (const part of parts) appendAll(findings, part);
  return { findings, rules, frameworks: frameworks() };
}

/** The same while it is made. */
export interface Checking {
  readonly rules: readonly Rule[];
  /** The findings of one rule after the other, made as they are asked for: those of a large estate need not be held together. */
  readonly parts: Iterable<readonly Finding[]>;
  /** What they mean for the frameworks, once they are all there. */
  frameworks(): readonly FrameworkResult[];
}

/** Everything that may be wrong with the command line is told here, before the first finding. */
export async function checkingOf(analysis: Analysis, invocation: Invocation): Promise<Checking> {
  const { rules, frameworks, known } = await selectionOf(invocation);
  const { snapshot, types, graph, iam, network } = analysis;
  const params = givenParameters(invocation.list('--param'), rules, known);
  const set = compileRules(rules, types, clockOf(snapshot), { params });
  const accepted = await acceptance(invocation);
  const counts = new FindingCounts();
  function* made(): Generator<readonly Finding[]> {
    for (const { findings } of evaluateEach(set, { snapshot, types, graph, iam, network })) yield findings;
  }
  function* counted(): Generator<readonly Finding[]> {
    for (const part of accepted.findings(made())) {
      counts.add(part);
      yield part;
    }
  }
  const { providers } = snapshot.manifest.scope;
  const reported =
    invocation.list('--framework').length > 0 ? frameworks : frameworks.filter(({ provider }) => provider === 'any' || providers.includes(provider));
  return { rules, parts: counted(), frameworks: () => reported.map((framework) => frameworkResult(framework, rules, counts)) };
}
