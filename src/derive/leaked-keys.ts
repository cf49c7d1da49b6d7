import type { GraphBuilder } from '../graph/graph.ts';
import { isArray, isObject, type Json, type JsonObject, pointer, textAt, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { StructureLink } from './structure-link.ts';

/** Access key ids that stand beside a secret in somebody's configuration, as structure from what holds them to the user whose they are. */
export function leakedKeys(builder: GraphBuilder, snapshot: Snapshot): readonly StructureLink[] {
  const owners = new Map<string, { user: string; pointer: string }>();
  for (const user of snapshot.records('AWS::IAM::User')) {
    for (const { value, at } of walkPath(user.config, 'ListAccessKeys[]')) {
      const key = textAt(value, 'AccessKeyId');
      if (key !== undefined && textAt(value, 'Status') !== 'Inactive') owners.set(key, { user: user.id, pointer: `/config/${at.join('/')}` });
    }
  }
  const links: StructureLink[] = [];
  if (owners.size === 0) return links;
  for (const record of snapshot.all()) {
    if (record.type === 'AWS::IAM::User' || !builder.has(record.id)) continue;
    for (const { ids, pointer: place } of redactedIds(record.config)) {
      for (const id of ids) {
        const owner = owners.get(id);
        if (owner === undefined) continue;
        const evidence = [
          { resource: record.id, pointer: place, call: record.calls[0] ?? '' },
          { resource: owner.user, pointer: owner.pointer, call: 'iam:ListAccessKeys' },
        ];
        links.push({ from: record.id, to: owner.user, kind: 'UsesSecret', evidence });
      }
    }
  }
  return links;
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

interface RedactedIds {
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
