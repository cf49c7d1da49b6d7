import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '../scripts/provision.js';
import { pageAssets } from '../src/cli/page.ts';
import { startBrowser } from '../test/view/browser.ts';
import { largePage, measure } from '../test/view/large.ts';

/** What the viewer weighs, and what a reader of 20,000 resources waits for. */
export async function run(): Promise<void> {
  const found = chromium();
  if (!found.ok) throw new Error(found.reason);
  process.env['POSTERN_TEST_CHROMIUM'] = found.folder;
  const { script, style, cytoscape } = await pageAssets();
  for (const [name, text] of Object.entries({ script, style, cytoscape }))
    console.log(`${name}: ${gzipSync(text).length.toLocaleString('en')} bytes compressed`);
  const folder = mkdtempSync(path.join(tmpdir(), 'postern-bench-view-'));
  const browser = await startBrowser();
  try {
    const figures = await measure(browser, await largePage(folder));
    console.log('20,000 resources, 2,000 of them principals, 4 accounts, seed 7');
    for (const [name, value] of Object.entries(figures)) console.log(`${name}: ${JSON.stringify(value)}`);
    console.log(
      `load ${loadavg()
        .map((each) => each.toFixed(1))
        .join(' ')}`,
    );
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
