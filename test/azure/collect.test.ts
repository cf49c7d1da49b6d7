import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { startReplay } from '../../scripts/azure/replay.ts';
import { azure, collect, error, isTable, useReplay } from './collecting.ts';
import { groupId, other, principalId, row, secretSetting, smallWorld, subscription, tenant } from './world.ts';

useReplay();

describe('a tenant that answers', () => {
  test('resources, hierarchy, directory: ids folded, types as Azure spells them, raw properties kept', async () => {
    const { code, manifest, of, state } = await collect();
    expect(code).toBe(0);
    expect(manifest.state).toBe('complete');
    const [vm] = of('Microsoft.Compute/virtualMachines');
    expect(vm).toMatchObject({
      id: `/subscriptions/${subscription}/resourcegroups/core-rg/providers/microsoft.compute/virtualmachines/web-01`,
      account: subscription,
      region: 'westeurope',
      calls: ['resourcegraph:resources'],
      config: { name: 'Web-01', properties: { aPropertyOfNextYear: { kept: true } } },
    });
    expect(of('Microsoft.Network/virtualNetworks/subnets')).toMatchObject([{ config: { name: 'web' }, region: 'westeurope' }]);
    expect(of('Microsoft.KeyVault/vaults')).toMatchObject([{ config: { secrets: [{ name: 'db' }] } }]);
    expect(of('Microsoft.Storage/storageAccounts')).toMatchObject([{ account: other }]);
    expect(of('Microsoft.Authorization/roleAssignments')).toMatchObject([{ account: tenant, region: 'global' }]);
    expect(of('Microsoft.ManagedIdentity/userAssignedIdentities')).toMatchObject([{ config: { federatedIdentityCredentials: [{ name: 'main' }] } }]);
    expect(of('Microsoft.Graph/user')).toHaveLength(25);
    expect(of('Microsoft.Graph/group').find((record) => record.id === groupId(1))?.config['members']).toHaveLength(12);
    expect(of('Microsoft.Graph/authorizationPolicy')).toHaveLength(1);
    expect(state('arm:Microsoft.Authorization/denyAssignments', other)).toBe('ok');
    expect(manifest.scope.providers).toEqual(['azure', 'entra']);
  });

  test('pages are put together, in Resource Graph, Azure Resource Manager and Microsoft Graph, in batches too', async () => {
    azure.replay.pageSize = 5;
    const { of, manifest } = await collect();
    expect(of('Microsoft.Web/sites')).toHaveLength(1);
    expect(of('Microsoft.Graph/user')).toHaveLength(25);
    expect(of('Microsoft.Graph/group').find((record) => record.id === groupId(1))?.config['members']).toHaveLength(12);
    expect(manifest.calls.find((call) => call.call === 'graph:users')?.requests).toBe(5);
  });

  test('one request for each page of a table, whichever collectors ask; members of twenty groups are one request', async () => {
    await collect();
    const queries = azure.replay.seen.filter(
      (asked) => asked.path.endsWith('/resourcegraph/resources') || asked.path.endsWith('microsoft.resourcegraph/resources'),
    );
    expect(queries.filter(isTable('resources'))).toHaveLength(1);
    expect(azure.replay.seen.filter((asked) => asked.method === 'BATCH' && asked.path.endsWith('/members'))).toHaveLength(25);
    expect(azure.replay.seen.filter((asked) => asked.path === '/v1.0/$batch').length).toBeLessThan(10);
  });

  test('the graph: who is in what, who uses which identity, over the whole tree', async () => {
    const { out } = await collect();
    const { analyse } = await import('../../src/cli/analysis.ts');
    const { graph } = await analyse(out);
    const edges = new Set<string>();
    const short = (index: number): string => graph.node(index).id.split('/').at(-1) ?? '';
    for (let edge = 0; edge < graph.edgeCount; edge++)
      edges.add(`${short(graph.sources[edge] ?? 0)} ${graph.edgeKind(edge)} ${short(graph.targets[edge] ?? 0)}`);
    const wanted = [
      `${tenant} Contains ${tenant}`,
      `${tenant} Contains platform`,
      `platform Contains ${subscription}`,
      `${subscription} Contains core-rg`,
      'core-rg Contains web-01',
      'core Contains web',
      'web Contains web-nic',
      'web Guards web-nic',
      'web-nic AttachedTo web-01',
      `web-01 UsesIdentity ${principalId(1)}`,
      `web-01 UsesIdentity ${principalId(2)}`,
      'web-01 UsesIdentity deployer',
      `deployer UsesIdentity ${principalId(2)}`,
    ];
    expect(wanted.filter((edge) => !edges.has(edge))).toEqual([]);
  });

  test('settings of apps are asked for only when wanted, and then written as hashes', async () => {
    const without = await collect(['--services', 'web']);
    expect(azure.replay.seen.some((asked) => asked.path.includes('appsettings'))).toBe(false);
    expect(without.of('Microsoft.Web/sites')[0]?.config['appSettings']).toBeUndefined();
    const { out, of, err } = await collect(['--services', 'web', '--app-settings']);
    expect(of('Microsoft.Web/sites')[0]?.config['appSettings']).toMatchObject({ DB: { $redacted: { kind: expect.any(String) } } });
    const written = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
      .map((data) => (data[0] === 0x1f ? gunzipSync(data).toString() : data.toString()))
      .join('\n');
    for (const planted of [secretSetting, 'Sw0rdfish', azure.replay.env['AZURE_CLIENT_SECRET'] ?? '']) expect(written + err).not.toContain(planted);
  });

  test('what no collector knows is kept as it was answered, and the report says so', async () => {
    await azure.replay.close();
    const world = smallWorld();
    const strange = row('Microsoft.Quantum/Workspaces', 'Lab-1', { provider: 'someone', password: 'hunter2-hunter2' });
    azure.replay = await startReplay({ ...world, tables: { ...world.tables, resources: [...(world.tables['resources'] ?? []), strange] } });
    const { out, of } = await collect([]);
    expect(of('Microsoft.Quantum/Workspaces')).toMatchObject([{ account: subscription, region: 'westeurope', config: { name: 'Lab-1' } }]);
    expect(JSON.stringify(of('Microsoft.Quantum/Workspaces'))).not.toContain('hunter2');
    const { analyse } = await import('../../src/cli/analysis.ts');
    expect((await analyse(out)).completeness.notModelled.join(' ')).toContain('Microsoft.Quantum/Workspaces');
  });

  test('only the named subscriptions are asked for', async () => {
    const { of, manifest } = await collect(['--subscriptions', other]);
    expect(of('Microsoft.Storage/storageAccounts')).toHaveLength(1);
    expect(of('Microsoft.Compute/virtualMachines')).toHaveLength(0);
    expect(manifest.scope.accounts).toEqual([other, tenant]);
  });

  test('a token is for the service that it is sent to', async () => {
    // The server answers 401 to a token of the other service; nothing is missing, so none was.
    expect((await collect()).manifest.calls.filter((call) => call.state === 'denied')).toEqual([]);
  });
});

