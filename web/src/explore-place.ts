import { looks } from '../../src/view/lanes.ts';

export interface Spot {
  readonly x: number;
  readonly y: number;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
}

const { width, height } = looks.token;
/** What a card needs by itself. */
const room = { x: width + 8, y: height + 6 };
/** From column to column: a card and the words of an arrow, which stand before it. */
const across = width + 118;
/** In a column by itself, and half of what is between two of a column whose gaps the cards of a second one stand in. */
const row = { single: height + 14, double: 92 };
/** More neighbours than this make a column so tall that a second one is put into its gaps. */
const tall = 4;

/**
 * Places for cards around those that have one, which stay where they are: what a card leads to on its right, who comes to it on its left, as a block that is moved up or down until it covers
 * nothing. The first card of all is at the origin. No chance in it: the same clicks make the same drawing.
 */
export function placeAround(cards: readonly string[], arrows: readonly Arrow[], known: ReadonlyMap<string, Spot>): ReadonlyMap<string, Spot> {
  const placed = new Map([...known].filter(([key]) => cards.includes(key)));
  const [first] = cards;
  if (placed.size === 0 && first !== undefined) placed.set(first, { x: 0, y: 0 });
  const left = new Set(cards.filter((key) => !placed.has(key)));
  while (left.size > 0) {
    const block = nextBlock(arrows, placed, left);
    if (block !== undefined) for (const [key, spot] of laid(block, placed)) placed.set(key, spot);
    else {
      // Nothing joins it with what is there: to the right of everything.
      const [lone = ''] = left;
      placed.set(lone, { x: Math.max(...[...placed.values()].map((each) => each.x)) + 2 * across, y: 0 });
    }
    for (const key of placed.keys()) left.delete(key);
  }
  return placed;
}

interface Block {
  readonly anchor: Spot;
  readonly side: 1 | -1;
  readonly keys: readonly string[];
}

/** Those without a place that are next to one card, on one side. */
function nextBlock(arrows: readonly Arrow[], placed: ReadonlyMap<string, Spot>, left: ReadonlySet<string>): Block | undefined {
  const first = arrows.find(({ from, to }) => (placed.has(from) && left.has(to)) || (placed.has(to) && left.has(from)));
  if (first === undefined) return undefined;
  const outwards = placed.has(first.from);
  const at = outwards ? first.from : first.to;
  const anchor = placed.get(at);
  const keys = arrows.flatMap(({ from, to }) => {
    const [near, far] = outwards ? [from, to] : [to, from];
    return near === at && left.has(far) ? [far] : [];
  });
  return anchor && { anchor, side: outwards ? 1 : -1, keys: [...new Set(keys)] };
}

function laid({ anchor, side, keys }: Block, placed: ReadonlyMap<string, Spot>): readonly (readonly [string, Spot])[] {
  const doubled = keys.length > tall;
  const step = doubled ? row.double : row.single;
  const others = [...placed.values()];
  const spots = (shift: number): readonly Spot[] =>
    keys.map((_, index) => ({
      x: anchor.x + side * across * (doubled && index % 2 === 1 ? 2 : 1),
      y: anchor.y + shift + (index - (keys.length - 1) / 2) * step,
    }));
  const covers = (all: readonly Spot[]): boolean =>
    all.some((spot) => others.some((other) => Math.abs(other.x - spot.x) < room.x && Math.abs(other.y - spot.y) < room.y));
  let found = spots(0);
  for (let tried = 1; covers(found); tried++) found = spots((tried % 2 === 0 ? -1 : 1) * Math.ceil(tried / 2) * (room.y / 2));
  return keys.map((key, index) => [key, found[index] ?? anchor]);
}

/** Places as they stand in the address, in the order of the cards. */
export const writePlaces = (cards: readonly string[], places: ReadonlyMap<string, Spot>): string =>
  cards.map((key) => [places.get(key)?.x ?? 0, places.get(key)?.y ?? 0].map(Math.round).join('_')).join('.');

/** Places out of the address; none where they are not those of these cards. */
export function readPlaces(cards: readonly string[], text: string): ReadonlyMap<string, Spot> | undefined {
  if (!/^-?\d+_-?\d+(\.-?\d+_-?\d+)*$/.test(text)) return undefined;
  const spots = text.split('.').map((spot) => spot.split('_').map(Number));
  return spots.length === cards.length ? new Map(cards.map((key, index) => [key, { x: spots[index]?.[0] ?? 0, y: spots[index]?.[1] ?? 0 }])) : undefined;
}
