import { type Address, type AddressSet, isEmptySet } from '../algebra/address.ts';
import { strings, text } from './config.ts';
import type { Estate, Group, Interface, Route, Subnet, Vpc } from './estate.ts';
import { firewallSets } from './firewall-verdict.ts';

/** Sets that stand together: those of a group, of a subnet, of the ways out of a network. Bundles with the same key have the same sets. */
interface Bundle {
  readonly key: string;
  readonly sets: readonly AddressSet[];
}

/** Every set that a filter or route compares outside addresses with, on any way to these interfaces or from them. */
export const cuttersOf = (estate: Estate, own: readonly Interface[]): readonly AddressSet[] =>
  bundleOf(bundlesAround(estate, own).flatMap(({ sets }) => sets)).sets;

/** The same in the bundles that they come in. */
export function bundlesAround(estate: Estate, own: readonly Interface[]): readonly Bundle[] {
  const out: Bundle[] = [];
  for (const each of own) {
    for (const id of each.groups) {
      const group = estate.groups.get(id);
      if (group !== undefined) out.push(keptOf(group, setsOfGroup));
    }
    out.push(keptOf(each.subnet, subnetSets), waysOf(estate, each.subnet.vpc));
  }
  return out;
}

function bundleOf(sets: readonly AddressSet[]): Bundle {
  const distinct = new Map(sets.map((set) => [keyOf(set), set]));
  return { key: [...distinct.keys()].sort().join('/'), sets: [...distinct.values()] };
}

const kept = new WeakMap<object, Bundle>();

/** The bundle of a group or subnet, which is asked for again with every interface there. */
function keptOf<T extends Group | Subnet>(from: T, sets: (from: T) => readonly AddressSet[]): Bundle {
  const known = kept.get(from);
  if (known !== undefined) return known;
  const made = bundleOf(sets(from));
  kept.set(from, made);
  return made;
}

/** Equal sets have equal keys. */
export const keyOf = (set: AddressSet): string => `${set.v4.join()}|${set.v6.join()}`;

/** With the groups that the sets are of: whoever gets them from here rests on those too. */
interface Ways {
  readonly result: Bundle;
  readonly rests: ReadonlySet<string>;
}

const known = new WeakMap<Estate, Map<Vpc | 'transit', Ways>>();

/** The sets of what a packet may pass between a network and the outside: gateways, firewalls, appliances, and the same of the networks beyond its transit gateways. */
function waysOf(estate: Estate, vpc: Vpc): Bundle {
  const memory = known.get(estate) ?? new Map<Vpc | 'transit', Ways>();
  known.set(estate, memory);
  const attached = new Set([...estate.transit.attachments.values()].map((each) => each.resource));
  const shared = attached.has(vpc.id);
  const key = shared ? 'transit' : vpc;
  const before = memory.get(key);
  if (before !== undefined) {
    estate.groups.note(before.rests);
    return before.result;
  }
  const made = estate.groups.watch(() => waysAmong(estate, vpc, shared ? attached : undefined));
  memory.set(key, made);
  return made.result;
}

/** @param attached networks at transit gateways, where this is one of them */
function waysAmong(estate: Estate, vpc: Vpc, attached: ReadonlySet<string> | undefined): Bundle {
  const vpcs = attached === undefined ? [vpc] : [...estate.vpcs.values()].filter((each) => attached.has(each.id));
  const sets = [
    ...vpcs.flatMap((each) => passedIn(estate, each)),
    ...(attached === undefined
      ? []
      : [...estate.transit.tables.values()].flatMap((table) => table.routes.flatMap(({ prefix }) => rangeSet(prefix.lo, prefix.hi)))),
  ];
  return bundleOf(sets.filter((set) => !isEmptySet(set)));
}

function passedIn(estate: Estate, vpc: Vpc): readonly AddressSet[] {
  const firewalls = [...estate.firewalls.values()].filter((each) => estate.subnets.get(each.subnet)?.vpc === vpc);
  const forwarding = estate.interfaces.filter((each) => each.subnet.vpc === vpc && (each.forwards || each.kind === 'nat'));
  const homes = new Set<Subnet>(forwarding.map((each) => each.subnet));
  const enter = (id: string): void => {
    const subnet = estate.subnets.get(id);
    if (subnet !== undefined) homes.add(subnet);
  };
  for (const each of firewalls) enter(each.subnet);
  for (const each of estate.transit.attachments.values()) if (each.resource === vpc.id) each.subnets.forEach(enter);
  for (const record of estate.named.values())
    if (text(record.config, 'VpcEndpointType') === 'GatewayLoadBalancer' && text(record.config, 'VpcId') === vpc.id)
      strings(record.config, 'SubnetIds').forEach(enter);
  return [
    ...[...homes].flatMap(subnetSets),
    ...[...vpc.edges.values()].flatMap((table) => table.routes.flatMap(routeSets)),
    ...forwarding.filter((each) => each.forwards).flatMap((each) => groupSets(estate, each)),
    ...firewalls.flatMap(({ policy }) => [...firewallSets(policy)]),
  ];
}

const groupSets = (estate: Estate, own: Interface): readonly AddressSet[] =>
  own.groups.flatMap((id) => {
    const group = estate.groups.get(id);
    return group === undefined ? [] : setsOfGroup(group);
  });

const setsOfGroup = ({ ingress, egress }: Group): readonly AddressSet[] => [...ingress, ...egress].map((rule) => rule.set);

const subnetSets = ({ acl, table }: Subnet): readonly AddressSet[] => [
  ...[...(acl?.ingress ?? []), ...(acl?.egress ?? [])].map((entry) => entry.set),
  ...(table?.routes ?? []).flatMap(routeSets),
];

const routeSets = ({ prefix }: Route): readonly AddressSet[] => rangeSet(prefix.lo, prefix.hi);

const rangeSet = (lo: Address, hi: Address): readonly AddressSet[] =>
  typeof lo === 'number' && typeof hi === 'number'
    ? [{ v4: [lo, hi], v6: [] }]
    : typeof lo === 'bigint' && typeof hi === 'bigint'
      ? [{ v4: [], v6: [lo, hi] }]
      : [];
