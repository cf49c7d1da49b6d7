import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runsOf } from '../../src/report/pdf/ink.ts';
import { lettersOf, letterTable } from '../../src/report/pdf/letter-table.ts';
import { openLetters } from '../../src/report/pdf/letters.ts';
import { unitsOf } from '../../src/report/pdf/units.ts';
import { pathOperators } from '../../src/view/draw/pdf/path-data.ts';
import { shapePdf } from '../../src/view/draw/pdf/pdf.ts';
import { shape } from '../../src/view/draw/shape.ts';

type Pair = readonly [number, number];

/** Points of a path of PDF's operators: where it goes, and sixteen points of every curve. */
function points(operators: string): readonly Pair[] {
  const found: Pair[] = [];
  for (const line of operators.split('\n')) {
    const numbers = line.split(' ').slice(0, -1).map(Number);
    const at = (index: number): Pair => [numbers[2 * index] ?? 0, numbers[2 * index + 1] ?? 0];
    if (!line.endsWith('c')) {
      if (numbers.length === 2) found.push(at(0));
      continue;
    }
    const [a, b, c, d] = [found.at(-1) ?? [0, 0], at(0), at(1), at(2)] as const;
    for (let step = 1; step <= 16; step++) {
      const [t, s] = [step / 16, 1 - step / 16];
      const mix = (axis: 0 | 1): number => s ** 3 * a[axis] + 3 * s * s * t * b[axis] + 3 * s * t * t * c[axis] + t ** 3 * d[axis];
      found.push([mix(0), mix(1)]);
    }
  }
  return found;
}

test.each([
  ['M1 2H5V6h-2v-1', '1 2 m\n5 2 l\n5 6 l\n3 6 l\n3 5 l'],
  ['M0 0L4 4z', '0 0 m\n4 4 l\nh'],
  ['M0 0l1 1 2 2', '0 0 m\n1 1 l\n3 3 l'],
  ['M0 0 3 4', '0 0 m\n3 4 l'],
  ['M1 1c.5-1 1-1 2 0', '1 1 m\n1.5 0 2 0 3 1 c'],
  ['M3 12s3.500-6 9-6s9 6 9 6', '3 12 m\n3 12 6.5 6 12 6 c\n17.5 6 21 12 21 12 c'],
  ['M0 0Q3 3 6 0', '0 0 m\n2 2 4 2 6 0 c'],
  // After a path was closed one stands where it began.
  ['M2 2h3v3zh1', '2 2 m\n5 2 l\n5 5 l\nh\n3 2 l'],
])('%s', (data, operators) => {
  expect(pathOperators(data)).toBe(operators);
});

test('a command that no drawing has is refused, not left out', () => {
  expect(() => pathOperators('M0 0T2 2')).toThrow('`T`');
});

test('an arc lies on its ellipse, ends where it should, and takes the side and the way round that it names', () => {
  const flag = fc.constantFrom(0, 1);
  fc.assert(
    fc.property(fc.integer({ min: 20, max: 200 }), fc.integer({ min: 20, max: 200 }), fc.integer(), fc.integer(), flag, flag, (rx, ry, a, b, large, sweep) => {
      // Two points of the ellipse around the origin, not too near to each other; the arc's own ellipse is that one or its mirror.
      const [from, to] = [a, b].map((angle): Pair => [rx * Math.cos(angle), ry * Math.sin(angle)]) as [Pair, Pair];
      fc.pre(Math.hypot(from[0] - to[0], from[1] - to[1]) > 5);
      const on = points(pathOperators(`M${from.join(' ')}A${rx} ${ry} 0 ${large} ${sweep} ${to.join(' ')}`));
      expect(Math.hypot((on.at(-1)?.[0] ?? 0) - to[0], (on.at(-1)?.[1] ?? 0) - to[1])).toBeLessThan(0.1);
      const centre: Pair = [from[0] + to[0], from[1] + to[1]];
      const off = (point: Pair, [cx, cy]: Pair): number => Math.abs(Math.hypot((point[0] - cx) / rx, (point[1] - cy) / ry) - 1);
      const [own, mirror] = [[0, 0] as Pair, centre].map((each) => Math.max(...on.map((point) => off(point, each)))) as [number, number];
      expect(Math.min(own, mirror)).toBeLessThan(0.01);
      // Twice the area that the way from point to point sweeps around its centre, as an angle: its sign is the way round, its size says whether it is the larger arc.
      const [cx, cy] = own <= mirror ? [0, 0] : centre;
      let turn = 0;
      for (const [index, point] of on.entries()) {
        const next = on[index + 1];
        if (next === undefined) continue;
        const [x0, y0, x1, y1] = [(point[0] - cx) / rx, (point[1] - cy) / ry, (next[0] - cx) / rx, (next[1] - cy) / ry];
        turn += Math.atan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1);
      }
      expect(turn > 0 ? 1 : 0).toBe(sweep);
      if (Math.abs(Math.abs(turn) - Math.PI) > 0.05) expect(Math.abs(turn) > Math.PI ? 1 : 0).toBe(large);
    }),
  );
});

