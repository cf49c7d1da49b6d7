import { inside } from './addresses.ts';
import { find, type Subnet, type Vpc } from './journey.ts';
import type { Packet, World, WorldAclEntry, WorldFirewall, WorldFirewallRule, WorldHost, WorldRule } from './world.ts';

function aclPasses(entries: readonly WorldAclEntry[], packet: Packet, address: string): boolean {
  for (const entry of [...entries].sort((a, b) => a.number - b.number)) {
    if (!inside(address, entry.cidr)) continue;
    if (entry.protocol !== -1 && entry.protocol !== packet.protocol) continue;
    if (entry.protocol !== -1 && entry.from !== undefined && (packet.destinationPort < entry.from || packet.destinationPort > (entry.to ?? entry.from)))
      continue;
    return entry.allow;
  }
  return false;
}
export const aclOut = (w: World, subnet: Subnet, packet: Packet): boolean => aclPasses(find(w.acls, subnet.acl).egress, packet, packet.destination);
export const aclIn = (w: World, subnet: Subnet, packet: Packet): boolean => aclPasses(find(w.acls, subnet.acl).ingress, packet, packet.source);

export function rulePasses(w: World, rule: WorldRule, packet: Packet, address: string, peer: WorldHost | undefined): boolean {
  if (rule.protocol !== -1 && rule.protocol !== packet.protocol) return false;
  if (rule.protocol !== -1 && rule.from !== undefined && (packet.destinationPort < rule.from || packet.destinationPort > (rule.to ?? rule.from))) return false;
  if (rule.peer.startsWith('sg-')) return peer?.groups.includes(rule.peer) === true;
  if (rule.peer.startsWith('pl-')) return (w.lists[rule.peer] ?? []).some((cidr) => inside(address, cidr));
  return inside(address, rule.peer);
}

export const vpcOf = (w: World, subnet: Subnet): Vpc => find(w.vpcs, subnet.vpc);
export const has = (vpc: { cidrs: string[] }, address: string): boolean => vpc.cidrs.some((cidr) => inside(address, cidr));

export function statefulHit(vpc: Vpc, firewall: WorldFirewall, packet: Packet, answering: boolean): 'pass' | 'drop' | undefined {
  const matching = firewall.stateful.filter((rule) => !(answering && rule.opener === true) && firewallMatches(vpc, rule, packet));
  if (firewall.strict) return matching.map((rule) => rule.action).find((action) => action === 'pass' || action === 'drop');
  if (matching.some((rule) => rule.action === 'pass')) return 'pass';
  return matching.some((rule) => rule.action === 'drop') ? 'drop' : undefined;
}

export function firewallMatches(vpc: Vpc, rule: WorldFirewallRule, packet: Packet): boolean {
  // Suricata's `icmp` is both versions.
  if (rule.protocol !== -1 && rule.protocol !== packet.protocol && !(rule.protocol === 1 && packet.protocol === 58)) return false;
  const address = (text: string, of: string): boolean => text === 'any' || (text === '$HOME_NET' ? has(vpc, of) : inside(of, text));
  const port = (range: readonly [number, number] | undefined, of: number): boolean =>
    range === undefined || (rule.protocol !== 6 && rule.protocol !== 17) || (range[0] <= of && of <= range[1]);
  const way = (source: string, sourcePort: number, destination: string, destinationPort: number): boolean =>
    address(rule.source, source) && port(rule.sourcePort, sourcePort) && address(rule.destination, destination) && port(rule.destinationPort, destinationPort);
  const { source, destination, sourcePort, destinationPort } = packet;
  return way(source, sourcePort, destination, destinationPort) || (rule.both === true && way(destination, destinationPort, source, sourcePort));
}
