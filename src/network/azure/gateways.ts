import type { Evidence } from '../../model/evidence.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, isEmptySet, noAddresses, subtractSets } from '../algebra/address.ts';
import { child, evidence, flag, objects, strings, text } from '../aws/config.ts';
import type { Told } from './effective.ts';
import type { Gateway, PublicAddress, Site } from './estate.ts';

const lower = (value: JsonObject, key: string): string | undefined => text(child(value, key), 'id')?.toLowerCase();

/** Gateways by the virtual network that they stand in: what lies beyond each, and why there may be more. */
export function readGateways(
  snapshot: Snapshot,
  publics: ReadonlyMap<string, PublicAddress>,
  told: ReadonlyMap<string, Told>,
): ReadonlyMap<string, readonly Gateway[]> {
  const out = new Map<string, Gateway[]>();
  const connections = snapshot.records('Microsoft.Network/connections');
  const homes = new Map(snapshot.records('Microsoft.Network/virtualNetworkGateways').map((record) => [record.id.toLowerCase(), networkOf(record)]));
  for (const record of snapshot.records('Microsoft.Network/virtualNetworkGateways')) {
    const own = child(record.config, 'properties');
    const fronts = objects(own, 'ipConfigurations').map((row) => child(row, 'properties'));
    const linked: { network: string; evidence: Evidence }[] = [];
    const addresses = fronts.flatMap((each) => publics.get(lower(each, 'publicIPAddress') ?? '')?.address ?? []);
    const sites: Site[] = clients(record, own);
    const reasons: string[] = [];
    for (const connection of connections) {
      const inner = child(connection.config, 'properties');
      const ends = [lower(inner, 'virtualNetworkGateway1'), lower(inner, 'virtualNetworkGateway2')];
      if (!ends.includes(record.id.toLowerCase())) continue;
      const other = homes.get(ends.find((each) => each !== undefined && each !== record.id.toLowerCase()) ?? '');
      const kind = text(inner, 'connectionType')?.toLowerCase() ?? '';
      const named = lower(inner, 'localNetworkGateway2');
      const local = named === undefined ? undefined : snapshot.find(named);
      // "If you update the address space for one VNet, the other VNet automatically routes to the updated address space" (VNet-to-VNet connections).
      if (kind === 'vnet2vnet' && other !== undefined) linked.push({ network: other, evidence: evidence(connection, '/config/properties') });
      else if (kind === 'ipsec' && local !== undefined) {
        const site = localSite(local, addresses, evidence(connection, '/config/properties'));
        // "Assigns a forced tunneling default site to a virtual network gateway" (Set-AzVirtualNetworkGatewayDefaultSite).
        sites.push(named === lower(own, 'gatewayDefaultSite') ? { ...site, default: true } : site);
      } else reasons.push(`networks beyond the connection ${connection.id}`);
      if (flag(inner, 'enableBgp') === true) reasons.push(`routes that the gateway of ${connection.id} learned`);
    }
    const network = networkOf(record);
    if (network === undefined) continue;
    // Where an interface shows its routes, what it was told beside the known sites is one network more, and nothing else was told.
    const learned = told.get(network);
    const more = sites.reduce<AddressSet>((sum, each) => subtractSets(sum, each.set), learned?.set ?? noAddresses);
    const everywhere = learned?.everywhere === true && !sites.some((each) => each.default === true);
    if (reasons.length > 0 && (everywhere || !isEmptySet(more))) {
      const site = { id: record.id, name: record.id.split('/').at(-1) ?? '', set: more, own: addresses, peers: [], evidence: evidence(record, '/config') };
      sites.push(everywhere ? { ...site, default: true } : site);
    }
    const gateway = { record, sites, linked, learns: learned === undefined ? reasons[0] : undefined };
    const list = out.get(network);
    if (list === undefined) out.set(network, [gateway]);
    else list.push(gateway);
  }
  return out;
}

const networkOf = (record: SnapshotRecord): string | undefined =>
  objects(child(record.config, 'properties'), 'ipConfigurations')
    .flatMap((row) => lower(child(row, 'properties'), 'subnet')?.split('/subnets/')[0] ?? [])
    .find((each) => each !== '');

/** A route to everywhere, which says nothing of where its addresses are. */
const isDefault = (prefix: string): boolean => /\/0$/.test(prefix);

/** The network at the other end as its administrators wrote it down: "the IP address prefixes … that are located on your on-premises network" (local network gateway). */
export function localSite(record: SnapshotRecord, own: readonly string[], proof: Evidence): Site {
  const config = child(record.config, 'properties');
  const peer = text(config, 'gatewayIpAddress');
  const prefixes = strings(child(config, 'localNetworkAddressSpace'), 'addressPrefixes');
  return {
    id: record.id,
    name: record.id.split('/').at(-1) ?? record.id,
    set: addressSet(prefixes.filter((each) => !isDefault(each))),
    ...(prefixes.some(isDefault) ? { default: true as const } : {}),
    own,
    peers: peer === undefined ? [] : [peer],
    evidence: proof,
  };
}

/** People who dial in get addresses of a pool: to the estate they are a network beyond the gateway. */
function clients(record: SnapshotRecord, own: JsonObject): Site[] {
  const pool = strings(child(child(own, 'vpnClientConfiguration'), 'vpnClientAddressPool'), 'addressPrefixes');
  if (pool.length === 0) return [];
  const proof = evidence(record, '/config/properties/vpnClientConfiguration');
  return [{ id: record.id, name: `clients of ${record.id.split('/').at(-1) ?? ''}`, set: addressSet(pool), own: [], peers: [], evidence: proof }];
}
