import { armType } from '../model/arm-id.ts';
import type { Collector, ResourceType } from '../model/collector.ts';
import { type JsonObject, textAt } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { CallStatus, SnapshotRecord } from '../model/record.ts';
import { decodeDocuments, type Place, partsOf, placeRecord } from './build.ts';
import { placeRegion, type Unit } from './plan.ts';
import { type Transport, UnitRun } from './unit-run.ts';

/** Where records go. */
export interface Sink {
  records(account: string, region: string, type: string, records: readonly SnapshotRecord[]): Promise<void>;
}

export interface UnitResult {
  readonly unit: Unit;
  readonly calls: readonly CallStatus[];
  readonly records: number;
  /** Credentials ended: nothing more can be asked of this account. */
  readonly expired: boolean;
}

/** Everything one collector asks in one account and region. Never throws for what a provider answers: each gap is recorded with its call, and the rest goes on. */
export async function runUnit(
  unit: Unit,
  transport: Transport,
  sink: Sink,
  redact: (config: JsonObject, type: ResourceType) => JsonObject,
  options: ReadonlySet<string> = new Set(),
): Promise<UnitResult> {
  const run = new UnitRun(unit, transport, options);
  const byType = new Map<string, { config: JsonObject; calls: Set<string> }[]>();
  if (unit.collector.assemble !== undefined) {
    const items = await unit.collector.assemble((call, request, options) => run.ask(call, request, options ?? {}));
    for (const item of items) append(byType, item.type, { config: item.config, calls: new Set(item.calls) });
  } else {
    for (const [name, type] of ordered(unit.collector)) byType.set(name, await run.type(type, byType));
  }
  for (const [name, items] of [...byType]) {
    for (const { config, calls } of [...items])
      for (const part of partsOf(unit.collector.resources[name] ?? noParts, config)) append(byType, part.type, { config: part.config, calls });
  }
  let count = 0;
  for (const [name, items] of byType) {
    const type = unit.collector.resources[name];
    if (type === undefined) continue;
    const records = new Map<string, SnapshotRecord>();
    for (const { config, calls } of items) {
      const placed = placeRecord(type, config, { ...unit.place, region: placeRegion(unit) });
      if (placed === undefined || isUnused(type, placed.id, config)) continue;
      records.set(placed.id, { type: name, ...placed, config: redact(decodeDocuments(config, type), type), calls: [...calls].sort() });
    }
    count += records.size;
    // A record of another owner (a shared network) is kept where its owner's own records would be, under this account's file.
    const groups = new Map<string, SnapshotRecord[]>();
    for (const record of records.values()) {
      const group = groups.get(`${record.account} ${record.region}`);
      if (group === undefined) groups.set(`${record.account} ${record.region}`, [record]);
      else group.push(record);
    }
    for (const group of groups.values()) {
      const [first] = group;
      if (first !== undefined) await sink.records(first.account, first.region, name, group);
    }
  }
  return { unit, calls: run.statuses(), records: count, expired: run.expired };
}

const noParts: ResourceType = { kind: 'Hub', label: '', id: '' };

/** A resource of Azure that no collector knows: its id tells its type, its place and its name. */
const unknownArm: ResourceType = { kind: 'Hub', label: '', id: '{id}', ids: 'arm' };

/** Records of resources that no collector knows, as they were answered. */
export function unmodelled(rows: readonly JsonObject[], call: string, place: Place, redact: (config: JsonObject) => JsonObject): SnapshotRecord[] {
  return rows.flatMap((config) => {
    const placed = placeRecord(unknownArm, config, place);
    const type = armType(textAt(config, 'id') ?? '') ?? textAt(config, 'type');
    return placed === undefined || type === undefined ? [] : [{ type, ...placed, config: redact(config), calls: [call] }];
  });
}

const isUnused = (type: ResourceType, id: string, config: JsonObject): boolean =>
  type.unused !== undefined && id.startsWith(type.unused.idPrefix) && type.unused.paths.every((path) => (textAt(config, path) ?? '0') === '0');

/** Types whose listing needs another type's records come after it. */
function ordered(collector: Collector): [string, ResourceType][] {
  const all = Object.entries(collector.resources);
  const done: [string, ResourceType][] = [];
  const placed = new Set<string>();
  while (done.length < all.length) {
    const next = all.filter(
      ([name, type]) =>
        !placed.has(name) &&
        (type.list ?? []).every((list) => list.per === undefined || placed.has(list.per.type) || collector.resources[list.per.type] === undefined),
    );
    if (next.length === 0) throw new Error(`the types of ${collector.id} wait for each other`);
    for (const entry of next) {
      done.push(entry);
      placed.add(entry[0]);
    }
  }
  return done;
}
