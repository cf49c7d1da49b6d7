import { describe, expect, test } from '@jest/globals';
import { type Analysis, allTypes, analyseSnapshot } from '../../src/cli/analysis.ts';
import { makePlan } from '../../src/cli/plan.ts';
import { planDocument } from '../../src/cli/plan-document.ts';
import { withChanges } from '../../src/cli/whatif.ts';
import { IamGroups } from '../../src/model/iam-groups.ts';
import { resolvePointer } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { parseChanges } from '../../src/paths/change-file.ts';
import { besides } from '../../src/paths/plan/azure/assignments.ts';
import { azureCandidates, azurePlaces } from '../../src/paths/plan/azure/places.ts';
import { accessTaken, takenText } from '../../src/paths/plan/in-use.ts';
import { remedyOf } from '../../src/paths/plan/remedy.ts';
import { stepProofs } from '../../src/paths/proofs.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
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

interface PlaceCase {
  readonly record: SnapshotRecord;
  readonly pointer: string;
  readonly technique?: string;
  readonly changes: readonly { readonly title: RegExp; readonly cli: RegExp; readonly terraform: RegExp }[];
}

const storage = (properties: object, more: object = {}): SnapshotRecord =>
  resource('Microsoft.Storage/storageAccounts', 'ledger', { properties, ...more } as never);
const assigned = `${subscriptionId}/resourceGroups/main/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-a`;
const closed = {
  title: /^disable public network access of ledger$/,
  cli: /--set properties\.publicNetworkAccess=Disabled$/,
  terraform: /public_network_access_enabled = false$/,
};
const role = (actions: readonly string[]): SnapshotRecord => azure.roleDefinition('vault hands', { actions: [], dataActions: [...actions] });

/** Kinds of places that the plans above come to. */
const planned = [
  ['Microsoft.Authorization/roleAssignments', '/config/properties'],
  ['Microsoft.Graph/unifiedRoleAssignment', '/config'],
  ['Microsoft.KeyVault/vaults', '/config/properties/accessPolicies/0'],
] as const;

