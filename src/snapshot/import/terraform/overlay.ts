import { arnPlace, type Place, recordId } from '../../../collect/build.ts';
import type { TypeTable } from '../../../model/collector.ts';
import { canonicalJson, type Json, type JsonObject, textAt } from '../../../model/json.ts';
import { append } from '../../../model/multimap.ts';
import type { CallStatus, Snapshot, SnapshotRecord } from '../../../model/record.ts';
import type { TerraformAttachment, TerraformMapping, TerraformPart, TerraformRecord, TerraformTable } from '../../../model/terraform.ts';
import type { Redactor } from '../../redact.ts';
import { Accounts } from './accounts.ts';
import { type Draft, Drafts } from './drafts.ts';
import { withoutPart, withPart } from './parts.ts';
import type { Plan, PlannedChange } from './plan.ts';
import { References, type Referred } from './references.ts';
import { Unanswered } from './unanswered.ts';
import { Values } from './values.ts';

export interface OverlayOptions {
  readonly types: TypeTable;
  readonly table: TerraformTable;
  readonly redactor: Redactor;
  /** Account of resources that do not tell. */
  readonly account?: string;
  readonly region?: string;
  /** Name of the plan's file, for messages. */
  readonly file: string;
}

export interface Overlay {
  readonly records: readonly SnapshotRecord[];
  readonly calls: readonly CallStatus[];
  readonly unrecognised: readonly { readonly file: string; readonly reason: string }[];
  /** Resources that the plan makes, changes and takes away, of those that are modelled. */
  readonly changed: { readonly created: number; readonly updated: number; readonly deleted: number };
}

/**
 * The snapshot as it will be when a plan is applied to `base` (or the plan's resources alone, without one). What the plan takes away goes first, then come records, then the parts
 * that are attached to them, so that the order in the plan does not matter. Values that are known after apply only leave their call unanswered for that record.
 */
export function overlay(plan: Plan, base: Snapshot | undefined, options: OverlayOptions): Overlay {
  return new Overlayer(plan, base, options).run();
}

interface Mapped {
  readonly record: TerraformRecord | undefined;
  readonly attachments: readonly TerraformAttachment[];
}

function mapped(mapping: TerraformTable[string]): Mapped {
  const all: readonly TerraformMapping[] = 'record' in mapping || 'into' in mapping ? [mapping] : mapping;
  return { record: all.find((each) => 'record' in each), attachments: all.filter((each) => 'into' in each) };
}

class Overlayer {
  readonly #plan: Plan;
  readonly #options: OverlayOptions;
  readonly #references: References;
  readonly #base: Snapshot | undefined;
  readonly #drafts: Drafts;
  readonly #unanswered = new Unanswered();
  readonly #unrecognised: { file: string; reason: string }[] = [];
  readonly #counts = { created: 0, updated: 0, deleted: 0 };
  readonly #accounts: Accounts;

  constructor(plan: Plan, base: Snapshot | undefined, options: OverlayOptions) {
    this.#plan = plan;
    this.#base = base;
    this.#options = options;
    this.#references = new References(plan);
    this.#accounts = new Accounts(plan, base, this.#references, options.account);
    this.#drafts = new Drafts(base, options.types);
  }

