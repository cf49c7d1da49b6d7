import { round } from '../glyphs.ts';

type Pair = readonly [number, number];

/** How many numbers each command of SVG's path data takes. */
const arity: Readonly<Record<string, number>> = { M: 2, L: 2, H: 1, V: 1, C: 6, Q: 4, S: 4, A: 7, Z: 0 };

/** Path data of SVG as PDF's operators; both have the same lines and cubic curves, an arc and a quadratic curve become such. Knows the commands that our drawings use. */
export function pathOperators(data: string): string {
  const out: string[] = [];
  let at: Pair = [0, 0];
  let begun: Pair = at;
  let handle: Pair = at;
  const line = (to: Pair, operator: 'l' | 'm' = 'l'): void => {
    out.push(`${pair(to)} ${operator}`);
    at = to;
    handle = to;
  };
  const curve = (a: Pair, b: Pair, to: Pair): void => {
    out.push(`${pair(a)} ${pair(b)} ${pair(to)} c`);
    [handle, at] = [b, to];
  };
  for (const [command, numbers] of commands(data)) {
    const relative = command !== command.toUpperCase();
    const [ox, oy] = relative ? at : [0, 0];
    const point = (index: number): Pair => [(numbers[index] ?? 0) + ox, (numbers[index + 1] ?? 0) + oy];
    switch (command.toUpperCase()) {
      case 'M':
        begun = point(0);
        line(begun, 'm');
        break;
      case 'L':
        line(point(0));
        break;
      case 'H':
        line([(numbers[0] ?? 0) + ox, at[1]]);
        break;
      case 'V':
        line([at[0], (numbers[0] ?? 0) + oy]);
        break;
      case 'C':
        curve(point(0), point(2), point(4));
        break;
      case 'Q': {
        const [from, bend, to] = [at, point(0), point(2)];
        const toward = (end: Pair): Pair => [end[0] + (2 / 3) * (bend[0] - end[0]), end[1] + (2 / 3) * (bend[1] - end[1])];
        curve(toward(from), toward(to), to);
        break;
      }
      case 'S':
        curve([2 * at[0] - handle[0], 2 * at[1] - handle[1]], point(0), point(2));
        break;
      case 'A':
        for (const [a, b, to] of arc(at, numbers, point(5))) curve(a, b, to);
        handle = at;
        break;
      default:
        out.push('h');
        at = begun;
    }
  }
  return out.join('\n');
}

export const pair = ([x, y]: Pair): string => `${round(x)} ${round(y)}`;

function* commands(data: string): Generator<readonly [string, readonly number[]]> {
  for (const [, command = '', rest = ''] of data.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const takes = arity[command.toUpperCase()];
    if (takes === undefined) throw new Error(`path data with the command \`${command}\``);
    const numbers = (rest.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    if (takes === 0) yield [command, []];
    // What follows a move without a command are lines.
    else
      for (let from = 0; from < numbers.length; from += takes)
        yield [from > 0 && /m/i.test(command) ? (command === 'm' ? 'l' : 'L') : command, numbers.slice(from, from + takes)];
  }
}

/**
 * An arc as cubic curves of at most a quarter each: the conversion of SVG's implementation notes (B.2.4), worked out where the ellipse is a circle. Our ellipses stand upright, so that
 * there is no rotation.
 */
function arc(from: Pair, numbers: readonly number[], to: Pair): readonly (readonly [Pair, Pair, Pair])[] {
  const [rx = 0, ry = 0, , large = 0, sweep = 0] = numbers;
  const flat = rx === 0 || ry === 0 ? 1 : ry / rx;
  const [[x0, y0], [x1, y1]] = [
    [from[0], from[1] / flat],
    [to[0], to[1] / flat],
  ];
  const [dx, dy] = [(x0 - x1) / 2, (y0 - y1) / 2];
  const half = Math.hypot(dx, dy);
  if (half === 0) return [];
  // A radius that is too small for the way is made as large as it must be.
  const r = Math.max(rx, half);
  const away = ((large === sweep ? -1 : 1) * Math.sqrt(Math.max(0, r * r - half * half))) / half;
  const [cx, cy] = [(x0 + x1) / 2 + away * dy, (y0 + y1) / 2 - away * dx];
  const start = Math.atan2(y0 - cy, x0 - cx);
  let turn = Math.atan2(y1 - cy, x1 - cx) - start;
  if (sweep !== 0 && turn < 0) turn += 2 * Math.PI;
  if (sweep === 0 && turn > 0) turn -= 2 * Math.PI;
  const pieces = Math.max(1, Math.ceil(Math.abs(turn) / (Math.PI / 2) - 1e-9));
  const each = turn / pieces;
  const k = (4 / 3) * Math.tan(each / 4) * r;
  return Array.from({ length: pieces }, (_, index): readonly [Pair, Pair, Pair] => {
    const [a, b] = [start + index * each, start + (index + 1) * each];
    const [ax, ay, bx, by] = [cx + r * Math.cos(a), cy + r * Math.sin(a), cx + r * Math.cos(b), cy + r * Math.sin(b)];
    return [
      [ax - k * Math.sin(a), (ay + k * Math.cos(a)) * flat],
      [bx + k * Math.sin(b), (by - k * Math.cos(b)) * flat],
      [bx, by * flat],
    ];
  });
}
