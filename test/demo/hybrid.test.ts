import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { crossesClouds } from '../../src/cli/commands/demo.ts';
import { type Json, resolvePointer } from '../../src/model/json.ts';
import { networkOf } from '../../src/network/engine.ts';
import type { Ranker } from '../../src/paths/ranking.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { verifySnapshot } from '../../src/snapshot/verify.ts';

interface Row {
  readonly from: string;
  readonly to: string;
  readonly all?: readonly string[];
  readonly why: string;
}

interface Flow extends Row {
  readonly port: number;
  readonly verdict: string;
  readonly stop?: string;
}

const folder = path.join(process.cwd(), 'snapshots', 'demo-hybrid');
const expected = parse(readFileSync(path.join(process.cwd(), 'test', 'cases', 'demo', 'hybrid.yaml'), 'utf8')) as {
  paths: Row[];
  traps: Row[];
  flows: Flow[];
};
let analysis: Analysis;
let ranker: Ranker;

beforeAll(async () => {
  const types = await allTypes();
  analysis = await analyseSnapshot(await readSnapshot(folder, types), types, noSettings);
  ranker = analysis.ranker();
});

/** Entries whose ids hold the tenant's id are named by what they are. */
const idOf = (name: string): string => {
  const nodes = Array.from({ length: analysis.graph.nodeCount }, (_, index) => analysis.graph.node(index).id);
  if (name === 'onprem') return nodes.find((id) => id.startsWith('onprem:entra-connect')) ?? name;
  if (name === 'saas') return nodes.find((id) => /^azure:tenant:[0-9a-f-]{36}$/.test(id)) ?? name;
  if (!name.startsWith('phished:')) return name;
  // The identity store of AWS knows its people by the same names.
  const person = analysis.snapshot.records('Microsoft.Graph/user').find(({ config }) => config['userPrincipalName'] === name.slice(8));
  return `phished:${person?.id}`;
};
const node = (name: string): number => {
  const found = analysis.resolver.one(idOf(name));
  if (found === undefined) throw new Error(`${name} is not in the demo estate`);
  return found;
};

describe('the joined demo estate', () => {
  test('at least six paths go from one cloud to another', () => {
    const crossing = expected.paths.filter((row) => {
      const found = ranker.best(node(row.from), node(row.to));
      return found !== undefined && crossesClouds(found, analysis);
    });
    expect(crossing.length).toBeGreaterThanOrEqual(6);
  });

  test.each(expected.paths)('$from -> $to: $why', (row) => {
    const found = ranker.best(node(row.from), node(row.to));
    const used = found?.steps.flatMap((step) => step.techniques) ?? [];
    expect(row.all?.filter((technique) => !used.includes(technique))).toEqual([]);
    for (const { resource, pointer } of found?.steps.flatMap((step) => step.evidence) ?? []) {
      const record = analysis.snapshot.find(resource);
      expect(
        record === undefined ? `${resource} is missing` : resolvePointer(record as unknown as Json, pointer) === undefined ? `${resource}#${pointer}` : 'found',
      ).toBe('found');
    }
  });

  test.each(expected.traps)('no way from $from to $to: $why', (row) => {
    expect(ranker.best(node(row.from), node(row.to))?.steps.map((step) => `${step.techniques[0]} ${step.to}`)).toBeUndefined();
  });

  test.each(expected.flows)('$from -> $to $port: $why', async ({ from, to, port, verdict, stop }) => {
    const network = await networkOf(analysis.snapshot);
    const id = (name: string): string => analysis.graph.node(node(name)).id;
    const flow = network.flow({ name: 'f', from: id(from), to: id(to), protocol: 'tcp', port });
    expect([flow.verdict, flow.stoppedBy?.reason]).toEqual([verdict, stop]);
  });

  test('was not altered since it was collected', async () => {
    const { problems, records } = await verifySnapshot(folder);
    expect(problems).toEqual([]);
    expect(records).toBeGreaterThanOrEqual(1000);
  });
});
