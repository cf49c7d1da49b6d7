import { accountNode } from '../model/account-node.ts';
import { armId, isArmId } from '../model/arm-id.ts';
import type { Reference, ResourceType, TypeTable } from '../model/collector.ts';
import { isArray, isObject, type Json, textAt, walkPath } from '../model/json.ts';
import { oneLine } from '../model/one-line.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { addAzureTree } from './azure-tree.ts';
import type { GraphBuilder } from './builder.ts';
import { ReferenceIndex } from './reference-index.ts';
import type { NodeSpec } from './types.ts';

/** Where the structure of a snapshot stands in a builder. */
export interface Structure {
  /** The nodes that are there by records and accounts alone. */
  readonly nodes: readonly NodeSpec[];
  /** How many edges come before those that records name. */
  readonly head: number;
  /** Where the edges of each record end, in the order of records. */
  readonly ends: readonly number[];
}

/**
 * Makes a node of every record, nodes of accounts, and the structure edges that the collectors declare as references. References are resolved when all records are in, so the
 * order of loading does not matter. What a reference names but the snapshot lacks becomes a placeholder node if the reference tells what it is, else it is dropped.
 */
export function addStructure(builder: GraphBuilder, snapshot: Snapshot, types: TypeTable): Structure {
  const accounts = new Map<string, string>();
  for (const record of snapshot.all()) {
    const type = types.get(record.type);
    if (type === undefined) continue;
    builder.node(nodeOf(record, type));
    if (isAccount(record.account)) accounts.set(record.account, accounts.get(record.account) ?? '');
  }
  addAccounts(builder, snapshot, accounts);
  addAzureTree(builder, snapshot, types);
  const nodes = [...builder.nodes()];
  const head = builder.edgeCount;
  const index = new ReferenceIndex(snapshot, types, builder);
  const ends: number[] = [];
  for (const record of snapshot.all()) {
    addReferences(builder, index, types, record);
    ends.push(builder.edgeCount);
  }
  return { nodes, head, ends };
}

/** The node of a record. */
export function nodeOf(record: SnapshotRecord, type: ResourceType): NodeSpec {
  const tags = tagsOf(record.config, type);
  return {
    id: record.id,
    kind: type.kind,
    type: record.type,
    name: oneLine(displayName(record, type, tags)),
    account: record.account,
    region: record.region,
    tags,
  };
}

const isAccount = (account: string): boolean => /^\d{12}$/.test(account);

/** A record with the number of its node. */
interface Standing {
  readonly record: SnapshotRecord;
  readonly own: number;
  readonly type: ResourceType;
}

/** Adds what a record is in, and what it names. */
export function addReferences(builder: GraphBuilder, index: ReferenceIndex, types: TypeTable, record: SnapshotRecord): void {
  const type = types.get(record.type);
  if (type === undefined) return;
  const own = builder.numberOf(record.id);
  if (own === undefined) return;
  const account = isAccount(record.account) ? builder.numberOf(index.account(record.account)) : undefined;
  if (account !== undefined) builder.structureBetween(account, own, 'Contains');
  for (const reference of type.references ?? []) addReference(builder, index, types, { record, own, type }, reference);
}

/** What a reference names, by the value that stands in a configuration. */
export function valuesOf(record: SnapshotRecord, reference: Reference): readonly { readonly value: string; readonly at: readonly (string | number)[] }[] {
  const values: { readonly value: string; readonly at: readonly (string | number)[] }[] = [];
  for (const { value: given, at } of walkPath(record.config, reference.path)) {
    const found = typeof given !== 'string' || reference.part === undefined ? given : expression(reference.part).exec(given)?.[1];
    if (typeof found !== 'string' || found === '') continue;
    values.push({ value: isArmId(found) ? armId(found) : formed(found, reference.form), at });
  }
  return values;
}

function addReference(builder: GraphBuilder, index: ReferenceIndex, types: TypeTable, { record, own, type }: Standing, reference: Reference): void {
  for (const { value, at } of valuesOf(record, reference)) {
    const targets = index.resolve(value, reference, record);
    const missing = targets.length === 0 && reference.placeholder !== undefined;
    if (missing) placeholder(builder, types, record, reference, value);
    const stated = index.pointer(at);
    for (const target of missing ? [builder.numberOf(value) ?? -1] : targets) {
      if (target < 0 || target === own) continue;
      const evidence = [{ resource: record.id, pointer: stated, call: index.call(type, stated, record.calls) }];
      if (reference.reverse === true) builder.structureBetween(target, own, reference.edge, evidence);
      else builder.structureBetween(own, target, reference.edge, evidence);
    }
  }
}

/** Stands for what a reference names but the snapshot lacks, if the reference tells what it is. */
function placeholder(builder: GraphBuilder, types: TypeTable, record: SnapshotRecord, reference: Reference, value: string): void {
  const { by, type } = reference.placeholder ?? {};
  const named = by === undefined ? undefined : by.types[textAt(record.config, by.path) ?? ''];
  const stands = named ?? type ?? '';
  const kind = types.get(stands)?.kind;
  if (kind !== undefined && !builder.has(value)) builder.node({ id: value, kind, type: stands, name: value, region: 'global' });
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
    const tags: [string, string][] = [];
    for (const each of value) {
      const key = textAt(each, 'Key') ?? textAt(each, 'key') ?? textAt(each, 'TagKey');
      if (key !== undefined) tags.push([key, textAt(each, 'Value') ?? textAt(each, 'value') ?? textAt(each, 'TagValue') ?? '']);
    }
    return tags.length === 0 ? noTags : Object.fromEntries(tags);
  }
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, typeof each === 'string' ? each : JSON.stringify(each ?? '')]))
    : noTags;
}

const noTags: Readonly<Record<string, string>> = {};
