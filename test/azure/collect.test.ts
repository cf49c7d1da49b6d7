import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Asked, type Replay, startReplay, type Wrong } from '../../scripts/azure/replay.ts';
import type { Manifest, SnapshotRecord } from '../../src/model/record.ts';
import { run } from '../support/run.ts';
import { groupId, other, principalId, row, secretSetting, smallWorld, subscription, tenant } from './world.ts';

let replay: Replay;
let folder: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-azure-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  replay = await startReplay(smallWorld());
});
afterEach(() => replay.close());

async function collect(words: readonly string[] = ['--entra'], command: readonly string[] = ['collect', 'azure'], signal?: AbortSignal) {
  const out = path.join(folder, String(count++));
  const env = { ...replay.env, POSTERN_REDACTION_KEY: '11'.repeat(32) };
  const result = await run([...command, '--call-budget', '20', '--max-rps', '1000', '--out', out, ...words], {
    env,
    ...(signal === undefined ? {} : { signal }),
  });
  if (!existsSync(path.join(out, 'manifest.json'))) throw new Error(result.err);
  const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as Manifest;
  const lines = manifest.files.flatMap((file) =>
    gunzipSync(readFileSync(path.join(out, file.path)))
      .toString()
      .trim()
      .split('\n'),
  );
  const records = lines.map((line) => JSON.parse(line) as SnapshotRecord);
  const state = (call: string, account: string = tenant): string | undefined =>
    manifest.calls.find((each) => each.call === call && each.account === account)?.state;
  return { ...result, out, manifest, records, state, of: (type: string) => records.filter((record) => record.type === type) };
}

const once = (matches: (asked: Asked) => boolean, wrong: Wrong): ((asked: Asked) => Wrong | undefined) => {
  let done = false;
  return (asked) => {
    if (done || !matches(asked)) return undefined;
    done = true;
    return wrong;
  };
};
const isTable =
  (table: string) =>
  (asked: Asked): boolean =>
    JSON.stringify(asked.body).includes(`"query":"${table} `);
