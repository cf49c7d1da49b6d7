import { analyseSnapshot } from '../../src/cli/analysis.ts';
import type { TypeTable } from '../../src/model/collector.ts';
import type { CallStatus, SnapshotRecord } from '../../src/model/record.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';

/** The steps of some techniques in an estate, as `from -> to technique verdict`. */
export async function stepsOf(
  types: TypeTable,
  records: readonly SnapshotRecord[],
  wanted: RegExp,
  calls: readonly CallStatus[] = [],
): Promise<readonly string[]> {
  const { graph } = await analyseSnapshot(memorySnapshot(records, { types, calls }), types, noSettings);
  const found: string[] = [];
  for (let edge = 0; edge < graph.edgeCount; edge++) {
    if (graph.likelihoods[edge] === 0) continue;
    const step = graph.step(edge);
    if (wanted.test(step.technique)) found.push(`${graph.node(step.from).id} -> ${graph.node(step.to).id} ${step.technique} ${step.verdict}`);
  }
  return found.sort();
}
