import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { internetAddresses, intersectSets, isEmptySet, shareOf, toCidrs } from '../algebra/address.ts';
import { portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, flag, number, objects, text } from '../aws/config.ts';
import {
  aclSubnets,
  acls,
  apiGates,
  clusterGates,
  containerAppGates,
  cosmosGates,
  cosmosSubnets,
  databaseGates,
  databaseSubnets,
  fronted,
  groupGates,
  instanceGates,
  listed,
  plain,
  type ReadGates,
  type ReadSubnet,
  ruleSetSubnets,
  ruleSets,
  siteGates,
  siteSubnets,
} from './gates.ts';
import { subnetsWithPerimeter, withPerimeter } from './perimeter-gates.ts';
import { settingOf } from './proof.ts';

/** How a service with a public endpoint is reached. */
export interface Service {
  readonly ports: (record: SnapshotRecord) => Traffic;
  readonly gates: ReadGates;
  /** What its firewall says of subnets; without it a subnet's rule is none of its kinds. */
  readonly subnets?: ReadSubnet;
  /** The service endpoint by which a subnet comes with its private addresses. */
  readonly endpoint?: string;
  /** The service tag that its addresses are in. */
  readonly tag?: string;
  /** Each request is authorised by a key, token or role: its open endpoint is no way in by itself. */
  readonly guarded?: true;
}

const ofPorts = (...ports: readonly number[]): Traffic => ports.reduce<Traffic>((sum, each) => traffic.union(sum, portRange(6, each, each)), traffic.empty);
const tcp =
  (...ports: readonly number[]): Service['ports'] =>
  () =>
    ofPorts(...ports);
const https = { ports: tcp(443), guarded: true } as const;
const sites = { ports: (record: SnapshotRecord) => webPorts(record), gates: siteGates, subnets: siteSubnets, endpoint: 'Microsoft.Web', tag: 'AppService' };

