import { expect, test } from '@jest/globals';
import { longList } from '../../src/model/long-list.ts';

const memoryOf = (list: Uint8Array | Float64Array): string => list.buffer.constructor.name;

test.each([
  { length: 0, memory: 'ArrayBuffer' },
  { length: 8_191, memory: 'ArrayBuffer' },
  { length: 8_192, memory: 'SharedArrayBuffer' },
  { length: 100_000, memory: 'SharedArrayBuffer' },
])('$length zeros stand on $memory', ({ length, memory }) => {
  const list = longList(Float64Array, length);
  expect(list).toHaveLength(length);
  expect(list.every((value) => value === 0)).toBe(true);
  expect(memoryOf(list)).toBe(memory);
});

test('what is taken without the knowledge of the collector has an end', () => {
  const memories = Array.from({ length: 9 }, () => memoryOf(longList(Uint8Array, 64 << 20)));
  expect(memories[0]).toBe('SharedArrayBuffer');
  expect(memories[8]).toBe('ArrayBuffer');
});
