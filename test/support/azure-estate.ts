import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';

export const tenant = '0a0a0a0a-0000-4000-8000-000000000001';
export const subscription = '0b0b0b0b-0000-4000-8000-000000000001';
export const subscriptionId = `/subscriptions/${subscription}`;
export const groupId = (name: string): string => `${subscriptionId}/resourcegroups/${name}`;
export const resourceId = (type: string, name: string, group = 'main'): string => `${groupId(group)}/providers/${type.toLowerCase()}/${name}`;
export const managementGroup = (name: string): string => `/providers/microsoft.management/managementgroups/${name}`;
/** The object id that goes with a name: `oid('ada')`. */
export function oid(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return `${hash.slice(0, 8)}-0000-4000-8000-${hash.slice(8, 20)}`;
}

const arm = (type: string, id: string, config: JsonObject, account = subscription): SnapshotRecord => ({
  type,
  id: id.toLowerCase(),
  account,
  region: 'westeurope',
  config: { id, name: id.split('/').at(-1) ?? '', ...config },
  calls: [`arm:${type}`],
});
const entra = (entity: string, id: string, config: JsonObject): SnapshotRecord => ({
  type: `Microsoft.Graph/${entity}`,
  id,
  account: tenant,
  region: 'global',
  config: { id, ...config },
  calls: [`graph:${entity}s`],
});

export const resource = (type: string, name: string, config: JsonObject = {}, group = 'main'): SnapshotRecord =>
  arm(type, resourceId(type, name, group), config);
export const group = (name: string): SnapshotRecord => arm('Microsoft.Resources/subscriptions/resourceGroups', groupId(name), {});

/** Tenant, root group, one group below it, one subscription. */
export const tree = (): readonly SnapshotRecord[] => [
  entra('organization', tenant, { displayName: 'Fabrikam' }),
  arm('Microsoft.Management/managementGroups', managementGroup(tenant), { tenantId: tenant, properties: { displayName: 'root' } }, tenant),
  arm(
    'Microsoft.Management/managementGroups',
    managementGroup('platform'),
    { tenantId: tenant, properties: { details: { parent: { id: managementGroup(tenant) } } } },
    tenant,
  ),
  arm('Microsoft.Resources/subscriptions', subscriptionId, {
    subscriptionId: subscription,
    displayName: 'production',
    tenantId: tenant,
    properties: { managementGroupAncestorsChain: [{ name: 'platform' }, { name: tenant }] },
  }),
  group('main'),
];

export const person = (name: string, more: JsonObject = {}): SnapshotRecord =>
  entra('user', oid(name), { displayName: name, userPrincipalName: `${name}@fabrikam.example`, accountEnabled: true, userType: 'Member', ...more });
export const principal = (name: string, more: JsonObject = {}): SnapshotRecord =>
  entra('servicePrincipal', oid(name), {
    displayName: name,
    appId: oid(`${name}-app`),
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: tenant,
    ...more,
  });
/** The principal of a managed identity. */
export const managed = (name: string): SnapshotRecord => principal(name, { servicePrincipalType: 'ManagedIdentity' });
export const application = (name: string, more: JsonObject = {}): SnapshotRecord =>
  entra('application', oid(`app-${name}`), { displayName: name, appId: oid(`${name}-app`), ...more });
export const team = (name: string, members: readonly string[], more: JsonObject = {}): SnapshotRecord =>
  entra('group', oid(name), { displayName: name, securityEnabled: true, groupTypes: [], members: members.map((member) => ({ id: oid(member) })), ...more });

/** A role definition with its GUID made from its name. */
export function roleDefinition(name: string, permission: JsonObject, more: JsonObject = {}): SnapshotRecord {
  const id = `/providers/Microsoft.Authorization/roleDefinitions/${oid(name)}`;
  return arm(
    'Microsoft.Authorization/roleDefinitions',
    id,
    { properties: { roleName: name, type: 'CustomRole', permissions: [permission], assignableScopes: ['/'], ...more } },
    tenant,
  );
}
export const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
export const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';

let count = 0;
/** @param role GUID, or the name that a definition above was made with */
export function assignment(holder: string, role: string, scope: string, more: JsonObject = {}, type = 'roleAssignments'): SnapshotRecord {
  const guid = /^[0-9a-f-]{36}$/.test(role) ? role : oid(role);
  const id = `${scope === '/' ? '' : scope}/providers/Microsoft.Authorization/${type}/${oid(`a${count++}`)}`;
  const properties = {
    principalId: oid(holder),
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${guid}`,
    scope,
    principalType: 'User',
    ...more,
  };
  return arm(`Microsoft.Authorization/${type}`, id, { properties }, scope.startsWith('/subscriptions') ? subscription : tenant);
}

export function denial(permission: JsonObject, scope: string, more: JsonObject = {}): SnapshotRecord {
  const id = `${scope}/providers/Microsoft.Authorization/denyAssignments/${oid(`d${count++}`)}`;
  const everyone = [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }];
  return arm('Microsoft.Authorization/denyAssignments', id, {
    properties: { denyAssignmentName: 'deny', permissions: [permission], scope, principals: everyone, ...more },
  });
}

export const directoryRole = (name: string, actions: readonly string[], template = oid(name)): SnapshotRecord =>
  entra('unifiedRoleDefinition', template, { displayName: name, templateId: template, rolePermissions: [{ allowedResourceActions: actions }] });
export function directoryAssignment(holder: string, template: string, scope = '/', entity = 'unifiedRoleAssignment'): SnapshotRecord {
  return entra(entity, `assignment-${count++}`, { principalId: oid(holder), roleDefinitionId: template, directoryScopeId: scope });
}
export const entity = (name: string, id: string, config: JsonObject): SnapshotRecord => entra(name, id, config);
export const graphPrincipal = oid('graph');
/** Microsoft Graph's own principal, with the application roles that are named. */
export const graph = (values: readonly string[]): SnapshotRecord =>
  entra('servicePrincipal', graphPrincipal, {
    displayName: 'Microsoft Graph',
    appId: '00000003-0000-0000-c000-000000000000',
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    appRoles: values.map((value) => ({ id: oid(value), value })),
  });
export const permitted = (...values: readonly string[]): Json => values.map((value) => ({ appRoleId: oid(value), resourceId: graphPrincipal }));
/** A managed identity as a resource has it. */
export const identity = (name: string): JsonObject => ({ type: 'SystemAssigned', principalId: oid(name), tenantId: tenant });
