import { boldness, inkable, type Letter, type Letters, runsOf } from '../../../report/pdf/ink.ts';
import { round } from '../glyphs.ts';
import type { Shape } from '../shape.ts';
import { bytesOf, type Face, widthOf } from './helvetica.ts';
import { pathOperators } from './path-data.ts';

/** What a shape has from those around it. */
interface Ink {
  readonly fill: string;
  readonly stroke: string;
  readonly width: number;
  readonly cap: number;
  readonly join: number;
  readonly opacity: number;
}

const plain: Ink = { fill: '#000000', stroke: 'none', width: 1, cap: 0, join: 0, opacity: 1 };
const styles = { butt: 0, miter: 0, round: 1, square: 2, bevel: 2 } as const;

/** The content stream of a drawing: its shapes in PDF's operators, in SVG's coordinates. Opacities are named states, which the page must declare. */
export class Content {
  readonly #parts: string[] = [];
  readonly #opacities = new Map<string, string>();
  readonly #letters: Letters;

  constructor(letters: Letters) {
    this.#letters = letters;
  }

  /** Name -> opacity of fills and strokes. */
  get opacities(): readonly (readonly [name: string, value: string])[] {
    return [...this.#opacities].map(([value, name]) => [name, value]);
  }

  get text(): string {
    return this.#parts.join('\n');
  }

  add(shapes: readonly (Shape | string)[], around: Ink = plain): void {
    for (const each of shapes) if (typeof each !== 'string') this.#shape(each, around);
  }

  #shape({ tag, attributes, children }: Shape, around: Ink): void {
    const word = (name: string): string | undefined => (attributes[name] === undefined ? undefined : String(attributes[name]));
    const number = (name: string, otherwise = 0): number => Number(attributes[name] ?? otherwise);
    const ink: Ink = {
      fill: word('fill') ?? around.fill,
      stroke: word('stroke') ?? around.stroke,
      width: number('stroke-width', around.width),
      cap: styles[word('stroke-linecap') as keyof typeof styles] ?? around.cap,
      join: styles[word('stroke-linejoin') as keyof typeof styles] ?? around.join,
      opacity: around.opacity * number('opacity', 1),
    };
    if (tag === 'title') return;
    if (tag === 'g') {
      this.#parts.push('q', ...matrices(word('transform')));
      this.add(children, ink);
      this.#parts.push('Q');
    } else if (tag === 'text') {
      this.#text(inkable(children.filter((child) => typeof child === 'string').join(''), this.#letters), attributes, ink);
    } else {
      const data = tag === 'path' ? (word('d') ?? '') : tag === 'rect' ? rectangle(attributes) : tag === 'circle' ? circle(attributes) : undefined;
      if (data === undefined) throw new Error(`a drawing with the element \`${tag}\``);
      this.#paint(pathOperators(data), ink, number('fill-opacity', 1), word('stroke-dasharray'));
    }
  }

  #text(text: string, attributes: Shape['attributes'], ink: Ink): void {
    const size = Number(attributes['font-size'] ?? 16);
    const face: Face = Number(attributes['font-weight'] ?? 400) >= 600 ? 'bold' : 'regular';
    const font = `/${face === 'bold' ? 'B' : 'R'} ${round(size)} Tf`;
    const runs = runsOf(text, this.#letters).map((run) => ({
      run,
      width: run.standard ? widthOf(run.text, face, size) : run.letters.reduce((sum, letter) => sum + letter.advance * size, 0),
    }));
    const whole = runs.reduce((sum, { width }) => sum + width, 0);
    let x = Number(attributes['x'] ?? 0) - (attributes['text-anchor'] === 'middle' ? whole / 2 : 0);
    const y = round(Number(attributes['y'] ?? 0));
    // SVG's y grows downwards, and so would letters.
    const write = (bytes: string): string => `BT ${font} 1 0 0 -1 ${round(x)} ${y} Tm ${bytes} Tj ET`;
    this.#parts.push('q', ...this.#state(ink.opacity), `${rgb(ink.fill)} rg`, `${rgb(ink.fill)} RG`);
    for (const { run, width } of runs) {
      // A blank that carries the text: who copies or searches finds it where a character stands, not where lines are drawn.
      if (run.standard) this.#parts.push(write(literal(run.text)));
      else this.#parts.push(`/Span <</ActualText ${unicode(run.text)}>> BDC`, write('( )'), ...outlines(run.letters, face, size, x, y), 'EMC');
      x += width;
    }
    this.#parts.push('Q');
  }

  #paint(path: string, ink: Ink, fillOpacity: number, dash: string | undefined): void {
    const [fills, strokes] = [ink.fill, ink.stroke].map((colour) => colour !== 'none' && colour !== 'transparent');
    if (fills) this.#parts.push('q', ...this.#state(ink.opacity * fillOpacity), `${rgb(ink.fill)} rg`, path, 'f', 'Q');
    if (strokes)
      this.#parts.push(
        'q',
        ...this.#state(ink.opacity),
        `${rgb(ink.stroke)} RG ${round(ink.width)} w ${ink.cap} J ${ink.join} j [${dash ?? ''}] 0 d`,
        path,
        'S',
        'Q',
      );
  }

  #state(opacity: number): readonly string[] {
    if (opacity >= 1) return [];
    const value = opacity.toFixed(3);
    const name = this.#opacities.get(value) ?? `O${this.#opacities.size}`;
    this.#opacities.set(value, name);
    return [`/${name} gs`];
  }
}

