import { isStandard, type Letter, type Letters } from './ink.ts';
import { isBetween, mirrored, unitsOf } from './units.ts';

/** Outlines of what is drawn as one: its advance, how much wider its strokes are, and its path, all in thousandths of the size of the text. */
export type LetterTable = Readonly<Record<string, readonly [advance: number, thicken: number, path: string]>>;

/** Beyond so many (a page holds some hundred kB of outlines then) the rest is written by its number. */
const most = 800;

const beyondLatin = /[0-9#*]?[\u0100-\u{10ffff}](?:[\u0100-\u{10ffff}]|[ \p{P}\p{S}])*/gu;

/** The outlines of what texts hold beyond the standard fonts, for a page that has no fonts of its own: in the order in which they come, the texts that matter most first. */
export function letterTable(texts: Iterable<string>, letters: Letters): LetterTable {
  const table: Record<string, readonly [number, number, string]> = {};
  let left = most;
  const put = (text: string): void => {
    const letter = Object.hasOwn(table, text) || left === 0 ? undefined : letters.of(text);
    if (letter === undefined) return;
    table[text] = [
      mille(letter.advance),
      mille(letter.thicken),
      letter.outline.map(({ command, args }) => `${marks[command] ?? ''}${args.map(mille).join(' ')}`).join(''),
    ];
    left--;
  };
  for (const text of texts)
    for (const [part] of text.normalize('NFC').matchAll(beyondLatin)) {
      const units = unitsOf(part);
      const leftwards = units.some((unit) => unit.leftwards);
      for (const { text: unit } of units) {
        if (!isStandard(unit)) put(unit);
        else if (leftwards && isBetween(unit)) put(mirrored(unit));
        // A label that is cut, within a word or an emoji, falls back on its characters.
        if ([...unit].length > 1) for (const character of unit) put(character);
      }
    }
  return table;
}

const marks: Readonly<Record<string, string>> = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' };
const commands = Object.fromEntries(Object.entries(marks).map(([command, mark]) => [mark, command]));
const mille = (share: number): number => Math.round(share * 1000);

/** The letters of a table, as they were. */
export const lettersOf = (table: LetterTable): Letters => ({
  of(text): Letter | undefined {
    const found = Object.hasOwn(table, text) ? table[text] : undefined;
    if (found === undefined) return undefined;
    const [advance, thicken, path] = found;
    const outline = [...path.matchAll(/([MLQCZ])([^MLQCZ]*)/g)].map(([, mark = '', numbers = '']) => ({
      command: commands[mark] ?? '',
      args: numbers === '' ? [] : numbers.split(' ').map((each) => Number(each) / 1000),
    }));
    return { advance: advance / 1000, thicken: thicken / 1000, outline };
  },
});
