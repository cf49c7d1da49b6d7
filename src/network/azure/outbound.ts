import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, internetAddresses } from '../algebra/address.ts';
import { child, flag, objects, strings, text } from '../aws/config.ts';
import type { Party } from './filters.ts';
import { serviceOf } from './services.ts';

/** The addresses that a service's own answer says it calls from; `undefined` where it says none. */
type Addresses = (record: SnapshotRecord) => readonly string[] | undefined;

const own = (record: SnapshotRecord): JsonObject => child(record.config, 'properties');
const untold: Addresses = () => undefined;
const given = (list: readonly string[]): readonly string[] | undefined => (list.length === 0 ? undefined : list);

/** "The set of possible outbound IP addresses for an app … in a comma-separated list": which of them a request shows changes with the scale unit (App Service, outbound addresses). */
const site: Addresses = (record) =>
  given((text(own(record), 'possibleOutboundIpAddresses', 'outboundIpAddresses') ?? '').split(',').filter((each) => each !== ''));

/** Services that open connections by themselves from Azure's own networks: in nobody's subnet, so that no group and no route of the estate has a say. */
const callers: Readonly<Record<string, Addresses>> = {
  'Microsoft.ApiManagement/service': (record) => given([...strings(own(record), 'outboundPublicIPAddresses'), ...strings(own(record), 'publicIPAddresses')]),
  'Microsoft.App/containerApps': (record) => given(strings(own(record), 'outboundIpAddresses')),
  'Microsoft.App/jobs': (record) => given(strings(own(record), 'outboundIpAddresses')),
  'Microsoft.Cache/Redis': untold,
  'Microsoft.CognitiveServices/accounts': untold,
  'Microsoft.ContainerInstance/containerGroups': untold,
  'Microsoft.ContainerRegistry/registries': untold,
  'Microsoft.DataFactory/factories': untold,
  'Microsoft.Databricks/accessConnectors': untold,
  'Microsoft.Devices/IotHubs': untold,
  'Microsoft.EventGrid/domains': untold,
  'Microsoft.EventGrid/systemTopics': untold,
  'Microsoft.EventGrid/topics': untold,
  'Microsoft.Kusto/clusters': untold,
  'Microsoft.Logic/workflows': (record) =>
    given(
      ['workflow', 'connector'].flatMap((part) =>
        objects(child(child(own(record), 'endpointsConfiguration'), part), 'outgoingIpAddresses').flatMap((each) => text(each, 'address') ?? []),
      ),
    ),
  'Microsoft.MachineLearningServices/workspaces': untold,
  'Microsoft.Search/searchServices': untold,
  'Microsoft.Sql/servers': untold,
  'Microsoft.StreamAnalytics/streamingjobs': untold,
  'Microsoft.Synapse/workspaces': untold,
  'Microsoft.Web/sites': site,
  'Microsoft.Web/sites/slots': site,
};
const byType = new Map(Object.entries(callers).map(([type, addresses]) => [type.toLowerCase(), addresses]));

/** Something that calls from the edge of Azure's network, as groups and firewalls see it. */
export interface EdgeCaller {
  readonly record: SnapshotRecord;
  readonly party: Party;
  /** `undefined`: it has some, which are not known. */
  readonly addresses: readonly string[] | undefined;
}

/**
 * Whether an app that is integrated with a network sends everything through it: without "route all" only "private traffic" goes there, the rest by the addresses of the app itself (App Service,
 * application routing).
 */
export function routesAll(record: SnapshotRecord): boolean | undefined {
  const routing = child(own(record), 'outboundVnetRouting');
  return (
    flag(routing, 'allTraffic') ??
    flag(routing, 'applicationTraffic') ??
    flag(own(record), 'vnetRouteAllEnabled') ??
    flag(child(child(record.config, 'siteConfig'), 'properties'), 'vnetRouteAllEnabled')
  );
}

/** Whether everything that it opens goes through a network of the estate. */
function inside(record: SnapshotRecord, snapshot: Snapshot): boolean {
  const properties = own(record);
  if (/\/sites(\/slots)?$/i.test(record.type)) return text(properties, 'virtualNetworkSubnetId') !== undefined && routesAll(record) === true;
  if (/\/(containerApps|jobs)$/i.test(record.type)) {
    const environment = child(snapshot.find(text(properties, 'managedEnvironmentId', 'environmentId') ?? '')?.config, 'properties');
    return text(child(environment, 'vnetConfiguration'), 'infrastructureSubnetId') !== undefined;
  }
  return text(child(properties, 'virtualNetworkConfiguration'), 'subnetResourceId') !== undefined || objects(properties, 'subnetIds').length > 0;
}

/** A service as a caller from outside of all networks, where it is one. */
export function edgeCaller(record: SnapshotRecord, snapshot: Snapshot): EdgeCaller | undefined {
  const read = byType.get(record.type.toLowerCase());
  if (read === undefined || inside(record, snapshot)) return undefined;
  const addresses = read(record);
  const region = (record.region ?? '').toLowerCase().replaceAll(' ', '');
  const names = [serviceOf(record.type)?.tag?.toLowerCase(), 'azurecloud'].filter((each) => each !== undefined);
  const tags = [...names.flatMap((each) => (region === '' ? [each] : [each, `${each}.${region}`])), 'internet'];
  return { record, addresses, party: { where: addresses === undefined ? internetAddresses : addressSet(addresses), memberships: [], tags } };
}

/** All of them in a snapshot. */
export const edgeCallers = (snapshot: Snapshot): readonly EdgeCaller[] =>
  snapshot.types().flatMap((type) => (byType.has(type.toLowerCase()) ? snapshot.records(type).flatMap((record) => edgeCaller(record, snapshot) ?? []) : []));
