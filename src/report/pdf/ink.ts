import { isBetween, mirrored, openingOf, type Unit, unitsOf } from './units.ts';

/** Fonts that every reader has. They hold the characters of Windows-1252; what they lack is drawn as outlines. */
export type Face = 'Helvetica' | 'Helvetica-Bold' | 'Helvetica-Oblique' | 'Courier';

/** A letter, or a word whose letters are joined, as an outline, in shares of the size of the text: y grows upwards from the line that letters stand on. */
export interface Letter {
  readonly advance: number;
  readonly outline: readonly { readonly command: string; readonly args: readonly number[] }[];
  /** How much wider its strokes are drawn than they are. */
  readonly thicken: number;
}

/** Letters that the fonts of every reader lack. */
export interface Letters {
  /** Of a unit (see `unitsOf`) or one character; `undefined`: no font at hand has it. */
  of(text: string): Letter | undefined;
}

/** How much wider strokes are drawn where bold is meant, in shares of the size: the outlines are of one weight. */
export const boldness = 0.03;

const extra = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** Whether the standard fonts have a character. */
export function isStandard(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return character.length === 1 && ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff) || extra.has(character));
}

const none: Letters = { of: () => undefined };

/** Text in the characters that can be shown; any other is written by its number, never dropped. Without `letters` only those of the standard fonts can. */
export function inkable(text: string, letters: Letters = none): string {
  let out = '';
  for (const unit of unitsOf(text.normalize('NFC'))) {
    if (isStandard(unit.text) || letters.of(unit.text) !== undefined) out += unit.text;
    else for (const character of unit.text) out += shown(character, letters);
  }
  return out;
}

function shown(character: string, letters: Letters): string {
  const code = character.codePointAt(0) ?? 0;
  if (isStandard(character) || letters.of(character) !== undefined) return character;
  return code === 0x0a || code === 0x0d || code === 0x09 ? ' ' : `\\u{${code.toString(16)}}`;
}

export type Run =
  | { readonly standard: true; readonly text: string }
  /** `text` in the order in which it is read, `letters` in the order in which they stand, from left to right. */
  | { readonly standard: false; readonly text: string; readonly letters: readonly Letter[] };

/** A line cut where the standard fonts end and outlines begin. Words that run from right to left stand so, one after the other; the line itself runs from left to right. */
export function runsOf(line: string, letters: Letters): readonly Run[] {
  const runs: Run[] = [];
  const add = (run: Run): void => {
    const last = runs.at(-1);
    if (last?.standard === true && run.standard) runs[runs.length - 1] = { standard: true, text: last.text + run.text };
    else if (last?.standard === false && !run.standard)
      runs[runs.length - 1] = { standard: false, text: last.text + run.text, letters: [...last.letters, ...run.letters] };
    else runs.push(run);
  };
  const units = unitsOf(line);
  for (let at = 0; at < units.length; at++) {
    const { text = '', leftwards = false } = units[at] ?? {};
    if (leftwards) {
      const words = units.slice(at, endOfWords(units, at));
      const standing = words.toReversed().flatMap((each) => lettersOf(each.leftwards ? each.text : mirrored(each.text), each.leftwards, letters));
      add({ standard: false, text: words.map((each) => each.text).join(''), letters: standing });
      at += words.length - 1;
    } else if (isStandard(text)) add({ standard: true, text });
    else add({ standard: false, text, letters: lettersOf(text, false, letters) });
  }
  return runs;
}

/** Where words that run from right to left end, with what is between them and the bracket that closes one of theirs. */
function endOfWords(units: readonly Unit[], begin: number): number {
  let end = begin + 1;
  for (let next = end; next < units.length; next++) {
    const { text = '', leftwards = false } = units[next] ?? {};
    const opening = openingOf(text);
    if (leftwards || (next === end && opening !== undefined && units.slice(begin, end).some((each) => each.text === opening))) end = next + 1;
    else if (!isBetween(text)) break;
  }
  return end;
}

/** A unit of which no font has the whole stands letter by letter. */
function lettersOf(text: string, leftwards: boolean, letters: Letters): readonly Letter[] {
  const whole = letters.of(text);
  if (whole !== undefined) return [whole];
  const each = [...text].flatMap((character) => letters.of(character) ?? []);
  return leftwards ? each.reverse() : each;
}
