/** Fonts that every reader has. They hold the characters of Windows-1252; what they lack is drawn as outlines. */
export type Face = 'Helvetica' | 'Helvetica-Bold' | 'Helvetica-Oblique' | 'Courier';

/** A letter as an outline, in shares of the size of the text: y grows upwards from the line that letters stand on. */
export interface Letter {
  readonly advance: number;
  readonly outline: readonly { readonly command: string; readonly args: readonly number[] }[];
  /** How much wider its strokes are drawn than they are. */
  readonly thicken: number;
}

/** Letters that the fonts of every reader lack. */
export interface Letters {
  /** `undefined`: no font at hand has it. */
  of(character: string): Letter | undefined;
}

const extra = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** Whether the standard fonts have a character. */
export function isStandard(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff) || extra.has(character);
}

const none: Letters = { of: () => undefined };

/** Text in the characters that can be shown; any other is written by its number, never dropped. Without `letters` only those of the standard fonts can. */
export function inkable(text: string, letters: Letters = none): string {
  let out = '';
  for (const character of text.normalize('NFC')) {
    const code = character.codePointAt(0) ?? 0;
    if (isStandard(character) || letters.of(character) !== undefined) out += character;
    else if (code === 0x0a || code === 0x0d || code === 0x09) out += ' ';
    else out += `\\u{${code.toString(16)}}`;
  }
  return out;
}

/** A line cut where the standard fonts end and outlines begin. */
export function runsOf(line: string): readonly { readonly text: string; readonly standard: boolean }[] {
  const runs: { text: string; standard: boolean }[] = [];
  for (const character of line) {
    const standard = isStandard(character);
    const last = runs.at(-1);
    if (last?.standard === standard) last.text += character;
    else runs.push({ text: character, standard });
  }
  return runs;
}
