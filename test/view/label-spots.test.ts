import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineHeight } from '../../src/view/draw/label.ts';
import { labelSpots } from '../../src/view/draw/label-spots.ts';
import { laneLayout, looks } from '../../src/view/lanes.ts';
import type { Diagram, DiagramEdge } from '../../src/view/view-model.ts';

const look = fc.constantFrom('card' as const, 'token' as const);

/** Drawings of up to twelve nodes in four columns; `hop` makes it a story's. */
const drawings = (hop: boolean): fc.Arbitrary<Diagram> =>
  fc
    .record({
      look,
      columns: fc.array(fc.nat(3), { minLength: 2, maxLength: 12 }),
      arrows: fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.nat(60)), { maxLength: 24 }),
    })
    .map(({ look: how, columns, arrows }): Diagram => {
      const layout = laneLayout(
        columns.map((column, index) => ({ key: String(index), column, groups: index % 3 === 0 ? [] : [`group ${index % 2}`] })),
        84,
        how,
      );
      const edges = arrows.flatMap(([from, to, length]): DiagramEdge[] =>
        from === to || from >= columns.length || to >= columns.length
          ? []
          : [
              {
                from: String(from),
                to: String(to),
                kind: 'Reaches',
                label: 'tcp/22 '.repeat(1 + length / 8).trim(),
                verdict: 'proven',
                count: 1,
                ...(hop ? { hop: 0 } : {}),
              },
            ],
      );
      return { ...layout, nodes: layout.nodes.map((node) => ({ ...node, members: [node.key], size: 1, mark: '' })), edges };
    });

test('words of a map cover no card and no other words, and the most important arrow that has room comes first', () => {
  fc.assert(
    fc.property(drawings(false), (diagram) => {
      const labels = [...labelSpots(diagram, diagram.edges)];
      const boxes = labels.map(([, { x, top, width, lines }]) => ({ left: x - width / 2, right: x + width / 2, top, bottom: top + lines.length * lineHeight }));
      const { width, height } = looks[diagram.look];
      const cards =
        diagram.look === 'card'
          ? diagram.nodes.map(({ x, y }) => ({ left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }))
          : [];
      for (const [index, a] of boxes.entries()) {
        for (const b of [...boxes.slice(index + 1), ...cards])
          expect(a.right <= b.left + 1e-9 || b.right <= a.left + 1e-9 || a.bottom <= b.top + 1e-9 || b.bottom <= a.top + 1e-9).toBe(true);
      }
      const [first] = diagram.edges;
      const alone = first === undefined ? 0 : labelSpots(diagram, [first]).size;
      expect(labels.filter(([edge]) => edge === first)).toHaveLength(alone);
    }),
  );
});

test('every arrow of a story has its words', () => {
  fc.assert(fc.property(drawings(true), (diagram) => expect(labelSpots(diagram, diagram.edges).size).toBe(new Set(diagram.edges).size)));
});
