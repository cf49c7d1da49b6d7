import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../src/model/json.ts';

/** An object id that follows from a name, so that an estate is the same every time. */
export function guid(name: string): string {
  const hash = createHash('sha256').update(`larkpay ${name}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

export const tenant = guid('tenant');
/** The identity of the export to the lake, which a role of AWS trusts. */
export const exporter = guid('principal exporter');

/** What the AWS side of the estate gives this one to refer to. */
export interface AwsSide {
  /** Accounts of the AWS demo estate by name. */
  readonly data: string;
  readonly production: string;
  /** Access key id of `svc-file-mover`, which stands in a setting of an app. */
  readonly accessKey: string;
}

/** Gathers rows of Resource Graph and answers of Microsoft Graph as an estate is described. */
export class Estate {
  readonly tables: Record<string, JsonObject[]> = { resources: [], resourcecontainers: [], authorizationresources: [], securityresources: [] };
  readonly answers: Record<string, Json[] | JsonObject> = {};

  #list(path: string): Json[] {
    const known = this.answers[path.toLowerCase()];
    if (Array.isArray(known)) return known;
    const made: Json[] = [];
    this.answers[path.toLowerCase()] = made;
    return made;
  }

  add(path: string, ...items: readonly Json[]): void {
    this.#list(path).push(...items);
  }

  row(table: string, row: JsonObject): void {
    const rows = this.tables[table] ?? [];
    rows.push({ tenantId: tenant, ...row });
    this.tables[table] = rows;
  }

  managementGroup(name: string, display: string, parent: string | undefined): void {
    const id = (each: string): string => `/providers/Microsoft.Management/managementGroups/${each}`;
    const details = parent === undefined ? {} : { parent: { id: id(parent), name: parent } };
    this.row('resourcecontainers', {
      id: id(name),
      name,
      type: 'microsoft.management/managementgroups',
      properties: { displayName: display, tenantId: tenant, details },
    });
  }

  subscription(name: string, chain: readonly string[]): string {
    const subscriptionId = guid(`subscription ${name}`);
    const ancestors = chain.map((each) => ({ name: each, displayName: each }));
    const properties = { state: 'Enabled', managementGroupAncestorsChain: ancestors };
    this.row('resourcecontainers', { id: `/subscriptions/${subscriptionId}`, name, type: 'microsoft.resources/subscriptions', subscriptionId, properties });
    this.add('subscriptions', { id: `/subscriptions/${subscriptionId}`, subscriptionId, tenantId: tenant, displayName: name, state: 'Enabled' });
    return subscriptionId;
  }

  group(subscriptionId: string, name: string): string {
    const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
    this.row('resourcecontainers', {
      id,
      name,
      type: 'microsoft.resources/subscriptions/resourcegroups',
      subscriptionId,
      location: 'westeurope',
      properties: {},
    });
    return id;
  }

  /** Adds a resource to a resource group and gives its id. */
  resource(group: string, type: string, name: string, properties: JsonObject, more: JsonObject = {}): string {
    const id = `${group}/providers/${type}/${name}`;
    const [, , subscriptionId = '', , resourceGroup = ''] = group.split('/');
    this.row('resources', { id, name, type: type.toLowerCase(), location: 'westeurope', resourceGroup, subscriptionId, properties, ...more });
    return id;
  }

  user(name: string, more: JsonObject = {}): string {
    const id = guid(`user ${name}`);
    const [first = name, last = ''] = name.split('.');
    const display = [first, last]
      .filter((part) => part !== '')
      .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
      .join(' ');
    this.add('v1.0/users', { id, displayName: display, userPrincipalName: `${name}@larkpay.example`, accountEnabled: true, userType: 'Member', ...more });
    return id;
  }

  team(name: string, members: readonly string[], more: JsonObject = {}): string {
    const id = guid(`group ${name}`);
    this.add('v1.0/groups', { id, displayName: name, securityEnabled: true, mailEnabled: false, groupTypes: [], isAssignableToRole: false, ...more });
    this.add(`v1.0/groups/${id}/members`, ...members.map((member) => ({ '@odata.type': '#microsoft.graph.user', id: member })));
    return id;
  }

  /** An application with the principal that stands for it; gives both ids. */
  application(
    name: string,
    more: { readonly owners?: readonly string[]; readonly federated?: readonly JsonObject[]; readonly principal?: JsonObject } = {},
  ): { app: string; principal: string } {
    const [app, appId] = [guid(`application ${name}`), guid(`appId ${name}`)];
    this.add('v1.0/applications', {
      id: app,
      appId,
      displayName: name,
      signInAudience: 'AzureADMyOrg',
      requiredResourceAccess: [],
      keyCredentials: [],
      passwordCredentials: [],
    });
    this.add(`v1.0/applications/${app}/owners`, ...(more.owners ?? []).map((id) => ({ '@odata.type': '#microsoft.graph.user', id })));
    this.add(`v1.0/applications/${app}/federatedIdentityCredentials`, ...(more.federated ?? []));
    return { app, principal: this.principal(name, { appId, appOwnerOrganizationId: tenant, ...more.principal }) };
  }

  principal(name: string, more: JsonObject): string {
    const id = guid(`principal ${name}`);
    this.add('v1.0/serviceprincipals', { id, displayName: name, accountEnabled: true, servicePrincipalType: 'Application', appRoles: [], ...more });
    return id;
  }

  /** A managed identity's principal: the identity of a resource, or one of the user's making. */
  identity(name: string): { principalId: string; clientId: string } {
    const clientId = guid(`appId ${name}`);
    return { clientId, principalId: this.principal(name, { appId: clientId, servicePrincipalType: 'ManagedIdentity' }) };
  }

  /** Gives a role of an application to a principal, as both sides list it. */
  grantRole(principalId: string, principalDisplayName: string, appRoleId: string, resourceId: string, principalType = 'ServicePrincipal'): void {
    const grant = { id: guid(`grant ${principalId} ${appRoleId}`), principalId, principalDisplayName, principalType, appRoleId, resourceId };
    if (principalType === 'ServicePrincipal') this.add(`v1.0/serviceprincipals/${principalId}/appRoleAssignments`, grant);
    this.add(`v1.0/serviceprincipals/${resourceId}/appRoleAssignedTo`, grant);
  }

  role(name: string, id: string, permission: JsonObject, custom?: string): string {
    const definition = `${custom ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${id}`;
    const permissions = [{ actions: [], notActions: [], dataActions: [], notDataActions: [], ...permission }];
    const properties = { roleName: name, type: custom === undefined ? 'BuiltInRole' : 'CustomRole', assignableScopes: [custom ?? '/'], permissions };
    this.row('authorizationresources', { id: definition, name: id, type: 'microsoft.authorization/roledefinitions', properties });
    return definition;
  }

  assign(principalId: string, principalType: string, roleDefinitionId: string, scope: string, more: JsonObject = {}): void {
    const name = guid(`assignment ${principalId} ${roleDefinitionId} ${scope}`);
    const subscriptionId = /^\/subscriptions\/([^/]+)/.exec(scope)?.[1];
    this.row('authorizationresources', {
      id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      name,
      type: 'microsoft.authorization/roleassignments',
      ...(subscriptionId === undefined ? {} : { subscriptionId }),
      properties: { principalId, principalType, roleDefinitionId, scope, ...more },
    });
  }

  directoryRole(name: string, templateId: string, actions: readonly string[]): string {
    const rolePermissions = [{ allowedResourceActions: actions }];
    this.add('v1.0/rolemanagement/directory/roledefinitions', {
      id: templateId,
      templateId,
      displayName: name,
      isBuiltIn: true,
      isEnabled: true,
      rolePermissions,
    });
    return templateId;
  }

  directoryAssignment(principalId: string, roleDefinitionId: string, kind: 'roleAssignments' | 'roleEligibilityScheduleInstances' = 'roleAssignments'): void {
    const id = guid(`${kind} ${principalId} ${roleDefinitionId}`);
    this.add(`v1.0/rolemanagement/directory/${kind}`, {
      id,
      principalId,
      roleDefinitionId,
      directoryScopeId: '/',
      ...(kind === 'roleAssignments' ? {} : { memberType: 'Direct' }),
    });
  }
}
