import type { FlowResult, ReachClass } from '../../../src/network/api.ts';
import { createNetworkEngine } from '../../../src/network/engine.ts';
import { Dice, type Probe, randomProbe, randomWorld } from '../../arbitrary/network-world.ts';
import { connectsOnSomePort } from './packet.ts';
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
