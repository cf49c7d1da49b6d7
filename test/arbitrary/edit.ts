import fc from 'fast-check';
import type { Change } from '../../src/model/change.ts';
import { isArray, isObject, type Json, pointerToken } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';

const place = (value: number, list: number): number => value % Math.max(1, list);

/** Places of array elements anywhere in a configuration: statements, rules, tags, attachments. */
function elements(value: Json | undefined, at: string): readonly string[] {
  if (isArray(value)) return value.flatMap((each, index) => [`${at}/${index}`, ...elements(each, `${at}/${index}`)]);
  return isObject(value) ? Object.entries(value).flatMap(([key, each]) => elements(each, `${at}/${pointerToken(key)}`)) : [];
}

/** A copy of a record under another id, which its configuration has too. */
function copied(record: SnapshotRecord): SnapshotRecord {
  const inText = (id: string): string => JSON.stringify(id).slice(1, -1);
  const text = JSON.stringify(record).replaceAll(inText(record.id), inText(`${record.id}x`));
  return { ...(JSON.parse(text) as SnapshotRecord), id: `${record.id}x` };
}

/**
 * One edit of some record of an estate, whatever its type: it goes, it comes a second time, a part of it goes, or a part of it becomes what another record of the type has there. Types
 * are as likely as each other, so that the few records of a rare type are edited as often as the many of a common one.
 */
export function edits(records: readonly SnapshotRecord[]): fc.Arbitrary<Change> {
  const byType = new Map<string, SnapshotRecord[]>();
  for (const record of records) byType.set(record.type, [...(byType.get(record.type) ?? []), record]);
  const kinds = ['set', 'set', 'set', 'element', 'element', 'element', 'remove', 'delete', 'create'] as const;
  return fc
    .record({ type: fc.constantFrom(...byType.keys()), kind: fc.constantFrom(...kinds), which: fc.nat(), other: fc.nat(), part: fc.nat() })
    .map(({ type, kind, which, other, part }): Change => {
      const list = byType.get(type) ?? [];
      const [record, donor] = [list[place(which, list.length)], list[place(other, list.length)]];
      if (record === undefined || donor === undefined) throw new Error(`no record of ${type}`);
      if (kind === 'delete') return { op: 'delete', resource: record.id };
      if (kind === 'create') return { op: 'create', record: copied(record) };
      const inside = elements(record.config, '/config');
      if (kind === 'element' && inside.length > 0) return { op: 'remove', resource: record.id, pointer: inside[place(part, inside.length)] ?? '' };
      const keys = Object.keys(kind === 'remove' ? record.config : { ...record.config, ...donor.config });
      const key = keys[place(part, keys.length)] ?? '';
      const pointer = `/config/${pointerToken(key)}`;
      return kind === 'remove' ? { op: 'remove', resource: record.id, pointer } : { op: 'set', resource: record.id, pointer, value: donor.config[key] ?? null };
    });
}
