import { inflateSync } from 'node:zlib';

/** The drawing instructions of all pages of a PDF, unpacked. */
export function contents(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1');
  let out = '';
  for (const { index, 0: head } of text.matchAll(/stream\r?\n/g)) {
    const start = index + head.length;
    const end = text.indexOf('endstream', start);
    try {
      out += inflateSync(Buffer.from(text.slice(start, end), 'latin1')).toString('latin1');
    } catch {
      out += text.slice(start, end);
    }
  }
  return out;
}

/** What a PDF says in the standard fonts, one piece after the other. */
export function wordsOf(bytes: Uint8Array): string {
  const pieces = [...contents(bytes).matchAll(/\[([^\]]*)\] TJ/g)].map(([, glyphs = '']) =>
    [...glyphs.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => Buffer.from(hex, 'hex').toString('latin1')).join(''),
  );
  return pieces.join('\n');
}
