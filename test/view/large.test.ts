import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { describeWith } from '../servers/describe-with.ts';
import { startBrowser } from './browser.ts';
import { largePage, measure } from './large.ts';

// Twenty thousand resources, a browser, a busy machine.
jest.setTimeout(900_000);

describeWith('CHROMIUM', 'an estate of 20,000 resources', () => {
  test('opens, is searched, drawn, cut and explored without waiting', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-large-'));
    const browser = await startBrowser();
    try {
      const figures = await measure(browser, await largePage(folder));
      expect(figures.problems).toEqual([]);
      expect(figures.fileBytes).toBeLessThan(3_000_000);
      // A view that is being used answers in a tenth of a second; what opens something may take longer.
      for (const name of ['nextStory', 'search', 'chooseCard'] as const) expect([name, figures[name].cpu]).toEqual([name, within(100)]);
      for (const name of ['firstSearch', 'network', 'identity', 'firstCut', 'secondCut', 'explore'] as const)
        expect([name, figures[name].cpu]).toEqual([name, within(1500)]);
      expect(figures.open.cpu).toBeLessThan(3000);
      // Drawings that can be read.
      for (const { cards, arrows } of [figures.network, figures.identity]) {
        expect(cards).toBeGreaterThan(4);
        expect(cards).toBeLessThanOrEqual(60);
        expect(arrows).toBeLessThanOrEqual(150);
      }
      expect(figures.explore.cards).toBeGreaterThan(1);
      expect(figures.heapBytes).toBeLessThan(150_000_000);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

const within = (most: number): unknown => ({
  asymmetricMatch: (value: unknown) => typeof value === 'number' && value <= most,
  toString: () => `at most ${most}`,
});
