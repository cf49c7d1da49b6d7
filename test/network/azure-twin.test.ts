import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Compared, compareAzure, compareAzureClasses, compareAzureDoors } from '../spec/azure-network/compare.ts';

const settings = { seed: 8_001, numRuns: 30 };

describe('the Azure engine agrees with single packets walked by the book', () => {
  test.each<[string, (seed: number) => Compared]>([
    ['flows', (seed) => compareAzure(seed, 60)],
    ['classes', compareAzureClasses],
    ['doors', (seed) => compareAzureDoors(seed, 80)],
  ])('%s', (_, compare) => {
    let [asked, open, unknown] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seed) => {
        const result = compare(seed);
        asked += result.asked;
        open += result.open;
        unknown += result.unknown;
        expect(result.disagreements).toEqual([]);
      }),
      settings,
    );
    expect(open).toBeGreaterThan(asked / 50);
    expect(unknown).toBeLessThan(asked / 3);
  });
});