/** `#rrggbb` or `#rgb` as three numbers; our palette has no other. */
function rgb(colour: string): string {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour)?.[1];
  if (hex === undefined) throw new Error(`a drawing with the colour \`${colour}\``);
  const long = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  return [0, 2, 4].map((from) => round(Number.parseInt(long.slice(from, from + 2), 16) / 255)).join(' ');
}

/** Letters as lines and curves, one after the other, in the coordinates of an em of a thousand. */
function outlines(letters: readonly Letter[], face: Face, size: number, x: number, y: number): readonly string[] {
  let at = x;
  const scale = Number((size / 1000).toFixed(5));
  return letters.flatMap(({ advance, outline, thicken }) => {
    const wide = thicken + (face === 'bold' ? boldness : 0);
    const path = pathOperators(outline.map(({ command, args }) => `${signs[command] ?? ''}${args.map((each) => Math.round(each * 1000)).join(' ')}`).join(''));
    const drawn = ['q', `${scale} 0 0 -${scale} ${round(at)} ${y} cm`, `${Math.round(wide * 1000)} w`, path, wide > 0 ? 'B' : 'f', 'Q'];
    at += advance * size;
    return path === '' ? [] : drawn;
  });
}

const signs: Readonly<Record<string, string>> = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' };

/** A text of any script, as UTF-16. */
export const unicode = (text: string): string =>
  `<FEFF${[...Array(text.length).keys()].map((index) => text.charCodeAt(index).toString(16).padStart(4, '0')).join('')}>`;

/** A string of PDF; brackets and backslashes are its marks. */
export const literal = (text: string): string =>
  `(${bytesOf(text)
    .map((byte) => ([0x28, 0x29, 0x5c].includes(byte) ? `\\${String.fromCharCode(byte)}` : byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
    .join('')})`;

function matrices(transform: string | undefined): readonly string[] {
  return [...(transform ?? '').matchAll(/(translate|scale)\(([-\d.e]+)(?:[\s,]+([-\d.e]+))?\)/g)].map(([, kind, a = '0', b]) =>
    kind === 'translate' ? `1 0 0 1 ${a} ${b ?? 0} cm` : `${a} 0 0 ${b ?? a} 0 0 cm`,
  );
}

function rectangle({ x = 0, y = 0, width = 0, height = 0, rx = 0 }: Shape['attributes']): string {
  const [w, h] = [Number(width), Number(height)];
  const r = Math.min(Number(rx), w / 2, h / 2);
  const corner = (dx: number, dy: number): string => (r === 0 ? '' : `a${r} ${r} 0 0 1 ${dx * r} ${dy * r}`);
  return `M${Number(x) + r} ${y}h${w - 2 * r}${corner(1, 1)}v${h - 2 * r}${corner(-1, 1)}h${2 * r - w}${corner(-1, -1)}v${2 * r - h}${corner(1, -1)}z`;
}

function circle({ cx = 0, cy = 0, r = 0 }: Shape['attributes']): string {
  return `M${Number(cx) - Number(r)} ${cy}a${r} ${r} 0 1 1 ${2 * Number(r)} 0a${r} ${r} 0 1 1 ${-2 * Number(r)} 0z`;
}