describe('without Resource Graph', () => {
  test('the SDK lists the resources, and each is asked for: the same records', async () => {
    await azure.replay.close();
    const world = smallWorld();
    const listed = (of: string) => (world.tables['resources'] ?? []).filter((row) => row['subscriptionId'] === of);
    const types = [...new Set((world.tables['resources'] ?? []).map((row) => String(row['type'])))];
    const answers = { ...world.answers };
    for (const each of [subscription, other]) {
      answers[`subscriptions/${each}/providers`] = types.map((type) => ({
        namespace: type.split('/')[0] ?? '',
        resourceTypes: [{ resourceType: type.split('/').slice(1).join('/'), apiVersions: ['2024-01-01', '2025-01-01-preview'] }],
      }));
      answers[`subscriptions/${each}/resources`] = listed(each).map(({ id, name, type, location }) => ({
        id: id ?? '',
        name: name ?? '',
        type: type ?? '',
        location: location ?? '',
      }));
      answers[`subscriptions/${each}/resourcegroups`] = [];
    }
    for (const row of world.tables['resources'] ?? []) answers[String(row['id']).slice(1).toLowerCase()] = row;
    azure.replay = await startReplay({ ...world, answers });
    azure.replay.wrong = (asked) => (asked.path.includes('resourcegraph') ? { kind: 'answer', status: 403, body: error('AccessDenied') } : undefined);
    const { of } = await collect(['--services', 'compute,network']);
    expect(of('Microsoft.Compute/virtualMachines')).toMatchObject([{ config: { properties: { aPropertyOfNextYear: { kept: true } } } }]);
    expect(of('Microsoft.Network/virtualNetworks/subnets')).toHaveLength(1);
    const versions = azure.replay.seen.filter((asked) => asked.path.endsWith('/virtualmachines/web-01')).map((asked) => asked.query.get('api-version'));
    expect(versions).toEqual(['2024-01-01']);
  });
});
