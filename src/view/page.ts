import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { View } from './build.ts';

export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What the page may do when it is served: load its own script and style, fetch from where it came, nothing else. */
export const servedPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const head = `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>Postern: attack paths</title>`;

/** The page as the server gives it; script, style and data are fetched from the server. */
export function servedPage(): string {
  return `<!doctype html>
<html lang="en">
<head>
${head}
<link rel="stylesheet" href="/style.css">
<script type="module" src="/main.js"></script>
</head>
<body><div id="app"></div></body>
</html>
`;
}

/**
 * One file that needs nothing else: the same page with script, style and data inside, allowed by their hashes. The estate, which only some views need and which is large, is compressed
 * and unpacked when such a view is opened.
 */
export function offlinePage({ model, estate }: View, assets: PageAssets): string {
  // `</script` and `<!--` cannot occur: every `<` of the data is written as an escape that JSON reads back.
  const data = JSON.stringify(model).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  const script = assets.script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(assets.style)}; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="${policy}">
${head}
<style>${assets.style}</style>
</head>
<body><div id="app"></div>
<script type="application/json" id="data">${data}</script>
<script type="text/plain" id="estate">${gzipSync(JSON.stringify(estate), { level: 9 }).toString('base64')}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}
