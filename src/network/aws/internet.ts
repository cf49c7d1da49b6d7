import { type Address, type AddressSet, hasAddress, isEmptySet, unionSets, v4, v6 } from '../algebra/address.ts';
import { everything, type Traffic } from '../algebra/traffic.ts';
import { bundlesAround, cuttersOf, keyOf } from './cutters.ts';
import { type Decider, decideParts, type Outcome } from './decide.ts';
import type { Estate, Interface, Station } from './estate.ts';

/** A set of outside addresses that all get the same answer. */
export interface Piece {
  readonly set: AddressSet;
  readonly outcome: Outcome;
}

/**
 * The pieces into which rules, ACL entries and routes around an interface cut a set of outside addresses: exact, without sampling. Pieces that lie in the same of the sets they were cut by
 * are told apart by nothing and decided once: the internet alone is eight ranges.
 */
export function pieces(
  estate: Estate,
  own: readonly Interface[],
  set: AddressSet,
  decide: (address: Address, wanted: Traffic) => Outcome,
  wanted: Traffic = everything,
): readonly Piece[] {
  const found = new Map<string, { set: AddressSet; outcome: Outcome }>();
  for (const { set: part, address } of divided(estate, own, set)) {
    for (const outcome of decideParts((some) => decide(address, some), wanted)) {
      const key = `${outcome.sure.join()}|${outcome.possible.join()}|${JSON.stringify(outcome.conditions)}|${outcome.stop?.reason ?? ''} ${outcome.stop?.resource ?? ''}|${outcome.missing.join()}|${outcome.evidence.map((each) => each.resource + each.pointer).join()}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, { set: part, outcome });
      else known.set = unionSets(known.set, part);
    }
  }
  return [...found.values()];
}

/** A part of a set of addresses, and one of them. */
interface Part {
  readonly set: AddressSet;
  readonly address: Address;
}

const divisions = new WeakMap<Estate, Map<string, readonly Part[]>>();

/** Parts of a set that lie in the same of the sets around an interface. Most interfaces have the same sets around them, whichever groups they are of. */
function divided(estate: Estate, own: readonly Interface[], set: AddressSet): readonly Part[] {
  const bundles = bundlesAround(estate, own);
  const memory = divisions.get(estate) ?? new Map<string, readonly Part[]>();
  divisions.set(estate, memory);
  const key = [keyOf(set), ...bundles.map((each) => each.key)].join('\n');
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = divide(set, cuttersOf(estate, own));
  memory.set(key, made);
  return made;
}

function divide(set: AddressSet, cutters: readonly AddressSet[]): readonly Part[] {
  const parts = new Map<string, { set: AddressSet; readonly address: Address }>();
  for (const part of cut(set, cutters)) {
    const address = part.v4[0] ?? part.v6[0];
    if (address === undefined) continue;
    let place = typeof address === 'number' ? '4' : '6';
    for (const cutter of cutters) place += hasAddress(cutter, address) ? '1' : '0';
    const known = parts.get(place);
    if (known === undefined) parts.set(place, { set: part, address });
    else known.set = unionSets(known.set, part);
  }
  return [...parts.values()];
}

/** Cuts a set at every boundary of the others. */
export function cut(set: AddressSet, others: readonly AddressSet[]): readonly AddressSet[] {
  const low = new Set<number>();
  const high = new Set<bigint>();
  for (const other of others) {
    for (const [lo, hi] of v4.pairs(other.v4)) low.add(lo).add(hi + 1);
    for (const [lo, hi] of v6.pairs(other.v6)) high.add(lo).add(hi + 1n);
  }
  const lows = [...low].sort((a, b) => a - b);
  const highs = [...high].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const out: AddressSet[] = [];
  for (const [lo, hi] of v4.pairs(set.v4)) {
    let start = lo;
    for (const at of lows) {
      if (at <= start) continue;
      if (at > hi) break;
      out.push({ v4: [start, at - 1], v6: [] });
      start = at;
    }
    out.push({ v4: [start, hi], v6: [] });
  }
  for (const [lo, hi] of v6.pairs(set.v6)) {
    let start = lo;
    for (const at of highs) {
      if (at <= start) continue;
      if (at > hi) break;
      out.push({ v4: [], v6: [start, at - 1n] });
      start = at;
    }
    out.push({ v4: [], v6: [start, hi] });
  }
  return out;
}

/** What comes from a set of internet addresses to a station's public address. */
export function fromInternet(
  estate: Estate,
  decider: Decider,
  station: Station,
  set: AddressSet,
  wanted: Traffic = everything,
  explain = false,
): readonly Piece[] {
  const family: AddressSet = typeof station.address === 'number' ? { v4: set.v4, v6: [] } : { v4: [], v6: set.v6 };
  if (isEmptySet(family)) return [];
  const destination = station.public ?? station.address;
  return pieces(
    estate,
    [station.interface],
    family,
    (address, some) => decider.decide({ kind: 'internet' }, address, destination, some, { target: station, explain }),
    wanted,
  );
}

/** What a station can send to a set of outside addresses. */
export function toInternet(
  estate: Estate,
  decider: Decider,
  station: Station,
  set: AddressSet,
  wanted: Traffic = everything,
  explain = false,
): readonly Piece[] {
  const family: AddressSet = typeof station.address === 'number' ? { v4: set.v4, v6: [] } : { v4: [], v6: set.v6 };
  if (isEmptySet(family)) return [];
  return pieces(
    estate,
    [station.interface],
    family,
    (address, some) => decider.decide({ kind: 'station', station }, station.address, address, some, { explain }),
    wanted,
  );
}
