/** Width of a text in a proportional sans-serif font, in pixels: by the widest of the usual ones, to wrap and clip by without a font. */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code > 0x2e80) units += 1;
    else if ("iljtfr.,:;'|!()[]/ ".includes(char)) units += 0.37;
    else if ('mwMW@%—…'.includes(char)) units += 0.97;
    else if (char >= 'A' && char <= 'Z') units += 0.72;
    else units += 0.63;
  }
  return units * size;
}

/** Cuts a text to a width, with an ellipsis. */
export function clip(text: string, width: number, size: number): string {
  if (textWidth(text, size) <= width) return text;
  const chars = [...text];
  while (chars.length > 1 && textWidth(`${chars.join('')}…`, size) > width) chars.pop();
  return `${chars.join('')}…`;
}

/** Breaks a text into lines, after spaces, hyphens, dots and slashes where it can. The last line is cut if there are more than `most`. */
export function wrap(text: string, width: number, size: number, most: number): string[] {
  const words = text.replaceAll(/\s+/g, ' ').match(/[^\s\-./:_]*[\s\-./:_]*/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && textWidth((line + word).trimEnd(), size) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += word;
    while (textWidth(line.trimEnd(), size) > width && [...line].length > 1) {
      const head = clip(line.trimEnd(), width, size).slice(0, -1);
      if (head === '') break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), clip(`${lines.slice(most - 1).join(' ')}`, width, size)];
}
