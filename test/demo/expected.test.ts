import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { ExposurePath } from '../../src/model/assessment.ts';
import { type Json, resolvePointer } from '../../src/model/json.ts';
import type { Ranker } from '../../src/paths/ranking.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';

interface Row {
  readonly from: string;
  readonly to: string;
  readonly technique?: string;
  readonly verdict?: string;
  /** The pair may be joined by other ways; a single step of this technique must not be among them. */
  readonly direct?: string;
  readonly why: string;
}

const folder = path.join(process.cwd(), 'snapshots', 'demo');
const expected = parse(readFileSync(path.join(process.cwd(), 'test', 'cases', 'demo', 'expected.yaml'), 'utf8')) as { paths: Row[]; traps: Row[] };
let analysis: Analysis;
let ranker: Ranker;

beforeAll(async () => {
  const types = await allTypes();
  analysis = await analyseSnapshot(await readSnapshot(folder, types), types, noSettings);
  ranker = analysis.ranker();
});

const node = (name: string): number => {
  const found = analysis.resolver.one(name.startsWith('phished:') ? `phished:${analysis.snapshot.find(name.slice(8))?.id}` : name);
  if (found === undefined) throw new Error(`${name} is not in the demo estate`);
  return found;
};
const best = (row: Row): ExposurePath | undefined => ranker.best(node(row.from), node(row.to));

describe('the demo estate', () => {
  test('has at least fifteen paths and as many traps', () => {
    expect(expected.paths.length).toBeGreaterThanOrEqual(15);
    expect(expected.traps.length).toBeGreaterThanOrEqual(expected.paths.length);
  });

  test.each(expected.paths)('$from -> $to: $why', (row) => {
    const found = best(row);
    expect(found).toBeDefined();
    if (row.technique !== undefined) expect(found?.steps[0]?.techniques).toContain(row.technique);
    if (row.verdict !== undefined) expect(found?.verdict).toBe(row.verdict);
  });

  test.each(expected.traps)('no way from $from to $to: $why', (row) => {
    const found = best(row);
    if (row.direct === undefined) expect(found?.steps.map((step) => `${step.techniques[0]} ${step.to}`)).toBeUndefined();
    else expect(found?.steps.length === 1 && found.steps[0]?.techniques.includes(row.direct)).toBe(false);
  });

  test('every hop of the fifty riskiest paths points at something that stands in the snapshot', () => {
    for (const each of ranker.top(50)) {
      for (const step of each.steps) {
        for (const { resource, pointer } of step.evidence) {
          const record = analysis.snapshot.find(resource);
          expect(
            record === undefined
              ? `${resource} is missing`
              : resolvePointer(record as unknown as Json, pointer) === undefined
                ? `${resource}#${pointer} leads nowhere`
                : 'found',
          ).toBe('found');
        }
      }
    }
  });

  test('the same snapshot gives the same paths', async () => {
    const again = await analyseSnapshot(await readSnapshot(folder, analysis.types), analysis.types, noSettings);
    expect(JSON.stringify(again.ranker().top(30))).toBe(JSON.stringify(ranker.top(30)));
  });

  test('was not altered since it was collected', async () => {
    const { problems, records } = await verifySnapshot(folder);
    expect(problems).toEqual([]);
    expect(records).toBeGreaterThanOrEqual(800);
  });
});
