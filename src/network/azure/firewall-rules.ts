import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { addressSet, unionSets } from '../algebra/address.ts';
import { portRange, type Traffic, traffic } from '../algebra/traffic.ts';
import { child, evidence, number, objects, strings, text } from '../aws/config.ts';
import { ranges } from './gates.ts';
import { portLine, type Rule, ruleTraffic, type Side, sideOf } from './rules.ts';

/** A rule that publishes something behind the firewall at one of its own addresses. */
export interface Translation {
  readonly source: Side;
  readonly destinations: readonly string[];
  readonly traffic: Traffic;
  /** An address or a name. */
  readonly to: string;
  readonly port: number | undefined;
  readonly rule: Rule;
}

export interface AzureFirewall {
  readonly id: string;
  readonly record: SnapshotRecord;
  /** Its subnet, in lower case; of a firewall in a hub there is none. */
  readonly subnet: string | undefined;
  readonly hub: string | undefined;
  /** The address that routes name, and its public ones by id or address, in lower case. */
  readonly address: string;
  readonly publics: readonly string[];
  /** Network rules, then application rules, in the order in which they are asked; `undefined` where they are not in the snapshot. */
  readonly rules: readonly Rule[] | undefined;
  /** How many of them are network rules. */
  readonly networkRules: number;
  readonly translations: readonly Translation[];
  readonly missing: string;
}

interface Collection {
  readonly type: 'nat' | 'network' | 'application';
  readonly access: 'allow' | 'deny';
  readonly rules: readonly { readonly row: JsonObject; readonly pointer: string }[];
  readonly record: SnapshotRecord;
}

/** All firewalls of a snapshot, with rules of their own ("classic") or of a policy and those that it inherits. */
export function readFirewalls(snapshot: Snapshot): readonly AzureFirewall[] {
  return snapshot.records('Microsoft.Network/azureFirewalls').map((record): AzureFirewall => {
    const own = child(record.config, 'properties');
    const addresses = objects(own, 'ipConfigurations').map((row) => child(row, 'properties'));
    const hub = child(own, 'hubIPAddresses');
    const policy = text(child(own, 'firewallPolicy'), 'id');
    const collections = policy === undefined ? classic(record, own) : ofPolicy(snapshot, policy, new Set());
    const rules = collections?.flatMap((each) => (each.type === 'nat' ? [] : each.rules.map(({ row, pointer }) => readRule(snapshot, each, row, pointer))));
    return {
      id: record.id.toLowerCase(),
      record,
      subnet: addresses.map((each) => text(child(each, 'subnet'), 'id')?.toLowerCase()).find((each) => each !== undefined),
      hub: text(child(own, 'virtualHub'), 'id')?.toLowerCase(),
      address: addresses.map((each) => text(each, 'privateIPAddress')).find((each) => each !== undefined) ?? text(hub, 'privateIPAddress') ?? '',
      publics: [
        ...addresses.flatMap((each) => text(child(each, 'publicIPAddress'), 'id')?.toLowerCase() ?? []),
        ...objects(child(hub, 'publicIPs'), 'addresses').flatMap((each) => text(each, 'address') ?? []),
      ],
      rules,
      networkRules: (collections ?? []).reduce((sum, each) => sum + (each.type === 'network' ? each.rules.length : 0), 0),
      translations: (collections ?? []).flatMap((each) =>
        each.type === 'nat' ? each.rules.flatMap(({ row, pointer }) => translation(snapshot, each, row, pointer)) : [],
      ),
      missing: `rules of the firewall ${record.id}`,
    };
  });
}

/** "Support for DNAT on Azure Firewall private IP address is … limited to the Standard and Premium Firewall versions" (known issues). */
export const translatesPrivately = ({ record, address, translations }: AzureFirewall): readonly Translation[] =>
  address === '' || text(child(child(record.config, 'properties'), 'sku'), 'tier')?.toLowerCase() === 'basic'
    ? []
    : translations.filter((each) => each.destinations.includes(address));

const order = { nat: 0, network: 1, application: 2 } as const;

/** "Rule collections are processed according to the rule type in priority order" (classic rules): translations, network rules, application rules. */
function classic(record: SnapshotRecord, own: JsonObject): readonly Collection[] {
  return (['nat', 'network', 'application'] as const).flatMap((type) =>
    [...objects(own, `${type}RuleCollections`).entries()]
      .sort(([, a], [, b]) => (number(child(a, 'properties'), 'priority') ?? 0) - (number(child(b, 'properties'), 'priority') ?? 0))
      .map(([index, row]): Collection => {
        const inner = child(row, 'properties');
        const pointer = `/config/properties/${type}RuleCollections/${index}/properties/rules`;
        return { type, access: accessOf(inner), rules: objects(inner, 'rules').map((each, at) => ({ row: each, pointer: `${pointer}/${at}` })), record };
      }),
  );
}

const accessOf = (value: JsonObject): 'allow' | 'deny' => (text(child(value, 'action'), 'type')?.toLowerCase() === 'deny' ? 'deny' : 'allow');

/**
 * "Rule Collection Groups in the parent policy always takes precedence regardless of the priority of a child policy. Application rules are always processed after Network rules, which are
 * processed after DNAT rules regardless of Rule collection group or Rule collection priority and policy inheritance" (configure Azure Firewall rules).
 */