const error = (code: string, message = 'no'): { error: { code: string; message: string } } => ({ error: { code, message } });

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
    replay.pageSize = 5;
    const { of, manifest } = await collect();
    expect(of('Microsoft.Web/sites')).toHaveLength(1);
    expect(of('Microsoft.Graph/user')).toHaveLength(25);
    expect(of('Microsoft.Graph/group').find((record) => record.id === groupId(1))?.config['members']).toHaveLength(12);
    expect(manifest.calls.find((call) => call.call === 'graph:users')?.requests).toBe(5);
  });

  test('one request for each page of a table, whichever collectors ask; members of twenty groups are one request', async () => {
    await collect();
    const queries = replay.seen.filter((asked) => asked.path.endsWith('/resourcegraph/resources') || asked.path.endsWith('microsoft.resourcegraph/resources'));
    expect(queries.filter(isTable('resources'))).toHaveLength(1);
    expect(replay.seen.filter((asked) => asked.method === 'BATCH' && asked.path.endsWith('/members'))).toHaveLength(25);
    expect(replay.seen.filter((asked) => asked.path === '/v1.0/$batch').length).toBeLessThan(10);
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
    expect(replay.seen.some((asked) => asked.path.includes('appsettings'))).toBe(false);
    expect(without.of('Microsoft.Web/sites')[0]?.config['appSettings']).toBeUndefined();
    const { out, of, err } = await collect(['--services', 'web', '--app-settings']);
    expect(of('Microsoft.Web/sites')[0]?.config['appSettings']).toMatchObject({ DB: { $redacted: { kind: expect.any(String) } } });
    const written = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name)))
      .map((data) => (data[0] === 0x1f ? gunzipSync(data).toString() : data.toString()))
      .join('\n');
    for (const planted of [secretSetting, 'Sw0rdfish', replay.env['AZURE_CLIENT_SECRET'] ?? '']) expect(written + err).not.toContain(planted);
  });

  test('what no collector knows is kept as it was answered, and the report says so', async () => {
    await replay.close();
    const world = smallWorld();
    const strange = row('Microsoft.Quantum/Workspaces', 'Lab-1', { provider: 'someone', password: 'hunter2-hunter2' });
    replay = await startReplay({ ...world, tables: { ...world.tables, resources: [...(world.tables['resources'] ?? []), strange] } });
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

describe('batches of Azure Resource Manager', () => {
  const plain = (records: readonly SnapshotRecord[]): readonly string[] => records.map((record) => JSON.stringify(record)).sort();
  const sent = (): number => replay.seen.filter((asked) => asked.method !== 'BATCH' && !asked.path.startsWith('/v1.0/')).length;

  test('give the same records with fewer requests', async () => {
    await replay.close();
    // Every list is there: what is not is asked alone once more, to be sure.
    replay = await startReplay({ ...smallWorld(), empty: /./ });
    const alone = await collect();
    const before = sent();
    replay.seen.length = 0;
    replay.armBatches = true;
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
    replay.armBatches = true;
    replay.wrong = once((asked) => asked.method === 'BATCH' && asked.path.endsWith('/federatedidentitycredentials'), wrong);
    const { of } = await collect();
    expect(of('Microsoft.ManagedIdentity/userAssignedIdentities')[0]?.config['federatedIdentityCredentials']).toHaveLength(federated);
  });

  test('a part that is denied is a gap with its permission', async () => {
    replay.armBatches = true;
    replay.wrong = (asked) => (asked.path.endsWith('/denyassignments') ? { kind: 'answer', status: 403, body: error('AuthorizationFailed') } : undefined);
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
    replay.armBatches = true;
    replay.pageSize = 2;
    const { of, manifest } = await collect();
    expect(manifest.state).toBe('complete');
    expect(of('Microsoft.Web/sites')).toHaveLength(1);
  });
});

describe('a provider that misbehaves', () => {
  test('429 with Retry-After is waited out as long as it says', async () => {
    replay.wrong = once(isTable('resources'), { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: error('RateLimiting') });
    const before = Date.now();
    const { of, state } = await collect(['--services', 'compute']);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
    expect(of('Microsoft.Compute/virtualMachines')).toHaveLength(1);
    expect(state('resourcegraph:resources', subscription)).toBe('ok');
  });

  test('429 without Retry-After is repeated too, in a batch as well', async () => {
    const table = once(isTable('resources'), { kind: 'answer', status: 429, body: error('RateLimiting') });
    const part = once((asked) => asked.method === 'BATCH' && asked.path.includes(groupId(1)), { kind: 'answer', status: 429, body: error('TooManyRequests') });
    replay.wrong = (asked) => table(asked) ?? part(asked);
    const { of } = await collect();
    expect(of('Microsoft.Compute/virtualMachines')).toHaveLength(1);
    expect(of('Microsoft.Graph/group').find((record) => record.id === groupId(1))?.config['members']).toHaveLength(12);
  });

  test('a quota that is used up holds the next query until it is back', async () => {
    const times: number[] = [];
    replay.headers = (asked) => {
      if (!asked.path.includes('resourcegraph')) return {};
      times.push(Date.now());
      return times.length === 1 ? { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:01' } : {};
    };
    replay.pageSize = 4;
    await collect(['--services', 'compute']);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test('403 on one call is a gap with the permission, and the rest is there', async () => {
    replay.wrong = (asked) =>
      asked.path.endsWith('/denyassignments') ? { kind: 'answer', status: 403, body: error('AuthorizationFailed', 'does not have authorization') } : undefined;
    const { manifest, of, err, code } = await collect();
    expect(manifest.calls.find((call) => call.call === 'arm:Microsoft.Authorization/denyAssignments')).toMatchObject({
      state: 'denied',
      permission: 'Microsoft.Authorization/denyAssignments/read',
    });
    expect(err).toContain('needs Microsoft.Authorization/denyAssignments/read');
    expect(of('Microsoft.Compute/virtualMachines')).toHaveLength(1);
    expect(code).toBe(0);
  });

  test('--strict gives exit code 3 for a gap', async () => {
    replay.wrong = (asked) => (asked.path === '/v1.0/users' ? { kind: 'answer', status: 403, body: error('Authorization_RequestDenied') } : undefined);
    expect((await collect(['--strict'], ['collect', 'entra'])).code).toBe(3);
  });

  test('a link to another host is not followed, no token goes there, and the pages before it are kept', async () => {
    const foreign = await startReplay(smallWorld());
    replay.wrong = (asked) => (asked.path === '/v1.0/users' ? { kind: 'link', to: `${foreign.url}/v1.0/users?$skiptoken=1` } : undefined);
    const { state, of, manifest } = await collect(['--services', 'directory'], ['collect', 'entra']);
    expect(foreign.seen).toEqual([]);
    expect(state('graph:users')).toBe('failed');
    expect(manifest.calls.find((call) => call.call === 'graph:users')?.message).toContain('not followed');
    expect(of('Microsoft.Graph/user')).toHaveLength(25);
    await foreign.close();
  });

  test('the SDK does not follow a link to another host either', async () => {
    const foreign = await startReplay(smallWorld());
    replay.wrong = (asked) =>
      asked.path.includes('resourcegraph')
        ? { kind: 'answer', status: 403, body: error('AccessDenied') }
        : asked.path.endsWith(`${subscription}/resources`) || asked.path.endsWith('/providers')
          ? { kind: 'link', to: `${foreign.url}/subscriptions?api-version=1` }
          : undefined;
    const { state } = await collect(['--services', 'compute']);
    expect(foreign.seen).toEqual([]);
    expect(state('resourcegraph:resources', subscription)).not.toBe('ok');
    await foreign.close();
  });

  test('a body that is cut short is a failure, never an empty list', async () => {
    replay.wrong = (asked) => (asked.path === '/v1.0/users' ? { kind: 'cut' } : undefined);
    expect((await collect([], ['collect', 'entra'])).state('graph:users')).toBe('failed');
  });

  test('a second page that fails leaves the first, and the call is a gap', async () => {
    replay.pageSize = 5;
    replay.wrong = (asked) =>
      asked.path.includes('resourcegraph') && JSON.stringify(asked.body).includes('$skipToken') && isTable('resources')(asked)
        ? { kind: 'answer', status: 500, body: error('InternalServerError') }
        : undefined;
    const { records, state } = await collect(['--services', 'compute,network,web']);
    expect(records.length).toBeGreaterThan(2);
    expect(state('resourcegraph:resources', subscription)).toBe('failed');
  });

  test('a page that is no JSON, and a request that hangs, are one gap each', async () => {
    replay.wrong = (asked) =>
      asked.path === '/v1.0/users' ? { kind: 'hang' } : asked.path === '/v1.0/groups' ? { kind: 'answer', status: 200, body: 'oops' } : undefined;
    const { state } = await collect(['--call-budget', '5'], ['collect', 'entra']);
    expect(state('graph:users')).toBe('failed');
    expect(state('graph:groups')).toBe('failed');
    expect(state('graph:servicePrincipals')).toBe('ok');
  });

  test('no licence for Privileged Identity Management means that nothing is eligible, not that it is unknown', async () => {
    replay.wrong = (asked) =>
      asked.path.endsWith('/roleeligibilityscheduleinstances') ? { kind: 'answer', status: 400, body: error('AadPremiumLicenseRequired') } : undefined;
    expect((await collect([], ['collect', 'entra'])).state('graph:roleManagement/directory/roleEligibilityScheduleInstances')).toBe('absent');
  });

  test('an interrupted run ends with 130 and is resumed', async () => {
    const abort = new AbortController();
    replay.wrong = () => {
      if (replay.seen.length === 8) abort.abort();
      return undefined;
    };
    const first = await collect(['--entra', '--concurrency', '1'], ['collect', 'azure'], abort.signal);
    expect(first.code).toBe(130);
    expect(first.manifest.state).toBe('incomplete');
    replay.wrong = () => undefined;
    const env = { ...replay.env, POSTERN_REDACTION_KEY: '11'.repeat(32) };
    const second = await run(['collect', 'azure', '--entra', '--resume', '--out', first.out, '--max-rps', '1000'], { env });
    expect(second.code).toBe(0);
    const manifest = JSON.parse(readFileSync(path.join(first.out, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.state).toBe('complete');
    const whole = await collect();
    const files = (one: Manifest): readonly string[] => one.files.map((file) => `${file.path} ${file.sha256}`);
    expect(files(manifest)).toEqual(files(whole.manifest));
  });
});

describe('long-running operations', () => {
  const nic = `subscriptions/${subscription}/resourcegroups/core-rg/providers/microsoft.network/networkinterfaces/web-nic`;
  const rules = { value: [{ networkSecurityGroup: { id: 'x' }, effectiveSecurityRules: [{ name: 'r' }] }] };

  test.each([['location'], ['status']] as const)('is waited for by its %s', async (by) => {
    await replay.close();
    replay = await startReplay({ ...smallWorld(), operations: { [`${nic}/effectivenetworksecuritygroups`]: { polls: 3, by, result: rules } } });
    const { of } = await collect(['--services', 'network', '--effective-rules']);
    expect(of('Microsoft.Network/networkInterfaces')[0]?.config['effectiveNetworkSecurityGroups']).toEqual(rules.value);
  });

  test('one that fails is a gap, never an empty list', async () => {
    await replay.close();
    replay = await startReplay({ ...smallWorld(), operations: { [`${nic}/effectivenetworksecuritygroups`]: { polls: 2, by: 'status', result: 'fails' } } });
    const { of, manifest } = await collect(['--services', 'network', '--effective-rules']);
    expect(of('Microsoft.Network/networkInterfaces')[0]?.config['effectiveNetworkSecurityGroups']).toBeUndefined();
    expect(manifest.calls.find((call) => call.call.endsWith('effectiveNetworkSecurityGroups'))).toMatchObject({ state: 'failed' });
  });
});

describe('without Resource Graph', () => {
  test('the SDK lists the resources, and each is asked for: the same records', async () => {
    await replay.close();
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
    replay = await startReplay({ ...world, answers });
    replay.wrong = (asked) => (asked.path.includes('resourcegraph') ? { kind: 'answer', status: 403, body: error('AccessDenied') } : undefined);
    const { of } = await collect(['--services', 'compute,network']);
    expect(of('Microsoft.Compute/virtualMachines')).toMatchObject([{ config: { properties: { aPropertyOfNextYear: { kept: true } } } }]);
    expect(of('Microsoft.Network/virtualNetworks/subnets')).toHaveLength(1);
    const versions = replay.seen.filter((asked) => asked.path.endsWith('/virtualmachines/web-01')).map((asked) => asked.query.get('api-version'));
    expect(versions).toEqual(['2024-01-01']);
  });
});
