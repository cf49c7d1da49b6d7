import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { CallFailure } from '../collect/gate.ts';
import type { Unit } from '../collect/plan.ts';
import { unmodelled } from '../collect/runner.ts';
import type { Collector } from '../model/collector.ts';
import { InputError } from '../model/error.ts';
import type { CallStatus } from '../model/record.ts';
import type { Plan } from './collect-plan.ts';
import { type Provider, wantedCollectors } from './collectors.ts';
import type { Invocation } from './command.ts';
import { gateOf, listOf } from './gate.ts';

/** Opens Azure: the cloud, the credentials and the tenants that the command line and the environment name. */
export async function openAzure(invocation: Invocation, collectors: readonly Collector[]) {
  const { env } = invocation.io;
  const { AzureTransport } = await import('../../collectors/azure/client.ts');
  const { azureClouds, cloudOf } = await import('../../collectors/azure/cloud.ts');
  const login = await import('../../collectors/azure/login.ts');
  const named = invocation.text('--cloud') ?? env['AZURE_CLOUD_NAME'];
  const cloud = cloudOf(named, env);
  if (cloud === undefined)
    throw new InputError(`no cloud is called \`${named ?? ''}\``, { help: `one of: ${azureClouds.map((each) => each.name).join(', ')}` });
  const ca = env['NODE_EXTRA_CA_CERTS'] === undefined ? undefined : [...rootCertificates, await readFile(env['NODE_EXTRA_CA_CERTS'], 'utf8')];
  const wanted = listOf(invocation, '--tenant').map((tenant) => tenant.toLowerCase());
  const gate = gateOf(invocation);
  const credential = await login.azureCredential({ cloud, env, tenant: wanted[0], ...(ca === undefined ? {} : { ca }) }).catch((error: unknown) => {
    throw missingSdk(error);
  });
  const only = (invocation.has('--subscriptions') ? listOf(invocation, '--subscriptions') : []).map((subscription) => subscription.toLowerCase());
  const limited = new Map<string, readonly string[]>();
  const transport = new AzureTransport({
    gate,
    cloud,
    credential,
    collectors,
    limits: (tenant) => (only.length === 0 ? undefined : limited.get(tenant)),
    ...(ca === undefined ? {} : { ca }),
  });
  const token = await credential.getToken(cloud.armScope).catch((error: unknown) => {
    throw new InputError(`the credentials do not work: ${firstLine(error)}`, {
      help: 'az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET',
    });
  });
  const claims = login.claimsOf(token?.token ?? '');
  const tenants = wanted.length > 0 ? wanted : [(env['AZURE_TENANT_ID'] ?? claims.tenant ?? '').toLowerCase()].filter((tenant) => tenant !== '');
  return { gate, cloud, transport, tenants: tenants.length > 0 ? tenants : await login.tenantsOf(transport), only, limited, who: claims.who, login };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/** The SDK of Azure is an optional dependency. */
function missingSdk(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') return error;
  return new InputError('the SDK of Azure is not installed', { help: 'npm install without --omit=optional' });
}

type OpenAzure = Awaited<ReturnType<typeof openAzure>>;

/** What is asked of one tenant, and of each subscription in it. */
export async function unitsOf(
  { transport, login, only, limited, cloud }: OpenAzure,
  collectors: readonly Collector[],
  tenant: string,
): Promise<{ readonly units: readonly Unit[]; readonly subscriptions: readonly string[]; readonly lost: readonly CallStatus[] }> {
  const lost: CallStatus[] = [];
  let subscriptions: readonly string[] = [];
  if (collectors.some((collector) => collector.provider === 'azure')) {
    try {
      const seen = await login.subscriptionsOf(transport, tenant);
      subscriptions = only.length === 0 ? seen : seen.filter((subscription) => only.includes(subscription));
      limited.set(tenant, subscriptions);
    } catch (error) {
      const { code, message, state } = error as CallFailure;
      const permission = 'Microsoft.Resources/subscriptions/read';
      const call = 'arm:Microsoft.Resources/subscriptions';
      lost.push({ call, account: tenant, region: 'global', state: state ?? 'failed', requests: 1, permission, message: `${code ?? 'Error'}: ${message}` });
    }
  }
  const place = { partition: cloud.name, region: 'global', tenant };
  const units = collectors.flatMap((collector) =>
    (collector.scope === 'tenant' ? [tenant] : subscriptions).map((account): Unit => ({ collector, place: { ...place, account } })),
  );
  return { units, subscriptions, lost };
}

/** What a collection from Azure and Entra ID asks. */
export async function planAzure(invocation: Invocation, providers: readonly Provider[]): Promise<Plan> {
  const collectors = await wantedCollectors(invocation, ...providers);
  const azure = await openAzure(invocation, collectors);
  const found = await Promise.all(azure.tenants.map(async (tenant) => ({ tenant, ...(await unitsOf(azure, collectors, tenant)) })));
  return {
    provider: providers[0] ?? 'azure',
    units: found.flatMap(({ units }) => units),
    transport: azure.transport,
    accounts: found.flatMap(({ subscriptions, tenant }) => [...subscriptions, tenant]),
    lost: found.flatMap(({ lost }) => lost),
    sent: () => azure.gate.sent,
    // Only of a scan that knows all types: with --services nearly everything would be unknown.
    others: async (redact) => {
      if (!providers.includes('azure') || listOf(invocation, '--services').length > 0) return [];
      const rows = await Promise.all(azure.tenants.map(async (tenant) => ({ tenant, found: await azure.transport.others(tenant) })));
      return rows.flatMap(({ tenant, found }) =>
        unmodelled(found, 'resourcegraph:resources', { partition: azure.cloud.name, account: tenant, region: 'global', tenant }, redact),
      );
    },
    close: () => undefined,
  };
}
