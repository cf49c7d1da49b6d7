import { describe, expect, test } from '@jest/globals';
import { createAzureIamEngine } from '../../src/iam/azure/engine.ts';
import { createIamEngine } from '../../src/iam/create.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import {
  assignment,
  contributor,
  directoryAssignment,
  directoryRole,
  entity,
  oid,
  owner,
  person,
  principal,
  resource,
  resourceId,
  subscription,
  subscriptionId,
  team,
  tenant,
  tree,
} from '../support/azure-estate.ts';
import { bestPath, techniquesOf, types } from '../support/azure-paths.ts';
import { bucket, userArn } from '../support/estate.ts';

const vm = 'Microsoft.Compute/virtualMachines';
const vault = 'Microsoft.KeyVault/vaults';

test('nobody phishes the account of the synchronization, which is entered from its server', async () => {
  const role = 'd29b2b05-8046-44ba-8758-1e26182fcf32';
  const records = [
    entity('organization', tenant, { onPremisesSyncEnabled: true }),
    person('sync'),
    person('ada'),
    directoryRole('Directory Synchronization Accounts', ['microsoft.directory/applications/credentials/update'], role),
    directoryAssignment('sync', role),
  ];
  expect(await techniquesOf(records, `onprem:entra-connect-${tenant}`, oid('sync'))).toEqual(['entra.sync-account']);
  expect(await techniquesOf(records, `phished:${oid('ada')}`, oid('ada'))).toEqual(['entra.phished-user']);
  await expect(techniquesOf(records, `phished:${oid('sync')}`, oid('sync'))).rejects.toThrow('is not in the graph');
});

test('the account of the synchronization sets passwords of those who are synchronized, and of nobody else', async () => {
  const role = 'd29b2b05-8046-44ba-8758-1e26182fcf32';
  const records = [
    entity('organization', tenant, { onPremisesSyncEnabled: true }),
    person('sync'),
    person('ada', { onPremisesSyncEnabled: true }),
    person('eve'),
    directoryRole('Directory Synchronization Accounts', [], role),
    directoryAssignment('sync', role),
  ];
  expect(await techniquesOf(records, oid('sync'), oid('ada'))).toEqual(['entra.synchronized-user']);
  expect(await techniquesOf(records, oid('sync'), oid('eve'))).toEqual(['no path']);
});

