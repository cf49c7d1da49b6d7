import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { describeWith } from '../servers/describe-with.ts';
import { run } from '../support/run.ts';

const demo = path.join('snapshots', 'demo');

describeWith('CHROMIUM', 'the viewer', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  let served: string;
  const abort = new AbortController();
  let serving: Promise<unknown>;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env['POSTERN_TEST_CHROMIUM'] ?? '',
      headless: true,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-view-'));
    file = path.join(folder, 'report.html');
    expect((await run(['view', demo, '--export', file])).code).toBe(0);
    const { main } = await import('../../src/cli/main.ts');
    served = await new Promise<string>((resolve, reject) => {
      serving = main(['view', demo], {
        out: (text) => resolve(text.trim()),
        err: () => undefined,
        stdoutIsTerminal: false,
        stderrIsTerminal: false,
        env: {},
        stdin: async () => '',
        signal: abort.signal,
      }).then((code) => (code === 0 ? undefined : reject(new Error(`exit code ${code}`))));
    });
  });
  afterAll(async () => {
    abort.abort();
    await serving;
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (url: string, scheme: 'light' | 'dark' = 'light'): Promise<{ page: Page; problems: string[] }> => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: scheme, reducedMotion: 'reduce', deviceScaleFactor: 1 });
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (!['file:', 'data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1') problems.push(`request to ${request.url()}`);
    });
    await page.goto(url);
    await page.waitForSelector('.path');
    return { page, problems };
  };

  test.each(['served', 'offline'])('%s: shows the riskiest path with its evidence, and the keyboard is enough', async (mode) => {
    const { page, problems } = await open(mode === 'served' ? served : pathToFileURL(file).href);
    expect(await page.locator('.path').count()).toBe(10);
    expect(await page.locator('.path').first().getAttribute('aria-current')).toBe('true');
    expect(await page.locator('canvas').count()).toBeGreaterThan(0);
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.drawer pre').first().textContent()).toContain('"Effect": "Allow"');
    await page.keyboard.press('j');
    expect(await page.locator('.path').nth(1).getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('/');
    await page.keyboard.type('administrator of');
    await page.waitForTimeout(50);
    expect(page.url()).toContain('q=');
    expect(problems).toEqual([]);
    await page.close();
  });

  test('the address carries the view', async () => {
    const { page } = await open(pathToFileURL(file).href);
    await page.locator('.path').nth(3).click();
    const { hash } = new URL(page.url());
    const other = await open(`${pathToFileURL(file).href}${hash}`);
    expect(await other.page.locator('.path').nth(3).getAttribute('aria-current')).toBe('true');
    await page.close();
    await other.page.close();
  });

  test.each(['light', 'dark'] as const)('%s: no accessibility violation that axe can find', async (scheme) => {
    const { page } = await open(pathToFileURL(file).href, scheme);
    await page.locator('[data-hop="0"]').first().click();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run(),
    );
    expect(violations.map((each) => `${each.id}: ${each.nodes[0]?.html}`)).toEqual([]);
    await page.close();
  });

  test('refuses whoever has no token, names another host or wants to write', async () => {
    const { origin } = new URL(served);
    expect((await fetch(`${origin}/data.json`)).status).toBe(401);
    expect((await fetch(`${origin}/?token=wrong`)).status).toBe(401);
    expect((await fetch(served, { method: 'POST' })).status).toBe(405);
    const token = new URL(served).searchParams.get('token') ?? '';
    const answer = await fetch(`${origin}/data.json`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    const { request } = await import('node:http');
    const status = await new Promise<number>((resolve) =>
      request(`${origin}/data.json`, { headers: { host: 'evil.example', authorization: `Bearer ${token}` } }, (each) => resolve(each.statusCode ?? 0)).end(),
    );
    expect(status).toBe(421);
  });

  test('is one small file of the owner’s', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).size).toBeLessThan(3_000_000);
    expect(readFileSync(file, 'utf8')).toContain('Content-Security-Policy');
  });
});

test('a name that is a script stays a name', async () => {
  const { offlinePage } = await import('../../src/view/page.ts');
  const name = '</script><script>alert(1)</script><!--';
  const page = offlinePage(
    { schema: 'view/v1', assessment: { name } as never, diagrams: [], records: {}, legend: { nodes: {}, edges: {} } },
    { script: '', style: '' },
  );
  expect(page.split('<script').length).toBe(3);
});
