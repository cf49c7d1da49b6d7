import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Asked, type Replay, startReplay } from '../../scripts/azure/replay.ts';
import { allTypes } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { run } from '../support/run.ts';
import { smallWorld, subscription, tenant } from './world.ts';

/**
 * The role that `--print-role` gives against what a scan of a tenant with one of everything really asks. Which action a request needs is told by its path alone, as Azure Resource Manager
 * itself derives it: "{Company}.{ProviderName}/{resourceType}/{action}" (https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations).
 */
function actionOf({ path: asked }: Asked): string | undefined {
  const at = asked.lastIndexOf('/providers/');
  if (at < 0) return /^\/subscriptions(\/[^/]+)?$/.test(asked) ? 'microsoft.resources/subscriptions/read' : undefined;
  const [provider = '', ...parts] = asked.slice(at + '/providers/'.length).split('/');
  const types = parts.filter((_part, index) => index % 2 === 0);
  // The list over all places is named as that of one place ("Microsoft.Security/locations/jitNetworkAccessPolicies/read", Azure permissions for Security).
  if (provider === 'microsoft.security' && types[0] === 'jitnetworkaccesspolicies') return 'microsoft.security/locations/jitnetworkaccesspolicies/read';
  return `${provider}/${types.join('/')}/read`;
}

/** Posted, and answered as a list: a query of Resource Graph is a read. */
const isQuestion = (asked: Asked): boolean => asked.method === 'POST' && !asked.path.endsWith('/resources');

/** A directory with one of everything that more is asked about. */
const directory: Readonly<Record<string, Json>> = {
  'v1.0/applications': [{ id: 'app', appId: 'a', displayName: 'a' }],
  'v1.0/devices': [{ id: 'device', deviceId: 'd' }],
  'v1.0/directory/administrativeunits': [{ id: 'unit', displayName: 'u' }],
  'v1.0/domains': [{ id: 'acme.example', authenticationType: 'Federated', isVerified: true }],
  'v1.0/groups': [{ id: 'group', displayName: 'g', groupTypes: [], isAssignableToRole: true }],
  'v1.0/policies/appmanagementpolicies': [{ id: 'policy', displayName: 'p', isEnabled: true }],
  'v1.0/serviceprincipals': [{ id: 'principal', appId: 'a', servicePrincipalType: 'Application', appRoles: [{ id: 'r', value: 'r' }] }],
  'v1.0/tenantrelationships/delegatedadminrelationships': [{ id: 'partner', displayName: 'c', status: 'active' }],
};

/**
 * Application permissions of which any allows a request, as the page of each operation names them (https://learn.microsoft.com/graph/api/overview). `directory` of a pattern
 * is told apart from `group` by the filter of the request.
 */
const documented: readonly (readonly [RegExp, ...string[]])[] = [
  [/^users\b/, 'User.Read.All', 'Directory.Read.All'],
  [/^groups\/[^/]+\/members\b/, 'GroupMember.Read.All', 'Group.Read.All', 'Directory.Read.All'],
  [/^groups\b/, 'Group.Read.All', 'Directory.Read.All'],
  [/^applications\b/, 'Application.Read.All', 'Directory.Read.All'],
  [/^serviceprincipals\b/, 'Application.Read.All', 'Directory.Read.All'],
  [/^oauth2permissiongrants\b/, 'Directory.Read.All'],
  [/^rolemanagement\/directory\/role(assignments|definitions)\b/, 'RoleManagement.Read.Directory', 'RoleManagement.Read.All'],
  [/^rolemanagement\/directory\/roleeligibilityscheduleinstances\b/, 'RoleEligibilitySchedule.Read.Directory', 'RoleManagement.Read.Directory'],
  [/^rolemanagement\/directory\/roleassignmentscheduleinstances\b/, 'RoleAssignmentSchedule.Read.Directory', 'RoleManagement.Read.Directory'],
  [/^policies\/rolemanagementpolicyassignments .*'group'/, 'RoleManagementPolicy.Read.AzureADGroup'],
  [/^policies\/rolemanagementpolicyassignments .*'directoryrole'/, 'RoleManagementPolicy.Read.Directory', 'RoleManagement.Read.Directory'],
  [/^identitygovernance\/privilegedaccess\/group\b/, 'PrivilegedEligibilitySchedule.Read.AzureADGroup'],
  [/^(identitygovernance|rolemanagement)\/entitlementmanagement\b/, 'EntitlementManagement.Read.All'],
  [/^tenantrelationships\/delegatedadminrelationships\b/, 'DelegatedAdminRelationship.Read.All'],
];

