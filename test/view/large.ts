import { statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { syntheticEstate } from '../../scripts/estate/synthetic.ts';
import { writeSynthetic } from '../../scripts/estate/synthetic-write.ts';
import { run } from '../support/run.ts';
import { openViewer } from './browser.ts';

/** What a reader of a large estate waits for. Milliseconds are those of the page's own thread, so that a busy machine does not count; `wall` is what the clock said. */
export interface Figures {
  readonly fileBytes: number;
  readonly open: Took;
  readonly nextStory: Took;
  readonly firstSearch: Took;
  readonly search: Took;
  readonly network: Took & Drawn;
  readonly identity: Took & Drawn;
  readonly chooseCard: Took;
  readonly firstCut: Took;
  readonly secondCut: Took;
  readonly explore: Took & { readonly cards: number };
  readonly heapBytes: number;
  readonly problems: readonly string[];
}

interface Took {
  readonly cpu: number;
  readonly wall: number;
}

interface Drawn {
  readonly cards: number;
  readonly arrows: number;
}

/** An estate of 20,000 resources in four accounts, analysed once, as a page in one file. */
export async function largePage(folder: string): Promise<string> {
  const [estate, saved, page] = ['estate', 'run.json', 'page.html'].map((name) => path.join(folder, name)) as [string, string, string];
  await writeSynthetic(estate, syntheticEstate({ principals: 2000, resources: 20_000, accounts: 4, seed: 7 }));
  for (const words of [
    [estate, '--export', saved],
    [saved, '--export', page],
  ]) {
    const { code, err } = await run(['view', ...words]);
    if (code !== 0) throw new Error(err);
  }
  return page;
}

/** Goes through the page as a reader does. */
export async function measure(browser: Browser, file: string): Promise<Figures> {
  const { page, problems } = await openViewer(browser, 'about:blank', { ready: 'body' });
  page.setDefaultTimeout(120_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async (): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  const took = async (act: () => Promise<unknown>): Promise<Took> => {
    const [before, begun] = [await metrics(), performance.now()];
    await act();
    // What was asked for is drawn.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const wall = Math.round(performance.now() - begun);
    return { cpu: Math.round(((await metrics())['TaskDuration'] ?? 0) * 1000 - (before['TaskDuration'] ?? 0) * 1000), wall };
  };
  const view = (name: string) => took(() => page.locator(`nav [data-view="${name}"]`).click());
  const drawn = async (): Promise<Drawn> => ({ cards: await page.locator('.canvas .card').count(), arrows: await page.locator('.canvas .arrow').count() });
  const open = await took(async () => {
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('.story');
  });
  const nextStory = await took(() => page.keyboard.press('j'));
  const found = (text: string) => async (): Promise<void> => {
    await page.fill('.search', text);
    await page.waitForSelector('#hits [role=option]');
  };
  const firstSearch = await took(found('work'));
  await page.keyboard.press('Escape');
  const search = await took(found('billing worker'));
  await page.keyboard.press('Escape');
  const network = { ...(await view('network')), ...(await drawn()) };
  const identity = { ...(await view('identity')), ...(await drawn()) };
  const chooseCard = await took(async () => {
    await page.locator('.card').nth(5).focus();
    await page.keyboard.press('Enter');
  });
  await view('stories');
  await page.keyboard.press('ArrowRight');
  const firstCut = await took(async () => {
    await page.keyboard.press('c');
    await page.waitForSelector('.outcome');
  });
  const secondCut = await took(() => page.locator('.toggle[aria-pressed="false"]').first().click());
  await page.keyboard.press('Escape');
  const explored = await took(async () => {
    await page.locator('nav [data-view="explore"]').click();
    await page.waitForSelector('.spot');
  });
  const explore = { ...explored, cards: await page.locator('.spot').count() };
  await session.send('HeapProfiler.collectGarbage');
  const heapBytes = (await metrics())['JSHeapUsedSize'] ?? 0;
  await page.close();
  return {
    fileBytes: statSync(file).size,
    open,
    nextStory,
    firstSearch,
    search,
    network,
    identity,
    chooseCard,
    firstCut,
    secondCut,
    explore,
    heapBytes,
    problems,
  };
}
