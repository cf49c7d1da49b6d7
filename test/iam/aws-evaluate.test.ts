import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { simulateCase } from '../../src/iam/aws/simulate.ts';
import type { Json } from '../../src/model/json.ts';
import { drawCase, listed, seeded } from '../arbitrary/iam-world.ts';
import { compareWithSpec } from '../spec/iam/compare.ts';

/** Fewer in mutation runs, where every mutant pays for them. */
const runs = Number(process.env['IAM_RUNS'] ?? 1_500);
const choices = fc.array(fc.nat(9_999), { minLength: 20, maxLength: 400 });

describe('the evaluator against its specification', () => {
  test('agrees on every completion of generated requests', () => {
    fc.assert(
      fc.property(choices, (list) => {
        expect(compareWithSpec(drawCase(listed(list))).difference).toBeUndefined();
      }),
      { numRuns: runs },
    );
  });

  test('the generator draws every kind of answer often', () => {
    const source = seeded(7);
    const counts = { allow: 0, deny: 0, explicit: 0, conditional: 0, unknown: 0, error: 0 };
    for (let run = 0; run < 2 * runs; run++) {
      const { result, difference } = compareWithSpec(drawCase(source));
      expect(difference).toBeUndefined();
      counts[result.decision === 'deny' && result.explicit ? 'explicit' : result.decision]++;
    }
    expect(counts.error).toBe(0);
    for (const kind of ['allow', 'deny', 'explicit', 'conditional'] as const) expect(counts[kind]).toBeGreaterThan(runs / 20);
  });
});

describe('answers do not depend on order', () => {
  test('of the policies and statements', () => {
    const source = seeded(11);
    for (let run = 0; run < 500; run++) {
      const input = drawCase(source);
      const turned = {
        ...input,
        identityPolicies: [...(input.identityPolicies ?? [])]
          .reverse()
          .map(({ name, policy }) => ({ name, policy: { ...policy, Statement: [...policy.Statement].reverse() } })),
      };
      const { decidedBy: _a, ...first } = simulateCase({ ...input, identityPolicies: input.identityPolicies ?? [] } as unknown as Json, 0);
      const { decidedBy: _b, ...second } = simulateCase(turned as unknown as Json, 0);
      expect(second).toEqual(first);
    }
  });
});
