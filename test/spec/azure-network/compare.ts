import type { FlowResult, ReachClass } from '../../../src/network/api.ts';
import { createAzureNetwork } from '../../../src/network/azure/engine.ts';
import { memorySnapshot } from '../../../src/snapshot/memory.ts';
import { randomDoors } from '../../arbitrary/azure-doors.ts';
import { beyond, outside, probed, randomAzure } from '../../arbitrary/azure-network.ts';
import { Dice } from '../../arbitrary/dice.ts';
import { anywhere, DoorWalker } from './doors.ts';
import { inside, Walker } from './packet.ts';
import { recordsOf } from './records.ts';
import type { Host, Packet, World } from './world.ts';

export interface AzureDisagreement {
  readonly seed: number;
  readonly question: string;
  readonly twin: string;
  readonly engine: string;
  readonly result?: FlowResult;
}

export interface Compared {
  readonly asked: number;
  readonly open: number;
  readonly unknown: number;
  readonly disagreements: readonly AzureDisagreement[];
}

type Ask = (walker: Walker) => boolean;
type AskDoors = (walker: DoorWalker) => boolean;

/**
 * The twin's answer in both readings of what the documentation leaves open, of the subnet at either end. The engine must give the one that all give; where they differ, and only there, it may
 * not know.
 */
function judge(world: World, ask: Ask, ends: readonly Host[]): 'yes' | 'no' | 'either' {
  const [first, second] = ends.map((each) => each.subnet);
  const readings = [0, 1, 2, 3].map((reading) =>
    ask(new Walker(world, ({ vnet, id }) => (`${vnet}/${id}` === first ? reading % 2 === 1 : `${vnet}/${id}` === second && reading > 1))),
  );
  return readings.every((each) => each) ? 'yes' : readings.some((each) => each) ? 'either' : 'no';
}

/** Whether a route of the subnet may blur its tag. */
function blurs(world: World, host: Host): boolean {
  const subnet = world.subnets.find((each) => `${each.vnet}/${each.id}` === host.subnet);
  const own = world.vnets.find((each) => each.id === subnet?.vnet);
  const known = [
    ...(own?.cidrs ?? []),
    ...(own?.peers ?? [])
      .filter((each) => each.state === 'Connected' && each.access)
      .flatMap((each) => world.vnets.find((vnet) => vnet.id === each.to)?.cidrs ?? []),
  ];
  const table = subnet?.table === undefined ? undefined : world.tables[subnet.table];
  return (
    table?.routes.some(
      (route) => !known.some((each) => Number(route.prefix.split('/')[1]) >= Number(each.split('/')[1]) && inside(route.prefix.split('/')[0] ?? '', each)),
    ) === true
  );
}

/** Whether its subnet sends something to an appliance that no network near it has: what that does is not known, though the documentation lets nothing through. */
function astray({ subnets, vnets, tables, firewall }: World, host: Host): boolean {
  const subnet = subnets.find((each) => `${each.vnet}/${each.id}` === host.subnet);
  const routes = subnet?.table === undefined ? [] : (tables[subnet.table]?.routes ?? []);
  const home = firewall?.subnet.split('/')[0];
  const near =
    subnet?.vnet === home || vnets.find((each) => each.id === subnet?.vnet)?.peers.some((peer) => peer.to === home && peer.state === 'Connected') === true;
  return routes.some((route) => route.hop === 'VirtualAppliance' && (!near || route.ip !== firewall?.address));
}

const agrees = (twin: 'yes' | 'no' | 'either', engine: string, blurred: boolean): boolean =>
  engine === 'unknown' ? blurred : engine === 'yes' ? twin !== 'no' : engine === 'no' ? twin !== 'yes' : false;

