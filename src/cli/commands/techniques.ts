import { checkExamples, countCases } from '../../derive/examples.ts';
import { loadSteps, loadTechniques } from '../../derive/load.ts';
import type { CataloguedStep } from '../../derive/step-catalogue.ts';
import { InputError, nearest } from '../../model/error.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';

const bundled = (): string => packagePath('rules', 'techniques');
const catalogue = (): string => packagePath('rules', 'steps');
const roots = ({ args }: Invocation): readonly string[] => (args.length === 0 ? [bundled()] : args);

/** `postern techniques list` */
export async function list(invocation: Invocation): Promise<ExitCode> {
  const techniques = await loadTechniques(...roots(invocation));
  const steps = invocation.args.length === 0 ? await loadSteps(catalogue()) : [];
  const rows = [
    ...techniques.map(({ id, title, category, derives, attack, references }) => ({ id, title, category, edge: derives.edge, attack, references })),
    ...steps.map(({ id, title, category, edges, attack, references }) => ({ id, title, category, edge: edges[0], attack, references })),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (invocation.text('--format') === 'json') invocation.io.out(`${JSON.stringify(rows, null, 1)}\n`);
  else for (const { id, category, title } of rows) invocation.io.out(`${category.padEnd(17)} ${id.padEnd(46)} ${title}\n`);
  return 0;
}

/** `postern techniques show ID` */
export async function show({ args, io }: Invocation): Promise<ExitCode> {
  const techniques = await loadTechniques(bundled(), ...args.slice(1));
  const wanted = args[0] ?? '';
  // A published id may be several of ours: `pathfinding:iam-001`, or `iam-001`.
  const found = techniques.filter(
    (each) => each.id === wanted || each.references.some((reference) => reference === wanted || reference === `pathfinding:${wanted}`),
  );
  if (found.length === 0) {
    const steps = await loadSteps(catalogue());
    const step = steps.find((each) => each.id === wanted);
    if (step !== undefined) {
      io.out(stepText(step));
      return 0;
    }
    const near = nearest(
      wanted,
      [...techniques, ...steps].map((each) => each.id),
    );
    throw new InputError(`no technique is called \`${wanted}\``, { help: near === undefined ? 'postern techniques list' : `did you mean ${near}?` });
  }
  const { readFile } = await import('node:fs/promises');
  const texts = await Promise.all(found.map(({ file }) => readFile(file, 'utf8')));
  io.out(texts.join('---\n'));
  return 0;
}

function stepText({ id, title, category, edges, rests, attack, references, fix }: CataloguedStep): string {
  const lines = [
    ['id', id],
    ['title', title],
    ['category', category],
    ['step', edges.join(' or ')],
    ['rests on', rests],
    ['ATT&CK', attack.join(', ')],
    ['fix', fix],
    ['read in', references.join('\n          ')],
  ];
  return `${lines.map(([name = '', text = '']) => `${name.padEnd(9)} ${text}`).join('\n')}\n\nRead from the configuration by code; its price and proof come with each step.\n`;
}

/** `postern techniques lint`: loads them, which checks everything that can be checked without running them. */
export async function lint(invocation: Invocation): Promise<ExitCode> {
  invocation.io.out(`${(await loadTechniques(...roots(invocation))).length} techniques in order\n`);
  return 0;
}

/** `postern techniques test`: examples, each fact needed, no dead premise. */
export async function test(invocation: Invocation): Promise<ExitCode> {
  const techniques = await loadTechniques(...roots(invocation));
  let [failed, positive, negative] = [0, 0, 0];
  for (const technique of techniques) {
    const cases = countCases(technique);
    positive += cases.positive;
    negative += cases.negative;
    for (const problem of checkExamples(technique)) {
      failed++;
      invocation.io.out(`${technique.file}: ${problem}\n`);
    }
  }
  invocation.io.out(`${techniques.length} techniques, ${positive} cases that derive their step and ${negative} that must not, ${failed} problems\n`);
  return failed === 0 ? 0 : 1;
}

/** `postern techniques new ID`: a template on stdout. */
export async function create({ args, io }: Invocation): Promise<ExitCode> {
  const id = args[0] ?? '';
  if (!/^[a-z]+\.[a-z0-9][a-z0-9-]*$/.test(id)) throw new InputError(`\`${id}\` is no technique id`, { help: 'provider.slug in lower case' });
  io.out(`schema: technique/v1
id: ${id}
title: creates a function that runs as the role      # what the attacker does; the label of the step
category: passrole-new
derives: { edge: CanBecome, from: $actor, to: $role }
where:                                               # what each variable ranges over
  actor: principal
  role: AWS::IAM::Role
when:                                                # every premise must hold
  - can: { who: $actor, do: iam:PassRole, on: $role, context: { "iam:PassedToService": [lambda.amazonaws.com] } }
  - can: { who: $actor, do: lambda:CreateFunction }  # no on: something of the kind that the action takes
  - trusts: { role: $role, service: lambda.amazonaws.com }
likelihood: { base: 0.8 }
effort: low
attack: [T1098.003]
references: [https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html]
fix: { summary: name the roles that may be passed, remove: [iam:PassRole] }
examples:                                            # postern techniques test: each fact, taken away, makes the step vanish
  - name: holds
    given:
      - can: { who: alice, do: iam:PassRole, on: deployer, context: { "iam:PassedToService": [lambda.amazonaws.com] } }
      - can: { who: alice, do: lambda:CreateFunction }
      - trusts: { role: deployer, service: lambda.amazonaws.com }
    derives: [alice -> deployer]
`);
  return 0;
}
