import { describe, expect, test } from '@jest/globals';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { makePlan } from '../../src/cli/plan.ts';
import { planDocument } from '../../src/cli/plan-document.ts';
import { withChanges } from '../../src/cli/whatif.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { parseChanges } from '../../src/paths/change-file.ts';
import { besides } from '../../src/paths/plan/azure/assignments.ts';
import { stepProofs } from '../../src/paths/proofs.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import * as azure from '../support/azure-estate.ts';
import { azProblems, terraformProblems } from '../support/cli-check.ts';

const types = await allTypes();
const analysed = (records: readonly SnapshotRecord[]): Promise<Analysis> => analyseSnapshot(memorySnapshot(records, { types }), types, noSettings);
const { group, groupId, oid, person, principal, resource, resourceId, subscriptionId, team, tree } = azure;

const vaults = 'Microsoft.KeyVault/vaults';
const vault = resourceId(vaults, 'kv');
const vaultWith = (properties: Record<string, string | boolean | object> = {}): SnapshotRecord =>
  resource(vaults, 'kv', { properties: { enableRbacAuthorization: true, ...properties } as never });
const reads = azure.roleDefinition('secrets reader', {
  actions: [],
  dataActions: ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
});
const tenantAdmin = azure.directoryRole('Global Administrator', ['microsoft.directory/*/allTasks'], '62e90394-69f5-4237-9190-012177145e10');

interface Case {
  readonly name: string;
  readonly records: readonly SnapshotRecord[];
  readonly to?: string;
  readonly titles: readonly RegExp[];
  readonly cli: readonly RegExp[];
  readonly terraform: readonly RegExp[];
}