  run(): Overlay {
    // Resources that stay as they are stand in the base; without one they are part of what the plan describes.
    const changes = this.#plan.changes.filter((change) => change.actions.some((each) => each !== 'read' && (each !== 'no-op' || this.#base === undefined)));
    const known: { change: PlannedChange; mapping: Mapped }[] = [];
    const strange = new Map<string, string[]>();
    for (const change of changes) {
      const mapping = this.#options.table[change.type];
      if (mapping !== undefined) known.push({ change, mapping: mapped(mapping) });
      else append(strange, change.type, change.address);
    }
    for (const [type, addresses] of [...strange].sort(([a], [b]) => (a < b ? -1 : 1)))
      this.#fail(`${type} is not modelled: ${addresses.length} planned change${addresses.length > 1 ? 's' : ''} left out, ${addresses[0] ?? ''} first`);
    if (this.#base !== undefined) for (const { change, mapping } of known) this.#undo(change, mapping);
    for (const { change, mapping } of known) if (mapping.record !== undefined) this.#make(change, mapping.record);
    for (const { change, mapping } of known) for (const each of mapping.attachments) this.#attach(change, each, mapping.record === undefined);
    for (const { change, mapping } of known) if (mapping.record?.settle !== undefined) this.#settle(change, mapping.record, mapping.record.settle);
    const records = this.#drafts.records(this.#options.redactor);
    return { records, calls: this.#unanswered.calls(records, this.#base), unrecognised: this.#unrecognised, changed: this.#counts };
  }

  #fail(reason: string): void {
    this.#unrecognised.push({ file: this.#options.file, reason });
  }

  #place(change: PlannedChange): Place {
    const values = change.after ?? change.before ?? {};
    const own = arnPlace(textAt(change.before ?? {}, 'arn') ?? textAt(values, 'arn') ?? '');
    return {
      partition: own?.partition ?? 'aws',
      account: this.#accounts.of(change, own?.account),
      region: own?.region || textAt(values, 'region') || this.#references.setting(change, 'region') || this.#options.region || this.#accounts.region(),
    };
  }

  #values(change: PlannedChange, which: 'before' | 'after', note: (path: string) => void): Values {
    const place = { address: change.address, ...this.#place(change) };
    if (which === 'before') return new Values(place, change.before ?? {}, false, { note, resolve: () => [], given: () => false });
    return new Values(place, change.after ?? {}, change.unknown, {
      note,
      resolve: (path) => this.#resolve(this.#references.of(change, path)),
      given: (path) => this.#references.given(change, path),
    });
  }

