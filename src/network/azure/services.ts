import type { ConditionAtom } from '../../model/evidence.ts';
import { isArray, type JsonObject, resolvePointer } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import {
  type AddressSet,
  addressSet,
  internetAddresses,
  intersectSets,
  isEmptySet,
  noAddresses,
  parseAddress,
  shareOf,
  toCidrs,
  v4,
} from '../algebra/address.ts';
import { everything, portRange, type Traffic, toPortSets, traffic } from '../algebra/traffic.ts';
import type { ReachClass } from '../api.ts';
import { child, evidence, flag, objects, strings, text } from '../aws/config.ts';
import { restricted } from './site-rules.ts';

/** Whom a service's own firewall lets in. */
interface Gate {
  readonly set: AddressSet;
  readonly pointer: string;
  readonly conditions?: readonly ConditionAtom[];
  readonly missing?: readonly string[];
}

interface Service {
  readonly ports: (record: SnapshotRecord) => Traffic;
  readonly gates: (record: SnapshotRecord, own: JsonObject) => readonly Gate[];
}

const tcp =
  (...ports: readonly number[]): Service['ports'] =>
  () =>
    ports.reduce<Traffic>((sum, each) => traffic.union(sum, portRange(6, each, each)), traffic.empty);
const open = (pointer: string): Gate => ({ set: internetAddresses, pointer });
const doubtful = (pointer: string, missing: string): Gate => ({ set: internetAddresses, pointer, missing: [missing] });
const access = (value: JsonObject): string => text(value, 'publicNetworkAccess')?.toLowerCase() ?? '';

/** Public endpoints of services that stand outside of networks, by type. A type that is not here is not answered for. */
const services: Readonly<Record<string, Service>> = {
  'Microsoft.Storage/storageAccounts': { ports: (record) => storagePorts(record), gates: (_, own) => acls(own) },
  'Microsoft.KeyVault/vaults': { ports: tcp(443), gates: (_, own) => acls(own) },
  'Microsoft.Sql/servers': { ports: tcp(1433), gates: (record, own) => databaseGates(record, own) },
  'Microsoft.DBforPostgreSQL/flexibleServers': { ports: tcp(5432), gates: (record, own) => databaseGates(record, child(own, 'network')) },
  'Microsoft.DBforMySQL/flexibleServers': { ports: tcp(3306), gates: (record, own) => databaseGates(record, child(own, 'network')) },
  'Microsoft.ContainerService/managedClusters': { ports: tcp(443), gates: (_, own) => clusterGates(own) },
  'Microsoft.Web/sites': { ports: (record) => sitePorts(record), gates: (record, own) => siteGates(record, own) },
  'Microsoft.Web/sites/slots': { ports: (record) => sitePorts(record), gates: (record, own) => siteGates(record, own) },
  // Its users come to it by HTTPS, whatever the machines behind it let in: "port 443 … for ingress traffic" (Bastion, NSG access).
  'Microsoft.Network/bastionHosts': { ports: tcp(443), gates: (_, own) => fronted(own) },
  'Microsoft.Network/azureFirewalls': { ports: () => everything, gates: (_, own) => fronted(own, 'DNAT rules of the firewall, which are not modelled') },
  'Microsoft.Network/virtualNetworkGateways': { ports: () => everything, gates: (_, own) => fronted(own, 'tunnels of the gateway, which are not modelled') },
};

export const answersFor = (type: string): boolean => services[type] !== undefined;

/**
 * Types whose open endpoint is no way in by itself: each request is authorised by a key, token or role, which is told where those are. They are exposures, and no reach that an intruder
 * walks; neither are gateways, behind which what they lead to would be reached.
 */
const guarded = new Set([
  'Microsoft.Storage/storageAccounts',
  'Microsoft.KeyVault/vaults',
  'Microsoft.Network/bastionHosts',
  'Microsoft.Network/azureFirewalls',
  'Microsoft.Network/virtualNetworkGateways',
]);
export const leadsIn = (type: string): boolean => !guarded.has(type);

/** What the internet reaches of services with public endpoints: the exact addresses that their firewalls let in. */
export function serviceExposures(snapshot: Snapshot): readonly ReachClass[] {
  return Object.entries(services).flatMap(([type, service]) =>
    snapshot.records(type).flatMap((record) =>
      service.gates(record, child(record.config, 'properties')).flatMap((gate): readonly ReachClass[] => {
        const set = intersectSets(gate.set, internetAddresses);
        if (isEmptySet(set)) return [];
        const there = resolvePointer(record.config, gate.pointer.slice('/config'.length)) !== undefined;
        return [
          {
            sources: ['internet'],
            destinations: [record.id],
            flows: toPortSets(service.ports(record)),
            from: { cidrs: toCidrs(set), share: shareOf(set, internetAddresses) },
            residual: [{ allOf: gate.conditions ?? [] }],
            missing: gate.missing ?? [],
            evidence: [evidence(record, there ? gate.pointer : '/config')],
          },
        ];
      }),
    ),
  );
}

