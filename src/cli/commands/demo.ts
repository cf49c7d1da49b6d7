import type { ExposurePath } from '../../model/assessment.ts';
import { pathLines, pathsText } from '../../report/text.ts';
import type { Analysis } from '../analysis.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { packagePath } from '../package-path.ts';
import { offlineHtml } from '../page.ts';
import { writeWhole } from '../write-whole.ts';

/** The main job on the bundled snapshot: the ten riskiest paths as text, and a page with their diagrams. No server, no account. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const estate = invocation.text('--estate') === 'aws' ? 'demo' : 'demo-hybrid';
  const { analysis, assessment } = await buildAssessment(packagePath('snapshots', estate), invocation, 100);
  const { paths } = assessment;
  // The page lists a hundred paths by story, the text as many as were asked for.
  const listed = { ...paths, paths: paths.paths.slice(0, Number(invocation.text('--top') ?? '10')) };
  io.out(pathsText(listed, (id) => assessment.nodes[id]?.name ?? id));
  const crossing = analysis
    .ranker()
    .top(200)
    .filter((path) => crossesClouds(path, analysis));
  if (crossing.length > 0) {
    io.out('\nfrom one cloud to another, riskiest first\n\n');
    for (const [index, path] of crossing.slice(0, 3).entries()) io.out(`${pathLines(path, index + 1, (id) => nameOf(id, analysis)).join('\n')}\n\n`);
  }
  const file = invocation.text('--export') ?? 'postern-demo.html';
  await writeWhole(file, await offlineHtml(analysis, assessment, `snapshots/${estate}`));
  io.err(`\nthe same as diagrams, in one offline file: ${file}\n`);
  return 0;
}

const nameOf = (id: string, { graph }: Analysis): string => {
  const index = graph.indexOf(id);
  return index < 0 ? id : graph.node(index).name;
};

/** Whether a path goes through resources of more than one cloud. Entra ID is Azure's directory, so the two are one. */
export function crossesClouds(path: ExposurePath, { graph, types }: Analysis): boolean {
  const clouds = new Set<string>();
  for (const { from, to } of path.steps)
    for (const id of [from, to]) {
      const index = graph.indexOf(id);
      const provider = index < 0 ? undefined : types.get(graph.node(index).type)?.collector.provider;
      if (provider !== undefined) clouds.add(provider === 'aws' ? 'aws' : 'azure');
    }
  return clouds.size > 1;
}
