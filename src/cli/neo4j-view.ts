import { actionsOf } from '../derive/actions.ts';
import { pathsReport } from '../paths/report.ts';
import { assessment } from '../report/assessment.ts';
import { buildView, type View } from '../view/build.ts';
import { withLetters } from '../view/letters.ts';
import { described } from './analysis.ts';
import type { Invocation } from './command.ts';
import { analyseStored } from './from-store.ts';
import { version } from './version.ts';

/** The view of graphs that were pushed. Ranking is done here as for a snapshot; records and findings stand in the snapshots only, and the page says so. */
export async function neo4jView(invocation: Invocation): Promise<View> {
  const { graph, settings, techniques: loaded, scopes, completeness: told, ranker: rank } = await analyseStored(invocation);
  const techniques = await described(loaded);
  const ranker = rank();
  const completeness = { ...told, notModelled: [...told.notModelled, 'read from Neo4j: findings and records stand in the snapshots'] };
  const accounts = [...new Set(Array.from({ length: graph.nodeCount }, (_, node) => graph.node(node).account))].filter((account) => account !== '').sort();
  const nodes = scopes.reduce((sum, scope) => sum + scope.nodes, 0);
  const view = buildView({
    source: { kind: 'neo4j', name: scopes.map((scope) => scope.name).join(' ') },
    assessment: assessment({
      version: version(),
      snapshot: {
        hash: scopes.map((scope) => scope.snapshot).join(' '),
        manifest: { start: '', end: '', scope: { accounts }, files: [{ count: nodes }] },
      },
      graph,
      completeness,
      paths: pathsReport(ranker, completeness, Number(invocation.text('--top') ?? '100')),
      findings: [],
      rules: [],
      frameworks: [],
      techniques,
    }),
    graph,
    ranker,
    settings,
    actions: Object.fromEntries(loaded.map((technique) => [technique.id, actionsOf(technique)])),
  });
  return withLetters(view);
}
