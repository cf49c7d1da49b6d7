import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, noAddresses, unionSets } from '../algebra/address.ts';
import { child, objects, strings, text } from '../aws/config.ts';

const base = 'Microsoft.Network/networkManagers/networkGroups';
const memberships = 'Microsoft.Network/networkGroupMemberships';

/** What a group of a network manager stands for in a rule, and what of it the snapshot does not tell. */
export interface GroupAddresses {
  readonly set: AddressSet;
  readonly missing: readonly string[];
}

/** Groups of network managers: "static" members are listed by hand, "dynamic" ones come by a policy's conditions (network groups). */
export interface NetworkGroups {
  addresses(group: string): GroupAddresses;
  /** Groups that a network is in, in lower case; `undefined` where that was not collected. */
  of(network: string): readonly string[] | undefined;
}

/**
 * "All group membership is recorded in Azure Resource Graph … Each virtual network receives a single entry in the graph. This entry specifies all the groups the virtual network is a member of"
 * (network groups, membership visibility): where those entries were collected nothing is missing, dynamic members included. Otherwise only the static ones are known, and there may be more.
 */
export function readNetworkGroups(snapshot: Snapshot): NetworkGroups {
  const entries = new Map<string, readonly string[]>();
  for (const record of snapshot.records(memberships)) {
    const member = record.id.toLowerCase().split('/providers/microsoft.network/networkgroupmemberships')[0] ?? '';
    const own = child(record.config, 'properties');
    const groups = objects(own, 'GroupMemberships', 'groupMemberships').flatMap((each) => text(each, 'NetworkGroupId', 'networkGroupId')?.toLowerCase() ?? []);
    entries.set(member, groups);
  }
  const statics = snapshot.records(`${base}/staticMembers`);
  const whole = entries.size > 0;
  return {
    of: (network) => (whole ? (entries.get(network.toLowerCase()) ?? []) : undefined),
    addresses(group) {
      const id = group.toLowerCase();
      const listed = statics
        .filter((each) => each.id.toLowerCase().startsWith(`${id}/staticmembers/`))
        .flatMap((each) => text(child(each.config, 'properties'), 'resourceId')?.toLowerCase() ?? []);
      const noted = [...entries].flatMap(([member, groups]) => (groups.includes(id) ? [member] : []));
      const found = [...new Set([...listed, ...noted])].map((member) => ({ member, set: addressesOf(snapshot, member) }));
      const set = found.reduce<AddressSet>((sum, each) => unionSets(sum, each.set ?? noAddresses), noAddresses);
      const lost = found.flatMap((each) => (each.set === undefined ? [`addresses of ${each.member}`] : []));
      return { set: oneFamily(set), missing: [...lost, ...(whole ? [] : [`dynamic members of the network group ${group.split('/').at(-1) ?? group}`])] };
    },
  };
}

/** "If Ipv4 and Ipv6 ranges are present in the same group, your virtual network manager only uses the IPv4 ranges" (network groups with security admin rules, limitations). */
const oneFamily = (set: AddressSet): AddressSet => (set.v4.length > 0 ? { v4: set.v4, v6: [] } : set);

/** Addresses of a member, a network or a subnet; `undefined` where the snapshot lacks it. */
function addressesOf(snapshot: Snapshot, member: string): AddressSet | undefined {
  const [network = '', subnet] = member.split('/subnets/');
  const record: SnapshotRecord | undefined = snapshot.find(network);
  if (record === undefined) return undefined;
  const own = child(record.config, 'properties');
  if (subnet === undefined) return addressSet(strings(child(own, 'addressSpace'), 'addressPrefixes'));
  const row: JsonObject | undefined = objects(own, 'subnets').find((each) => text(each, 'name')?.toLowerCase() === subnet);
  if (row === undefined) return undefined;
  const config = child(row, 'properties');
  const single = text(config, 'addressPrefix');
  return addressSet([...strings(config, 'addressPrefixes'), ...(single === undefined ? [] : [single])]);
}
