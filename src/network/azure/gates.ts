import type { ConditionAtom } from '../../model/evidence.ts';
import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import {
  type AddressSet,
  addressSet,
  coversSet,
  internetAddresses,
  noAddresses,
  parseAddress,
  parsePrefix,
  toCidrs,
  unionSets,
  v4,
} from '../algebra/address.ts';
import { child, flag, objects, strings, text } from '../aws/config.ts';
import { admitsSubnet, restricted } from './site-rules.ts';

/** Whom a service's own firewall lets in by public address. */
export interface Gate {
  readonly set: AddressSet;
  readonly pointer: string;
  readonly conditions?: readonly ConditionAtom[];
  readonly missing?: readonly string[];
  /** Service tags, in lower case, whose members are let in for certain. */
  readonly tags?: readonly string[];
}

/** What a service's firewall says of a subnet whose service endpoint keeps private addresses. */
export type SubnetGate =
  | { readonly kind: 'open' | 'shut'; readonly pointer: string }
  | { readonly kind: 'unknown'; readonly pointer: string; readonly missing: string };

export type ReadGates = (record: SnapshotRecord, own: JsonObject, snapshot: Snapshot) => readonly Gate[];
export type ReadSubnet = (record: SnapshotRecord, own: JsonObject, subnet: string, snapshot: Snapshot) => SubnetGate;

/** Whether a gate lets everybody in, however its set came about. */
export const isOpen = ({ set }: Gate): boolean => coversSet(set, { v4: internetAddresses.v4, v6: [] });
export const open = (pointer: string): Gate => ({ set: internetAddresses, pointer });
export const doubtful = (pointer: string, missing: string): Gate => ({ set: internetAddresses, pointer, missing: [missing] });
const access = (value: JsonObject): string => text(value, 'publicNetworkAccess')?.toLowerCase() ?? '';
const accessPointer = '/config/properties/publicNetworkAccess';

/** "Public network access: Disabled … overrides the firewall rules"; a perimeter has rules of its own that the snapshot does not hold. */
function closedBefore(own: JsonObject): readonly Gate[] | undefined {
  if (access(own) === 'disabled') return [];
  if (access(own) === 'securedbyperimeter') return [doubtful(accessPointer, 'rules of the network security perimeter')];
  return undefined;
}

/** Ranges as services spell them: CIDRs, single addresses, `a-b`. */
export function ranges(texts: readonly string[]): AddressSet {
  return texts.reduce<AddressSet>((sum, each) => {
    const [low, high] = each.split('-').map((part) => parseAddress(part.trim()));
    if (typeof low === 'number' && typeof high === 'number') return unionSets(sum, { v4: v4.of([[low, high]]), v6: [] });
    return parsePrefix(each.trim()) === undefined ? sum : unionSets(sum, addressSet([each.trim()]));
  }, noAddresses);
}

/** Firewalls with a default action, under the names that services give them: without one, or with `Allow`, they are off. */
export const acls =
  (key: string, field: string, rules = 'ipRules'): ReadGates =>
  (_, own) => {
    const before = closedBefore(own);
    if (before !== undefined) return before;
    const list = child(own, key);
    if (text(list, 'defaultAction')?.toLowerCase() !== 'deny') return [open(`/config/properties/${key}`)];
    const allowed = objects(list, rules).filter((each) => text(each, 'action')?.toLowerCase() !== 'deny');
    return [{ set: ranges(allowed.flatMap((each) => text(each, field) ?? [])), pointer: `/config/properties/${key}/${rules}` }];
  };

export const aclSubnets =
  (key: string): ReadSubnet =>
  (_, own, subnet) => {
    const shut = closedSubnet(own);
    if (shut !== undefined) return shut;
    const list = child(own, key);
    const pointer = `/config/properties/${key}`;
    if (text(list, 'defaultAction')?.toLowerCase() !== 'deny') return { kind: 'open', pointer };
    return objects(list, 'virtualNetworkRules').some((each) => names(each, subnet)) ? { kind: 'open', pointer } : { kind: 'shut', pointer };
  };

const names = (rule: JsonObject, subnet: string): boolean =>
  (
    text(rule, 'id', 'virtualNetworkSubnetId') ??
    text(child(rule, 'subnet'), 'id') ??
    text(child(rule, 'properties'), 'virtualNetworkSubnetId')
  )?.toLowerCase() === subnet;

function closedSubnet(own: JsonObject): SubnetGate | undefined {
  if (access(own) === 'disabled') return { kind: 'shut', pointer: accessPointer };
  if (access(own) === 'securedbyperimeter') return { kind: 'unknown', pointer: accessPointer, missing: 'rules of the network security perimeter' };
  return undefined;
}

