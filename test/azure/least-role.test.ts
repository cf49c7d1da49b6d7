import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Asked, type Replay, startReplay } from '../../scripts/azure/replay.ts';
import { allTypes } from '../../src/cli/analysis.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { run } from '../support/run.ts';
import { smallWorld, subscription, tenant } from './world.ts';

/**
 * The role that `--print-role` gives against what a scan of a tenant with one of everything really asks. Which action a request needs is told by its path alone, as Azure Resource Manager
 * itself derives it: "{Company}.{ProviderName}/{resourceType}/{action}" (https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations).
 */
function actionOf({ path: asked }: Asked): string | undefined {
  const at = asked.lastIndexOf('/providers/');
  if (at < 0) return /^\/subscriptions(\/[^/]+)?$/.test(asked) ? 'microsoft.resources/subscriptions/read' : undefined;
  const [provider = '', ...parts] = asked.slice(at + '/providers/'.length).split('/');
  const types = parts.filter((_part, index) => index % 2 === 0);
  // The list over all places is named as that of one place ("Microsoft.Security/locations/jitNetworkAccessPolicies/read", Azure permissions for Security).
  if (provider === 'microsoft.security' && types[0] === 'jitnetworkaccesspolicies') return 'microsoft.security/locations/jitnetworkaccesspolicies/read';
  return `${provider}/${types.join('/')}/read`;
}

/** Posted, and answered as a list: a query of Resource Graph is a read. */
const isQuestion = (asked: Asked): boolean => asked.method === 'POST' && !asked.path.endsWith('/resources');

let replay: Replay;
let folder: string;
let seen: readonly Asked[];
let rowTypes: readonly string[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'postern-role-'));
  const types = await allTypes();
  const rg = `/subscriptions/${subscription}/resourceGroups/rg/providers`;
  const tables: Record<string, JsonObject[]> = {};
  for (const [name, type] of types) {
    if (type.collector.provider !== 'azure') continue;
    for (const list of type.list ?? []) {
      const table = list.request?.['table'];
      if (typeof table !== 'string') continue;
      const [provider = '', ...parts] = name.split('/');
      const id = `${rg}/${provider}/${parts.map((part) => `${part}/x`).join('/')}`;
      const row = {
        id,
        name: 'x',
        type: name.toLowerCase(),
        subscriptionId: subscription,
        tenantId: tenant,
        location: 'westeurope',
        properties: { isLocalUserEnabled: true, provisioningState: 'Succeeded' },
      };
      tables[table] = [...(tables[table] ?? []), row];
    }
  }
  rowTypes = Object.values(tables).flatMap((rows) => rows.map((row) => String(row['type'])));
  // Lists are there and hold one thing, so that what is asked of each is asked.
  const things = (asked: string) => ({ id: asked, name: 'x', properties: {} });
  const world = smallWorld();
  const workers = `${rg.slice(1).toLowerCase()}/microsoft.automation/automationaccounts/x/hybridrunbookworkergroups`;
  const origins = `${rg.slice(1).toLowerCase()}/microsoft.cdn/profiles/x/origingroups`;
  replay = await startReplay({
    ...world,
    tables,
    answers: { ...world.answers, [workers]: [things(`/${workers}/w`)], [origins]: [things(`/${origins}/x`)] },
    empty: /./,
  });
  replay.armBatches = true;
  const out = path.join(folder, 'snapshot');
  const { code, err } = await run(['collect', 'azure', '--entra', '--diagnostics', '--call-budget', '30', '--max-rps', '1000', '--out', out], {
    env: replay.env,
  });
  expect(`${code} ${err}`).toMatch(/^0 /);
  seen = replay.seen.filter((asked) => !/\$batch$|^\/batch$|\/oauth2\//.test(asked.path));
});
afterAll(async () => {
  await replay.close();
  rmSync(folder, { recursive: true, force: true });
});

test('every request of a scan is allowed by the role, and the role has nothing that no request needs', async () => {
  const { out } = await run(['collect', 'azure', '--entra', '--diagnostics', '--print-role']);
  const { roleDefinition } = JSON.parse(out) as { roleDefinition: { Actions: string[] } };
  const given = new Set(roleDefinition.Actions.map((action) => action.toLowerCase()));
  const arm = seen.filter((asked) => !/^\/(v1\.0|beta)\//.test(asked.path));
  const needed = new Set([...arm.flatMap((asked) => (isQuestion(asked) ? [] : (actionOf(asked) ?? []))), ...rowTypes.map((type) => `${type}/read`)]);
  expect(needed.size).toBeGreaterThan(150);
  expect([...needed].filter((action) => !given.has(action)).sort()).toEqual([]);
  // Posted questions are named `…/action`, not `…/read`.
  expect([...given].filter((action) => action.endsWith('/read') && !needed.has(action)).sort()).toEqual([]);
  const posted = arm.filter(isQuestion).map((asked) => asked.path.split('/').at(-1));
  expect([...given].filter((action) => action.endsWith('/action')).map((action) => action.split('/').at(-2))).toEqual([...new Set(posted)]);
});
