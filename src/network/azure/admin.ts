import { isArray, type JsonObject } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { child, evidence, number, objects, strings, text } from '../aws/config.ts';
import { byPriority, portsOf, type Rule, ruleTraffic, sideOf } from './rules.ts';

/** Rules that network managers put on a virtual network; `undefined` where there is a manager and what it put is not known. */
export type AdminRules = readonly Rule[] | undefined;

/**
 * "Security admin rules are evaluated before network security group rules": `Allow` goes on to the groups, `Always Allow` delivers, `Deny` stops (security admin rules). What Azure answers for a
 * network is in the order of its managers, the highest scope first.
 */
export function readAdmin(record: SnapshotRecord, managers: readonly SnapshotRecord[]): AdminRules {
  if (!isArray(record.config['effectiveSecurityAdminRules'])) return managers.some((each) => manages(each, record)) ? undefined : [];
  return byPriority(
    objects(record.config, 'effectiveSecurityAdminRules').flatMap((row, index): Rule[] => {
      const own = child(row, 'properties');
      const access = text(own, 'access')?.toLowerCase();
      return [
        {
          name: text(row, 'id')?.split('/').at(-1) ?? '',
          priority: number(own, 'priority') ?? 0,
          access: access === 'alwaysallow' ? 'always' : access === 'allow' ? 'allow' : 'deny',
          inbound: text(own, 'direction')?.toLowerCase() !== 'outbound',
          source: sideOf(prefixes(own, 'sources')),
          destination: sideOf(prefixes(own, 'destinations')),
          traffic: ruleTraffic(text(own, 'protocol') ?? '*', strings(own, 'destinationPortRanges')),
          sourcePorts: portsOf(strings(own, 'sourcePortRanges')),
          evidence: evidence(record, `/config/effectiveSecurityAdminRules/${index}`),
        },
      ];
    }),
  );
}

/** A side without addresses is everybody; a network group is named by its id, whose members the snapshot does not tell and nobody's tag. */
function prefixes(own: JsonObject, key: string): readonly string[] {
  const named = objects(own, key).flatMap((each) => text(each, 'addressPrefix') ?? []);
  return named.length === 0 ? ['*'] : named;
}

/** "Security admin rules aren't applied to" subnets of these services (security admin rules, service-level exceptions). */
const exempt = new Set(['azurebastionsubnet', 'azurefirewallsubnet', 'azurefirewallmanagementsubnet', 'gatewaysubnet', 'routeserversubnet']);
export const adminApplies = (subnet: string): boolean => !exempt.has(subnet.split('/').at(-1) ?? '');

/** Whether a manager may put security rules on a network: its scope is management groups, whose subscriptions are not told here, or the network's own subscription. */
function manages(manager: SnapshotRecord, network: SnapshotRecord): boolean {
  const own = child(manager.config, 'properties');
  const accesses = strings(own, 'networkManagerScopeAccesses');
  const scopes = child(own, 'networkManagerScopes');
  const here = strings(scopes, 'subscriptions').some((each) => network.id.toLowerCase().startsWith(`${each.toLowerCase()}/`));
  const security = accesses.length === 0 || accesses.some((each) => each.toLowerCase() === 'securityadmin');
  return security && (here || strings(scopes, 'managementGroups').length > 0);
}
