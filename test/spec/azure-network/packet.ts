import type { AdminRule, Firewall, Host, Packet, Rule, Subnet, Vnet, World } from './world.ts';

/**
 * One packet walked through the documented rules, one after the other: no sets, no classes, no cleverness. `wide` is whether in a subnet default routes and prefixes of the user's routes count as `VirtualNetwork`, which the
 * documentation leaves open ("this tag might also contain default routes").
 */
export class Walker {
  readonly #world: World;
  readonly #wide: (subnet: Subnet) => boolean;

  constructor(world: World, wide: (subnet: Subnet) => boolean) {
    this.#world = world;
    this.#wide = wide;
  }

  /** Whether a connection from one machine to another's private address comes about, from any source port. */
  betweenHosts(from: Host, to: Host, protocol: Packet['protocol'], port: number): boolean {
    return this.#somePort(protocol, (sourcePort) => {
      const packet: Packet = { protocol, source: from.ip, destination: to.ip, sourcePort, port };
      if (!this.#passes(from, packet, 'Outbound')) return false;
      const there = this.#path(this.#subnet(from.subnet), packet);
      if (there === undefined || there.end !== `vnet:${this.#subnet(to.subnet).vnet}`) return false;
      if (!this.#passes(to, packet, 'Inbound')) return false;
      const back = this.#path(this.#subnet(to.subnet), { ...packet, source: to.ip, destination: from.ip }, false);
      return back?.end.startsWith('vnet:') === true && back.firewalls === there.firewalls;
    });
  }

  /** From an address of the internet to a machine's public address. */
  fromInternet(source: string, to: Host, protocol: Packet['protocol'], port: number): boolean {
    if (to.public === undefined) return false;
    if (to.public.sku === 'Standard' && to.nsg === undefined && this.#subnet(to.subnet).nsg === undefined) return false;
    return this.#somePort(protocol, (sourcePort) => {
      const packet: Packet = { protocol, source, destination: to.ip, sourcePort, port };
      if (!this.#passes(to, packet, 'Inbound')) return false;
      const back = this.#path(this.#subnet(to.subnet), { ...packet, source: to.ip, destination: source }, false);
      return back?.end === 'internet' && back.firewalls === 0;
    });
  }

