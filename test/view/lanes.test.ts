import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LaneNode, laneLayout, looks } from '../../src/view/lanes.ts';

/** Estates of accounts with networks with subnets: a node is in a prefix of one chain. */
const node = fc.record({ column: fc.nat(6), chain: fc.tuple(fc.nat(2), fc.nat(1), fc.nat(1)), depth: fc.nat(3) });
const nodes = fc.array(node, { minLength: 1, maxLength: 40 }).map((all) =>
  all.map(
    ({ column, chain: [a, b, c], depth }, index): LaneNode => ({
      key: String(index),
      column,
      groups: [`a${a}`, `a${a}n${b}`, `a${a}n${b}s${c}`].slice(0, depth),
    }),
  ),
);
const look = fc.constantFrom('card' as const, 'token' as const);

test('no box covers what is not in it, no two nodes overlap, and columns run from left to right', () => {
  fc.assert(
    fc.property(nodes, look, (given, how) => {
      const layout = laneLayout(given, 60, how);
      const { width, height } = looks[how];
      const at = new Map(layout.nodes.map((each) => [each.key, each]));
      expect(layout.nodes).toHaveLength(given.length);
      for (const [index, one] of given.entries()) {
        const a = at.get(one.key);
        if (a === undefined) throw new Error('a node was lost');
        for (const other of given.slice(index + 1)) {
          const b = at.get(other.key);
          if (b === undefined) throw new Error('a node was lost');
          expect(Math.abs(a.x - b.x) >= width - 0.01 || Math.abs(a.y - b.y) >= height - 0.01).toBe(true);
          if (one.column < other.column) expect(a.x).toBeLessThan(b.x);
        }
        for (const box of layout.groups) {
          const inside =
            a.x - width / 2 >= box.x && a.x + width / 2 <= box.x + box.width && a.y - height / 2 >= box.y && a.y + height / 2 <= box.y + box.height;
          const outside =
            a.x + width / 2 <= box.x || a.x - width / 2 >= box.x + box.width || a.y + height / 2 <= box.y || a.y - height / 2 >= box.y + box.height;
          expect(one.groups.includes(box.id) ? inside : outside).toBe(true);
        }
        expect(a.x + width / 2).toBeLessThanOrEqual(layout.width + 0.01);
        expect(a.y + height / 2).toBeLessThanOrEqual(layout.height + 0.01);
      }
    }),
    { seed: 20261125, numRuns: 300 },
  );
});

test('a chain in one account is a straight line', () => {
  const chain = [0, 1, 2, 3].map((column): LaneNode => ({ key: String(column), column, groups: column === 0 ? [] : ['account'] }));
  expect(new Set(laneLayout(chain, 60, 'token').nodes.map((each) => each.y)).size).toBe(1);
});