const none = { of: () => undefined };
const drawing = shape(
  'svg',
  { viewBox: '-10 -10 120 60' },
  shape('title', {}, 'not drawn'),
  shape('rect', { x: 0, y: 0, width: 100, height: 40, rx: 4, fill: '#fff', 'fill-opacity': 0.5, stroke: '#1b1f24', 'stroke-dasharray': '8 5' }),
  shape('g', { transform: 'translate(5 6) scale(2)', opacity: 0.5 }, shape('circle', { cx: 1, cy: 1, r: 3, stroke: '#ff0000', fill: 'none' })),
  shape('text', { x: 50, y: 20, 'font-size': 10, 'text-anchor': 'middle', fill: '#000000' }, 'a (b) \\ é … 漢'),
);

test('is a file whose table names where every object begins, and whose text is text', () => {
  const text = Buffer.from(shapePdf(drawing, none, 'Zürich → 漢', 'one to two')).toString('latin1');
  expect(text).toMatch(/^%PDF-1\.7\n/);
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  expect(text.slice(table, table + 4)).toBe('xref');
  const begins = [...text.slice(table).matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset));
  expect(begins.length).toBe(9);
  for (const [index, offset] of begins.entries()) expect(text.slice(offset)).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
  const [, length, stream] = /<<\/Length (\d+)>>\nstream\n([\s\S]*?)\nendstream/.exec(text) ?? [];
  expect(stream?.length).toBe(Number(length));
  // Brackets and backslashes are escaped, letters of Windows-1252 are its bytes, any other stands by its number.
  expect(stream).toContain(String.raw`(a \(b\) \\ \351 \205 \\u{6f22}) Tj`);
  expect(stream).toContain('[8 5] 0 d');
  expect(stream).toContain('2 0 0 2 0 0 cm');
  expect(stream).not.toContain('not drawn');
  expect(text).toContain('/Title <FEFF005a00fc0072006900630068002021920020' + '6f22>');
  expect(text).toContain('/MediaBox [0 0 90 45]');
});

test('what no drawing of ours has is refused, not left out', () => {
  const of = (each: ReturnType<typeof shape>) => () => shapePdf(shape('svg', { viewBox: '0 0 1 1' }, each), none, '', '');
  expect(of(shape('image', {}))).toThrow('`image`');
  expect(of(shape('rect', { fill: 'var(--text)' }))).toThrow('`var(--text)`');
});

test('letters that the standard fonts lack are drawn from the outlines that the page carries, and stand in the text', async () => {
  const name = '漢字 مخزن-البيانات 👩‍💻 1️⃣ x';
  const letters = lettersOf(letterTable([name], await openLetters()));
  const text = (weight: number): string =>
    Buffer.from(shapePdf(shape('svg', { viewBox: '0 0 9 9' }, shape('text', { x: 3, y: 20, 'font-weight': weight }, name)), letters, '', '')).toString(
      'latin1',
    );
  const spans = [...text(400).matchAll(/\/ActualText <FEFF([0-9a-f]*)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').swap16().toString('utf16le'));
  // From right to left words stand in their order, with what is between them; what follows is not drawn over it.
  expect(spans).toEqual(['漢字', 'مخزن-البيانات', '👩‍💻', '1️⃣']);
  expect(text(400)).not.toContain('u{');
  expect(text(400)).toContain('f\nQ');
  expect(text(600)).toContain('B\nQ');
  // Of a word that was cut the letters stand by themselves.
  expect(runsOf('مخز', letters)).toMatchObject([{ standard: false, letters: [{}, {}, {}] }]);
  expect(runsOf('مخزن', letters)).toMatchObject([{ standard: false, letters: [{}] }]);
});

test.each([
  ['שלום (עולם)', ['שלום (עולם)']],
  ['a (שלום) b', ['a (', 'שלום', ') b']],
  ['data-مخزن-2024', ['data-', 'مخزن', '-2024']],
])('%s is cut as it stands', async (line, runs) => {
  const letters = lettersOf(letterTable([line], await openLetters()));
  expect(runsOf(line, letters).map(({ text }) => text)).toEqual(runs);
  for (const run of runsOf(line, letters)) if (!run.standard) expect(run.letters).toHaveLength(unitsOf(run.text).length);
});

test('an outline that a page carries is that of the font, to a thousandth', async () => {
  const fonts = await openLetters();
  const letters = lettersOf(letterTable(['漢'], fonts));
  const [ours, theirs] = [letters.of('漢'), fonts.of('漢')];
  expect(ours?.advance).toBeCloseTo(theirs?.advance ?? 0, 3);
  expect(ours?.outline.map(({ command, args }) => [command, ...args.map((each) => each.toFixed(2))])).toEqual(
    theirs?.outline.map(({ command, args }) => [command, ...args.map((each) => (Math.round(each * 1000) / 1000).toFixed(2))]),
  );
});
