import { accountNode } from '../model/account-node.ts';
import { answeringCall, type Reference, type ResourceType, type TypeTable } from '../model/collector.ts';
import { pointer, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { GraphBuilder } from './builder.ts';

/** Which call answered what stands somewhere, where a record was made of these calls. */
interface Answered {
  readonly calls: readonly string[];
  readonly call: string;
}

/** Finds what a reference names: by ARN, by short id or name among the types it may name, or by what stands in the target's configuration. */
export class ReferenceIndex {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  readonly #byAlias = new Map<string, Map<string, SnapshotRecord[]>>();
  readonly #builder: GraphBuilder;
  /** By the number of its node. A second table of all ids would be as large as the builder's. */
  readonly #records: (SnapshotRecord | undefined)[] = [];
  /** Those that have no node, as nobody knows their type. */
  readonly #others = new Map<string, SnapshotRecord>();
  readonly #pointers = new Map<string, string>();
  readonly #accounts = new Map<string, string>();
  readonly #calls = new Map<ResourceType, Map<string, Answered>>();

  /** @param builder has the nodes of all records */
  constructor(snapshot: Snapshot, types: TypeTable, builder: GraphBuilder) {
    this.#snapshot = snapshot;
    this.#types = types;
    this.#builder = builder;
    for (const record of snapshot.all()) {
      const number = types.has(record.type) ? builder.numberOf(record.id) : undefined;
      if (number === undefined) this.#others.set(record.id, record);
      else this.#records[number] = record;
    }
  }

  /** Numbers of the nodes that a reference of a record names; -1 for a record that has no node. */
  resolve(value: string, reference: Reference, from: SnapshotRecord): readonly number[] {
    const direct = this.#number(value);
    if (direct !== undefined && reference.match === undefined) {
      const type = (this.#records[direct] ?? this.#others.get(value))?.type ?? '';
      return reference.to === undefined || reference.to.includes(type) ? [direct] : [];
    }
    const found: number[] = [];
    for (const type of reference.to ?? []) {
      const candidates = this.#table(type, reference.match).get(value) ?? [];
      // Names are unique in an account and region at best: the nearest one is meant.
      const near = candidates.filter((each) => each.account === from.account && (each.region === from.region || each.region === 'global'));
      const here = near.length > 0 ? near : candidates.filter((each) => each.account === from.account);
      for (const each of here.length > 0 ? here : candidates.length === 1 ? candidates : []) found.push(this.#number(each.id) ?? -1);
    }
    // `arn:aws:lambda:…:function:name:alias` and the version of a task definition name the resource before the last colon.
    if (found.length === 0 && reference.match === undefined && value.startsWith('arn:')) {
      const shorter = this.#number(value.slice(0, value.lastIndexOf(':')));
      if (shorter !== undefined) return [shorter];
    }
    return found;
  }

  /** Number of the node of the record with an id, -1 if it has none; `undefined`: there is no such record. */
  #number(id: string): number | undefined {
    const number = this.#builder.numberOf(id);
    if (number !== undefined && this.#records[number] !== undefined) return number;
    return this.#others.size > 0 && this.#others.has(id) ? (number ?? -1) : undefined;
  }

  /** Id of the node of an account: one text for all that is in it. */
  account(account: string): string {
    const known = this.#accounts.get(account) ?? accountNode(account);
    this.#accounts.set(account, known);
    return known;
  }

  /** The call that answered what stands at a pointer of a record: the same for most records of a type. */
  call(type: ResourceType, stated: string, calls: readonly string[]): string {
    const ofType = this.#calls.get(type) ?? new Map<string, Answered>();
    this.#calls.set(type, ofType);
    const known = ofType.get(stated);
    if (known?.calls.length === calls.length && known.calls.every((call, index) => call === calls[index])) return known.call;
    const call = answeringCall(type, stated, calls);
    ofType.set(stated, { calls, call });
    return call;
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