  /** What references lead to; one that leads nowhere spoils all, as the value would be wrong in part. */
  #resolve(referred: readonly Referred[]): readonly Json[] {
    const found: Json[] = [];
    for (const each of referred) {
      const value = 'value' in each ? each.value : this.#exported(each.change, each.attribute);
      if (value === undefined) return [];
      found.push(value);
    }
    return found;
  }

  #exported(change: PlannedChange, attribute: string): Json | undefined {
    const own = (change.after ?? change.before)?.[attribute];
    if (own !== undefined && own !== null) return own;
    const table = this.#options.table[change.type];
    const mapping = table === undefined ? undefined : mapped(table).record;
    if (mapping === undefined) return undefined;
    const path = mapping.exports?.[attribute];
    if (path === undefined) return undefined;
    // The record's own references may be unknown here: only what names it is asked for.
    const config = mapping.config(this.#values(change, 'after', () => undefined));
    return path === '$id' ? this.#id(mapping.record, config, change) : textAt(config, path);
  }

  #id(type: string, config: JsonObject, change: PlannedChange): string | undefined {
    return recordId(this.#drafts.spec(type).id, config, this.#place(change));
  }

  #undo(change: PlannedChange, { record, attachments }: Mapped): void {
    const gone = change.actions.includes('delete');
    if (change.before === undefined || (!gone && !change.actions.includes('update'))) return;
    const before = this.#values(change, 'before', () => undefined);
    for (const each of attachments)
      for (const draft of this.#parents(each, before, change)) for (const part of each.parts(before)) draft.config = withoutPart(draft.config, part);
    if (record === undefined) {
      if (gone && !change.actions.includes('create')) this.#counts.deleted++;
      return;
    }
    if (!gone) return;
    const id = this.#id(record.record, record.config(before), change);
    const draft = id === undefined ? undefined : this.#drafts.find(record.record, id, this.#place(change).account);
    if (draft === undefined) {
      this.#fail(`${change.address} is taken away by the plan, but ${id ?? 'it'} is not in the base snapshot`);
      return;
    }
    this.#drafts.drop(draft);
    if (!change.actions.includes('create')) this.#counts.deleted++;
  }

  #make(change: PlannedChange, mapping: TerraformRecord): void {
    if (change.after === undefined || change.actions.every((each) => each === 'delete')) return;
    const open = new Set<string>();
    const values = this.#values(change, 'after', (path) => open.add(path));
    const config = mapping.config(values);
    const spec = this.#drafts.spec(mapping.record);
    const place = this.#place(change);
    const id = this.#id(mapping.record, config, change);
    if (id === undefined) {
      this.#fail(`${change.address} lacks what its id is made of (${spec.id})`);
      return;
    }
    const old = this.#drafts.find(mapping.record, id, place.account);
    if (old !== undefined && change.actions.includes('update')) {
      // Only what the plan changes: the provider's answer says more of the rest than a plan does.
      const before = mapping.config(this.#values(change, 'before', () => undefined));
      const differs = (key: string): boolean => canonicalJson(before[key] ?? null) !== canonicalJson(config[key] ?? null);
      const changed = Object.keys({ ...before, ...config }).filter(differs);
      const kept = Object.fromEntries(Object.entries(old.config).filter(([key]) => !changed.includes(key)));
      old.config = { ...kept, ...Object.fromEntries(changed.filter((key) => config[key] !== undefined).map((key) => [key, config[key]])) };
      this.#leaveOpen(old, mapping, open, change);
      this.#counts.updated++;
      return;
    }
    this.#counts.created++;
    this.#leaveOpen(this.#drafts.add(mapping.record, config, place, id), mapping, open, change);
    for (const companion of mapping.companions?.(values) ?? []) {
      const own = recordId(this.#drafts.spec(companion.type).id, companion.config, place);
      if (own !== undefined) this.#drafts.add(companion.type, companion.config, place, own);
    }
  }

  /** What stays unknown: the follow-up call that would have answered it is left unanswered, and the manifest says so. */
  #leaveOpen(draft: Draft, mapping: TerraformRecord, open: ReadonlySet<string>, change: PlannedChange): void {
    for (const path of open) {
      const call = mapping.answers?.[path] ?? mapping.answers?.[path.split('.')[0] ?? path];
      if (call !== undefined) draft.calls = draft.calls.filter((each) => each !== call);
      this.#unanswered.note(draft, call ?? draft.calls[0] ?? 'terraform:Plan', `${change.address} ${path}`);
    }
  }

  #settle(change: PlannedChange, mapping: TerraformRecord, settle: NonNullable<TerraformRecord['settle']>): void {
    if (change.after === undefined || change.actions.every((each) => each === 'delete')) return;
    const values = this.#values(change, 'after', () => undefined);
    const id = this.#id(mapping.record, mapping.config(values), change);
    const draft = id === undefined ? undefined : this.#drafts.get(id);
    if (draft === undefined) return;
    draft.config = settle(draft.config, values, (type, name) => this.#drafts.find(type, name, draft.account)?.config);
  }

  #attach(change: PlannedChange, attachment: TerraformAttachment, counts: boolean): void {
    if (change.after === undefined || change.actions.every((each) => each === 'delete')) return;
    const open = new Set<string>();
    const values = this.#values(change, 'after', (path) => open.add(path));
    const drafts = this.#parents(attachment, values, change);
    if (drafts.length === 0) {
      const name = [attachment.parent(values) ?? []].flat().join(', ');
      if (name !== '' || open.size > 0)
        this.#fail(`${change.address} belongs to ${name || 'something known after apply'}, which is neither in the plan nor in the base snapshot`);
      return;
    }
    const parts = attachment.parts(values);
    for (const draft of drafts) {
      for (const part of parts) {
        draft.config = withPart(draft.config, part);
        if ('set' in part && part.value === undefined) this.#openPart(draft, part);
      }
      const call = parts.find((part) => part.call !== undefined)?.call ?? draft.calls[0] ?? 'terraform:Plan';
      for (const path of open) this.#unanswered.note(draft, call, `${change.address} ${path}`);
    }
    if (!counts) return;
    if (change.actions.includes('create')) this.#counts.created++;
    else if (change.actions.includes('update')) this.#counts.updated++;
  }

  #openPart(draft: Draft, part: TerraformPart): void {
    if (part.call !== undefined) draft.calls = draft.calls.filter((each) => each !== part.call);
  }

  #parents(attachment: TerraformAttachment, values: Values, change: PlannedChange): readonly Draft[] {
    const { account } = this.#place(change);
    return [attachment.parent(values) ?? []].flat().flatMap((name) => this.#drafts.find(attachment.into, name, account) ?? []);
  }
}
