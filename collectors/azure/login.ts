import { isArray, isObject, type JsonObject, textAt } from '../../src/model/json.ts';
import type { AzureTransport } from './client.ts';
import type { AzureCloud } from './cloud.ts';
import type { TokenSource } from './http.ts';
import { whole } from './pages.ts';

export interface AzureLogin {
  readonly cloud: AzureCloud;
  readonly tenant: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ca?: readonly string[];
}

/** Credentials the way the SDK finds them: a secret, certificate or federated token in the environment, a managed identity, the Azure CLI. */
export async function azureCredential(login: AzureLogin): Promise<TokenSource> {
  const { ClientSecretCredential, DefaultAzureCredential } = await import('@azure/identity');
  const { env, cloud, ca } = login;
  const options = {
    authorityHost: cloud.authority,
    additionallyAllowedTenants: ['*'],
    // Only Microsoft's own directories can be looked up there.
    ...(/(?:microsoftonline|chinacloudapi)/.test(cloud.authority) ? {} : { disableInstanceDiscovery: true }),
    ...(ca === undefined ? {} : { tlsOptions: { ca: [...ca].join('\n') } }),
  };
  const [tenant, id, secret] = [login.tenant ?? env['AZURE_TENANT_ID'], env['AZURE_CLIENT_ID'], env['AZURE_CLIENT_SECRET']];
  if (tenant !== undefined && id !== undefined && secret !== undefined) return new ClientSecretCredential(tenant, id, secret, options);
  return new DefaultAzureCredential({ ...options, ...(tenant === undefined ? {} : { tenantId: tenant }) });
}

/** Who the token says that it is for. It is read, not trusted: the service that it is sent to checks it. */
export function claimsOf(token: string): { readonly tenant: string | undefined; readonly who: string } {
  try {
    const body = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as JsonObject;
    return {
      tenant: textAt(body, 'tid'),
      who: textAt(body, 'upn') ?? textAt(body, 'app_displayname') ?? textAt(body, 'appid') ?? textAt(body, 'oid') ?? 'unknown',
    };
  } catch {
    return { tenant: undefined, who: 'unknown' };
  }
}

/** Tenants that the credentials can enter. @throws CallFailure */
export async function tenantsOf(transport: AzureTransport): Promise<readonly string[]> {
  const { answer } = await whole({ http: transport.arm, service: 'arm', tenant: '' }, 'tenants?api-version=2022-12-01');
  return listed(answer, 'tenantId');
}

/** Subscriptions of a tenant that the credentials see, those delegated from other tenants included. @throws CallFailure */
export async function subscriptionsOf(transport: AzureTransport, tenant: string): Promise<readonly string[]> {
  const { answer } = await whole({ http: transport.arm, service: 'arm', tenant }, 'subscriptions?api-version=2022-12-01');
  return listed(answer, 'subscriptionId');
}

function listed(answer: JsonObject, key: string): readonly string[] {
  const list = answer['value'];
  return (isArray(list) ? list : []).flatMap((each) =>
    isObject(each) && !/^Deleted$/i.test(textAt(each, 'state') ?? '') ? (textAt(each, key)?.toLowerCase() ?? []) : [],
  );
}
