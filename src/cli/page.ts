import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Assessment } from '../model/assessment.ts';
import { InputError } from '../model/error.ts';
import type { ViewInput } from '../view/build.ts';
import type { PageAssets } from '../view/page.ts';
import type { Analysis } from './analysis.ts';
import { packagePath } from './package-path.ts';

/** What the viewer shows of a snapshot. `name` stands in the commands that the page prints. */
export function viewInput(analysis: Analysis, assessment: Assessment, name: string): ViewInput {
  const { graph, settings, snapshot, actions } = analysis;
  return { source: { kind: 'snapshot', name: shown(name) }, assessment, graph, ranker: analysis.ranker(), settings, snapshot, actions };
}

/** The viewer with a run inside, as one HTML file. */
export async function offlineHtml(analysis: Analysis, assessment: Assessment, name: string): Promise<string> {
  const [{ buildView }, { withLetters }, { offlinePage }] = [
    await import('../view/build.ts'),
    await import('../view/letters.ts'),
    await import('../view/page.ts'),
  ];
  return offlinePage(await withLetters(buildView(viewInput(analysis, assessment, name))), await pageAssets());
}

/** A path inside the working folder as it was typed, else its last part: pages are handed on, and the folders of this machine are nobody's business. */
const shown = (name: string): string => (path.isAbsolute(name) ? path.basename(name) : name);

/** The built page. Absent only in a source tree that was not built. */
export async function pageAssets(): Promise<PageAssets> {
  const read = (name: string): Promise<string> =>
    readFile(packagePath('dist', 'web', name), 'utf8').catch(() => {
      throw new InputError('the viewer was not built', { help: 'npm run build' });
    });
  return { script: await read('main.js'), style: await read('style.css'), cytoscape: await read('cytoscape.js') };
}