const cases: readonly Case[] = [
  {
    name: 'a role at the very resource: without it',
    records: [person('ada'), vaultWith(), reads, azure.assignment('ada', 'secrets reader', vault)],
    titles: [
      /^remove the role assignment secrets reader of ada on kv$|^remove Microsoft.KeyVault\/vaults\/secrets\/getSecret\/action from the role secrets reader$/,
    ],
    cli: [/^az role (assignment delete --ids |definition update --role-definition '\{"Name":"secrets reader")/],
    terraform: [/azurerm_role_(assignment|definition)/],
  },
  {
    name: 'a built-in role at the subscription: at the other resource groups alone',
    records: [person('ada'), vaultWith(), group('other'), group('third'), azure.assignment('ada', '00482a5a-887f-4fb3-b363-3b7fe8e74483', subscriptionId)],
    titles: [/^narrow the role assignment .* of ada from .* to other, third$/],
    cli: [
      /^az role assignment delete --ids .*\naz role assignment create --name \S+ --assignee-object-id \S+ --assignee-principal-type User --role \S+ --scope \S+\/resourcegroups\/other\naz role assignment create .*\/third$/,
    ],
    terraform: [/resource "azurerm_role_assignment"[\s\S]*scope +=/],
  },
  {
    name: 'a membership',
    records: [
      person('ada'),
      team('readers', ['ada']),
      vaultWith(),
      azure.assignment('readers', '00482a5a-887f-4fb3-b363-3b7fe8e74483', vault, { principalType: 'Group' }),
    ],
    titles: [/^take ada out of group readers$|^remove the role assignment/],
    cli: [/^az (ad group member remove --group \S+ --member-id|role assignment delete --ids)/],
    terraform: [/azuread_group_member|azurerm_role_assignment/],
  },
  {
    name: 'a directory role',
    records: [person('ada'), tenantAdmin, azure.directoryAssignment('ada', '62e90394-69f5-4237-9190-012177145e10')],
    to: azure.tenant,
    titles: [/^remove directory role Global Administrator of ada$/],
    cli: [/^az rest --method DELETE --url https:\/\/graph.microsoft.com\/v1.0\/roleManagement\/directory\/roleAssignments\/assignment-/],
    terraform: [/azuread_directory_role_assignment/],
  },
  {
    name: 'an owner of an application whose principal may do anything, and its permission',
    records: [
      person('ada'),
      azure.application('robot', { owners: [{ id: oid('ada') }] }),
      principal('robot', { appRoleAssignments: [{ id: 'grant-1', ...(azure.permitted('RoleManagement.ReadWrite.Directory') as object[])[0] }] as never }),
      azure.graph(['RoleManagement.ReadWrite.Directory']),
    ],
    to: azure.tenant,
    titles: [/^remove the owner ada from robot$/],
    cli: [/^az ad app owner remove --id \S+ --owner-object-id \S+$/],
    terraform: [/azuread_application_owner/],
  },
  {
    name: 'a federated credential',
    records: [
      azure.application('deploy', {
        federatedIdentityCredentials: [
          {
            id: 'fic-1',
            name: 'gh',
            issuer: 'https://token.actions.githubusercontent.com',
            subject: 'repo:fabrikam/app:ref:refs/heads/main',
            audiences: ['api://AzureADTokenExchange'],
          },
        ] as never,
      }),
      principal('deploy'),
      vaultWith(),
      azure.assignment('deploy', '00482a5a-887f-4fb3-b363-3b7fe8e74483', vault, { principalType: 'ServicePrincipal' }),
    ],
    titles: [/^(remove the federated credential gh from deploy|remove the role assignment)/],
    cli: [/^az (ad app federated-credential delete --id \S+ --federated-credential-id fic-1|role assignment delete)/],
    terraform: [/azuread_application_federated_identity_credential|azurerm_role_assignment/],
  },
  {
    name: 'an access policy of a vault',
    records: [
      person('ada'),
      vaultWith({
        enableRbacAuthorization: false,
        accessPolicies: [{ objectId: oid('ada'), tenantId: azure.tenant, permissions: { secrets: ['get', 'list'] } }],
      }),
    ],
    titles: [/^remove the access policy of ada from kv$/],
    cli: [/^az keyvault delete-policy --name kv --object-id /],
    terraform: [/azurerm_key_vault_access_policy/],
  },
];

describe('plans for Azure and Entra ID', () => {
  test.each(cases)('$name', async ({ records, to = vault, titles, cli, terraform }) => {
    const analysis = await analysed([...tree(), ...records]);
    const target = analysis.graph.indexOf(to.toLowerCase());
    expect(analysis.ranker().top(1, { to: [target] }).length).toBe(1);
    const plan = await makePlan(analysis, { share: 1, top: 20, to: [target] });
    expect(plan.state).toBe('proved');
    const document = planDocument(analysis, plan, { share: 1, target: to });
    expect(document.steps.length).toBe(titles.length);
    for (const step of document.steps) {
      expect(step.cli.split('\n').flatMap(azProblems)).toEqual([]);
      expect(terraformProblems(step.terraform)).toEqual([]);
    }
    for (const [index, step] of document.steps.entries()) {
      expect(step.title).toMatch(titles[index] ?? /^$/);
      expect(step.cli).toMatch(cli[index] ?? /^$/);
      expect(step.terraform).toMatch(terraform[index] ?? /^$/);
    }
    // What was printed is what whatif applies, and it keeps the promise.
    const changes = parseChanges(JSON.stringify(document), 'plan.json');
    const changed = await withChanges(analysis, changes);
    const left = changed.analysis.graph.indexOf(to.toLowerCase());
    expect(changed.analysis.ranker().top(5, { to: [left] })).toEqual([]);
  });
});

test('a scope without the way down to a target', () => {
  const tree: Readonly<Record<string, readonly string[]>> = { root: ['a', 'b'], a: ['a1', 'a2'], b: [] };
  const inside = (scope: string) => tree[scope] ?? [];
  expect(besides('root', 'a1', inside)).toEqual(['a2', 'b']);
  expect(besides('root', 'a1/providers/x', inside)).toEqual(['a2', 'b']);
  expect(besides('root', 'root', inside)).toEqual(['a', 'b']);
  expect(besides('a1', 'a1/providers/x', inside)).toBeUndefined();
  expect(besides('root', 'elsewhere', inside)).toBeUndefined();
  const wide = (scope: string) => (scope === 'root' ? Array.from({ length: 20 }, (_, index) => `s${index}`) : []);
  expect(besides('root', 's3', wide)).toBeUndefined();
  expect(groupId('main')).toContain('/resourcegroups/main');
});

test('an application of another tenant that is disabled here does nothing here', async () => {
  const other = '0c0c0c0c-0000-4000-8000-000000000009';
  const analysis = await analysed([...tree(), principal('vendor', { accountEnabled: true, appOwnerOrganizationId: other })]);
  const step = (each: Analysis): readonly unknown[] =>
    stepProofs(each.graph, each.graph.indexOf(`azure:tenant:${other}`), each.graph.indexOf(oid('vendor')), noSettings);
  expect(step(analysis).length).toBe(1);
  const changed = await withChanges(analysis, [{ op: 'set', resource: oid('vendor'), pointer: '/config/accountEnabled', value: false }]);
  expect(step(changed.analysis)).toEqual([]);
});
