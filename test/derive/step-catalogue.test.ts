import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { loadSteps, loadTechniques } from '../../src/derive/load.ts';
import { parseSteps } from '../../src/derive/step-catalogue.ts';
import { InputErrors } from '../../src/model/error.ts';
import { isStep } from '../../src/model/vocabulary.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';

const root = path.join(import.meta.dirname, '..', '..');
const steps = await loadSteps(path.join(root, 'rules', 'steps'));
const techniques = await loadTechniques(path.join(root, 'rules', 'techniques'));

/** Ids of techniques that the code itself gives to steps. */
function inCode(): readonly string[] {
  const found = new Set<string>();
  for (const folder of ['derive', 'iam', 'network'])
    for (const entry of readdirSync(path.join(root, 'src', folder), { recursive: true, withFileTypes: true })) {
      if (!entry.name.endsWith('.ts') || entry.parentPath.includes('generated')) continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      for (const [, id = ''] of text.matchAll(/'((?:aws|azure|entra|network)\.[a-z][a-z0-9-]+)'/g)) found.add(id);
    }
  return [...found].sort();
}

test('every step that code reads is catalogued, once, and nothing else', () => {
  const known = techniques.map((technique) => technique.id);
  expect(inCode().filter((id) => !known.includes(id))).toEqual(steps.map((step) => step.id));
});

test.each(['demo', 'demo-hybrid'])('steps of %s are of the kinds that the catalogue says', async (name) => {
  const { graph } = await analyseSnapshot(await readSnapshot(path.join(root, 'snapshots', name)), await allTypes(), noSettings);
  const kinds = new Map(steps.map((step) => [step.id, step.edges]));
  const wrong = new Set<string>();
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const kind = graph.edgeKind(edge);
    if (!isStep(kind)) continue;
    const { technique } = graph.step(edge);
    if (!(kinds.get(technique)?.some((each) => each === kind) ?? true)) wrong.add(`${technique} ${kind}`);
  }
  expect([...wrong]).toEqual([]);
});

describe('what is wrong in a catalogue is told with its place', () => {
  const good = 'schema: step/v1\nid: aws.x\ntitle: t\ncategory: data\nedges: [CanRead]\nrests: r\nattack: [T1078]\nreferences: [u]\nfix: f\n';

  test.each([
    ['nothing', good, []],
    ['an unknown key', `${good}colour: red\n`, ['10:1 unknown key `colour` in a step']],
    ['no fix', good.replace('fix: f\n', ''), ['1:1 no `fix`']],
    ['a category that is none', good.replace('data', 'date'), ['4:11 `date` is no category']],
    ['a structure edge', good.replace('CanRead', 'Contains'), ['5:9 `Contains` is no step']],
    ['an ATT&CK id that is none', good.replace('T1078', 'TA0001'), ['7:10 `TA0001` is no ATT&CK technique']],
    ['references that are no list', good.replace('[u]', 'u'), ['8:13 `references` is no list of texts']],
    ['no map', '- a\n', ['1:1 a step is a map']],
  ] as const)('%s', (_name, text, expected) => {
    const told: string[] = [];
    try {
      parseSteps(text, 'f.yaml');
    } catch (error) {
      if (!(error instanceof InputErrors)) throw error;
      told.push(...error.errors.map(({ position, message }) => `${position?.line}:${position?.column} ${message}`));
    }
    expect(told).toEqual(expected);
  });
});
