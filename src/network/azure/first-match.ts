import type { SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, coversSet, noAddresses, unionSets } from '../algebra/address.ts';
import { type AdmittedPorts, admittedFromInternet } from '../first-match.ts';
import { type Blurred, meaning, type Rule, readFilter } from './filters.ts';

/** The tag `VirtualNetwork` of a group that is looked at by itself: its private addresses, which nobody on the internet has. */
const somewhere: Blurred = { sure: noAddresses, possible: addressSet(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']), missing: [] };

/**
 * What a network security group admits from the whole internet to any of its destinations. A tag that names services of Azure is not the internet; of a denial only what it surely denies
 * counts. `undefined`: the snapshot lacks its rules.
 */
export function groupAdmits(record: SnapshotRecord): readonly AdmittedPorts[] | undefined {
  const rules = readFilter(record.id, record).rules?.filter((rule) => rule.inbound);
  if (rules === undefined) return undefined;
  const found = new Map<string, AdmittedPorts>();
  const destinations = new Map(rules.filter((rule) => rule.allow).map(({ destination }) => [JSON.stringify(destination), destination]));
  for (const destination of destinations.values()) {
    const applying = rules.filter((rule) => leadsTo(rule.destination, destination) && (rule.allow || !rule.somePorts));
    const ordered = applying.map((rule) => ({ allow: rule.allow, source: sureSet(rule.source), traffic: rule.traffic, pointer: rule.evidence.pointer }));
    for (const each of admittedFromInternet(ordered)) found.set(JSON.stringify(each), each);
  }
  return [...found.values()];
}

type Side = Rule['source'];

/** Addresses that surely belong to a side; application security groups are machines inside. */
const sureSet = (side: Side): AddressSet => side.prefixes.reduce<AddressSet>((sum, prefix) => unionSets(sum, meaning(prefix, somewhere).sure), noAddresses);

/** Whether a rule about `mine` decides everything that is sent to `wanted`. */
function leadsTo(mine: Side, wanted: Side): boolean {
  if (mine.prefixes.some((prefix) => prefix === '*' || prefix.toLowerCase() === 'any')) return true;
  if (wanted.groups.length > 0) return wanted.groups.every((group) => mine.groups.includes(group));
  if (wanted.prefixes.every((prefix) => mine.prefixes.includes(prefix))) return true;
  return wanted.prefixes.length > 0 && mine.prefixes.length > 0 && coversSet(sureSet(mine), sureSet(wanted)) && !isTag(wanted);
}

/** A tag as a destination has no addresses that are sure, so that nothing but the tag covers it. */
const isTag = (side: Side): boolean => side.prefixes.some((prefix) => !/^[\d.:a-f]+(\/\d+)?$/i.test(prefix));
