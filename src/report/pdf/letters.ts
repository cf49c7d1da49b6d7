import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Font } from 'fontkit';
import type { Letter, Letters } from './ink.ts';

const require = createRequire(import.meta.url);

/**
 * Noto Sans (SIL Open Font License) for Latin, Greek, Cyrillic and Vietnamese, its sisters for Han with kana, and for Hangul. The sisters are variable fonts that start at their
 * thinnest weight, so their strokes are drawn wider. A package has a file for each range of letters; only those that a report needs are read.
 */
const families = [
  { name: 'noto-sans', list: () => require.resolve('@fontsource-variable/noto-sans/unicode.json'), ranges: /^(?:latin|greek|cyrillic|vietnamese)/, thicken: 0 },
  { name: 'noto-sans-sc', list: () => require.resolve('@fontsource-variable/noto-sans-sc/unicode.json'), ranges: /^\d+$/, thicken: 0.045 },
  { name: 'noto-sans-kr', list: () => require.resolve('@fontsource-variable/noto-sans-kr/unicode.json'), ranges: /^\d+$/, thicken: 0.045 },
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
  const drawn = (character: string): Letter | undefined => {
    const code = character.codePointAt(0) ?? 0;
    ranges ??= families.flatMap(rangesOf);
    for (const { first, last, file, thicken } of ranges) {
      if (code < first || code > last) continue;
      let font = fonts.get(file);
      if (font === undefined) {
        font = create(new Uint8Array(readFileSync(file)));
        fonts.set(file, font);
      }
      if (!font.hasGlyphForCodePoint(code)) continue;
      const { advanceWidth, path: glyph } = font.glyphForCodePoint(code);
      const { unitsPerEm } = font;
      const outline = glyph.commands.map(({ command, args }) => ({ command, args: args.map((value) => value / unitsPerEm) }));
      return { advance: advanceWidth / unitsPerEm, outline, thicken };
    }
    return undefined;
  };
  return {
    of(character) {
      if (!known.has(character)) known.set(character, drawn(character));
      return known.get(character);
    },
  };
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