/** Random questions to engine and twin about one random estate. */
export function compareAzure(seed: number, probes: number): Compared {
  const dice = new Dice(seed);
  const world = randomAzure(dice);
  const records = recordsOf(world);
  const engine = createAzureNetwork(memorySnapshot(records));
  const idOf = (host: Host): string => records.find((each) => each.type === 'Microsoft.Compute/virtualMachines' && each.id.endsWith(`/${host.id}`))?.id ?? '';
  const disagreements: AzureDisagreement[] = [];
  let [open, unknown] = [0, 0];
  for (let n = 0; n < probes; n++) {
    const protocol: Packet['protocol'] = dice.pick(['tcp', 'tcp', 'udp', 'icmp']);
    const port = dice.pick(probed);
    const [a, b] = [dice.pick(world.hosts), dice.pick(world.hosts)];
    const kind = dice.pick(['hosts', 'hosts', 'in', 'out', 'site'] as const);
    if (kind === 'hosts' && a === b) continue;
    const address = dice.pick(kind === 'site' ? beyond : outside);
    const [from, to, ask, ends] = (
      {
        hosts: [idOf(a), idOf(b), (walker: Walker) => walker.betweenHosts(a, b, protocol, port), [a, b]],
        in: [address, idOf(b), (walker: Walker) => walker.fromInternet(address, b, protocol, port), [b]],
        out: [idOf(a), address, (walker: Walker) => walker.toInternet(a, address, protocol, port), [a]],
        site: [address, idOf(b), (walker: Walker) => walker.fromSite(address, b, protocol, port), [b]],
      } as const
    )[kind] as readonly [string, string, Ask, readonly Host[]];
    if (kind === 'site' && (world.site === undefined || !world.site.prefixes.some((each) => each !== '0.0.0.0/0' && inside(address, each)))) continue;
    const twin = judge(world, ask, ends);
    const result = engine.flow({ name: 'probe', from, to, protocol, ...(protocol === 'icmp' ? {} : { port }) });
    if (result.verdict === 'yes') open++;
    if (result.verdict === 'unknown') unknown++;
    // By public addresses machines may reach each other too, which the twin does not walk.
    if (kind === 'hosts' && b.public !== undefined && result.verdict !== 'no') continue;
    if (!agrees(twin, result.verdict, twin === 'either' || ends.some((each) => astray(world, each))))
      disagreements.push({
        seed,
        question: `${kind} ${from.split('/').at(-1)} -> ${to.split('/').at(-1)} ${protocol} ${port}`,
        twin,
        engine: result.verdict,
        result,
      });
  }
  return { asked: probes, open, unknown, disagreements };
}

/** Every pair of machines by the bulk answer: the classes must say what single packets do. */
export function compareAzureClasses(seed: number): Compared {
  const world = randomAzure(new Dice(seed));
  const records = recordsOf(world);
  const classes = createAzureNetwork(memorySnapshot(records)).classes();
  const idOf = (host: Host): string => records.find((each) => each.type === 'Microsoft.Compute/virtualMachines' && each.id.endsWith(`/${host.id}`))?.id ?? '';
  const disagreements: AzureDisagreement[] = [];
  let [asked, open, unknown] = [0, 0, 0];
  for (const a of world.hosts)
    for (const b of world.hosts)
      for (const [protocol, port] of [
        ['tcp', 22],
        ['tcp', 443],
        ['udp', 80],
      ] as const) {
        if (a === b) continue;
        asked++;
        const twin = judge(world, (walker) => walker.betweenHosts(a, b, protocol, port), [a, b]);
        const engine = said(classes, idOf(a), idOf(b), protocol, port);
        if (engine === 'yes') open++;
        if (engine === 'unknown') unknown++;
        if (!agrees(twin, engine, twin === 'either' || astray(world, a) || astray(world, b)))
          disagreements.push({ seed, question: `class ${a.id} -> ${b.id} ${protocol} ${port}`, twin, engine });
      }
  return { asked, open, unknown, disagreements };
}

function said(classes: readonly ReachClass[], from: string, to: string, protocol: string, port: number): 'yes' | 'no' | 'unknown' {
  const rows = classes.filter(
    (each) =>
      each.sources.includes(from) &&
      each.destinations.includes(to) &&
      each.flows.some((flow) => flow.protocol === protocol && flow.ranges.some(([lo, hi]) => lo <= port && port <= hi)),
  );
  return rows.some((each) => each.missing.length === 0) ? 'yes' : rows.length > 0 ? 'unknown' : 'no';
}

