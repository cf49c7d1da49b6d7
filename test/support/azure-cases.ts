import { expect, test } from '@jest/globals';
import { createAzureIamEngine } from '../../src/iam/azure/engine.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { oid, person, tree } from './azure-estate.ts';

/** A question to the evaluator of Azure with its answer. */
export interface DecisionCase {
  readonly name: string;
  readonly records: readonly SnapshotRecord[];
  readonly who?: string;
  readonly action: string;
  readonly on: string;
  readonly decision: 'allow' | 'deny' | 'conditional' | 'unknown';
  readonly keys?: readonly string[];
}

/** Asks each case in the point form and in bulk. */
export function decide(cases: readonly DecisionCase[]): void {
  test.each(cases)('$name', ({ records, who = 'ada', action, on, decision, keys }) => {
    const engine = createAzureIamEngine(memorySnapshot([...tree(), person('ada'), person('bob'), ...records]));
    const holder = who.startsWith('azure:') ? who : oid(who);
    const result = engine.can(holder, action, on);
    expect(result.decision).toBe(decision);
    if (keys !== undefined) expect([...new Set(result.residual.flatMap((entry) => entry.allOf.map((atom) => atom.key)))].sort()).toEqual([...keys].sort());
    if (decision === 'allow') expect(result.decidedBy.length).toBeGreaterThan(0);
    // The bulk form says the same.
    const bulk = engine.bulk({ action, candidates: [on.toLowerCase()], principals: [holder] });
    expect(bulk.length > 0).toBe(decision !== 'deny');
    expect(bulk.some((grant) => grant.residual.length === 0 && grant.missing.length === 0)).toBe(decision === 'allow');
  });
}
