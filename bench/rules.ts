import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { type EstateSize, syntheticEstate } from '../scripts/estate/synthetic.ts';
import { writeSynthetic } from '../scripts/estate/synthetic-write.ts';
import { allTypes, analyse } from '../src/cli/analysis.ts';
import { heapFlags } from '../src/cli/heap.ts';
import { packagePath } from '../src/cli/package-path.ts';
import { htmlReport } from '../src/report/html/page.ts';
import { jsonPieces } from '../src/report/json-pieces.ts';
import { pdf } from '../src/report/pdf/document.ts';
import { clockOf, compileRules, evaluateEach } from '../src/rules/evaluate.ts';
import { readPacks } from '../src/rules/pack.ts';
import { recordDocument } from '../src/rules/record-document.ts';
import { snapshotNeighbours } from '../src/rules/related.ts';
import { resourceFindings } from '../src/rules/resource.ts';
import type { Rule } from '../src/rules/rule.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';
import { readSnapshot } from '../src/snapshot/read.ts';
import { manyFindings } from '../test/support/assessment.ts';
import { asCommand } from './as-command.ts';

const estates: readonly EstateSize[] = [
  { principals: 3000, resources: 20_000, accounts: 5, seed: 7 },
  { principals: 30_000, resources: 200_000, accounts: 50, seed: 7 },
];

/** Processor time of the process, collection of garbage included: what a loaded machine leaves comparable. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const peak = (): number => process.resourceUsage().maxRSS / 1024;

/**
 * All rules over generated estates of two sizes, each in a process of its own, by the way that `postern check` takes, and as that command; the resource rules over copies of the demo's
 * records, which are of many more types; a page of 50,000 findings in Chromium; a PDF of 1,000. `npm run bench -- rules [estates|copies|reports]`
 */
export async function run(): Promise<void> {
  const wanted = process.argv[3];
  const { rules } = await readPacks([packagePath('rules', 'checks')]);
  const kinds = new Map<string, number>();
  for (const rule of rules) kinds.set(rule.kind, (kinds.get(rule.kind) ?? 0) + 1);
  console.log(`${rules.length} rules: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}; load ${loadavg()[0]?.toFixed(1)}`);
  if (wanted === undefined || wanted === 'estates') await overEstates();
  if (wanted === undefined || wanted === 'copies') await overCopies(rules);
  if (wanted === undefined || wanted === 'reports') await reports();
}

interface Part {
  cpu: number;
  wall: number;
  verdicts: number;
}

interface Measured {
  readonly analysis: { readonly cpu: number; readonly peak: number };
  /** By kind of rule. */
  readonly parts: Readonly<Record<string, Part>>;
  readonly json: Part;
  readonly failed: number;
  readonly bytes: number;
  readonly peak: number;
}