/** Public endpoints of services that stand outside of networks, by type. A type that is not here is not answered for. */
const services: Readonly<Record<string, Service>> = {
  'Microsoft.Storage/storageAccounts': {
    ports: (record) => storagePorts(record),
    gates: acls('networkAcls', 'value'),
    subnets: aclSubnets('networkAcls'),
    endpoint: 'Microsoft.Storage',
    tag: 'Storage',
    guarded: true,
  },
  'Microsoft.KeyVault/vaults': {
    ...https,
    gates: acls('networkAcls', 'value'),
    subnets: aclSubnets('networkAcls'),
    endpoint: 'Microsoft.KeyVault',
    tag: 'AzureKeyVault',
  },
  'Microsoft.KeyVault/managedHSMs': { ...https, gates: acls('networkAcls', 'value'), subnets: aclSubnets('networkAcls') },
  // "Redirect" answers lead on to ports 11000 to 11999 (SQL connectivity architecture); only the gateway's own port is counted.
  'Microsoft.Sql/servers': { ports: tcp(1433), gates: databaseGates(), subnets: databaseSubnets, endpoint: 'Microsoft.Sql', tag: 'Sql' },
  'Microsoft.Sql/managedInstances': { ports: tcp(3342), gates: instanceGates },
  'Microsoft.DBforPostgreSQL/flexibleServers': { ports: tcp(5432), gates: databaseGates('network'), tag: 'AzureCloud' },
  'Microsoft.DBforPostgreSQL/servers': { ports: tcp(5432), gates: databaseGates(), endpoint: 'Microsoft.Sql', tag: 'Sql' },
  'Microsoft.DBforMySQL/flexibleServers': { ports: tcp(3306), gates: databaseGates('network'), tag: 'AzureCloud' },
  'Microsoft.DBforMySQL/servers': { ports: tcp(3306), gates: databaseGates(), endpoint: 'Microsoft.Sql', tag: 'Sql' },
  'Microsoft.Synapse/workspaces': { ports: tcp(443, 1433), gates: databaseGates(), guarded: true },
  'Microsoft.DocumentDB/databaseAccounts': {
    ports: (record) => (text(record.config, 'kind')?.toLowerCase() === 'mongodb' ? ofPorts(443, 10_255) : ofPorts(443)),
    gates: cosmosGates,
    subnets: cosmosSubnets,
    endpoint: 'Microsoft.AzureCosmosDB',
    tag: 'AzureCosmosDB',
    guarded: true,
  },
  'Microsoft.Cache/Redis': {
    ports: (record) => (flag(child(record.config, 'properties'), 'enableNonSslPort') === true ? ofPorts(6379, 6380) : ofPorts(6380)),
    gates: (record, own, snapshot) => {
      if (text(own, 'subnetId') !== undefined) return [];
      // "If no firewall rules are configured, all IP addresses are allowed" (Redis, network isolation).
      const none = Array.isArray(record.config['firewallRules']) && objects(record.config, 'firewallRules').length === 0;
      return none ? plain(record, own, snapshot) : databaseGates()(record, own, snapshot);
    },
  },
  'Microsoft.Cache/redisEnterprise': { ports: tcp(10_000), gates: plain },
  'Microsoft.ContainerRegistry/registries': { ...https, gates: acls('networkRuleSet', 'value'), tag: 'AzureContainerRegistry' },
  'Microsoft.ServiceBus/namespaces': {
    ports: tcp(443, 5671, 5672),
    gates: ruleSets,
    subnets: ruleSetSubnets,
    endpoint: 'Microsoft.ServiceBus',
    tag: 'ServiceBus',
    guarded: true,
  },
  'Microsoft.EventHub/namespaces': {
    ports: tcp(443, 5671, 5672, 9093),
    gates: ruleSets,
    subnets: ruleSetSubnets,
    endpoint: 'Microsoft.EventHub',
    tag: 'EventHub',
    guarded: true,
  },
  'Microsoft.EventGrid/topics': { ...https, gates: listed('inboundIpRules', 'ipMask'), tag: 'AzureEventGrid' },
  'Microsoft.EventGrid/domains': { ...https, gates: listed('inboundIpRules', 'ipMask'), tag: 'AzureEventGrid' },
  'Microsoft.AppConfiguration/configurationStores': { ...https, gates: plain, tag: 'AppConfiguration' },
  'Microsoft.CognitiveServices/accounts': {
    ...https,
    gates: acls('networkAcls', 'value'),
    subnets: aclSubnets('networkAcls'),
    endpoint: 'Microsoft.CognitiveServices',
    tag: 'CognitiveServicesFrontend',
  },
  'Microsoft.Search/searchServices': {
    ...https,
    gates: (record, own, snapshot) =>
      listed('ipRules', 'value')(record, { ...child(own, 'networkRuleSet'), publicNetworkAccess: text(own, 'publicNetworkAccess') ?? '' }, snapshot),
  },
  'Microsoft.Kusto/clusters': { ...https, gates: listed('allowedIpRangeList') },
  'Microsoft.Devices/IotHubs': { ports: tcp(443, 5671, 8883), gates: acls('networkRuleSets', 'ipMask'), guarded: true, tag: 'AzureIoTHub' },
  'Microsoft.DataFactory/factories': { ...https, gates: plain, tag: 'DataFactory' },
  'Microsoft.Databricks/workspaces': { ...https, gates: plain, tag: 'AzureDatabricks' },
  'Microsoft.MachineLearningServices/workspaces': { ...https, gates: plain, tag: 'AzureMachineLearning' },
  'Microsoft.ContainerService/managedClusters': { ports: tcp(443), gates: clusterGates, tag: 'AzureCloud' },
  'Microsoft.Web/sites': sites,
  'Microsoft.Web/sites/slots': sites,
  'Microsoft.Web/staticSites': { ports: tcp(80, 443), gates: plain },
  'Microsoft.App/containerApps': {
    ports: (record) => {
      const ingress = child(child(child(record.config, 'properties'), 'configuration'), 'ingress');
      const own = number(ingress, 'exposedPort') ?? number(ingress, 'targetPort');
      return text(ingress, 'transport')?.toLowerCase() === 'tcp' && own !== undefined ? ofPorts(own) : ofPorts(80, 443);
    },
    gates: containerAppGates,
  },
  'Microsoft.ContainerInstance/containerGroups': {
    ports: (record) =>
      objects(child(child(record.config, 'properties'), 'ipAddress'), 'ports').reduce<Traffic>((sum, each) => {
        const port = number(each, 'port') ?? -1;
        return traffic.union(sum, portRange(text(each, 'protocol')?.toLowerCase() === 'udp' ? 17 : 6, port, port));
      }, traffic.empty),
    gates: groupGates,
  },
  'Microsoft.ApiManagement/service': { ports: tcp(80, 443), gates: apiGates, tag: 'AzureCloud' },
  // Its users come to it by HTTPS, whatever the machines behind it let in: "port 443 … for ingress traffic" (Bastion, NSG access).
  'Microsoft.Network/bastionHosts': { ...https, gates: (_, own) => fronted(own) },
  // IKE and its NAT traversal; those who dial in by TLS come to 443. What is behind asks for a key or certificate first.
  'Microsoft.Network/virtualNetworkGateways': {
    ports: (record) => {
      const dial = Object.keys(child(child(record.config, 'properties'), 'vpnClientConfiguration')).length > 0;
      return [500, 4500].reduce<Traffic>((sum, each) => traffic.union(sum, portRange(17, each, each)), dial ? ofPorts(443) : traffic.empty);
    },
    gates: (_, own) => (text(own, 'gatewayType')?.toLowerCase() === 'expressroute' ? [] : fronted(own)),
    guarded: true,
  },
};

