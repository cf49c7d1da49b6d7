import { describe, expect, test } from '@jest/globals';
import { startReplay } from '../../scripts/azure/replay.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { azure, collect, error, once, useReplay } from './collecting.ts';
import { smallWorld, subscription } from './world.ts';

useReplay();

describe('batches of Azure Resource Manager', () => {
  const plain = (records: readonly SnapshotRecord[]): readonly string[] => records.map((record) => JSON.stringify(record)).sort();
  const sent = (): number => azure.replay.seen.filter((asked) => asked.method !== 'BATCH' && !asked.path.startsWith('/v1.0/')).length;

  test('give the same records with fewer requests', async () => {
    await azure.replay.close();
    // Every list is there: what is not is asked alone once more, to be sure.
    azure.replay = await startReplay({ ...smallWorld(), empty: /./ });
    const alone = await collect();
    const before = sent();
    azure.replay.seen.length = 0;
    azure.replay.armBatches = true;
    const together = await collect();
    expect(plain(together.records)).toEqual(plain(alone.records));
    expect(sent()).toBeLessThan(before * 0.6);
    expect(together.manifest.calls.map(({ call, account, state }) => `${call} ${account} ${state}`)).toEqual(
      alone.manifest.calls.map(({ call, account, state }) => `${call} ${account} ${state}`),
    );
  });

  test.each([
    ['a part that is throttled is asked again', { kind: 'answer', status: 429, body: error('TooManyRequests') }, 1],
    ['a part that fails for a while is asked again', { kind: 'answer', status: 503, body: error('ServerBusy') }, 1],
    ['a part that a batch cannot answer is asked alone', { kind: 'answer', status: 400, body: error('InvalidRequest') }, 1],
  ] as const)('%s', async (_name, wrong, federated) => {
    azure.replay.armBatches = true;
    azure.replay.wrong = once((asked) => asked.method === 'BATCH' && asked.path.endsWith('/federatedidentitycredentials'), wrong);
    const { of } = await collect();
    expect(of('Microsoft.ManagedIdentity/userAssignedIdentities')[0]?.config['federatedIdentityCredentials']).toHaveLength(federated);
  });

  test('a part that is denied is a gap with its permission', async () => {
    azure.replay.armBatches = true;
    azure.replay.wrong = (asked) => (asked.path.endsWith('/denyassignments') ? { kind: 'answer', status: 403, body: error('AuthorizationFailed') } : undefined);
    const { manifest, state } = await collect();
    expect(state('arm:Microsoft.Authorization/denyAssignments', subscription)).toBe('denied');
    expect(manifest.calls.find((call) => call.call === 'arm:Microsoft.Authorization/denyAssignments')?.permission).toBe(
      'Microsoft.Authorization/denyAssignments/read',
    );
    expect(manifest.calls.filter((call) => call.state === 'denied').map((call) => call.call)).toEqual([
      'arm:Microsoft.Authorization/denyAssignments',
      'arm:Microsoft.Authorization/denyAssignments',
    ]);
  });

  test('pages that a part leads to are followed, and nowhere but there', async () => {
    azure.replay.armBatches = true;
    azure.replay.pageSize = 2;
    const { of, manifest } = await collect();
    expect(manifest.state).toBe('complete');
    expect(of('Microsoft.Web/sites')).toHaveLength(1);
  });
});

describe('long-running operations', () => {
  const nic = `subscriptions/${subscription}/resourcegroups/core-rg/providers/microsoft.network/networkinterfaces/web-nic`;
  const rules = { value: [{ networkSecurityGroup: { id: 'x' }, effectiveSecurityRules: [{ name: 'r' }] }] };

  test.each([['location'], ['status']] as const)('is waited for by its %s', async (by) => {
    await azure.replay.close();
    azure.replay = await startReplay({ ...smallWorld(), operations: { [`${nic}/effectivenetworksecuritygroups`]: { polls: 3, by, result: rules } } });
    const { of } = await collect(['--services', 'network', '--effective-rules']);
    expect(of('Microsoft.Network/networkInterfaces')[0]?.config['effectiveNetworkSecurityGroups']).toEqual(rules.value);
  });

  test('one that fails is a gap, never an empty list', async () => {
    await azure.replay.close();
    azure.replay = await startReplay({
      ...smallWorld(),
      operations: { [`${nic}/effectivenetworksecuritygroups`]: { polls: 2, by: 'status', result: 'fails' } },
    });
    const { of, manifest } = await collect(['--services', 'network', '--effective-rules']);
    expect(of('Microsoft.Network/networkInterfaces')[0]?.config['effectiveNetworkSecurityGroups']).toBeUndefined();
    expect(manifest.calls.find((call) => call.call.endsWith('effectiveNetworkSecurityGroups'))).toMatchObject({ state: 'failed' });
  });
});