const storagePorts = (record: SnapshotRecord): Traffic =>
  tcp(...(flag(child(record.config, 'properties'), 'supportsHttpsTrafficOnly') === false ? [80, 443] : [443]))(record);
const sitePorts = (record: SnapshotRecord): Traffic => tcp(...(flag(child(record.config, 'properties'), 'httpsOnly') === true ? [443] : [80, 443]))(record);

function fronted(own: JsonObject, missing?: string): readonly Gate[] {
  const outward = objects(own, 'ipConfigurations').some((each) => text(child(child(each, 'properties'), 'publicIPAddress'), 'id') !== undefined);
  if (!outward) return [];
  return [missing === undefined ? open('/config/properties/ipConfigurations') : doubtful('/config/properties/ipConfigurations', missing)];
}

/** "Public network access: Disabled … overrides the firewall rules"; without a default action a service's firewall is off. */
function acls(own: JsonObject): readonly Gate[] {
  if (access(own) === 'disabled') return [];
  if (access(own) === 'securedbyperimeter') return [doubtful('/config/properties/publicNetworkAccess', 'rules of the network security perimeter')];
  const rules = child(own, 'networkAcls');
  if (text(rules, 'defaultAction')?.toLowerCase() !== 'deny') return [open('/config/properties/networkAcls')];
  return [{ set: addressSet(objects(rules, 'ipRules').flatMap((each) => text(each, 'value') ?? [])), pointer: '/config/properties/networkAcls/ipRules' }];
}

const fromAzure: ConditionAtom = { operator: 'From', key: 'azure:address', values: ['an address inside Azure, of any tenant'], negated: false };

/** The rule 0.0.0.0 to 0.0.0.0 stands for "allow Azure services and resources to access this server": connections "from within Azure", other tenants' too. */
function databaseGates(record: SnapshotRecord, own: JsonObject): readonly Gate[] {
  if (access(own) === 'disabled') return [];
  if (text(own, 'delegatedSubnetResourceId') !== undefined) return [];
  if (access(own) === 'securedbyperimeter') return [doubtful('/config/properties/publicNetworkAccess', 'rules of the network security perimeter')];
  if (!isArray(record.config['firewallRules'])) return [doubtful('/config', `firewall rules of ${record.id}`)];
  return objects(record.config, 'firewallRules').map((row, index): Gate => {
    const pointer = `/config/firewallRules/${index}`;
    const [start, end] = ['startIpAddress', 'endIpAddress'].map((key) => parseAddress(text(child(row, 'properties'), key) ?? ''));
    if (typeof start !== 'number' || typeof end !== 'number') return doubtful(pointer, 'addresses of the firewall rule');
    if (start === 0 && end === 0) return { set: internetAddresses, pointer, conditions: [fromAzure] };
    return { set: { ...noAddresses, v4: v4.of([[start, end]]) }, pointer };
  });
}

function clusterGates(own: JsonObject): readonly Gate[] {
  const profile = child(own, 'apiServerAccessProfile');
  if (flag(profile, 'enablePrivateCluster') === true || access(own) === 'disabled') return [];
  const ranges = strings(profile, 'authorizedIPRanges');
  if (ranges.length === 0) return [open('/config/properties')];
  return [{ set: addressSet(ranges), pointer: '/config/properties/apiServerAccessProfile/authorizedIPRanges' }];
}

/** A site has two doors: itself, and the one that deploys to it (`scm`), each with rules of its own. */
function siteGates(record: SnapshotRecord, own: JsonObject): readonly Gate[] {
  if (access(own) === 'disabled') return [];
  const config = child(child(record.config, 'siteConfig'), 'properties');
  if (access(config) === 'disabled') return [];
  if (Object.keys(config).length === 0) return [doubtful('/config', `access restrictions of ${record.id}`)];
  const inner = text(child(own, 'hostingEnvironmentProfile'), 'id');
  if (inner !== undefined) return [doubtful('/config/properties/hostingEnvironmentProfile', `whether the App Service environment ${inner} is internal`)];
  const hidden = access(own) !== 'enabled' && access(config) !== 'enabled' && objects(own, 'privateEndpointConnections').length > 0;
  if (hidden) return [doubtful('/config/properties', `publicNetworkAccess of ${record.id}, which has private endpoints`)];
  const main = restricted(config, 'ipSecurityRestrictions');
  const deploys = flag(config, 'scmIpSecurityRestrictionsUseMain') === true ? [] : restricted(config, 'scmIpSecurityRestrictions');
  const gates = [...main, ...deploys].map(({ key, ...rest }): Gate => ({ ...rest, pointer: `/config/siteConfig/properties/${key}` }));
  const same = new Map(gates.map((each) => [`${toCidrs(each.set).join()}|${(each.missing ?? []).join()}`, each]));
  return [...same.values()];
}
