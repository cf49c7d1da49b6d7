import type { AdminRule, Firewall, Host, Peer, Rule, Site, Subnet, Table, Vnet, World } from '../spec/azure-network/world.ts';
import type { Dice } from './dice.ts';

export const outside = ['198.51.100.7', '203.0.113.9', '192.0.2.200', '8.8.8.8'];
export const beyond = ['172.16.0.9', '172.16.5.7'];
const public0 = ['198.51.100.0/24', '203.0.113.0/28', '0.0.0.0/0', '192.0.2.128/25'];
const ports = ['22', '443', '80-443', '*', '8000-9000'];
export const probed = [22, 80, 443, 8080];

/** A random Azure estate: a hub and up to three other networks, some peered each way, with groups, routes, a firewall, a gateway and rules of a network manager. */
export function randomAzure(dice: Dice): World {
  const count = 2 + dice.below(3);
  const ids = Array.from({ length: count }, (_, n) => `v${n}`);
  const site: Site | undefined = dice.chance(0.5) ? siteOf(dice) : undefined;
  const nsgs = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`n${n}`, rulesOf(dice, count, 1 + dice.below(5))]));
  const hasFirewall = dice.chance(0.7);
  // In half of the estates with a firewall most subnets go by it, so that both directions meet it.
  const hubbed = hasFirewall && dice.chance(0.75);
  const tables = Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`t${n}`, hubbed && n === 0 ? byFirewall(dice) : tableOf(dice, count, hasFirewall)]));
  const peers = pairsOf(dice, ids, hubbed);
  const vnets = ids.map((id, n): Vnet => ({ id, cidrs: [`10.${n}.0.0/16`], peers: peers.get(id) ?? [], admin: dice.chance(0.3) ? adminOf(dice, count) : [] }));
  const subnets = ids.flatMap((vnet, n): Subnet[] => [
    ...Array.from(
      { length: 1 + dice.below(2) },
      (_, k): Subnet => ({
        id: `s${k}`,
        vnet,
        cidr: `10.${n}.${k + 1}.0/24`,
        nsg: dice.chance(hubbed ? 0.25 : 0.6) ? dice.pick(Object.keys(nsgs)) : undefined,
        table: hubbed && dice.chance(0.85) ? 't0' : dice.chance(0.5) ? dice.pick(Object.keys(tables)) : undefined,
        outbound: dice.chance(0.5),
      }),
    ),
    ...(n === 0
      ? [
          special('GatewaySubnet', '10.0.200.0/27', hubbed && dice.chance(0.6) ? 't0' : dice.chance(0.3) ? dice.pick(Object.keys(tables)) : undefined),
          special('AzureFirewallSubnet', '10.0.201.0/26'),
        ]
      : []),
  ]);
  const homes = subnets.filter((each) => each.id.startsWith('s'));
  const hosts = homes.flatMap((home, at): Host[] =>
    Array.from(
      { length: 1 + dice.below(2) },
      (_, k): Host => ({
        id: `h${at}-${k}`,
        subnet: `${home.vnet}/${home.id}`,
        ip: home.cidr.replace('0/24', String(4 + k * 100)),
        nsg: dice.chance(0.3) ? dice.pick(Object.keys(nsgs)) : undefined,
        asgs: dice.chance(0.4) ? [dice.pick(['web', 'db'])] : [],
        public: dice.chance(0.35) ? { sku: dice.chance(0.7) ? 'Standard' : 'Basic', address: `20.0.${at}.${k + 1}` } : undefined,
      }),
    ),
  );
  return { vnets, subnets, nsgs, tables, hosts, firewall: hasFirewall ? firewallOf(dice, count) : undefined, site };
}

const siteOf = (dice: Dice): Site => ({
  vnet: 'v0',
  prefixes: ['172.16.0.0/22', ...(dice.chance(0.5) ? ['172.16.5.0/24'] : []), ...(dice.chance(0.25) ? ['0.0.0.0/0'] : [])],
  learned: dice.chance(0.5),
});

const special = (id: string, cidr: string, table?: string): Subnet => ({ id, vnet: 'v0', cidr, nsg: undefined, table, outbound: false });

function pairsOf(dice: Dice, ids: readonly string[], hubbed: boolean): ReadonlyMap<string, Peer[]> {
  const out = new Map<string, Peer[]>(ids.map((id) => [id, []]));
  for (const [n, a] of ids.entries())
    for (const b of ids.slice(n + 1)) {
      if (!dice.chance(a === 'v0' ? (hubbed ? 1 : 0.85) : hubbed ? 0.1 : 0.3)) continue;
      const state = dice.chance(0.9) ? 'Connected' : 'Disconnected';
      const one = (to: string, lends: boolean, borrows: boolean): Peer => ({
        to,
        state,
        access: dice.chance(0.85),
        forwarded: dice.chance(0.7),
        lends,
        borrows,
      });
      const used = dice.chance(0.5);
      out.get(a)?.push(one(b, used && dice.chance(0.9), false));
      out.get(b)?.push(one(a, false, used && a === 'v0'));
    }
  return out;
}

