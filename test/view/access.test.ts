import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { describeWith } from '../servers/describe-with.ts';
import { run } from '../support/run.ts';
import { alteredDemo } from './altered.ts';
import { openViewer, startBrowser } from './browser.ts';

// A browser on a busy machine.
jest.setTimeout(300_000);

/** What axe finds, by rule, with the element that it finds first. WCAG 2.2 A and AA, and axe's own best practices. */
async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run(),
  );
  return found.violations.map((each) => `${each.id}: ${each.nodes[0]?.html} ${each.nodes[0]?.failureSummary}`);
}

describeWith('CHROMIUM', 'the viewer for everybody', () => {
  let browser: Browser;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    browser = await startBrowser();
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-access-'));
    const yesterday = path.join(folder, 'yesterday');
    await alteredDemo(yesterday, '2026-11-23T08:00:00.000Z', (record) => (record.id.includes('larkpay-marketing-exports') ? undefined : record));
    const file = path.join(folder, 'page.html');
    await run(['view', path.join('snapshots', 'demo'), '--compare', yesterday, '--export', file]);
    url = pathToFileURL(file).href;
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const views: readonly (readonly [name: string, act: (page: Page) => Promise<unknown>])[] = [
    ['stories', async () => undefined],
    ['evidence', (page) => page.locator('[data-hop="0"]').first().click()],
    ['decide', (page) => page.keyboard.press('d')],
    [
      'what if',
      async (page) => {
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('c');
        await page.waitForSelector('.outcome');
      },
    ],
    [
      'a node',
      async (page) => {
        await page.locator('.hops .plain').last().click();
        await page.waitForSelector('.neighbours');
      },
    ],
    ['network', (page) => page.locator('[data-view="network"]').click()],
    [
      'identity',
      async (page) => {
        await page.locator('nav [data-view="identity"]').click();
        await page.locator('.card').nth(2).click();
        await page.locator('.mirror summary').click();
        await page.locator('.legend summary').click();
      },
    ],
    [
      'explore',
      async (page) => {
        await page.locator('nav [data-view="explore"]').click();
        await page.waitForSelector('.spot');
      },
    ],
    [
      'findings',
      async (page) => {
        await page.locator('nav [data-view="findings"]').click();
        await page.locator('.findings summary').first().click();
        await page.locator('[data-finding]').first().click();
      },
    ],
    ['compare', (page) => page.locator('nav [data-view="compare"]').click()],
    ['take away', (page) => page.locator('.take summary').click()],
    [
      'search',
      async (page) => {
        await page.keyboard.press('/');
        await page.keyboard.type('bastion');
        await page.waitForSelector('#hits [role=option]');
      },
    ],
  ];

  test.each(views)('%s: axe finds nothing, light and dark', async (_, act) => {
    for (const scheme of ['light', 'dark'] as const) {
      const { page, problems } = await openViewer(browser, url, { scheme });
      await act(page);
      await page.waitForTimeout(50);
      expect(await violations(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.close();
    }
  });

  test.each([
    ['a small laptop', 1280, 720],
    ['a projector', 1024, 768],
    ['a phone', 390, 844],
  ])('%s: nothing runs out of the window, and axe finds nothing', async (_, width, height) => {
    const { page } = await openViewer(browser, url, { width, height });
    for (const view of ['stories', 'identity', 'findings', 'compare']) {
      await page.locator(`nav [data-view="${view}"]`).click();
      expect(
        await page.locator('html').evaluate((html: { scrollWidth: number; clientWidth: number }) => html.scrollWidth - html.clientWidth),
      ).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
    }
    await page.close();
  });

  test('the drawing can be walked with the keyboard, and says itself', async () => {
    const { page } = await openViewer(browser, url);
    await page.locator('.canvas .arrow').first().focus();
    expect(await page.getByRole('button', { name: 'Internet to larkpay-marketing-exports: reads objects of the bucket' }).count()).toBe(1);
    await page.keyboard.press('Enter');
    expect(await page.locator('.drawer .eyebrow').first().textContent()).toContain('Hop 1 of 1');
    await page.locator('.canvas .card').last().focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.neighbours');
    await page.keyboard.press('Escape');
    expect(await page.locator('.neighbours').count()).toBe(0);
    await page.close();
  });
});
