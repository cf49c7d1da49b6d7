import { isArray, type JsonObject } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { unionSets } from '../algebra/address.ts';
import { child, evidence, number, objects, strings, text } from '../aws/config.ts';
import type { NetworkGroups } from './network-groups.ts';
import { portsOf, type Rule, ruleTraffic, type Side, sideOf } from './rules.ts';

/** Rules that network managers put on a virtual network; `undefined` where there is a manager and what it put is not known. */
export type AdminRules = readonly Rule[] | undefined;

/**
 * "Security admin rules are evaluated before NSG rules": `Allow` goes on to the groups, `Always Allow` delivers, `Deny` stops (security admin rules). Of several managers "the configuration from
 * the Virtual Network Manager that has the higher scope will be the one that gets applied" (network manager scopes), so that priorities count within a manager.
 */
export function readAdmin(record: SnapshotRecord, snapshot: Snapshot, groups: NetworkGroups): AdminRules {
  const managers = snapshot.records('Microsoft.Network/networkManagers');
  if (!isArray(record.config['effectiveSecurityAdminRules'])) return managers.some((each) => manages(each, record, groups)) ? undefined : [];
  const ranks = new Map(managers.map((each) => [each.id.toLowerCase(), rankOf(each, record, snapshot)]));
  const rows = objects(record.config, 'effectiveSecurityAdminRules').map((row, index): { readonly rank: number; readonly rule: Rule } => {
    const own = child(row, 'properties');
    const access = text(own, 'access')?.toLowerCase();
    const id = text(row, 'id') ?? '';
    return {
      rank: ranks.get(id.toLowerCase().split('/securityadminconfigurations/')[0] ?? '') ?? 0,
      rule: {
        name: id.split('/').at(-1) ?? '',
        priority: number(own, 'priority') ?? 0,
        access: access === 'alwaysallow' ? 'always' : access === 'allow' ? 'allow' : 'deny',
        inbound: text(own, 'direction')?.toLowerCase() !== 'outbound',
        source: adminSide(own, 'sources', groups),
        destination: adminSide(own, 'destinations', groups),
        traffic: ruleTraffic(text(own, 'protocol') ?? '*', strings(own, 'destinationPortRanges')),
        sourcePorts: portsOf(strings(own, 'sourcePortRanges')),
        evidence: evidence(record, `/config/effectiveSecurityAdminRules/${index}`),
      },
    };
  });
  return rows.sort((one, other) => one.rank - other.rank || one.rule.priority - other.rule.priority).map(({ rule }) => rule);
}

/** A manager's height over a network: its management group's place in the chain above the subscription, the root first; then subscriptions. */
function rankOf(manager: SnapshotRecord, network: SnapshotRecord, snapshot: Snapshot): number {
  const scopes = child(child(manager.config, 'properties'), 'networkManagerScopes');
  const subscription = snapshot.find(`/subscriptions/${network.account}`);
  const chain = objects(child(subscription?.config, 'properties'), 'managementGroupAncestorsChain')
    .flatMap((each) => text(each, 'name')?.toLowerCase() ?? [])
    .reverse();
  const heights = strings(scopes, 'managementGroups').map((each) => Math.max(0, chain.indexOf(each.split('/').at(-1)?.toLowerCase() ?? '')));
  return heights.length === 0 ? chain.length + 1 : Math.min(...heights);
}

/** A side without addresses is everybody. A network group is named by its id and stands for the ranges of its members, as the manager put them together when the rules were last deployed. */
function adminSide(own: JsonObject, key: string, groups: NetworkGroups): Side {
  const named = objects(own, key).flatMap((each) => text(each, 'addressPrefix') ?? []);
  if (named.length === 0) return sideOf(['*']);
  const [grouped, plain] = [named.filter(isGroup), named.filter((each) => !isGroup(each))];
  const side = sideOf(plain);
  const found = grouped.map((each) => ({ id: each, ...groups.addresses(each) }));
  const open = found.flatMap(({ missing }) => missing.map((each) => `group:${each}`));
  return {
    ...side,
    set: found.reduce((sum, each) => unionSets(sum, each.set), side.set),
    tags: [...side.tags, ...open.map((each) => each.toLowerCase())],
    spelled: [...side.spelled, ...open],
  };
}

const isGroup = (text0: string): boolean => /\/networkgroups\//i.test(text0);

/** "Security admin rules aren't applied to" subnets of these services (security admin rules, service-level exceptions). */
const exempt = new Set(['azurebastionsubnet', 'azurefirewallsubnet', 'azurefirewallmanagementsubnet', 'gatewaysubnet', 'routeserversubnet']);
export const adminApplies = (subnet: string): boolean => !exempt.has(subnet.split('/').at(-1) ?? '');

/** Whether a manager may put security rules on a network: its scope is management groups, whose subscriptions are not told here, or the network's own subscription, and the network is in a group of its. */
function manages(manager: SnapshotRecord, network: SnapshotRecord, groups: NetworkGroups): boolean {
  const own = child(manager.config, 'properties');
  const accesses = strings(own, 'networkManagerScopeAccesses');
  const scopes = child(own, 'networkManagerScopes');
  const here = strings(scopes, 'subscriptions').some((each) => network.id.toLowerCase().startsWith(`${each.toLowerCase()}/`));
  const security = accesses.length === 0 || accesses.some((each) => each.toLowerCase() === 'securityadmin');
  const member = groups.of(network.id)?.some((each) => each.startsWith(`${manager.id.toLowerCase()}/`)) ?? true;
  return security && member && (here || strings(scopes, 'managementGroups').length > 0);
}
