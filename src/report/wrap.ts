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
