import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { pageAssets } from '../../src/cli/page.ts';
import { describeWith } from '../servers/describe-with.ts';
import { run } from '../support/run.ts';
import { openViewer, startBrowser } from './browser.ts';
import { type Served, serve } from './serve.ts';

// A browser on a busy machine.
jest.setTimeout(300_000);

interface Excerpt {
  readonly diagram: { readonly nodes: readonly { readonly key: string; readonly x: number; readonly y: number }[] };
}

describeWith('CHROMIUM', 'an exploration', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  let served: Served;

  beforeAll(async () => {
    browser = await startBrowser();
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-explore-'));
    file = path.join(folder, 'page.html');
    expect((await run(['view', path.join('snapshots', 'demo'), '--export', file])).code).toBe(0);
    served = await serve([path.join('snapshots', 'demo')]);
  });
  afterAll(async () => {
    await served?.stop();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function explore(mode: string): Promise<{ readonly page: Page; readonly problems: string[] }> {
    const opened = await openViewer(browser, mode === 'served' ? served.url : pathToFileURL(file).href);
    await opened.page.locator('nav [data-view="explore"]').click();
    await opened.page.waitForSelector('.spot');
    return opened;
  }

  async function take(page: Page, name: string): Promise<Buffer> {
    await page.locator('.take').evaluate((menu) => menu.setAttribute('open', ''));
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.take button', { hasText: name }).first().click()]);
    await page.locator('.take').evaluate((menu) => menu.removeAttribute('open'));
    const target = path.join(folder, download.suggestedFilename());
    await download.saveAs(target);
    return readFileSync(target);
  }

  /** Where every card lies, in the drawing's own pixels, seen from one card. */
  async function places(page: Page, from: string): Promise<ReadonlyMap<string, string>> {
    const { diagram }: Excerpt = JSON.parse((await take(page, 'JSON')).toString());
    const origin = diagram.nodes.find((node) => node.key === from);
    return new Map(diagram.nodes.map((node) => [node.key, `${Math.round(node.x - (origin?.x ?? 0))} ${Math.round(node.y - (origin?.y ?? 0))}`]));
  }

  const keys = (page: Page): Promise<(string | null)[]> => page.locator('.spot').evaluateAll((all) => all.map((each) => each.getAttribute('data-spot')));
  const spot = (page: Page, key: string) => page.locator(`.spot[data-spot=${JSON.stringify(key)}]`);

  async function middle(page: Page, key: string): Promise<readonly [number, number]> {
    const box = await spot(page, key).boundingBox();
    if (box === null) throw new Error(`${key} is not on the page`);
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  const role = 'arn:aws:iam::001521993093:root';
  const bucket = 'arn:aws:s3:::larkpay-marketing-exports';

  test.each(['served', 'offline'])('%s: a card is dragged, and what is expanded then comes in around what lies where it lay', async (mode) => {
    const { page, problems } = await explore(mode);
    const before = await places(page, bucket);
    expect([...before.keys()]).toEqual(expect.arrayContaining([role, bucket]));
    const [x, y] = await middle(page, role);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 60, y - 20, { steps: 6 });
    await page.mouse.up();
    const dragged = await places(page, bucket);
    for (const [key, place] of before) {
      if (key === role) expect(dragged.get(key)).not.toBe(place);
      else expect([key, dragged.get(key)]).toEqual([key, place]);
    }
    await page.mouse.dblclick(...(await middle(page, role)));
    await page.locator('.pin').nth(1).waitFor();
    const expanded = await places(page, bucket);
    const kept = [...dragged.keys()].filter((key) => expanded.has(key));
    expect(kept).toContain(role);
    for (const key of kept) expect([key, expanded.get(key)]).toEqual([key, dragged.get(key)]);
    expect(expanded.size).toBeGreaterThan(dragged.size);
    // No two cards lie on one another.
    expect(new Set(expanded.values()).size).toBe(expanded.size);
    expect(await spot(page, role).getAttribute('aria-label')).toContain('expanded');
    await page.getByRole('button', { name: 'Tidy' }).click();
    expect((await places(page, bucket)).get(role)).not.toBe(expanded.get(role));
    expect(problems).toEqual([]);
    await page.close();
  });

  test.each(['served', 'offline'])('%s: Cytoscape is loaded when the view is opened, not before', async (mode) => {
    const { page, problems } = await openViewer(browser, mode === 'served' ? served.url : pathToFileURL(file).href);
    const there = () => page.evaluate(`typeof cytoscape`);
    expect(await there()).toBe('undefined');
    await page.locator('nav [data-view="explore"]').click();
    await page.waitForSelector('.spot');
    expect(await there()).toBe('function');
    expect(problems).toEqual([]);
    await page.close();
  });

  test('what a reader waits for is below 80 kB compressed, all scripts and styles below 300 kB', async () => {
    const { script, style, cytoscape } = await pageAssets();
    const [first, all] = [
      [script, style],
      [script, style, cytoscape],
    ].map((parts) => parts.reduce((sum, part) => sum + gzipSync(part).length, 0));
    expect(first).toBeLessThan(80_000);
    expect(all).toBeLessThan(300_000);
    // The licence goes where the program goes.
    expect(cytoscape).toContain('The Cytoscape Consortium');
  });

  test('the same clicks make the same drawing', async () => {
    const drawn = [];
    for (const mode of ['served', 'offline']) {
      const { page } = await explore(mode);
      await spot(page, role).focus();
      await page.keyboard.press('e');
      await page.locator('.pin').nth(1).waitFor();
      drawn.push([...(await places(page, bucket))]);
      await page.close();
    }
    expect(drawn[0]).toEqual(drawn[1]);
  });

  test('the keyboard chooses, expands, moves and keeps its place', async () => {
    const { page, problems } = await explore('offline');
    await spot(page, role).focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.neighbours');
    expect(await page.locator('.panel h2').first().textContent()).toBe('larkpay-production');
    const focused = () =>
      page.evaluate(() => (globalThis as unknown as { document: { activeElement: { dataset: { spot?: string } } } }).document.activeElement.dataset.spot);
    expect(await focused()).toBe(role);
    expect(await spot(page, role).getAttribute('aria-pressed')).toBe('true');
    // A button that were painted would hide the card that it stands for.
    expect(await page.evaluate(`getComputedStyle(document.querySelector('.spot[aria-pressed="true"]')).backgroundColor`)).toBe('rgba(0, 0, 0, 0)');
    const before = (await keys(page)).length;
    await page.keyboard.press('e');
    await page.locator('.pin').nth(1).waitFor();
    expect(await focused()).toBe(role);
    expect((await keys(page)).length).toBeGreaterThan(before);
    const [x] = await middle(page, role);
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(100);
    expect((await middle(page, role))[0]).toBeGreaterThan(x);
    await page.keyboard.press('Escape');
    expect(await page.locator('.neighbours').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('Shift and drag selects many, and E expands them', async () => {
    const { page } = await explore('offline');
    await page.getByRole('button', { name: 'Fit' }).click();
    await page.waitForTimeout(100);
    const box = await page.locator('.graph').boundingBox();
    if (box === null) throw new Error('no drawing');
    await page.keyboard.down('Shift');
    await page.mouse.move(box.x + 4, box.y + 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 4, box.y + box.height - 4, { steps: 8 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const count = (await keys(page)).length;
    await page.locator('[role=status]', { hasText: `${count} cards selected` }).waitFor({ state: 'attached' });
    await spot(page, role).focus();
    await page.keyboard.press('e');
    // What is one node is expanded, what is many gives some of its members a card of their own.
    await page.locator('.pin').nth(1).waitFor();
    expect((await keys(page)).length).toBeGreaterThan(count);
    expect((await keys(page)).length).toBeLessThanOrEqual(200);
    await page.close();
  });

  test('of a card of many some members get cards of their own, and how many more there are is said; undo and redo take it back and make it again', async () => {
    const { page, problems } = await explore('offline');
    await spot(page, role).focus();
    await page.keyboard.press('e');
    await page.locator('.pin').nth(1).waitFor();
    const many = page.locator('.spot[aria-label*=" more data stores"]').first();
    const total = Number(/^(\d+) more data stores/.exec((await many.getAttribute('aria-label')) ?? '')?.[1]);
    expect(total).toBeGreaterThan(10);
    const before = (await keys(page)).length;
    await many.focus();
    await page.keyboard.press('e');
    await page.locator(`.spot[aria-label^="${total - 6} more data stores"]`).waitFor();
    expect((await keys(page)).length).toBe(before + 6);
    const drawn = await places(page, bucket);
    await page.keyboard.press('Control+z');
    await page.locator(`.spot[aria-label^="${total} more data stores"]`).waitFor();
    expect((await keys(page)).length).toBe(before);
    await page.getByRole('button', { name: 'Redo' }).click();
    await page.locator(`.spot[aria-label^="${total - 6} more data stores"]`).waitFor();
    expect(await places(page, bucket)).toEqual(drawn);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('a link carries where the cards were dragged to, and undo brings them back', async () => {
    const { page } = await explore('offline');
    const before = await places(page, bucket);
    expect(page.url()).not.toContain('places=');
    await spot(page, role).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('e');
    await page.locator('.pin').nth(1).waitFor();
    const moved = await places(page, bucket);
    expect(page.url()).toContain('places=');
    const other = await openViewer(browser, page.url(), { ready: '.spot' });
    expect(await places(other.page, bucket)).toEqual(moved);
    await other.page.close();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    expect(await places(page, bucket)).toEqual(before);
    expect(page.url()).not.toContain('places=');
    await page.close();
  });

  test('is taken away as it lies, with names or without', async () => {
    const { page, problems } = await explore('served');
    await spot(page, role).focus();
    await page.keyboard.press('e');
    const svg = (await take(page, 'SVG')).toString();
    expect(svg).toContain('larkpay-');
    expect(svg).not.toContain('var(--');
    expect((await take(page, 'PNG')).subarray(1, 4).toString()).toBe('PNG');
    await page.locator('.take').evaluate((menu) => menu.setAttribute('open', ''));
    await page.locator('.check input').check();
    expect(await page.locator('.spot').count()).toBe(0);
    await page.locator('nav [data-view="stories"]').click();
    await page.locator('nav [data-view="explore"]').click();
    await page.waitForSelector('.spot');
    expect((await take(page, 'SVG')).toString()).not.toMatch(/larkpay|(?<![0-9a-f])\d{12}(?![0-9a-f])/);
    expect((await take(page, 'JSON')).toString()).not.toMatch(/larkpay|(?<![0-9a-f])\d{12}(?![0-9a-f])/);
    expect(await page.locator('#app').innerHTML()).not.toMatch(/larkpay|001521993093/);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('is printed whole, and is itself again afterwards', async () => {
    const { page, problems } = await explore('offline');
    const before = await places(page, bucket);
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await page.locator('.canvas:not(.graph) .card').count()).toBe(before.size);
    expect(await page.locator('.graph').isVisible()).toBe(false);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await page.locator('.graph').isVisible()).toBe(true);
    expect(await places(page, bucket)).toEqual(before);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('axe finds nothing with a card chosen and expanded', async () => {
    const { page } = await explore('offline');
    await spot(page, role).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('e');
    await page.locator('.pin').nth(1).waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run(),
    );
    expect(found.violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)).toEqual([]);
    await page.close();
  });
});
