import fc from 'fast-check';
import type { Json } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { tree } from '../spec/azure/authorize.ts';
import type { AzureWorld, Permission, Test } from '../spec/azure/world.ts';

export const people = ['u1', 'u2'];
const groups = ['g1', 'g2', 'g3'];
const holders = [...people, ...groups];
export const resources = [
  '/providers/microsoft.management/managementgroups/low',
  '/subscriptions/s1',
  '/subscriptions/s1/resourcegroups/main',
  '/subscriptions/s1/resourcegroups/main/providers/microsoft.compute/virtualmachines/web',
  '/subscriptions/s1/resourcegroups/main/providers/microsoft.compute/virtualmachines/web2',
  '/subscriptions/s1/resourcegroups/maint/providers/microsoft.compute/virtualmachines/web',
  '/subscriptions/s2',
  '/subscriptions/s2/resourcegroups/main/providers/microsoft.compute/virtualmachines/web',
].sort();
const scopes = ['/', '/providers/Microsoft.Management/managementGroups/top', ...resources.map((id) => id.replace('resourcegroups', 'resourceGroups'))];
export const actions = [
  'Microsoft.Compute/virtualMachines/start/action',
  'Microsoft.Compute/virtualMachines/read',
  'Microsoft.Compute/virtualMachines/write',
  'Microsoft.Storage/storageAccounts/read',
];
const patterns = [
  '*',
  '*/read',
  'Microsoft.Compute/*',
  'Microsoft.Compute/*/write',
  'microsoft.compute/virtualMachines/start/action',
  'Microsoft.Compute/virtualMachines/read',
];

const leaf: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ kind: fc.constant('equals' as const), value: fc.constantFrom('x', 'y') }),
  fc.record({ kind: fc.constant('action' as const), pattern: fc.constantFrom(...patterns) }),
);
const grow = (inner: fc.Arbitrary<Test>): fc.Arbitrary<Test> =>
  fc.oneof(
    inner,
    fc.record({ kind: fc.constant('not' as const), of: inner }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), left: inner, right: inner }),
  );
const condition = grow(grow(leaf));
const few = <T>(one: fc.Arbitrary<T>, maxLength = 3) => fc.array(one, { maxLength });
const permission = (conditions: fc.Arbitrary<Test | undefined>): fc.Arbitrary<Permission> =>
  fc.record({
    actions: fc.array(fc.constantFrom(...patterns), { minLength: 1, maxLength: 2 }),
    notActions: few(fc.constantFrom(...patterns), 1),
    condition: conditions,
  });
const sometimes = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined, freq: 1 });

export const azureWorlds: fc.Arbitrary<AzureWorld> = fc.record({
  roles: fc.array(fc.array(permission(sometimes(condition)), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  groups: fc.record(Object.fromEntries(groups.map((name) => [name, few(fc.constantFrom(...holders.filter((each) => each !== name)), 2)]))),
  assignments: few(
    fc.record({
      holder: fc.constantFrom(...holders),
      role: fc.nat({ max: 3 }),
      scope: fc.constantFrom(...scopes),
      eligible: fc.boolean(),
      condition: sometimes(condition),
    }),
    5,
  ),
  denials: few(
    fc.record({
      principals: fc.oneof(fc.constant('everyone' as const), few(fc.constantFrom(...holders))),
      spared: few(fc.constantFrom(...holders), 1),
      permission: permission(fc.constant(undefined)),
      scope: fc.constantFrom(...scopes.slice(2)),
      only: fc.boolean(),
    }),
    2,
  ),
});

/** A condition in the language of Azure. */
function written(test: Test): string {
  switch (test.kind) {
    case 'equals':
      return `@Resource[a] StringEquals '${test.value}'`;
    case 'action':
      return `ActionMatches{'${test.pattern}'}`;
    case 'not':
      return `!(${written(test.of)})`;
    case 'and':
      return `(${written(test.left)} AND ${written(test.right)})`;
    case 'or':
      return `(${written(test.left)} || ${written(test.right)})`;
  }
}

const record = (type: string, id: string, config: Record<string, Json>): SnapshotRecord => ({
  type,
  id: id.toLowerCase(),
  account: 't',
  region: 'global',
  config,
  calls: [`arm:${type}`],
});
const asJson = ({ actions: allow, notActions, condition: own }: Permission): Json => ({
  actions: allow,
  notActions,
  ...(own === undefined ? {} : { condition: written(own) }),
});

/** The world as a snapshot has it. */
export function azureRecords(world: AzureWorld): readonly SnapshotRecord[] {
  const authorization = '/providers/Microsoft.Authorization';
  return [
    ...people.map((name) => record('Microsoft.Graph/user', name, { displayName: name })),
    ...Object.entries(world.groups).map(([name, members]) =>
      record('Microsoft.Graph/group', name, { displayName: name, members: members.map((id) => ({ id })) }),
    ),
    ...Object.entries(tree)
      .filter(([id]) => id.startsWith('/subscriptions/'))
      .map(([id, above]) =>
        record('Microsoft.Resources/subscriptions', id, {
          properties: { managementGroupAncestorsChain: above.map((each) => ({ name: each.split('/').at(-1) ?? '' })) },
        }),
      ),
    ...world.roles.map((permissions, index) =>
      record('Microsoft.Authorization/roleDefinitions', `${authorization}/roleDefinitions/r${index}`, {
        properties: { roleName: `r${index}`, permissions: permissions.map(asJson) },
      }),
    ),
    ...world.assignments.map((each, index) => {
      const type = each.eligible ? 'roleEligibilityScheduleInstances' : 'roleAssignments';
      const own = each.condition === undefined ? {} : { condition: written(each.condition) };
      const role = each.role < world.roles.length ? `r${each.role}` : 'unread';
      return record(`Microsoft.Authorization/${type}`, `${each.scope}${authorization}/${type}/a${index}`, {
        properties: { principalId: each.holder, roleDefinitionId: `${authorization}/roleDefinitions/${role}`, scope: each.scope, ...own },
      });
    }),
    ...world.denials.map((each, index) =>
      record('Microsoft.Authorization/denyAssignments', `${each.scope}${authorization}/denyAssignments/d${index}`, {
        properties: {
          denyAssignmentName: `d${index}`,
          scope: each.scope,
          permissions: [asJson(each.permission)],
          doNotApplyToChildScopes: each.only,
          principals: (each.principals === 'everyone' ? ['00000000-0000-0000-0000-000000000000'] : each.principals).map((id) => ({ id })),
          excludePrincipals: each.spared.map((id) => ({ id })),
        },
      }),
    ),
  ];
}