describe('from outside, from the premises and from above', () => {
  test('from the premises over the synchronization to the tenant', async () => {
    const records = [
      entity('organization', tenant, { displayName: 'Fabrikam', onPremisesSyncEnabled: true }),
      person('admin', { onPremisesSyncEnabled: true }),
      directoryRole('Privileged Role Administrator', ['microsoft.directory/roleAssignments/allProperties/allTasks'], 'e8611ab8-c189-46e8-94e1-60213ab1f814'),
      team('admins', ['admin'], { isAssignableToRole: true }),
      directoryAssignment('admins', 'e8611ab8-c189-46e8-94e1-60213ab1f814'),
    ];
    expect(await techniquesOf(records, `onprem:entra-connect-${tenant}`, `admin:${tenant}`)).toEqual(['entra.synchronized-user', 'entra.assign-role']);
  });

  test('whoever signs for a federated domain is any of its users that can be named to it', async () => {
    const administrator = '62e90394-69f5-4237-9190-012177145e10';
    const records = (domain: JsonObject) => [
      entity('domain', 'fabrikam.example', { isVerified: true, ...domain }),
      person('admin', { onPremisesImmutableId: 'x==' }),
      person('cloud'),
      directoryRole('Global Administrator', ['microsoft.directory/*'], administrator),
      directoryAssignment('admin', administrator),
      assignment('cloud', owner, subscriptionId),
    ];
    const read = records({ authenticationType: 'Federated', federationConfiguration: [{ issuerUri: 'http://sts.fabrikam.example/adfs/services/trust' }] });
    expect(await techniquesOf(read, 'saml:http://sts.fabrikam.example/adfs/services/trust', oid('admin'))).toEqual(['entra.federated-domain']);
    expect(await techniquesOf(records({ authenticationType: 'Federated' }), 'onprem:federation-fabrikam.example', oid('admin'))).toEqual([
      'entra.federated-domain',
    ]);
    // Without an immutable id no assertion names the user; the tenant's Global Administrator leads to everybody all the same.
    const [first] = (await bestPath(read, 'saml:http://sts.fabrikam.example/adfs/services/trust', oid('cloud')))?.steps ?? [];
    expect(first?.to).toBe(oid('admin'));
    await expect(techniquesOf(records({ authenticationType: 'Managed' }), 'onprem:federation-fabrikam.example', oid('admin'))).rejects.toThrow(
      'not in the graph',
    );
  });

  test('an application of another tenant, and a guest, are ways in', async () => {
    const other = '0c0c0c0c-0000-4000-8000-000000000009';
    const records = [
      principal('saas', { appOwnerOrganizationId: other }),
      assignment('saas', owner, subscriptionId),
      person('guest', { userType: 'Guest', mail: 'g@partner.example' }),
      assignment('guest', owner, subscriptionId),
    ];
    expect(await techniquesOf(records, `azure:tenant:${other}`, `admin:${subscription}`)).toEqual(['entra.foreign-application']);
    expect(await techniquesOf(records, 'azure:tenant:partner.example', `admin:${subscription}`)).toEqual(['entra.guest']);
  });

  test('a tenant that manages by Lighthouse', async () => {
    const other = '0c0c0c0c-0000-4000-8000-000000000009';
    const offer = { managedByTenantId: other, authorizations: [{ principalId: oid('x'), roleDefinitionId: `/x/${contributor}` }] };
    const delegation = {
      ...resource('Microsoft.ManagedServices/registrationAssignments', 'l', { properties: { registrationDefinition: { properties: offer } } }),
      id: `${subscriptionId}/providers/microsoft.managedservices/registrationassignments/l`,
    };
    expect(await techniquesOf([delegation, resource(vm, 'web')], `azure:tenant:${other}`, resourceId(vm, 'web'))).toEqual(['azure.vm-run-command']);
  });

  test('control of the tenant is control of its subscriptions and of what is in them', async () => {
    const records = [
      person('ada'),
      directoryRole('Global Administrator', [], '62e90394-69f5-4237-9190-012177145e10'),
      directoryAssignment('ada', '62e90394-69f5-4237-9190-012177145e10'),
      resource(vault, 'keys', {}),
    ];
    const found = await bestPath(records, oid('ada'), resourceId(vault, 'keys'));
    expect(found?.steps.flatMap((step) => step.techniques[0] ?? [])).toContain('azure.elevate-access');
    expect(found?.steps.at(-1)?.techniques).toEqual(['azure.scope-control']);
  });

  test('who approves an activation holds the role once somebody eligible asks, and nobody approves for himself alone', () => {
    const rule = {
      id: 'Approval_EndUser_Assignment',
      setting: { isApprovalRequired: true, approvalStages: [{ primaryApprovers: [{ userId: oid('boss') }, { userId: oid('ada') }] }] },
    };
    const policy = entity('unifiedRoleManagementPolicyAssignment', 'p', {
      roleDefinitionId: '62e90394-69f5-4237-9190-012177145e10',
      scopeId: '/',
      policy: { rules: [rule] },
    });
    const administrator = '62e90394-69f5-4237-9190-012177145e10';
    const records = [
      person('boss'),
      person('ada'),
      person('eve'),
      directoryRole('Global Administrator', ['microsoft.directory/*'], administrator),
      directoryAssignment('ada', administrator, '/', 'unifiedRoleEligibilityScheduleInstance'),
      policy,
    ];
    const iam = createAzureIamEngine(memorySnapshot(records, { types }));
    const keys = (who: string) => iam.admin(oid(who)).residual.flatMap(({ allOf }) => allOf.map((atom) => `${atom.key} ${atom.values.join()}`));
    expect(keys('boss')).toEqual(['pim:Activation Global Administrator', `pim:EligibleRequest ${oid('ada')}`]);
    expect(keys('ada')).toEqual(['pim:Activation Global Administrator', `pim:Approval ${[oid('ada'), oid('boss')].sort().join()}`]);
    expect(iam.admin(oid('eve')).verdict).toBe('no');
  });

  test('who may do something is asked of outsiders of both clouds, in a snapshot of both', async () => {
    const open = { properties: { allowBlobPublicAccess: true }, containers: [{ name: 'site', properties: { publicAccess: 'Container' } }] };
    const store = 'Microsoft.Storage/storageAccounts';
    const everybody = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::cards/*' }] };
    const iam = await createIamEngine(
      memorySnapshot([...tree(), resource(store, 'web', open), resource(store, 'shut'), bucket('cards', everybody)], { types }),
    );
    const read = `data:${store}/blobServices/containers/blobs/read`;
    const blobs = (name: string): string => `${resourceId(store, name)}/blobservices/default/containers/site`;
    expect(iam.outsiders?.(read, blobs('web'))).toEqual(['*']);
    expect(iam.outsiders?.(read, blobs('shut'))).toEqual([]);
    expect(iam.outsiders?.('s3:GetObject', 'arn:aws:s3:::cards/x')).toContain('*');
    expect(iam.layers?.(userArn('nobody'), 's3:GetObject', 'arn:aws:s3:::cards/x').length).toBeGreaterThan(0);
  });
});
