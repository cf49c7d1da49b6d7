import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, isEmptySet } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { child, evidence, flag, number, objects, strings, text } from '../aws/config.ts';
import type { Station, Subnet } from './estate.ts';
import { linkedService, linkPorts, linkService } from './link-service.ts';
import { routesAll } from './outbound.ts';
import { serviceOf } from './services.ts';

const ports = (...list: readonly (readonly [number, number] | number)[]): Traffic =>
  list.reduce<Traffic>((sum, each) => traffic.union(sum, typeof each === 'number' ? portRange(6, each, each) : portRange(6, each[0], each[1])), traffic.empty);

/** A service that stands in a subnet of the estate: where, what answers there, and whether it calls out from there. */
interface Residence {
  readonly subnet: string;
  readonly where?: string | undefined;
  readonly listens: Traffic;
  readonly calls: boolean;
  readonly opens?: Traffic;
  readonly inwards?: true;
  readonly pointer: string;
}

type Read = (own: JsonObject, record: SnapshotRecord, snapshot: Snapshot) => readonly (Residence | undefined)[];

const at = (subnet: string | undefined, more: Omit<Residence, 'subnet'>): Residence | undefined =>
  subnet === undefined || subnet === '' ? undefined : { subnet, ...more };

/** "Virtual network integration … is used only to make outbound calls": nobody reaches an app by it. */
const site: Read = (own, record) => [
  at(text(own, 'virtualNetworkSubnetId'), {
    listens: traffic.empty,
    calls: true,
    ...(routesAll(record) === false ? { inwards: true as const } : {}),
    pointer: '/config/properties/virtualNetworkSubnetId',
  }),
];
const flexible =
  (port: number): Read =>
  (own) => [
    at(text(child(own, 'network'), 'delegatedSubnetResourceId'), {
      listens: ports(port),
      calls: false,
      pointer: '/config/properties/network/delegatedSubnetResourceId',
    }),
  ];

