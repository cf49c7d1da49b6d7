import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { packagePath } from '../../src/cli/package-path.ts';
import { withChanges } from '../../src/cli/whatif.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { edits } from '../arbitrary/edit.ts';

const types = await allTypes();
const runs = Number(process.env['AGAIN_RUNS'] ?? 8);

/** Everything that a graph says, without the numbers of its edges. */
function told({ graph }: Analysis): string[] {
  const lines: string[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    lines.push(JSON.stringify(graph.node(node)));
    for (const edge of graph.out(node)) {
      const { technique, likelihood, label, ports, factors, residual, missing } = (graph.likelihoods[edge] ?? 0) > 0 ? graph.step(edge) : {};
      const ends = `${graph.id(node)} ${graph.edgeKind(edge)} ${graph.id(graph.targets[edge] ?? 0)}`;
      lines.push(`${ends} ${JSON.stringify([technique, likelihood, label, ports, factors, residual, missing, graph.evidence(edge)])}`);
    }
  }
  return lines;
}

test.each(['demo', 'demo-hybrid'])('%s after an edit of any kind of record is derived from what was derived before as from nothing', async (name) => {
  const snapshot = await readSnapshot(packagePath('snapshots', name), types);
  const base = await analyseSnapshot(snapshot, types, noSettings, { again: true });
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edits([...snapshot.all()]), { minLength: 1, maxLength: 2 }), async (changes) => {
      const list =
        new Set(changes.map((each) => ('record' in each ? each.record.id : 'resource' in each ? each.resource : ''))).size < changes.length
          ? changes.slice(0, 1)
          : changes;
      const changed = await withChanges(base, list);
      const whole = memorySnapshot(changedSnapshot(snapshot, list, types).snapshot.all(), { types, manifest: snapshot.manifest });
      expect(told(changed.analysis)).toEqual(told(await analyseSnapshot(whole, types, noSettings)));
      if (changed.analysis.takenOver > 0) taken++;
    }),
    { numRuns: runs, seed: 20261126 },
  );
  // The way that was compared is the one that takes over.
  expect(taken).toBeGreaterThan(runs / 3);
});
