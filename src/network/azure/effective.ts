import type { Evidence } from '../../model/evidence.ts';
import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type AddressSet, addressSet, parsePrefix, unionSets } from '../algebra/address.ts';
import { child, evidence, objects, strings, text } from '../aws/config.ts';
import { byPriority, type Filter, type Rule, readRule } from './rules.ts';

/** What Azure itself worked out for one interface, where the snapshot has it ("effective security rules", "effective routes"). */
export interface Effective {
  readonly record: SnapshotRecord;
  readonly subnet: string | undefined;
  readonly groups: readonly EffectiveGroup[] | undefined;
  readonly routes: readonly EffectiveRoute[] | undefined;
}

export interface EffectiveGroup {
  readonly group: string;
  /** Whether it applies by the subnet; otherwise by the interface. */
  readonly bySubnet: boolean;
  readonly rules: readonly Rule[];
  /** What `VirtualNetwork` stands for there. */
  readonly virtual: AddressSet | undefined;
}

export interface EffectiveRoute {
  readonly set: AddressSet;
  readonly length: number;
  readonly prefix: string;
  /** In lower case: `vnetlocal`, `vnetpeering`, `internet`, `none`, `virtualappliance`, `virtualnetworkgateway`, … */
  readonly hop: string;
  readonly learned: boolean;
  readonly evidence: Evidence;
}

export function readEffective(snapshot: Snapshot): readonly Effective[] {
  return snapshot.records('Microsoft.Network/networkInterfaces').flatMap((record): Effective[] => {
    const { config } = record;
    const groups = isArray(config['effectiveNetworkSecurityGroups'])
      ? objects(config, 'effectiveNetworkSecurityGroups').map((row, index) => groupOf(record, row, index))
      : undefined;
    const routes = isArray(config['effectiveRouteTable'])
      ? objects(config, 'effectiveRouteTable').flatMap((row, index) => routesOf(record, row, index))
      : undefined;
    const subnet = objects(child(config, 'properties'), 'ipConfigurations').flatMap(
      (each) => text(child(child(each, 'properties'), 'subnet'), 'id')?.toLowerCase() ?? [],
    )[0];
    return groups === undefined && routes === undefined ? [] : [{ record, subnet, groups, routes }];
  });
}

function groupOf(record: SnapshotRecord, row: JsonObject, index: number): EffectiveGroup {
  const association = child(row, 'association');
  const rows = objects(row, 'effectiveSecurityRules');
  const rules = rows.map((each, at) =>
    readRule(each, plain(each), evidence(record, `/config/effectiveNetworkSecurityGroups/${index}/effectiveSecurityRules/${at}`)),
  );
  return {
    group: text(child(row, 'networkSecurityGroup'), 'id')?.toLowerCase() ?? '',
    bySubnet: text(child(association, 'networkInterface'), 'id') === undefined && text(child(association, 'subnet'), 'id') !== undefined,
    rules: byPriority(rules),
    virtual: expandedOf(rows, 'virtualnetwork'),
  };
}

/** Ranges are always written as ranges there: `22-22`, `0-65535`, and everybody as `0.0.0.0/0`. */
function plain(row: JsonObject): JsonObject {
  const side = (one: string, many: string): JsonObject => {
    const all = [...strings(row, many), ...(text(row, one) === undefined ? [] : [text(row, one) ?? ''])];
    return { [many]: all.includes('0.0.0.0/0') || all.includes('*') ? ['*'] : all };
  };
  return {
    ...row,
    ...side('sourceAddressPrefix', 'sourceAddressPrefixes'),
    ...side('destinationAddressPrefix', 'destinationAddressPrefixes'),
    sourceAddressPrefix: null,
    destinationAddressPrefix: null,
  };
}

function expandedOf(rows: readonly JsonObject[], tag: string): AddressSet | undefined {
  for (const row of rows)
    for (const [key, expanded] of [
      ['sourceAddressPrefix', 'expandedSourceAddressPrefix'],
      ['destinationAddressPrefix', 'expandedDestinationAddressPrefix'],
    ] as const) {
      const texts = strings(row, expanded);
      if (text(row, key)?.toLowerCase() === tag && texts.length > 0) return addressSet(texts);
    }
  return undefined;
}

function routesOf(record: SnapshotRecord, row: JsonObject, index: number): readonly EffectiveRoute[] {
  if (text(row, 'state')?.toLowerCase() !== 'active') return [];
  const texts = [...strings(row, 'addressPrefix'), ...(text(row, 'addressPrefix') === undefined ? [] : [text(row, 'addressPrefix') ?? ''])];
  return texts.flatMap((prefix): EffectiveRoute[] => {
    const parsed = parsePrefix(prefix);
    if (parsed === undefined) return [];
    return [
      {
        set: addressSet([prefix]),
        length: parsed.length,
        prefix,
        hop: text(row, 'nextHopType')?.toLowerCase() ?? '',
        learned: text(row, 'source')?.toLowerCase() === 'virtualnetworkgateway',
        evidence: evidence(record, `/config/effectiveRouteTable/${index}`),
      },
    ];
  });
}

/** Groups that the snapshot lacks, by what Azure shows of them on interfaces. */
export const effectiveFilters = (effective: readonly Effective[]): ReadonlyMap<string, Filter> =>
  new Map(effective.flatMap((each) => (each.groups ?? []).map(({ group, rules }) => [group, { id: group, rules }] as const)));

/** What `VirtualNetwork` stands for in subnets of which an interface tells. */
export const effectiveVirtuals = (effective: readonly Effective[]): ReadonlyMap<string, AddressSet> =>
  new Map(
    effective.flatMap(({ subnet, groups }) => {
      const set = groups?.find((each) => each.virtual !== undefined)?.virtual;
      return subnet === undefined || set === undefined ? [] : [[subnet, set] as const];
    }),
  );

/** What the gateways of a network told it. */
export interface Told {
  readonly set: AddressSet;
  /** The default route too. */
  readonly everywhere: boolean;
}

/** Prefixes that gateways told a network, where an interface of it shows its routes: then nothing else was told. */
export function effectiveLearned(effective: readonly Effective[]): ReadonlyMap<string, Told> {
  const out = new Map<string, Told>();
  for (const { subnet, routes } of effective) {
    const network = subnet?.split('/subnets/')[0];
    if (network === undefined || routes === undefined) continue;
    const learned = routes.filter((each) => each.learned);
    const before = out.get(network);
    out.set(network, {
      set: learned.filter((each) => each.length > 0).reduce<AddressSet>((sum, each) => unionSets(sum, each.set), before?.set ?? addressSet([])),
      everywhere: before?.everywhere === true || learned.some((each) => each.length === 0),
    });
  }
  return out;
}
