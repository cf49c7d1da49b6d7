import { type AddressSet, intersectSets, isEmptySet, subtractSets } from '../algebra/address.ts';
import type { Estate, Station, Subnet } from './estate.ts';
import { platform, sideSets } from './filters.ts';
import type { AzureFirewall } from './firewall-rules.ts';
import type { Gates } from './gate.ts';
import type { Filter, Rule } from './rules.ts';

/** Cuts a set so that every rule and route on the way from or to a station holds each part in whole or not at all. */
export function partsOf(estate: Estate, gates: Gates, station: Station, set: AddressSet, inbound: boolean): readonly AddressSet[] {
  const { subnet } = station;
  const setting = gates.setting(subnet);
  const own = (rules: readonly Rule[] | undefined, where = setting): readonly AddressSet[] =>
    (rules ?? []).filter((rule) => rule.inbound === inbound).flatMap((rule) => sideSets(inbound ? rule.source : rule.destination, where));
  const filters: readonly (Filter | undefined)[] = [subnet.filter, station.filter];
  const passed = firewallsOf(estate, subnet);
  const cuts = [
    ...own(subnet.network.admin),
    ...filters.flatMap((each) => own(each?.rules)),
    ...(subnet.routes ?? []).filter((each) => each.length >= 0).map((each) => each.set),
    ...passed.flatMap((each) => (each.rules ?? []).flatMap((rule) => sideSets(inbound ? rule.source : rule.destination, gates.plain))),
  ];
  let parts: readonly AddressSet[] = [subtractSets(set, platform)];
  for (const cut of new Map(cuts.map((each) => [`${each.v4.join()}|${each.v6.join()}`, each])).values())
    parts = parts.flatMap((part) => [intersectSets(part, cut), subtractSets(part, cut)].filter((each) => !isEmptySet(each)));
  return parts.filter((each) => !isEmptySet(each));
}

/** Firewalls that a subnet's routes may lead through. */
function firewallsOf(estate: Estate, subnet: Subnet): readonly AzureFirewall[] {
  const named = new Set((subnet.routes ?? []).map((each) => each.appliance));
  const told = estate.hubs.flatMap((hub) => hub.routes.get(subnet.network.id) ?? []).flatMap((each) => (each.to.kind === 'firewall' ? [each.to.firewall] : []));
  return estate.firewalls.filter((each) => named.has(each.address) || told.includes(each));
}
