/** `npm run bench -- azure-collect`: collects a tenant of 5,000 resources from the replay server and counts the requests by what they are for; start-up time with and without Azure. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Asked, type AzureWorld, startReplay } from '../scripts/azure/replay.ts';
import { main } from '../src/cli/main.ts';
import type { JsonObject } from '../src/model/json.ts';
import type { Manifest } from '../src/model/record.ts';

const tenant = 'be7c4000-0000-4000-8000-000000000001';
const subscriptions = [1, 2, 3].map((n) => `be7c4000-0000-4000-8000-0000000000a${n}`);
/** What an estate of 5,000 resources is made of: machines and their parts are many, what has follow-up calls is few. */
const mix: readonly (readonly [type: string, count: number])[] = [
  ['Microsoft.Compute/virtualMachines', 1100],
  ['Microsoft.Compute/virtualMachines/extensions', 1000],
  ['Microsoft.Compute/disks', 1400],
  ['Microsoft.Network/networkInterfaces', 1150],
  ['Microsoft.Network/networkSecurityGroups', 120],
  ['Microsoft.Network/publicIPAddresses', 90],
  ['Microsoft.Network/loadBalancers', 40],
  ['Microsoft.Network/virtualNetworks', 12],
  ['Microsoft.Storage/storageAccounts', 30],
  ['Microsoft.KeyVault/vaults', 15],
  ['Microsoft.Sql/servers', 5],
  ['Microsoft.Web/sites', 20],
  ['Microsoft.ManagedIdentity/userAssignedIdentities', 18],
];

const resources = (): JsonObject[] =>
  mix.flatMap(([type, count]) =>
    Array.from({ length: count }, (_, n): JsonObject => {
      const subscriptionId = subscriptions[n % subscriptions.length] ?? '';
      const name = `${type.split('/').at(-1) ?? ''}-${n}`;
      const place = type.split('/').length > 2 ? `Microsoft.Compute/virtualMachines/virtualMachines-${n}/extensions/${name}` : `${type}/${name}`;
      return {
        id: `/subscriptions/${subscriptionId}/resourceGroups/rg-${n % 40}/providers/${place}`,
        name,
        type: type.toLowerCase(),
        tenantId: tenant,
        subscriptionId,
        location: 'westeurope',
        properties: {},
      };
    }),
  );

const kindOf = ({ path: asked }: Asked): string =>
  asked.endsWith('/$batch') || asked === '/batch'
    ? 'batches'
    : /resourcegraph/.test(asked)
      ? 'pages of Resource Graph'
      : /^\/(?:v1\.0|beta)\//.test(asked)
        ? 'Microsoft Graph'
        : /resourcegroups/.test(asked)
          ? 'follow-up calls of single resources'
          : 'lists of each subscription and of the tenant';

export async function run(): Promise<void> {
  const all = resources();
  const world: AzureWorld = {
    tenant,
    tables: {
      resources: all,
      resourcecontainers: subscriptions.map((id) => ({
        id: `/subscriptions/${id}`,
        name: id,
        type: 'microsoft.resources/subscriptions',
        subscriptionId: id,
        tenantId: tenant,
      })),
    },
    answers: { subscriptions: subscriptions.map((id) => ({ subscriptionId: id, state: 'Enabled' })) },
    // What is asked of a resource is there, and holds nothing.
    empty: /./,
  };
  const replay = await startReplay(world);
  replay.armBatches = true;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-'));
  try {
    for (const words of [['--services', 'compute'], []]) {
      replay.seen.length = 0;
      const out = path.join(folder, String(words.length));
      const begun = performance.now();
      const io = { out: () => undefined, err: () => undefined, stdoutIsTerminal: false, stderrIsTerminal: false, env: replay.env, stdin: async () => '' };
      await main(['collect', 'azure', '--out', out, '--max-rps', '1000', ...words], { ...io, signal: new AbortController().signal });
      const seconds = (performance.now() - begun) / 1000;
      const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8')) as Manifest;
      const records = manifest.files.reduce((sum, file) => sum + file.count, 0);
      const counts = new Map<string, number>();
      // What stands inside a batch is no request of its own.
      const sent = replay.seen.filter(({ method }) => method !== 'BATCH');
      const questions = replay.seen.filter(({ path: asked }) => !asked.endsWith('batch')).length;
      for (const asked of sent) counts.set(kindOf(asked), (counts.get(kindOf(asked)) ?? 0) + 1);
      console.log(
        `${words.length === 0 ? 'all collectors' : words.join(' ')}: ${records} records of ${all.length} resources in ${seconds.toFixed(1)} s, ${sent.length} requests for ${questions} questions`,
      );
      for (const [kind, count] of [...counts].sort()) console.log(`  ${count} ${kind}`);
    }
  } finally {
    await replay.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const bin = path.join(import.meta.dirname, '..', 'dist', 'src', 'cli', 'bin.js');
  const times = Array.from({ length: 7 }, () => {
    const begun = performance.now();
    execFileSync(process.execPath, [bin, '--help']);
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  console.log(`postern --help: ${(times[3] ?? 0).toFixed(0)} ms, middle of seven`);
}
