/** Characters that are gathered before they are handed on. */
const pieceSize = 1 << 20;
/** Elements of a list that are written in one go. */
const together = 64;

/**
 * The bytes of what `JSON.stringify(document, null, 1)` gives, and a line end, in pieces: a text in V8 has at most 2^29 - 24 characters, which the findings of a large estate pass.
 * Lists at the top are written out by their elements. Such a list may also be given as its parts, one after the other, by a generator; and what is known only once these were
 * made as a function, which is asked when its turn comes.
 */
export function* jsonPieces(document: object): Generator<Uint8Array> {
  let text = '{';
  let separator = '\n ';
  for (const [key, given] of Object.entries(document)) {
    const value: unknown = typeof given === 'function' ? given() : given;
    if (value === undefined) continue;
    text += `${separator}${JSON.stringify(key)}: `;
    separator = ',\n ';
    const parts: Iterable<readonly unknown[]> | undefined = Array.isArray(value) ? [value] : isParts(value) ? value : undefined;
    if (parts === undefined) {
      text += indented(value);
      continue;
    }
    let before = '[\n  ';
    for (const part of parts)
      for (let at = 0; at < part.length; at += together) {
        text += before + elements(part.slice(at, at + together));
        before = ',\n  ';
        if (text.length < pieceSize) continue;
        yield bytesOf(text);
        text = '';
      }
    text += before.startsWith('[') ? '[]' : '\n ]';
  }
  yield bytesOf(`${text}${separator === '\n ' ? '' : '\n'}}\n`);
}

const isParts = (value: unknown): value is Iterable<readonly unknown[]> => typeof value === 'object' && value !== null && Symbol.iterator in value;

// JSON leaves DEL and C1 as they are; a terminal does not.
const control = /[\u007f-\u009f]/g;

/** Whether there is such a character is seen sooner in the bytes, where C1 begins with the byte C2. */
function bytesOf(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (!bytes.includes(0x7f) && !bytes.includes(0xc2)) return bytes;
  return Buffer.from(text.replace(control, (char) => `\\u00${char.charCodeAt(0).toString(16)}`));
}

/** A value as it stands under a key of the document. */
const indented = (value: unknown): string => JSON.stringify({ '': value }, null, 1).slice(`{\n "": `.length, -`\n}`.length);

/** Elements as they stand in a list under a key of the document. */
const elements = (list: readonly unknown[]): string => JSON.stringify({ '': list }, null, 1).slice(`{\n "": [\n  `.length, -`\n ]\n}`.length);

/** The same in one, for a file. */
export const jsonBytes = (document: object): Uint8Array => Buffer.concat([...jsonPieces(document)]);