/** Services that are open to everybody unless public access is off. */
export const plain: ReadGates = (_, own) => closedBefore(own) ?? [open('/config/properties')];

/** Services with lists of addresses: an empty list lets everybody in. */
export const listed =
  (key: string, field?: string): ReadGates =>
  (_, own) => {
    const before = closedBefore(own);
    if (before !== undefined) return before;
    const texts = field === undefined ? strings(own, key) : objects(own, key).flatMap((each) => text(each, field) ?? []);
    return texts.length === 0 ? [open('/config/properties')] : [{ set: ranges(texts), pointer: `/config/properties/${key}` }];
  };

/** Rule sets that stand beside the namespace: `Microsoft.ServiceBus/namespaces/networkRuleSets/default`. */
export const ruleSets: ReadGates = (record, own, snapshot) => {
  const before = closedBefore(own);
  if (before !== undefined) return before;
  if (!isArray(record.config['networkRuleSets'])) return [doubtful('/config', `network rules of ${record.id}`)];
  const rules = child(objects(record.config, 'networkRuleSets')[0], 'properties');
  return acls('networkRuleSets', 'ipMask')(record, { networkRuleSets: rules }, snapshot).map((gate) => ({ ...gate, pointer: '/config/networkRuleSets' }));
};
export const ruleSetSubnets: ReadSubnet = (record, own, subnet, snapshot) => {
  const shut = closedSubnet(own);
  if (shut !== undefined) return shut;
  if (!isArray(record.config['networkRuleSets'])) return { kind: 'unknown', pointer: '/config', missing: `network rules of ${record.id}` };
  const rules = child(objects(record.config, 'networkRuleSets')[0], 'properties');
  return { ...aclSubnets('networkRuleSets')(record, { networkRuleSets: rules }, subnet, snapshot), pointer: '/config/networkRuleSets' };
};

const fromAzure: ConditionAtom = { operator: 'From', key: 'azure:address', values: ['an address inside Azure, of any tenant'], negated: false };
export const azureOnly = (gate: Gate): boolean => gate.conditions?.includes(fromAzure) === true;

/** The rule 0.0.0.0 to 0.0.0.0 stands for "allow Azure services and resources to access this server": connections "from within Azure", other tenants' too. */
export const databaseGates =
  (within?: string): ReadGates =>
  (record, whole) => {
    const own = within === undefined ? whole : { ...child(whole, within), ...(access(whole) === '' ? {} : { publicNetworkAccess: access(whole) }) };
    if (text(own, 'delegatedSubnetResourceId') !== undefined) return [];
    const before = closedBefore(own);
    if (before !== undefined) return before;
    if (!isArray(record.config['firewallRules'])) return [doubtful('/config', `firewall rules of ${record.id}`)];
    return objects(record.config, 'firewallRules').map((row, index): Gate => {
      const pointer = `/config/firewallRules/${index}`;
      const [start, end] = ['startIpAddress', 'endIpAddress'].map((key) => parseAddress(text(child(row, 'properties'), key) ?? ''));
      if (typeof start !== 'number' || typeof end !== 'number') return doubtful(pointer, 'addresses of the firewall rule');
      if (start === 0 && end === 0) return { set: internetAddresses, pointer, conditions: [fromAzure] };
      return { set: { ...noAddresses, v4: v4.of([[start, end]]) }, pointer };
    });
  };

export const databaseSubnets: ReadSubnet = (record, own, subnet) => {
  const shut = closedSubnet(own);
  if (shut !== undefined) return shut;
  if (!isArray(record.config['virtualNetworkRules'])) return { kind: 'unknown', pointer: '/config', missing: `virtual network rules of ${record.id}` };
  const there = objects(record.config, 'virtualNetworkRules').some((each) => names(each, subnet));
  return { kind: there ? 'open' : 'shut', pointer: '/config/virtualNetworkRules' };
};

/** Cosmos: with neither addresses nor networks listed everybody is let in; the address 0.0.0.0 is "accept connections from within public Azure datacenters" (IP firewall). */
export const cosmosGates: ReadGates = (_, own) => {
  const before = closedBefore(own);
  if (before !== undefined) return before;
  const texts = objects(own, 'ipRules').flatMap((each) => text(each, 'ipAddressOrRange') ?? []);
  const filtered = texts.length > 0 || flag(own, 'isVirtualNetworkFilterEnabled') === true;
  if (!filtered) return [open('/config/properties')];
  const pointer = '/config/properties/ipRules';
  const azure: readonly Gate[] = texts.includes('0.0.0.0') ? [{ set: internetAddresses, pointer, conditions: [fromAzure] }] : [];
  return [...azure, { set: ranges(texts.filter((each) => each !== '0.0.0.0')), pointer }];
};
export const cosmosSubnets: ReadSubnet = (_, own, subnet) => {
  const shut = closedSubnet(own);
  if (shut !== undefined) return shut;
  const filtered = objects(own, 'ipRules').length > 0 || flag(own, 'isVirtualNetworkFilterEnabled') === true;
  const there = objects(own, 'virtualNetworkRules').some((each) => names(each, subnet));
  return { kind: there || !filtered ? 'open' : 'shut', pointer: '/config/properties/virtualNetworkRules' };
};