async function overEstates(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-bench-'));
  try {
    let last: Measured | undefined;
    for (const size of estates) {
      const snapshot = path.join(folder, String(size.resources));
      const count = await writeSynthetic(snapshot, syntheticEstate(size));
      const now = await inOwnProcess(snapshot);
      console.log(
        [
          `${size.resources} resources, ${size.principals} of them principals, ${size.accounts} accounts, seed ${size.seed}: ${count} records`,
          `  from files to graph (not the rules): ${now.analysis.cpu.toFixed(2)} s CPU, ${now.analysis.peak.toFixed(0)} MB peak`,
          ...[...Object.keys(now.parts), 'together'].map((kind) => line(kind, partOf(now, kind), last && partOf(last, kind))),
          `  ${now.failed} failed; peak with the rules ${now.peak.toFixed(0)} MB`,
          line(`written as JSON, ${(now.bytes / 1e6).toFixed(0)} MB`, now.json, last?.json),
          `  as a command, \`postern check\`: ${await asCommand(['check', snapshot, '--format', 'json', '--fail-on', 'none', '--quiet'])}`,
        ].join('\n'),
      );
      last = now;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function partOf({ parts }: Measured, kind: string): Part | undefined {
  if (kind !== 'together') return parts[kind];
  const sum = (field: keyof Part): number => Object.values(parts).reduce((total, part) => total + part[field], 0);
  return { cpu: sum('cpu'), wall: sum('wall'), verdicts: sum('verdicts') };
}

function line(name: string, part: Part | undefined, before: Part | undefined): string {
  if (part === undefined) return `  ${name}: none`;
  const growth =
    before === undefined ? '' : `, x${(part.cpu / before.cpu).toFixed(1)} the CPU for x${(part.verdicts / before.verdicts).toFixed(1)} the verdicts`;
  return `  ${name.padEnd(24)} ${part.cpu.toFixed(2)} s CPU, ${part.wall.toFixed(2)} s wall, ${part.verdicts} verdicts${growth}`;
}

function inOwnProcess(snapshot: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    // With the heap that the command has.
    const child = fork(import.meta.filename, [snapshot], { execArgv: [...process.execArgv, ...heapFlags(['check', snapshot])] });
    child.on('message', (message) => resolve(message as Measured));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the measured process ended with ${code}`)));
  });
}

async function measure(directory: string): Promise<Measured> {
  const { rules } = await readPacks([packagePath('rules', 'checks')]);
  const begun = cpu();
  const analysis = await analyse(directory);
  const before = { cpu: cpu() - begun, peak: peak() };
  const parts: Record<string, Part> = {};
  const json: Part = { cpu: 0, wall: 0, verdicts: 0 };
  let [failed, bytes] = [0, 0];
  let [mark, at] = [cpu(), performance.now()];
  const clock = (part: Part, verdicts: number): void => {
    const [now, then] = [cpu(), performance.now()];
    part.cpu += now - mark;
    part.wall += (then - at) / 1000;
    part.verdicts += verdicts;
    [mark, at] = [now, then];
  };
  const set = compileRules(rules, analysis.types, clockOf(analysis.snapshot), { params: {} });
  for (const { rule, findings } of evaluateEach(set, analysis)) {
    const part = parts[rule.kind] ?? { cpu: 0, wall: 0, verdicts: 0 };
    parts[rule.kind] = part;
    clock(part, findings.length);
    for (const piece of jsonPieces({ findings })) bytes += piece.length;
    failed += findings.filter(({ result }) => result === 'fail').length;
    clock(json, findings.length);
  }
  return { analysis: before, parts, json, failed, bytes, peak: peak() };
}

async function clocked<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  const [begun, used] = [performance.now(), cpu()];
  const result = await work();
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  console.log(`${what.padEnd(56)} ${((performance.now() - begun) / 1000).toFixed(2)} s wall, ${(cpu() - used).toFixed(2)} s CPU, ${memory} MB`);
  return result;
}

/** Copies of the demo's records under other ids: real shapes in any number. Findings are counted, not kept. */
async function overCopies(rules: readonly Rule[]): Promise<void> {
  const types = await allTypes();
  const demo = await readSnapshot(packagePath('snapshots', 'demo'), types);
  const originals = [...demo.all()];
  for (const size of [20_000, 200_000]) {
    const copies = Array.from({ length: size }, (_, index) => {
      const record = originals[index % originals.length];
      if (record === undefined) throw new Error('the demo is empty');
      return index < originals.length ? record : { ...record, id: `${record.id}-${index}` };
    });
    const snapshot = memorySnapshot(copies, { types, manifest: demo.manifest });
    const set = compileRules(rules, types, clockOf(snapshot), { params: {} });
    await clocked(`resource rules over ${size} records, copies of the demo's`, () => {
      const neighbours = snapshotNeighbours(snapshot, types, recordDocument);
      let [failed, all] = [0, 0];
      for (const compiled of set.compiled.values())
        for (const part of resourceFindings(compiled, snapshot, types, neighbours)) {
          all += part.length;
          failed += part.filter(({ result }) => result === 'fail').length;
        }
      console.log(`  ${all} verdicts, ${failed} failed`);
    });
  }
}

async function reports(): Promise<void> {
  await clocked('PDF of 1,000 findings, cold', () => pdf(manyFindings(1000)));
  await clocked('PDF of 1,000 findings, warm', () => pdf(manyFindings(1000)));
  const page = await clocked('HTML of 50,000 findings written', () => htmlReport(manyFindings(50_000)));
  const folder = await mkdtemp(path.join(tmpdir(), 'postern-bench-'));
  await writeFile(path.join(folder, 'report.html'), page);
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  await clocked(`HTML of 50,000 findings (${(page.length / 1e6).toFixed(1)} MB) opened in Chromium`, async () => {
    await tab.goto(`file://${path.join(folder, 'report.html')}`);
    await tab.waitForSelector('html[data-ready]', { state: 'attached' });
  });
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

const [, , snapshot] = process.argv;
if (process.send !== undefined && snapshot !== undefined) {
  process.send(await measure(snapshot));
  process.disconnect();
}