const residences: Readonly<Record<string, Read>> = {
  'Microsoft.Web/sites': site,
  'Microsoft.Web/sites/slots': site,
  'Microsoft.ContainerInstance/containerGroups': (own, record) =>
    objects(own, 'subnetIds').map((each) =>
      at(text(each, 'id'), {
        where: text(child(own, 'ipAddress'), 'ip'),
        listens: serviceOf(record.type)?.ports(record) ?? traffic.empty,
        calls: true,
        pointer: '/config/properties/subnetIds',
      }),
    ),
  'Microsoft.App/containerApps': (own, record, snapshot) => {
    const environment = child(snapshot.find(text(own, 'managedEnvironmentId', 'environmentId') ?? '')?.config, 'properties');
    const subnet = text(child(environment, 'vnetConfiguration'), 'infrastructureSubnetId');
    const ingress = child(child(own, 'configuration'), 'ingress');
    const pointer = '/config/properties';
    const answers = Object.keys(ingress).length > 0 && flag(ingress, 'external') === true;
    return [
      at(subnet, { listens: traffic.empty, calls: true, pointer }),
      answers
        ? at(subnet, { where: text(environment, 'staticIp'), listens: serviceOf(record.type)?.ports(record) ?? traffic.empty, calls: false, pointer })
        : undefined,
    ];
  },
  'Microsoft.App/jobs': (own, _, snapshot) => {
    const environment = child(snapshot.find(text(own, 'environmentId') ?? '')?.config, 'properties');
    return [
      at(text(child(environment, 'vnetConfiguration'), 'infrastructureSubnetId'), { listens: traffic.empty, calls: true, pointer: '/config/properties' }),
    ];
  },
  'Microsoft.ApiManagement/service': (own) => [
    at(text(child(own, 'virtualNetworkConfiguration'), 'subnetResourceId'), {
      where: strings(own, 'privateIPAddresses')[0],
      listens: ports(80, 443, 3443),
      calls: true,
      pointer: '/config/properties/virtualNetworkConfiguration',
    }),
  ],
  'Microsoft.Sql/managedInstances': (own) => [
    at(text(own, 'subnetId'), {
      listens: ports(1433, [11_000, 11_999], ...(flag(own, 'publicDataEndpointEnabled') === true ? [3342] : [])),
      calls: true,
      pointer: '/config/properties/subnetId',
    }),
  ],
  'Microsoft.DBforPostgreSQL/flexibleServers': flexible(5432),
  'Microsoft.DBforMySQL/flexibleServers': flexible(3306),
  'Microsoft.Cache/Redis': (own, record) => [
    at(text(own, 'subnetId'), {
      where: text(own, 'staticIP'),
      listens: serviceOf(record.type)?.ports(record) ?? traffic.empty,
      calls: false,
      pointer: '/config/properties/subnetId',
    }),
  ],
  // Private fronts of application gateways; what a gateway sends on is told by its pools.
  'Microsoft.Network/applicationGateways': (own) => {
    const byId = (key: string): ReadonlyMap<string, JsonObject> =>
      new Map(objects(own, key).map((row) => [text(row, 'id')?.toLowerCase() ?? '', child(row, 'properties')]));
    const heard = objects(own, 'httpListeners').map((row) => child(row, 'properties'));
    const listeners = byId('frontendPorts');
    const home = text(child(child(objects(own, 'gatewayIPConfigurations')[0], 'properties'), 'subnet'), 'id');
    return [...byId('frontendIPConfigurations')].map(([id, front]) => {
      const where = text(front, 'privateIPAddress');
      const open = heard.filter((each) => text(child(each, 'frontendIPConfiguration'), 'id')?.toLowerCase() === id);
      const list = open.flatMap((each) => number(listeners.get(text(child(each, 'frontendPort'), 'id')?.toLowerCase() ?? ''), 'port') ?? []);
      return where === undefined
        ? undefined
        : at(text(child(front, 'subnet'), 'id') ?? home, {
            where,
            listens: ports(...list),
            calls: false,
            pointer: '/config/properties/frontendIPConfigurations',
          });
    });
  },
  // What it carries is its users' own sessions to the machines of its network and the peers of that.
  'Microsoft.Network/bastionHosts': (own) =>
    objects(own, 'ipConfigurations').map((row) =>
      at(text(child(child(row, 'properties'), 'subnet'), 'id'), {
        listens: traffic.empty,
        calls: true,
        opens: ports(22, 3389),
        pointer: '/config/properties/ipConfigurations',
      }),
    ),
};

/** Services in subnets as stations; where a subnet is not in the snapshot nothing can be said of the service. */
export function residentsOf(snapshot: Snapshot, subnets: ReadonlyMap<string, Subnet>, lost: Map<string, string>): readonly Station[] {
  return Object.entries(residences).flatMap(([type, read]) =>
    snapshot.records(type).flatMap((record) =>
      read(child(record.config, 'properties'), record, snapshot).flatMap((each, index): Station[] => {
        if (each === undefined) return [];
        const subnet = subnets.get(each.subnet.toLowerCase());
        if (subnet === undefined) {
          lost.set(record.id, `subnet ${each.subnet.toLowerCase()}`);
          return [];
        }
        const { listens, calls, opens, inwards, pointer } = each;
        const own: AddressSet = addressSet(each.where === undefined ? [] : [each.where]);
        return [
          plainStation(`${record.id.toLowerCase()}#${index}`, record, record.id, subnet, isEmptySet(own) ? subnet.set : own, {
            listens,
            calls,
            pointer,
            ...(opens === undefined ? {} : { opens }),
            ...(inwards === undefined ? {} : { inwards }),
          }),
        ];
      }),
    ),
  );
}

function plainStation(
  id: string,
  record: SnapshotRecord,
  owner: string,
  subnet: Subnet,
  where: AddressSet,
  more: { listens: Traffic; calls: boolean; opens?: Traffic; inwards?: true; pointer: string },
): Station {
  return {
    id,
    nic: record.id,
    owner,
    subnet,
    where,
    filter: undefined,
    memberships: [],
    public: undefined,
    pools: [],
    forwards: false,
    listens: more.listens,
    calls: more.calls,
    ...(more.opens === undefined ? {} : { opens: more.opens }),
    ...(more.inwards === undefined ? {} : { inwards: more.inwards }),
    evidence: evidence(record, more.pointer),
  };
}

