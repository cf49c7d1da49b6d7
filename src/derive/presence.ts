import { accountNode } from '../model/account-node.ts';
import type { TypeTable } from '../model/collector.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { Fact } from './facts.ts';

/** Whether an account has a resource of a type. None in the snapshot is none in the account only where somebody listed them. */
export class Presence {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  readonly #first = new Map<string, ReadonlyMap<string, SnapshotRecord>>();
  readonly #known = new Map<string, Fact | undefined>();

  constructor(snapshot: Snapshot, types: TypeTable) {
    this.#snapshot = snapshot;
    this.#types = types;
  }

  /** `home` is the node of the account. */
  of(type: string, home: string): Fact | undefined {
    const key = `${type} ${home}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const fact = this.#ask(type, home);
    this.#known.set(key, fact);
    return fact;
  }

  #ask(type: string, home: string): Fact | undefined {
    const record = this.#firsts(type).get(home);
    if (record !== undefined) return { residual: [], missing: [], evidence: [{ resource: record.id, pointer: '/config', call: record.calls[0] ?? '' }] };
    const [listing] = this.#types.get(type)?.list ?? [];
    if (listing === undefined) return undefined;
    // What is listed below a parent (hosts of a cluster) is not asked for where there is no parent.
    if (listing.per !== undefined && this.of(listing.per.type, home) === undefined) return undefined;
    const asked = this.#snapshot.manifest.calls.filter((each) => each.call === listing.call && accountNode(each.account) === home);
    const answered = asked.length > 0 && asked.every((each) => each.state === 'ok' || each.state === 'absent');
    return answered ? undefined : { residual: [], missing: [listing.permission ?? listing.call], evidence: [] };
  }

  #firsts(type: string): ReadonlyMap<string, SnapshotRecord> {
    const known = this.#first.get(type);
    if (known !== undefined) return known;
    const made = new Map<string, SnapshotRecord>();
    for (const record of this.#snapshot.records(type)) if (!made.has(accountNode(record.account))) made.set(accountNode(record.account), record);
    this.#first.set(type, made);
    return made;
  }
}
