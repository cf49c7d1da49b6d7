import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { importAzure } from '../../src/snapshot/import/azure.ts';
import { Redactor } from '../../src/snapshot/redact.ts';
import { run } from '../support/run.ts';
import { row, smallWorld, subscription, tenant, userId } from './world.ts';

const types = await allTypes();
const redactor = new Redactor(Buffer.alloc(32, 3));
const read = (...documents: readonly Json[]) =>
  importAzure(
    documents.map((document, at) => ({ file: `${at}.json`, text: JSON.stringify(document) })),
    { types, redactor },
  );
const arm = `https://management.azure.com/subscriptions/${subscription}`;
const vault = row('Microsoft.KeyVault/vaults', 'Core-KV', {});
const account = `/subscriptions/${subscription}/resourceGroups/core-rg/providers/Microsoft.Storage/storageAccounts/ledgerdata`;
const container = (name: string): JsonObject => ({
  id: `${account}/blobServices/default/containers/${name}`,
  name,
  type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
  properties: { publicAccess: 'None' },
});
const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-import-azure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const forms: readonly (readonly [name: string, document: Json, type: string])[] = [
  ['a list of Azure Resource Manager', { value: [vault] }, 'Microsoft.KeyVault/vaults'],
  ['one resource', vault, 'Microsoft.KeyVault/vaults'],
  ['a result of Resource Graph', { totalRecords: 1, count: 1, data: [vault] }, 'Microsoft.KeyVault/vaults'],
  ['a table of Resource Graph', { data: { columns: [{ name: 'id' }, { name: 'name' }], rows: [[vault['id'] ?? '', 'Core-KV']] } }, 'Microsoft.KeyVault/vaults'],
  ['what the Azure CLI prints', [vault], 'Microsoft.KeyVault/vaults'],
  [
    'an answer with its request',
    { request: { url: `${arm}/providers/Microsoft.KeyVault/vaults?api-version=1` }, response: { value: [vault] } },
    'Microsoft.KeyVault/vaults',
  ],
  [
    'a subscription, which has no type',
    { value: [{ id: `/subscriptions/${subscription}`, subscriptionId: subscription, tenantId: tenant }] },
    'Microsoft.Resources/subscriptions',
  ],
  [
    'users by the context',
    { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users(id)', value: [{ id: userId(1), displayName: 'A' }] },
    'Microsoft.Graph/user',
  ],
  ['an object by its type', { '@odata.type': '#microsoft.graph.group', id: userId(2), displayName: 'G' }, 'Microsoft.Graph/group'],
  ['users by their keys', { value: [{ id: userId(1), userPrincipalName: 'a@acme.example' }] }, 'Microsoft.Graph/user'],
  [
    'the published list of service tags',
    { changeNumber: 300, cloud: 'Public', values: [{ name: 'Storage', id: 'Storage', properties: { addressPrefixes: ['203.0.113.0/24'] } }] },
    'Microsoft.Network/serviceTags',
  ],
  [
    'the same as a subscription answers it',
    {
      id: `/subscriptions/${subscription}/providers/Microsoft.Network/serviceTags/public`,
      type: 'Microsoft.Network/serviceTags',
      changeNumber: '300',
      values: [],
    },
    'Microsoft.Network/serviceTags',
  ],
  [
    'a setting, which is one object',
    { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#policies/authorizationPolicy/$entity', id: 'authorizationPolicy' },
    'Microsoft.Graph/authorizationPolicy',
  ],
];

test.each(forms)('%s is recognised by its content', (_name, document, type) => {
  const { records, unrecognised } = read(document);
  expect(unrecognised).toEqual([]);
  expect(records.map((record) => record.type)).toEqual([type]);
  if (records[0]?.id.startsWith('/') === true) expect(records[0].id).toBe(records[0].id.toLowerCase());
});

test('follow-up answers find their resource by their own ids, in any order of files', () => {
  const storage = { ...row('Microsoft.Storage/storageAccounts', 'ledgerdata', {}), id: account.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions') };
  const documents = [{ value: [container('raw'), container('public')] }, { value: [storage] }];
  const there = read(...documents);
  const back = read(...[...documents].reverse());
  expect(there.records).toHaveLength(1);
  expect(there.records[0]?.config['containers']).toHaveLength(2);
  expect(back.records).toEqual(there.records);
});

test('a list below a resource that is not in the input makes the resource', () => {
  const { records } = read({ value: [container('raw')] });
  expect(records).toMatchObject([{ type: 'Microsoft.Storage/storageAccounts', id: account.toLowerCase(), account: subscription }]);
});

test('an empty list is an answer: there is none, and the call was answered', () => {
  const url = `${arm}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01`;
  const { calls } = read({ request: { url }, response: { value: [] } });
  expect(calls).toMatchObject([{ call: 'arm:Microsoft.Authorization/denyAssignments', account: subscription, state: 'ok' }]);
});

test('members of a group, by the request of the answer or by a batch', () => {
  const group = { '@odata.type': '#microsoft.graph.group', id: userId(9), displayName: 'G' };
  const member = { '@odata.type': '#microsoft.graph.user', id: userId(1) };
  const single = { request: { url: `https://graph.microsoft.com/v1.0/groups/${userId(9)}/members` }, response: { value: [member] } };
  const batch = {
    request: { url: 'https://graph.microsoft.com/v1.0/$batch', body: { requests: [{ id: '1', url: `/groups/${userId(9)}/members` }] } },
    response: { responses: [{ id: '1', status: 200, body: { value: [member] } }] },
  };
  for (const answer of [single, batch])
    expect(read(answer, group).records).toMatchObject([{ type: 'Microsoft.Graph/group', config: { members: [{ id: userId(1) }] } }]);
});

test('subnets are records of their own, in the location of their network', () => {
  const rows = smallWorld().tables['resources'] ?? [];
  const { records } = read({ data: [...rows] });
  expect(records.find((record) => record.type === 'Microsoft.Network/virtualNetworks/subnets')).toMatchObject({ region: 'westeurope', account: subscription });
});

test('an error is a gap of its call, and a page that is named and not there is one too', () => {
  const url = `${arm}/providers/Microsoft.Authorization/locks?api-version=1`;
  const denied = read({ request: { url }, response: { error: { code: 'AuthorizationFailed', message: 'no' } } });
  expect(denied.calls).toMatchObject([{ call: 'arm:Microsoft.Authorization/locks', state: 'denied' }]);
  const cut = read({ request: { url }, response: { value: [], nextLink: `${url}&$skiptoken=2` } });
  expect(cut.calls).toMatchObject([{ call: 'arm:Microsoft.Authorization/locks', state: 'failed' }]);
});

const list = (path: string, ...value: readonly JsonObject[]): Json => ({ request: { url: `${arm}/${path}?api-version=1` }, response: { value } });
const strangers: readonly (readonly [name: string, document: Json, what: string])[] = [
  ['a resource by its id', { value: [row('Microsoft.Quantum/Workspaces', 'q', {})] }, 'microsoft.quantum/workspaces'],
  [
    'a list of what has no id, by its address',
    list('providers/Microsoft.Compute/locations/westeurope/vmSizes', { name: 'small' }),
    'microsoft.compute/locations/vmsizes',
  ],
  ['a provider that is registered', { id: `/subscriptions/${subscription}/providers/Microsoft.Compute`, namespace: 'Microsoft.Compute' }, 'providers'],
  ['an entity of Microsoft Graph by its type', { '@odata.type': '#microsoft.graph.printer', id: userId(3) }, 'Microsoft Graph #microsoft.graph.printer'],
  [
    'a list of Microsoft Graph by its address',
    { request: { url: `https://graph.microsoft.com/v1.0/users/${userId(1)}/events` }, response: { value: [{ id: 'e' }] } },
    'Microsoft Graph users/{id}/events',
  ],
];
test.each(strangers)('%s: what is known and no collector asks for is told, and is no failure', (_name, document, what) => {
  expect(read(document)).toMatchObject({ records: [], unrecognised: [], unused: [{ what, count: 1 }] });
});

test('what nothing tells of is not recognised', () => {
  expect(read({ value: [{ colour: 'green' }] })).toMatchObject({ records: [], unrecognised: [{ file: '0.json' }] });
});

test('a rule that is answered alone belongs to its group, once, and is of no use without it', () => {
  const group = row('Microsoft.Network/networkSecurityGroups', 'web', { securityRules: [{ name: 'ssh', properties: { access: 'Deny' } }] });
  const rule = (name: string): JsonObject => ({ id: `${group['id']}/securityRules/${name}`, name, properties: { access: 'Allow' } });
  const { records, unused } = read({ value: [rule('https'), rule('SSH')] }, { value: [group] });
  expect(unused).toBeUndefined();
  expect(records.map(({ config }) => (config['properties'] as JsonObject)['securityRules'])).toEqual([
    [{ name: 'ssh', properties: { access: 'Deny' } }, rule('https')],
  ]);
  expect(read(rule('https'))).toMatchObject({ records: [], unused: [{ count: 1 }] });
});

test('service tags without the number of their change, by the address', () => {
  const url = `${arm}/providers/Microsoft.Network/locations/westeurope/serviceTags?api-version=1`;
  const { records } = read({ request: { url }, response: { values: [{ name: 'Storage', properties: { addressPrefixes: ['203.0.113.0/24'] } }] } });
  expect(records.map(({ type }) => type)).toEqual(['Microsoft.Network/serviceTags']);
});

test('local roles of a managed HSM come to it by its host, and are no assignments of Azure', () => {
  const hsm = row('Microsoft.KeyVault/managedHSMs', 'keys', { hsmUri: 'https://keys.managedhsm.azure.net/' });
  const assigned = { id: '/providers/Microsoft.Authorization/roleAssignments/a', properties: { principalId: userId(1), scope: '/' } };
  const answer = (host: string): Json => ({
    request: { url: `https://${host}.managedhsm.azure.net/keys/providers/Microsoft.Authorization/roleAssignments?api-version=7.4` },
    response: { value: [assigned] },
  });
  expect(read(answer('keys'), { value: [hsm] }).records).toMatchObject([
    { type: 'Microsoft.KeyVault/managedHSMs', config: { localRoleAssignments: [assigned] } },
  ]);
  expect(read(answer('other'), { value: [hsm] })).toMatchObject({ records: [{ type: 'Microsoft.KeyVault/managedHSMs' }], unused: [{ count: 1 }] });
});

test('the command writes a snapshot whose parts hang together', async () => {
  const world = smallWorld();
  for (const [table, data] of Object.entries(world.tables)) writeFileSync(path.join(folder, `${table}.json`), JSON.stringify({ data }));
  writeFileSync(
    path.join(folder, 'users.json'),
    JSON.stringify({ '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users', value: world.answers['v1.0/users'] ?? [] }),
  );
  const out = path.join(folder, 'snapshot');
  const result = await run(['import', 'azure', folder, '--out', out, '--strict'], { env: { POSTERN_REDACTION_KEY: '22'.repeat(32) } });
  expect({ code: result.code, err: result.err.split('\n').filter((line) => line.startsWith('not')) }).toEqual({ code: 0, err: [] });
  expect((await run(['snapshot', 'verify', out])).code).toBe(0);
  writeFileSync(
    path.join(folder, 'sizes.json'),
    JSON.stringify(list('providers/Microsoft.Compute/locations/westeurope/vmSizes', { name: 's' }, { name: 'm' })),
  );
  const again = await run(['import', 'azure', path.join(folder, 'sizes.json'), '--out', `${out}-2`, '--strict'], {
    env: { POSTERN_REDACTION_KEY: '22'.repeat(32) },
  });
  expect(again.code).toBe(0);
  expect(again.err).toContain('not used: 2 of microsoft.compute/locations/vmsizes');
  expect(JSON.parse(readFileSync(path.join(`${out}-2`, 'manifest.json'), 'utf8'))).toMatchObject({
    unused: [{ what: 'microsoft.compute/locations/vmsizes', count: 2 }],
  });
});
