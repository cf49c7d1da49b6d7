import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { syntheticEstate } from '../scripts/estate/synthetic.ts';
import { writeSynthetic } from '../scripts/estate/synthetic-write.ts';
import { allTypes, analyseSnapshot } from '../src/cli/analysis.ts';
import { diffSnapshots } from '../src/cli/diff.ts';
import { withChanges } from '../src/cli/whatif.ts';
import type { Change } from '../src/model/change.ts';
import { bestOfPairs } from '../src/paths/pairs.ts';
import { type CutInstance, solveCut } from '../src/paths/plan/cut.ts';
import { distancesTo } from '../src/paths/reverse-tree.ts';
import { bestPaths } from '../src/paths/search.ts';
import { noSettings } from '../src/paths/settings.ts';
import type { StepNetwork } from '../src/paths/step-network.ts';
import { changedSnapshot } from '../src/snapshot/change.ts';
import { readSnapshot } from '../src/snapshot/read.ts';
import { asCommand } from './as-command.ts';
import { peers } from './paths-peers.ts';

/** Numbers in [0, 1) from a seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const seconds = (begun: number): number => (performance.now() - begun) / 1000;

/** Seconds of wall and CPU since it was made: on a machine with others the second is the firmer. */
function stopwatch(): () => { readonly wall: number; readonly cpu: number; readonly text: string } {
  const [begun, then] = [performance.now(), process.cpuUsage()];
  return () => {
    const own = process.cpuUsage(then);
    const [wall, cpu] = [seconds(begun), (own.user + own.system) / 1e6];
    return { wall, cpu, text: `${wall.toFixed(2)} s, ${cpu.toFixed(2)} CPU s` };
  };
}
if (process.env['CPU'])
  performance.now = () => {
    const c = process.cpuUsage();
    return (c.user + c.system) / 1000;
  };

/** A random network with as many edges as wanted and a eighth as many nodes: no hubs, as peers know none. */
function randomNetwork(edges: number, seed: number): StepNetwork & { readonly from: Uint32Array } {
  const random = dice(seed);
  const size = Math.round(edges / 8);
  const rows: Set<number>[] = Array.from({ length: size }, () => new Set());
  for (let made = 0; made < edges; ) {
    const row = rows[Math.floor(random() * size)];
    const target = Math.floor(random() ** 2 * size);
    if (row === undefined || row.has(target)) continue;
    row.add(target);
    made++;
  }
  const [offsets, targets, costs, from] = [new Uint32Array(size + 1), new Uint32Array(edges), new Float64Array(edges), new Uint32Array(edges)];
  let at = 0;
  for (const [node, row] of rows.entries()) {
    offsets[node] = at;
    for (const target of [...row].sort((a, b) => a - b)) {
      targets[at] = target;
      from[at] = node;
      costs[at] = -Math.log([0.98, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3][Math.floor(random() * 7)] ?? 1);
      at++;
    }
  }
  offsets[size] = at;
  const inOffsets = new Uint32Array(size + 1);
  for (const target of targets) inOffsets[target + 1] = (inOffsets[target + 1] ?? 0) + 1;
  for (let node = 0; node < size; node++) inOffsets[node + 1] = (inOffsets[node + 1] ?? 0) + (inOffsets[node] ?? 0);
  const next = inOffsets.slice();
  const [inSources, inCosts] = [new Uint32Array(edges), new Float64Array(edges)];
  for (let arc = 0; arc < edges; arc++) {
    const position = next[targets[arc] ?? 0] ?? 0;
    inSources[position] = from[arc] ?? 0;
    inCosts[position] = costs[arc] ?? 0;
    next[targets[arc] ?? 0] = position + 1;
  }
  return {
    size,
    offsets,
    targets,
    costs,
    edges: Uint32Array.from(targets.keys()),
    inOffsets,
    inSources,
    inCosts,
    virtual: new Uint8Array(size),
    endOf: new Map(),
    from,
  };
}

function taken<T>(stream: Iterable<T>, count: number): T[] {
  const found: T[] = [];
  for (const item of stream) {
    found.push(item);
    if (found.length === count) break;
  }
  return found;
}

