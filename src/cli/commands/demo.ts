import { pathsText } from '../../report/text.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';
import { writeWhole } from './report.ts';
import { pageAssets } from './view.ts';

/** The main job on the bundled snapshot: the ten riskiest paths as text, and a page with their diagrams. No server, no account. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const [{ viewModel }, { offlinePage }] = [await import('../../view/build.ts'), await import('../../view/page.ts')];
  const { analysis, assessment } = await buildAssessment(packagePath('snapshots', 'demo'), invocation);
  io.out(pathsText(assessment.paths, (id) => assessment.nodes[id]?.name ?? id));
  const file = invocation.text('--export') ?? 'postern-demo.html';
  await writeWhole(file, offlinePage(await viewModel(assessment, analysis.snapshot), await pageAssets()));
  io.err(`\nthe same as diagrams, in one offline file: ${file}\n`);
  return 0;
}