  toInternet(from: Host, destination: string, protocol: Packet['protocol'], port: number): boolean {
    return this.#somePort(protocol, (sourcePort) => {
      const packet: Packet = { protocol, source: from.ip, destination, sourcePort, port };
      if (!this.#passes(from, packet, 'Outbound')) return false;
      const there = this.#path(this.#subnet(from.subnet), packet);
      if (there?.end !== 'internet') return false;
      return there.firewalls > 0 || from.public !== undefined || this.#subnet(from.subnet).outbound;
    });
  }

  fromSite(source: string, to: Host, protocol: Packet['protocol'], port: number): boolean {
    const { site } = this.#world;
    if (site === undefined) return false;
    const home = this.#world.subnets.find((each) => each.vnet === site.vnet && each.id === 'GatewaySubnet');
    if (home === undefined) return false;
    return this.#somePort(protocol, (sourcePort) => {
      const packet: Packet = { protocol, source, destination: to.ip, sourcePort, port };
      const there = this.#path(home, packet);
      if (there === undefined || there.end !== `vnet:${this.#subnet(to.subnet).vnet}`) return false;
      if (there.firewalls === 0 && !this.#usesGateway(this.#vnet(this.#subnet(to.subnet).vnet))) return false;
      if (!this.#passes(to, packet, 'Inbound')) return false;
      const back = this.#path(this.#subnet(to.subnet), { ...packet, source: to.ip, destination: source }, false);
      return back?.end === 'site' && back.firewalls === there.firewalls;
    });
  }

  #somePort(protocol: Packet['protocol'], connects: (port: number) => boolean): boolean {
    if (protocol === 'icmp') return connects(0);
    const all = [...Object.values(this.#world.nsgs).flat(), ...this.#world.vnets.flatMap((each) => each.admin)]
      .map((each) => each.sourcePorts)
      .filter((each) => each !== '*');
    const ports = new Set([1, 50_000, ...all.flatMap((each) => each.split('-').flatMap((text) => [Number(text), Number(text) + 1]))]);
    return [...ports].filter((each) => each >= 1 && each <= 65_535).some(connects);
  }

  #subnet(name: string): Subnet {
    const found = this.#world.subnets.find((each) => `${each.vnet}/${each.id}` === name);
    if (found === undefined) throw new Error(`no subnet ${name}`);
    return found;
  }

  #vnet(id: string): Vnet {
    const found = this.#world.vnets.find((each) => each.id === id);
    if (found === undefined) throw new Error(`no network ${id}`);
    return found;
  }

  /** Rules of a network manager, then the two groups: outbound the interface's first, inbound the subnet's. All must allow; an "always allow" is the last word. */
  #passes(host: Host, packet: Packet, direction: Rule['direction']): boolean {
    const subnet = this.#subnet(host.subnet);
    const admin = exempt.includes(subnet.id) ? [] : this.#vnet(subnet.vnet).admin;
    const first = [...admin].sort((a, b) => a.priority - b.priority).find((rule) => this.#matches(rule, packet, direction, subnet));
    if (first?.access === 'Deny') return false;
    if (first?.access === 'AlwaysAllow') return true;
    const order = direction === 'Outbound' ? [host.nsg, subnet.nsg] : [subnet.nsg, host.nsg];
    return order.every((name) => name === undefined || this.#group(name, packet, direction, subnet));
  }

  #group(name: string, packet: Packet, direction: Rule['direction'], subnet: Subnet): boolean {
    const rules = [...(this.#world.nsgs[name] ?? []), ...defaults].sort((a, b) => a.priority - b.priority);
    return rules.find((rule) => this.#matches(rule, packet, direction, subnet))?.access === 'Allow';
  }

  #matches(rule: Rule | AdminRule, packet: Packet, direction: Rule['direction'], subnet: Subnet): boolean {
    if (rule.direction !== direction) return false;
    if (rule.protocol !== '*' && rule.protocol.toLowerCase() !== packet.protocol) return false;
    if (
      packet.protocol === 'icmp'
        ? rule.protocol === '*' && rule.ports !== '*'
        : !inRange(rule.ports, packet.port) || !inRange(rule.sourcePorts, packet.sourcePort)
    )
      return false;
    return this.#side(rule.source, packet.source, subnet) && this.#side(rule.destination, packet.destination, subnet);
  }

  #side(texts: readonly string[], address: string, subnet: Subnet): boolean {
    return texts.some((each) => {
      if (each === '*') return true;
      if (each.startsWith('asg:')) return this.#world.hosts.find((host) => host.ip === address)?.asgs.includes(each.slice(4)) === true;
      if (each === 'VirtualNetwork') return this.#isVirtual(address, subnet);
      if (each === 'Internet') return !this.#isVirtual(address, subnet);
      if (each === 'AzureLoadBalancer') return address === '168.63.129.16';
      return inside(address, each);
    });
  }

  #isVirtual(address: string, subnet: Subnet): boolean {
    const vnet = this.#vnet(subnet.vnet);
    if (address === '168.63.129.16' || within(address, vnet.cidrs)) return true;
    if (vnet.peers.some((peer) => peer.state === 'Connected' && peer.access && within(address, this.#vnet(peer.to).cidrs))) return true;
    const told = this.#world.site !== undefined && this.#usesGateway(vnet) ? this.#world.site.prefixes : [];
    if (
      within(
        address,
        told.filter((each) => lengthOf(each) > 0),
      )
    )
      return true;
    const table = subnet.table === undefined ? undefined : this.#world.tables[subnet.table];
    const forced = table?.propagates !== false && told.some((each) => lengthOf(each) === 0);
    return this.#wide(subnet) && (forced || table?.routes.some((route) => inside(address, route.prefix)) === true);
  }

  /** Its own gateway, or a peer's that lends it and that it uses. */
  #usesGateway(vnet: Vnet): boolean {
    const { site } = this.#world;
    if (site === undefined) return false;
    if (vnet.id === site.vnet) return true;
    const peer = vnet.peers.find((each) => each.to === site.vnet && each.state === 'Connected' && each.borrows);
    return peer !== undefined && this.#vnet(site.vnet).peers.some((each) => each.to === vnet.id && each.lends);
  }

  /** Where routes lead a packet, through the firewall where they say so. */
  #path(start: Subnet, packet: Packet, filtered = true): { readonly end: string; readonly firewalls: number } | undefined {
    let at = start;
    let firewalls = 0;
    for (let hop = 0; hop < 6; hop++) {
      const next = this.#route(at, packet.destination);
      if (next === undefined) return undefined;
      if (next.startsWith('vnet:')) {
        const peer = this.#vnet(next.slice(5)).peers.find((each) => each.to === at.vnet);
        if (hop > 0 && next !== `vnet:${at.vnet}` && peer?.forwarded === false) return undefined;
        return { end: next, firewalls };
      }
      if (!next.startsWith('appliance:')) return { end: next, firewalls };
      const { firewall } = this.#world;
      if (firewall === undefined || next !== `appliance:${firewall.address}` || firewalls > 0) return undefined;
      const home = this.#subnet(firewall.subnet);
      // What is for the firewall itself has arrived.
      if (inside(packet.destination, home.cidr)) return { end: `vnet:${home.vnet}`, firewalls };
      const near = at.vnet === home.vnet || this.#vnet(at.vnet).peers.some((each) => each.to === home.vnet && each.state === 'Connected');
      if (!near) return undefined;
      if (filtered && !firewallAllows(firewall, packet)) return undefined;
      firewalls++;
      at = home;
    }
    return undefined;
  }

  /** The longest prefix; of equal ones the user's, then the gateway's, then the system's. Routes to networks and peers come before a gateway's whatever their length. */
  #route(subnet: Subnet, destination: string): string | undefined {
    const vnet = this.#vnet(subnet.vnet);
    const table = subnet.table === undefined ? undefined : this.#world.tables[subnet.table];
    const user = (table?.routes ?? []).filter((route) => inside(destination, route.prefix)).sort((a, b) => lengthOf(b.prefix) - lengthOf(a.prefix))[0];
    const system: { prefix: string; to: string | undefined }[] = [
      ...vnet.cidrs.map((prefix) => ({ prefix, to: `vnet:${vnet.id}` })),
      ...vnet.peers.flatMap((peer) => this.#vnet(peer.to).cidrs.map((prefix) => ({ prefix, to: peer.state === 'Connected' ? `vnet:${peer.to}` : undefined }))),
    ];
    const local = system.filter((each) => inside(destination, each.prefix)).sort((a, b) => lengthOf(b.prefix) - lengthOf(a.prefix))[0];
    const learned =
      local === undefined && this.#world.site !== undefined && table?.propagates !== false && this.#usesGateway(vnet)
        ? this.#world.site.prefixes
            .filter((prefix) => inside(destination, prefix))
            .sort((a, b) => lengthOf(b) - lengthOf(a))
            .map((prefix) => ({ prefix, to: 'site' }))[0]
        : undefined;
    const other = local ?? learned;
    if (user !== undefined && (other === undefined || lengthOf(user.prefix) >= lengthOf(other.prefix))) {
      if (user.hop === 'None') return undefined;
      if (user.hop === 'Internet') return isPublic(destination) ? 'internet' : undefined;
      if (user.hop === 'VnetLocal') return within(destination, vnet.cidrs) ? `vnet:${vnet.id}` : undefined;
      return `appliance:${user.ip ?? ''}`;
    }
    if (other !== undefined) return other.to;
    return isPublic(destination) ? 'internet' : undefined;
  }
}