function ofPolicy(snapshot: Snapshot, id: string, seen: Set<string>): readonly Collection[] | undefined {
  const record = snapshot.find(id);
  if (record === undefined || !isArray(record.config['ruleCollectionGroups']) || seen.has(record.id)) return undefined;
  seen.add(record.id);
  const parent = text(child(child(record.config, 'properties'), 'basePolicy'), 'id');
  const inherited = parent === undefined ? [] : ofPolicy(snapshot, parent, seen);
  if (inherited === undefined) return undefined;
  const priority = (row: JsonObject): number => number(child(row, 'properties'), 'priority') ?? 0;
  const own = [...objects(record.config, 'ruleCollectionGroups').entries()]
    .sort(([, a], [, b]) => priority(a) - priority(b))
    .flatMap(([group, row]) =>
      [...objects(child(row, 'properties'), 'ruleCollections').entries()]
        .sort(([, a], [, b]) => (number(a, 'priority') ?? 0) - (number(b, 'priority') ?? 0))
        .map(([at, collection]): Collection => {
          const rules = objects(collection, 'rules');
          const pointer = `/config/ruleCollectionGroups/${group}/properties/ruleCollections/${at}/rules`;
          const nat = text(collection, 'ruleCollectionType')?.toLowerCase().includes('nat') === true;
          const application = text(rules[0] ?? {}, 'ruleType')?.toLowerCase() === 'applicationrule';
          return {
            type: nat ? 'nat' : application ? 'application' : 'network',
            access: accessOf(collection),
            rules: rules.map((each, index) => ({ row: each, pointer: `${pointer}/${index}` })),
            record,
          };
        }),
    );
  return [...inherited, ...own].sort((a, b) => order[a.type] - order[b.type]);
}

/** Addresses, ranges and tags of one side, and groups of addresses; names of hosts stand for addresses that are not known. */
function side(snapshot: Snapshot, row: JsonObject, addresses: string, groups: string, names: readonly string[] = []): Side {
  const texts = strings(row, addresses);
  const plain = sideOf([...texts.filter((each) => !/^\d[\d.]*-\d/.test(each)), ...names]);
  let set = unionSets(plain.set, ranges(texts.filter((each) => /^\d[\d.]*-\d/.test(each))));
  const lost: string[] = [];
  for (const id of strings(row, groups)) {
    const group = snapshot.find(id);
    if (group === undefined) lost.push(`group:addresses of ${id.toLowerCase()}`);
    else set = unionSets(set, ranges(strings(child(group.config, 'properties'), 'ipAddresses')));
  }
  return { ...plain, set, tags: [...plain.tags, ...lost], spelled: [...plain.spelled, ...lost] };
}

const anySide = sideOf(['*']);

function readRule(snapshot: Snapshot, collection: Collection, row: JsonObject, pointer: string): Rule {
  const application = collection.type === 'application';
  const hosts = [
    ...strings(row, application ? 'targetFqdns' : 'destinationFqdns'),
    ...strings(row, 'targetUrls'),
    ...strings(row, 'fqdnTags'),
    ...strings(row, 'webCategories'),
  ];
  const names = hosts.map((each) => (each === '*' ? '*' : `host:${each}`));
  return {
    name: text(row, 'name') ?? '',
    priority: 0,
    access: collection.access,
    inbound: true,
    source: side(snapshot, row, 'sourceAddresses', 'sourceIpGroups'),
    destination: application ? sideOf(names.length === 0 ? ['*'] : names) : side(snapshot, row, 'destinationAddresses', 'destinationIpGroups', names),
    traffic: application ? webTraffic(row) : networkTraffic(row),
    sourcePorts: portLine.all,
    evidence: evidence(collection.record, pointer),
  };
}

function networkTraffic(row: JsonObject): Traffic {
  const protocols = strings(row, 'ipProtocols', 'protocols');
  return protocols.reduce<Traffic>((sum, each) => traffic.union(sum, ruleTraffic(each, strings(row, 'destinationPorts'))), traffic.empty);
}

const webTraffic = (row: JsonObject): Traffic =>
  objects(row, 'protocols').reduce<Traffic>((sum, each) => {
    const port = number(each, 'port') ?? ({ http: 80, https: 443, mssql: 1433 } as const)[text(each, 'protocolType')?.toLowerCase() ?? ''] ?? 443;
    return traffic.union(sum, portRange(6, port, port));
  }, traffic.empty);

function translation(snapshot: Snapshot, collection: Collection, row: JsonObject, pointer: string): readonly Translation[] {
  const to = text(row, 'translatedAddress', 'translatedFqdn');
  if (to === undefined) return [];
  const source =
    strings(row, 'sourceAddresses').length + strings(row, 'sourceIpGroups').length === 0 ? anySide : side(snapshot, row, 'sourceAddresses', 'sourceIpGroups');
  const flows = networkTraffic(row);
  const rule: Rule = {
    name: text(row, 'name') ?? '',
    priority: 0,
    access: 'allow',
    inbound: true,
    source,
    destination: { ...anySide, any: true, set: addressSet([]) },
    traffic: flows,
    sourcePorts: portLine.all,
    evidence: evidence(collection.record, pointer),
  };
  return [{ source, destinations: strings(row, 'destinationAddresses'), traffic: flows, to, port: number(row, 'translatedPort'), rule }];
}
