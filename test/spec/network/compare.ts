import { addressSet, hasAddress, internetAddresses, parseAddress } from '../../../src/network/algebra/address.ts';
import { fromPortSets, portRange, traffic } from '../../../src/network/algebra/traffic.ts';
import type { FlowResult, ReachClass } from '../../../src/network/api.ts';
import { buildEstate } from '../../../src/network/aws/build.ts';
import { createDecider } from '../../../src/network/aws/decide.ts';
import { toInternet } from '../../../src/network/aws/internet.ts';
import { createTracer } from '../../../src/network/aws/trace.ts';
import { createNetworkEngine } from '../../../src/network/engine.ts';
import { Dice } from '../../arbitrary/dice.ts';
import { type Probe, randomProbe, randomWorld } from '../../arbitrary/network-world.ts';
import { connectsOnSomePort } from './connects.ts';
import { snapshotOf } from './records.ts';
import type { World } from './world.ts';

export interface Disagreement {
  readonly seed: number;
  readonly probe: Probe;
  readonly twin: boolean;
  readonly engine: string;
  readonly result?: FlowResult;
}

const protocolName = (number: number): 'tcp' | 'udp' | 'icmp' => (number === 6 ? 'tcp' : number === 17 ? 'udp' : 'icmp');

/** Asks engine and twin the same random questions of one random world. */
export function compareWorld(seed: number, probes: number): { readonly asked: number; readonly open: number; readonly disagreements: readonly Disagreement[] } {
  const dice = new Dice(seed);
  const world = randomWorld(dice);
  const engine = createNetworkEngine(snapshotOf(world));
  const disagreements: Disagreement[] = [];
  let reached = 0;
  for (let n = 0; n < probes; n++) {
    const probe = randomProbe(dice, world);
    const twin = connectsOnSomePort(world, probe.source, probe.packet);
    if (twin) reached++;
    const { source, destination, protocol, destinationPort } = probe.packet;
    const result = engine.flow({ name: 'probe', from: source, to: destination, protocol: protocolName(protocol), port: destinationPort });
    // The twin's appliances do forward; the engine cannot know and makes it a condition.
    const open = result.verdict === 'yes' || (result.verdict === 'conditional' && world.hosts.some((host) => host.forwards === true));
    if (open !== twin || (!open && result.verdict !== 'no')) disagreements.push({ seed, probe, twin, engine: result.verdict, result });
  }
  return { asked: probes, open: reached, disagreements };
}

/** Every pair of hosts by the bulk answer, against the twin: the classes must say the same as single packets. */
export function compareClasses(seed: number): { readonly asked: number; readonly open: number; readonly disagreements: readonly Disagreement[] } {
  const dice = new Dice(seed);
  const world = randomWorld(dice);
  const snapshot = snapshotOf(world);
  const classes = createNetworkEngine(snapshot).classes();
  const disagreements: Disagreement[] = [];
  let asked = 0;
  let open = 0;
  const id = new Map(snapshot.records('AWS::EC2::NetworkInterface').map((record) => [String(record.config['NetworkInterfaceId']), record.id]));
  for (const a of world.hosts) {
    for (const b of world.hosts) {
      if (a === b) continue;
      for (const [protocol, port] of [
        [6, 22],
        [6, 443],
        [17, 80],
      ] as const) {
        const twin = pairConnects(world, a, b, protocol, port);
        const engine = classesAllow(classes, id.get(a.id) ?? '', id.get(b.id) ?? '', protocol === 6 ? 'tcp' : 'udp', port);
        asked++;
        if (twin) open++;
        if (twin !== engine)
          disagreements.push({
            seed,
            probe: { source: a, packet: { source: a.ips[0] ?? '', destination: b.ips[0] ?? '', protocol, destinationPort: port } },
            twin,
            engine: String(engine),
          });
      }
    }
  }
  return { asked, open, disagreements };
}

const pairConnects = (world: World, a: World['hosts'][number], b: World['hosts'][number], protocol: number, destinationPort: number): boolean =>
  a.ips.some((source) =>
    b.ips.some(
      (destination) => source.includes(':') === destination.includes(':') && connectsOnSomePort(world, a, { source, destination, protocol, destinationPort }),
    ),
  );

const classesAllow = (classes: readonly ReachClass[], from: string, to: string, protocol: string, port: number): boolean =>
  classes.some(
    (each) =>
      each.missing.length === 0 &&
      each.sources.includes(from) &&
      each.destinations.includes(to) &&
      each.flows.some((flow) => flow.protocol === protocol && flow.ranges.some(([lo, hi]) => lo <= port && port <= hi)),
  );

/** Addresses outside, some of them where a filter or route of a random world begins or ends. */
const strangers = [
  '198.51.100.7',
  '198.51.100.255',
  '198.51.101.0',
  '203.0.113.9',
  '203.0.113.16',
  '192.0.2.127',
  '192.0.2.200',
  '8.8.8.8',
  '1.1.1.1',
  '2600:9999::1',
  '2600:999a::1',
];

/** The exact sets of addresses outside: from where each host is reached, by its row, and where each host gets to, by its pieces; against single packets. */
export function compareOutside(seed: number): { readonly asked: number; readonly open: number; readonly disagreements: readonly Disagreement[] } {
  const dice = new Dice(seed);
  const world = randomWorld(dice);
  const snapshot = snapshotOf(world);
  const rows = createNetworkEngine(snapshot)
    .classes()
    .filter((row) => row.sources[0] === 'internet' && row.missing.length === 0)
    .map((row) => ({ row, from: addressSet(row.from?.cidrs ?? []) }));
  const estate = buildEstate(snapshot);
  const decider = createDecider(estate, createTracer(estate));
  const disagreements: Disagreement[] = [];
  let asked = 0;
  let open = 0;
  const note = (probe: Probe, twin: boolean, engine: boolean): void => {
    asked++;
    if (twin) open++;
    if (twin !== engine) disagreements.push({ seed, probe, twin, engine: String(engine) });
  };
  for (const host of world.hosts) {
    const own = estate.interfaces.find((each) => each.id === host.id);
    for (const station of own?.stations ?? []) {
      const six = typeof station.address === 'bigint';
      // The twin compares texts: as the world wrote it.
      const near = host.ips.find((ip) => parseAddress(ip) === station.address) ?? '';
      const pieces = toInternet(estate, decider, station, internetAddresses);
      for (const stranger of strangers.filter((each) => each.includes(':') === six)) {
        const address = parseAddress(stranger) ?? 0;
        const [protocol, port] = dice.pick([
          [6, 22],
          [6, 443],
          [17, 80],
          [6, 8080],
        ] as const);
        const wanted = portRange(protocol, port, port);
        const destination = six ? near : host.pub;
        if (destination !== undefined) {
          const packet = { source: stranger, destination, protocol, destinationPort: port };
          const found = rows.some(
            ({ row, from }) =>
              row.destinations.includes(own?.owner.id ?? '') && hasAddress(from, address) && traffic.intersect(fromPortSets(row.flows), wanted).length > 0,
          );
          note({ source: stranger, packet }, connectsOnSomePort(world, stranger, packet), found);
        }
        const packet = { source: near, destination: stranger, protocol, destinationPort: port };
        const there = pieces.some((piece) => hasAddress(piece.set, address) && traffic.intersect(piece.outcome.possible, wanted).length > 0);
        note({ source: host, packet }, connectsOnSomePort(world, host, packet), there);
      }
    }
  }
  return { asked, open, disagreements };
}
