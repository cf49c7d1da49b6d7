import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonBytes, jsonPieces } from '../../src/report/json-pieces.ts';

const plain = fc.dictionary(
  fc.string(),
  fc.oneof(
    fc.jsonValue(),
    fc.constant(undefined),
    fc.array(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined)), { noNullPrototype: true }))),
  ),
  { noNullPrototype: true },
);

test('the pieces are the text that JSON.stringify makes', () => {
  fc.assert(fc.property(plain, (document) => expect(Buffer.concat([...jsonPieces(document)]).toString('utf8')).toBe(`${JSON.stringify(document, null, 1)}\n`)));
});

test('no control character is left as it is, and the values stay', () => {
  const document = { list: [{ name: 'a\u009b\u007f\u001b\n' }], text: '\u0085' };
  const text = Buffer.from(jsonBytes(document)).toString('utf8');
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(JSON.parse(text)).toEqual(document);
});

test('a long list comes in several pieces', () => {
  const pieces = [...jsonPieces({ list: Array.from({ length: 3000 }, () => 'x'.repeat(1000)) })];
  expect(pieces.length).toBeGreaterThan(2);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1 << 21);
});

test('a list that comes in parts is one list, and what is known only behind it is asked then', () => {
  const parts = fc.array(fc.array(fc.jsonValue(), { maxLength: 150 }), { maxLength: 4 });
  fc.assert(
    fc.property(parts, fc.jsonValue(), (lists, last) => {
      let gone = 0;
      function* given(): Generator<readonly unknown[]> {
        for (const list of lists) {
          yield list;
          gone += list.length;
        }
      }
      const pieces = jsonPieces({ first: 1, list: given(), count: () => gone, last });
      const whole = { first: 1, list: lists.flat(), count: lists.flat().length, last };
      expect(Buffer.concat([...pieces]).toString('utf8')).toBe(`${JSON.stringify(whole, null, 1)}\n`);
    }),
  );
});
