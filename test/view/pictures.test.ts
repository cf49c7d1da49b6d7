import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pixelmatch from 'pixelmatch';
import type { Browser, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { describeWith } from '../servers/describe-with.ts';
import { run } from '../support/run.ts';
import { alteredDemo } from './altered.ts';
import { openViewer, startBrowser } from './browser.ts';
import { type Picture, pictures } from './pictures.ts';

// A browser on a busy machine.
jest.setTimeout(300_000);

const folder = path.join('test', 'view', 'pictures');
const docs = path.join('docs', 'viewer');
/** The run that the pictures show, as it was when they were taken: they change when the page changes, not when the analysis does. */
const frozen = path.join(folder, 'run.json.gz');
/** `npm run pictures` takes them anew; read them then. */
const anew = process.env['UPDATE_GOLDEN'] === '1';
/** So large a picture shows whether something moved. */
const small = 0.4;
/** Share of points that may differ where letters are drawn as they were, and where they are not: other fonts break lines elsewhere. */
const most = { same: 0.004, other: 0.12 };

interface Made {
  readonly browser: string;
  /** Widths of a text in the page's fonts: whether letters are the same ones. */
  readonly fonts: string;
}

describeWith('CHROMIUM', 'pictures of every view', () => {
  let browser: Browser;
  let scratch: string;
  let file: string;
  let here: Made;

  beforeAll(async () => {
    scratch = mkdtempSync(path.join(os.tmpdir(), 'postern-pictures-'));
    browser = await startBrowser();
    const saved = path.join(scratch, 'run.json');
    if (anew) {
      mkdirSync(folder, { recursive: true });
      const yesterday = path.join(scratch, 'yesterday');
      await alteredDemo(yesterday, '2026-11-23T08:00:00.000Z', (record) => {
        if (record.id !== 'arn:aws:s3:::larkpay-marketing-exports') return record;
        const { GetBucketPolicy: _, ...config } = record.config;
        return { ...record, config };
      });
      expect(await run(['view', path.join('snapshots', 'demo'), '--compare', yesterday, '--top', '40', '--export', saved])).toMatchObject({ code: 0 });
      writeFileSync(frozen, gzipSync(readFileSync(saved, 'utf8').replaceAll(yesterday, 'snapshots/yesterday'), { level: 9 }));
    }
    writeFileSync(saved, gunzipSync(readFileSync(frozen)));
    file = path.join(scratch, 'page.html');
    const made = await run(['view', saved, '--export', file]);
    if (made.code !== 0) throw new Error(`${made.err}the frozen run is of another version: npm run pictures`);
    here = await fingerprint();
    if (anew) writeFileSync(path.join(folder, 'made.json'), `${JSON.stringify(here, null, 2)}\n`);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function fingerprint(): Promise<Made> {
    const { page } = await openViewer(browser, pathToFileURL(file).href);
    const fonts = await page.evaluate(`['', 'bold', 'monospace'].map((style) => {
      const span = document.createElement('span');
      span.textContent = 'The quick brown fox 0123456789 → ×';
      span.style.cssText = 'position:absolute;white-space:nowrap;font-size:100px;' + (style === 'bold' ? 'font-weight:700' : style === '' ? '' : 'font-family:monospace');
      document.body.append(span);
      const width = span.getBoundingClientRect().width;
      span.remove();
      return width.toFixed(1);
    }).join(' ')`);
    await page.close();
    return { browser: browser.version().split('.')[0] ?? '', fonts: String(fonts) };
  }

  async function taken(picture: Picture, scale: number): Promise<Buffer> {
    const { hash = '', act, scheme = 'light', print, width = 1360, height = 820 } = picture;
    const { page, problems } = await openViewer(browser, `${pathToFileURL(file).href}#${hash}`, { scheme, width, height, scale, ready: 'h1' });
    await page.getByText(/^Reading/).waitFor({ state: 'detached' });
    await act?.(page);
    // Nothing shows where somebody stands: a blinking cursor is no part of a view.
    await page.evaluate('document.activeElement?.blur()');
    await page.waitForTimeout(400);
    if (print === true) await printed(page);
    const shot = await page.screenshot({ caret: 'hide', animations: 'disabled', fullPage: print === true });
    expect(problems).toEqual([]);
    await page.close();
    return shot;
  }

  const printed = async (page: Page): Promise<void> => {
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    await page.waitForTimeout(200);
  };

  test.each(pictures.map((picture) => [picture.name, picture] as const))('%s looks as it did', async (name, picture) => {
    const reference = path.join(folder, `${name}.png`);
    const now = await taken(picture, small);
    if (anew) {
      writeFileSync(reference, now);
      if (picture.shown === true) writeFileSync(path.join(docs, `${name.replace('-dark', '')}.png`), await taken(picture, 1));
      return;
    }
    const made: Made = JSON.parse(readFileSync(path.join(folder, 'made.json'), 'utf8'));
    const same = made.browser === here.browser && made.fonts === here.fonts;
    const [before, after] = [PNG.sync.read(readFileSync(reference)), PNG.sync.read(now)];
    // A page that is printed is as long as its text.
    const height = same ? before.height : Math.min(before.height, after.height);
    expect([after.width, same ? after.height : height]).toEqual([before.width, height]);
    const [a, b] = [before, after].map((each) => each.data.subarray(0, before.width * height * 4)) as [Buffer, Buffer];
    const differ = pixelmatch(a, b, undefined, before.width, height, { threshold: 0.2 }) / (before.width * height);
    if (differ > most.same) writeFileSync(path.join(os.tmpdir(), `postern-picture-${name}.png`), now);
    expect([name, differ <= (same ? most.same : most.other), differ]).toEqual([name, true, differ]);
  });
});