/** Subnets of services that security admin rules are not applied to. */
const exempt = ['AzureFirewallSubnet', 'GatewaySubnet'];

function firewallAllows(firewall: Firewall, packet: Packet): boolean {
  const first = [...firewall.rules]
    .sort((a, b) => a.priority - b.priority)
    .find(
      (rule) =>
        (rule.protocol === 'Any' || rule.protocol.toLowerCase() === packet.protocol) &&
        (packet.protocol === 'icmp' ? rule.ports === '*' : inRange(rule.ports, packet.port)) &&
        inside(packet.source, rule.source) &&
        inside(packet.destination, rule.destination),
    );
  return first?.access === 'Allow';
}

const rule = (priority: number, direction: Rule['direction'], access: Rule['access'], source: string, destination: string): Rule => ({
  priority,
  direction,
  access,
  protocol: '*',
  source: [source],
  destination: [destination],
  sourcePorts: '*',
  ports: '*',
});
const defaults: readonly Rule[] = [
  rule(65_000, 'Inbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
  rule(65_001, 'Inbound', 'Allow', 'AzureLoadBalancer', '*'),
  rule(65_500, 'Inbound', 'Deny', '*', '*'),
  rule(65_000, 'Outbound', 'Allow', 'VirtualNetwork', 'VirtualNetwork'),
  rule(65_001, 'Outbound', 'Allow', '*', 'Internet'),
  rule(65_500, 'Outbound', 'Deny', '*', '*'),
];

const number = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const lengthOf = (prefix: string): number => Number(prefix.split('/')[1] ?? 32);
const within = (address: string, prefixes: readonly string[]): boolean => prefixes.some((each) => inside(address, each));

export function inside(address: string, prefix: string): boolean {
  if (prefix === '*') return true;
  const size = 2 ** (32 - lengthOf(prefix));
  return Math.floor(number(address) / size) === Math.floor(number(prefix.split('/')[0] ?? '') / size);
}

function inRange(range: string, port: number): boolean {
  if (range === '*') return true;
  const [lo, hi] = range.split('-').map(Number);
  return lo !== undefined && port >= lo && port <= (hi ?? lo);
}

const isPublic = (address: string): boolean =>
  !['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'].some((each) => inside(address, each));
