import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EstateSize, syntheticEstate } from '../../scripts/estate/synthetic.ts';
import { writeSynthetic } from '../../scripts/estate/synthetic-write.ts';
import { allTypes, analyse, analyseSnapshot } from '../../src/cli/analysis.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { dumpGraph, dumpText } from '../../src/store/neo4j/dump.ts';

const types = await allTypes();
const told = (analysis: Awaited<ReturnType<typeof analyse>>): string =>
  [...dumpText(dumpGraph(analysis.graph))].join('') + JSON.stringify(analysis.ranker().top(50));
const inMemory = (records: Iterable<SnapshotRecord>) => analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);

test('the same bytes whatever the order of the records', async () => {
  const size: EstateSize = { principals: 40, resources: 160, accounts: 2, seed: 3, breadth: 0.2 };
  const records = [...syntheticEstate(size)];
  const expected = told(await inMemory(records));
  expect(expected.length).toBeGreaterThan(100_000);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(records, { minLength: records.length }), async (shuffled) => {
      expect(told(await inMemory(shuffled)) === expected).toBe(true);
    }),
    { numRuns: 5, seed: 20261124 },
  );
}, 60_000);

test('the same bytes whatever the order of the files, and from disk as from memory', async () => {
  const folder = path.join(tmpdir(), `postern-files-${process.pid}`);
  try {
    await writeSynthetic(folder, syntheticEstate({ principals: 30, resources: 120, accounts: 2, seed: 5 }));
    const expected = told(await analyse(folder));
    const file = path.join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { files: unknown[] };
    await writeFile(file, JSON.stringify({ ...manifest, files: manifest.files.toReversed() }));
    expect(told(await analyse(folder)) === expected).toBe(true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);

test('edges grow with the estate, not with its square, also when every role may assume every role', async () => {
  const edges: number[] = [];
  for (const principals of [100, 200, 400]) {
    const { graph } = await inMemory(syntheticEstate({ principals, resources: principals * 2, accounts: 1, seed: 7, biclique: true }));
    const assume = Array.from({ length: graph.edgeCount }, (_, edge) => edge).filter(
      (edge) => graph.likelihoods[edge] !== 0 && graph.step(edge).technique === 'aws.assume-role',
    );
    expect(assume.length).toBeLessThanOrEqual(2 * principals);
    edges.push(graph.edgeCount);
  }
  const [small = 0, middle = 0, large = 0] = edges;
  expect(middle / small).toBeLessThan(2.5);
  expect(large / middle).toBeLessThan(2.5);
}, 60_000);
