import { displayName, tagsOf } from '../graph/structure.ts';
import type { ResourceType } from '../model/collector.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { SnapshotRecord } from '../model/record.ts';
import { effectiveOf, isOrderedFilter } from '../network/effective.ts';

/** What a matcher of a resource rule reads: the raw answer under `config`, what every resource has under `resource`, and the type's declared properties by their names. */
export interface ResourceDocument {
  readonly document: Json;
  readonly unknown: (path: readonly (string | number)[]) => boolean;
}

/** The same with where the resource belongs. */
export interface Neighbour extends ResourceDocument {
  readonly account: string;
  readonly region: string;
}

const worked = new WeakMap<SnapshotRecord, Json | undefined>();

/** What a filter whose rules are asked in order comes to, worked out once. */
function effectiveDocument(record: SnapshotRecord): Json | undefined {
  if (!isOrderedFilter(record.type)) return undefined;
  if (!worked.has(record)) worked.set(record, effectiveOf(record));
  return worked.get(record);
}

const followUpsOf = new WeakMap<ResourceType, ReadonlyMap<string, string>>();

/** The follow-up call that answers each key of a type's records. */
function followUps(type: ResourceType): ReadonlyMap<string, string> {
  const known = followUpsOf.get(type);
  if (known !== undefined) return known;
  const made = new Map((type.details ?? []).map((detail) => [detail.as ?? detail.call.split(':')[1] ?? detail.call, detail.call]));
  followUpsOf.set(type, made);
  return made;
}

/** The document of a record. A key of a follow-up call that was not answered for this record is unknown, not absent. */
export function recordDocument(record: SnapshotRecord, type: ResourceType): Neighbour {
  const asked = followUps(type);
  const effective = effectiveDocument(record);
  let resource: JsonObject | undefined;
  return {
    account: record.account,
    region: record.region,
    document: {
      config: record.config,
      ...(effective === undefined ? {} : { effective }),
      // Most rules read the configuration alone: name and tags are looked for when somebody asks.
      get resource() {
        if (resource === undefined) {
          const { id, account, region } = record;
          const tags = tagsOf(record.config, type);
          resource = { id, type: record.type, account, region, name: displayName(record, type, tags), tags };
        }
        return resource;
      },
    },
    unknown: (path) => {
      const [root, key] = path;
      if (root === 'effective') return effective === undefined;
      if (root !== 'config' || typeof key !== 'string') return false;
      const call = asked.get(key);
      return call !== undefined && !record.calls.includes(call);
    },
  };
}
