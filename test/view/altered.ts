import { allTypes } from '../../src/cli/analysis.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { readSnapshot } from '../../src/snapshot/read.ts';
import { writeSnapshot } from '../../src/snapshot/write.ts';

type Calls = Parameters<typeof writeSnapshot>[2]['calls'];

/** Writes a demo estate anew with some records changed or left out, and with what was said of its calls. */
export async function alteredDemo(
  directory: string,
  end: string,
  change: (record: SnapshotRecord) => SnapshotRecord | undefined,
  calls: (calls: Calls) => Calls = (each) => each,
  estate = 'demo',
): Promise<void> {
  const snapshot = await readSnapshot(`snapshots/${estate}`, await allTypes());
  const records = [...snapshot.all()].flatMap((record) => change(record) ?? []);
  const { tool, state, scope, start } = snapshot.manifest;
  await writeSnapshot(directory, records, { tool, state, scope, start, end, calls: calls(snapshot.manifest.calls) });
}
