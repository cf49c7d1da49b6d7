/** Fonts that every reader has; nothing is embedded, so text is limited to their characters. */
export type Face = 'Helvetica' | 'Helvetica-Bold' | 'Helvetica-Oblique' | 'Courier';

const extra = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** Text in the characters that the fonts have (Windows-1252); any other is written by its number, never dropped. */
export function inkable(text: string): string {
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if ((code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0xff) || extra.has(character)) out += character;
    else if (code === 0x0a || code === 0x0d || code === 0x09) out += ' ';
    else out += `\\u{${code.toString(16)}}`;
  }
  return out;
}
