import { type Json, resolvePointer } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import { wellKnownPolicies } from '../estate/resource-policies.ts';
import type { SourcePolicy } from './rightsize.ts';

/** The identity policies of a principal with their documents as they stand in the snapshot. */
export function sourcePolicies(snapshot: Snapshot, principal: EstatePrincipal): readonly SourcePolicy[] {
  return (principal.identity?.policies ?? []).map((attached): SourcePolicy => {
    const location = principal.locations.get(attached.name);
    const record = location === undefined ? undefined : snapshot.find(location.resource);
    const document = record === undefined || location === undefined ? undefined : resolvePointer(record as unknown as Json, location.pointer);
    return { ...attached, document: parsed(document ?? (wellKnownPolicies[attached.name.split('/').at(-1) ?? ''] as Json | undefined) ?? null) };
  });
}

function parsed(document: Json): Json {
  if (typeof document !== 'string') return document;
  try {
    return JSON.parse(document.startsWith('%7B') ? decodeURIComponent(document) : document) as Json;
  } catch {
    return null;
  }
}
