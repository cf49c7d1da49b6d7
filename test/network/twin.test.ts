import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareClasses, compareOutside, compareWorld } from '../spec/network/compare.ts';

const settings = { seed: 7_001, numRuns: 40 };

describe('the engine agrees with single packets walked by the book', () => {
  test('flows', () => {
    let open = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const result = compareWorld(seed, 120);
        open += result.open;
        expect(result.disagreements).toEqual([]);
      }),
      settings,
    );
    expect(open).toBeGreaterThan(20);
  });
  test('classes', () => {
    let open = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const result = compareClasses(seed);
        open += result.open;
        expect(result.disagreements).toEqual([]);
      }),
      settings,
    );
    expect(open).toBeGreaterThan(20);
  });
  test('sets of addresses outside', () => {
    let open = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const result = compareOutside(seed);
        open += result.open;
        expect(result.disagreements).toEqual([]);
      }),
      settings,
    );
    expect(open).toBeGreaterThan(20);
  });
});
