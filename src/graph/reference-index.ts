import type { Reference, ResourceType, TypeTable } from '../model/collector.ts';
import { pointer, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

/** Finds what a reference names: by ARN, by short id or name among the types it may name, or by what stands in the target's configuration. */
export class ReferenceIndex {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  readonly #byAlias = new Map<string, Map<string, SnapshotRecord[]>>();
  readonly #ids = new Map<string, SnapshotRecord>();
  readonly #pointers = new Map<string, string>();

  constructor(snapshot: Snapshot, types: TypeTable) {
    this.#snapshot = snapshot;
    this.#types = types;
    for (const record of snapshot.all()) this.#ids.set(record.id, record);
  }

  resolve(value: string, reference: Reference, from: SnapshotRecord): readonly string[] {
    const direct = this.#ids.get(value);
    if (direct !== undefined && reference.match === undefined) return reference.to === undefined || reference.to.includes(direct.type) ? [direct.id] : [];
    const found: string[] = [];
    for (const type of reference.to ?? []) {
      const candidates = this.#table(type, reference.match).get(value) ?? [];
      // Names are unique in an account and region at best: the nearest one is meant.
      const near = candidates.filter((each) => each.account === from.account && (each.region === from.region || each.region === 'global'));
      const here = near.length > 0 ? near : candidates.filter((each) => each.account === from.account);
      for (const each of here.length > 0 ? here : candidates.length === 1 ? candidates : []) found.push(each.id);
    }
    // `arn:aws:lambda:…:function:name:alias` and the version of a task definition name the resource before the last colon.
    if (found.length === 0 && reference.match === undefined && value.startsWith('arn:')) {
      const shorter = this.#ids.get(value.slice(0, value.lastIndexOf(':')));
      if (shorter !== undefined) return [shorter.id];
    }
    return found;
  }

  /** The pointer of what stands somewhere in a configuration. In thousands of records it stands at the same place: one text serves all. */
  pointer(at: readonly (string | number)[]): string {
    const text = `/config${pointer(at)}`;
    const known = this.#pointers.get(text);
    if (known !== undefined) return known;
    this.#pointers.set(text, text);
    return text;
  }

  #table(type: string, match: string | undefined): Map<string, SnapshotRecord[]> {
    const key = `${type} ${match ?? ''}`;
    const known = this.#byAlias.get(key);
    if (known !== undefined) return known;
    const table = new Map<string, SnapshotRecord[]>();
    const spec = this.#types.get(type);
    for (const record of this.#snapshot.records(type)) {
      for (const name of namesOf(record, spec, match)) {
        if (name === '') continue;
        const list = table.get(name);
        if (list === undefined) table.set(name, [record]);
        else list.push(record);
      }
    }
    this.#byAlias.set(key, table);
    return table;
  }
}

/** What a record is found by: its short names, or what stands at a place of its configuration. */
export function namesOf(record: SnapshotRecord, type: ResourceType | undefined, match: string | undefined): ReadonlySet<string> {
  if (match !== undefined) return new Set(walkPath(record.config, match).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])));
  return new Set([...(type?.aliases ?? []).map((alias) => textAt(record.config, alias) ?? ''), record.id.split('/').at(-1) ?? '']);
}
