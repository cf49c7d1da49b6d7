import type { TypeTable } from '../model/collector.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { aliasesOf, hashOf, memorySnapshot } from './memory.ts';

/**
 * A snapshot in which some records are others. What is not replaced is taken from the base as it is, so that a small change of a large estate costs little.
 * INVARIANT: equal to a snapshot made of the records themselves.
 *
 * @param edited records that stand in for those with the same id, which the base has
 */
export function overlaySnapshot(base: Snapshot, edited: ReadonlyMap<string, SnapshotRecord>, types: TypeTable | undefined): Snapshot {
  const lists = new Map<string, readonly SnapshotRecord[]>();
  const changed = new Set([...edited.values()].map((record) => record.type));
  const records = (type: string): readonly SnapshotRecord[] => {
    if (!changed.has(type)) return base.records(type);
    let list = lists.get(type);
    if (list === undefined) {
      list = base.records(type).map((record) => edited.get(record.id) ?? record);
      lists.set(type, list);
    }
    return list;
  };
  // What a record is called besides its id may hang on its configuration.
  const renamed = [...edited.values()].some((record) => {
    const before = base.find(record.id);
    return before === undefined || aliasesOf(before, types).join('\n') !== aliasesOf(record, types).join('\n');
  });
  let whole: Snapshot | undefined;
  return {
    manifest: base.manifest,
    get hash() {
      return hashOf(base.manifest);
    },
    types: () => base.types(),
    records,
    *all() {
      for (const type of base.types()) yield* records(type);
    },
    find(id) {
      const direct = edited.get(id);
      if (direct !== undefined) return direct;
      if (renamed) {
        whole ??= memorySnapshot(this.all(), { manifest: base.manifest, ...(types === undefined ? {} : { types }) });
        return whole.find(id);
      }
      const found = base.find(id);
      return found === undefined ? undefined : (edited.get(found.id) ?? found);
    },
    byId: (id) => edited.get(id) ?? base.byId(id),
    gaps: () => base.gaps(),
    answered: (call, account, region) => base.answered(call, account, region),
  };
}
