import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EstateSize, syntheticEstate } from '../scripts/estate/synthetic.ts';
import { writeSynthetic } from '../scripts/estate/synthetic-write.ts';
import { allTypes } from '../src/cli/analysis.ts';
import { packagePath } from '../src/cli/package-path.ts';
import { derive } from '../src/derive/derive.ts';
import { loadTechniques } from '../src/derive/load.ts';
import { GraphBuilder } from '../src/graph/builder.ts';
import { addStructure } from '../src/graph/structure.ts';
import type { IamEngine } from '../src/iam/api.ts';
import { createAwsIamEngine } from '../src/iam/engine.ts';
import type { NetworkEngine } from '../src/network/api.ts';
import { createNetworkEngine } from '../src/network/engine.ts';
import { createRanker } from '../src/paths/ranking.ts';
import { noSettings } from '../src/paths/settings.ts';
import { readSnapshot } from '../src/snapshot/read.ts';
import { asCommand } from './as-command.ts';

interface Measured {
  readonly records: number;
  readonly nodes: number;
  readonly edges: number;
  readonly paths: number;
  readonly seconds: Readonly<Record<string, number>>;
  readonly megabytes: number;
  /** Of the process, garbage collection and compilation included: what a loaded machine leaves comparable. */
  readonly cpu: number;
}

const estates: readonly (EstateSize & { readonly name: string })[] = [
  { name: '300 principals, one account', principals: 300, resources: 2000, accounts: 1, seed: 7 },
  { name: '1,000 principals', principals: 1000, resources: 2000, accounts: 1, seed: 7, breadth: 0.2 },
  { name: '5,000 principals', principals: 5000, resources: 10_000, accounts: 5, seed: 7, breadth: 0.2 },
  { name: '20,000 principals', principals: 20_000, resources: 40_000, accounts: 20, seed: 7, breadth: 0.2 },
  { name: '1,000 roles, each may assume each', principals: 1000, resources: 1500, accounts: 1, seed: 7, biclique: true },
  { name: '5,000 roles, each may assume each', principals: 5000, resources: 7500, accounts: 1, seed: 7, biclique: true },
  { name: '20,000 roles, each may assume each', principals: 20_000, resources: 30_000, accounts: 1, seed: 7, biclique: true },
  { name: '20,000 resources, 3,000 principals', principals: 3000, resources: 20_000, accounts: 5, seed: 7 },
  { name: '20,000 resources, one account', principals: 3000, resources: 20_000, accounts: 1, seed: 7 },
  { name: '200,000 resources, 30,000 principals', principals: 30_000, resources: 200_000, accounts: 50, seed: 7 },
];

/**
 * From a snapshot on disk to the hundred riskiest paths on generated estates, each in a process of its own: stage by stage from the sources, whose loading counts, and as the built programme
 * does it. Name part of an estate's name, or `demo`, to run only some.
 */
export async function run(): Promise<void> {
  const wanted = process.argv[3];
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-bench-'));
  let last: Measured | undefined;
  try {
    for (const { name, ...size } of estates) {
      if (wanted !== undefined && !name.includes(wanted)) continue;
      const out = path.join(folder, 'snapshot');
      const records = await writeSynthetic(out, syntheticEstate(size));
      const measured = await inOwnProcess(out);
      const lines = [describe(name, { ...measured, records }, last)];
      for (const command of ['paths --top 100', 'check']) {
        const [verb = '', ...flags] = command.split(' ');
        lines.push(`  as a command, \`postern ${command}\`: ${await asCommand([verb, out, ...flags, '--format', 'json', '--fail-on', 'none', '--quiet'])}`);
      }
      await rm(out, { recursive: true, force: true });
      console.log(lines.join('\n'));
      last = { ...measured, records };
    }
    if (wanted === undefined || wanted === 'demo') console.log(`\`postern demo\`: ${await asCommand(['demo', '--export', path.join(folder, 'demo.html')])}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function describe(name: string, now: Measured, last: Measured | undefined): string {
  const total = Object.values(now.seconds).reduce((sum, each) => sum + each, 0);
  const stages = Object.entries(now.seconds).map(([stage, seconds]) => `${stage} ${seconds.toFixed(2)}`);
  const before = last === undefined ? 0 : Object.values(last.seconds).reduce((sum, each) => sum + each, 0);
  const ratio = (a: number, b: number): string => `x${(a / b).toFixed(1)}`;
  const growth =
    last === undefined
      ? ''
      : `\n  to the one before: records ${ratio(now.records, last.records)}, nodes ${ratio(now.nodes, last.nodes)}, edges ${ratio(now.edges, last.edges)}, seconds ${ratio(total, before)}, memory ${ratio(now.megabytes, last.megabytes)}`;
  return `${name}: ${now.records} records, ${now.nodes} nodes, ${now.edges} edges, ${now.paths} paths, ${total.toFixed(2)} s (${stages.join(', ')}), ${now.cpu.toFixed(2)} s of CPU, ${now.megabytes.toFixed(0)} MB peak${growth}`;
}

function inOwnProcess(snapshot: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [snapshot]);
    child.on('message', (message) => resolve(message as Measured));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the measured process ended with ${code}`)));
  });
}

/** Adds up the time that callers spend in an engine. */
function timed<T extends IamEngine | NetworkEngine>(engine: T, spent: { seconds: number }): T {
  let depth = 0;
  return new Proxy(engine, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const begun = performance.now();
        depth++;
        try {
          return Reflect.apply(value, target, args);
        } finally {
          depth--;
          if (depth === 0) spent.seconds += (performance.now() - begun) / 1000;
        }
      };
    },
  });
}

async function measure(directory: string): Promise<Measured> {
  const seconds: Record<string, number> = {};
  let begun = performance.now();
  const stage = (name: string, less = 0): void => {
    seconds[name] = (seconds[name] ?? 0) + (performance.now() - begun) / 1000 - less;
    begun = performance.now();
  };
  const types = await allTypes();
  const techniques = await loadTechniques(packagePath('rules', 'techniques'));
  stage('load');
  const snapshot = await readSnapshot(directory, types);
  stage('read');
  const builder = new GraphBuilder();
  addStructure(builder, snapshot, types);
  stage('structure');
  const [inIam, inNetwork] = [{ seconds: 0 }, { seconds: 0 }];
  const iam = timed(createAwsIamEngine(snapshot), inIam);
  stage('iam');
  const network = timed(createNetworkEngine(snapshot), inNetwork);
  stage('network');
  derive({ snapshot, types, builder, iam, network, techniques });
  stage('techniques', inIam.seconds + inNetwork.seconds);
  seconds['iam'] = (seconds['iam'] ?? 0) + inIam.seconds;
  seconds['network'] = (seconds['network'] ?? 0) + inNetwork.seconds;
  const graph = builder.freeze();
  stage('freeze');
  const paths = createRanker(graph, noSettings, new Map(techniques.map((each) => [each.id, each.title]))).top(100);
  stage('rank');
  return {
    records: 0,
    nodes: graph.nodeCount,
    edges: graph.edgeCount,
    paths: paths.length,
    seconds,
    megabytes: process.resourceUsage().maxRSS / 1024,
    cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  };
}

const [, , snapshot] = process.argv;
if (process.send !== undefined && snapshot !== undefined) {
  process.send(await measure(snapshot));
  process.disconnect();
}
