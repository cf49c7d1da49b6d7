import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { looks } from '../../src/view/lanes.ts';
import { placeAround, readPlaces, type Spot, writePlaces } from '../../web/src/explore-place.ts';

const drawings = fc.integer({ min: 1, max: 30 }).chain((count) =>
  fc.record({
    cards: fc.constant(Array.from({ length: count }, (_, index) => `c${index}`)),
    arrows: fc.array(
      fc.record({ from: fc.nat(count - 1), to: fc.nat(count - 1) }).map(({ from, to }) => ({ from: `c${from}`, to: `c${to}` })),
      { maxLength: 60 },
    ),
    // What was dragged about before, wherever that is.
    known: fc.uniqueArray(fc.record({ key: fc.nat(count - 1), x: fc.integer({ min: -400, max: 400 }), y: fc.integer({ min: -400, max: 400 }) }), {
      selector: ({ key }) => key,
      maxLength: 6,
    }),
  }),
);
const spots = (known: readonly { readonly key: number; readonly x: number; readonly y: number }[]): ReadonlyMap<string, Spot> =>
  new Map(known.map(({ key, x, y }) => [`c${key}`, { x, y }]));

test('every card has a place, what had one keeps it, and no card that is placed covers another', () => {
  fc.assert(
    fc.property(drawings, ({ cards, arrows, known }) => {
      const before = spots(known);
      const placed = placeAround(cards, arrows, before);
      expect(new Set(placed.keys())).toEqual(new Set(cards));
      for (const [key, spot] of before) expect(placed.get(key)).toEqual(spot);
      const all = [...placed];
      for (const [index, [key, a]] of all.entries()) {
        if (before.has(key)) continue;
        for (const [other, b] of all) {
          if (other === key || (all.findIndex(([each]) => each === other) > index && !before.has(other))) continue;
          expect([key, other, Math.abs(a.x - b.x) >= looks.token.width || Math.abs(a.y - b.y) >= 90]).toEqual([key, other, true]);
        }
      }
    }),
  );
});

test('many neighbours stand in two columns, those of one in the gaps of the other', () => {
  const cards = ['pin', ...Array.from({ length: 8 }, (_, index) => `n${index}`)];
  const placed = placeAround(
    cards,
    cards.slice(1).map((to) => ({ from: 'pin', to })),
    new Map(),
  );
  const columns = new Set([...placed.values()].map(({ x }) => x));
  expect(columns.size).toBe(3);
  const rows = [...placed.values()].slice(1).map(({ y }) => y);
  expect(new Set(rows).size).toBe(8);
  expect(Math.max(...rows) - Math.min(...rows)).toBeLessThan(8 * looks.token.height * 0.75);
});

test('places go through the address and come back; those of other cards do not', () => {
  fc.assert(
    fc.property(drawings, ({ cards, arrows }) => {
      const placed = placeAround(cards, arrows, new Map());
      const text = writePlaces(cards, placed);
      expect(new URLSearchParams({ places: text }).toString()).toBe(`places=${text}`);
      const back = readPlaces(cards, text);
      for (const key of cards)
        expect([Math.round(placed.get(key)?.x ?? 0), Math.round(placed.get(key)?.y ?? 0)].map((each) => each + 0)).toEqual([
          back?.get(key)?.x,
          back?.get(key)?.y,
        ]);
      expect(readPlaces([...cards, 'another'], text)).toBeUndefined();
    }),
  );
  for (const text of ['', '1_2.', 'a_b', '1_2;3_4', '<script>']) expect(readPlaces(['c'], text)).toBeUndefined();
});
