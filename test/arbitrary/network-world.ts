import type { Packet, World, WorldAclEntry, WorldFirewall, WorldHost, WorldRoute, WorldRule } from '../spec/network/world.ts';
import type { Dice } from './dice.ts';
import { aclSide, firewall, openRules, ports, rules, wide } from './network-filters.ts';

const outside = ['198.51.100.7', '203.0.113.9', '192.0.2.200', '8.8.8.8', '2600:9999::1'];

/** A random estate of up to four VPCs with everything the twin knows; half of the filters are open, so that packets get somewhere. */
export function randomWorld(dice: Dice): World {
  const count = 1 + dice.below(4);
  const vpcs = Array.from({ length: count }, (_, k) => ({
    id: `vpc-${k}`,
    cidrs: [`10.${k}.0.0/16`, ...(dice.chance(0.4) ? [`2600:1f10:${k + 1}::/56`] : [])],
    igw: dice.chance(0.8),
    eigw: dice.chance(0.5),
    region: dice.chance(0.85) ? 'eu-west-1' : 'eu-north-1',
  }));
  const lists: Record<string, string[]> = {
    'pl-0': dice.some(
      wide.filter((cidr) => cidr !== '0.0.0.0/0' && cidr !== '::/0'),
      3,
    ),
    'pl-1': ['10.0.0.0/9', ...dice.some(['10.1.1.0/24', '203.0.113.0/24'], 2)],
  };
  const acls: { id: string; vpc: string; ingress: WorldAclEntry[]; egress: WorldAclEntry[] }[] = [];
  const tables: { id: string; vpc: string; main: boolean; routes: WorldRoute[] }[] = [];
  const subnets: { id: string; vpc: string; cidrs: string[]; zone: string; table?: string; acl: string }[] = [];
  const groups: { id: string; vpc: string; ingress: WorldRule[]; egress: WorldRule[] }[] = [];
  const hosts: WorldHost[] = [];
  const nats: { id: string; subnet: string; ip: string; pub?: string }[] = [];
  let publics = 1;
  const groupIds = vpcs.flatMap((vpc) => [0, 1, 2].map((n) => `sg-${vpc.id.slice(4)}${n}`));
  for (const [k, vpc] of vpcs.entries()) {
    for (let n = 0; n < 2; n++) acls.push({ id: `acl-${k}${n}`, vpc: vpc.id, ingress: aclSide(dice), egress: aclSide(dice) });
    const zones = ['a', 'b'];
    for (let n = 0; n < 1 + dice.below(3); n++)
      subnets.push({
        id: `subnet-${k}${n}`,
        vpc: vpc.id,
        cidrs: [`10.${k}.${n}.0/24`, ...(vpc.cidrs.length > 1 ? [`2600:1f10:${k + 1}:${n}::/64`] : [])],
        zone: dice.pick(zones),
        ...(dice.chance(0.7) ? { table: `rtb-${k}${dice.below(3)}` } : {}),
        acl: `acl-${k}${dice.below(2)}`,
      });
    const own = subnets.filter((subnet) => subnet.vpc === vpc.id);
    if (dice.chance(0.6)) nats.push({ id: `nat-${k}`, subnet: dice.pick(own).id, ip: `10.${k}.0.250`, ...(dice.chance(0.7) ? { pub: `54.0.${k}.250` } : {}) });
    for (const nat of nats.filter((each) => each.id === `nat-${k}`)) nat.ip = `10.${k}.${nat.subnet.slice(-1)}.250`;
    for (let n = 0; n < 3; n++)
      groups.push({
        id: `sg-${k}${n}`,
        vpc: vpc.id,
        ingress: dice.chance(0.35) ? openRules : rules(dice, groupIds, false),
        egress: dice.chance(0.6) ? openRules : rules(dice, groupIds, true),
      });
    for (const subnet of own)
      for (let n = 0; n < 1 + dice.below(3); n++) {
        const six = subnet.cidrs.length > 1 && dice.chance(0.6) ? [`2600:1f10:${k + 1}:${subnet.id.slice(-1)}::${(n + 16).toString(16)}`] : [];
        hosts.push({
          id: `eni-${subnet.id.slice(7)}${n}`,
          subnet: subnet.id,
          ips: [`10.${k}.${subnet.id.slice(-1)}.${10 + n}`, ...six],
          ...(dice.chance(0.5) ? { pub: `54.1.0.${publics++}` } : {}),
          groups: dice.some([0, 1, 2], 2).map((g) => `sg-${k}${g}`),
        });
      }
  }
  const peerings = vpcs.flatMap((a, i) =>
    vpcs.slice(i + 1).flatMap((b) => (dice.chance(0.5) ? [{ id: `pcx-${a.id.slice(4)}${b.id.slice(4)}`, a: a.id, b: b.id, active: dice.chance(0.9) }] : [])),
  );
  const transits = dice.chance(0.6) ? [transit(dice, vpcs, subnets)] : [];
  const firewalls: WorldFirewall[] = [];
  const edges: { vpc: string; routes: WorldRoute[] }[] = [];
  /** Networks whose firewall is on the way in both directions. */
  const inOrder = new Set<number>();
  for (const [k, vpc] of vpcs.entries()) {
    if (!dice.chance(0.35)) continue;
    const home = {
      id: `subnet-${k}8`,
      vpc: vpc.id,
      cidrs: [`10.${k}.8.0/24`, ...(vpc.cidrs.length > 1 ? [`2600:1f10:${k + 1}:8::/64`] : [])],
      zone: 'a',
      table: `rtb-${k}3`,
      acl: `acl-${k}${dice.below(2)}`,
    };
    firewalls.push(firewall(dice, `vpce-fw${k}`, home.id));
    const orderly = dice.chance(0.7);
    if (orderly) inOrder.add(k);
    const guarded = subnets.filter((subnet) => subnet.vpc === vpc.id).flatMap((subnet) => (orderly || dice.chance(0.7) ? subnet.cidrs : []));
    subnets.push(home);
    if (vpc.igw && (orderly || dice.chance(0.5))) edges.push({ vpc: vpc.id, routes: guarded.map((to) => ({ to, via: `vpce-fw${k}` })) });
  }
  const appliances = vpcs.map((vpc, k) => (dice.chance(0.35) ? appliance(dice, vpc, k) : undefined));
  for (const [k, each] of appliances.entries()) {
    if (each === undefined) continue;
    subnets.push(each.home);
    hosts.push(each.host);
    const vpc = vpcs[k];
    if (vpc?.igw === true && !edges.some((edge) => edge.vpc === vpc.id) && dice.chance(0.4))
      edges.push({
        vpc: vpc.id,
        routes: subnets
          .filter((subnet) => subnet.vpc === vpc.id && dice.chance(0.6))
          .flatMap((subnet) => subnet.cidrs.map((to) => ({ to, via: each.host.id }))),
      });
  }
  for (const [k, vpc] of vpcs.entries()) {
    for (let n = 0; n < 5; n++) {
      const inspected = firewalls.some((each) => each.id === `vpce-fw${k}`) && n < 3;
      const vias = [
        ...(vpc.igw || dice.chance(0.2) ? [`igw-${vpc.id}`, `igw-${vpc.id}`] : []),
        ...(vpc.eigw ? [`eigw-${vpc.id}`] : []),
        ...nats.filter((nat) => nat.id === `nat-${k}`).map((nat) => nat.id),
        ...peerings.filter((each) => each.a === vpc.id || each.b === vpc.id).map((each) => each.id),
        ...transits.flatMap((each) => (each.attachments.some((attachment) => attachment.vpc === vpc.id) || dice.chance(0.2) ? [each.id, each.id] : [])),
      ];
      const own = vias.length === 0 ? [] : routes(dice, k, count, vias);
      const orderly = inOrder.has(k);
      const near = inspected
        ? subnets
            .filter((subnet) => subnet.vpc === vpc.id && !subnet.id.endsWith('8'))
            .flatMap((subnet) => subnet.cidrs.filter(() => dice.chance(orderly ? 0.8 : 0.2)))
        : [];
      const wide = inspected ? ['0.0.0.0/0', '::/0', '10.0.0.0/8'].filter(() => dice.chance(orderly ? 0.8 : 0.3)) : [];
      const onward =
        ((orderly && n === 3) || (n === 4 && appliances[k] !== undefined && dice.chance(0.7))) && vpc.igw
          ? [
              { to: '0.0.0.0/0', via: `igw-${vpc.id}` },
              { to: '::/0', via: `igw-${vpc.id}` },
            ]
          : [];
      const box = n < 3 || dice.chance(0.1) ? appliances[k] : undefined;
      const detour =
        box === undefined
          ? []
          : [...subnets.filter((subnet) => subnet.vpc === vpc.id).flatMap((subnet) => subnet.cidrs), '0.0.0.0/0', '10.0.0.0/8']
              .filter(() => dice.chance(box.often))
              .map((to) => ({ to, via: box.host.id }));
      const inspection = [...[...wide, ...near].map((to) => ({ to, via: `vpce-fw${k}` })), ...onward];
      const through = [...inspection, ...detour.filter((route) => !inspection.some((each) => each.to === route.to))];
      tables.push({
        id: `rtb-${k}${n}`,
        vpc: vpc.id,
        main: n === 0,
        routes: [...own.filter((route) => !through.some((each) => each.to === route.to)), ...through],
      });
    }
  }
  return { vpcs, subnets, tables, acls, groups, hosts, nats, peerings, transits, lists, firewalls, edges };
}

