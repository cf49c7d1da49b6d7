/**
 * How a node is drawn, in pixels. A `card` is wide and low, for maps of many; a `token` is a badge with its name below, for stories: arrows run from badge to badge, so that there is room
 * for words on them. `reach` is how far from the centre arrows begin and end, `axis` how far from the middle of the box they run.
 */
export const looks = {
  card: { width: 200, height: 60, reach: 100, axis: 0 },
  token: { width: 142, height: 126, reach: 34, axis: -31 },
} as const;
export type Look = keyof typeof looks;

const pad = 16;
const header = 30;
const rowGap = 18;

export interface LaneNode {
  readonly key: string;
  /** Counted from the left. */
  readonly column: number;
  /** Containers from the outermost in. */
  readonly groups: readonly string[];
}

export interface PlacedNode {
  readonly key: string;
  /** The centre. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedGroup {
  readonly id: string;
  readonly parent: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LaneLayout {
  readonly look: Look;
  readonly nodes: readonly PlacedNode[];
  readonly groups: readonly PlacedGroup[];
  readonly width: number;
  readonly height: number;
}

/** Nodes of one column on top of each other, or a group: something with columns, a height and things to place in it. */
interface Item {
  readonly from: number;
  readonly to: number;
  readonly height: number;
  place(top: number): void;
}

/**
 * Lays nodes out from left to right in given columns; every group is a box of its own over the columns of its members, and boxes that share a column stand below each other, so that no
 * box covers what is not in it. Boxes and cards of one row are centred on one line, which keeps a chain straight. Linear but for the packing of boxes, the same for equal input in
 * whatever order, and without a dependency: ELK's layered algorithm drew the same chains in 400 ms, and its compound boxes interleave where an attacker leaves an account and comes back.
 */
export function laneLayout(nodes: readonly LaneNode[], gap: number, look: Look): LaneLayout {
  const card = looks[look];
  const columns = columnStarts(nodes, card.width + gap);
  const placed: PlacedNode[] = [];
  const groups: PlacedGroup[] = [];
  const left = (column: number): number => columns[column] ?? 0;

  const stack = (members: readonly LaneNode[], column: number): Item => ({
    from: column,
    to: column,
    height: members.length * (card.height + rowGap) - rowGap,
    place(top) {
      for (const [index, { key }] of members.entries()) {
        placed.push({ key, x: left(column) + card.width / 2, y: top + index * (card.height + rowGap) + card.height / 2 });
      }
    },
  });

  const level = (members: readonly LaneNode[], depth: number, parent: string): Item => {
    const stacks = new Map<number, LaneNode[]>();
    const boxes = new Map<string, LaneNode[]>();
    for (const node of members) {
      const group = node.groups[depth];
      if (group === undefined) push(stacks, node.column, node);
      else push(boxes, group, node);
    }
    const items = [
      ...[...boxes].map(([id, inner]) => box(id, parent, level(inner, depth + 1, id))),
      ...[...stacks].map(([column, inner]) => stack(inner, column)),
    ].sort((a, b) => a.from - b.from || b.to - a.to);
    return rows(items);
  };

  const box = (id: string, parent: string, inner: Item): Item => ({
    from: inner.from,
    to: inner.to,
    // As much below as above, so that the content's centre is the box's.
    height: inner.height + 2 * header,
    place(top) {
      const [nodesBefore, groupsBefore] = [placed.length, groups.length];
      inner.place(top + header);
      const xs = placed.slice(nodesBefore).map((each) => each.x);
      const inside = groups.slice(groupsBefore);
      const x = Math.min(...xs.map((each) => each - card.width / 2), ...inside.map((each) => each.x)) - pad;
      const right = Math.max(...xs.map((each) => each + card.width / 2), ...inside.map((each) => each.x + each.width)) + pad;
      groups.push({ id, parent, x, y: top, width: right - x, height: inner.height + header + pad + 2 });
    },
  });

  const all = level(nodes, 0, '');
  all.place(0);
  const top = Math.min(0, ...groups.map((each) => each.y));
  const right = Math.max(...placed.map((each) => each.x + card.width / 2), ...groups.map((each) => each.x + each.width), 0);
  const bottom = Math.max(...placed.map((each) => each.y + card.height / 2), ...groups.map((each) => each.y + each.height), 0);
  const shift = Math.min(0, ...groups.map((each) => each.x));
  return {
    look,
    nodes: placed.map((each) => ({ ...each, x: each.x - shift, y: each.y - top })),
    // Outer boxes first, so that inner ones are drawn over them.
    groups: groups.map((each) => ({ ...each, x: each.x - shift, y: each.y - top })).reverse(),
    width: right - shift,
    height: bottom - top,
  };
}

/** Packs items into rows: an item goes into the first row where nothing stands in its columns. Items alone in their columns are centred over all rows. */
function rows(items: readonly Item[]): Item {
  const lines: Item[][] = [];
  for (const item of items) {
    const line = lines.find((each) => each.every((other) => other.to < item.from || item.to < other.from));
    if (line === undefined) lines.push([item]);
    else line.push(item);
  }
  const heights = lines.map((line) => Math.max(...line.map((item) => item.height)));
  const height = heights.reduce((sum, each) => sum + each + rowGap, -rowGap);
  const alone = (item: Item): boolean => items.every((other) => other === item || other.to < item.from || item.to < other.from);
  return {
    from: Math.min(...items.map((item) => item.from)),
    to: Math.max(...items.map((item) => item.to)),
    height,
    place(top) {
      let y = top;
      for (const [index, line] of lines.entries()) {
        for (const item of line) item.place(alone(item) ? top + (height - item.height) / 2 : y + ((heights[index] ?? 0) - item.height) / 2);
        y += (heights[index] ?? 0) + rowGap;
      }
    },
  };
}

/** Left edge of every column: cards, the gap for the words on arrows, and room for the edges of boxes that end before it or begin at it. */
function columnStarts(nodes: readonly LaneNode[], pitch: number): number[] {
  const span = new Map<string, { from: number; to: number }>();
  for (const { column, groups } of nodes) {
    for (const group of groups) {
      const known = span.get(group);
      span.set(group, known === undefined ? { from: column, to: column } : { from: Math.min(known.from, column), to: Math.max(known.to, column) });
    }
  }
  const last = Math.max(0, ...nodes.map((node) => node.column));
  const [opening, closing] = [new Array<number>(last + 2).fill(0), new Array<number>(last + 2).fill(0)];
  for (const { column, groups } of nodes) {
    opening[column] = Math.max(opening[column] ?? 0, groups.filter((group) => span.get(group)?.from === column).length);
    closing[column] = Math.max(closing[column] ?? 0, groups.filter((group) => span.get(group)?.to === column).length);
  }
  const starts: number[] = [];
  let x = (opening[0] ?? 0) * pad;
  for (let column = 0; column <= last; column++) {
    starts.push(x);
    x += pitch + ((closing[column] ?? 0) + (opening[column + 1] ?? 0)) * pad;
  }
  return starts;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