/** Random questions about what goes through doors: gateways, front doors, API gateways, container apps, translating firewalls. */
export function compareAzureDoors(seed: number, probes: number): Compared {
  const dice = new Dice(seed);
  const world = randomDoors(dice);
  const { doors } = world;
  const records = recordsOf(world);
  const engine = createAzureNetwork(memorySnapshot(records));
  const classes = engine.classes();
  const id = (name: string): string => records.find((each) => each.id.endsWith(`/${name}`) && !each.id.includes('/networkinterfaces/'))?.id ?? '';
  const disagreements: AzureDisagreement[] = [];
  let [open, unknown] = [0, 0];
  for (let n = 0; n < probes; n++) {
    const port = dice.pick(probed);
    const [a, b] = [dice.pick(world.hosts), dice.pick(world.hosts)];
    const source = dice.pick(outside);
    const [api, app] = [dice.pick(doors?.apis ?? []), dice.pick(doors?.apps ?? [])];
    const kind = dice.pick(['listen', 'gateway', 'front', 'api', 'app', 'visit', 'publish', 'relay'] as const);
    if (kind === 'relay' && (a === b || b.public !== undefined)) continue;
    const [from, to, asks] = (
      {
        listen: [source, id('agw'), [(walker: DoorWalker) => walker.toGateway(source, 'agw', port)]],
        gateway: [id('agw'), id(b.id), [(walker: DoorWalker) => walker.fromGateway('agw', b, port)]],
        front: [id('afd'), id(b.id), anywhere.map((address) => (walker: DoorWalker) => walker.fromFront(address, 'afd', b, port))],
        api: [id(api.id), id(b.id), [(walker: DoorWalker) => walker.fromApi(api.id, b, port)]],
        app: [source, id(app.id), [(walker: DoorWalker) => walker.toApp(source, app.id, port)]],
        visit: [id(a.id), id(app.id), [(walker: DoorWalker) => walker.toApp(a, app.id, port)]],
        publish: [source, id(b.id), [(walker: DoorWalker) => walker.published(source, b, port) || walker.fromInternet(source, b, 'tcp', port)]],
        relay: [id(a.id), id(b.id), [(walker: DoorWalker) => walker.byFirewall(a, b, port) || walker.betweenHosts(a, b, 'tcp', port)]],
      } as const
    )[kind] as readonly [string, string, readonly AskDoors[]];
    const twins = [false, true].flatMap((wide) => asks.map((ask) => ask(new DoorWalker(world, () => wide))));
    const twin = twins.every((each) => each) ? 'yes' : twins.some((each) => each) ? 'either' : 'no';
    // What a door sends on is told by the bulk answer.
    const result = kind === 'gateway' || kind === 'front' || kind === 'api' ? undefined : engine.flow({ name: 'probe', from, to, protocol: 'tcp', port });
    const verdict = result?.verdict ?? said(classes, from, to, 'tcp', port);
    if (verdict === 'yes') open++;
    if (verdict === 'unknown') unknown++;
    // By an app's public end machines reach it too, which the twin does not walk.
    if (kind === 'visit' && !app.internal && verdict !== 'no') continue;
    const home = { gateway: 'v0/agw', listen: 'v0/agw', api: 'v0/apim', app: 'v0/apps', visit: 'v0/apps', front: '', publish: '', relay: '' }[kind];
    const blurred = twin === 'either' || blurs(world, a) || blurs(world, b) || blurs(world, { ...a, subnet: home });
    if (!agrees(twin, verdict, blurred))
      disagreements.push({
        seed,
        question: `${kind} ${from.split('/').at(-1)} -> ${to.split('/').at(-1)} ${port}`,
        twin,
        engine: verdict,
        ...(result === undefined ? {} : { result }),
      });
  }
  return { asked: probes, open, unknown, disagreements };
}
