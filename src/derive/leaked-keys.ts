import type { GraphBuilder } from '../graph/builder.ts';
import { isArray, isObject, type Json, type JsonObject, pointer, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { StructureLink } from './structure-link.ts';

/** Keys in configurations, and the records that mention any: after a change only those are looked at, and what was touched. */
export interface LeakedKeys {
  readonly links: readonly StructureLink[];
  readonly mentions: ReadonlyMap<SnapshotRecord, readonly RedactedIds[]>;
}

/**
 * Access key ids that stand beside a secret in somebody's configuration, as structure from what holds them to the user whose they are.
 *
 * @param before what was found before some records were touched
 */
export function leakedKeys(builder: GraphBuilder, snapshot: Snapshot, before?: { readonly keys: LeakedKeys; readonly touched: readonly string[] }): LeakedKeys {
  const owners = new Map<string, { user: string; pointer: string }>();
  for (const user of snapshot.records('AWS::IAM::User')) {
    for (const { value, at } of walkPath(user.config, 'ListAccessKeys[]')) {
      const key = textAt(value, 'AccessKeyId');
      if (key !== undefined && textAt(value, 'Status') !== 'Inactive') owners.set(key, { user: user.id, pointer: `/config/${at.join('/')}` });
    }
  }
  const links: StructureLink[] = [];
  const mentions = before === undefined ? mentioning(snapshot.all()) : mentioningAgain(snapshot, before);
  for (const [{ type, id, calls }, places] of mentions) {
    if (type === 'AWS::IAM::User' || !builder.has(id)) continue;
    for (const { ids, pointer: place } of places) {
      for (const key of ids) {
        const owner = owners.get(key);
        if (owner === undefined) continue;
        const evidence = [
          { resource: id, pointer: place, call: calls[0] ?? '' },
          { resource: owner.user, pointer: owner.pointer, call: 'iam:ListAccessKeys' },
        ];
        links.push({ from: id, to: owner.user, kind: 'UsesSecret', evidence });
      }
    }
  }
  return { links, mentions };
}

function mentioning(records: Iterable<SnapshotRecord>): LeakedKeys['mentions'] {
  const found = new Map<SnapshotRecord, readonly RedactedIds[]>();
  for (const record of records) {
    const places = redactedIds(record.config);
    if (places.length > 0) found.set(record, places);
  }
  return found;
}

/** In the order of records, as a look at all of them finds them. */
function mentioningAgain(snapshot: Snapshot, before: { readonly keys: LeakedKeys; readonly touched: readonly string[] }): LeakedKeys['mentions'] {
  const touched = before.touched.flatMap((id) => snapshot.byId(id) ?? []);
  const gone = new Set(before.touched);
  const found = [...[...before.keys.mentions].filter(([{ id }]) => !gone.has(id)), ...mentioning(touched)];
  const place = ({ type, id }: SnapshotRecord): string => `${type}\n${id}`;
  return new Map(found.sort(([a], [b]) => (place(a) < place(b) ? -1 : 1)));
}

/** Whoever is in what holds a key holds the key. */
export function addLeakedKeys(builder: GraphBuilder, keys: readonly StructureLink[]): void {
  for (const { from, to, evidence } of keys)
    builder.step({
      from,
      to,
      kind: 'Holds',
      technique: 'aws.leaked-access-key',
      label: 'holds an access key of',
      factors: [{ name: 'stored key', value: 0.9, why: 'a long-lived key in the configuration' }],
      residual: [],
      evidence,
    });
}

export interface RedactedIds {
  readonly ids: readonly string[];
  readonly pointer: string;
}

/** Places where a secret was replaced (see the snapshot's redaction) that mentioned access key ids; an id under a plain key counts too. */
function redactedIds(config: JsonObject): readonly RedactedIds[] {
  const found: RedactedIds[] = [];
  const at: (string | number)[] = ['config'];
  const visit = (value: Json | undefined): void => {
    if (typeof value === 'string') {
      const ids = value.length < 20 || !value.includes('AKIA') ? null : value.match(/\bAKIA[A-Z2-7]{16}\b/g);
      if (ids !== null) found.push({ ids, pointer: pointer(at) });
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const depth = at.length;
    if (isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        at[depth] = index;
        visit(value[index]);
      }
    } else {
      const redacted = value['$redacted'];
      if (isObject(redacted)) {
        const ids = redacted['accessKeyIds'];
        if (isArray(ids)) found.push({ ids: ids.map(String), pointer: pointer(at) });
        return;
      }
      for (const key in value) {
        at[depth] = key;
        visit(value[key]);
      }
    }
    at.length = depth;
  };
  visit(config);
  return found;
}
