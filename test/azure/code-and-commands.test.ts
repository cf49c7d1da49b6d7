import { describe, expect, test } from '@jest/globals';
import { Redactor } from '../../src/snapshot/redact.ts';
import {
  assignment,
  identity,
  managed,
  oid,
  owner,
  person,
  principal,
  resource,
  resourceId,
  roleDefinition,
  subscription,
  subscriptionId,
  team,
} from '../support/azure-estate.ts';
import { bestPath, techniquesOf, types } from '../support/azure-paths.ts';

const vm = 'Microsoft.Compute/virtualMachines';

describe('who runs code where', () => {
  test('the code of a function lies in a storage account; an image in a registry', async () => {
    const site = {
      appSettings: { AzureWebJobsStorage: { $redacted: { endpoints: ['code.blob.core.windows.net'] } } },
      kind: 'functionapp',
      identity: identity('fn'),
    };
    const writer = roleDefinition('writer', { dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write'] });
    const pusher = roleDefinition('pusher', { actions: ['Microsoft.ContainerRegistry/registries/push/write'] });
    const app = { properties: { configuration: { registries: [{ server: 'images.azurecr.io' }] } }, identity: identity('fn') };
    const records = [
      person('ada'),
      person('bob'),
      managed('fn'),
      resource('Microsoft.Web/sites', 'fn', site),
      resource('Microsoft.Storage/storageAccounts', 'code'),
      writer,
      assignment('ada', 'writer', subscriptionId),
      resource('Microsoft.ContainerRegistry/registries', 'images', { properties: { loginServer: 'images.azurecr.io' } }),
      resource('Microsoft.App/containerApps', 'api', app),
      pusher,
      assignment('bob', 'pusher', subscriptionId),
    ];
    expect(await techniquesOf(records, oid('ada'), oid('fn'))).toEqual(['azure.storage-backs-function', 'azure.identity-token']);
    expect(await techniquesOf(records, oid('bob'), oid('fn'))).toEqual(['azure.image-replaced', 'azure.identity-token']);
  });

  test('whoever only reads the store of a function or a registry runs nothing there', async () => {
    const site = {
      appSettings: { AzureWebJobsStorage: { $redacted: { endpoints: ['code.blob.core.windows.net'] } } },
      kind: 'functionapp',
      identity: identity('fn'),
    };
    const records = [
      person('ada'),
      managed('fn'),
      resource('Microsoft.Web/sites', 'fn', site),
      resource('Microsoft.Storage/storageAccounts', 'code'),
      resource('Microsoft.ContainerRegistry/registries', 'images', { properties: { loginServer: 'images.azurecr.io' } }),
      resource('Microsoft.App/containerApps', 'api', {
        properties: { template: { containers: [{ image: 'images.azurecr.io/shop/api:3' }] } },
        identity: identity('fn'),
      }),
      roleDefinition('reader', {
        actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
        dataActions: ['Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'],
      }),
      assignment('ada', 'reader', subscriptionId),
    ];
    expect(await techniquesOf(records, oid('ada'), resourceId('Microsoft.ContainerRegistry/registries', 'images'))).toEqual(['azure.acr-pull']);
    expect(await techniquesOf(records, oid('ada'), oid('fn'))).toEqual(['no path']);
  });

  test('an image is replaced in the registry that the nodes of a cluster pull from; its own identity is not that of its pods', async () => {
    const kubernetes = 'Microsoft.ContainerService/managedClusters';
    const cluster = {
      identity: identity('control-plane'),
      properties: {
        identityProfile: { kubeletidentity: { objectId: oid('kubelet') } },
        addonProfiles: { azureKeyvaultSecretsProvider: { identity: { objectId: oid('addon') } } },
      },
    };
    const records = [
      person('bob'),
      ...['control-plane', 'kubelet', 'addon'].map((name) => managed(name)),
      resource(kubernetes, 'k8s', cluster),
      resource(kubernetes, 'other', {}),
      resource('Microsoft.ContainerRegistry/registries', 'images', { properties: { loginServer: 'images.azurecr.io' } }),
      roleDefinition('AcrPull', { actions: ['Microsoft.ContainerRegistry/registries/pull/read'] }),
      roleDefinition('AcrPush', { actions: ['Microsoft.ContainerRegistry/registries/pull/read', 'Microsoft.ContainerRegistry/registries/push/write'] }),
      assignment('kubelet', 'AcrPull', resourceId('Microsoft.ContainerRegistry/registries', 'images')),
      assignment('bob', 'AcrPush', resourceId('Microsoft.ContainerRegistry/registries', 'images')),
    ];
    const found = await bestPath(records, oid('bob'), resourceId(kubernetes, 'k8s'));
    expect(found?.steps.map((step) => step.techniques[0])).toEqual(['azure.image-replaced']);
    // The right to pull proves the second half of the hop.
    expect(found?.steps[0]?.evidence.some(({ resource: id }) => id.includes('/roleassignments/') && id.includes('registries/images'))).toBe(true);
    expect(await techniquesOf(records, oid('bob'), resourceId(kubernetes, 'other'))).toEqual(['no path']);
    expect(await techniquesOf(records, oid('bob'), oid('addon'))).toEqual(['azure.image-replaced', 'azure.identity-token']);
    expect(await techniquesOf(records, oid('bob'), oid('control-plane'))).toEqual(['no path']);
  });

  test('a runbook commands the hybrid workers of its account', async () => {
    const runbooks = 'Microsoft.Automation/automationAccounts';
    const workers = {
      ...resource(`${runbooks}/hybridRunbookWorkerGroups`, 'x', { hybridRunbookWorkers: [{ properties: { vmResourceId: resourceId(vm, 'backup') } }] }),
      id: `${resourceId(runbooks, 'ops')}/hybridrunbookworkergroups/site`,
    };
    const records = [
      person('ada'),
      resource(runbooks, 'ops'),
      workers,
      resource(vm, 'backup'),
      resource(vm, 'web'),
      roleDefinition('runbooks', { actions: [`${runbooks}/runbooks/write`, `${runbooks}/jobs/write`] }),
      assignment('ada', 'runbooks', resourceId(runbooks, 'ops')),
      person('bob'),
      roleDefinition('operator', { actions: [`${runbooks}/jobs/write`] }),
      assignment('bob', 'operator', resourceId(runbooks, 'ops')),
    ];
    expect(await techniquesOf(records, oid('ada'), resourceId(vm, 'backup'))).toEqual(['azure.runbook', 'azure.hybrid-worker']);
    expect(await techniquesOf(records, oid('ada'), resourceId(vm, 'web'))).toEqual(['no path']);
    // Starting a runbook that somebody else wrote commands nothing.
    expect(await techniquesOf(records, oid('bob'), resourceId(vm, 'backup'))).toEqual(['no path']);
  });

  test('a connection of an automation account is the application that it names', async () => {
    const redactor = new Redactor(Buffer.alloc(32, 1));
    const runbooks = 'Microsoft.Automation/automationAccounts';
    const config = {
      name: 'ops',
      id: resourceId(runbooks, 'ops'),
      connections: [{ properties: { fieldDefinitionValues: { ApplicationId: oid('runas-app'), CertificateThumbprint: 'AB' } } }],
    };
    const records = [
      { ...resource(runbooks, 'ops'), config: redactor.config(config, types.get(runbooks)) },
      principal('runas'),
      assignment('runas', owner, subscriptionId),
    ];
    expect(await techniquesOf(records, resourceId(runbooks, 'ops'), `admin:${subscription}`)).toEqual(['azure.stored-credential']);
  });

  test('the Entra administrator of a database server reads it; a cluster commands its nodes', async () => {
    const records = [
      person('ada'),
      resource('Microsoft.Sql/servers', 'db', { properties: { administrators: { sid: oid('dbas') } } }),
      team('dbas', ['ada']),
      resource('Microsoft.ContainerService/managedClusters', 'k8s', { properties: { nodeResourceGroup: 'MC_k8s' } }),
      resource('Microsoft.Compute/virtualMachineScaleSets', 'nodes', {}, 'mc_k8s'),
    ];
    expect(await techniquesOf(records, oid('ada'), resourceId('Microsoft.Sql/servers', 'db'))).toEqual(['azure.sql-administrator']);
    expect(
      await techniquesOf(
        records,
        resourceId('Microsoft.ContainerService/managedClusters', 'k8s'),
        resourceId('Microsoft.Compute/virtualMachineScaleSets', 'nodes', 'mc_k8s'),
      ),
    ).toEqual(['azure.cluster-nodes']);
  });
});
