import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphBuilder } from '../../src/graph/builder.ts';
import { Column } from '../../src/graph/column.ts';

const pieces = [0, 1, 255, 256, 257, 32_767, 32_768, 32_769, 65_536, 65_537];

test.each(pieces)('a column of %d values has each of them in its place', (length) => {
  const column = new Column();
  for (let at = 0; at < length; at++) column.push((at * 7919) % 100);
  const plain = Array.from({ length }, (_, at) => (at * 7919) % 100);
  const means = Uint32Array.from({ length: 100 }, (_, value) => value * value);
  expect(column.length).toBe(length);
  expect(plain.every((value, at) => column.at(at) === value)).toBe(true);
  expect([...column.list()]).toEqual(plain);
  expect([...column.list(means)]).toEqual(plain.map((value) => value * value));
});

/** A step by small numbers: its ends, its technique, its proof. */
type Drawn = readonly [number, number, number, number];

const id = (node: number): string => `n${String(node).padStart(4, '0')}`;
const told = ([from, to, technique, proof]: Drawn): string => `${id(from)} ${id(to)} t${technique} p${proof}`;

/** Each different step once, in the order of ends, technique and proof. */
const sortedSteps = (steps: readonly Drawn[]): string[] => [...new Set(steps.map(told))].sort();

function frozen(nodes: number, steps: readonly Drawn[], late: (proof: number) => boolean): string[] {
  const builder = new GraphBuilder();
  for (let node = nodes - 1; node >= 0; node--) builder.node({ id: id(node), kind: 'Principal', type: 'T', name: id(node) });
  for (const [from, to, technique, proof] of steps) {
    const evidence = [{ resource: `p${proof}`, pointer: '', call: '' }];
    builder.step({
      from: id(from),
      to: id(to),
      kind: 'CanBecome',
      technique: `t${technique}`,
      factors: [],
      residual: [],
      evidence: late(proof) ? () => evidence : evidence,
    });
  }
  const graph = builder.freeze();
  return Array.from({ length: graph.edgeCount }, (_, edge) => {
    const step = graph.step(edge);
    return `${graph.id(step.from)} ${graph.id(step.to)} ${step.technique} ${step.evidence[0]?.resource ?? ''}`;
  });
}

test('edges stand in the order of ends, payload and proof, and equal ones once', () => {
  const step = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(2), fc.nat(3));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(3), (steps, limit) => {
      expect(frozen(5, steps, (proof) => proof < limit)).toEqual(sortedSteps(steps));
    }),
  );
});

test('so do more edges than a piece of the table holds', () => {
  const steps = Array.from({ length: 70_000 }, (_, at): Drawn => [(at * 31) % 401, (at * 17) % 397, at % 3, at % 2]);
  expect(frozen(401, steps, () => false)).toEqual(sortedSteps(steps));
});
