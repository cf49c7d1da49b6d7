import type { Json, JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, noAddresses, v4, v6 } from '../algebra/address.ts';
import { everything, icmpTraffic, portRange, protocolNumber, type Traffic, wholeProtocol } from '../algebra/traffic.ts';
import { child, evidence, keyOf, list, number, objects, text } from './config.ts';
import type { Acl, AclEntry, Group, GroupRule } from './estate.ts';

/** A list's entries as they stand, as routes have their lengths, and as a set. */
export interface PrefixList {
  readonly cidrs: readonly string[];
  readonly set: AddressSet;
}
export type PrefixLists = ReadonlyMap<string, PrefixList | undefined>;

/** Entries of every prefix list; `undefined` where they were not collected. */
export function prefixLists(snapshot: Snapshot): PrefixLists {
  const out = new Map<string, PrefixList | undefined>();
  for (const record of snapshot.records('AWS::EC2::PrefixList')) {
    const id = text(record.config, 'PrefixListId');
    if (id === undefined) continue;
    const answer = record.config['GetManagedPrefixListEntries'] ?? record.config['Entries'] ?? record.config['Cidrs'];
    if (answer === undefined) {
      if (!out.has(id)) out.set(id, undefined);
      continue;
    }
    const entries = list(record.config, 'GetManagedPrefixListEntries', 'Entries', 'Cidrs');
    const cidrs = entries.map((entry) => (typeof entry === 'string' ? entry : (text(entry, 'Cidr') ?? '')));
    out.set(id, { cidrs, set: addressSet(cidrs) });
  }
  return out;
}

/** Traffic of a group rule. "If you specify all ICMP types, you must specify all codes", -1 is all. */
function ruleTraffic(protocolText: string, from: number | undefined, to: number | undefined): Traffic {
  const protocol = protocolNumber(protocolText);
  if (protocol === undefined) return [];
  if (protocol < 0) return everything;
  if (protocol === 1 || protocol === 58) return icmpTraffic(protocol, from ?? -1, to ?? -1);
  if (protocol !== 6 && protocol !== 17) return wholeProtocol(protocol);
  if (from === undefined || from < 0) return wholeProtocol(protocol);
  return portRange(protocol, from, to ?? from);
}

/** The sets of CIDRs, made once for each text: most rules of an estate name the same few. */
type Cidrs = Map<string, AddressSet>;

function cidrSet(text: string, known: Cidrs): AddressSet {
  const set = known.get(text) ?? addressSet([text]);
  known.set(text, set);
  return set;
}

function permissions(record: SnapshotRecord, key: 'IpPermissions' | 'IpPermissionsEgress', lists: PrefixLists, cidrs: Cidrs): readonly GroupRule[] {
  const rules: GroupRule[] = [];
  for (const [index, permission] of objects(record.config, key).entries()) {
    const traffic = ruleTraffic(text(permission, 'IpProtocol') ?? '-1', number(permission, 'FromPort'), number(permission, 'ToPort'));
    const at = `/config/${key}/${index}`;
    for (const [name, field] of [
      ['IpRanges', 'CidrIp'],
      ['Ipv6Ranges', 'CidrIpv6'],
    ] as const) {
      for (const [i, range] of objects(permission, name).entries())
        rules.push({ traffic, set: cidrSet(text(range, field) ?? '', cidrs), evidence: evidence(record, `${at}/${name}/${i}`) });
    }
    for (const [i, entry] of objects(permission, 'PrefixListIds').entries())
      rules.push(prefixRule(traffic, text(entry, 'PrefixListId') ?? '', lists, evidence(record, `${at}/PrefixListIds/${i}`)));
    for (const [i, pair] of objects(permission, 'UserIdGroupPairs').entries())
      rules.push({ traffic, set: noAddresses, peer: text(pair, 'GroupId') ?? '', evidence: evidence(record, `${at}/UserIdGroupPairs/${i}`) });
  }
  return rules;
}

function prefixRule(traffic: Traffic, id: string, lists: PrefixLists, proof: GroupRule['evidence']): GroupRule {
  const set = lists.get(id)?.set;
  return set === undefined ? { traffic, set: noAddresses, unresolved: id, evidence: proof } : { traffic, set, evidence: proof };
}

