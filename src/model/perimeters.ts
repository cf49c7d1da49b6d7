import { isArray, isObject, type JsonObject, textAt, walkPath } from './json.ts';
import type { Snapshot } from './record.ts';

/** What a network security perimeter says of a service that is associated with it. */
export interface Perimeter {
  /** `learning` lets in what the service's own rules let in too. */
  readonly mode: 'enforced' | 'learning';
  /** Addresses and subscriptions that its inbound rules let in; nothing where they were not read. */
  readonly inbound: { readonly prefixes: readonly string[]; readonly subscriptions: readonly string[] } | undefined;
  readonly profile: string;
}

const perimeters = 'Microsoft.Network/networkSecurityPerimeters';
const known = new WeakMap<Snapshot, ReadonlyMap<string, Perimeter>>();

/**
 * Perimeters by the id of the service, in lower case. Where one is enforced its rules alone decide what comes in; one that learns adds them to the service's own while public network access is
 * enabled (https://learn.microsoft.com/azure/private-link/network-security-perimeter-transition).
 */
export function perimetersOf(snapshot: Snapshot): ReadonlyMap<string, Perimeter> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const profiles = new Map(snapshot.records(`${perimeters}/profiles`).map((record) => [record.id.toLowerCase(), record.config]));
  const found = new Map<string, Perimeter>();
  for (const record of snapshot.records(perimeters))
    for (const { value } of walkPath(record.config, 'resourceAssociations[].properties')) {
      const [service, profile = ''] = ['privateLinkResource.id', 'profile.id'].map((path) => textAt(value, path)?.toLowerCase());
      if (service === undefined) continue;
      // "Audit" is what learning was called.
      const mode = textAt(value, 'accessMode')?.toLowerCase() === 'enforced' ? 'enforced' : 'learning';
      found.set(service, { mode, profile, inbound: inboundOf(profiles.get(profile)) });
    }
  known.set(snapshot, found);
  return found;
}

function inboundOf(profile: JsonObject | undefined): Perimeter['inbound'] {
  if (profile === undefined || !isArray(profile['accessRules'])) return undefined;
  const inbound = [...walkPath(profile, 'accessRules[].properties')].flatMap(({ value }) =>
    isObject(value) && textAt(value, 'direction')?.toLowerCase() === 'inbound' ? [value] : [],
  );
  const all = (path: string): readonly string[] => inbound.flatMap((rule) => [...walkPath(rule, path)].map(({ value }) => String(value)));
  return { prefixes: all('addressPrefixes[]'), subscriptions: all('subscriptions[].id') };
}
