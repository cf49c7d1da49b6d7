import { InputError, InputErrors, nearest } from '../../model/error.ts';
import { ruleKinds } from '../../model/rule-words.ts';
import { compileRules } from '../../rules/evaluate.ts';
import { runExamples } from '../../rules/examples.ts';
import { checkFrameworks } from '../../rules/load-framework.ts';
import { readPacks } from '../../rules/pack.ts';
import { packFolders } from '../../rules/pack-path.ts';
import type { Rule } from '../../rules/rule.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { filteredRules } from '../findings.ts';
import { packagePath } from '../package-path.ts';
import { ruleTemplate } from './rule-template.ts';

const bundled = (): string => packagePath('rules', 'checks');
/** Folders and files that the words name; an npm package names its own. */
const named = async (words: readonly string[]): Promise<readonly string[]> => (await Promise.all(words.map((word) => packFolders(word, process.cwd())))).flat();
const files = ({ args }: Invocation): Promise<readonly string[]> =>
  args.length === 0 ? Promise.resolve([bundled(), packagePath('rules', 'frameworks')]) : named(args);
/** Examples are about a fixed day, so that ages in them mean the same for ever. */
const clock = { now: Date.parse('2026-01-01T00:00:00Z') };

/** `postern rules list` */
export async function list(invocation: Invocation): Promise<ExitCode> {
  const rules = filteredRules((await readPacks(await files(invocation))).rules, invocation);
  if (invocation.text('--format') === 'json')
    invocation.io.out(
      `${JSON.stringify(
        rules.map(({ id, title, severity, confidence, status, kind, provider, family, categories, attack, mitigations }) => ({
          id,
          title,
          severity,
          confidence,
          status,
          kind,
          provider,
          family,
          categories,
          attack,
          mitigations,
        })),
        null,
        1,
      )}\n`,
    );
  else for (const rule of rules) invocation.io.out(`${rule.severity.padEnd(8)} ${rule.kind.padEnd(8)} ${rule.id.padEnd(44)} ${rule.title}\n`);
  return 0;
}

/** `postern rules show ID` */
export async function show(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const { rules } = await readPacks([bundled(), ...(await named(args.slice(1)))]);
  const wanted = args[0] ?? '';
  const rule = rules.find((each) => each.id === wanted || each.aliases.includes(wanted));
  if (rule === undefined) {
    const near = nearest(
      wanted,
      rules.map((each) => each.id),
    );
    throw new InputError(`no rule is called \`${wanted}\``, { help: near === undefined ? 'postern rules list' : `did you mean ${near}?` });
  }
  if (invocation.on('--cypher')) io.out(await cypherOf(rule));
  else if (invocation.text('--format') === 'json') {
    const { source: _source, file: _file, ...document } = rule;
    io.out(`${JSON.stringify(document, null, 1)}\n`);
  } else io.out(`${ruleText(rule)}\n`);
  return 0;
}

/** The query of a graph rule, with what its parameters are. */
async function cypherOf(rule: Rule): Promise<string> {
  if (rule.kind !== 'graph') throw new InputError(`\`${rule.id}\` is no graph rule`, { help: 'postern rules list shows the kind of each' });
  const { graphQuestion } = await import('../../rules/graph.ts');
  const { patternQuery } = await import('../../store/neo4j/pattern.ts');
  const { pattern, per, tests } = graphQuestion(rule, clock);
  const given = [...tests.keys()].map((alias) => `// $k${alias}: keys of the nodes that \`where\` admits as ${pattern.nodes[alias]?.alias}`);
  return `${[`// ${rule.id}: ${rule.title}`, '// $scope: name of the pushed graph', ...given].join('\n')}\n${patternQuery(pattern, per, [...tests.keys()])}`;
}

