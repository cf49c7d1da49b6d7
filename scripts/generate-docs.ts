/** Writes the reference pages that follow from tables: commands, techniques, rules, collectors, vocabulary. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { awsCollectors } from '../collectors/aws/index.ts';
import { azureCollectors } from '../collectors/azure/index.ts';
import { entraCollectors } from '../collectors/entra/index.ts';
import { commandHelp } from '../src/cli/parse.ts';
import { commands } from '../src/cli/table.ts';
import { plannedCalls } from '../src/collect/plan.ts';
import { loadSteps, loadTechniques } from '../src/derive/load.ts';
import { needsOf } from '../src/derive/technique-words.ts';
import { leafTests } from '../src/match/tests.ts';
import { callStates, decisions } from '../src/model/answer-words.ts';
import { categories, families } from '../src/model/rule-words.ts';
import { edgeKinds, nodeKinds } from '../src/model/vocabulary.ts';
import { riskTable } from '../src/paths/risk-table.ts';
import { readPacks } from '../src/rules/pack.ts';
import { problemCodes } from '../src/rules/reader.ts';
import { jsonSchema } from '../src/schema/registry.ts';

const root = path.join(import.meta.dirname, '..');
const write = (name: string, lines: readonly string[]): void => writeFileSync(path.join(root, 'docs', name), `${lines.join('\n').trimEnd()}\n`);
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${heads.join(' | ')} |`,
  `| ${heads.map(() => '---').join(' | ')} |`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  '',
];
const made = 'This page is made by `npm run generate`; do not edit it.';

write('commands.md', [
  '# Commands',
  '',
  made,
  '',
  ...commands.flatMap((command) => [`## postern ${command.name}`, '', '```', commandHelp(command).trimEnd(), '```', '']),
]);

const techniques = await loadTechniques(path.join(root, 'rules', 'techniques'));
const steps = await loadSteps(path.join(root, 'rules', 'steps'));
write('techniques.md', [
  '# Attack techniques',
  '',
  made,
  '',
  `${techniques.length} techniques. Each is one YAML file in \`rules/techniques\`, with its premises, its price, its fix and the examples that prove it; \`postern techniques show ID\` prints it.`,
  'What is needed must hold together; "it" is who takes the step, and the other words are the variables of the file.',
  '',
  ...[...new Set(techniques.map((technique) => technique.category))].sort().flatMap((category) => [
    `## ${category}`,
    '',
    ...table(
      ['id', 'what the attacker does', 'what it needs', 'step', 'likelihood', 'fix', 'ATT&CK', 'public id'],
      techniques
        .filter((technique) => technique.category === category)
        .map((technique) => [
          `\`${technique.id}\``,
          technique.title,
          needsOf(technique).join('; '),
          technique.derives.edge,
          String(technique.likelihood.base),
          technique.fix?.summary ?? '',
          technique.attack.join(', '),
          technique.references
            .filter((each) => !each.startsWith('http'))
            .map((each) => each.replace('pathfinding:', ''))
            .join(', '),
        ]),
    ),
  ]),
  '## Steps that are read from the configuration',
  '',
  `${steps.length} steps rest on more than premises can say and are read by code; \`rules/steps\` has what they are, and \`postern techniques show ID\` prints it.`,
  '',
  ...table(
    ['id', 'what the attacker does', 'step', 'rests on', 'ATT&CK'],
    steps.map(({ id, title, edges, rests, attack }) => [`\`${id}\``, title, edges.join(', '), rests, attack.join(', ')]),
  ),
]);

mkdirSync(path.join(root, 'rules', 'schema'), { recursive: true });
for (const name of ['rule', 'framework'])
  writeFileSync(path.join(root, 'rules', 'schema', `${name}.v1.schema.json`), `${JSON.stringify(jsonSchema(name), null, 2)}\n`);

const { rules } = await readPacks([path.join(root, 'rules', 'checks')]);
write('rules.md', [
  '# Rules',
  '',
  made,
  '',
  ...table(
    ['id', 'severity', 'kind', 'the secure state', 'ATT&CK'],
    rules.map((rule) => [`\`${rule.id}\``, rule.severity, rule.kind, rule.title, rule.attack.join(', ')]),
  ),
  '## Risk families',
  '',
  ...table(['family', 'what it means'], Object.entries(families)),
  '## Categories',
  '',
  ...table(['category', 'what it is about'], Object.entries(categories)),
  '## What can be wrong in a file',
  '',
  ...table(['code', 'what it says'], Object.entries(problemCodes)),
  '## Matcher',
  '',
  'A key is `path|modifier`. Without a modifier it is `eq`.',
  '',
  ...table(
    ['modifier', 'the value'],
    Object.entries(leafTests({ now: 0 })).map(([name, test]) => [`\`${name}\``, test.means]),
  ),
  'Beside them: `any`, `every` and `none` ask the elements of a list with a matcher of their own; `not`, `any_of` and `all_of` combine matchers; `expr` is a CEL expression',
  'over `config`, `resource`, `it`, `params` and `now`. `matches()` is refused in favour of `re(text, "pattern")`, which takes linear time; loops nest twice at most, and an evaluation that would take more than five million steps is an `error` of that resource. What is',
  'not there makes an expression `unknown`: ask with `has(…)` or `config.?Key.orValue(…)`.',
  '',
  '`lacks` beside or instead of `flag` names what must be there: `{ type, where, link, in, at_least, at_most }`. It is wrong only where no resource of the type fits in the same `account` (the default),',
  '`region`, or anywhere in the `snapshot`; `link` says which of its paths must hold a value of which path of this one. Where the type was not listed, the result is `unknown`.',
  '',
  '## Filters whose rules are asked in order',
  '',
  'Of a network ACL and a network security group a rule reads `effective.internet`: the ports that are admitted from the whole internet after every earlier denial, as `{ protocol, from, to }`. The whole internet is',
  'more than half of the routed addresses of a family, in however many rules; the evidence is the rule that admits.',
  '',
  '## Graph patterns',
  '',
  '`graph.path` is the path pattern of openCypher, to the right: `(src:Internet)-[:Reaches*1..3]->(vm:Compute)-[:RunsAs]->(id:Principal)`; an edge without a kind is any step, `where` holds a matcher for the nodes of',
  'an alias, and `per` names the aliases whose every different combination is a finding. No node stands twice in a match. A length counts the fewest hops between two nodes: `*2..3` is what lies two or three hops',
  'away, not what is reached directly too. After a comma a branch starts at an alias that an earlier path names, so that one rule asks for several things of one node: `…->(vm:Compute), (vm)-[:RunsAs]->(id:Principal), (vm)-[:CanRead]->(data:DataStore)`; a branch that leads to a named alias closes a ring (both must be true of the same two nodes). A class of nodes (`Hub`) between two nodes is no hop. Memory and Neo4j (`postern neo4j check`) give the same findings; `postern rules show ID --cypher` prints the query.',
]);

write('collectors.md', [
  '# Collectors',
  '',
  made,
  '',
  'Every call that a collection makes, with the action that allows it. `postern collect aws --print-policy` prints them as a policy.',
  'Resource Graph shows what the caller may read of each type.',
  '',
  ...[...awsCollectors, ...azureCollectors, ...entraCollectors].flatMap((collector) => [
    `## ${collector.title} (\`${collector.id}\`)`,
    '',
    ...table(
      ['resource type', 'kind'],
      Object.entries(collector.resources).map(([name, type]) => [`\`${name}\``, type.kind]),
    ),
    ...table(
      ['call', 'allowed by'],
      plannedCalls([collector]).map((planned) => [`\`${planned.call}\``, `\`${planned.permission}\``]),
    ),
  ]),
]);

write('model.md', [
  '# The model',
  '',
  made,
  '',
  '## Kinds of nodes',
  '',
  ...table(
    ['kind', 'what it is'],
    Object.entries(nodeKinds).map(([name, kind]) => [name, kind.means]),
  ),
  '## Kinds of edges',
  '',
  ...table(
    ['kind', 'role', 'what it says'],
    Object.entries(edgeKinds).map(([name, kind]) => [name, kind.role, kind.means]),
  ),
  '## Decisions',
  '',
  'What `postern can` and `postern iam simulate` answer; `postern schema iam-simulation` has every field.',
  '',
  ...table(['decision', 'what it says'], Object.entries(decisions)),
  '## States of calls',
  '',
  'How each call of a collection or an import went, in the manifest of a snapshot and in the `gaps` of every output.',
  '',
  ...table(['state', 'what it says'], Object.entries(callStates)),
  '## The risk table',
  '',
  'Every number can be overridden in `postern.yaml` under `risk:` by its name; `technique.ID` replaces the price of a technique, `factor.NAME` one factor as a path shows it.',
  '',
  ...table(
    ['name', 'number', 'why'],
    Object.entries(riskTable).map(([name, number]) => [`\`${name}\``, String(number.value), number.why]),
  ),
]);
