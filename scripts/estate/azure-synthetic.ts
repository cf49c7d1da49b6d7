import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { Random } from './random.ts';

export interface TenantSize {
  readonly users: number;
  readonly servicePrincipals: number;
  readonly assignments: number;
  readonly seed: number;
}

const tenant = '0a0a0a0a-0000-4000-8000-000000000001';
const hex = (kind: string, index: number): string => `${kind}${index.toString(16).padStart(12 - kind.length, '0')}`;
const guid = (kind: string, index: number): string => `00000000-0000-4000-8000-${hex(kind, index)}`;
const roles: readonly (readonly [name: string, share: number, permission: JsonObject])[] = [
  ['Reader', 0.42, { actions: ['*/read'] }],
  [
    'Contributor',
    0.2,
    { actions: ['*'], notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write', 'Microsoft.Authorization/elevateAccess/Action'] },
  ],
  [
    'Blob reader',
    0.12,
    { actions: ['Microsoft.Storage/storageAccounts/read'], dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'] },
  ],
  ['Secrets user', 0.12, { dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action'] }],
  ['Machine operator', 0.08, { actions: ['Microsoft.Compute/virtualMachines/*'] }],
  ['Owner', 0.04, { actions: ['*'] }],
  ['Access administrator', 0.02, { actions: ['*/read', 'Microsoft.Authorization/*'] }],
];

/** A tenant from a seed: people in nested groups, applications with owners and permissions, subscriptions below management groups, roles given at every level. */
export function* syntheticTenant(size: TenantSize): Generator<SnapshotRecord> {
  const random = new Random(size.seed);
  const record = (type: string, id: string, account: string, config: JsonObject): SnapshotRecord => ({
    type,
    id: id.toLowerCase(),
    account,
    region: 'westeurope',
    config: { id, ...config },
    calls: ['synthetic'],
  });
  const entra = (entity: string, id: string, config: JsonObject): SnapshotRecord => record(`Microsoft.Graph/${entity}`, id, tenant, config);
  yield entra('organization', tenant, { displayName: 'Synthetic' });
  const [users, principals, groups] = [size.users, size.servicePrincipals, Math.ceil(size.users / 40)];
  for (let index = 0; index < users; index++)
    yield entra('user', guid('a', index), {
      displayName: `user ${index}`,
      userPrincipalName: `u${index}@synthetic.example`,
      accountEnabled: true,
      userType: index % 40 === 0 ? 'Guest' : 'Member',
    });
  for (let index = 0; index < groups; index++) {
    const members: Json[] = Array.from({ length: index === 0 ? Math.ceil(users / 2) : 5 + random.below(60) }, () => ({ id: guid('a', random.below(users)) }));
    if (index % 7 === 6) members.push({ id: guid('c', random.below(index)) });
    yield entra('group', guid('c', index), {
      displayName: `group ${index}`,
      securityEnabled: true,
      groupTypes: [],
      isAssignableToRole: index % 50 === 49,
      members,
      owners: index % 5 === 0 ? [{ id: guid('a', random.below(users)) }] : [],
    });
  }
  yield* directory(random, entra, { users, principals, groups });
  yield* resources(random, record, size, groups);
}

type Make = (entity: string, id: string, config: JsonObject) => SnapshotRecord;

function* directory(random: Random, entra: Make, count: { users: number; principals: number; groups: number }): Generator<SnapshotRecord> {
  const values = ['User.Read.All', 'Application.ReadWrite.All', 'GroupMember.ReadWrite.All', 'RoleManagement.ReadWrite.Directory'];
  const graph = guid('e', 0);
  yield entra('servicePrincipal', graph, {
    displayName: 'Microsoft Graph',
    appId: '00000003-0000-0000-c000-000000000000',
    appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
    appRoles: values.map((value, index) => ({ id: guid('f', index), value })),
  });
  for (let index = 0; index < count.principals; index++) {
    const permission = random.chance(0.01) ? 1 + random.below(3) : 0;
    yield entra('servicePrincipal', guid('b', index), {
      displayName: `principal ${index}`,
      appId: guid('d', index),
      servicePrincipalType: index % 2 === 0 ? 'Application' : 'ManagedIdentity',
      appOwnerOrganizationId: index % 30 === 0 ? guid('9', index) : tenant,
      appRoleAssignments: random.chance(0.3) ? [{ appRoleId: guid('f', permission), resourceId: graph }] : [],
    });
    if (index % 2 === 0)
      yield entra('application', guid('8', index), {
        displayName: `application ${index}`,
        appId: guid('d', index),
        owners: random.chance(0.3) ? [{ id: guid('a', random.below(count.users)) }] : [],
      });
  }
  const held: readonly (readonly [string, string, readonly string[], number])[] = [
    [
      '62e90394-69f5-4237-9190-012177145e10',
      'Global Administrator',
      [
        'microsoft.directory/roleAssignments/allProperties/allTasks',
        'microsoft.directory/users/allProperties/allTasks',
        'microsoft.directory/applications/allProperties/allTasks',
      ],
      5,
    ],
    ['729827e3-9c14-49f7-bb1b-9608f156bbb8', 'Helpdesk Administrator', ['microsoft.directory/users/password/update'], 60],
    [
      '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
      'Application Administrator',
      ['microsoft.directory/applications/credentials/update', 'microsoft.directory/servicePrincipals/credentials/update'],
      20,
    ],
    ['fdd7a751-b60b-444a-984c-02652fe8fa1c', 'Groups Administrator', ['microsoft.directory/groups/members/update'], 20],
  ];
  let number = 0;
  for (const [id, displayName, allowedResourceActions, holders] of held) {
    yield entra('unifiedRoleDefinition', id, { displayName, templateId: id, rolePermissions: [{ allowedResourceActions }] });
    for (let each = 0; each < holders; each++)
      yield entra('unifiedRoleAssignment', `ra${number++}`, { principalId: guid('a', random.below(count.users)), roleDefinitionId: id, directoryScopeId: '/' });
  }
}

function* resources(
  random: Random,
  record: (type: string, id: string, account: string, config: JsonObject) => SnapshotRecord,
  size: TenantSize,
  groups: number,
): Generator<SnapshotRecord> {
  const root = (name: string): string => `/providers/Microsoft.Management/managementGroups/${name}`;
  yield record('Microsoft.Management/managementGroups', root(tenant), tenant, { tenantId: tenant });
  const teams = Array.from({ length: 10 }, (_, index) => `team${index}`);
  for (const team of teams)
    yield record('Microsoft.Management/managementGroups', root(team), tenant, { tenantId: tenant, properties: { details: { parent: { id: root(tenant) } } } });
  const scopes: string[] = [];
  const things: string[] = [];
  for (let sub = 0; sub < 20; sub++) {
    const subscription = guid('7', sub);
    const id = `/subscriptions/${subscription}`;
    scopes.push(id);
    yield record('Microsoft.Resources/subscriptions', id, subscription, {
      displayName: `subscription ${sub}`,
      tenantId: tenant,
      properties: { managementGroupAncestorsChain: [{ name: teams[sub % 10] ?? '' }, { name: tenant }] },
    });
    for (let group = 0; group < 20; group++) {
      const rg = `${id}/resourceGroups/rg${group}`;
      scopes.push(rg, rg);
      yield record('Microsoft.Resources/subscriptions/resourceGroups', rg, subscription, {});
      for (let each = 0; each < 5; each++) {
        const of = (type: string): string => `${rg}/providers/${type}/x${each}`;
        const identity = { type: 'SystemAssigned', principalId: guid('b', 1 + 2 * random.below(Math.floor(size.servicePrincipals / 2))) };
        things.push(of('Microsoft.Compute/virtualMachines'), of('Microsoft.Storage/storageAccounts'), of('Microsoft.KeyVault/vaults'));
        yield record('Microsoft.Compute/virtualMachines', of('Microsoft.Compute/virtualMachines'), subscription, random.chance(0.5) ? { identity } : {});
        yield record('Microsoft.Storage/storageAccounts', of('Microsoft.Storage/storageAccounts'), subscription, {
          properties: { allowSharedKeyAccess: random.chance(0.7) },
        });
        yield record('Microsoft.KeyVault/vaults', of('Microsoft.KeyVault/vaults'), subscription, {
          properties: { enableRbacAuthorization: random.chance(0.7), accessPolicies: [] },
        });
      }
    }
  }
  for (const [index, [roleName, , permission]] of roles.entries())
    yield record('Microsoft.Authorization/roleDefinitions', `/providers/Microsoft.Authorization/roleDefinitions/${guid('6', index)}`, tenant, {
      properties: { roleName, permissions: [permission] },
    });
  for (let index = 0; index < size.assignments; index++) {
    let dice = random.next();
    const role = Math.max(
      0,
      roles.findIndex(([, share]) => {
        dice -= share;
        return dice < 0;
      }),
    );
    const scope = random.chance(0.003) ? root(random.pick(teams)) : random.chance(0.5) ? random.pick(scopes) : random.pick(things);
    const who = random.next();
    const principalId =
      who < 0.4 ? guid('c', 1 + random.below(groups - 1)) : who < 0.7 ? guid('b', random.below(size.servicePrincipals)) : guid('a', random.below(size.users));
    yield record(
      'Microsoft.Authorization/roleAssignments',
      `${scope}/providers/Microsoft.Authorization/roleAssignments/${guid('5', index)}`,
      /^\/subscriptions\/([^/]+)/.exec(scope)?.[1] ?? tenant,
      { properties: { principalId, roleDefinitionId: `/x/${guid('6', role)}`, scope } },
    );
  }
}
