import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { startReplay } from '../../scripts/azure/replay.ts';
import type { Manifest } from '../../src/model/record.ts';
import { run } from '../support/run.ts';
import { azure, collect, error, isTable, once, useReplay } from './collecting.ts';
import { groupId, smallWorld, subscription } from './world.ts';

useReplay();

describe('a provider that misbehaves', () => {
  test('429 with Retry-After is waited out as long as it says', async () => {
    azure.replay.wrong = once(isTable('resources'), { kind: 'answer', status: 429, headers: { 'retry-after': '1' }, body: error('RateLimiting') });
    const before = Date.now();
    const { of, state } = await collect(['--services', 'compute']);
    expect(Date.now() - before).toBeGreaterThanOrEqual(1000);
    expect(of('Microsoft.Compute/virtualMachines')).toHaveLength(1);
    expect(state('resourcegraph:resources', subscription)).toBe('ok');
  });

  test('429 without Retry-After is repeated too, in a batch as well', async () => {
    const table = once(isTable('resources'), { kind: 'answer', status: 429, body: error('RateLimiting') });
    const part = once((asked) => asked.method === 'BATCH' && asked.path.includes(groupId(1)), { kind: 'answer', status: 429, body: error('TooManyRequests') });
    azure.replay.wrong = (asked) => table(asked) ?? part(asked);
    const { of } = await collect();
    expect(of('Microsoft.Compute/virtualMachines')).toHaveLength(1);
    expect(of('Microsoft.Graph/group').find((record) => record.id === groupId(1))?.config['members']).toHaveLength(12);
  });

  test('a quota that is used up holds the next query until it is back', async () => {
    const times: number[] = [];
    azure.replay.headers = (asked) => {
      if (!asked.path.includes('resourcegraph')) return {};
      times.push(Date.now());
      return times.length === 1 ? { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:01' } : {};
    };
    azure.replay.pageSize = 4;
    await collect(['--services', 'compute']);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test('403 on one call is a gap with the permission, and the rest is there', async () => {
    azure.replay.wrong = (asked) =>
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
    azure.replay.wrong = (asked) => (asked.path === '/v1.0/users' ? { kind: 'answer', status: 403, body: error('Authorization_RequestDenied') } : undefined);
    expect((await collect(['--strict'], ['collect', 'entra'])).code).toBe(3);
  });

  test('a link to another host is not followed, no token goes there, and the pages before it are kept', async () => {
    const foreign = await startReplay(smallWorld());
    azure.replay.wrong = (asked) => (asked.path === '/v1.0/users' ? { kind: 'link', to: `${foreign.url}/v1.0/users?$skiptoken=1` } : undefined);
    const { state, of, manifest } = await collect(['--services', 'directory'], ['collect', 'entra']);
    expect(foreign.seen).toEqual([]);
    expect(state('graph:users')).toBe('failed');
    expect(manifest.calls.find((call) => call.call === 'graph:users')?.message).toContain('not followed');
    expect(of('Microsoft.Graph/user')).toHaveLength(25);
    await foreign.close();
  });

  test('the SDK does not follow a link to another host either', async () => {
    const foreign = await startReplay(smallWorld());
    azure.replay.wrong = (asked) =>
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
    azure.replay.wrong = (asked) => (asked.path === '/v1.0/users' ? { kind: 'cut' } : undefined);
    expect((await collect([], ['collect', 'entra'])).state('graph:users')).toBe('failed');
  });

  test('a second page that fails leaves the first, and the call is a gap', async () => {
    azure.replay.pageSize = 5;
    azure.replay.wrong = (asked) =>
      asked.path.includes('resourcegraph') && JSON.stringify(asked.body).includes('$skipToken') && isTable('resources')(asked)
        ? { kind: 'answer', status: 500, body: error('InternalServerError') }
        : undefined;
    const { records, state } = await collect(['--services', 'compute,network,web']);
    expect(records.length).toBeGreaterThan(2);
    expect(state('resourcegraph:resources', subscription)).toBe('failed');
  });

  test('a page that is no JSON, and a request that hangs, are one gap each', async () => {
    azure.replay.wrong = (asked) =>
      asked.path === '/v1.0/users' ? { kind: 'hang' } : asked.path === '/v1.0/groups' ? { kind: 'answer', status: 200, body: 'oops' } : undefined;
    const { state } = await collect(['--call-budget', '5'], ['collect', 'entra']);
    expect(state('graph:users')).toBe('failed');
    expect(state('graph:groups')).toBe('failed');
    expect(state('graph:servicePrincipals')).toBe('ok');
  });

  test('no licence for Privileged Identity Management means that nothing is eligible, not that it is unknown', async () => {
    azure.replay.wrong = (asked) =>
      asked.path.endsWith('/roleeligibilityscheduleinstances') ? { kind: 'answer', status: 400, body: error('AadPremiumLicenseRequired') } : undefined;
    expect((await collect([], ['collect', 'entra'])).state('graph:roleManagement/directory/roleEligibilityScheduleInstances')).toBe('absent');
  });

  test('an interrupted run ends with 130 and is resumed', async () => {
    const abort = new AbortController();
    azure.replay.wrong = () => {
      if (azure.replay.seen.length === 8) abort.abort();
      return undefined;
    };
    const first = await collect(['--entra', '--concurrency', '1'], ['collect', 'azure'], abort.signal);
    expect(first.code).toBe(130);
    expect(first.manifest.state).toBe('incomplete');
    azure.replay.wrong = () => undefined;
    const env = { ...azure.replay.env, POSTERN_REDACTION_KEY: '11'.repeat(32) };
    const second = await run(['collect', 'azure', '--entra', '--resume', '--out', first.out, '--max-rps', '1000'], { env });
    expect(second.code).toBe(0);
    const manifest = JSON.parse(readFileSync(path.join(first.out, 'manifest.json'), 'utf8')) as Manifest;
    expect(manifest.state).toBe('complete');
    const whole = await collect();
    const files = (one: Manifest): readonly string[] => one.files.map((file) => `${file.path} ${file.sha256}`);
    expect(files(manifest)).toEqual(files(whole.manifest));
  });
});