/** Private endpoints: "a network interface that uses a private IP address from your virtual network" and leads to one service, whatever the service's own firewall says of the public way. */
export function endpointsOf(snapshot: Snapshot, subnets: ReadonlyMap<string, Subnet>, lost: Map<string, string>): readonly Station[] {
  return snapshot.records('Microsoft.Network/privateEndpoints').flatMap((record): Station[] => {
    const own = child(record.config, 'properties');
    const subnet = subnets.get(text(child(own, 'subnet'), 'id')?.toLowerCase() ?? '');
    if (subnet === undefined) {
      lost.set(record.id, `subnet ${text(child(own, 'subnet'), 'id')?.toLowerCase() ?? ''}`);
      return [];
    }
    const policies = (text(subnet.config, 'privateEndpointNetworkPolicies') ?? 'Disabled').toLowerCase();
    const links = ['privateLinkServiceConnections', 'manualPrivateLinkServiceConnections'].flatMap((key) =>
      objects(own, key).map((row) => child(row, 'properties')),
    );
    const approved = links.filter((each) => (text(child(each, 'privateLinkServiceConnectionState'), 'status') ?? 'Approved').toLowerCase() === 'approved');
    return approved.map((link, index) => {
      const named = text(link, 'privateLinkServiceId') ?? '';
      const target = linkedService(snapshot, named);
      const addresses = addressSet(addressesOf(snapshot, own));
      const listens = target === undefined ? undefined : target.type === linkService ? linkPorts(target, snapshot) : serviceOf(target.type)?.ports(target);
      return {
        ...plainStation(`${record.id.toLowerCase()}#${index}`, record, target?.id ?? record.id, subnet, isEmptySet(addresses) ? subnet.set : addresses, {
          listens: listens ?? ports([0, 65_535]),
          calls: false,
          pointer: '/config/properties',
        }),
        endpoint: {
          filtered: /enabled$/.test(policies) && !policies.startsWith('routetable'),
          routed: policies === 'enabled' || policies.startsWith('routetable'),
        },
      };
    });
  });
}

function addressesOf(snapshot: Snapshot, own: JsonObject): readonly string[] {
  const nics = objects(own, 'networkInterfaces').flatMap((each) => {
    const nic = snapshot.find(text(each, 'id') ?? '');
    return objects(child(nic?.config, 'properties'), 'ipConfigurations').flatMap((row) => text(child(row, 'properties'), 'privateIPAddress') ?? []);
  });
  if (nics.length > 0) return nics;
  const fixed = objects(own, 'ipConfigurations').flatMap((row) => text(child(row, 'properties'), 'privateIPAddress') ?? []);
  return fixed.length > 0 ? fixed : objects(own, 'customDnsConfigs').flatMap((each) => strings(each, 'ipAddresses'));
}

/** Whether names of a service resolve to its private endpoint in a network: a private zone of `privatelink` linked to it. What is reached does not hang on it, but what uses the name does. */
export function resolvesPrivately(snapshot: Snapshot, network: string, type: string): boolean {
  const zone = zones[type.toLowerCase()];
  if (zone === undefined) return false;
  return snapshot.records('Microsoft.Network/privateDnsZones/virtualNetworkLinks').some((record) => {
    const linked = text(child(child(record.config, 'properties'), 'virtualNetwork'), 'id')?.toLowerCase() === network;
    return linked && record.id.toLowerCase().includes(`/privatednszones/privatelink.${zone}`);
  });
}
const zones: Readonly<Record<string, string>> = {
  'microsoft.storage/storageaccounts': '',
  'microsoft.keyvault/vaults': 'vaultcore.',
  'microsoft.sql/servers': 'database.',
  'microsoft.documentdb/databaseaccounts': 'documents.',
  'microsoft.cache/redis': 'redis.',
  'microsoft.containerregistry/registries': 'azurecr.',
  'microsoft.web/sites': 'azurewebsites.',
  'microsoft.servicebus/namespaces': 'servicebus.',
  'microsoft.eventhub/namespaces': 'servicebus.',
  'microsoft.cognitiveservices/accounts': 'cognitiveservices.',
};
