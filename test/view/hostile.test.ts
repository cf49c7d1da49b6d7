import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { describeWith } from '../servers/describe-with.ts';
import { run } from '../support/run.ts';
import { alteredDemo } from './altered.ts';
import { openViewer, startBrowser } from './browser.ts';
import { type Served, serve } from './serve.ts';

// A browser on a busy machine.
jest.setTimeout(300_000);

const names = [
  '</script><script>alert(1)</script><!--',
  '"><img src=x onerror=alert(1)>',
  "'-alert(1)-'",
  '<svg/onload=alert(1)>',
  '</title></text><script>alert(1)</script>',
  '\u202Egnirts\u0000\u2028javascript:alert(1)',
];

/** Every tag value, name of a bucket tag, group and policy of the demo estate is a script. */
function poisoned(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map((each: Json) => poisoned(each, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, poisoned(inner ?? null, name)]));
  const picked = names[(typeof value === 'string' ? value.length : 0) % names.length] ?? '';
  return typeof value === 'string' && ['Value', 'Description', 'GroupName', 'PolicyName', 'UserName', 'RoleName', 'FunctionName', 'Sid'].includes(key)
    ? `${value} ${picked}`
    : value;
}

describeWith('CHROMIUM', 'names that are scripts', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  let served: Served;

  beforeAll(async () => {
    browser = await startBrowser();
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-hostile-'));
    const estate = path.join(folder, 'estate');
    await alteredDemo(estate, '2026-11-24T08:00:00.000Z', (record) => ({ ...record, config: poisoned(record.config) as JsonObject }));
    file = path.join(folder, 'page.html');
    expect((await run(['view', estate, '--compare', 'snapshots/demo', '--export', file])).code).toBe(0);
    served = await serve([estate, '--compare', 'snapshots/demo']);
  });
  afterAll(async () => {
    await served?.stop();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['served', 'offline'])('%s: stay names in every view', async (mode) => {
    const { page, problems } = await openViewer(browser, mode === 'served' ? served.url : pathToFileURL(file).href);
    const stories = Math.min(12, await page.locator('.story').count());
    for (let index = 0; index < stories; index++) {
      await page.locator('.story').nth(index).click();
      await page.keyboard.press('ArrowRight');
    }
    await page.locator('.hops .plain').first().click();
    await page.waitForSelector('.neighbours');
    for (const view of ['network', 'identity', 'explore', 'findings', 'compare']) {
      await page.locator(`nav [data-view="${view}"]`).click();
      await page.waitForTimeout(100);
      if (view === 'identity') {
        await page.locator('.card').nth(3).focus();
        await page.keyboard.press('Enter');
      }
      if (view === 'explore') {
        await page.locator('.spot').first().focus();
        await page.keyboard.press('e');
        await page.waitForTimeout(100);
      }
      if (view === 'findings') await page.locator('.findings summary').first().click();
    }
    await page.keyboard.press('/');
    await page.keyboard.type('alert');
    await page.waitForSelector('#hits [role=option]');
    expect(await page.locator('#app script, #app img, #app iframe, #app foreignObject').count()).toBe(0);
    expect(await page.locator('body').textContent()).toContain('alert(1)');
    expect(problems).toEqual([]);
    await page.close();
  });

  test('the SVG is well formed and holds no script', async () => {
    const { page } = await openViewer(browser, served.url);
    await page.locator('.story').nth(5).click();
    await page.locator('.take').evaluate((menu) => menu.setAttribute('open', ''));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.take button', { hasText: 'SVG' }).click()]);
    const target = path.join(folder, 'drawing.svg');
    await download.saveAs(target);
    const svg = readFileSync(target, 'utf8');
    expect(svg).not.toContain('<script');
    const checked = await page.evaluate(
      (text) =>
        new (
          globalThis as unknown as {
            DOMParser: new () => { parseFromString(text: string, type: string): { querySelectorAll(selector: string): { length: number } } };
          }
        ).DOMParser()
          .parseFromString(text, 'image/svg+xml')
          .querySelectorAll('parsererror, script').length,
      svg,
    );
    expect(checked).toBe(0);
    await page.close();
  });

  test('the page has the scripts that we wrote and no other', () => {
    expect(readFileSync(file, 'utf8').split('<script').length - 1).toBe(4);
  });
});
