import { isObject, type Json } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { child, objects, strings, text } from '../aws/config.ts';

/** Names that resources of the snapshot answer to, in lower case: what pools, origins and endpoints by name lead to. */
export type Hosts = ReadonlyMap<string, SnapshotRecord>;

/** Where each type keeps the names that it answers to. */
const named: Readonly<Record<string, (record: SnapshotRecord) => readonly (string | undefined)[]>> = {
  'Microsoft.Web/sites': siteNames,
  'Microsoft.Web/sites/slots': siteNames,
  'Microsoft.Web/staticSites': ({ config }) => [text(child(config, 'properties'), 'defaultHostname'), ...strings(child(config, 'properties'), 'customDomains')],
  'Microsoft.Storage/storageAccounts': ({ config }) =>
    ['primaryEndpoints', 'secondaryEndpoints'].flatMap((key) => urls(child(child(config, 'properties'), key))),
  'Microsoft.KeyVault/vaults': ({ config }) => [text(child(config, 'properties'), 'vaultUri')],
  'Microsoft.Sql/servers': ({ config }) => [text(child(config, 'properties'), 'fullyQualifiedDomainName')],
  'Microsoft.Sql/managedInstances': ({ config }) => [text(child(config, 'properties'), 'fullyQualifiedDomainName')],
  'Microsoft.DBforPostgreSQL/flexibleServers': ({ config }) => [text(child(config, 'properties'), 'fullyQualifiedDomainName')],
  'Microsoft.DBforMySQL/flexibleServers': ({ config }) => [text(child(config, 'properties'), 'fullyQualifiedDomainName')],
  'Microsoft.DocumentDB/databaseAccounts': ({ config }) => [text(child(config, 'properties'), 'documentEndpoint')],
  'Microsoft.Cache/Redis': ({ config }) => [text(child(config, 'properties'), 'hostName')],
  'Microsoft.ContainerRegistry/registries': ({ config }) => [text(child(config, 'properties'), 'loginServer')],
  'Microsoft.CognitiveServices/accounts': ({ config }) => urls(child(config, 'properties')),
  'Microsoft.ContainerService/managedClusters': ({ config }) => [text(child(config, 'properties'), 'fqdn'), text(child(config, 'properties'), 'privateFQDN')],
  'Microsoft.App/containerApps': ({ config }) => {
    const ingress = child(child(child(config, 'properties'), 'configuration'), 'ingress');
    return [text(ingress, 'fqdn'), ...objects(ingress, 'customDomains').map((each) => text(each, 'name'))];
  },
  'Microsoft.ContainerInstance/containerGroups': ({ config }) => [text(child(child(config, 'properties'), 'ipAddress'), 'fqdn')],
  'Microsoft.ApiManagement/service': ({ config }) => [
    text(child(config, 'properties'), 'gatewayUrl'),
    text(child(config, 'properties'), 'gatewayRegionalUrl'),
    ...objects(child(config, 'properties'), 'hostnameConfigurations').map((each) => text(each, 'hostName')),
  ],
  'Microsoft.Cdn/profiles/afdEndpoints': ({ config }) => [text(child(config, 'properties'), 'hostName')],
  'Microsoft.Cdn/profiles/endpoints': ({ config }) => [text(child(config, 'properties'), 'hostName')],
  'Microsoft.Network/frontDoors': ({ config }) =>
    objects(child(config, 'properties'), 'frontendEndpoints').map((each) => text(child(each, 'properties'), 'hostName')),
  'Microsoft.Network/trafficManagerProfiles': ({ config }) => [text(child(child(config, 'properties'), 'dnsConfig'), 'fqdn')],
  'Microsoft.Network/publicIPAddresses': ({ config }) => [text(child(child(config, 'properties'), 'dnsSettings'), 'fqdn')],
};

function siteNames({ config }: SnapshotRecord): readonly (string | undefined)[] {
  const own = child(config, 'properties');
  return [text(own, 'defaultHostName'), ...strings(own, 'hostNames'), ...strings(own, 'enabledHostNames')];
}

/** All addresses of the web among the values, however deep. */
const urls = (value: Json | undefined): readonly string[] =>
  typeof value === 'string' ? (/^https?:\/\//i.test(value) ? [value] : []) : isObject(value) ? Object.values(value).flatMap(urls) : [];

/** Names of all resources that have any. The first resource to claim a name keeps it. */
export function hostsOf(snapshot: Snapshot): Hosts {
  const out = new Map<string, SnapshotRecord>();
  for (const [type, names] of Object.entries(named)) {
    for (const record of snapshot.records(type)) {
      for (const name of names(record)) {
        const host = name === undefined ? '' : hostName(name);
        if (host !== '' && !out.has(host)) out.set(host, record);
      }
    }
  }
  return out;
}

/** `https://a.example:443/x` and `A.example.` are the host `a.example`. */
export const hostName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/:].*$/, '')
    .replace(/\.$/, '');
