import { actionsOf } from '../derive/actions.ts';
import { loadTechniques } from '../derive/load.ts';
import type { Assessment } from '../model/assessment.ts';
import { createRanker } from '../paths/ranking.ts';
import { pathsReport } from '../paths/report.ts';
import { assessment } from '../report/assessment.ts';
import { withNeo4j } from '../store/neo4j/connection.ts';
import { pull } from '../store/neo4j/pull.ts';
import { chooseScope, listScopes } from '../store/neo4j/scope.ts';
import { buildView, type View } from '../view/build.ts';
import { loadSettings } from './analysis.ts';
import type { Invocation } from './command.ts';
import { packagePath } from './package-path.ts';
import { version } from './version.ts';

/** The view of a graph that was pushed. Ranking is done here as for a snapshot; records, findings and gaps stand in the snapshot only, and the page says so. */
export async function neo4jView(invocation: Invocation): Promise<View> {
  const settings = await loadSettings(invocation.text('--config'));
  const { scope, graph } = await withNeo4j(invocation.io.env, async (driver) => {
    const chosen = chooseScope(await listScopes(driver), invocation.text('--scope'));
    return { scope: chosen, graph: await pull(driver, chosen.name) };
  });
  const loaded = await loadTechniques(packagePath('rules', 'techniques'));
  const techniques: Assessment['techniques'] = Object.fromEntries(
    loaded.map(({ id, title, fix, attack, references }) => [id, { title, fix: fix?.summary ?? '', attack, references }]),
  );
  const ranker = createRanker(graph, settings, new Map(loaded.map(({ id, title }) => [id, title])));
  const completeness = { complete: false, gaps: [], notModelled: ['read from Neo4j: what was not collected stands in the snapshot'] };
  const accounts = [...new Set(Array.from({ length: graph.nodeCount }, (_, node) => graph.node(node).account))].filter((account) => account !== '').sort();
  return buildView({
    source: { kind: 'neo4j', name: scope.name },
    assessment: assessment({
      version: version(),
      snapshot: {
        hash: scope.snapshot,
        manifest: { start: '', end: '', scope: { accounts }, files: [{ count: scope.nodes }] },
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
}
