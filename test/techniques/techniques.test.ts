import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { packagePath } from '../../src/cli/package-path.ts';
import { checkExamples } from '../../src/derive/examples.ts';
import { loadTechniques } from '../../src/derive/load.ts';
import { parseTechniques } from '../../src/derive/technique.ts';
import { knownActions } from '../../src/iam/azure/actions.ts';
import { actions } from '../../src/iam/catalogue.ts';

const techniques = await loadTechniques(packagePath('rules', 'techniques'));
const catalogue = parse(readFileSync(new URL('../cases/techniques/catalogue.yaml', import.meta.url), 'utf8')) as {
  ids: string[];
  elsewhere: Record<string, string>;
  retired: Record<string, string>;
};

describe('techniques', () => {
  test.each(techniques.map((technique) => ({ id: technique.id, technique })))(
    '$id: its examples hold, each fact is needed, no premise is dead',
    ({ technique }) => {
      expect(technique.examples.length).toBeGreaterThan(0);
      expect(checkExamples(technique)).toEqual([]);
    },
  );

  test.each(catalogue.ids)('the published technique %s is covered', (id) => {
    if (id in catalogue.retired || id in catalogue.elsewhere) return;
    expect(techniques.filter((technique) => technique.references.includes(`pathfinding:${id}`)).map((technique) => technique.id)).not.toEqual([]);
  });

  test('name only actions that exist', () => {
    const named = techniques.flatMap((technique) =>
      technique.when
        .flatMap((premise) => (premise.kind === 'any' ? premise.of : [premise]))
        .flatMap((premise) => (premise.kind === 'can' ? [premise.action] : [])),
    );
    expect([...new Set(named)].filter((action) => !actions().has(action.toLowerCase()) && !knownActions.includes(action))).toEqual([]);
  });
});

const good = readFileSync(packagePath('rules', 'techniques', 'aws', 'assume-role.yaml'), 'utf8');
test.each([
  ['an unknown premise', good.replace('- can:', '- cna:'), /did you mean can/],
  ['an unknown variable', good.replace('on: $role', 'on: $rol'), /the variable `\$rol` is not in `where`/],
  ['a wildcard action', good.replace('do: "sts:AssumeRole"', 'do: "sts:*"').replace('do: sts:AssumeRole', 'do: "sts:*"'), /is no action/],
  ['an edge that is no step', good.replace('edge: CanBecome', 'edge: Contains'), /is no step/],
  ['a path that no document has', good.replace('when:\n', 'when:\n  - has: { on: $role, where: { "Tags[].Key": x } }\n'), /leave `\[\]` away/],
  ['a likelihood over 1', good.replace('base: 0.95', 'base: 1.5'), /at most 1/],
])('%s is told with its place', (_name, text, message) => {
  expect(() => parseTechniques(text, 't.yaml')).toThrow(message);
  expect(() => parseTechniques(text, 't.yaml')).toThrow(/t\.yaml:\d+:\d+/);
});

test('a premise that nothing depends on is found', () => {
  const [technique] = parseTechniques(good.replace('when:\n', 'when:\n  - can: { who: $actor, do: iam:ListRoles }\n'), 't.yaml');
  expect(technique === undefined ? [] : checkExamples(technique)).not.toEqual([]);
});
