import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, isEmptySet, parsePrefix } from '../algebra/address.ts';
import { child, evidence, flag, objects, strings, text } from '../aws/config.ts';
import type { Estate, Peering, PublicAddress, Station, Subnet, UserRoute, VirtualNetwork } from './estate.ts';
import { type Filter, readFilter } from './filters.ts';

const provider = 'Microsoft.Network/';
const vmss = 'Microsoft.Compute/virtualMachineScaleSets';

/** The networks of a snapshot as filters and routes see them. Ids are compared in lower case, as Azure does. */
export function buildEstate(snapshot: Snapshot): Estate {
  const filters = new Map<string, Filter>();
  const filterOf = (value: JsonObject): Filter | undefined => {
    const id = text(child(value, 'networkSecurityGroup'), 'id')?.toLowerCase();
    if (id === undefined) return undefined;
    const known = filters.get(id) ?? readFilter(id, snapshot.find(id));
    filters.set(id, known);
    return known;
  };
  const gateways = new Set(
    snapshot
      .records(`${provider}virtualNetworkGateways`)
      .flatMap((each) => objects(child(each.config, 'properties'), 'ipConfigurations'))
      .flatMap(
        (each) =>
          text(child(child(each, 'properties'), 'subnet'), 'id')
            ?.toLowerCase()
            .split('/subnets/')[0] ?? [],
      ),
  );
  const networks = new Map<string, VirtualNetwork>();
  const subnets = new Map<string, Subnet>();
  for (const record of snapshot.records(`${provider}virtualNetworks`)) {
    const own = child(record.config, 'properties');
    const network = readNetwork(record, own, gateways);
    networks.set(network.id, network);
    for (const row of objects(own, 'subnets')) {
      const id = text(row, 'id')?.toLowerCase() ?? `${network.id}/subnets/${(text(row, 'name') ?? '').toLowerCase()}`;
      const config = child(row, 'properties');
      const set = addressSet([
        ...strings(config, 'addressPrefixes'),
        ...(text(config, 'addressPrefix') === undefined ? [] : [text(config, 'addressPrefix') ?? '']),
      ]);
      subnets.set(id, { id, network, set, filter: filterOf(config), routes: routesOf(snapshot, config), config });
    }
  }
  const publics = new Map(snapshot.records(`${provider}publicIPAddresses`).map((record) => [record.id.toLowerCase(), readPublic(record)]));
  const lost = new Map<string, string>();
  const stations: Station[] = [];
  const add = (record: SnapshotRecord, own: JsonObject, owner: string, pointer: string): void => {
    for (const [index, row] of objects(own, 'ipConfigurations').entries()) {
      const config = child(row, 'properties');
      const at = text(child(config, 'subnet'), 'id')?.toLowerCase() ?? '';
      const subnet = subnets.get(at);
      if (subnet === undefined) {
        lost.set(owner, `subnet ${at}`);
        continue;
      }
      const address = text(config, 'privateIPAddress');
      const where = address === undefined ? subnet.set : addressSet([address]);
      const named = text(child(config, 'publicIPAddress'), 'id')?.toLowerCase();
      const proof = evidence(record, `${pointer}/ipConfigurations/${index}`);
      stations.push({
        id: text(row, 'id')?.toLowerCase() ?? `${record.id.toLowerCase()}/ipconfigurations/${(text(row, 'name') ?? '').toLowerCase()}`,
        nic: record.id,
        owner,
        subnet,
        where: isEmptySet(where) ? subnet.set : where,
        filter: filterOf(own),
        memberships: objects(config, 'applicationSecurityGroups').flatMap((each) => text(each, 'id')?.toLowerCase() ?? []),
        public:
          named === undefined
            ? instanceAddress(config, proof)
            : (publics.get(named) ?? { id: named, address: undefined, unfiltered: 'unknown', evidence: proof }),
        pools: objects(config, 'loadBalancerBackendAddressPools', 'applicationGatewayBackendAddressPools').flatMap(
          (each) => text(each, 'id')?.toLowerCase() ?? [],
        ),
        evidence: proof,
      });
    }
  };
  const owned = (own: JsonObject, otherwise: string): string => {
    const machine = text(child(own, 'virtualMachine'), 'id');
    return machine === undefined ? otherwise : (snapshot.find(machine)?.id ?? machine.toLowerCase());
  };
  for (const type of [`${provider}networkInterfaces`, `${vmss}/virtualMachines/networkInterfaces`]) {
    for (const record of snapshot.records(type)) {
      const own = child(record.config, 'properties');
      add(record, own, owned(own, record.id), '/config/properties');
    }
  }
  const shown = new Set(stations.map((each) => each.nic.toLowerCase().split('/virtualmachines/')[0]));
  for (const record of snapshot.records(vmss)) {
    // Where its instances' interfaces were collected they speak for themselves.
    if (shown.has(record.id.toLowerCase())) continue;
    const profile = child(child(child(record.config, 'properties'), 'virtualMachineProfile'), 'networkProfile');
    for (const [index, each] of objects(profile, 'networkInterfaceConfigurations').entries())
      add(
        record,
        child(each, 'properties'),
        record.id,
        `/config/properties/virtualMachineProfile/networkProfile/networkInterfaceConfigurations/${index}/properties`,
      );
  }
  return { networks, subnets, stations: stations.sort((a, b) => (a.id < b.id ? -1 : 1)), publics, lost };
}

