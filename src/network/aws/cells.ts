import { type Address, type AddressSet, hasAddress } from '../algebra/address.ts';
import { Bits } from './bits.ts';
import type { Estate, Route, Station } from './estate.ts';
import { firewallSets } from './firewall-verdict.ts';

/** Stations that routes and ACLs treat alike. */
export interface Cell {
  readonly stations: Bits;
  readonly example: Station;
}

/**
 * INVARIANT: routes and ACLs cannot tell two stations of a cell apart. A subnet whose ACL is not open is a cell of its own, as traffic within it skips the ACL;
 * so is one whose transit gateway attachment or zone matters.
 */
export function cellsOf(estate: Estate, stations: readonly Station[], size: number): readonly Cell[] {
  const atomAt = addressAtoms(estate);
  const attached = new Set([...estate.transit.attachments.values()].flatMap((each) => each.subnets));
  const zonal = new Set([...estate.transit.attachments.values()].map((each) => each.resource));
  const cells = new Map<string, { stations: Bits; example: Station }>();
  for (const [position, station] of stations.entries()) {
    const { subnet } = station.interface;
    const low = typeof station.address === 'number';
    const open = subnet.acl !== undefined && (low ? subnet.acl.open.v4 : subnet.acl.open.v6);
    const own = !open || attached.has(subnet.id) || overridden(subnet.table?.routes ?? [], subnet.vpc.id, estate);
    const atom = atomAt(station.address);
    // A public address may be what a gateway shows; only whether there is one matters within the estate, and which one where it is seen.
    const holder = station.outward ? 'public' : '';
    const key = [
      subnet.vpc.id,
      own ? subnet.id : '',
      subnet.acl?.id ?? '',
      subnet.table?.id ?? '',
      zonal.has(subnet.vpc.id) ? subnet.zone : '',
      low ? 4 : 6,
      atom,
      holder,
    ].join(' ');
    const cell = cells.get(key) ?? { stations: new Bits(size), example: station };
    cells.set(key, cell);
    cell.stations.add(position);
  }
  return [...cells.values()];
}

/** Routes inside the VPC that are narrower than its local route lead some pairs through an appliance. */
function overridden(routes: readonly Route[], vpc: string, estate: Estate): boolean {
  const cidrs = estate.vpcs.get(vpc)?.cidrs;
  return routes.some((route) => route.kind !== 'local' && cidrs !== undefined && route.prefix.length > 0 && hasAddress(cidrs, route.prefix.lo));
}

const atoms = new WeakMap<Estate, (address: Address) => number>();

/** Addresses of one family with the same number are told apart by no route, ACL entry, firewall or appliance of the estate. */
export function addressAtoms(estate: Estate): (address: Address) => number {
  const before = atoms.get(estate);
  if (before !== undefined) return before;
  const bounds = boundaries(estate);
  const atom = (address: Address): number => (typeof address === 'number' ? atomOf(bounds.low, address) : atomOf(bounds.high, address));
  atoms.set(estate, atom);
  return atom;
}

/** Every place where a route, an ACL entry, a firewall's rule or one of an appliance's groups begins or ends. */
function boundaries(estate: Estate): { readonly low: readonly number[]; readonly high: readonly bigint[] } {
  const low = new Set<number>();
  const high = new Set<bigint>();
  const add = (lo: Address, hi: Address): void => {
    if (typeof lo === 'number' && typeof hi === 'number') low.add(lo).add(hi + 1);
    else if (typeof lo === 'bigint' && typeof hi === 'bigint') high.add(lo).add(hi + 1n);
  };
  for (const table of estate.tables.values()) for (const { prefix } of table.routes) add(prefix.lo, prefix.hi);
  for (const table of estate.transit.tables.values()) for (const { prefix } of table.routes) add(prefix.lo, prefix.hi);
  const cutAt = (set: AddressSet): void => {
    for (let i = 0; i + 1 < set.v4.length; i += 2) add(set.v4[i] ?? 0, set.v4[i + 1] ?? 0);
    for (let i = 0; i + 1 < set.v6.length; i += 2) add(set.v6[i] ?? 0n, set.v6[i + 1] ?? 0n);
  };
  for (const acl of estate.acls.values()) for (const entry of [...acl.ingress, ...acl.egress]) cutAt(entry.set);
  // Groups of an appliance filter what goes through it by address.
  for (const own of estate.interfaces)
    if (own.forwards && !own.unfiltered)
      for (const id of own.groups) for (const rule of [...(estate.groups.get(id)?.ingress ?? []), ...(estate.groups.get(id)?.egress ?? [])]) cutAt(rule.set);
  for (const { policy } of estate.firewalls.values()) for (const set of firewallSets(policy)) cutAt(set);
  return { low: [...low].sort((a, b) => a - b), high: [...high].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)) };
}

/** How many boundaries are at or below the address. */
function atomOf<T extends number | bigint>(bounds: readonly T[], address: T): number {
  let left = 0;
  let right = bounds.length;
  while (left < right) {
    const middle = (left + right) >> 1;
    const at = bounds[middle];
    if (at !== undefined && at <= address) left = middle + 1;
    else right = middle;
  }
  return left;
}
