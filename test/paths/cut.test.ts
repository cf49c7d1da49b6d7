import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CutInstance, leftRisks, solveCut } from '../../src/paths/plan/cut.ts';

const elements = 9;

const instances: fc.Arbitrary<CutInstance> = fc
  .record({
    weights: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: elements, maxLength: elements }),
    proofs: fc.array(
      fc.record({
        likelihood: fc.constantFrom(0.3, 0.5, 0.95),
        breaks: fc.array(fc.tuple(fc.integer({ min: 0, max: elements - 1 }), fc.constantFrom(0, 0, 0, 0.4)), { maxLength: 3 }),
      }),
      { minLength: 3, maxLength: 10 },
    ),
    paths: fc.array(
      fc.record({
        risk: fc.integer({ min: 1, max: 90 }),
        steps: fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    keep: fc.integer({ min: 1, max: 9 }),
    share: fc.constantFrom(0, 0.2, 0.5),
  })
  .map(({ weights, proofs, paths, keep, share }) => {
    const shared = proofs.map(({ likelihood, breaks }) => ({ likelihood, breaks: new Map(breaks) }));
    const list = paths.map(({ risk, steps }) => ({
      risk,
      steps: steps.map((numbers) => ({ proofs: numbers.flatMap((number) => shared[number % shared.length] ?? []) })),
    }));
    const total = list
      .map((path) => path.risk)
      .sort((a, b) => b - a)
      .slice(0, keep)
      .reduce((sum, risk) => sum + risk, 0);
    return { weights: weights.map((weight) => 1 + weight / 1000), paths: list, keep, budget: total * share };
  });

/** Every choice, by counting. */
function exhaustive(instance: CutInstance): { count: number; weight: number } | undefined {
  let best: { count: number; weight: number } | undefined;
  for (let mask = 0; mask < 1 << elements; mask++) {
    const chosen = new Set(Array.from({ length: elements }, (_, element) => element).filter((element) => (mask >> element) & 1));
    const left = [...leftRisks(instance, chosen)]
      .sort((a, b) => b - a)
      .slice(0, instance.keep)
      .reduce((sum, risk) => sum + risk, 0);
    if (left > instance.budget + 1e-9) continue;
    const weight = [...chosen].reduce((sum, element) => sum + (instance.weights[element] ?? 0), 0);
    if (best === undefined || weight < best.weight - 1e-9) best = { count: chosen.size, weight };
  }
  return best;
}

describe('solveCut', () => {
  test('finds the fewest and cheapest elements, as trying all choices does', () => {
    fc.assert(
      fc.property(instances, (instance) => {
        const expected = exhaustive(instance);
        const actual = solveCut(instance);
        if (expected === undefined) {
          expect(actual.feasible).toBe('no');
          return;
        }
        expect(actual.feasible).toBe('yes');
        expect(actual.chosen).toHaveLength(expected.count);
        expect(actual.bound).toBe(expected.count);
        expect(actual.chosen.reduce((sum, element) => sum + (instance.weights[element] ?? 0), 0)).toBeCloseTo(expected.weight, 6);
        expect(actual.residual).toBeLessThanOrEqual(instance.budget + 1e-9);
      }),
      { numRuns: 400, seed: 20261125 },
    );
  });

  test('cut short, it still keeps within the budget and its bound never lies', () => {
    fc.assert(
      fc.property(instances, fc.integer({ min: 0, max: 6 }), (instance, nodes) => {
        const expected = exhaustive(instance);
        const actual = solveCut(instance, nodes);
        if (expected === undefined) return;
        expect(actual.residual).toBeLessThanOrEqual(instance.budget + 1e-9);
        expect(actual.bound).toBeLessThanOrEqual(expected.count);
        expect(actual.chosen.length).toBeGreaterThanOrEqual(expected.count);
      }),
      { numRuns: 150, seed: 20261125 },
    );
  });
});