function readNetwork(record: SnapshotRecord, own: JsonObject, gateways: ReadonlySet<string>): VirtualNetwork {
  const texts = strings(child(own, 'addressSpace'), 'addressPrefixes');
  const peerings = objects(own, 'virtualNetworkPeerings').map((row, index): Peering => {
    const config = child(row, 'properties');
    return {
      remote: text(child(config, 'remoteVirtualNetwork'), 'id')?.toLowerCase() ?? '',
      connected: text(config, 'peeringState')?.toLowerCase() === 'connected',
      tagged: flag(config, 'allowVirtualNetworkAccess') !== false,
      evidence: evidence(record, `/config/properties/virtualNetworkPeerings/${index}`),
    };
  });
  const admin = objects(record.config, 'effectiveSecurityAdminRules');
  const opens = admin.some((each) => text(child(each, 'properties'), 'access')?.toLowerCase() === 'alwaysallow');
  return {
    id: record.id.toLowerCase(),
    record,
    set: addressSet(texts),
    prefixes: texts.flatMap((each) => {
      const prefix = parsePrefix(each);
      return prefix === undefined ? [] : [{ set: addressSet([each]), length: prefix.length }];
    }),
    peerings,
    admin: admin.length === 0 ? 'none' : opens ? 'opens' : 'closes',
    gateway: gateways.has(record.id.toLowerCase()),
  };
}

function readPublic(record: SnapshotRecord): PublicAddress {
  const address = text(child(record.config, 'properties'), 'ipAddress');
  return {
    id: record.id,
    address,
    unfiltered: skuOf(child(record.config, 'sku')),
    evidence: evidence(record, record.config['sku'] === undefined ? '/config' : '/config/sku'),
  };
}

/**
 * Standard addresses are "secure by default and closed to inbound traffic. Allow list inbound traffic with a network security group"; Basic ones "are open by default. Network
 * security groups are recommended but optional for restricting inbound or outbound traffic" (public IP addresses, SKU).
 */
function skuOf(value: JsonObject): PublicAddress['unfiltered'] {
  const name = text(value, 'name')?.toLowerCase();
  return name === 'basic' ? 'open' : name?.startsWith('standard') === true ? 'closed' : 'unknown';
}

/** Instances of a scale set may each get an address of their own, which is written where an interface names one. */
function instanceAddress(config: JsonObject, proof: Station['evidence']): PublicAddress | undefined {
  const own = config['publicIPAddressConfiguration'];
  if (own === undefined || own === null) return undefined;
  return { id: text(own, 'name') ?? '', address: undefined, unfiltered: skuOf(child(own, 'sku')), evidence: proof };
}

function routesOf(snapshot: Snapshot, subnet: JsonObject): readonly UserRoute[] | undefined {
  const id = text(child(subnet, 'routeTable'), 'id');
  if (id === undefined) return [];
  const record = snapshot.find(id);
  const own = child(record?.config, 'properties');
  if (record === undefined || !isArray(own['routes'])) return undefined;
  return objects(own, 'routes').flatMap((row, index): UserRoute[] => {
    const config = child(row, 'properties');
    const text0 = text(config, 'addressPrefix') ?? '';
    const prefix = parsePrefix(text0);
    // A service tag as the prefix: its addresses are public ones that the snapshot does not hold.
    return [
      {
        set: prefix === undefined ? addressSet(['0.0.0.0/0']) : addressSet([text0]),
        length: prefix?.length ?? -1,
        hop: text(config, 'nextHopType')?.toLowerCase() ?? '',
        appliance: text(config, 'nextHopIpAddress') ?? '',
        prefix: text0,
        table: record.id,
        evidence: evidence(record, `/config/properties/routes/${index}`),
      },
    ];
  });
}
