import type { Residual } from '../../model/evidence.ts';
import { isObject, type JsonObject, textAt } from '../../model/json.ts';
import { type Perimeter, perimetersOf } from '../../model/perimeters.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { propertiesOf } from './assignments.ts';
import { list, scopeText } from './scopes.ts';

/** Actions of the control plane that a service asks for at a door of its own: the deployment site of an app lets in whoever may publish (https://github.com/projectkudu/kudu/wiki/Accessing-the-kudu-service). */
const atDoor = /^microsoft\.web\/sites\/(slots\/)?publish\/action$/;

/** Whether an action is asked of the service itself, so that its firewall stands before it. */
export const passesFirewall = (plane: 'control' | 'data', action: string): boolean => plane === 'data' || atDoor.test(action);

const readers: Readonly<Record<string, (record: SnapshotRecord, perimeter?: Perimeter) => Residual>> = {
  'Microsoft.AppConfiguration/configurationStores': rules,
  'Microsoft.ContainerService/managedClusters': cluster,
  'Microsoft.DocumentDB/databaseAccounts': rules,
  'Microsoft.KeyVault/vaults': rules,
  'Microsoft.Storage/storageAccounts': rules,
  'Microsoft.Web/sites': deployment,
  'Microsoft.Web/sites/slots': deployment,
};

/** What the firewalls of data planes demand of whoever asks from outside, by resource id. What is not here demands nothing. */
export function firewallDemands(snapshot: Snapshot): ReadonlyMap<string, Residual> {
  const found = new Map<string, Residual>();
  const perimeters = perimetersOf(snapshot);
  for (const [type, demandOf] of Object.entries(readers)) {
    for (const record of snapshot.records(type)) {
      const demand = demandOf(record, perimeters.get(record.id.toLowerCase()));
      if (demand.length > 0) found.set(scopeText(record.id), demand);
    }
  }
  return found;
}

const privately = (record: SnapshotRecord): Residual => [
  { allOf: [{ operator: 'StringEquals', key: 'azure:PrivateEndpoint', values: [record.id], negated: false }] },
];
const from = (values: readonly string[]): Residual => [{ allOf: [{ operator: 'IpAddress', key: 'azure:SourceNetwork', values, negated: false }] }];
const closed = (properties: JsonObject): boolean => (textAt(properties, 'publicNetworkAccess') ?? '').toLowerCase() === 'disabled';

function rules(record: SnapshotRecord, perimeter?: Perimeter): Residual {
  const properties = propertiesOf(record);
  const access = (textAt(properties, 'publicNetworkAccess') ?? '').toLowerCase();
  // A perimeter's rules stand in place of the service's own; one that is only learning leaves these too.
  if (access === 'securedbyperimeter' || perimeter?.mode === 'enforced' || (perimeter !== undefined && access === 'disabled')) {
    const { prefixes = [], subscriptions = [] } = perimeter?.inbound ?? {};
    return from([...prefixes, ...subscriptions]);
  }
  if (closed(properties)) return privately(record);
  const own = isObject(properties['networkAcls']) ? properties['networkAcls'] : properties;
  const denies = (textAt(own, 'defaultAction') ?? 'Allow').toLowerCase() === 'deny' || properties['isVirtualNetworkFilterEnabled'] === true;
  const addresses = list(own['ipRules']).flatMap((rule) => textAt(rule, 'value') ?? textAt(rule, 'ipAddressOrRange') ?? []);
  const networks = list(own['virtualNetworkRules']).flatMap((rule) => textAt(rule, 'id') ?? []);
  return denies ? from([...addresses, ...networks]) : [];
}

/** A private cluster has its API server inside a network; another may let listed addresses in only (https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges). */
function cluster(record: SnapshotRecord): Residual {
  const properties = propertiesOf(record);
  const profile = isObject(properties['apiServerAccessProfile']) ? properties['apiServerAccessProfile'] : {};
  if (profile['enablePrivateCluster'] === true || closed(properties)) return privately(record);
  const ranges = list(profile['authorizedIPRanges']).map(String);
  return ranges.length === 0 ? [] : from(ranges);
}

/** The deployment site of an app has access restrictions of its own, or those of the app; the first rule for everybody says what happens to the rest. */
function deployment(record: SnapshotRecord): Residual {
  const site = isObject(record.config['siteConfig']) ? record.config['siteConfig']['properties'] : undefined;
  const config = isObject(site) ? site : {};
  if (closed(propertiesOf(record)) || closed(config)) return privately(record);
  const key = config['scmIpSecurityRestrictionsUseMain'] === true ? 'ipSecurityRestrictions' : 'scmIpSecurityRestrictions';
  const ordered = [...list(config[key])].sort((a, b) => priority(a) - priority(b));
  const admitted: string[] = [];
  for (const rule of ordered) {
    const source = textAt(rule, 'ipAddress') ?? textAt(rule, 'vnetSubnetResourceId') ?? 'Any';
    const allows = textAt(rule, 'action')?.toLowerCase() !== 'deny';
    if (source.toLowerCase() === 'any') return allows ? [] : from(admitted);
    if (allows) admitted.push(source);
  }
  const otherwise = textAt(config, `${key}DefaultAction`)?.toLowerCase() ?? (ordered.length === 0 ? 'allow' : 'deny');
  return otherwise === 'allow' ? [] : from(admitted);
}

const priority = (rule: Parameters<typeof textAt>[0]): number => (isObject(rule) && typeof rule['priority'] === 'number' ? rule['priority'] : 0);
