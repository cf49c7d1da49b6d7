import { createHash } from 'node:crypto';
import type { TypeTable } from '../model/collector.ts';
import { textAt } from '../model/json.ts';
import type { CallStatus, Manifest, Snapshot, SnapshotRecord } from '../model/record.ts';

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A snapshot over records that are in memory: what the reader gives, and what tests and what-if build. The order of the records does not matter. */
export function memorySnapshot(
  records: Iterable<SnapshotRecord>,
  options: { readonly manifest?: Manifest; readonly hash?: string; readonly types?: TypeTable; readonly calls?: readonly CallStatus[] } = {},
): Snapshot {
  const byType = new Map<string, SnapshotRecord[]>();
  const byId = new Map<string, SnapshotRecord>();
  for (const record of records) {
    const list = byType.get(record.type);
    if (list === undefined) byType.set(record.type, [record]);
    else list.push(record);
    byId.set(record.id, record);
  }
  for (const list of byType.values()) list.sort((a, b) => compare(a.id, b.id));
  const types = [...byType.keys()].sort();
  const manifest = options.manifest ?? inMemory(byId.values(), options.calls ?? []);
  const gaps = manifest.calls.filter((call) => call.state !== 'ok' && call.state !== 'absent');
  const answered = answeredIn(manifest);
  let aliases: Map<string, SnapshotRecord | undefined> | undefined;
  return {
    manifest,
    hash: options.hash ?? hashOf(manifest),
    types: () => types,
    records: (type) => byType.get(type) ?? [],
    *all() {
      for (const type of types) yield* byType.get(type) ?? [];
    },
    find(id) {
      const direct = byId.get(id);
      if (direct !== undefined) return direct;
      const lower = id.toLowerCase();
      const folded = lower === id ? undefined : byId.get(lower);
      if (folded !== undefined) return folded;
      aliases ??= aliasTable(byType, options.types);
      return aliases.get(id) ?? (lower === id ? undefined : aliases.get(lower));
    },
    byId: (id) => byId.get(id),
    gaps: () => gaps,
    answered: (call, account, region) => {
      const regions = answered.get(call)?.get(account);
      return regions !== undefined && (regions.has(region) || regions.has('global'));
    },
  };
}

/** Regions where a call was answered, by call and account: asked for each of 100,000 records, so that no text is put together for it. */
function answeredIn(manifest: Manifest): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const calls = new Map<string, Map<string, Set<string>>>();
  for (const { call, account, region, state } of manifest.calls) {
    if (state !== 'ok' && state !== 'absent') continue;
    const accounts = calls.get(call) ?? new Map<string, Set<string>>();
    calls.set(call, accounts);
    const regions = accounts.get(account);
    if (regions === undefined) accounts.set(account, new Set([region]));
    else regions.add(region);
  }
  return calls;
}

/** Stands for a snapshot that no file holds. */
export const hashOf = (manifest: Manifest): string => createHash('sha256').update(JSON.stringify(manifest)).digest('hex');

/** Short ids and names, where they name one record only. A name that several records have names none. */
function aliasTable(byType: ReadonlyMap<string, readonly SnapshotRecord[]>, types: TypeTable | undefined): Map<string, SnapshotRecord | undefined> {
  const table = new Map<string, SnapshotRecord | undefined>();
  const offer = (alias: string, record: SnapshotRecord): void => {
    if (alias === '') return;
    const known = table.get(alias);
    if (known === undefined && !table.has(alias)) table.set(alias, record);
    else if (known !== record) table.set(alias, undefined);
  };
  for (const records of byType.values()) for (const record of records) for (const alias of aliasesOf(record, types)) offer(alias, record);
  return table;
}

/** What a record is called besides its id. */
export function aliasesOf(record: SnapshotRecord, types: TypeTable | undefined): readonly string[] {
  const { id } = record;
  const names = [id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf(':')) + 1)];
  for (const path of types?.get(record.type)?.aliases ?? []) {
    const name = textAt(record.config, path) ?? '';
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

function inMemory(records: Iterable<SnapshotRecord>, calls: readonly CallStatus[]): Manifest {
  const counts = new Map<string, { type: string; account: string; region: string; count: number }>();
  for (const { type, account, region } of records) {
    const key = `${type}\n${account}\n${region}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { type, account, region, count: 1 });
    else known.count++;
  }
  const files = [...counts.entries()].sort(([a], [b]) => compare(a, b)).map(([, entry]) => ({ path: '', sha256: '', ...entry }));
  const distinct = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== ''))].sort();
  return {
    schema: 'snapshot/v1',
    tool: 'memory',
    state: 'complete',
    scope: { providers: ['aws'], accounts: distinct(files.map((file) => file.account)), regions: distinct(files.map((file) => file.region)) },
    start: '1970-01-01T00:00:00.000Z',
    end: '1970-01-01T00:00:00.000Z',
    files,
    calls,
  };
}
