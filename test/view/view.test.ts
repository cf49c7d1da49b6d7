import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { Assessment } from '../../src/model/assessment.ts';
import { undecidedOf, unseen } from '../../src/report/unseen.ts';
import { describeWith } from '../servers/describe-with.ts';
import { run } from '../support/run.ts';
import { alteredDemo } from './altered.ts';
import { openViewer, startBrowser } from './browser.ts';
import { type Served, serve } from './serve.ts';

// A browser on a busy machine.
jest.setTimeout(300_000);

const demo = path.join('snapshots', 'demo');

/** A reviewer's tasks, in a real browser: find the riskiest path, read why, cut it, export it, compare with yesterday. */
describeWith('CHROMIUM', 'the viewer', () => {
  let browser: Browser;
  let folder: string;
  let file: string;
  let suppressions: string;
  let served: Served;

  beforeAll(async () => {
    browser = await startBrowser();
    folder = mkdtempSync(path.join(os.tmpdir(), 'postern-view-'));
    file = path.join(folder, 'report.html');
    suppressions = path.join(folder, 'accepted.yaml');
    writeFileSync(suppressions, '# kept by hand\n');
    const yesterday = path.join(folder, 'yesterday');
    // Yesterday the bucket was not public, and a table stood open that is gone today.
    await alteredDemo(yesterday, '2026-11-23T08:00:00.000Z', (record) => {
      if (record.id !== 'arn:aws:s3:::larkpay-marketing-exports') return record;
      const { GetBucketPolicy: _, ...config } = record.config;
      return { ...record, config };
    });
    expect((await run(['view', demo, '--compare', yesterday, '--export', file])).code).toBe(0);
    served = await serve([demo, '--compare', yesterday, '--suppressions', suppressions]);
  });
  afterAll(async () => {
    await served?.stop();
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const address = (mode: string): string => (mode === 'served' ? served.url : pathToFileURL(file).href);
  const text = async (page: Page, selector: string): Promise<string> => (await page.locator(selector).first().textContent()) ?? '';

  test('on paper a map has its table and its legend, and is itself again afterwards', async () => {
    const { page, problems } = await openViewer(browser, address('offline'));
    await page.locator('nav [data-view="network"]').click();
    const table = page.locator('.below details.mirror');
    const shown = (): Promise<boolean> => table.locator('tbody tr').first().isVisible();
    expect(await shown()).toBe(false);
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    expect(await shown()).toBe(true);
    expect(await table.locator('summary').textContent()).toContain(`(${await table.locator('tbody tr').count()} arrows)`);
    expect(await page.locator('.below details.legend').getAttribute('open')).not.toBeNull();
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    expect(await shown()).toBe(false);
    expect(problems).toEqual([]);
    await page.close();
  });

  test.each(['served', 'offline'])('%s: what is not seen and not decided is told as the report tells it', async (mode) => {
    const { page, problems } = await openViewer(browser, address(mode));
    const { completeness, findings } = JSON.parse((await run(['report', demo, '-f', 'json'])).out) as Assessment;
    const told = unseen(completeness, undecidedOf(findings));
    expect(told.undecided).not.toBe('');
    expect(await text(page, '.gaps summary')).toBe(told.short);
    await page.locator('.gaps summary').click();
    expect(await page.locator('.gaps p').allInnerTexts()).toEqual([`The collection is ${told.collection}.`, `${told.undecided}.`]);
    expect(await page.locator('.gaps li').allInnerTexts()).toEqual(told.gaps);
    expect(problems).toEqual([]);
    await page.close();
  });

  test.each(['served', 'offline'])('%s: the riskiest path, why, what if, with the keyboard alone', async (mode) => {
    const { page, problems } = await openViewer(browser, address(mode));
    expect(await page.locator('.story').first().getAttribute('aria-current')).toBe('true');
    expect(await text(page, '.story .ends')).toContain('larkpay-marketing-exports');
    await page.keyboard.press('ArrowRight');
    expect(await text(page, '.drawer pre')).toContain('"Effect": "Allow"');
    expect(await page.locator('.drawer mark').allInnerTexts()).toContain('"Action": "s3:GetObject"');
    await page.keyboard.press('c');
    await page.waitForSelector('.outcome');
    expect(await text(page, '.outcome')).toMatch(/[1-9]\d* of 100 listed paths go/);
    expect(await page.locator('.story').first().textContent()).toContain('cut');
    await page.keyboard.press('c');
    await page.keyboard.press('j');
    expect(await page.locator('.story').nth(1).getAttribute('aria-current')).toBe('true');
    await page.keyboard.press('/');
    await page.keyboard.type('deploy-rel');
    await page.waitForSelector('#hits [role=option]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.neighbours');
    expect(await text(page, '.panel h2')).toBe('deploy-release');
    expect(problems).toEqual([]);
    await page.close();
  });

  test('filters count what they leave, and the address carries the view', async () => {
    const { page } = await openViewer(browser, address('offline'));
    await page.selectOption('select[aria-label="Start"]', 'Internet');
    const said = /(\d+) of (\d+) stories, (\d+) of (\d+) paths/.exec(await text(page, '.count'));
    expect(Number(said?.[1])).toBe(await page.locator('.story').count());
    expect(Number(said?.[3])).toBeLessThan(Number(said?.[4]));
    await page.fill('.filter', 'bastion');
    await page.locator('.story').nth(1).click();
    const chosen = await text(page, 'h1');
    const { hash } = new URL(page.url());
    const other = await openViewer(browser, `${address('offline')}${hash}`);
    expect(await text(other.page, 'h1')).toBe(chosen);
    expect(await other.page.inputValue('.filter')).toBe('bastion');
    await page.close();
    await other.page.close();
  });

  test('takes the drawing away as SVG, PNG, PDF, JSON, with or without names', async () => {
    const { page, problems } = await openViewer(browser, address('served'));
    const take = async (name: string): Promise<string> => {
      await page.locator('.take').evaluate((menu) => menu.setAttribute('open', ''));
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.take button', { hasText: name }).first().click()]);
      const target = path.join(folder, download.suggestedFilename());
      await download.saveAs(target);
      return target;
    };
    const svg = readFileSync(await take('SVG'), 'utf8');
    expect(svg).toContain('larkpay-');
    expect(svg).not.toContain('var(--');
    expect(
      readFileSync(await take('PNG'))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const named = readFileSync(await take('PDF'), 'latin1');
    expect(named).toMatch(/^%PDF/);
    expect(named).toContain('(larkpay-');
    expect(JSON.parse(readFileSync(await take('JSON'), 'utf8'))).toMatchObject({
      path: { steps: [{}] },
      complete: true,
      undecided: { checks: expect.any(Number) },
    });
    await page.locator('.check input').check();
    const hidden = readFileSync(await take('SVG'), 'utf8');
    expect(hidden).not.toContain('larkpay');
    expect(hidden).not.toMatch(/\d{12}/);
    const nameless = readFileSync(await take('PDF'), 'latin1');
    expect(nameless).toMatch(/^%PDF/);
    expect(nameless).not.toContain('larkpay');
    // Nor in what the file says about itself, which is UTF-16.
    expect(nameless).not.toContain(Buffer.from('larkpay', 'utf16le').swap16().toString('hex'));
    expect(JSON.stringify(JSON.parse(readFileSync(await take('JSON'), 'utf8')))).not.toMatch(/larkpay|(?<![0-9a-f])\d{12}(?![0-9a-f])/);
    expect(await page.locator('body').textContent()).not.toMatch(/larkpay|001521993093/);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('compares with yesterday: the new path and the hop that makes it', async () => {
    const { page, problems } = await openViewer(browser, address('offline'));
    expect(await page.locator('.story').first().textContent()).toContain('new');
    await page.locator('nav [data-view="compare"]').click();
    expect(await page.locator('.timeline tbody tr').count()).toBe(2);
    const first = page.locator('.change.added').first();
    expect(await first.textContent()).toContain('reads objects of the bucket');
    await first.click();
    expect(await page.locator('.canvas .arrow').count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('accepts a finding into the file, through the server alone', async () => {
    const { page, problems } = await openViewer(browser, address('served'));
    await page.locator('nav [data-view="findings"]').click();
    await page.locator('.findings details').first().locator('summary').click();
    await page.locator('[data-finding]').first().click();
    await page.fill('input[name=reason]', 'a public kit');
    await page.fill('input[name=owner]', 'press team');
    await page.fill('input[name=expires]', '2001-01-01');
    await page.locator('.accept button').click();
    await page.locator('.accept [role=status]', { hasText: 'is past' }).waitFor();
    await page.fill('input[name=expires]', new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10));
    await page.locator('.accept button').click();
    await page.locator('.accept [role=status]', { hasText: 'Written to' }).waitFor();
    const written = readFileSync(suppressions, 'utf8');
    expect(written).toContain('# kept by hand');
    expect(written).toContain('owner: press team');
    // The refusal is an answer of 422, which the browser logs.
    expect(problems.filter((each) => !each.includes('422'))).toEqual([]);
    await page.close();
    const { code, err } = await run(['check', demo, '--suppressions', suppressions, '--fail-on', 'none']);
    expect(code).toBe(0);
    expect(err).not.toContain('fits no finding');
  });

  test('refuses whoever has no token, names another host or wants to write elsewhere', async () => {
    const { origin, searchParams } = new URL(served.url);
    const token = searchParams.get('token') ?? '';
    const bearer = { authorization: `Bearer ${token}` };
    expect((await fetch(`${origin}/data.json`)).status).toBe(401);
    expect((await fetch(`${origin}/?token=wrong`)).status).toBe(401);
    expect((await fetch(served.url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${origin}/suppress`, { method: 'POST', body: '{}' })).status).toBe(401);
    expect((await fetch(`${origin}/suppress`, { method: 'POST', body: '{}', headers: bearer })).status).toBe(415);
    const json = { ...bearer, 'content-type': 'application/json' };
    expect((await fetch(`${origin}/suppress`, { method: 'POST', body: '{}', headers: { ...json, origin: 'http://evil.example' } })).status).toBe(403);
    expect((await fetch(`${origin}/suppress`, { method: 'POST', body: '{}', headers: json })).status).toBe(422);
    expect((await fetch(`${origin}/suppress`, { method: 'POST', body: 'x'.repeat(20_000), headers: json })).status).toBe(413);
    const answer = await fetch(`${origin}/data.json`, { headers: bearer });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
    const { request } = await import('node:http');
    const status = await new Promise<number>((resolve) =>
      request(`${origin}/data.json`, { headers: { host: 'evil.example', ...bearer } }, (each) => resolve(each.statusCode ?? 0)).end(),
    );
    expect(status).toBe(421);
  });

  test('is one small file of the owner’s, the same bytes again', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(file).size).toBeLessThan(3_000_000);
    const [one, two] = [path.join(folder, 'one.html'), path.join(folder, 'two.html')];
    await run(['view', demo, '--export', one]);
    await run(['view', demo, '--export', two]);
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
    expect(readFileSync(one, 'utf8')).not.toContain(process.cwd());
  });

  test('a saved run opens without its snapshot', async () => {
    const saved = path.join(folder, 'run.json');
    await run(['view', demo, '--export', saved]);
    const page = path.join(folder, 'again.html');
    expect((await run(['view', saved, '--export', page])).code).toBe(0);
    expect(existsSync(page)).toBe(true);
    writeFileSync(saved, '{}');
    expect((await run(['view', saved, '--export', page])).code).toBe(2);
  });
});
