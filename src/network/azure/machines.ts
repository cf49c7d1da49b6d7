import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, isEmptySet } from '../algebra/address.ts';
import { child, evidence, flag, objects, text } from '../aws/config.ts';
import type { PublicAddress, Station, Subnet } from './estate.ts';
import type { Filter } from './rules.ts';

const provider = 'Microsoft.Network/';
const vmss = 'Microsoft.Compute/virtualMachineScaleSets';

interface Context {
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly publics: ReadonlyMap<string, PublicAddress>;
  readonly filterOf: (value: JsonObject) => Filter | undefined;
}

/** Address configurations of network interfaces, of machines and scale sets; those of private endpoints are read with their endpoint. */
export function machinesOf(snapshot: Snapshot, { subnets, publics, filterOf }: Context, lost: Map<string, string>): readonly Station[] {
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
        forwards: flag(own, 'enableIPForwarding') === true,
        listens: undefined,
        calls: true,
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
      if (text(child(own, 'privateEndpoint'), 'id') === undefined) add(record, own, owned(own, record.id), '/config/properties');
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
  return stations;
}

/**
 * Standard addresses are "secure by default and closed to inbound traffic. Allow list inbound traffic with a network security group"; Basic ones "are open by default. Network
 * security groups are recommended but optional for restricting inbound or outbound traffic" (public IP addresses, SKU).
 */
export function skuOf(value: JsonObject): PublicAddress['unfiltered'] {
  const name = text(value, 'name')?.toLowerCase();
  return name === 'basic' ? 'open' : name?.startsWith('standard') === true ? 'closed' : 'unknown';
}

/** Instances of a scale set may each get an address of their own, which is written where an interface names one. */
function instanceAddress(config: JsonObject, proof: Station['evidence']): PublicAddress | undefined {
  const own = config['publicIPAddressConfiguration'];
  if (own === undefined || own === null) return undefined;
  return { id: text(own, 'name') ?? '', address: undefined, unfiltered: skuOf(child(own, 'sku')), evidence: proof };
}
