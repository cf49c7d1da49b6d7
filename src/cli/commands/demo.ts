import type { ExposurePath } from '../../model/assessment.ts';
import { pathLines, pathsText } from '../../report/text.ts';
import { undecidedOf } from '../../report/unseen.ts';
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
  io.out(pathsText(listed, (id) => assessment.nodes[id]?.name ?? id, undecidedOf(assessment.findings)));
  const crossing = crossings(analysis);
  if (crossing.length > 0) {
    io.out('\nfrom one cloud to another, the riskiest path of each way across\n\n');
    for (const [index, path] of crossing.entries()) io.out(`${pathLines(path, index + 1, (id) => nameOf(id, analysis)).join('\n')}\n\n`);
  }
  const file = invocation.text('--export') ?? 'postern-demo.html';
  await writeWhole(file, await offlineHtml(analysis, assessment, `snapshots/${estate}`));
  io.err(`\nthe same as diagrams, in one offline file: ${file}\n`);
  return 0;
}

/** Paths that are looked through for ways across, and ways that are shown. */
const [ranked, shown] = [200, 8];

/** The riskiest path across clouds for each kind of entry and each technique that leads across, riskiest first. */
function crossings(analysis: Analysis): readonly ExposurePath[] {
  const best = new Map<string, ExposurePath>();
  for (const path of analysis.ranker().top(ranked)) {
    const [across] = crossingSteps(path, analysis);
    const way = `${path.entry.kind} ${across?.techniques[0]}`;
    if (across !== undefined && !best.has(way)) best.set(way, path);
  }
  return [...best.values()].slice(0, shown);
}

const nameOf = (id: string, { graph }: Analysis): string => {
  const index = graph.indexOf(id);
  return index < 0 ? id : graph.node(index).name;
};

/** Whether a path goes through resources of more than one cloud. */
export const crossesClouds = (path: ExposurePath, analysis: Analysis): boolean => crossingSteps(path, analysis).length > 0;

/** The steps that arrive in another cloud than the path was in. Entra ID is Azure's directory, so the two are one. */
function crossingSteps({ steps }: ExposurePath, { graph, types }: Analysis): readonly ExposurePath['steps'][number][] {
  const cloudOf = (id: string): string | undefined => {
    const index = graph.indexOf(id);
    const provider = index < 0 ? undefined : types.get(graph.node(index).type)?.collector.provider;
    return provider === 'entra' ? 'azure' : provider;
  };
  let cloud = cloudOf(steps[0]?.from ?? '');
  return steps.filter(({ to }) => {
    const next = cloudOf(to) ?? cloud;
    const crosses = cloud !== undefined && next !== cloud;
    cloud = next;
    return crosses;
  });
}
