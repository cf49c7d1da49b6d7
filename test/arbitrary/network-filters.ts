import type { WorldAclEntry, WorldFirewall, WorldFirewallRule, WorldRule } from '../spec/network/world.ts';
import type { Dice } from './dice.ts';

export const wide = ['0.0.0.0/0', '::/0', '198.51.100.0/24', '203.0.113.0/28', '10.0.0.0/8', '10.1.0.0/16', '2600:9999::/32', '192.0.2.128/25'];
export const ports = [22, 80, 443, 8080];

export function firewall(dice: Dice, id: string, subnet: string): WorldFirewall {
  const address = (): string => dice.pick(['any', 'any', '$HOME_NET', '10.0.0.0/8', '10.1.1.0/24', '198.51.100.0/24', '2600:9999::/32', '54.1.0.0/24']);
  const range = (): readonly [number, number] => {
    const low = dice.pick([...ports, 1024]);
    return [low, dice.chance(0.3) ? 65_535 : low + dice.below(2)];
  };
  const rule = (actions: readonly WorldFirewallRule['action'][], stateful: boolean): WorldFirewallRule => {
    const protocol = dice.pick(stateful ? [-1, 6, 6, 6, 17, 1] : [-1, 6, 6, 17]);
    const withPorts = protocol === 6 || protocol === 17;
    const source = address();
    return {
      action: dice.pick(actions),
      protocol,
      source: !stateful && source === '$HOME_NET' ? 'any' : source,
      destination: stateful ? address() : dice.pick(['any', '10.0.0.0/8', '198.51.100.0/24']),
      ...(withPorts && dice.chance(0.15) ? { sourcePort: range() } : {}),
      ...(withPorts && dice.chance(0.6) ? { destinationPort: range() } : {}),
      ...(stateful && dice.chance(0.2) ? { both: true } : {}),
      ...(stateful && dice.chance(0.4) ? { opener: true } : {}),
    };
  };
  const strict = dice.chance(0.5);
  return {
    id,
    subnet,
    stateless: dice.chance(0.4) ? Array.from({ length: 1 + dice.below(3) }, () => rule(['pass', 'drop', 'forward'], false)) : [],
    statelessDefault: dice.chance(0.85) ? 'forward' : dice.pick(['pass', 'drop']),
    strict,
    drop: dice.chance(0.5),
    stateful: [
      ...Array.from({ length: dice.below(5) }, () => rule(['pass', 'pass', 'drop', 'alert'], true)),
      ...(dice.chance(0.4) ? [{ action: 'pass', protocol: dice.pick([-1, 6]), source: 'any', destination: 'any' } as const] : []),
    ],
  };
}

const openAcl: WorldAclEntry[] = [
  { number: 100, allow: true, protocol: -1, cidr: '0.0.0.0/0' },
  { number: 101, allow: true, protocol: -1, cidr: '::/0' },
];

export function aclSide(dice: Dice): WorldAclEntry[] {
  if (dice.chance(0.5)) return openAcl;
  const out: WorldAclEntry[] = [];
  for (let n = 0; n < 1 + dice.below(5); n++) {
    const protocol = dice.pick([-1, 6, 6, 17, 1, 58]);
    const range =
      protocol === -1 || dice.chance(0.2)
        ? {}
        : protocol === 1 || protocol === 58
          ? { from: dice.pick([0, 3, 8, 128, 129]) }
          : dice.pick([
              { from: 1024, to: 65_535 },
              { from: 0, to: 1023 },
              { from: dice.pick(ports), to: dice.pick(ports) },
              { from: 443, to: 443 },
            ]);
    const icmp = protocol === 1 || protocol === 58 ? { ...('from' in range ? { from: range.from, to: range.from } : {}) } : range;
    out.push({
      number: 10 * (n + 1),
      allow: dice.chance(0.7),
      protocol,
      cidr: dice.pick([...wide, '10.0.1.0/24', '10.1.1.0/24', '0.0.0.0/0', '::/0']),
      ...icmp,
    });
  }
  if (dice.chance(0.5)) out.push(...openAcl);
  return out;
}

export const openRules: WorldRule[] = [
  { protocol: -1, peer: '0.0.0.0/0' },
  { protocol: -1, peer: '::/0' },
];

export function rules(dice: Dice, groupIds: readonly string[], egress: boolean): WorldRule[] {
  const out: WorldRule[] = [];
  for (let n = 0; n < 1 + dice.below(4); n++) {
    const protocol = dice.pick([-1, 6, 6, 6, 17, 1, 58]);
    const port = dice.pick(ports);
    const range =
      protocol === -1
        ? {}
        : protocol === 1 || protocol === 58
          ? dice.chance(0.5)
            ? {}
            : { from: dice.pick([8, 3, 128]) }
          : dice.chance(0.2)
            ? { from: 0, to: 65_535 }
            : { from: port, to: port + dice.below(3) };
    out.push({
      protocol,
      ...('from' in range && range.from !== undefined && (protocol === 1 || protocol === 58) ? { from: range.from, to: range.from } : range),
      peer: dice.chance(0.35)
        ? dice.pick(groupIds)
        : dice.chance(0.2)
          ? dice.pick(['pl-0', 'pl-1'])
          : dice.pick(egress ? [...wide, '0.0.0.0/0'] : [...wide, '0.0.0.0/0', '10.0.1.0/24', '54.1.0.0/24']),
    });
  }
  return out;
}
