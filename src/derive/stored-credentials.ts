import type { GraphBuilder } from '../graph/builder.ts';
import { isArray, isObject, type Json, pointerToken, textAt } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot } from '../model/record.ts';
import type { StructureLink } from './structure-link.ts';

/** Host names of data services by type: a resource's own name and one of these, in the public and in the sovereign clouds. */
const hosts: readonly (readonly [type: string, ...suffixes: string[]])[] = [
  ['Microsoft.Storage/storageAccounts', '.blob.core.windows.net'],
  ['Microsoft.ServiceBus/namespaces', '.servicebus.windows.net', '.servicebus.usgovcloudapi.net', '.servicebus.chinacloudapi.cn'],
  ['Microsoft.EventHub/namespaces', '.servicebus.windows.net', '.servicebus.usgovcloudapi.net', '.servicebus.chinacloudapi.cn'],
  ['Microsoft.DocumentDB/databaseAccounts', '.documents.azure.com', '.documents.azure.us', '.documents.azure.cn'],
  ['Microsoft.Sql/servers', '.database.windows.net', '.database.usgovcloudapi.net', '.database.chinacloudapi.cn'],
  ['Microsoft.DBforPostgreSQL/flexibleServers', '.postgres.database.azure.com', '.postgres.database.usgovcloudapi.net', '.postgres.database.chinacloudapi.cn'],
  ['Microsoft.DBforMySQL/flexibleServers', '.mysql.database.azure.com', '.mysql.database.usgovcloudapi.net', '.mysql.database.chinacloudapi.cn'],
  ['Microsoft.Cache/Redis', '.redis.cache.windows.net', '.redis.cache.usgovcloudapi.net', '.redis.cache.chinacloudapi.cn'],
];
/** Settings whose account holds the code of the function itself (https://learn.microsoft.com/azure/azure-functions/functions-app-settings). */
const codeSetting = /^(AzureWebJobsStorage|WEBSITE_CONTENTAZUREFILECONNECTIONSTRING|DEPLOYMENT_STORAGE_CONNECTION_STRING)$/i;

interface Marker {
  readonly key: string;
  readonly pointer: string;
  readonly endpoints: readonly string[];
  /** Named without a key. */
  readonly stores: readonly string[];
  readonly clientIds: readonly string[];
  /** The names that stand beside it. */
  readonly siblings: readonly string[];
}

/**
 * Credentials of Azure and Entra that something of any cloud is configured with: connection strings with a key by the host that they name, and the id of an application
 * beside a secret. Values were replaced when the snapshot was written; what they open was kept.
 */
export function storedCredentials(snapshot: Snapshot): readonly StructureLink[] {
  const stores = new Map(
    hosts.flatMap(([type, ...suffixes]) =>
      snapshot.records(type).flatMap((record) => suffixes.map((suffix) => [`${record.id.split('/').at(-1) ?? ''}${suffix}`, record.id] as const)),
    ),
  );
  const applications = new Map(
    snapshot.records('Microsoft.Graph/servicePrincipal').map((record) => [(textAt(record.config, 'appId') ?? '').toLowerCase(), record.id]),
  );
  if (stores.size + applications.size === 0) return [];
  const found: StructureLink[] = [];
  for (const record of snapshot.all()) {
    for (const { key, pointer, endpoints, stores: named, clientIds, siblings } of markers(record.config, '/config', '', [])) {
      const secret = siblings.some((name) => /secret|password|certificate/i.test(name));
      const opened = [
        ...endpoints.flatMap((host) => stores.get(host.toLowerCase()) ?? []),
        ...(secret ? clientIds.flatMap((id) => applications.get(id.toLowerCase()) ?? []) : []),
      ];
      const evidence = [{ resource: record.id, pointer, call: record.calls[0] ?? '' }];
      for (const host of named) {
        const to = stores.get(host);
        if (to !== undefined) found.push({ from: record.id, to, kind: 'UsesArtifact', evidence });
      }
      for (const to of opened) {
        if (to === record.id) continue;
        found.push({ from: record.id, to, kind: 'UsesSecret', evidence });
        if (codeSetting.test(key)) found.push({ from: record.id, to, kind: 'UsesArtifact', evidence });
      }
    }
  }
  return found;
}

function* markers(value: Json, pointer: string, key: string, siblings: readonly string[]): Generator<Marker> {
  if (isArray(value)) for (const [index, each] of value.entries()) yield* markers(each, `${pointer}/${index}`, key, siblings);
  if (!isObject(value)) return;
  const redacted = value['$redacted'];
  if (isObject(redacted)) {
    const texts = (name: string): readonly string[] => (isArray(redacted[name]) ? redacted[name].map(String) : []);
    const [endpoints, stores, clientIds] = [texts('endpoints'), texts('stores'), texts('clientIds')];
    if (endpoints.length + stores.length + clientIds.length > 0) yield { key, pointer, endpoints, stores, clientIds, siblings };
    return;
  }
  const names = Object.keys(value);
  const name = typeof value['name'] === 'string' ? value['name'] : undefined;
  for (const [inner, each] of Object.entries(value))
    yield* markers(each ?? null, `${pointer}/${pointerToken(inner)}`, inner === 'value' && name !== undefined ? name : inner, names);
}

/** What is configured with a working credential holds it; with a key of the account that a function's code lies in, it changes the code too. */
export function addStoredCredentials(builder: GraphBuilder, stored: readonly StructureLink[]): void {
  const running = new Map<string, StructureLink[]>();
  for (const each of stored) if (each.kind === 'UsesArtifact') append(running, each.to, each);
  for (const { from, to, kind, evidence } of stored) {
    if (kind !== 'UsesSecret' || !builder.has(from) || !builder.has(to)) continue;
    builder.step({
      from,
      to,
      kind: 'Holds',
      technique: 'azure.stored-credential',
      label: 'holds a credential of',
      factors: [{ name: 'stored key', value: 0.9, why: 'a long-lived key or secret in the configuration' }],
      residual: [],
      evidence,
    });
    for (const code of running.get(to) ?? []) {
      if (code.from === from || !builder.has(code.from)) continue;
      builder.step({
        from,
        to: code.from,
        kind: 'CanExecuteOn',
        technique: 'azure.storage-keys-back-function',
        label: 'changes the code of',
        factors: [{ name: 'stored key', value: 0.5, why: 'a key of the account that holds the code stands in the configuration' }],
        residual: [],
        evidence: [...evidence, ...code.evidence],
      });
    }
  }
}
