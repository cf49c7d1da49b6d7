import type { Snapshot } from '../../model/record.ts';
import type { EstatePrincipal, PrincipalReader } from './principals.ts';

/** Users and roles after a small change: those that it may touch are read anew, the others are the same objects. Sorted by ARN, as a reading of everything gives them. */
export function rosterAfter(
  list: readonly EstatePrincipal[],
  reader: PrincipalReader,
  snapshot: Snapshot,
  touched: ReadonlySet<string>,
): readonly EstatePrincipal[] {
  if (touched.size === 0) return list;
  const now = new Map<string, EstatePrincipal>();
  for (const id of touched) {
    const record = snapshot.byId(id);
    const principal = record === undefined ? undefined : reader.principal(record);
    if (principal !== undefined) now.set(id, principal);
  }
  const roster: EstatePrincipal[] = [];
  for (const principal of list) {
    const { arn } = principal.info;
    if (!touched.has(arn)) roster.push(principal);
    const fresh = now.get(arn);
    if (fresh === undefined) continue;
    roster.push(fresh);
    now.delete(arn);
  }
  if (now.size === 0) return roster;
  return [...roster, ...now.values()].sort((a, b) => (a.info.arn < b.info.arn ? -1 : 1));
}
