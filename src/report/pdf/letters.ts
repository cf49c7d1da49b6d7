import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Font } from 'fontkit';
import type { Letter, Letters } from './ink.ts';

const require = createRequire(import.meta.url);

/**
 * Noto Sans (SIL Open Font License) for Latin, Greek, Cyrillic and Vietnamese, its sisters for Arabic, Hebrew, Han with kana, and Hangul, and Noto Emoji. Those that are variable fonts
 * which start at their thinnest weight have their strokes drawn wider. A package has a file for each range of letters; only those that a report needs are read.
 */
const families = [
  { name: 'noto-sans', list: () => require.resolve('@fontsource-variable/noto-sans/unicode.json'), ranges: /^(?:latin|greek|cyrillic|vietnamese)/, thicken: 0 },
  { name: 'noto-sans-arabic', list: () => require.resolve('@fontsource-variable/noto-sans-arabic/unicode.json'), ranges: /^arabic$/, thicken: 0 },
  { name: 'noto-sans-hebrew', list: () => require.resolve('@fontsource-variable/noto-sans-hebrew/unicode.json'), ranges: /^hebrew$/, thicken: 0.045 },
  { name: 'noto-sans-sc', list: () => require.resolve('@fontsource-variable/noto-sans-sc/unicode.json'), ranges: /^\d+$/, thicken: 0.045 },
  { name: 'noto-sans-kr', list: () => require.resolve('@fontsource-variable/noto-sans-kr/unicode.json'), ranges: /^\d+$/, thicken: 0.045 },
  { name: 'noto-emoji', list: () => require.resolve('@fontsource-variable/noto-emoji/unicode.json'), ranges: /^\d+$/, thicken: 0.01 },
] as const;

interface Range {
  readonly first: number;
  readonly last: number;
  readonly file: string;
  readonly thicken: number;
}

/** Fonts are opened when the first letter asks for them: most reports need none. */
export async function openLetters(): Promise<Letters> {
  const { create } = await import('fontkit');
  const fonts = new Map<string, Font>();
  const known = new Map<string, Letter | undefined>();
  let ranges: readonly Range[] | undefined;
  const fontOf = (file: string): Font => {
    const open = fonts.get(file) ?? create(new Uint8Array(readFileSync(file)));
    fonts.set(file, open);
    return open;
  };
  const drawn = (text: string): Letter | undefined => {
    const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
    ranges ??= families.flatMap(rangesOf);
    for (const { first, last, file, thicken } of ranges) {
      if (codes[0] === undefined || codes[0] < first || codes[0] > last) continue;
      const font = fontOf(file);
      if (!codes.every((code) => font.hasGlyphForCodePoint(code) || unseen(code))) continue;
      return { ...joined(font, text), thicken };
    }
    return undefined;
  };
  return {
    of(text) {
      if (!known.has(text)) known.set(text, drawn(text));
      return known.get(text);
    },
  };
}

/** Joiners, direction marks and variation selectors say how their neighbours look. */
const unseen = (code: number): boolean => (code >= 0x200c && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f);

/** The glyphs that a text becomes in a font, with their forms for where they stand in a word, from left to right, as one outline. */
function joined(font: Font, text: string): { readonly advance: number; readonly outline: Letter['outline'] } {
  const { glyphs, positions } = font.layout(text);
  const outline: { command: string; args: number[] }[] = [];
  let x = 0;
  for (const [index, glyph] of glyphs.entries()) {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[index] ?? {};
    for (const { command, args } of glyph.path.commands)
      outline.push({ command, args: args.map((value, place) => (value + (place % 2 === 0 ? x + xOffset : yOffset)) / font.unitsPerEm) });
    x += xAdvance;
  }
  return { advance: x / font.unitsPerEm, outline };
}

/** Ranges of code points of a family's files, as its package lists them: `U+0400-045F,U+0490`. */
function rangesOf({ name, list, ranges, thicken }: (typeof families)[number]): readonly Range[] {
  const index = list();
  const subsets = JSON.parse(readFileSync(index, 'utf8')) as Readonly<Record<string, string>>;
  return Object.entries(subsets).flatMap(([key, text]) => {
    const subset = key.replace(/^\[(\d+)\]$/, '$1');
    if (!ranges.test(subset)) return [];
    const file = path.join(path.dirname(index), 'files', `${name}-${subset}-wght-normal.woff2`);
    return [...text.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, first = '', last = first]): Range => {
      return { first: Number.parseInt(first, 16), last: Number.parseInt(last, 16), file, thicken };
    });
  });
}
