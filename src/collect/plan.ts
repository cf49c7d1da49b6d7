import type { Collector } from '../model/collector.ts';
import type { CallStatus, SnapshotFile } from '../model/record.ts';
import type { Place } from './build.ts';

/** What one collector asks in one account and region. */
export interface Unit {
  readonly collector: Collector;
  readonly place: Place;
}

/** The region that a unit's calls and records stand under. */
export const placeRegion = (unit: Unit): string => (unit.collector.scope === 'regional' ? unit.place.region : 'global');

/** Every call that a set of collectors would make, with the action that allows it; without `options`, also those that are made only when asked for. */
export function plannedCalls(
  collectors: readonly Collector[],
  options?: ReadonlySet<string>,
): readonly { readonly call: string; readonly permission: string; readonly collector: string }[] {
  const found = new Map<string, { call: string; permission: string; collector: string }>();
  const add = (call: string, permission: string | undefined, collector: string): void =>
    void found.set(`${collector} ${call} ${permission ?? ''}`, { call, permission: permission ?? call, collector });
  for (const collector of collectors) {
    if (collector.assemble !== undefined) for (const call of collector.assembles ?? []) add(call, undefined, collector.id);
    else
      for (const type of Object.values(collector.resources)) {
        for (const list of type.list ?? [])
          if (options === undefined || list.option === undefined || options.has(list.option)) add(list.call, list.permission, collector.id);
        if (type.batch !== undefined) add(type.batch.call, type.batch.permission, collector.id);
        for (const detail of type.details ?? []) {
          if (
            options !== undefined &&
            [detail.option, ...(type.list ?? []).map((list) => list.option)].some((name) => name !== undefined && !options.has(name))
          )
            continue;
          add(detail.call, detail.permission, collector.id);
          if (detail.job !== undefined) add(detail.job.call, undefined, collector.id);
        }
      }
  }
  return [...found.values()].sort((a, b) => (a.collector + a.call + a.permission < b.collector + b.call + b.permission ? -1 : 1));
}

/** How the manifest of an interrupted run names what was collected whole. */
export const unitName = (unit: Unit): string => `${unit.collector.id} ${unit.place.account} ${placeRegion(unit)}`;

/** Whether a unit was finished in an earlier, interrupted run: it came to its end, and none of its listings failed. A listing may be shared with units that did not. */
export function finished(unit: Unit, calls: readonly CallStatus[], names: readonly string[] | undefined): boolean {
  if (names !== undefined && !names.includes(unitName(unit))) return false;
  const wanted =
    unit.collector.assemble !== undefined
      ? (unit.collector.assembles ?? []).slice(0, 1)
      : Object.values(unit.collector.resources).flatMap((type) =>
          (type.list ?? []).filter((list) => list.per === undefined && list.option === undefined).map((list) => list.call),
        );
  const here = new Map(calls.filter((call) => call.account === unit.place.account && call.region === placeRegion(unit)).map((call) => [call.call, call]));
  return wanted.every((call) => {
    const status = here.get(call);
    return status !== undefined && (status.state === 'ok' || status.state === 'absent');
  });
}

/** Calls and files of an interrupted run that a unit would make anew. */
export const belongsTo = (unit: Unit, entry: CallStatus | SnapshotFile): boolean => {
  if ('call' in entry)
    return (
      entry.account === unit.place.account &&
      entry.region === placeRegion(unit) &&
      plannedCalls([unit.collector]).some((planned) => planned.call === entry.call)
    );
  const type = unit.collector.resources[entry.type];
  if (type === undefined) return false;
  // Resources of Azure stand under their own subscription and location, wherever they were asked for.
  if (type.ids === 'arm') return unit.collector.scope === 'tenant' || entry.account === unit.place.account || entry.account === unit.place.tenant;
  return entry.account === unit.place.account && entry.region === placeRegion(unit);
};
