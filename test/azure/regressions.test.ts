import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/model/json.ts';
import {
  application,
  assignment,
  contributor,
  graph,
  group,
  groupId,
  identity,
  managed,
  managementGroup,
  oid,
  owner,
  permitted,
  person,
  principal,
  resource,
  resourceId,
  roleDefinition,
  subscription,
  subscriptionId,
  tenant,
} from '../support/azure-estate.ts';
import { bestPath as best, verdictsOf } from '../support/azure-paths.ts';

const vm = 'Microsoft.Compute/virtualMachines';
const vault = 'Microsoft.KeyVault/vaults';

describe('defects of peers that we do not have', () => {
  const scopes = [
    ['root', '/'],
    ['management group', managementGroup('platform')],
    ['subscription', subscriptionId],
    ['resource group', groupId('main')],
    ['resource', resourceId(vm, 'web')],
  ] as const;
  const machine = [person('ada'), resource(vm, 'web', { identity: identity('web-identity') }), managed('web-identity')];

  test.each(scopes)('D1: Contributor at the %s runs code on the machine', async (_name, scope) => {
    const path = await best([...machine, assignment('ada', contributor, scope)], oid('ada'), resourceId(vm, 'web'));
    expect(path?.steps.map((step) => step.kind)).toEqual(['CanExecuteOn']);
    expect(path?.verdict).toBe('proven');
    expect(path?.steps[0]?.evidence.map((each) => each.pointer)).toContain('/config/properties');
  });

  test.each(scopes)('D2: a role for machines only, at the %s, leads to the machine’s identity', async (_name, scope) => {
    const role = roleDefinition('machine-operator', { actions: [`${vm}/extensions/write`] });
    const path = await best([...machine, role, assignment('ada', 'machine-operator', scope)], oid('ada'), oid('web-identity'));
    expect(path?.steps.flatMap((step) => step.techniques)).toEqual(['azure.vm-extension', 'azure.identity-token']);
  });

  test.each(['Get', 'get', 'all', 'All'])('D3: the access policy spells it %s', async (word) => {
    const policy = { objectId: oid('ada'), tenantId: tenant, permissions: { secrets: [word] } };
    const path = await best([person('ada'), resource(vault, 'keys', { properties: { accessPolicies: [policy] } })], oid('ada'), resourceId(vault, 'keys'));
    expect(path?.steps.map((step) => step.kind)).toEqual(['CanRead']);
  });

  test('D3: access policies say nothing of a vault that goes by roles, and roles nothing of one that goes by policies', async () => {
    const policy = { objectId: oid('ada'), tenantId: tenant, permissions: { secrets: ['get'] } };
    const role = roleDefinition('secrets-user', { dataActions: [`${vault}/secrets/getSecret/action`] });
    const records = [person('ada'), person('bob'), role, assignment('bob', 'secrets-user', subscriptionId)];
    const byRoles = resource(vault, 'keys', { properties: { enableRbacAuthorization: true, accessPolicies: [policy] } });
    const byPolicy = resource(vault, 'keys', { properties: { accessPolicies: [policy] } });
    expect(await best([...records, byRoles], oid('ada'), resourceId(vault, 'keys'))).toBeUndefined();
    expect(await best([...records, byPolicy], oid('bob'), resourceId(vault, 'keys'))).toBeUndefined();
    expect((await best([...records, byRoles], oid('bob'), resourceId(vault, 'keys')))?.verdict).toBe('proven');
  });

  test('D4: who may write assignments is as good as an owner, unless a condition says which', async () => {
    const role = roleDefinition('rbac-administrator', { actions: ['Microsoft.Authorization/roleAssignments/write', '*/read'] });
    const condition = `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{17d1049b-9a84-46fb-8f53-869881c3d3ab}))`;
    expect(
      (await best([person('ada'), role, assignment('ada', 'rbac-administrator', subscriptionId)], oid('ada'), `admin:${subscription}`))?.steps[0]?.techniques,
    ).toContain('azure.grant-role');
    expect(
      await best(
        [person('ada'), role, assignment('ada', 'rbac-administrator', subscriptionId, { condition, conditionVersion: '2.0' })],
        oid('ada'),
        `admin:${subscription}`,
      ),
    ).toBeUndefined();
  });

  test('D4: a condition that lets roles of vaults be given leads to vaults, on that condition, and no further', async () => {
    const role = roleDefinition('vault-delegate', { actions: ['Microsoft.Authorization/roleAssignments/write'] });
    const condition = `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{4633458b-17de-408a-b874-0445c86b69e6}`;
    const records = [
      person('ada'),
      role,
      assignment('ada', 'vault-delegate', subscriptionId, { condition }),
      resource(vault, 'keys', { properties: { enableRbacAuthorization: true } }),
    ];
    const found = await best(records, oid('ada'), resourceId(vault, 'keys'));
    expect(found?.verdict).toBe('conditional');
    expect(found?.steps[0]?.conditions[0]?.values).toEqual(['4633458b-17de-408a-b874-0445c86b69e6']);
    expect(await best(records, oid('ada'), `admin:${subscription}`)).toBeUndefined();
  });

  test('D9: a custom role, an inherited scope, an identity and an application permission in one path to the tenant', async () => {
    const role = roleDefinition('operator', { actions: ['*'], notActions: [`${vm}/delete`, 'Microsoft.Authorization/*/write'] });
    const records = [
      ...machine.slice(0, 2),
      principal('web-identity', { servicePrincipalType: 'ManagedIdentity', appRoleAssignments: permitted('Application.ReadWrite.All') }),
    ];
    const target = [
      application('billing'),
      principal('billing', { appRoleAssignments: permitted('RoleManagement.ReadWrite.Directory') }),
      graph(['Application.ReadWrite.All', 'RoleManagement.ReadWrite.Directory']),
    ];
    const path = await best(
      [...records, ...target, role, group('other'), assignment('ada', 'operator', managementGroup('platform'))],
      oid('ada'),
      `admin:${tenant}`,
    );
    expect(path?.steps.map((step) => step.to)).toEqual([resourceId(vm, 'web'), oid('web-identity'), oid('billing'), tenant]);
  });

  test('an owner of a subscription administers it', async () => {
    const path = await best([...machine, assignment('ada', owner, subscriptionId)], oid('ada'), `admin:${subscription}`);
    expect(path?.steps).toEqual([]);
    expect(path?.verdict).toBe('proven');
  });

  test('the publishing password opens nothing where basic authentication is off; where that was not read it is not known', async () => {
    const site = 'Microsoft.Web/sites';
    const policies = (scm: boolean, ftp: boolean) => ({
      basicPublishingCredentialsPolicies: [
        { name: 'scm', properties: { allow: scm } },
        { name: 'ftp', properties: { allow: ftp } },
      ],
    });
    const publisher = [person('ada'), roleDefinition('publisher', { actions: [`${site}/publishxml/action`] }), assignment('ada', 'publisher', subscriptionId)];
    // Each alone: one site may be reached from another over the network, which is a way of its own.
    const found = (own: JsonObject) => verdictsOf([...publisher, resource(site, 'shop', own)], oid('ada'), resourceId(site, 'shop'));
    expect(await found(policies(false, false))).toEqual(['no path']);
    expect(await found(policies(false, true))).toEqual(['azure.site-publish']);
    expect(await found({})).toEqual(['azure.site-publish (unknown)']);
  });
});
