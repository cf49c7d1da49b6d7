import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { type Traffic, tcp, traffic, udp } from '../algebra/traffic.ts';
import { child, objects, text } from '../aws/config.ts';
import { rulePorts } from './balancers.ts';

export const linkService = 'Microsoft.Network/privateLinkServices';

/** The service that a private endpoint names, by its id or by the alias that its provider gave out. */
export function linkedService(snapshot: Snapshot, named: string): SnapshotRecord | undefined {
  const alias = named.toLowerCase();
  return (
    snapshot.find(named) ??
    (alias.endsWith('.azure.privatelinkservice')
      ? snapshot.records(linkService).find((each) => text(child(each.config, 'properties'), 'alias')?.toLowerCase() === alias)
      : undefined)
  );
}

/** Frontends of load balancers that a service stands behind. */
export const linkFronts = (record: SnapshotRecord): ReadonlySet<string> =>
  new Set(objects(child(record.config, 'properties'), 'loadBalancerFrontendIpConfigurations').flatMap((each) => text(each, 'id')?.toLowerCase() ?? []));

/** Ports that a service answers on: "supports TCP and UDP traffic only", and of those what its load balancer's rules take. */
export function linkPorts(record: SnapshotRecord, snapshot: Snapshot): Traffic {
  if (text(child(record.config, 'properties'), 'destinationIPAddress') !== undefined) return traffic.union(tcp, udp);
  const fronts = linkFronts(record);
  return snapshot
    .records('Microsoft.Network/loadBalancers')
    .flatMap((each) => objects(child(each.config, 'properties'), 'loadBalancingRules').map((row) => child(row, 'properties')))
    .filter((rule) => fronts.has(text(child(rule, 'frontendIPConfiguration'), 'id')?.toLowerCase() ?? ''))
    .reduce<Traffic>((sum, rule) => traffic.union(sum, rulePorts(rule, 'frontendPort', true)), traffic.empty);
}
