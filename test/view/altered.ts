import { allTypes } from '../../src/cli/analysis.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';

/** Writes the demo estate anew with some records changed or left out. */
export async function alteredDemo(directory: string, end: string, change: (record: SnapshotRecord) => SnapshotRecord | undefined): Promise<void> {
  const snapshot = await readSnapshot('snapshots/demo', await allTypes());
  const records = [...snapshot.all()].flatMap((record) => change(record) ?? []);
  const { tool, state, scope, start, calls } = snapshot.manifest;
  await writeSnapshot(directory, records, { tool, state, scope, start, end, calls });
}
