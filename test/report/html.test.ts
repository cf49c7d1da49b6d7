import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { htmlReport } from '../../src/report/html/page.ts';
import { describeWith } from '../servers/describe-with.ts';
import { assessmentFixture, manyFindings } from '../support/assessment.ts';

describeWith('CHROMIUM', 'the HTML report in a browser', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-html-'));
  let browser: Browser;
  let page: Page;
  const wrong: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: process.env['POSTERN_TEST_CHROMIUM'] ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => (message.type() === 'error' ? wrong.push(message.text()) : undefined));
    page.on('request', (request) => (request.url().startsWith('file:') || request.url().startsWith('data:') ? undefined : wrong.push(request.url())));
    page.on('dialog', () => wrong.push('a name became script'));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = async (html: string): Promise<number> => {
    const file = path.join(folder, 'report.html');
    writeFileSync(file, html);
    const begun = performance.now();
    await page.goto(`file://${file}`);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    return performance.now() - begun;
  };

  test('50,000 findings open in two seconds, with a few rows made; the last is one key away, any is one search away', async () => {
    const took = await open(htmlReport(manyFindings(50_000)));
    expect(await page.locator('#rows .row').count()).toBeLessThan(60);
    expect(await page.locator('#f-count').textContent()).toBe('50000 of 50000 findings');
    await page.locator('#rows').focus();
    await page.keyboard.press('End');
    expect(await page.locator('#rows [aria-selected=true]').textContent()).toContain('bucket-049999');
    await page.fill('#f-text', 'bucket-012345');
    await page.locator('#f-count', { hasText: /^1 of/ }).waitFor();
    expect(took).toBeLessThan(process.env['CI'] === 'true' ? 6000 : 2000);
  });

  test('a finding shows its resource, fix and evidence; what is hostile stays text', async () => {
    await open(htmlReport(assessmentFixture));
    await page.selectOption('#f-result', '');
    expect(await page.locator('#f-count').textContent()).toBe('7 of 7 findings');
    await page.locator('#rows .row').first().click();
    const detail = await page.locator('#detail').textContent();
    expect(detail).toContain('arn:aws:s3:::ledger-archive');
    expect(detail).toContain('records/111122223333/global/AWS-S3-Bucket.ndjson.gz:2#/config/GetBucketPolicy/Policy/Statement/0');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('svg[role=img]').count()).toBe(2);
  });

  test('nothing was sent, no error was made', () => expect(wrong).toEqual([]));
});
