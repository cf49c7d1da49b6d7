import type { Doors, Subnet, World } from '../spec/azure-network/world.ts';
import { randomAzure } from './azure-network.ts';
import type { Dice } from './dice.ts';

const ports = [22, 80, 443, 8080];
const homes = [
  ['agw', '10.0.210.0/24'],
  ['apim', '10.0.211.0/24'],
  ['apps', '10.0.212.0/24'],
] as const;

/** A random Azure estate with things in front of its machines. */
export function randomDoors(dice: Dice): World {
  const world = randomAzure(dice);
  const [groups, tables] = [Object.keys(world.nsgs), Object.keys(world.tables)];
  const subnets = homes.map(
    ([id, cidr]): Subnet => ({
      id,
      vnet: 'v0',
      cidr,
      nsg: dice.chance(0.3) ? dice.pick(groups) : undefined,
      table: dice.chance(0.2) ? dice.pick(tables) : undefined,
      outbound: true,
    }),
  );
  return { ...world, subnets: [...world.subnets, ...subnets], doors: doorsOf(dice, world) };
}

function doorsOf(dice: Dice, { hosts, firewall }: World): Doors {
  const ids = hosts.map((each) => each.id);
  const shown = hosts.filter((each) => each.public !== undefined).map((each) => each.id);
  const some = (list: readonly string[]): readonly { host: string; port: number }[] =>
    list.length === 0 ? [] : dice.some(list, 3).map((host) => ({ host, port: dice.pick(ports) }));
  const source = (): string => dice.pick(['*', '198.51.100.0/24', '203.0.113.0/28', '192.0.2.128/25']);
  const inner = (): string => dice.pick(['*', '10.0.0.0/16', '10.1.1.0/24', '10.1.0.0/16', '10.0.1.0/25']);
  return {
    gateways: [{ id: 'agw', subnet: 'v0/agw', address: '20.0.240.1', port: dice.pick([80, 443]), targets: dice.some(ids, 4), to: dice.pick(ports) }],
    fronts: [{ id: 'afd', origins: some(shown) }],
    apis: [
      { id: 'apim-in', subnet: 'v0/apim', address: '20.0.241.1', backends: some(ids) },
      { id: 'apim-out', address: '198.51.100.77', backends: some(shown) },
    ],
    apps: [0, 1].map((n) => ({
      id: `app${n}`,
      subnet: 'v0/apps',
      address: `10.0.212.${20 + n}`,
      external: dice.chance(0.8),
      internal: dice.chance(0.5),
      allow: dice.chance(0.5) ? [dice.pick(['198.51.100.0/24', '203.0.113.0/28'])] : [],
    })),
    translations:
      firewall === undefined
        ? []
        : Array.from({ length: 2 + dice.below(4) }, () => {
            const own = dice.chance(0.5);
            return { private: own, source: own ? inner() : source(), port: dice.pick([80, 443, 2222]), host: dice.pick(ids), to: dice.pick(ports) };
          }),
  };
}