function ruleText(rule: Rule): string {
  const lines = [
    `${rule.id}: ${rule.title}`,
    `severity ${rule.severity}, confidence ${rule.confidence}, ${rule.kind}, ${rule.provider}, ${rule.family}, ATT&CK ${rule.attack.join(', ')}`,
    '',
    rule.description,
    '',
    `Risk: ${rule.risk}`,
    `Fix:  ${rule.remediation.summary}`,
  ];
  for (const [what, text] of Object.entries({ CLI: rule.remediation.cli, Terraform: rule.remediation.terraform, Console: rule.remediation.console }))
    if (text !== undefined) lines.push(`      ${what}: ${text}`);
  if (rule.status === 'deprecated') lines.push(`Retired${rule.replacedBy === '' ? '' : `: ${rule.replacedBy} took its place`}`);
  for (const reference of rule.references) lines.push(`See:  ${reference}`);
  for (const [name, parameter] of Object.entries(rule.params)) lines.push(`Parameter ${name} = ${JSON.stringify(parameter.default)}: ${parameter.help}`);
  return lines.filter((line, index) => line !== '' || lines[index - 1] !== '').join('\n');
}

/** `postern rules lint`: everything that is wrong in the files, at once. */
export async function lint(invocation: Invocation): Promise<ExitCode> {
  const json = invocation.text('--format') === 'json';
  try {
    const { rules, frameworks } = await readPacks(await files(invocation));
    compileRules(rules, await allTypes(), clock, { params: {} });
    const all = invocation.args.length === 0 ? rules : (await readPacks([bundled()])).rules;
    checkFrameworks(frameworks, [...all, ...rules]);
    if (json) invocation.io.out(`${JSON.stringify({ schema: 'rules-lint/v1', rules: rules.length, frameworks: frameworks.length, problems: [] }, null, 1)}\n`);
    else invocation.io.out(`${rules.length} rules and ${frameworks.length} frameworks in order\n`);
    return 0;
  } catch (error) {
    if (!json || !(error instanceof InputErrors)) throw error;
    const problems = error.errors.map(({ position, code, message, help }) => ({ ...position, code, message, help }));
    invocation.io.out(`${JSON.stringify({ schema: 'rules-lint/v1', problems }, null, 1)}\n`);
    return 2;
  }
}

/** `postern rules schema`: for editors. */
export async function schema({ args, io }: Invocation): Promise<ExitCode> {
  const { jsonSchema } = await import('../../schema/registry.ts');
  io.out(`${JSON.stringify(jsonSchema(args[0] === 'framework' ? 'framework' : 'rule'), null, 2)}\n`);
  return 0;
}

/** `postern rules test` */
export async function test(invocation: Invocation): Promise<ExitCode> {
  if (!invocation.on('--watch')) return await testOnce(invocation);
  const { watchFolders } = await import('../watch.ts');
  await watchFolders(await files(invocation), invocation.io, async () => {
    await testOnce(invocation).catch((error: unknown) => {
      if (!(error instanceof InputErrors || error instanceof InputError)) throw error;
      invocation.io.out(`${error instanceof InputError ? error.format() : error.message}\n`);
    });
  });
  return 0;
}

async function testOnce(invocation: Invocation): Promise<ExitCode> {
  const types = await allTypes();
  const rules = filteredRules((await readPacks(await files(invocation))).rules, invocation);
  compileRules(rules, types, clock, { params: {} });
  let [passed, failed] = [0, 0];
  for (const rule of rules) {
    for (const [index, outcome] of runExamples(rule, types, clock).entries()) {
      if (outcome.passed) passed++;
      else {
        failed++;
        const { file, line, column } = rule.source.position(['tests', index]);
        invocation.io.out(`${file}:${line}:${column} ${rule.id}: \`${outcome.name}\` expects ${outcome.expected}, gives ${outcome.actual}\n`);
      }
    }
  }
  invocation.io.out(`${passed} examples passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

/** `postern rules new ID`: a template on stdout. */
export async function create(invocation: Invocation): Promise<ExitCode> {
  const id = invocation.args[0] ?? '';
  if (!/^[a-z0-9]+(\.[a-z0-9-]+){2,}$/.test(id)) throw new InputError(`\`${id}\` is no rule id`, { help: 'provider.service.slug in lower case' });
  const kind = ruleKinds.find((each) => each === invocation.text('--kind')) ?? 'resource';
  invocation.io.out(ruleTemplate(id, kind));
  return 0;
}
