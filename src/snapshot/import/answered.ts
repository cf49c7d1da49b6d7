import type { ResourceType } from '../../model/collector.ts';
import type { JsonObject } from '../../model/json.ts';
import type { CallStatus, SnapshotRecord } from '../../model/record.ts';
import { isGlobal, type PlaceFinder } from './places.ts';
import type { FoundDetail } from './recognise.ts';

/** An import knows of the calls whose answers it saw, an empty answer included, and of no other. */
export function callStates(
  records: readonly SnapshotRecord[],
  asked: readonly { call: string; file: string; spec: ResourceType }[],
  details: readonly (FoundDetail & { readonly file: string })[],
  places: PlaceFinder,
): CallStatus[] {
  const states = new Map<string, { call: string; account: string; region: string; requests: number }>();
  const add = (call: string, account: string, region: string): void => {
    const key = `${call}\n${account}\n${region}`;
    const known = states.get(key);
    if (known === undefined) states.set(key, { call, account, region, requests: 1 });
    else known.requests++;
  };
  for (const record of records) for (const call of record.calls) add(call, record.account, record.region);
  for (const { call, file, spec } of asked) {
    const place = places.of({}, file, spec, undefined);
    add(call, place.account, isGlobal(spec) ? 'global' : place.region);
  }
  for (const each of details) {
    const place = places.of({}, each.file, each.spec, each.parent as JsonObject);
    add(each.detail.call, place.account, place.region);
  }
  return [...states.values()].map((state) => ({ ...state, state: 'ok' as const }));
}
