import { armParent, armSubscription, armType } from '../model/arm-id.ts';
import type { TypeTable } from '../model/collector.ts';
import { isArray, isObject, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { GraphBuilder } from './builder.ts';

const organization = 'Microsoft.Graph/organization';
const managementGroup = 'Microsoft.Management/managementGroups';
const subscriptions = 'Microsoft.Resources/subscriptions';
const resourceGroups = 'Microsoft.Resources/subscriptions/resourceGroups';

const managementGroupNode = (name: string): string => `/providers/microsoft.management/managementgroups/${name.toLowerCase()}`;

/**
 * The tree of Azure: tenant, management groups, subscriptions, resource groups, resources, as their ids and the answers say. What a resource's id names and nobody
 * collected (its resource group, its subscription) is there by the id alone.
 */
export function addAzureTree(builder: GraphBuilder, snapshot: Snapshot, types: TypeTable): void {
  for (const record of snapshot.all()) {
    const type = types.get(record.type);
    if (type?.ids === 'arm') addParents(builder, record);
    else if (type?.collector.provider === 'entra' && record.type !== organization && record.account !== '') {
      tenant(builder, record.account);
      builder.structure({ from: record.account, to: record.id, kind: 'Contains' });
    }
  }
  for (const record of snapshot.records(subscriptions)) addSubscription(builder, record);
  for (const record of snapshot.records(managementGroup)) addManagementGroup(builder, record);
}

/** A resource is contained in what its id is nested in; a part of an extension (an assignment of a role) in its scope. */
function addParents(builder: GraphBuilder, record: SnapshotRecord): void {
  const isTop = record.type === subscriptions || record.type === managementGroup;
  let child = record.id;
  for (let parent = isTop ? undefined : armParent(child); parent !== undefined; parent = armParent(child)) {
    const known = builder.has(parent);
    if (!known && !addByName(builder, parent)) {
      child = parent;
      continue;
    }
    builder.structure({ from: parent, to: record.id, kind: 'Contains' });
    if (known) return;
    // The resource group was not collected: it hangs in its subscription all the same.
    const above = armParent(parent);
    if (above === undefined) return;
    addByName(builder, above);
    builder.structure({ from: above, to: parent, kind: 'Contains' });
    return;
  }
  if (!isTop && record.account !== '' && armSubscription(record.id) === undefined) {
    tenant(builder, record.account);
    builder.structure({ from: record.account, to: record.id, kind: 'Contains' });
  }
}

/** Nodes of the tree that an id tells by itself. */
function addByName(builder: GraphBuilder, id: string): boolean {
  if (builder.has(id)) return true;
  const name = id.split('/').at(-1) ?? id;
  const account = armSubscription(id) ?? '';
  switch (armType(id)?.toLowerCase()) {
    case subscriptions.toLowerCase():
      builder.node({ id, kind: 'Account', type: subscriptions, name, account, region: 'global' });
      return true;
    case resourceGroups.toLowerCase():
      builder.node({ id, kind: 'Folder', type: resourceGroups, name, account, region: 'global' });
      return true;
    case managementGroup.toLowerCase():
      builder.node({ id, kind: 'Folder', type: managementGroup, name, account, region: 'global' });
      return true;
    default:
      return false;
  }
}

function tenant(builder: GraphBuilder, id: string): void {
  if (!builder.has(id)) builder.node({ id, kind: 'Organization', type: organization, name: id, account: id, region: 'global' });
}

/** `managementGroupAncestorsChain` names a subscription's groups, the nearest first. */
function addSubscription(builder: GraphBuilder, record: SnapshotRecord): void {
  const { properties } = record.config;
  const chain = isObject(properties) ? properties['managementGroupAncestorsChain'] : undefined;
  const names = (isArray(chain) ? chain : []).flatMap((each) => textAt(each, 'name') ?? []);
  const [call = ''] = record.calls;
  const evidence = [{ resource: record.id, pointer: '/config/properties/managementGroupAncestorsChain', call }];
  let child = record.id;
  for (const name of names) {
    const parent = managementGroupNode(name);
    addByName(builder, parent);
    builder.structure({ from: parent, to: child, kind: 'Contains', evidence });
    child = parent;
  }
  const owner = textAt(record.config, 'tenantId') ?? textAt(record.config, 'properties.tenantId');
  if (owner === undefined) return;
  tenant(builder, owner.toLowerCase());
  builder.structure({ from: owner.toLowerCase(), to: child, kind: 'Contains', evidence: [{ resource: record.id, pointer: '/config/tenantId', call }] });
}

/** The root group has the tenant's id as its name and no parent. */
function addManagementGroup(builder: GraphBuilder, record: SnapshotRecord): void {
  const [call = ''] = record.calls;
  const parent = textAt(record.config, 'properties.details.parent.id') ?? textAt(record.config, 'properties.details.parent.name');
  if (parent !== undefined) {
    const id = parent.startsWith('/') ? parent.toLowerCase() : managementGroupNode(parent);
    addByName(builder, id);
    if (builder.has(id))
      builder.structure({ from: id, to: record.id, kind: 'Contains', evidence: [{ resource: record.id, pointer: '/config/properties/details/parent', call }] });
    return;
  }
  const owner = textAt(record.config, 'tenantId') ?? textAt(record.config, 'properties.tenantId') ?? record.account;
  if (owner === '') return;
  tenant(builder, owner.toLowerCase());
  builder.structure({ from: owner.toLowerCase(), to: record.id, kind: 'Contains', evidence: [{ resource: record.id, pointer: '/config/tenantId', call }] });
}
