import { accountNode } from '../model/account-node.ts';
import { armId, isArmId } from '../model/arm-id.ts';
import { answeringCall, type Reference, type ResourceType, type TypeTable } from '../model/collector.ts';
import { isArray, isObject, type Json, pointer, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { addAzureTree } from './azure-tree.ts';
import type { GraphBuilder } from './graph.ts';

/**
 * Makes a node of every record, nodes of accounts, and the structure edges that the collectors declare as references. References are resolved when all records are in, so the
 * order of loading does not matter. What a reference names but the snapshot lacks becomes a placeholder node if the reference tells what it is, else it is dropped.
 */
export function addStructure(builder: GraphBuilder, snapshot: Snapshot, types: TypeTable): void {
  const index = new ReferenceIndex(snapshot, types);
  const accounts = new Map<string, string>();
  for (const record of snapshot.all()) {
    const type = types.get(record.type);
    if (type === undefined) continue;
    const tags = tagsOf(record.config, type);
    builder.node({
      id: record.id,
      kind: type.kind,
      type: record.type,
      name: displayName(record, type, tags),
      account: record.account,
      region: record.region,
      tags,
    });
    if (/^\d{12}$/.test(record.account)) accounts.set(record.account, accounts.get(record.account) ?? '');
  }
  addAccounts(builder, snapshot, accounts);
  addAzureTree(builder, snapshot, types);
  for (const record of snapshot.all()) {
    const type = types.get(record.type);
    if (type === undefined) continue;
    if (accounts.has(record.account)) builder.structure({ from: accountNode(record.account), to: record.id, kind: 'Contains' });
    for (const reference of type.references ?? []) addReference(builder, index, types, record, type, reference);
  }
}

function addReference(builder: GraphBuilder, index: ReferenceIndex, types: TypeTable, record: SnapshotRecord, type: ResourceType, reference: Reference): void {
  for (const { value: given, at } of walkPath(record.config, reference.path)) {
    const found = typeof given !== 'string' || reference.part === undefined ? given : expression(reference.part).exec(given)?.[1];
    if (typeof found !== 'string' || found === '') continue;
    const value = isArmId(found) ? armId(found) : formed(found, reference.form);
    const targets = index.resolve(value, reference, record);
    if (targets.length === 0 && reference.placeholder !== undefined) {
      const { by } = reference.placeholder;
      const named = by === undefined ? undefined : by.types[textAt(record.config, by.path) ?? ''];
      const stands = named ?? reference.placeholder.type;
      const kind = types.get(stands)?.kind;
      if (kind !== undefined && !builder.has(value)) builder.node({ id: value, kind, type: stands, name: value, region: 'global' });
    }
    for (const target of targets.length === 0 && reference.placeholder !== undefined ? [value] : targets) {
      if (target === record.id) continue;
      const [from, to] = reference.reverse === true ? [target, record.id] : [record.id, target];
      if (!builder.has(target)) continue;
      builder.structure({
        from,
        to,
        kind: reference.edge,
        evidence: [{ resource: record.id, pointer: `/config${pointer(at)}`, call: answeringCall(type, `/config${pointer(at)}`, record.calls) }],
      });
    }
  }
}

const expressions = new Map<string, RegExp>();

function expression(text: string): RegExp {
  const known = expressions.get(text) ?? new RegExp(text);
  expressions.set(text, known);
  return known;
}

function formed(value: string, form: string | undefined): string {
  return form === undefined ? value : `${form.replace('$', value)}${value.endsWith('/') ? '*' : ''}`;
}

function addAccounts(builder: GraphBuilder, snapshot: Snapshot, accounts: Map<string, string>): void {
  let management = '';
  for (const record of snapshot.all()) {
    const listed = record.config['Accounts'];
    if (record.type !== 'AWS::Organizations::Organization' || !isArray(listed)) continue;
    management = textAt(record.config, 'Organization.MasterAccountId') ?? '';
    for (const account of listed) {
      const id = textAt(account, 'Id');
      if (id !== undefined) accounts.set(id, textAt(account, 'Name') ?? '');
    }
  }
  for (const [account, name] of accounts) {
    builder.node({
      id: accountNode(account),
      kind: 'Account',
      type: 'AWS::Account',
      name: name === '' ? account : name,
      account,
      region: 'global',
      props: account === management ? { management: true } : {},
    });
  }
  for (const record of snapshot.all()) {
    if (record.type !== 'AWS::Organizations::Organization') continue;
    const listed = record.config['Accounts'];
    for (const [position, account] of (isArray(listed) ? listed : []).entries()) {
      const id = textAt(account, 'Id');
      if (id !== undefined)
        builder.structure({
          from: record.id,
          to: accountNode(id),
          kind: 'Contains',
          evidence: [{ resource: record.id, pointer: `/config/Accounts/${position}`, call: 'organizations:ListAccountsForParent' }],
        });
    }
  }
}

/** Finds what a reference names: by ARN, by short id or name among the types it may name, or by what stands in the target's configuration. */
class ReferenceIndex {
  readonly #snapshot: Snapshot;
  readonly #types: TypeTable;
  readonly #byAlias = new Map<string, Map<string, SnapshotRecord[]>>();
  readonly #ids = new Map<string, SnapshotRecord>();

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

  #table(type: string, match: string | undefined): Map<string, SnapshotRecord[]> {
    const key = `${type} ${match ?? ''}`;
    const known = this.#byAlias.get(key);
    if (known !== undefined) return known;
    const table = new Map<string, SnapshotRecord[]>();
    const spec = this.#types.get(type);
    for (const record of this.#snapshot.records(type)) {
      const names = new Set<string>();
      if (match !== undefined) for (const { value } of walkPath(record.config, match)) if (typeof value === 'string') names.add(value);
      if (match === undefined) {
        for (const alias of spec?.aliases ?? []) names.add(textAt(record.config, alias) ?? '');
        names.add(record.id.split('/').at(-1) ?? '');
      }
      for (const name of names) {
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

/** Name for people: the first declared path that has a value, else the short id, else the last part of the id. */
export function displayName(record: SnapshotRecord, type: ResourceType, tags = tagsOf(record.config, type)): string {
  for (const path of type.name ?? []) {
    const value = path.startsWith('tag:') ? tags[path.slice(4)] : textAt(record.config, path);
    if (value !== undefined && value !== '') return value;
  }
  const [alias] = type.aliases ?? [];
  return (alias === undefined ? undefined : textAt(record.config, alias)) ?? record.id.split(/[:/]/).at(-1) ?? record.id;
}

/** Tags as a map, whichever of the providers' forms they have. */
export function tagsOf(config: Json, type: ResourceType): Readonly<Record<string, string>> {
  let value: Json | undefined = config;
  for (const key of (type.tags ?? 'Tags').split('.')) value = isObject(value) ? value[key] : undefined;
  if (isArray(value)) {
    return Object.fromEntries(
      value.flatMap((each) => {
        const key = textAt(each, 'Key') ?? textAt(each, 'key') ?? textAt(each, 'TagKey');
        return key === undefined ? [] : [[key, textAt(each, 'Value') ?? textAt(each, 'value') ?? textAt(each, 'TagValue') ?? '']];
      }),
    );
  }
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typeof each === 'string' ? each : JSON.stringify(each ?? '')]))
    : {};
}
