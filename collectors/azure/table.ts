import type { DetailCall, ListCall, Reference, ResourceType } from '../../src/model/collector.ts';

/** Tables of Azure Resource Graph that are asked. */
export type GraphTable =
  | 'appserviceresources'
  | 'authorizationresources'
  | 'computeresources'
  | 'managedservicesresources'
  | 'networkresources'
  | 'policyresources'
  | 'resourcecontainers'
  | 'resources'
  | 'securityresources';

type ArmType = Omit<ResourceType, 'id' | 'ids' | 'tags'> & {
  /** Where Resource Graph has it; `none` for what it lacks. Default: `resources`. */
  readonly table?: GraphTable | 'none';
  /** What its own identity is for: the code that runs in it, or the provider's work on it, whose token no such code gets. Default: `code`. */
  readonly identity?: 'code' | 'provider';
};

export const servicePrincipals = ['Microsoft.Graph/servicePrincipal'];
/** Types of the objects that a `principalType` of Azure names. */
export const principalTypes = {
  User: 'Microsoft.Graph/user',
  Group: 'Microsoft.Graph/group',
  ForeignGroup: 'Microsoft.Graph/group',
  ServicePrincipal: 'Microsoft.Graph/servicePrincipal',
  Device: 'Microsoft.Graph/device',
} as const;

/** Identities that stand at a place: one of its own, and those of the user's making that are given to it. */
export const identitiesOf = (at: string): readonly Reference[] => [
  { path: `${at}.principalId`, to: servicePrincipals, edge: 'UsesIdentity', placeholder: { type: 'Microsoft.Graph/servicePrincipal' } },
  {
    path: `${at}.userAssignedIdentities{}.principalId`,
    to: servicePrincipals,
    edge: 'UsesIdentity',
    placeholder: { type: 'Microsoft.Graph/servicePrincipal' },
  },
  { path: `${at}.userAssignedIdentities{key}`, to: ['Microsoft.ManagedIdentity/userAssignedIdentities'], edge: 'UsesIdentity' },
];
/** Those of a resource stand at the same place in nearly every type. */
const identities = identitiesOf('identity');

/** Types of Azure Resource Manager: the id, names, tags and identities of all of them stand at the same places, and Resource Graph lists most. */
export function armTypes(types: Readonly<Record<string, ArmType>>): Readonly<Record<string, ResourceType>> {
  return Object.fromEntries(
    Object.entries(types).map(
      ([name, { table = 'resources', identity = 'code', references = [], list = [], details = [], ...type }]): [string, ResourceType] => [
        name,
        {
          name: ['name'],
          aliases: ['name'],
          ...type,
          id: '{id}',
          ids: 'arm',
          tags: 'tags',
          list: table === 'none' ? list : [inGraph(table, name), ...list],
          details: [
            ...details,
            ...(table !== 'resources' || name.split('/').length > 2 || details.some((detail) => detail.as === logged) ? [] : [diagnostics('diagnostics')]),
          ],
          references: [...(identity === 'code' ? identities : identities.map((each): Reference => ({ ...each, edge: 'RefersTo' }))), ...references],
        },
      ],
    ),
  );
}

/** Resource Graph shows what the caller may read: the permission is that of the type. */
function inGraph(table: GraphTable, type: string): ListCall {
  return { call: `resourcegraph:${table}`, items: 'data[]', request: { table, type: type.toLowerCase() }, permission: `${type}/read` };
}

/** A list below a resource, kept in its configuration under a plain name: `{id}/firewallRules`. `of` is the type that the list's permission names. */
export function below(as: string, path: string, version: string, of: string, more: Partial<DetailCall> = {}): DetailCall {
  return { call: `arm:${of}`, http: { path: `{id}/${path}`, version }, request: { id: 'id' }, as, paginate: 'value', permission: `${of}/read`, ...more };
}

/** One object below a resource. */
export function one(as: string, path: string, version: string, of: string, more: Partial<DetailCall> = {}): DetailCall {
  return { call: `arm:${of}`, http: { path: `{id}/${path}`, version }, request: { id: 'id' }, as, permission: `${of}/read`, ...more };
}

/** What a resource logs, and where to. One request for each resource: only of those whose log is what an investigation starts from, and of all by an option. */
const logged = 'diagnosticSettings';
export const diagnostics = (option?: string): DetailCall =>
  below(logged, 'providers/Microsoft.Insights/diagnosticSettings', '2021-05-01-preview', 'Microsoft.Insights/diagnosticSettings', {
    ...(option === undefined ? {} : { option }),
  });

/** Listed by one request for each subscription. */
export function perSubscription(path: string, version: string, type: string): ListCall {
  return { call: `arm:${type}`, items: 'value[]', http: { path: `subscriptions/$account/providers/${path}`, version }, permission: `${type}/read` };
}

/** Listed by one request for each resource of another type in the same collector. */
export function perResource(parent: string, path: string, version: string, type: string): ListCall {
  return {
    call: `arm:${type}`,
    items: 'value[]',
    http: { path: `{id}/${path}`, version },
    permission: `${type}/read`,
    per: { type: parent, request: { id: 'id' } },
  };
}

/** The registry that images come from, by the host that it answers at; `part` takes the host out of an image's name. */
export const registry = (path: string, part?: string): Reference => ({
  path,
  to: ['Microsoft.ContainerRegistry/registries'],
  match: 'properties.loginServer',
  edge: 'UsesArtifact',
  ...(part === undefined ? {} : { part }),
});
/** `images.azurecr.io` of `images.azurecr.io/shop/api:3`. */
export const imageHost = '^([^/]+\\.[^/]+)/';

export const subnets = ['Microsoft.Network/virtualNetworks/subnets'];
export const inSubnet = (path: string): Reference => ({ path, to: subnets, edge: 'Contains', reverse: true });
export const artifact = (path: string, ...to: string[]): Reference => ({ path, ...(to.length === 0 ? {} : { to }), edge: 'UsesArtifact' });
export const attached = (path: string, ...to: string[]): Reference => ({ path, ...(to.length === 0 ? {} : { to }), edge: 'AttachedTo' });
export const refers = (path: string, ...to: string[]): Reference => ({ path, ...(to.length === 0 ? {} : { to }), edge: 'RefersTo' });
export const routes = (path: string, ...to: string[]): Reference => ({ path, ...(to.length === 0 ? {} : { to }), edge: 'RoutesTo' });
