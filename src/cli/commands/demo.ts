import { pathsText } from '../../report/text.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';
import { offlineHtml } from '../page.ts';
import { writeWhole } from './report.ts';

/** The main job on the bundled snapshot: the ten riskiest paths as text, and a page with their diagrams. No server, no account. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const { analysis, assessment } = await buildAssessment(packagePath('snapshots', 'demo'), invocation, 100);
  const { paths } = assessment;
  // The page lists a hundred paths by story, the text as many as were asked for.
  const listed = { ...paths, paths: paths.paths.slice(0, Number(invocation.text('--top') ?? '10')) };
  io.out(pathsText(listed, (id) => assessment.nodes[id]?.name ?? id));
  const file = invocation.text('--export') ?? 'postern-demo.html';
  await writeWhole(file, await offlineHtml(analysis, assessment, 'snapshots/demo'));
  io.err(`\nthe same as diagrams, in one offline file: ${file}\n`);
  return 0;
}