/** An instance that forwards, or that would if its check were off, in a subnet of its own. */
function appliance(
  dice: Dice,
  vpc: World['vpcs'][number],
  k: number,
): { readonly home: World['subnets'][number]; readonly host: WorldHost; readonly often: number } {
  const six = vpc.cidrs.length > 1;
  return {
    home: {
      id: `subnet-${k}7`,
      vpc: vpc.id,
      cidrs: [`10.${k}.7.0/24`, ...(six ? [`2600:1f10:${k + 1}:7::/64`] : [])],
      zone: dice.pick(['a', 'b']),
      table: `rtb-${k}4`,
      acl: `acl-${k}${dice.below(2)}`,
    },
    host: {
      id: `eni-${k}70`,
      subnet: `subnet-${k}7`,
      ips: [`10.${k}.7.10`, ...(six && dice.chance(0.5) ? [`2600:1f10:${k + 1}:7::10`] : [])],
      ...(dice.chance(0.5) ? { pub: `54.2.${k}.1` } : {}),
      groups: dice.some([0, 1, 2], 2).map((g) => `sg-${k}${g}`),
      forwards: dice.chance(0.85),
    },
    often: dice.pick([0.2, 0.8]),
  };
}

function routes(dice: Dice, k: number, count: number, vias: readonly string[]): WorldRoute[] {
  const out = new Map<string, WorldRoute>();
  const places = [
    '0.0.0.0/0',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/8',
    'pl-0',
    'pl-1',
    '203.0.113.0/24',
    ...Array.from({ length: count }, (_, other) => `10.${other}.0.0/16`),
    '10.1.1.0/24',
    '10.0.1.0/24',
  ];
  for (let n = 0; n < 2 + dice.below(4); n++) {
    const to = dice.pick(places);
    if (to.startsWith(`10.${k}.`)) continue;
    const via =
      to === '::/0'
        ? (vias.find((each) => each.startsWith(dice.chance(0.5) ? 'igw-' : 'eigw-')) ?? dice.pick(vias))
        : dice.pick(vias.filter((each) => !each.startsWith('eigw-')).length > 0 ? vias.filter((each) => !each.startsWith('eigw-')) : vias);
    // Equal prefixes of two lists would be an error of the provider's API; one list a table is enough.
    if (to.startsWith('pl-') && [...out.keys()].some((key) => key.startsWith('pl-'))) continue;
    out.set(to, { to, via, ...(dice.chance(0.08) ? { blackhole: true } : {}) });
  }
  return [...out.values()];
}

