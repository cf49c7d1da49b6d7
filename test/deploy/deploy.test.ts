import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { commonFlags, findCommand } from '../../src/cli/parse.ts';
import { commands } from '../../src/cli/table.ts';
import { reportFormats } from '../../src/report/formats.ts';

const files = ['action.yml', ...readdirSync('deploy', { recursive: true, encoding: 'utf8' }).map((name) => path.join('deploy', name))].filter((name) =>
  /\.(ya?ml|service|timer|tpl)$|Dockerfile$/.test(name),
);
const text = (name: string): string => readFileSync(name, 'utf8');

test('there is something for every place', () =>
  expect(files.map((name) => path.basename(name)).sort()).toEqual([
    'Chart.yaml',
    'Dockerfile',
    '_container.tpl',
    'action.yml',
    'cronjob.yaml',
    'postern.gitlab-ci.yml',
    'postern.service',
    'postern.timer',
    'values.yaml',
  ]));

describe.each(files.filter((name) => /\.ya?ml$/.test(name) && !name.includes('templates')))('%s', (name) => {
  test('is YAML', () => expect(parseAllDocuments(text(name)).flatMap((document) => document.errors)).toEqual([]));
});

/** `postern scan aws --out …` as it stands in scripts, whatever calls it. */
const calls = files.flatMap((name) =>
  text(name)
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#') && !line.includes('description:'))
    .flatMap((line) =>
      [...line.matchAll(/\bpostern(?:@\S+)? ((?:scan|snapshot|baseline|report)\b[^']*)/g)].map((found) => ({ name, words: (found[1] ?? '').split(/\s+/) })),
    ),
);

test.each(calls)('$name calls a command that exists, with flags that it has: $words', ({ words }) => {
  const spelled = words.map((word) => word.replace(/^"?\$POSTERN_PROVIDER"?$/, 'aws'));
  const found = findCommand(commands, spelled);
  expect(found?.command.name).toBeDefined();
  const flags = [...(found?.command.flags ?? []), ...commonFlags].map((flag) => flag.name);
  for (const word of spelled.filter((each) => each.startsWith('--'))) expect(flags).toContain(word.split('=')[0]);
  for (const [index, word] of spelled.entries())
    if (word === '--report') expect(reportFormats.map((format) => format.name)).toContain((spelled[index + 1] ?? '').replace(/^"/, '').split('=')[0]);
});
test('calls were found', () => expect(calls.length).toBeGreaterThanOrEqual(4));

test('no input of the action is pasted into a script', () => {
  const { runs } = parse(text('action.yml')) as { runs: { steps: { run?: string }[] } };
  for (const { run } of runs.steps) expect(run ?? '').not.toContain('${{');
});

test('containers are not root and read-only', () => {
  expect(text('deploy/docker/Dockerfile')).toMatch(/^USER (?!0\b|root)/m);
  expect(text('deploy/helm/templates/_container.tpl')).toContain('readOnlyRootFilesystem: true');
  expect(text('deploy/helm/templates/cronjob.yaml')).toContain('runAsNonRoot: true');
});
