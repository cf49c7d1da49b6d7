import { expect, test } from '@jest/globals';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { overlaySnapshot } from '../../src/snapshot/overlay.ts';

const record = (id: string, config: SnapshotRecord['config'] = {}): SnapshotRecord => ({ type: 'T', id, account: '1', region: 'eu-west-1', calls: [], config });
const before = memorySnapshot([record('arn:x:thing/one'), record('/lower/two')]);
const edited = record('/lower/two', { changed: true });
const after = overlaySnapshot(before, new Map([[edited.id, edited]]), undefined);

test.each([
  { id: 'arn:x:thing/one', found: 'arn:x:thing/one', byId: 'arn:x:thing/one' },
  { id: 'one', found: 'arn:x:thing/one', byId: undefined },
  { id: '/Lower/Two', found: '/lower/two', byId: undefined },
  { id: '/lower/two', found: '/lower/two', byId: '/lower/two' },
  { id: 'three', found: undefined, byId: undefined },
])('$id is $found by any of its names and $byId by id', ({ id, found, byId }) => {
  for (const snapshot of [before, after]) {
    expect(snapshot.find(id)?.id).toBe(found);
    expect(snapshot.byId(id)?.id).toBe(byId);
  }
});

test('a record that was edited is the one that is found', () => {
  expect(before.byId('/lower/two')).not.toBe(edited);
  expect(after.byId('/lower/two')).toBe(edited);
});
