import { decodeDocuments, type Place } from '../../../collect/build.ts';
import type { ResourceType, TypeTable } from '../../../model/collector.ts';
import { type JsonObject, textAt } from '../../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../../model/record.ts';
import type { Redactor } from '../../redact.ts';

/** A record that a plan may still change. */
export interface Draft {
  readonly type: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  config: JsonObject;
  calls: readonly string[];
}

/** The records of a snapshot while a plan is applied to them. */
export class Drafts {
  readonly #base: Snapshot | undefined;
  readonly #types: TypeTable;
  readonly #byId = new Map<string, Draft>();
  /** The same by type: parents are found by a name that stands in their configuration. */
  readonly #byType = new Map<string, Set<Draft>>();
  /** Records of the base under an id that another account has too, as AWS's own policies have: no plan changes them. */
  readonly #twins: SnapshotRecord[] = [];

  constructor(base: Snapshot | undefined, types: TypeTable) {
    this.#base = base;
    this.#types = types;
    for (const record of base?.all() ?? []) {
      if (this.#byId.has(record.id)) this.#twins.push(record);
      else this.#keep({ ...record });
    }
  }

  spec(type: string): ResourceType {
    const spec = this.#types.get(type);
    if (spec === undefined) throw new Error(`the Terraform table names ${type}, which no collector declares`);
    return spec;
  }

  get(id: string): Draft | undefined {
    return this.#byId.get(id);
  }

  /** By id, or by a name that one has in the account, or in the snapshot. */
  find(type: string, name: string, account: string): Draft | undefined {
    const direct = this.#byId.get(name);
    if (direct !== undefined && direct.type === type) return direct;
    const aliases = this.spec(type).aliases ?? [];
    const found = [...(this.#byType.get(type) ?? [])].filter((draft) => aliases.some((path) => textAt(draft.config, path) === name));
    return found.find((draft) => draft.account === account) ?? (found.length === 1 ? found[0] : undefined);
  }

  add(type: string, config: JsonObject, place: Place, id: string): Draft {
    const spec = this.spec(type);
    const details = (spec.details ?? []).filter((detail) => detail.option === undefined).map((detail) => detail.call);
    const global = 'collector' in spec && (spec.collector as { scope?: string }).scope === 'global';
    const draft: Draft = {
      type,
      id,
      account: place.account,
      region: global ? 'global' : place.region,
      config,
      calls: [...(spec.list ?? []).slice(0, 1).map((list) => list.call), ...details],
    };
    this.#keep(draft);
    return draft;
  }

  drop(draft: Draft): void {
    this.#byId.delete(draft.id);
    this.#byType.get(draft.type)?.delete(draft);
  }

  /** As they are in a snapshot. What nobody changed is the base's own object. */
  records(redactor: Redactor): SnapshotRecord[] {
    const untouched = new Map([...(this.#base?.all() ?? [])].reverse().map((record) => [record.id, record]));
    const records = [...this.#byId.values()].map((draft): SnapshotRecord => {
      const old = untouched.get(draft.id);
      if (old !== undefined && old.config === draft.config && old.calls === draft.calls) return old;
      const spec = this.#types.get(draft.type);
      const config = spec === undefined ? draft.config : redactor.config(decodeDocuments(draft.config, spec), spec);
      return { type: draft.type, id: draft.id, account: draft.account, region: draft.region, config, calls: [...draft.calls].sort() };
    });
    records.push(...this.#twins);
    return records;
  }

  #keep(draft: Draft): void {
    const old = this.#byId.get(draft.id);
    if (old !== undefined) this.#byType.get(old.type)?.delete(old);
    this.#byId.set(draft.id, draft);
    const alike = this.#byType.get(draft.type);
    if (alike === undefined) this.#byType.set(draft.type, new Set([draft]));
    else alike.add(draft);
  }
}
