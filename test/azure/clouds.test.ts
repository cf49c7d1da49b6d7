import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudOf } from '../../collectors/azure/cloud.ts';
import { retryAfter } from '../../collectors/azure/http.ts';
import { type Replay, startReplay } from '../../scripts/azure/replay.ts';
import { run } from '../support/run.ts';
import { smallWorld, subscription, tenant } from './world.ts';

test.each([
  ['AzureCloud', 'https://management.azure.com', 'https://graph.microsoft.com', 'https://login.microsoftonline.com'],
  ['azureusgovernment', 'https://management.usgovcloudapi.net', 'https://graph.microsoft.us', 'https://login.microsoftonline.us'],
  ['AzureChinaCloud', 'https://management.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
])('%s has its own endpoints, and its tokens are for them', (name, arm, graph, authority) => {
  expect(cloudOf(name, {})).toMatchObject({ arm, armScope: `${arm}/.default`, graph, graphScope: `${graph}/.default`, authority });
});

test.each([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:09 GMT' }, 9000],
  [{ 'retry-after': '7', 'x-ms-retry-after-ms': '1500' }, 1500],
  [{ 'retry-after': 'soon' }, 0],
  [{}, 0],
])('%j is waited for %d ms', (headers: Readonly<Record<string, string>>, expected) => {
  expect(retryAfter({ get: (name) => headers[name] }, 0)).toBe(expected);
});

let replay: Replay;
beforeAll(async () => {
  replay = await startReplay(smallWorld());
});
afterAll(() => replay.close());

test('a cloud that nobody knows is an error that names those there are', async () => {
  const { code, err } = await run(['collect', 'azure', '--cloud', 'AzureMars', '--out', 'nowhere'], { env: replay.env });
  expect(code).toBe(2);
  expect(err).toContain('AzureUSGovernment');
});

test('the least role holds exactly what the planned calls need, and no right to keys, data or changes', async () => {
  const { out } = await run(['collect', 'azure', '--entra', '--tenant', tenant, '--print-role']);
  const { roleDefinition, graphApplicationPermissions } = JSON.parse(out) as {
    roleDefinition: { Actions: string[]; DataActions: string[] };
    graphApplicationPermissions: string[];
  };
  const planned = (await run(['collect', 'azure', '--entra', '--dry-run'])).out
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).at(-1) ?? '');
  for (const permission of planned) expect([...roleDefinition.Actions, ...graphApplicationPermissions]).toContain(permission);
  expect(roleDefinition.DataActions).toEqual([]);
  const writing = roleDefinition.Actions.filter((action) => !action.endsWith('/read'));
  expect(writing).toEqual(['Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules/action']);
  expect(graphApplicationPermissions.filter((permission) => /Write/.test(permission))).toEqual([]);
  const withSettings = JSON.parse((await run(['collect', 'azure', '--app-settings', '--print-role'])).out) as { roleDefinition: { Actions: string[] } };
  expect(withSettings.roleDefinition.Actions).toContain('Microsoft.Web/sites/config/list/action');
});

test('doctor asks each listing once and says what would be unknown', async () => {
  replay.wrong = (asked) =>
    asked.path.endsWith('/locks') ? { kind: 'answer', status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no' } } } : undefined;
  const { out, code } = await run(['doctor', 'azure', '--call-budget', '20', '--strict'], { env: replay.env });
  expect(out).toContain(subscription);
  expect(out).toMatch(/arm:Microsoft\.Authorization\/locks\s+UNKNOWN {2}AuthorizationFailed: needs Microsoft\.Authorization\/locks\/read/);
  expect(out).toMatch(/graph:users\s+ok/);
  expect(code).toBe(3);
});

test('credentials that do not work are an error that says how to mend it', async () => {
  const { code, err } = await run(['collect', 'azure', '--out', 'nowhere'], { env: { ...replay.env, AZURE_CLIENT_SECRET: 'another' } });
  expect(code).toBe(2);
  expect(err).toContain('az login');
});
