import type { Snapshot } from '../../model/record.ts';
import { type AddressSet, addressSet, unionSets } from '../algebra/address.ts';
import { child, number, objects, strings, text } from '../aws/config.ts';

/** Addresses that certainly belong, and those that may. */
export interface Blurred {
  readonly sure: AddressSet;
  readonly possible: AddressSet;
  /** What would have to be known. */
  readonly missing: readonly string[];
}

/** What service tags stand for, as far as the snapshot tells: names in lower case, `storage.westeurope` among them. */
export interface Tags {
  readonly of: (name: string) => AddressSet | undefined;
}

/**
 * Azure publishes the addresses of each tag as a list with a change number, which it also answers for a subscription (`serviceTags`). Of several lists in a snapshot the newest counts. Without
 * one, what Azure itself worked out for an interface (its effective rules) tells at least the tags that are used there.
 */
export function readTags(snapshot: Snapshot): Tags {
  const lists = snapshot
    .records('Microsoft.Network/serviceTags')
    .map((record) => ({ rows: objects(record.config, 'values'), version: number(record.config, 'changeNumber') ?? 0 }));
  const newest = lists.sort((a, b) => b.version - a.version)[0];
  const published = new Map((newest?.rows ?? []).map((row) => [text(row, 'name')?.toLowerCase() ?? '', strings(child(row, 'properties'), 'addressPrefixes')]));
  const worked = newest === undefined ? effectiveTags(snapshot) : new Map<string, AddressSet>();
  const sets = new Map<string, AddressSet>();
  return {
    of(name) {
      const key = name.toLowerCase();
      const known = sets.get(key) ?? worked.get(key);
      if (known !== undefined) return known;
      const texts = published.get(key);
      if (texts === undefined) return undefined;
      const set = addressSet(texts);
      sets.set(key, set);
      return set;
    },
  };
}

/** Tags of an interface's own network are not the same everywhere and are read where they are asked for. */
const local = new Set(['virtualnetwork', 'internet', '*', 'any', 'azureloadbalancer']);

function effectiveTags(snapshot: Snapshot): Map<string, AddressSet> {
  const out = new Map<string, AddressSet>();
  for (const record of snapshot.records('Microsoft.Network/networkInterfaces')) {
    for (const group of objects(record.config, 'effectiveNetworkSecurityGroups')) {
      for (const rule of objects(group, 'effectiveSecurityRules')) {
        for (const [key, expanded] of [
          ['sourceAddressPrefix', 'expandedSourceAddressPrefix'],
          ['destinationAddressPrefix', 'expandedDestinationAddressPrefix'],
        ] as const) {
          const name = text(rule, key)?.toLowerCase() ?? '';
          const texts = strings(rule, expanded);
          if (!/^[a-z]/.test(name) || local.has(name) || texts.length === 0) continue;
          out.set(name, unionSets(out.get(name) ?? addressSet([]), addressSet(texts)));
        }
      }
    }
  }
  return out;
}
