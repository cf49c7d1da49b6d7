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

/** Breaks text into lines of a width: at spaces, else after the characters that ids are made of, else anywhere. */
export function wrap(text: string, width: number, measure: (character: string) => number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  let breakAt = 0;
  for (const character of text) {
    const wide = measure(character);
    if (used + wide > width && line !== '') {
      const end = breakAt > 0 && character !== ' ' ? breakAt : line.length;
      lines.push(line.slice(0, end).trimEnd());
      line = line.slice(end).trimStart();
      used = 0;
      for (const each of line) used += measure(each);
      breakAt = 0;
    }
    if (line === '' && character === ' ') continue;
    line += character;
    used += wide;
    if (' /:-_.,#'.includes(character)) breakAt = line.length;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}
