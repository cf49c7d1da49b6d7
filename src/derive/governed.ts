import { tagsOf } from '../graph/structure.ts';
import type { GovernedBy, ResourceType, TypeTable } from '../model/collector.ts';
import type { Evidence } from '../model/evidence.ts';
import { isArray, type Json, type JsonObject, textAt, walkPath } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

/** What rules of an account and region say of a record by its type and tags, as if it stood in the record. */
export class Governed {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  /** Rules of a type by account and region. */
  readonly #rules = new Map<string, ReadonlyMap<string, readonly SnapshotRecord[]>>();

  constructor(snapshot: Snapshot, types: TypeTable) {
    this.#snapshot = snapshot;
    this.#types = types;
  }

  /** The configuration with the rules that are about the record; without a word of them where there are none, or where it is not known what they are about. */
  completed(record: SnapshotRecord, config: JsonObject): JsonObject {
    const type = this.#types.get(record.type);
    const spec = type?.governedBy;
    if (type === undefined || spec === undefined || this.asked(record, spec.as) !== undefined) return config;
    const about = this.#about(record, type, spec);
    return about.length === 0 ? config : { ...config, [spec.as]: about.map((rule) => withoutEmpty(rule.config)) };
  }

  /** The call that would have told what a key of the configuration says, if it tells of rules and they are not known. */
  asked(record: SnapshotRecord, key: string | number | undefined): string | undefined {
    const spec = this.#types.get(record.type)?.governedBy;
    if (spec === undefined || spec.as !== key) return undefined;
    if (!record.calls.includes(spec.call) && !this.#snapshot.answered(spec.call, record.account, record.region)) return spec.call;
    return this.#of(record, spec).some((rule) => !rule.calls.includes(spec.detail)) ? spec.detail : undefined;
  }

  /** Where a place below the key really stands. */
  evidence(record: SnapshotRecord, pointer: string): Evidence | undefined {
    const type = this.#types.get(record.type);
    const spec = type?.governedBy;
    const [, key, position, ...rest] = pointer.split('/');
    if (type === undefined || spec === undefined || spec.as !== key) return undefined;
    const rule = position === undefined ? undefined : this.#about(record, type, spec)[Number(position)];
    return rule === undefined
      ? { resource: record.id, pointer: `/config${pointer}`, call: spec.call }
      : { resource: rule.id, pointer: ['/config', ...rest].join('/'), call: spec.detail };
  }

  #about(record: SnapshotRecord, type: ResourceType, spec: GovernedBy): readonly SnapshotRecord[] {
    const tags = tagsOf(record.config, type);
    const has = (pairs: readonly Json[]): boolean => pairs.some((pair) => tags[textAt(pair, spec.pair[0]) ?? ''] === (textAt(pair, spec.pair[1]) ?? ''));
    return this.#of(record, spec).filter(({ config }) => {
      const [named, excepted] = [pairsAt(config, spec.tags), pairsAt(config, spec.except)];
      return Object.entries(spec.where).every(([path, value]) => textAt(config, path) === value) && (named.length === 0 || has(named)) && !has(excepted);
    });
  }

  #of({ account, region }: SnapshotRecord, { type }: GovernedBy): readonly SnapshotRecord[] {
    let known = this.#rules.get(type);
    if (known === undefined) {
      const made = new Map<string, SnapshotRecord[]>();
      for (const rule of this.#snapshot.records(type)) append(made, `${rule.account} ${rule.region}`, rule);
      this.#rules.set(type, made);
      known = made;
    }
    return known.get(`${account} ${region}`) ?? [];
  }
}

/** An empty list is how a service answers that nothing is set. */
const withoutEmpty = (config: JsonObject): JsonObject => Object.fromEntries(Object.entries(config).filter(([, value]) => !isArray(value) || value.length > 0));

function pairsAt(config: JsonObject, path: string): readonly Json[] {
  const [found] = [...walkPath(config, path)].map(({ value }) => value);
  return isArray(found) ? found : [];
}
