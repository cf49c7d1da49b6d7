import { addressSet } from '../algebra/address.ts';
import { everything, type Traffic, traffic } from '../algebra/traffic.ts';
import { evidence } from '../aws/config.ts';
import type { Estate, Station, Subnet } from './estate.ts';
import { type AzureFirewall, translatesPrivately } from './firewall-rules.ts';
import { portLine, type Rule, sideOf } from './rules.ts';

/** Where a firewall stands: its subnet, or its hub. */
export const homeOf = (estate: Pick<Estate, 'subnets' | 'hubs'>, firewall: AzureFirewall): Subnet | undefined =>
  estate.subnets.get(firewall.subnet ?? '') ?? estate.hubs.find((hub) => hub.id === firewall.hub)?.place;

/** The private addresses of firewalls that translate what comes to them: a station each, which the rules' sources filter. */
export function facesOf(estate: Pick<Estate, 'subnets' | 'hubs'>, firewalls: readonly AzureFirewall[]): readonly Station[] {
  return firewalls.flatMap((firewall): readonly Station[] => {
    const rules = translatesPrivately(firewall);
    const home = homeOf(estate, firewall);
    if (rules.length === 0 || home === undefined) return [];
    const { record } = firewall;
    const proof = evidence(record, '/config/properties');
    const rest: Rule = {
      name: '',
      priority: 65_500,
      access: 'deny',
      inbound: true,
      source: sideOf(['*']),
      destination: sideOf(['*']),
      traffic: everything,
      sourcePorts: portLine.all,
      evidence: proof,
    };
    return [
      {
        id: `${firewall.id}#translated`,
        nic: record.id,
        owner: record.id,
        subnet: home,
        where: addressSet([firewall.address]),
        filter: { id: record.id, stop: 'firewall', rules: [...rules.map(({ rule }) => ({ ...rule, destination: sideOf(['*']) })), rest] },
        memberships: [],
        public: undefined,
        pools: [],
        forwards: false,
        listens: rules.reduce<Traffic>((sum, each) => traffic.union(sum, each.traffic), traffic.empty),
        calls: false,
        evidence: proof,
      },
    ];
  });
}
