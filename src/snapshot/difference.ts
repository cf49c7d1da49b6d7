import { canonicalJson, isArray, isObject, type Json, pointerToken } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

/** What is different about a record of two snapshots. */
export interface RecordDifference {
  readonly resource: string;
  readonly type: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Places that are not what they were: those taken away by their place before, the others by their place after. */
  readonly pointers: readonly string[];
}

/** Answers about use, which change from day to day and mean nothing for who may do what. */
const noise = new Set(['RoleLastUsed', 'ServiceLastAccessed', 'GetAccessKeyLastUsed', 'PasswordLastUsed', 'ResponseMetadata']);

/** Records that were added, removed or changed, in the order of ids. Elements of lists are told apart by their content, so that one that was put in front does not change those behind it. */
export function snapshotDifferences(before: Snapshot, after: Snapshot): readonly RecordDifference[] {
  const found: RecordDifference[] = [];
  const old = new Map<string, SnapshotRecord>();
  const [times, timesNow] = [before, after].map((snapshot) => counted(snapshot));
  // A policy of AWS's own has one id in every account; whatever there is once only is known by its id.
  const keyOf = ({ id, account, region }: SnapshotRecord): string => (times?.get(id) === 1 && timesNow?.get(id) === 1 ? id : `${id} ${account} ${region}`);
  for (const record of before.all()) old.set(keyOf(record), record);
  for (const record of after.all()) {
    const key = keyOf(record);
    const then = old.get(key);
    old.delete(key);
    if (then === undefined) found.push({ resource: record.id, type: record.type, change: 'added', pointers: [] });
    else if (then !== record) {
      const pointers = [...differing(then.config, record.config, '/config')];
      if (pointers.length > 0) found.push({ resource: record.id, type: record.type, change: 'changed', pointers: [...new Set(pointers)].sort() });
    }
  }
  for (const record of old.values()) found.push({ resource: record.id, type: record.type, change: 'removed', pointers: [] });
  return found.sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

function counted(snapshot: Snapshot): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { id } of snapshot.all()) times.set(id, (times.get(id) ?? 0) + 1);
  return times;
}

function* differing(before: Json | undefined, after: Json | undefined, at: string): Generator<string> {
  if (before === after) return;
  if (isObject(before) && isObject(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (noise.has(key)) continue;
      yield* differing(before[key], after[key], `${at}/${pointerToken(key)}`);
    }
  } else if (isArray(before) && isArray(after)) yield* differingLists(before, after, at);
  else if (canonicalJson(before ?? null) !== canonicalJson(after ?? null)) yield at;
}

function* differingLists(before: readonly Json[], after: readonly Json[], at: string): Generator<string> {
  const left = new Map<string, number[]>();
  for (const [index, item] of before.entries()) {
    const text = canonicalJson(item);
    append(left, text, index);
  }
  const added: number[] = [];
  for (const [index, item] of after.entries()) {
    const same = left.get(canonicalJson(item));
    if (same === undefined || same.length === 0) added.push(index);
    else same.shift();
  }
  const removed = [...left.values()].flat().sort((a, b) => a - b);
  if (added.length === removed.length && added.every((index, position) => index === removed[position])) {
    for (const index of added) yield* differing(before[index], after[index], `${at}/${index}`);
    return;
  }
  for (const index of [...removed, ...added]) yield `${at}/${index}`;
}