const inner = (dice: Dice, count: number): string =>
  dice.pick([
    `10.${dice.below(count)}.0.0/16`,
    `10.${dice.below(count)}.1.0/24`,
    `10.${dice.below(count)}.2.0/24`,
    `10.${dice.below(count)}.1.0/25`,
    '10.0.0.0/8',
  ]);

function sideOf(dice: Dice, count: number, groups: boolean): readonly string[] {
  if (groups && dice.chance(0.15)) return [`asg:${dice.pick(['web', 'db'])}`];
  const one = (): string => dice.pick(['*', 'VirtualNetwork', 'Internet', inner(dice, count), inner(dice, count), dice.pick(public0), '172.16.0.0/12']);
  return dice.chance(0.3) ? [...new Set([inner(dice, count), dice.pick(public0)])] : [one()];
}

function rulesOf(dice: Dice, count: number, size: number): readonly Rule[] {
  return Array.from(
    { length: size },
    (_, n): Rule => ({
      priority: 100 + n * 10,
      direction: dice.chance(0.7) ? 'Inbound' : 'Outbound',
      access: dice.chance(0.65) ? 'Allow' : 'Deny',
      protocol: dice.pick(['Tcp', 'Tcp', 'Udp', 'Icmp', '*']),
      source: sideOf(dice, count, true),
      destination: dice.chance(0.6) ? ['*'] : sideOf(dice, count, true),
      sourcePorts: dice.chance(0.15) ? dice.pick(['1-1023', '1024-65535', '50000']) : '*',
      ports: dice.pick(ports),
    }),
  );
}

const adminOf = (dice: Dice, count: number): readonly AdminRule[] =>
  rulesOf(dice, count, 1 + dice.below(3)).map(
    (rule): AdminRule => ({
      ...rule,
      source: rule.source[0]?.startsWith('asg:') === true ? ['*'] : rule.source,
      destination: rule.destination[0]?.startsWith('asg:') === true ? ['*'] : rule.destination,
      access: dice.pick(['Allow', 'Deny', 'AlwaysAllow']),
    }),
  );

function tableOf(dice: Dice, count: number, appliance: boolean): Table {
  const routes = Array.from({ length: 1 + dice.below(3) }, () => {
    const prefix = dice.pick([inner(dice, count), inner(dice, count), '0.0.0.0/0', '203.0.113.0/24', '172.16.0.0/16']);
    const hop = dice.pick(
      appliance ? (['None', 'Internet', 'VnetLocal', 'VirtualAppliance', 'VirtualAppliance'] as const) : (['None', 'Internet', 'VnetLocal'] as const),
    );
    return { prefix, hop, ...(hop === 'VirtualAppliance' ? { ip: '10.0.201.4' } : {}) };
  });
  return { propagates: dice.chance(0.8), routes: [...new Map(routes.map((each) => [each.prefix, each])).values()] };
}

/** Inner ranges, or everything, by the firewall: the wider one blurs what counts as the network. */
const byFirewall = (dice: Dice): Table => ({
  propagates: dice.chance(0.6),
  routes: dice.chance(0.3)
    ? [{ prefix: '0.0.0.0/0', hop: 'VirtualAppliance', ip: '10.0.201.4' }]
    : ['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', '172.16.0.0/22']
        .filter(() => dice.chance(0.93))
        .map((prefix) => ({ prefix, hop: 'VirtualAppliance' as const, ip: '10.0.201.4' })),
});

const firewallOf = (dice: Dice, count: number): Firewall => ({
  subnet: 'v0/AzureFirewallSubnet',
  address: '10.0.201.4',
  rules: [
    ...Array.from({ length: dice.below(4) }, (_, n) => ({
      priority: 100 + n * 10,
      access: dice.chance(0.5) ? ('Allow' as const) : ('Deny' as const),
      protocol: dice.pick(['TCP', 'UDP', 'Any'] as const),
      source: dice.pick(['*', inner(dice, count), inner(dice, count), '172.16.0.0/12']),
      destination: dice.pick(['*', inner(dice, count), dice.pick(public0)]),
      ports: dice.pick(['22', '443', '*', '80-443']),
    })),
    ...(dice.chance(0.7) ? [{ priority: 900, access: 'Allow' as const, protocol: 'Any' as const, source: '*', destination: '*', ports: '*' }] : []),
  ],
});
