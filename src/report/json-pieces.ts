/** Characters that are gathered before they are handed on. */
const pieceSize = 1 << 20;

/**
 * What `JSON.stringify(document, null, 1)` gives, and a line end, in pieces: a text in V8 has at most 2^29 - 24 characters, which the findings of a large estate pass.
 * Lists at the top are written out by their elements.
 */
export function* jsonPieces(document: object): Generator<string> {
  let text = '{';
  let separator = '\n ';
  for (const [key, value] of Object.entries(document)) {
    if (value === undefined) continue;
    text += `${separator}${JSON.stringify(key)}: `;
    separator = ',\n ';
    if (!Array.isArray(value) || value.length === 0) {
      text += indented(value, '\n ');
      continue;
    }
    let before = '[\n  ';
    for (const each of value) {
      text += before + indented(each, '\n  ');
      before = ',\n  ';
      if (text.length < pieceSize) continue;
      yield text;
      text = '';
    }
    text += '\n ]';
  }
  yield `${text}${separator === '\n ' ? '' : '\n'}}\n`;
}

// JSON leaves DEL and C1 as they are; a terminal does not.
const control = /(?!\n)\p{Cc}/gu;

/** Line ends in a text are escaped, so those that are left are of the layout. */
const indented = (value: unknown, line: string): string =>
  (JSON.stringify(value, null, 1) ?? 'null').replace(control, (char) => `\\u00${char.charCodeAt(0).toString(16)}`).replaceAll('\n', line);

/** The same as bytes, for a file. */
export const jsonBytes = (document: object): Uint8Array => Buffer.concat([...jsonPieces(document)].map((piece) => Buffer.from(piece)));
