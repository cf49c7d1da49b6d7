import { textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import { grantedBy, namesOf } from './action-sets.ts';
import { accessKeys, daysBefore, isSince, type KeyUse, lastAccessedCall, type ServiceUse, servicesUsed, useOf } from './usage.ts';

/** `new`: younger than the window, so not used yet says nothing. */
export type Verdict = 'used' | 'unused' | 'new' | 'unknown';

export interface UnusedKey {
  readonly id: string;
  readonly user: string;
  readonly verdict: Verdict;
  readonly lastUsed: string | null;
  readonly created: string | null;
}

export interface ServiceGrant {
  readonly service: string;
  readonly verdict: 'used' | 'unused' | 'unknown';
  readonly lastUsed: string | null;
  /** Actions granted, and of these the ones that were not used or that nobody reports on. */
  readonly granted: number;
  readonly unused: number;
  readonly unknown: number;
}

export interface PrincipalUse {
  readonly principal: string;
  readonly kind: string;
  readonly verdict: Verdict;
  readonly lastUsed: string | null;
  readonly created: string | null;
  readonly services: readonly ServiceGrant[];
  readonly actions: { readonly granted: number; readonly unused: number; readonly unknown: number };
  /** Calls whose answers would tell more. */
  readonly missing: readonly string[];
}

export interface UnusedReport {
  readonly since: string;
  readonly principals: readonly PrincipalUse[];
  readonly keys: readonly UnusedKey[];
}

/** What every user and role is granted against what it used in the days before the snapshot. Service-linked roles are AWS's own and left out. */
export function unusedReport(snapshot: Snapshot, list: readonly EstatePrincipal[], days: number): UnusedReport {
  const since = daysBefore(snapshot, days);
  const keys = accessKeys(snapshot);
  const counted = new Map<string, readonly string[]>();
  return {
    since,
    principals: list
      .filter((each) => !each.info.serviceLinked)
      .map((each) => principalUse(each, snapshot.find(each.info.arn), keys.get(each.info.arn) ?? [], since, counted)),
    keys: [...keys.values()]
      .flat()
      .filter((key) => key.active)
      .map((key) => keyUse(key, since)),
  };
}

function keyUse(key: KeyUse, since: string): UnusedKey {
  const verdict = verdictOf({ lastUsed: key.lastUsed, asked: key.asked, created: key.created }, since);
  return { id: key.id, user: key.user, verdict, lastUsed: key.lastUsed ?? null, created: key.created ?? null };
}

function verdictOf(told: { readonly lastUsed: string | undefined; readonly asked: boolean; readonly created: string | undefined }, since: string): Verdict {
  if (isSince(told.lastUsed, since)) return 'used';
  if (!told.asked) return 'unknown';
  return isSince(told.created, since) ? 'new' : 'unused';
}

function principalUse(
  principal: EstatePrincipal,
  record: SnapshotRecord | undefined,
  keys: readonly KeyUse[],
  since: string,
  counted: Map<string, readonly string[]>,
): PrincipalUse {
  const { kind, arn } = principal.info;
  const services = servicesUsed(record);
  const role = record?.config['RoleLastUsed'];
  const times = [
    textAt(record?.config, 'RoleLastUsed.LastUsedDate'),
    textAt(record?.config, 'PasswordLastUsed'),
    ...keys.map((key) => key.lastUsed),
    ...[...(services?.values() ?? [])].map((service) => service.lastUsed),
  ].filter((time) => time !== undefined);
  const lastUsed = times.sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  const created = textAt(record?.config, 'CreateDate');
  const asked = services !== undefined || (kind === 'role' && role !== undefined);
  const granted = counted.get(principal.classKey) ?? grantedNames(principal);
  counted.set(principal.classKey, granted);
  const table = serviceTable(granted, services, since);
  const sum = (pick: (service: ServiceGrant) => number): number => table.reduce((total, service) => total + pick(service), 0);
  return {
    principal: arn,
    kind,
    verdict: verdictOf({ lastUsed, asked, created }, since),
    lastUsed: lastUsed ?? null,
    created: created ?? null,
    services: table,
    actions: { granted: granted.length, unused: sum((service) => service.unused), unknown: sum((service) => service.unknown) },
    missing: services === undefined ? [lastAccessedCall] : [],
  };
}

const grantedNames = (principal: EstatePrincipal): readonly string[] =>
  principal.identity === undefined
    ? []
    : namesOf(grantedBy([principal.identity, principal.boundary, ...(principal.controls?.management === true ? [] : (principal.controls?.scps ?? []))]));

function serviceTable(granted: readonly string[], services: ReadonlyMap<string, ServiceUse> | undefined, since: string): ServiceGrant[] {
  const table = new Map<string, { granted: number; unused: number; unknown: number }>();
  for (const name of granted) {
    const lower = name.toLowerCase();
    const service = lower.slice(0, lower.indexOf(':'));
    const entry = table.get(service) ?? { granted: 0, unused: 0, unknown: 0 };
    const use = useOf(lower, services, since);
    table.set(service, {
      granted: entry.granted + 1,
      unused: entry.unused + (use === 'unused' ? 1 : 0),
      unknown: entry.unknown + (use === 'unknown' ? 1 : 0),
    });
  }
  return [...table]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([service, counts]) => {
      const told = services?.get(service);
      const verdict = told === undefined ? 'unknown' : isSince(told.lastUsed, since) ? 'used' : 'unused';
      return { service, verdict, lastUsed: told?.lastUsed ?? null, ...counts };
    });
}