/** A group that is known only by its rules (`DescribeSecurityGroupRules`) has them; one whose description has permissions needs no more. */
export function securityGroups(snapshot: Snapshot, lists: PrefixLists): ReadonlyMap<string, Group> {
  const out = new Map<string, Group>();
  const cidrs: Cidrs = new Map();
  for (const record of snapshot.records('AWS::EC2::SecurityGroup')) {
    const group = securityGroup(record, lists, cidrs);
    if (group !== undefined) out.set(group.id, group);
  }
  return out;
}

export function securityGroup(record: SnapshotRecord, lists: PrefixLists, cidrs: Cidrs = new Map()): Group | undefined {
  const id = text(record.config, 'GroupId');
  if (id === undefined) return undefined;
  return {
    id,
    record,
    vpc: text(record.config, 'VpcId') ?? '',
    ingress: permissions(record, 'IpPermissions', lists, cidrs),
    egress: permissions(record, 'IpPermissionsEgress', lists, cidrs),
  };
}

function entryTraffic(entry: JsonObject): Traffic {
  const protocol = protocolNumber(text(entry, 'Protocol') ?? '-1');
  if (protocol === undefined) return [];
  if (protocol < 0) return everything;
  if (protocol === 1 || protocol === 58) {
    const icmp = child(entry, 'IcmpTypeCode');
    return icmpTraffic(protocol, number(icmp, 'Type') ?? -1, number(icmp, 'Code') ?? -1);
  }
  const range: Json | undefined = entry['PortRange'];
  const from = number(range, 'From');
  if ((protocol !== 6 && protocol !== 17) || from === undefined) return wholeProtocol(protocol);
  return portRange(protocol, from, number(range, 'To') ?? from);
}

/** Entries of an ACL in one direction, in the order in which they are asked. */
export function aclSide(record: SnapshotRecord, egress: boolean): readonly AclEntry[] {
  const key = keyOf(record.config, 'Entries');
  return objects(record.config, key)
    .map((entry, index) => ({ entry, index }))
    .filter(({ entry }) => (entry['Egress'] === true) === egress)
    .map(({ entry, index }) => ({
      number: number(entry, 'RuleNumber') ?? 0,
      allow: text(entry, 'RuleAction') === 'allow',
      set: addressSet([text(entry, 'CidrBlock') ?? '', text(entry, 'Ipv6CidrBlock') ?? '']),
      traffic: entryTraffic(entry),
      evidence: evidence(record, `/config/${key}/${index}`),
    }))
    .sort((a, b) => a.number - b.number);
}

/** Network ACLs by id, and the ACL of each subnet. */
export function networkAcls(snapshot: Snapshot): {
  readonly acls: ReadonlyMap<string, Acl>;
  readonly bySubnet: ReadonlyMap<string, Acl>;
  readonly defaults: ReadonlyMap<string, Acl>;
} {
  const acls = new Map<string, Acl>();
  const bySubnet = new Map<string, Acl>();
  const defaults = new Map<string, Acl>();
  for (const record of snapshot.records('AWS::EC2::NetworkAcl')) {
    const id = text(record.config, 'NetworkAclId');
    if (id === undefined) continue;
    const [ingress, egress] = [aclSide(record, false), aclSide(record, true)];
    const both = (family: 'v4' | 'v6'): boolean => isOpen(ingress, family) && isOpen(egress, family);
    const acl: Acl = { id, record, ingress, egress, open: { v4: both('v4'), v6: both('v6') } };
    acls.set(id, acl);
    for (const association of objects(record.config, 'Associations')) bySubnet.set(text(association, 'SubnetId') ?? '', acl);
    if (record.config['IsDefault'] === true) defaults.set(text(record.config, 'VpcId') ?? '', acl);
  }
  return { acls, bySubnet, defaults };
}

/** Before any deny, all traffic of all addresses of a family is allowed. */
function isOpen(entries: readonly AclEntry[], family: 'v4' | 'v6'): boolean {
  for (const entry of entries) {
    if (!entry.allow) return false;
    if (entry.traffic.length !== 2 || entry.traffic[0] !== 0 || entry.traffic[1] !== everything[1]) continue;
    if (family === 'v4' ? v4.covers(entry.set.v4, v4.all) : v6.covers(entry.set.v6, v6.all)) return true;
  }
  return false;
}
