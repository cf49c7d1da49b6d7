import { createHash } from 'node:crypto';
import { gzipSync, strToU8 } from 'fflate';
import type { View } from './build.ts';

export interface PageAssets {
  readonly script: string;
  readonly style: string;
  /** Run when an exploration is opened, not before. */
  readonly cytoscape: string;
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
 * Compressed, in letters that no markup can come of. By a compressor in JavaScript, since zlib's bytes differ between machines, and a page of the same run must not. Level 9 takes twice as long for 4 % less.
 */
const packed = (id: string, text: string): string =>
  `<script type="text/plain" id="${id}">${Buffer.from(gzipSync(strToU8(text), { level: 5, mtime: 0 })).toString('base64')}</script>`;

/**
 * One file that needs nothing else: the same page with script, style and data inside. Scripts are allowed by their hashes, Cytoscape's too, which is unpacked and run when an exploration
 * is opened. Data is compressed, as names and ids say the same over and over; the estate, which only some views need, by itself.
 */
export function offlinePage({ model, estate }: View, assets: PageAssets): string {
  const script = assets.script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const scripts = [script, assets.cytoscape].map(hashOf).join(' ');
  const policy = `default-src 'none'; script-src ${scripts}; style-src ${hashOf(assets.style)}; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta http-equiv="Content-Security-Policy" content="${policy}">
${head}
<style>${assets.style}</style>
</head>
<body><div id="app"></div>
${packed('data', JSON.stringify(model))}
${packed('estate', JSON.stringify(estate))}
${packed('cytoscape.js', assets.cytoscape)}
<script type="module">${script}</script>
</body>
</html>
`;
}
