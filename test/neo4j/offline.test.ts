import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../src/cli/analysis.ts';
import { canonicalJson, type Json } from '../../src/model/json.ts';
import { edgeKindNames, isStep, nodeKindNames } from '../../src/model/vocabulary.ts';
import { ClassProofs, unpackedProof } from '../../src/store/neo4j/class-proof.ts';
import { dumpGraph, dumpText, type GraphDump, loadDump } from '../../src/store/neo4j/dump.ts';
import { parseHunt, readHunts } from '../../src/store/neo4j/hunts.ts';
import { Payloads, proofColumns, type Row } from '../../src/store/neo4j/rows.ts';
import { checkScope, schemaStatements } from '../../src/store/neo4j/scope.ts';
import { freePort } from '../servers/process.ts';
import { run } from '../support/run.ts';
import { smallGraph } from './small-graph.ts';

test('a graph is its dump, also through JSON text', () => {
  const text = [...dumpText(dumpGraph(smallGraph(true)))].join('');
  expect([...dumpText(dumpGraph(loadDump(JSON.parse(text) as GraphDump)))].join('')).toBe(text);
});

test('hunts name only kinds of the vocabulary and stay in their scope', async () => {
  const hunts = await readHunts(path.join('rules', 'hunts'));
  expect(hunts).toHaveLength(6);
  const known = new Set<string>([...nodeKindNames, ...edgeKindNames, 'Postern']);
  for (const hunt of hunts) {
    expect(hunt.about).not.toBe('');
    expect(hunt.query).toContain('{scope: $scope}');
    const code = hunt.query.replaceAll(/^\/\/.*$/gm, '');
    const names = [...code.matchAll(/[:|]([A-Z]\w+)/g)].map((match) => match[1] ?? '');
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  }
  expect(() => parseHunt('bare', 'RETURN 1')).toThrow('no title');
});

test('of a class that is too large the proof of its first node stands for all, and is counted', async () => {
  const { graph } = await analyse(path.join('snapshots', 'demo'));
  const [none, all] = [new ClassProofs(graph, 0), new ClassProofs(graph)];
  const differ = Array.from({ length: graph.edgeCount }, (_, edge) => edge).filter((edge) => none.textOf(edge) !== all.textOf(edge));
  expect([differ.length > 0, all.bounded]).toEqual([true, 0]);
  expect(none.bounded).toBe(differ.length);
  for (const edge of differ) expect(JSON.parse(none.textOf(edge))).toEqual(graph.evidence(edge));
});

test('the proof that an edge names holds its own evidence and price', async () => {
  const { graph } = await analyse(path.join('snapshots', 'demo'));
  const proofs = new Map<string, Row>();
  const payloads = new Payloads(graph, 's', (key, proof) => proofs.set(key, proof));
  const at = (column: (typeof proofColumns)[number], edge: number): unknown => proofs.get(payloads.of(edge).key)?.[proofColumns.indexOf(column)];
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    const proof = unpackedProof(JSON.parse(String(at('evidence', edge) ?? '[]')) as Json, graph.id(graph.targets[edge] ?? 0));
    const own = typeof proof === 'function' ? proof(graph.id(graph.targets[edge] ?? 0)) : proof;
    expect(own).toEqual(graph.evidence(edge));
    if (isStep(graph.edgeKind(edge))) expect(at('factors', edge) ?? '[]').toBe(canonicalJson(graph.step(edge).factors as unknown as Json));
  }
  expect(proofs.size).toBeGreaterThan(100);
});

test('constraints and indexes follow from the vocabulary', () => {
  expect(schemaStatements).toHaveLength(4 + nodeKindNames.length);
});

test.each(['', 'a b', 'x'.repeat(65), "a'b"])('%j is no scope', (name) => {
  expect(() => checkScope(name)).toThrow('is no scope');
});

describe('without a server', () => {
  test('says where it looked, without the password', async () => {
    const env = { NEO4J_URI: `bolt://me:hunter2@127.0.0.1:${await freePort()}`, NEO4J_USER: 'me', NEO4J_PASSWORD: 'hunter2' };
    const { code, err } = await run(['neo4j', 'pull', '--scope', 's'], { env });
    expect(code).toBe(2);
    expect(err).not.toContain('hunter2');
    expect(err).toMatch(/cannot be reached|does not take the address/);
  });

  test.each([
    ['nonsense', 'is no address'],
    ['http://127.0.0.1:1', 'does not take the address'],
    ['bolt://127.0.0.1:1', 'cannot be reached'],
  ])('%s', async (uri, message) => {
    expect(await run(['neo4j', 'pull', '--scope', 's'], { env: { NEO4J_URI: uri } })).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });

  test('lists the hunts; an unknown one is told', async () => {
    expect((await run(['neo4j', 'hunt'])).out.split('\n')).toHaveLength(7);
    expect(await run(['neo4j', 'hunt', 'outside-trust'])).toMatchObject({ code: 2, err: expect.stringContaining('did you mean outside-trusts?') });
  });
});
