import type { Change } from '../model/change.ts';
import type { TypeTable } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import { isArray, isObject, type Json, type JsonObject, pointer, pointerToken } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { memorySnapshot } from './memory.ts';
import { overlaySnapshot } from './overlay.ts';

/** A snapshot after some changes. */
export interface ChangedSnapshot {
  readonly snapshot: Snapshot;
  /** Ids of the records that are not what they were. */
  readonly touched: readonly string[];
  /** Where a place of the changed snapshot stood before: elements behind a removed one have moved up. */
  before(resource: string, pointer: string): string;
}

/**
 * The snapshot as it would be. Records that no change names are the same objects as before.
 * @throws InputError for a change that names nothing, or when two changes contradict each other
 */
export function changedSnapshot(snapshot: Snapshot, changes: readonly Change[], types?: TypeTable): ChangedSnapshot {
  const edits = new Map<string, Edit>();
  const replaced = new Map<string, SnapshotRecord | undefined>();
  for (const change of changes) {
    if (change.op === 'cut') continue;
    if (change.op === 'create') replaced.set(change.record.id, change.record);
    else if (change.op === 'delete') replaced.set(known(snapshot, change.resource).id, undefined);
    else {
      const record = known(snapshot, change.resource);
      let root = edits.get(record.id);
      if (root === undefined) {
        root = newEdit();
        edits.set(record.id, root);
      }
      plant(root, change, record);
    }
  }
  for (const id of replaced.keys()) if (edits.has(id)) throw new InputError(`one change replaces \`${id}\` and another edits it`, { help: 'keep one of them' });
  const moved = new Map<string, readonly number[]>();
  const now = new Map<string, SnapshotRecord>();
  for (const [id, edit] of edits) now.set(id, edited(known(snapshot, id), edit, moved));
  return {
    snapshot: replaced.size === 0 ? overlaySnapshot(snapshot, now, types) : rebuilt(snapshot, now, replaced, types),
    touched: [...new Set([...edits.keys(), ...replaced.keys()])].sort(),
    before: (resource, text) => movedBack(moved, resource, text),
  };
}

function rebuilt(
  snapshot: Snapshot,
  edited: ReadonlyMap<string, SnapshotRecord>,
  replaced: ReadonlyMap<string, SnapshotRecord | undefined>,
  types: TypeTable | undefined,
): Snapshot {
  const records: SnapshotRecord[] = [];
  for (const record of snapshot.all()) if (!replaced.has(record.id)) records.push(edited.get(record.id) ?? record);
  for (const record of replaced.values()) if (record !== undefined) records.push(record);
  return memorySnapshot(records, { manifest: snapshot.manifest, ...(types === undefined ? {} : { types }) });
}

function known(snapshot: Snapshot, id: string): SnapshotRecord {
  const record = snapshot.find(id);
  if (record === undefined)
    throw new InputError(`the snapshot has no \`${id}\``, { help: 'postern snapshot show SNAP lists what it holds; ids are ARNs, resource ids or short ids' });
  return record;
}

/** What is to happen at a place and below it. */
interface Edit {
  readonly below: Map<string, Edit>;
  action: 'none' | 'remove' | 'set';
  value: Json;
  readonly appended: Json[];
}

const newEdit = (): Edit => ({ below: new Map(), action: 'none', value: null, appended: [] });

const tokens = (text: string): readonly string[] =>
  text
    .slice(1)
    .split('/')
    .map((raw) => raw.replaceAll('~1', '/').replaceAll('~0', '~'));

function plant(root: Edit, change: Extract<Change, { pointer: string }>, record: SnapshotRecord): void {
  const fail = (message: string, help: string): never => {
    throw new InputError(`${message}: \`${change.pointer}\` of ${record.id}`, { help });
  };
  const path = tokens(change.pointer);
  if (path[0] !== 'config' || path.length < 2) fail('a change is about the configuration', 'the pointer starts with /config/');
  let value: Json | undefined = record as unknown as Json;
  let edit = root;
  for (const token of path) {
    let next = edit.below.get(token);
    if (next === undefined) {
      next = newEdit();
      edit.below.set(token, next);
    }
    edit = next;
    if (isArray(value) && !/^\d+$/.test(token)) fail('an array has no such place', 'use the position of the element, from 0; append adds one at the end');
    value = isArray(value) ? value[Number(token)] : isObject(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  }
  if (change.op === 'append') {
    if (value !== undefined && !isArray(value)) fail('there is no array', 'append adds to an array; set replaces a value');
    edit.appended.push(change.value);
    return;
  }
  if (change.op === 'remove' && value === undefined) fail('nothing stands there', 'pointers are those of the evidence: RFC 6901, from /config');
  if (edit.action !== 'none' && (edit.action !== change.op || (change.op === 'set' && JSON.stringify(edit.value) !== JSON.stringify(change.value))))
    fail('two changes contradict each other', 'keep one of them');
  edit.action = change.op;
  if (change.op === 'set') edit.value = change.value;
}

function edited(record: SnapshotRecord, edit: Edit, moved: Map<string, readonly number[]>): SnapshotRecord {
  const config = edit.below.get('config');
  if (config === undefined) return record;
  const value = apply(record.config, config, ['config'], record.id, moved);
  return { ...record, config: isObject(value) ? value : {} };
}

function apply(value: Json | undefined, edit: Edit, at: readonly string[], id: string, moved: Map<string, readonly number[]>): Json | undefined {
  if (edit.action === 'set') return edit.value;
  if (isArray(value) || (value === undefined && edit.appended.length > 0)) {
    const removed: number[] = [];
    const list: Json[] = [];
    for (const [index, item] of (isArray(value) ? value : []).entries()) {
      const own = edit.below.get(String(index));
      if (own?.action === 'remove') removed.push(index);
      else list.push(own === undefined ? item : (apply(item, own, [...at, String(index)], id, moved) ?? null));
    }
    if (removed.length > 0) moved.set(`${id}#${pointer(at)}`, removed);
    return [...list, ...edit.appended];
  }
  const object: Record<string, Json | undefined> = { ...(isObject(value) ? value : {}) } satisfies JsonObject;
  for (const [key, own] of edit.below) {
    if (own.action === 'remove') delete object[key];
    else object[key] = apply(object[key], own, [...at, key], id, moved);
  }
  return object;
}

/** Undoes the moving up: token by token, as arrays stand in arrays. */
function movedBack(moved: ReadonlyMap<string, readonly number[]>, resource: string, text: string): string {
  if (text === '') return text;
  let result = '';
  for (const token of tokens(text)) {
    const removed = moved.get(`${resource}#${result}`);
    let place = token;
    if (removed !== undefined && /^\d+$/.test(token)) {
      let index = Number(token);
      for (const gone of removed) if (gone <= index) index++;
      place = String(index);
    }
    result += `/${pointerToken(place)}`;
  }
  return result;
}