/** A cluster's own authorised ranges; a private cluster has no public end. */
export const clusterGates: ReadGates = (_, own) => {
  const profile = child(own, 'apiServerAccessProfile');
  if (flag(profile, 'enablePrivateCluster') === true || access(own) === 'disabled') return [];
  const texts = strings(profile, 'authorizedIPRanges');
  if (texts.length === 0) return [open('/config/properties')];
  return [{ set: addressSet(texts), pointer: '/config/properties/apiServerAccessProfile/authorizedIPRanges' }];
};

/** A site has two doors: itself, and the one that deploys to it (`scm`), each with rules of its own. */
export const siteGates: ReadGates = (record, own) => {
  const config = child(child(record.config, 'siteConfig'), 'properties');
  if (access(own) === 'disabled' || access(config) === 'disabled') return [];
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
};
export const siteSubnets: ReadSubnet = (record, own, subnet) => {
  const config = child(child(record.config, 'siteConfig'), 'properties');
  if (access(own) === 'disabled' || access(config) === 'disabled') return { kind: 'shut', pointer: '/config/properties' };
  if (Object.keys(config).length === 0) return { kind: 'unknown', pointer: '/config', missing: `access restrictions of ${record.id}` };
  return { kind: admitsSubnet(config, 'ipSecurityRestrictions', subnet) ? 'open' : 'shut', pointer: '/config/siteConfig/properties/ipSecurityRestrictions' };
};

/**
 * Ingress of a container app: "external: accepts traffic from anywhere", of an internal environment from its network only; "Allow" rules close it for the rest, "Deny" rules leave it open for
 * the rest (Container Apps, ingress and IP restrictions).
 */
export const containerAppGates: ReadGates = (_, own, snapshot) => {
  const ingress = child(child(own, 'configuration'), 'ingress');
  if (flag(ingress, 'external') !== true) return [];
  const pointer = '/config/properties/configuration/ingress';
  const named = text(own, 'managedEnvironmentId', 'environmentId') ?? '';
  const environment = snapshot.find(named);
  if (environment === undefined) return [doubtful(pointer, `whether the environment ${named} is internal`)];
  const network = child(environment.config, 'properties');
  if (flag(child(network, 'vnetConfiguration'), 'internal') === true || access(network) === 'disabled') return [];
  const rules = objects(ingress, 'ipSecurityRestrictions');
  const given = ranges(rules.flatMap((each) => text(each, 'ipAddressRange') ?? []));
  if (rules.length === 0) return [open(pointer)];
  const allow = rules.some((each) => text(each, 'action')?.toLowerCase() === 'allow');
  return [{ set: allow ? given : { v4: v4.subtract(internetAddresses.v4, given.v4), v6: [] }, pointer: `${pointer}/ipSecurityRestrictions` }];
};

/** Container groups with a public address. */
export const groupGates: ReadGates = (_, own) =>
  text(child(own, 'ipAddress'), 'type')?.toLowerCase() === 'public' ? [open('/config/properties/ipAddress')] : [];

/** The gateway of API Management is public unless it stands inside a network as `Internal`. */
export const apiGates: ReadGates = (_, own) => {
  if (text(own, 'virtualNetworkType')?.toLowerCase() === 'internal') return [];
  return closedBefore(own) ?? [open('/config/properties')];
};

/** A managed instance stands in a subnet; its public end, on a port of its own, is filtered by that subnet's group. */
export const instanceGates: ReadGates = (_, own) =>
  flag(own, 'publicDataEndpointEnabled') === true
    ? [doubtful('/config/properties/publicDataEndpointEnabled', 'the group of the subnet of its public endpoint')]
    : [];

/** What stands in a network with a public address of its own. */
export const fronted = (own: JsonObject): readonly Gate[] =>
  objects(own, 'ipConfigurations').some((each) => text(child(child(each, 'properties'), 'publicIPAddress'), 'id') !== undefined)
    ? [open('/config/properties/ipConfigurations')]
    : [];