function transit(dice: Dice, vpcs: World['vpcs'], subnets: World['subnets']): World['transits'][number] {
  const attachments = vpcs
    .filter(() => dice.chance(0.85))
    .map((vpc) => {
      const own = subnets.filter((subnet) => subnet.vpc === vpc.id);
      const chosen = [...new Map(own.filter(() => dice.chance(0.8)).map((subnet) => [subnet.zone, subnet.id])).values()];
      return {
        id: `tgw-attach-${vpc.id.slice(4)}`,
        vpc: vpc.id,
        subnets: chosen.length > 0 ? chosen : [own[0]?.id ?? ''],
        table: `tgw-rtb-${dice.below(2)}`,
        references: dice.chance(0.5),
      };
    });
  const tables = [0, 1].map((n) => {
    const fixed = new Map<string, { cidr: string; attachment?: string; blackhole?: boolean }>();
    for (let i = 0; i < dice.below(4) && attachments.length > 0; i++) {
      const cidr = dice.pick(['0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '10.2.0.0/16', '10.0.1.0/24', '10.1.1.0/24']);
      fixed.set(cidr, dice.chance(0.2) ? { cidr, blackhole: true } : { cidr, attachment: dice.pick(attachments).id });
    }
    return { id: `tgw-rtb-${n}`, routes: [...fixed.values()], propagated: attachments.filter(() => dice.chance(0.6)).map((each) => each.id) };
  });
  return { id: 'tgw-0', attachments, tables };
}

export interface Probe {
  readonly source: WorldHost | string;
  readonly packet: Omit<Packet, 'sourcePort'>;
}

/** A packet from a host or the internet to a host, its public address, an unused address or the internet. */
export function randomProbe(dice: Dice, world: World): Probe {
  const host = dice.pick(world.hosts);
  const inward = dice.chance(0.3);
  const six = dice.chance(0.3);
  const source = inward ? (six ? '2600:9999::1' : dice.pick(outside.slice(0, 4))) : host;
  const from = typeof source === 'string' ? source : (host.ips.find((ip) => ip.includes(':') === six) ?? host.ips[0] ?? '');
  const v6 = from.includes(':');
  const other = dice.pick(world.hosts);
  const low = other.ips.filter((ip) => ip.includes(':') === v6);
  const places = inward
    ? [...(v6 ? low : other.pub === undefined ? [] : [other.pub]), ...world.nats.flatMap((nat) => (nat.pub === undefined || v6 ? [] : [nat.pub]))]
    : [
        ...low,
        ...low,
        ...low,
        ...low,
        ...(v6 || other.pub === undefined ? [] : [other.pub]),
        ...outside.filter((ip) => ip.includes(':') === v6),
        ...(v6 ? [] : ['10.1.1.99', ...world.nats.map((nat) => nat.ip)]),
      ];
  const protocol = dice.pick([6, 6, 6, 17, v6 ? 58 : 1]);
  const destinationPort = protocol === 6 || protocol === 17 ? dice.pick(ports) : protocol === 1 ? dice.pick([8, 3]) : dice.pick([128, 1]);
  return {
    source,
    packet: { source: from, destination: places.length === 0 ? (v6 ? '2600:9999::2' : '54.9.9.9') : dice.pick(places), protocol, destinationPort },
  };
}