async function searches(edges: number, folder: string): Promise<void> {
  const network = randomNetwork(edges, 20261125);
  const random = dice(7);
  const some = (count: number) => Array.from({ length: count }, () => ({ node: Math.floor(random() * network.size), cost: random() }));
  const [entries, jewels] = [some(200), some(2000)];
  let begun = performance.now();
  const top = taken(bestPaths({ network, sources: entries, targets: jewels }), 100);
  const overall = seconds(begun);
  const [side, k] = [50, 5];
  const [sources, targets] = [some(side), some(side)].map((list) => list.map(({ node }) => node));
  if (sources === undefined || targets === undefined) return;
  begun = performance.now();
  let sum = 0;
  for (const node of targets) {
    const far = distancesTo(network, [{ node, cost: 0 }]);
    for (const source of sources) sum += far[source] === Number.POSITIVE_INFINITY ? 0 : (far[source] ?? 0);
  }
  const distances = seconds(begun);
  const watch = stopwatch();
  const asked = targets.flatMap((to) => sources.map((from) => ({ from, to })));
  const found = bestOfPairs(network, asked, k).reduce((count, each) => count + each.length, 0);
  const { wall: pairs, text: took } = watch();
  const memory = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${edges} edges, ${network.size} nodes: ${top.length} riskiest overall (200 entries, 2,000 targets) ${overall.toFixed(2)} s; ${k} best paths of each of ${side} x ${side} pairs ${took} (${found} paths, none redundant); one distance of each ${distances.toFixed(2)} s; ${memory.toFixed(0)} MB peak; load ${loadavg()[0]?.toFixed(1)}`,
  );
  await peers({ network, sources, targets, distances: { seconds: distances, sum }, paths: { seconds: pairs, k } }, folder);
}

/** Instances as plans have them: paths over shared steps, a few of them with two proofs. */
function randomInstance(random: () => number, elements: number, paths: number): CutInstance {
  const proofs = Array.from({ length: paths }, () => ({
    likelihood: 0.3 + random() * 0.7,
    breaks: new Map(Array.from({ length: 1 + Math.floor(random() * 3) }, () => [Math.floor(random() ** 1.5 * elements), 0] as const)),
  }));
  const steps = Array.from({ length: paths }, () => ({
    proofs: Array.from({ length: random() < 0.2 ? 2 : 1 }, () => proofs[Math.floor(random() * proofs.length)]).filter((proof) => proof !== undefined),
  }));
  const list = Array.from({ length: paths }, () => ({
    risk: 1 + random() * 80,
    steps: Array.from({ length: 2 + Math.floor(random() * 4) }, () => steps[Math.floor(random() ** 1.5 * steps.length)]).filter((step) => step !== undefined),
  }));
  const total = list.reduce((sum, each) => sum + each.risk, 0);
  return {
    weights: Array.from({ length: elements }, () => 1 + Math.floor(random() * 10) / 1000),
    paths: list,
    keep: paths,
    budget: total * (random() < 0.5 ? 0 : 0.2),
  };
}

function plans(): void {
  const random = dice(11);
  for (const [elements, paths] of [
    [12, 30],
    [40, 60],
  ] as const) {
    let [optimal, gap, most] = [0, 0, 0];
    const begun = performance.now();
    for (let n = 0; n < 100; n++) {
      const { chosen, bound } = solveCut(randomInstance(random, elements, paths));
      if (chosen.length <= bound) optimal++;
      gap += chosen.length === 0 ? 0 : (chosen.length - bound) / chosen.length;
      most = Math.max(most, chosen.length - bound);
    }
    console.log(
      `plans: 100 instances of ${elements} changes and ${paths} paths: ${optimal} proved the fewest, mean gap ${gap.toFixed(1)} %, largest ${most} changes, ${seconds(begun).toFixed(1)} s`,
    );
  }
}

async function changes(folder: string): Promise<void> {
  const types = await allTypes();
  const out = path.join(folder, 'estate');
  const records = await writeSynthetic(out, syntheticEstate({ principals: 3000, resources: 20_000, accounts: 5, seed: 7 }));
  let watch = stopwatch();
  const snapshot = await readSnapshot(out, types);
  const base = await analyseSnapshot(snapshot, types, noSettings, { again: true });
  base.ranker().top(100);
  const whole = watch();
  const [role] = snapshot.records('AWS::IAM::Role').filter((record) => JSON.stringify(record.config['RolePolicyList']) !== '[]');
  const [bucket] = snapshot.records('AWS::S3::Bucket');
  const [group] = snapshot.records('AWS::EC2::SecurityGroup');
  const single: readonly (readonly [string, Change])[] = [
    ['a statement of a role', { op: 'remove', resource: role?.id ?? '', pointer: '/config/RolePolicyList/0/PolicyDocument/Statement/0' }],
    [
      'the trust of a role',
      {
        op: 'set',
        resource: role?.id ?? '',
        pointer: '/config/AssumeRolePolicyDocument',
        value: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }] },
      },
    ],
    [
      'a bucket policy',
      {
        op: 'set',
        resource: bucket?.id ?? '',
        pointer: '/config/GetBucketPolicy',
        value: {
          Policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${bucket?.id ?? ''}/*` }] },
        },
      },
    ],
    ['a rule of a security group', { op: 'remove', resource: group?.id ?? '', pointer: '/config/IpPermissions/0' }],
  ];
  console.log(`20,000 resources (${records} records): read, derive, rank 100 ${whole.text}`);
  for (const [name, change] of single) {
    watch = stopwatch();
    const { analysis } = await withChanges(base, [change]);
    analysis.ranker().top(100);
    const took = watch();
    console.log(`  what-if, ${name}: ${took.text}, ${((took.cpu / whole.cpu) * 100).toFixed(1)} % of the whole`);
  }
  const next = changedSnapshot(
    snapshot,
    single.map(([, change]) => change),
    types,
  ).snapshot;
  const later = path.join(folder, 'later');
  await writeSynthetic(later, next.all());
  for (const [name, tries] of [
    ['causes named', 0],
    ['causes tried', 4],
  ] as const) {
    watch = stopwatch();
    const first = await readSnapshot(out, types);
    const second = await readSnapshot(later, types, first);
    const before = await analyseSnapshot(first, types, noSettings, { again: true });
    const derived = watch();
    const diff = await diffSnapshots(before, second, 100, tries);
    console.log(
      `  diff of two such snapshots from their files, ${name}: ${watch().text} (${derived.text} of it to read both and derive the first; ${diff.differences.length} records differ, ${diff.paths.added.length} new paths)`,
    );
  }
  console.log(`  ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB peak`);
  console.log(`  as a command, \`postern diff\` of the two (findings compared too): ${await asCommand(['diff', out, later, '--fail-on', 'none', '--quiet'])}`);
}

/** `npm run bench -- paths [search|plans|changes]`: search on random graphs beside peers, plans against their bound, what-if and diff on a generated estate. */
export async function run(): Promise<void> {
  const wanted = process.argv[3];
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-bench-'));
  try {
    for (const edges of [100_000, 1_000_000]) if (wanted === undefined || wanted === 'search' || wanted === `search-${edges}`) await searches(edges, folder);
    if (wanted === undefined || wanted === 'plans') plans();
    if (wanted === undefined || wanted === 'changes') await changes(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
