import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { withNeo4j } from '../../src/store/neo4j/connection.ts';
import type { View } from '../../src/view/build.ts';
import { describeWith } from '../servers/describe-with.ts';
import { startNeo4j } from '../servers/neo4j.ts';
import { run } from '../support/run.ts';
import { openViewer, startBrowser } from './browser.ts';
import { type Served, serve } from './serve.ts';

// A browser and a database on a busy machine.
jest.setTimeout(300_000);

const demo = path.join('snapshots', 'demo');

describeWith('NEO4J', 'the view of a graph in Neo4j', () => {
  let server: Awaited<ReturnType<typeof startNeo4j>>;
  let folder: string;
  let env: Record<string, string>;
  const exported = async (name: string, ...words: readonly string[]): Promise<View> => {
    const file = path.join(folder, name);
    expect(await run(['view', ...words, '--export', file], { env })).toMatchObject({ code: 0 });
    return JSON.parse(readFileSync(file, 'utf8'));
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-view-neo4j-'));
    server = await startNeo4j();
    env = { NEO4J_URI: server.uri };
    expect(await run(['neo4j', 'push', demo], { env })).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has the stories, drawings, maps and steps of the snapshot, and the gaps that the push told', async () => {
    const [stored, direct] = [await exported('stored.json', '--from-neo4j'), await exported('direct.json', demo)];
    const { paths } = stored.model.assessment;
    // Of several proofs of a step that weigh the same either may be told first.
    const told = (view: View) =>
      view.model.assessment.paths.paths.map(({ id, risk, steps }) => [id, risk, ...steps.map(({ from, to, kind, verdict }) => [from, to, kind, verdict])]);
    expect(told(stored)).toEqual(told(direct));
    expect(paths.stories).toEqual(direct.model.assessment.paths.stories);
    expect(stored.model.diagrams).toEqual(direct.model.diagrams);
    const drawn = (view: View) =>
      Object.values(view.model.maps).map(({ diagram }) => [diagram.nodes, diagram.edges.map(({ from, to, kind }) => `${from} ${to} ${kind}`).sort()]);
    expect(drawn(stored)).toEqual(drawn(direct));
    expect(stored.estate.ids).toEqual(direct.estate.ids);
    expect(stored.estate.outs).toEqual(direct.estate.outs);
    expect(stored.model.assessment.completeness.notModelled).toContainEqual(expect.stringContaining('stand in the snapshots'));
  });

  describeWith('CHROMIUM', 'in the browser', () => {
    let browser: Browser;
    let served: Served;
    beforeAll(async () => {
      browser = await startBrowser();
      served = await serve(['--from-neo4j'], env);
    });
    afterAll(async () => {
      await served?.stop();
      await browser?.close();
    });

    test('the riskiest path is read, cut and explored, and the Cypher that the page prints finds it', async () => {
      const { page, problems } = await openViewer(browser, served.url);
      await page.locator('.elsewhere summary').click();
      const [command, cypher] = await page.locator('.elsewhere pre').allInnerTexts();
      expect(command).toMatch(/^postern paths --from-neo4j --from /);
      const { records } = await withNeo4j(env, (driver) => driver.executeQuery(cypher ?? ''));
      expect(records.length).toBeGreaterThan(0);
      await page.keyboard.press('ArrowRight');
      expect(await page.locator('.drawer').textContent()).toContain('Evidence (');
      await page.keyboard.press('c');
      await page.waitForSelector('.outcome');
      expect(await page.locator('.outcome').textContent()).toMatch(/[1-9]\d* of 100 listed paths go/);
      await page.locator('nav [data-view="network"]').click();
      expect(await page.locator('.card').count()).toBeGreaterThan(2);
      await page.locator('.elsewhere summary').click();
      const map = (await page.locator('.elsewhere pre').last().textContent()) ?? '';
      expect((await withNeo4j(env, (driver) => driver.executeQuery(map))).records.length).toBeGreaterThan(0);
      await page.locator('nav [data-view="explore"]').click();
      await page.waitForSelector('.spot');
      await page.locator('nav [data-view="findings"]').click();
      expect(await page.locator('main').textContent()).toContain('stand in the snapshot');
      expect(problems).toEqual([]);
      await page.close();
    });
  });
});
