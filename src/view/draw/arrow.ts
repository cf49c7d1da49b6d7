import { type Look, looks } from '../lanes.ts';
import { round } from './glyphs.ts';
import { type Label, labelSize, lineHeight } from './label.ts';
import type { Palette } from './palette.ts';
import { type Shape, shape } from './shape.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ArrowText {
  readonly family: string;
  readonly verdict: 'proven' | 'conditional' | 'unknown';
  readonly state: 'plain' | 'chosen' | 'cut' | 'added' | 'removed';
  /** Its words, where it has any. */
  readonly label: Label | undefined;
  readonly thin: boolean;
}

export interface Route {
  readonly d: string;
  readonly middle: Point;
  /** A point of it, by how much of the way to the end it is. */
  at(share: number): Point;
  readonly end: Point;
  /** 1: the arrow points right. */
  readonly direction: 1 | -1;
}

const head = 11;

/** From the right side of one node to the left side of another. What leads back runs a little lower, from left to right side, so that the two ways between a pair are two lines. */
export function route(from: Point, to: Point, look: Look): Route {
  const { reach, axis, width } = looks[look];
  const [ay, by] = [from.y + axis, to.y + axis];
  const curve = (a: Point, b: Point, direction: 1 | -1): Route => {
    const stop = b.x - direction * (head - 2);
    const bend = Math.min(90, Math.abs(b.x - a.x) / 2) * direction;
    const d =
      Math.abs(a.y - b.y) < 0.5
        ? `M${round(a.x)} ${round(a.y)}H${round(stop)}`
        : `M${round(a.x)} ${round(a.y)}C${round(a.x + bend)} ${round(a.y)} ${round(stop - bend)} ${round(b.y)} ${round(stop)} ${round(b.y)}`;
    const at = cubic(a, { x: a.x + bend, y: a.y }, { x: b.x - bend, y: b.y }, b);
    return { d, middle: at(0.5), at, end: b, direction };
  };
  if (to.x > from.x + width / 2) return curve({ x: from.x + reach, y: ay }, { x: to.x - reach, y: by }, 1);
  if (to.x < from.x - width / 2) return curve({ x: from.x - reach, y: ay + 12 }, { x: to.x + reach, y: by + 12 }, -1);
  const out = Math.max(from.x, to.x) + reach + 46;
  const end = { x: to.x + reach, y: by };
  return {
    d: `M${round(from.x + reach)} ${round(ay)}C${round(out)} ${round(ay)} ${round(out)} ${round(by)} ${round(end.x + head - 2)} ${round(by)}`,
    middle: { x: out - 14, y: (ay + by) / 2 },
    at: cubic({ x: from.x + reach, y: ay }, { x: out, y: ay }, { x: out, y: by }, end),
    end,
    direction: -1,
  };
}

const cubic =
  (a: Point, b: Point, c: Point, d: Point): ((t: number) => Point) =>
  (t) => {
    const s = 1 - t;
    const mix = (axis: 'x' | 'y'): number => s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
    return { x: mix('x'), y: mix('y') };
  };

/** The head tells the family: open for the network, full for code, with a bar for identity, a diamond for data. */
export function arrowHead(family: string, { x, y }: Point, direction: 1 | -1, colour: string, size = 1): Shape {
  const at = (dx: number, dy: number): string => `${round(x - direction * dx * size)} ${round(y + dy * size)}`;
  if (family === 'network')
    return shape('path', {
      d: `M${at(head, -6)}L${at(1, 0)}L${at(head, 6)}`,
      fill: 'none',
      stroke: colour,
      'stroke-width': 2 * size,
      'stroke-linejoin': 'round',
    });
  if (family === 'data') return shape('path', { d: `M${at(head + 3, 0)}L${at(head / 2 + 2, -5.5)}L${at(1, 0)}L${at(head / 2 + 2, 5.5)}z`, fill: colour });
  const full = `M${at(head, -5.5)}L${at(1, 0)}L${at(head, 5.5)}z`;
  if (family === 'identity')
    return shape('path', { d: `${full}M${at(head + 3, -6)}L${at(head + 3, 6)}`, fill: colour, stroke: colour, 'stroke-width': 1.6 * size });
  return shape('path', { d: full, fill: colour });
}

const dashes = { proven: undefined, conditional: '8 5', unknown: '2 5' } as const;

export function drawArrow(text: ArrowText, path: Route, colours: Palette): readonly Shape[] {
  const { state } = text;
  const colour =
    state === 'chosen'
      ? colours.accent
      : state === 'added'
        ? colours.added
        : state === 'removed'
          ? colours.removed
          : state === 'cut'
            ? colours.faint
            : colours.text;
  const width = state === 'chosen' || state === 'added' ? 3 : text.thin ? 1.2 : 1.9;
  const dash = state === 'removed' || state === 'cut' ? '3 4' : dashes[text.verdict];
  const opacity = text.thin && state === 'plain' ? 0.55 : undefined;
  return [
    shape('path', { class: 'line', d: path.d, fill: 'none', stroke: colour, 'stroke-width': width, 'stroke-dasharray': dash, opacity }),
    shape('g', { opacity }, arrowHead(text.family, path.end, path.direction, colour, text.thin ? 0.72 : 1)),
    ...(text.label === undefined ? [] : words(text.label, colours, colour)),
    ...(state === 'plain' || state === 'chosen' ? [] : [sign(state, path.middle, colour, colours)]),
  ];
}

function words({ lines, x, top, width }: Label, colours: Palette, colour: string): readonly Shape[] {
  const chosen = colour === colours.accent;
  return [
    shape('rect', {
      x: round(x - width / 2 - 2),
      y: round(top - 1),
      width: round(width + 4),
      height: lines.length * lineHeight + 2,
      rx: 3,
      fill: colours.surface,
      'fill-opacity': 0.86,
    }),
    ...lines.map((line, index) =>
      shape(
        'text',
        {
          x: round(x),
          y: round(top + 11 + index * lineHeight),
          'font-size': labelSize,
          'text-anchor': 'middle',
          fill: chosen ? colours.accent : colours.text,
          'font-weight': chosen ? 600 : 400,
        },
        line,
      ),
    ),
  ];
}

/** What came is a plus, what went a minus, what was cut a cross: never by colour alone. */
function sign(state: 'cut' | 'added' | 'removed', { x, y }: Point, colour: string, colours: Palette): Shape {
  const strokes = { cut: 'M-4 -4L4 4M4 -4L-4 4', added: 'M-5 0H5M0 -5V5', removed: 'M-5 0H5' }[state];
  return shape(
    'g',
    { transform: `translate(${round(x)} ${round(y)})` },
    shape('circle', { r: 9, fill: colours.surface, stroke: colour, 'stroke-width': 1.6 }),
    shape('path', { d: strokes, stroke: colour, 'stroke-width': 2, 'stroke-linecap': 'round' }),
  );
}
