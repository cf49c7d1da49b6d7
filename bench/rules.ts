/** All packs over generated estates of two sizes; a page of 50,000 findings in Chromium; a PDF of 1,000. `npm run bench -- rules` */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { allTypes } from '../src/cli/analysis.ts';
import { packagePath } from '../src/cli/package-path.ts';
import type { SnapshotRecord } from '../src/model/record.ts';
import { htmlReport } from '../src/report/html/page.ts';
import { pdf } from '../src/report/pdf/document.ts';
import { clockOf, compileRules } from '../src/rules/evaluate.ts';
import { readPacks } from '../src/rules/pack.ts';
import { recordDocument } from '../src/rules/record-document.ts';
import { snapshotNeighbours } from '../src/rules/related.ts';
import { resourceFindings } from '../src/rules/resource.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';
import { readSnapshot } from '../src/snapshot/read.ts';
import { manyFindings } from '../test/support/assessment.ts';

const clocked = async <T>(what: string, work: () => Promise<T> | T): Promise<T> => {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  console.log(`${what.padEnd(56)} ${((performance.now() - begun) / 1000).toFixed(2)} s wall, ${((user + system) / 1e6).toFixed(2)} s CPU, ${memory} MB`);
  return result;
};

/** Copies of the demo's records under other ids: real shapes in any number. */
function estate(originals: readonly SnapshotRecord[], count: number): readonly SnapshotRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const record = originals[index % originals.length];
    if (record === undefined) throw new Error('the demo is empty');
    return index < originals.length ? record : { ...record, id: `${record.id}-${index}` };
  });
}
export async function run(): Promise<void> {
  const types = await allTypes();
  const { rules } = await readPacks([packagePath('rules', 'checks')]);
  const demo = await readSnapshot(packagePath('snapshots', 'demo'), types);
  const originals = [...demo.all()];
  const kinds = new Map<string, number>();
  for (const rule of rules) kinds.set(rule.kind, (kinds.get(rule.kind) ?? 0) + 1);
  console.log(`${rules.length} rules: ${[...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);

  for (const size of [20_000, 200_000]) {
    const snapshot = memorySnapshot(estate(originals, size), { types, manifest: demo.manifest });
    const set = compileRules(rules, types, clockOf(snapshot), { params: {} });
    await clocked(`all resource rules over ${size} resources`, () => {
      // Findings are counted, not kept: what is measured is the rules.
      const neighbours = snapshotNeighbours(snapshot, types, recordDocument);
      let [failed, all] = [0, 0];
      for (const compiled of set.compiled.values())
        for (const finding of resourceFindings(compiled, snapshot, types, neighbours)) {
          all++;
          if (finding.result === 'fail') failed++;
        }
      console.log(`  ${all} verdicts, ${failed} failed`);
    });
  }

  await clocked('PDF of 1,000 findings, cold', () => pdf(manyFindings(1000)));
  await clocked('PDF of 1,000 findings, warm', () => pdf(manyFindings(1000)));
  const page = await clocked('HTML of 50,000 findings written', () => htmlReport(manyFindings(50_000)));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-bench-'));
  writeFileSync(path.join(folder, 'report.html'), page);
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const tab = await browser.newPage();
  await clocked(`HTML of 50,000 findings (${(page.length / 1e6).toFixed(1)} MB) opened in Chromium`, async () => {
    await tab.goto(`file://${path.join(folder, 'report.html')}`);
    await tab.waitForSelector('html[data-ready]', { state: 'attached' });
  });
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
