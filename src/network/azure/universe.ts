import { type AddressSet, coversSet, intersectSets, isEmptySet } from '../algebra/address.ts';
import { Bits } from '../aws/bits.ts';
import type { Station } from './estate.ts';
import { matches, meaning, type Setting } from './filters.ts';
import type { Rule, Side } from './rules.ts';

/** Stations that surely stand on a side of a rule, and those that may. */
export interface Standing {
  readonly sure: Bits;
  readonly maybe: Bits;
}

/** All stations with their places in a list, so that sets of them are bits: what a rule says is asked once of all of them by their sorted addresses. */
export class Universe {
  readonly stations: readonly Station[];
  readonly size: number;
  readonly #sorted: readonly { readonly address: number; readonly position: number }[];
  /** Stations that are not one IPv4 address. */
  readonly #wide: readonly number[];
  readonly #members = new Map<string, number[]>();
  readonly #standings = new Map<string, Standing>();
  readonly #settings = new Map<Setting, number>();
  readonly #names = new Map<string, readonly string[]>();

  constructor(stations: readonly Station[]) {
    this.stations = stations;
    this.size = stations.length;
    const sorted: { address: number; position: number }[] = [];
    const wide: number[] = [];
    for (const [position, { where, memberships }] of stations.entries()) {
      const [lo, hi] = where.v4;
      if (lo !== undefined && lo === hi && where.v4.length === 2 && where.v6.length === 0) sorted.push({ address: lo, position });
      else wide.push(position);
      for (const group of memberships) {
        const list = this.#members.get(group);
        if (list === undefined) this.#members.set(group, [position]);
        else list.push(position);
      }
    }
    this.#sorted = sorted.sort((a, b) => a.address - b.address);
    this.#wide = wide;
  }

  /** Who stands on a side, as the setting reads its names. */
  on(side: Side, setting: Setting): Standing {
    const own = this.#settings.get(setting) ?? this.#settings.size;
    this.#settings.set(setting, own);
    const key = `${side.tags.length === 0 ? '' : own}|${side.any}|${side.set.v4.join()}|${side.set.v6.join()}|${side.tags.join()}|${side.groups.join()}`;
    const known = this.#standings.get(key) ?? this.#stand(side, setting);
    this.#standings.set(key, known);
    return known;
  }

  #stand(side: Side, setting: Setting): Standing {
    if (side.any && side.groups.length === 0) {
      const all = Bits.full(this.size);
      return { sure: all, maybe: all };
    }
    const [sure, maybe] = [new Bits(this.size), new Bits(this.size)];
    if (side.groups.length > 0) {
      for (const group of side.groups) for (const position of this.#members.get(group) ?? []) sure.add(position);
      return { sure: sure.compact(), maybe: sure };
    }
    const named = meaning(side, setting);
    this.#within(named.sure, sure);
    this.#within(named.possible, maybe);
    for (const position of this.#wide) {
      const station = this.stations[position];
      const match = station === undefined ? undefined : matches(side, station, setting);
      if (match?.surely === true) sure.add(position);
      if (match?.maybe === true) maybe.add(position);
    }
    return { sure: sure.compact(), maybe: maybe.compact() };
  }

  #within(set: AddressSet, into: Bits): void {
    for (let i = 0; i + 1 < set.v4.length; i += 2) {
      const [lo, hi] = [set.v4[i] ?? 0, set.v4[i + 1] ?? -1];
      let [left, right] = [0, this.#sorted.length];
      while (left < right) {
        const middle = (left + right) >> 1;
        if ((this.#sorted[middle]?.address ?? 0) < lo) left = middle + 1;
        else right = middle;
      }
      for (let at = left; at < this.#sorted.length && (this.#sorted[at]?.address ?? Infinity) <= hi; at++) into.add(this.#sorted[at]?.position ?? 0);
    }
  }

  /** Owners of a set of stations, sorted, one list for each distinct set. */
  names(bits: Bits): readonly string[] {
    const key = bits.key();
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const ids = [...new Set(bits.members().map((position) => this.stations[position]?.owner ?? ''))].sort();
    this.#names.set(key, ids);
    return ids;
  }

  first(bits: Bits): Station | undefined {
    const position = bits.first();
    return position === undefined ? undefined : this.stations[position];
  }

  /** Parts of a set of stations that each of the sides holds in whole or not at all. */
  parts(whole: Bits, rules: readonly Rule[], side: (rule: Rule) => Side, setting: Setting): readonly Bits[] {
    let out: readonly Bits[] = [whole];
    const done = new Set<Bits>();
    for (const rule of rules) {
      const standing = this.on(side(rule), setting);
      for (const cut of [standing.sure, standing.maybe]) {
        if (done.has(cut)) continue;
        done.add(cut);
        out = out.flatMap((part) => {
          const inside = part.and(cut);
          if (inside.empty) return [part];
          const outside = part.without(inside);
          return outside.empty ? [part] : [inside, outside];
        });
      }
    }
    return out;
  }
}

/** Where routes, firewalls and hubs begin and end: stations between the same bounds are routed alike. */
export class Atoms {
  readonly #sets: readonly AddressSet[];
  readonly #bounds: readonly number[];

  constructor(sets: readonly AddressSet[]) {
    this.#sets = sets.filter((each) => each.v6.length > 0);
    const bounds = new Set<number>();
    for (const { v4 } of sets) for (let i = 0; i + 1 < v4.length; i += 2) bounds.add(v4[i] ?? 0).add((v4[i + 1] ?? 0) + 1);
    this.#bounds = [...bounds].sort((a, b) => a - b);
  }

  of({ v4, v6 }: AddressSet): string {
    const [lo, hi] = v4;
    if (v6.length > 0)
      return `6 ${this.#sets.map((each) => `${Number(coversSet(each, { v4: [], v6 }))}${Number(isEmptySet(intersectSets(each, { v4: [], v6 })))}`).join('')} ${v4.join()}`;
    if (lo === undefined || hi === undefined) return '';
    const [first, last] = [this.#atom(lo), this.#atom(hi)];
    // A subnet's whole range that no bound cuts is like one of its addresses.
    return v4.length === 2 && first === last ? `4 ${first}` : `4 ${v4.join()}`;
  }

  #atom(address: number): number {
    let [left, right] = [0, this.#bounds.length];
    while (left < right) {
      const middle = (left + right) >> 1;
      if ((this.#bounds[middle] ?? 0) <= address) left = middle + 1;
      else right = middle;
    }
    return left;
  }
}