/** One case, at least, for each kind of place. */
const places: readonly PlaceCase[] = [
  {
    record: azure.assignment('ada', 'x', subscriptionId, {}, 'roleEligibilityScheduleInstances'),
    pointer: '/config/properties',
    changes: [
      {
        title: /^end the eligibility of \S+ for \S+ on /,
        cli: /--method PUT .*"requestType":"AdminRemove"/,
        terraform: /azurerm_pim_eligible_role_assignment/,
      },
    ],
  },
  {
    record: role(['Microsoft.KeyVault/vaults/*']),
    pointer: '/config/properties/permissions/0',
    technique: 'azure.vault-secrets',
    changes: [
      {
        title: /^exclude Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action from the role vault hands$/,
        cli: /"NotDataActions":\["Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action"\]/,
        terraform: /not_data_actions = \["/,
      },
    ],
  },
  {
    record: role(['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/keys/read']),
    pointer: '/config/properties/permissions/0',
    technique: 'azure.vault-secrets',
    changes: [
      {
        title: /^remove Microsoft\.KeyVault\/vaults\/secrets\/getSecret\/action from the role/,
        cli: /"DataActions":\["Microsoft\.KeyVault\/vaults\/keys\/read"\]/,
        terraform: /data_actions {5}= \["Microsoft.KeyVault\/vaults\/keys\/read"\]/,
      },
    ],
  },
  {
    record: azure.directoryAssignment('ada', 'template', '/', 'unifiedRoleEligibilityScheduleInstance'),
    pointer: '/config',
    changes: [
      {
        title: /^end the eligibility for directory role template of /,
        cli: /--method POST .*"action":"adminRemove"/,
        terraform: /azuread_directory_role_eligibility/,
      },
    ],
  },
  {
    record: azure.entity('oauth2PermissionGrant', 'consent', { clientId: oid('app'), scope: ' Mail.ReadWrite ', consentType: 'AllPrincipals' }),
    pointer: '/config/scope',
    changes: [
      {
        title: /^withdraw the delegated permissions Mail\.ReadWrite of /,
        cli: /DELETE .*oauth2PermissionGrants\/consent$/,
        terraform: /delegated_permission_grant/,
      },
    ],
  },
  {
    record: principal('sso', { appRoleAssignedTo: [{ id: 'a1', principalId: oid('team'), principalDisplayName: 'team', resourceId: oid('sso') }] as never }),
    pointer: '/config/appRoleAssignedTo/0',
    changes: [{ title: /^remove the assignment of team from sso$/, cli: /DELETE .*\/appRoleAssignedTo\/a1$/, terraform: /azuread_app_role_assignment/ }],
  },
  {
    record: team('staff', ['ada']),
    pointer: '/config/members/0/id',
    changes: [{ title: /^take \S+ out of group staff$/, cli: /^az ad group member remove --group/, terraform: /azuread_group_member/ }],
  },
  {
    record: team('staff', [], { owners: [{ id: oid('ada') }] as never }),
    pointer: '/config/owners/0',
    changes: [{ title: /^remove the owner \S+ from staff$/, cli: /^az ad group owner remove/, terraform: /off the owners in azuread_group/ }],
  },
  {
    record: principal('robot', { owners: [{ id: oid('ada') }] as never }),
    pointer: '/config/owners/0',
    changes: [{ title: /^remove the owner \S+ from robot$/, cli: /DELETE .*\/servicePrincipals\/\S+\/owners\/\S+ref/, terraform: /azuread_service_principal/ }],
  },
  {
    record: resource('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-a', { federatedIdentityCredentials: [{ name: 'gh' }] as never }),
    pointer: '/config/federatedIdentityCredentials/0',
    changes: [
      {
        title: /^remove the federated credential gh from id-a$/,
        cli: /^az identity federated-credential delete --yes --name gh --identity-name id-a --resource-group main --subscription /,
        terraform: /azurerm_federated_identity_credential/,
      },
    ],
  },
  {
    record: person('ada'),
    pointer: '/config/accountEnabled',
    changes: [{ title: /^disable ada$/, cli: /^az ad user update --id \S+ --account-enabled false$/, terraform: /account_enabled = false/ }],
  },
  {
    record: principal('vendor', { accountEnabled: true }),
    pointer: '/config/appOwnerOrganizationId',
    changes: [{ title: /^disable vendor$/, cli: /^az ad sp update/, terraform: /azuread_service_principal/ }],
  },
  {
    record: storage({ allowSharedKeyAccess: true }),
    pointer: '/config/properties/allowSharedKeyAccess',
    changes: [
      { title: /^admit no shared keys to ledger$/, cli: /--set properties\.allowSharedKeyAccess=false$/, terraform: /shared_access_key_enabled = false/ },
    ],
  },
  {
    record: storage({ allowBlobPublicAccess: true }),
    pointer: '/config/properties/allowBlobPublicAccess',
    changes: [{ title: /^admit no anonymous reading of ledger$/, cli: /allowBlobPublicAccess=false/, terraform: /allow_nested_items_to_be_public = false/ }],
  },
  {
    record: storage({ networkAcls: { defaultAction: 'Allow' } }),
    pointer: '/config/properties/networkAcls',
    changes: [{ title: /^let only listed networks come to ledger$/, cli: /networkAcls\.defaultAction=Deny$/, terraform: /default_action = "Deny"/ }, closed],
  },
  {
    record: storage({ networkAcls: { defaultAction: 'Deny', ipRules: [{ value: '203.0.113.0/24' }] } }),
    pointer: '/config/properties/networkAcls/ipRules',
    changes: [closed],
  },
  {
    record: resource('Microsoft.Sql/servers', 'ledger', {
      firewallRules: [{ name: 'all', properties: { startIpAddress: '0.0.0.0', endIpAddress: '255.255.255.255' } }] as never,
    }),
    pointer: '/config/firewallRules/0',
    changes: [
      {
        title: /^remove the firewall rule all from ledger$/,
        cli: /^az resource delete --ids \S+\/firewallRules\/all$/,
        terraform: /remove the resource azurerm_mssql_firewall_rule "all" of "ledger"/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkSecurityGroups', 'nsg', {
      properties: {
        securityRules: [{ name: 'ssh', properties: { access: 'Allow', protocol: 'Tcp', destinationPortRange: '22', sourceAddressPrefix: '*' } }],
      } as never,
    }),
    pointer: '/config/properties/securityRules/0',
    changes: [
      {
        title: /^remove the rule ssh \(tcp 22 from \*\) from nsg$/,
        cli: /^az network nsg rule delete .*--nsg-name nsg --name ssh$/,
        terraform: /azurerm_network_security_rule "ssh"/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkSecurityGroups', 'nsg', {
      properties: { securityRules: [{ name: 'no', properties: { access: 'Deny' } }] } as never,
    }),
    pointer: '/config/properties/securityRules/0',
    changes: [],
  },
  {
    record: resource('Microsoft.Compute/virtualMachines', 'web', { identity: azure.identity('web') }),
    pointer: '/config/identity/principalId',
    changes: [
      { title: /^take the managed identity off web$/, cli: /^az vm identity remove --ids \S+ --identities '\[system\]'$/, terraform: /system-assigned/ },
    ],
  },
  {
    record: resource('Microsoft.Compute/virtualMachines', 'web', {
      identity: { type: 'UserAssigned', userAssignedIdentities: { [assigned]: { principalId: oid('id-a') } } },
    }),
    pointer: `/config/identity/userAssignedIdentities/${assigned.replaceAll('/', '~1')}/principalId`,
    changes: [
      {
        title: /^take the identity id-a off web$/,
        cli: /^az vm identity remove --ids \S+ --identities \S+\/userAssignedIdentities\/id-a$/,
        terraform: /identity_ids/,
      },
    ],
  },
  {
    record: resource('Microsoft.Web/sites', 'shop', { appSettings: { AWS_ACCESS_KEY_ID: 'kept' } as never }),
    pointer: '/config/appSettings/AWS_ACCESS_KEY_ID',
    changes: [
      {
        title: /^remove the setting AWS_ACCESS_KEY_ID from shop$/,
        cli: /^az webapp config appsettings delete --ids \S+ --setting-names AWS_ACCESS_KEY_ID$/,
        terraform: /app_settings/,
      },
    ],
  },
  {
    record: principal('robot', { appRoleAssignments: [{ id: 'a1', resourceId: oid('graph'), appRoleId: 'role' }] as never }),
    pointer: '/config/appRoleAssignments/0',
    changes: [
      {
        title: /^withdraw the permission role from robot$/,
        cli: /^az rest --method DELETE --url https:\/\/graph\.microsoft\.com\/v1\.0\/servicePrincipals\/\S+\/appRoleAssignedTo\/a1$/,
        terraform: /azuread_app_role_assignment/,
      },
    ],
  },
  {
    record: storage({ publicNetworkAccess: 'Enabled' }),
    pointer: '/config/properties/publicNetworkAccess',
    changes: [closed],
  },
  {
    record: resource('Microsoft.Automation/automationAccounts', 'runner', {
      identity: { type: 'SystemAssigned, UserAssigned', principalId: oid('runner'), userAssignedIdentities: { [assigned]: { principalId: oid('id-a') } } },
    }),
    pointer: '/config/identity/principalId',
    changes: [
      {
        title: /^take the managed identity off runner$/,
        cli: /^az resource patch --ids \S+ --is-full-object --properties '\{"identity":\{"type":"UserAssigned"\}\}'$/,
        terraform: /system-assigned/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkSecurityGroups', 'nsg', { properties: { securityRules: [] } as never }),
    pointer: '/config/properties',
    changes: [
      {
        title: /^deny what comes from the networks beside in nsg, but for its rules$/,
        cli: /^az network nsg rule create --subscription \S+ --resource-group main --nsg-name nsg --name deny-virtual-network --priority 4096 --direction Inbound --access Deny --protocol '\*' --source-address-prefixes VirtualNetwork --destination-port-ranges '\*'$/,
        terraform: /resource "azurerm_network_security_rule" "deny-virtual-network" \{/,
      },
    ],
  },
  {
    record: resource('Microsoft.Network/networkInterfaces', 'nic', {
      properties: { ipConfigurations: [{ name: 'first', properties: { publicIPAddress: { id: `${subscriptionId}/x/ip-web` } } }] } as never,
    }),
    pointer: '/config/properties/ipConfigurations/0',
    changes: [
      {
        title: /^take the public address ip-web off nic$/,
        cli: /^az network nic ip-config update --subscription \S+ --resource-group main --nic-name nic --name first --remove publicIpAddress$/,
        terraform: /public_ip_address_id/,
      },
    ],
  },
  {
    record: resource('Microsoft.Web/sites', 'shop', { properties: {} }),
    pointer: '/config',
    technique: 'network.reaches',
    changes: [
      {
        title: /^disable public network access of shop$/,
        cli: /--set properties\.publicNetworkAccess=Disabled$/,
        terraform: /public_network_access_enabled = false/,
      },
    ],
  },
];

test.each(places.map((each) => [`${each.record.type} ${each.pointer}`, each] as const))('%s', (_, { record, pointer, technique = 'x', changes }) => {
  const snapshot = memorySnapshot([...tree(), record], { types });
  const find = (id: string) => [snapshot.find(id)].find((each) => each?.id === id);
  const found = azureCandidates(
    { from: 'somebody', to: record.id, proof: { technique, kind: 'CanRead', likelihood: 1, evidence: [{ resource: record.id, pointer, call: '' }] } },
    { record, pointer, value: resolvePointer(record as never, pointer) ?? null },
    {
      record: find,
      groups: new IamGroups([]),
      technique: (id) =>
        id === 'azure.vault-secrets'
          ? { base: 1, actions: [{ action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action', suffix: undefined }], remove: [] }
          : undefined,
      organization: undefined,
      holders: () => [oid('ada')],
      scopesIn: () => [],
    },
  );
  expect(found.length).toBe(changes.length);
  for (const [index, candidate] of found.entries()) {
    const wanted = changes[index];
    if (wanted === undefined) throw new Error('a change that nobody expects');
    // It is a change of what stands there, and the snapshot is another with it.
    const changed = changedSnapshot(snapshot, candidate.changes, types);
    expect(changed.touched).toEqual([record.id]);
    const remedies = candidate.changes.map((change) => remedyOf(change, record, changed.snapshot.find(record.id)));
    expect(candidate.title).toMatch(wanted.title);
    expect(remedies[0]?.cli).toMatch(wanted.cli);
    expect(remedies.flatMap(({ cli }) => cli.split('\n')).flatMap(azProblems)).toEqual([]);
    expect(remedies[0]?.terraform).toMatch(wanted.terraform);
    expect(remedies.flatMap(({ terraform }) => terraformProblems(terraform))).toEqual([]);
    // What it takes away is told, with what would tell of its use.
    expect(takenText(accessTaken(candidate.takes, find))).toMatch(/^not known: .* \(.+\)$/);
  }
});

test('every kind of place of Azure has a case', () => {
  const all = [...places.map(({ record, pointer }) => [record.type, pointer] as const), ...planned];
  const missing = azurePlaces.filter((row) => !all.some(([type, pointer]) => azurePlaces.find(([a, b]) => a.test(type) && b.test(pointer)) === row));
  expect(missing.map(([type, pointer]) => `${type} ${pointer}`)).toEqual([]);
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
