import type { SnapshotRecord } from '../../model/record.ts';
import { addressSet, coversSet, isEmptySet, noAddresses } from '../algebra/address.ts';
import { type AdmittedPorts, admittedFromInternet } from '../first-match.ts';
import { meaning, type Setting } from './filters.ts';
import { portLine, type Rule, readFilter, type Side } from './rules.ts';

/** A group that is looked at by itself: `VirtualNetwork` is private addresses, which nobody on the internet has, and no other tag is known. */
const somewhere: Setting = {
  virtual: { sure: noAddresses, possible: addressSet(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']), missing: [] },
  tags: { of: () => undefined },
};

/**
 * What a network security group admits from the whole internet to any of its destinations. A tag that names services of Azure is not the internet; of a denial only what it surely denies
 * counts. `undefined`: the snapshot lacks its rules.
 */
export function groupAdmits(record: SnapshotRecord): readonly AdmittedPorts[] | undefined {
  const rules = readFilter(record.id, record).rules?.filter((rule) => rule.inbound);
  if (rules === undefined) return undefined;
  const found = new Map<string, AdmittedPorts>();
  for (const destination of destinationsOf(rules)) {
    const ordered = rules
      .filter((rule) => leadsTo(rule.destination, destination) && (rule.access !== 'deny' || portLine.covers(rule.sourcePorts, portLine.all)))
      .map((rule) => ({ allow: rule.access !== 'deny', source: meaning(rule.source, somewhere).sure, traffic: rule.traffic, pointer: rule.evidence.pointer }));
    for (const each of admittedFromInternet(ordered)) found.set(JSON.stringify(each), each);
  }
  return [...found.values()];
}

/** The different destinations that something is allowed to. */
function destinationsOf(rules: readonly Rule[]): readonly Side[] {
  const key = ({ any, set, tags, groups }: Side): string => JSON.stringify([any, set.v4, set.v6.map(String), tags, groups]);
  return [...new Map(rules.filter(({ access }) => access !== 'deny').map(({ destination }) => [key(destination), destination])).values()];
}

/** Whether a rule about `mine` decides everything that is sent to `wanted`. A tag has no addresses that are sure, so that nothing but the tag covers it. */
function leadsTo(mine: Side, wanted: Side): boolean {
  if (mine.any) return true;
  if (wanted.any) return false;
  if (wanted.groups.length > 0) return wanted.groups.every((group) => mine.groups.includes(group));
  if (!wanted.tags.every((tag) => mine.tags.includes(tag))) return false;
  return isEmptySet(wanted.set) ? wanted.tags.length > 0 : coversSet(mine.set, wanted.set);
}