const byType = new Map(
  Object.entries(services).map(([type, service]): [string, Service] => [
    type.toLowerCase(),
    {
      ...service,
      gates: withPerimeter(service.gates),
      ...(service.subnets === undefined ? {} : { subnets: subnetsWithPerimeter(service.subnets) }),
    },
  ]),
);
export const serviceOf = (type: string): Service | undefined => byType.get(type.toLowerCase());
export const answersFor = (type: string): boolean => serviceOf(type) !== undefined;

/** Whether an open endpoint is a way in; where it is not, it is an exposure, and no reach that an intruder walks. */
export const leadsIn = (type: string): boolean => serviceOf(type)?.guarded !== true;

/** What the internet reaches of services with public endpoints: the exact addresses that their firewalls let in. */
export function serviceExposures(snapshot: Snapshot): readonly ReachClass[] {
  return snapshot.types().flatMap((type) => {
    const service = serviceOf(type);
    if (service === undefined) return [];
    return snapshot.records(type).flatMap((record) =>
      service.gates(record, child(record.config, 'properties'), snapshot).flatMap((gate): readonly ReachClass[] => {
        const set = intersectSets(gate.set, internetAddresses);
        if (isEmptySet(set)) return [];
        return [
          {
            sources: ['internet'],
            destinations: [record.id],
            flows: toPortSets(service.ports(record)),
            from: { cidrs: toCidrs(set), share: shareOf(set, internetAddresses) },
            residual: [{ allOf: gate.conditions ?? [] }],
            missing: gate.missing ?? [],
            evidence: [settingOf(record, gate.pointer)],
          },
        ];
      }),
    );
  });
}

/** HTTPS, and HTTP where it is not refused; "file shares can be mounted with SMB … port 445" where there are any; SFTP where it is on. */
function storagePorts(record: SnapshotRecord): Traffic {
  const own = child(record.config, 'properties');
  const files = !(text(record.config, 'kind') ?? 'BlobStorage').toLowerCase().includes('blob');
  return ofPorts(
    443,
    ...(flag(own, 'supportsHttpsTrafficOnly') === false ? [80] : []),
    ...(files ? [445] : []),
    ...(flag(own, 'isSftpEnabled') === true ? [22] : []),
  );
}

const webPorts = (record: SnapshotRecord): Traffic => (flag(child(record.config, 'properties'), 'httpsOnly') === true ? ofPorts(443) : ofPorts(80, 443));