let replay: Replay;
let folder: string;
let seen: readonly Asked[];
let rowTypes: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-role-'));
  const types = await allTypes();
  const rg = `/subscriptions/${subscription}/resourceGroups/rg/providers`;
  const tables: Record<string, JsonObject[]> = {};
  for (const [name, type] of types) {
    if (type.collector.provider !== 'azure') continue;
    for (const list of type.list ?? []) {
      const table = list.request?.['table'];
      if (typeof table !== 'string') continue;
      const [provider = '', ...parts] = name.split('/');
      const id = `${rg}/${provider}/${parts.map((part) => `${part}/x`).join('/')}`;
      const row = {
        id,
        name: 'x',
        type: name.toLowerCase(),
        subscriptionId: subscription,
        tenantId: tenant,
        location: 'westeurope',
        properties: { isLocalUserEnabled: true, provisioningState: 'Succeeded' },
      };
      tables[table] = [...(tables[table] ?? []), row];
    }
  }
  rowTypes = Object.values(tables).flatMap((rows) => rows.map((row) => String(row['type'])));
  // Lists are there and hold one thing, so that what is asked of each is asked.
  const things = (asked: string) => ({ id: asked, name: 'x', properties: {} });
  const world = smallWorld();
  const below = [
    'microsoft.automation/automationaccounts/x/hybridrunbookworkergroups',
    'microsoft.cdn/profiles/x/origingroups',
    'microsoft.network/networksecurityperimeters/x/profiles',
  ];
  const lists = Object.fromEntries(below.map((each) => `${rg.slice(1).toLowerCase()}/${each}`).map((at) => [at, [things(`/${at}/x`)]]));
  replay = await startReplay({
    ...world,
    tables,
    answers: { ...world.answers, ...directory, ...lists },
    empty: /./,
  });
  replay.armBatches = true;
  const out = path.join(folder, 'snapshot');
  const { code, err } = await run(['collect', 'azure', '--entra', '--diagnostics', '--partner', '--call-budget', '30', '--max-rps', '1000', '--out', out], {
    env: replay.env,
  });
  expect(`${code} ${err}`).toMatch(/^0 /);
  seen = replay.seen.filter((asked) => !/\$batch$|^\/batch$|\/oauth2\//.test(asked.path));
});
afterAll(async () => {
  await replay.close();
  rmSync(folder, { recursive: true, force: true });
});

test('every request of a scan is allowed by the role, and the role has nothing that no request needs', async () => {
  const { out } = await run(['collect', 'azure', '--entra', '--diagnostics', '--print-role']);
  const { roleDefinition } = JSON.parse(out) as { roleDefinition: { Actions: string[] } };
  const given = new Set(roleDefinition.Actions.map((action) => action.toLowerCase()));
  const arm = seen.filter((asked) => !/^\/(v1\.0|beta)\//.test(asked.path));
  const needed = new Set([...arm.flatMap((asked) => (isQuestion(asked) ? [] : (actionOf(asked) ?? []))), ...rowTypes.map((type) => `${type}/read`)]);
  expect(needed.size).toBeGreaterThan(150);
  expect([...needed].filter((action) => !given.has(action)).sort()).toEqual([]);
  // Posted questions are named `…/action`, not `…/read`.
  expect([...given].filter((action) => action.endsWith('/read') && !needed.has(action)).sort()).toEqual([]);
  const posted = arm.filter(isQuestion).map((asked) => asked.path.split('/').at(-1));
  expect([...given].filter((action) => action.endsWith('/action')).map((action) => action.split('/').at(-2))).toEqual([...new Set(posted)]);
});

const text = (asked: string): string => decodeURIComponent(asked).toLowerCase();

/** By which a planned call is known again: its path, and the scope that its filter names where several calls share a path. */
function patternOf(template: string): RegExp {
  const scope = /scopetype eq '\w+'/.exec(text(template))?.[0];
  const path = text(template)
    .replace(/\?.*$/s, '')
    .replace(/\{id\}/g, '[^/]+');
  return new RegExp(`^${path}${scope === undefined ? '( |$)' : ` .*${scope}`}`);
}

test('every request to Microsoft Graph is allowed by a permission that is printed, and each of them is asked for something', async () => {
  const { out } = await run(['collect', 'azure', '--entra', '--partner', '--print-role']);
  const given = (JSON.parse(out) as { graphApplicationPermissions: string[] }).graphApplicationPermissions;
  const calls = [...(await allTypes())].flatMap(([, { collector, list = [], details = [] }]) =>
    collector.provider !== 'entra'
      ? []
      : [...list, ...details].flatMap(({ http, permission = '' }) => (http === undefined ? [] : [{ path: http.path, permission }])),
  );
  const planned = calls.map((call) => ({ ...call, pattern: patternOf(call.path) }));
  const asked = seen
    .filter(({ path: at }) => /^\/(v1\.0|beta)\//.test(at))
    .map(({ path: at, query }) => `${text(at).replace(/^\/(v1\.0|beta)\//, '')} ${text(query.get('$filter') ?? '')}`);
  const permissionsOf = (one: string): string[] => planned.filter((call) => call.pattern.test(one)).map((call) => call.permission);
  expect(asked.filter((one) => permissionsOf(one).length === 0)).toEqual([]);
  expect([...new Set(asked.flatMap(permissionsOf))].sort()).toEqual([...given].sort());
  const wrong = asked.flatMap((one) => {
    const [, ...allowing] = documented.find(([path]) => path.test(one)) ?? [];
    return allowing.length === 0 || allowing.some((permission) => given.includes(permission)) ? [] : [one];
  });
  expect(wrong).toEqual([]);
  // Each planned call was made, so that nothing of it is unproved.
  expect(planned.filter((call) => !asked.some((one) => call.pattern.test(one))).map((call) => call.path)).toEqual([]);
});

test('customers of a partner are asked for only when wanted', async () => {
  const { out } = await run(['collect', 'azure', '--entra', '--print-role']);
  expect(out).not.toContain('DelegatedAdminRelationship');
});
