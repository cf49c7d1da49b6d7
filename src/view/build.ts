import type { Graph } from '../graph/graph.ts';
import type { Assessment } from '../model/assessment.ts';
import type { Json } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { StepFamily } from '../model/vocabulary.ts';
import { endNode } from '../paths/end-steps.ts';
import type { Ranker } from '../paths/ranking.ts';
import { distancesTo } from '../paths/reverse-tree.ts';
import type { Settings } from '../paths/settings.ts';
import type { StepNetwork } from '../paths/step-network.ts';
import { undecidedOf } from '../report/unseen.ts';
import { classMap } from './class-map.ts';
import { pathChanges, type Run } from './compare.ts';
import { estateData } from './estate.ts';
import { configOf, excerpt } from './excerpt.ts';
import { legend } from './legend.ts';
import { places } from './places.ts';
import { removals } from './removals.ts';
import { storyDiagrams } from './story-diagram.ts';
import { type ClassMap, type EstateData, type Excerpt, evidenceKey, type TimelinePoint, type ViewModel } from './view-model.ts';

/** So many findings of a rule are listed; an unknown that is everywhere would be most of the page. */
const most = 60;

/** A run: a snapshot with what was derived from it. */
export interface ViewInput {
  readonly source: ViewModel['source'];
  readonly assessment: Assessment;
  readonly graph: Graph;
  readonly ranker: Ranker;
  readonly settings: Settings;
  /** Absent when the graph comes from a database: then there are no records to show. */
  readonly snapshot?: Pick<Snapshot, 'find'>;
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

export interface View {
  readonly model: ViewModel;
  readonly estate: EstateData;
}

/** Makes the page's data: lays out every story and both maps, and looks up what the evidence points at. */
export function buildView(input: ViewInput, older: readonly (ViewInput & { readonly name: string })[] = []): View {
  const { graph, ranker } = input;
  const { listed, counts, passed } = listedFindings(input.assessment.findings);
  const ruled = new Set(listed.map((finding) => finding.rule));
  const assessment: Assessment = {
    ...input.assessment,
    findings: listed,
    rules: Object.fromEntries(Object.entries(input.assessment.rules).filter(([id]) => ruled.has(id))),
    // Controls are for the report; no view of the page shows them.
    frameworks: [],
    records: placed(input.assessment, listed),
    nodes: mentioned(input.assessment, listed),
  };
  const { paths } = assessment.paths;
  const find = (id: string): ReturnType<Snapshot['find']> => input.snapshot?.find(id);
  const records: Record<string, Excerpt> = {};
  for (const evidence of [...paths.flatMap((path) => path.steps.flatMap((step) => step.evidence)), ...listed.flatMap((finding) => finding.evidence)]) {
    const key = evidenceKey(evidence);
    const record = key in records ? undefined : find(evidence.resource);
    const found = record === undefined ? undefined : excerpt(record, evidence);
    if (found !== undefined) records[key] = found;
  }
  const configs: Record<string, Json> = {};
  for (const id of new Set(paths.flatMap((path) => path.steps.flatMap((step) => [step.from, step.to])))) {
    const record = find(id);
    if (record !== undefined) configs[id] = configOf(record);
  }
  const where = places(graph);
  const placeOf = (id: string): readonly string[] => {
    const node = graph.indexOf(id);
    return node < 0 ? [] : where.of(node);
  };
  const diagrams = storyDiagrams(assessment, placeOf);
  const weight = importance(ranker);
  const map = (...families: StepFamily[]): ClassMap => classMap(graph, new Set(families), (node) => where.of(node), weight);
  const maps = { network: map('network'), identity: map('identity', 'code') };
  const drawn = [
    ...diagrams.flatMap((each) => [each.folded, ...(each.unfolded === undefined ? [] : [each.unfolded])]),
    maps.network.diagram,
    maps.identity.diagram,
  ];
  const kindOf = (id: string): string => {
    const node = graph.indexOf(id);
    return node < 0 ? '' : graph.kind(node);
  };
  const names: Record<string, { name: string; kind: string }> = {};
  for (const id of drawn.flatMap((diagram) => [...diagram.groups.map((group) => group.id), ...diagram.nodes.flatMap((node) => node.members)])) {
    const node = graph.indexOf(id);
    if (node >= 0 && assessment.nodes[id] === undefined) names[id] = { name: graph.node(node).name, kind: graph.kind(node) };
  }
  const used = new Set(Object.keys(assessment.techniques));
  return {
    model: {
      schema: 'view/v5',
      source: input.source,
      assessment,
      passed,
      findingCounts: counts,
      undecided: undecidedOf(input.assessment.findings),
      diagrams,
      maps,
      records,
      configs,
      actions: Object.fromEntries(Object.entries(input.actions).filter(([id]) => used.has(id))),
      legend: legend(assessment, drawn, kindOf),
      names,
      removals: removals(graph, paths),
      timeline: older.map((each) => timelinePoint(input, each)),
    },
    estate: estateData(graph, ranker, input.settings, listed),
  };
}

/** What did not pass, so many of each rule and result as a reader opens, and how many there are. */
function listedFindings(findings: Assessment['findings']): { listed: Assessment['findings']; counts: ViewModel['findingCounts']; passed: number } {
  const counts: Record<string, Record<string, number>> = {};
  const listed = findings.filter(({ rule, result }) => {
    if (result === 'pass') return false;
    counts[rule] ??= {};
    const count = (counts[rule][result] ?? 0) + 1;
    counts[rule][result] = count;
    return count <= most;
  });
  return { listed, counts, passed: findings.filter((finding) => finding.result === 'pass').length };
}

/** Names and kinds of what paths and listed findings mention: passed findings name most of the estate. */
function mentioned(assessment: Assessment, listed: Assessment['findings']): Assessment['nodes'] {
  const ids = new Set(listed.map((finding) => finding.resource));
  for (const path of assessment.paths.paths) {
    ids.add(path.entry.id).add(path.target.id);
    for (const step of path.steps) for (const id of [step.from, step.to, ...step.evidence.map((each) => each.resource)]) ids.add(id);
  }
  for (const point of assessment.paths.chokePoints) ids.add(point.id);
  for (const step of assessment.paths.chokeSteps) ids.add(step.from).add(step.to);
  return Object.fromEntries(Object.entries(assessment.nodes).filter(([id]) => ids.has(id)));
}

/** Where the records stand that paths and listed findings point at. */
function placed({ records, paths }: Assessment, listed: Assessment['findings']): Assessment['records'] {
  const evidence = [...paths.paths.flatMap((path) => path.steps.flatMap((step) => step.evidence)), ...listed.flatMap((finding) => finding.evidence)];
  const ids = new Set(evidence.map((each) => each.resource));
  return Object.fromEntries(Object.entries(records).filter(([id]) => ids.has(id)));
}

/** How much the riskiest route through every node weighs: likelihood of coming there times the value that lies behind. */
function importance(ranker: Ranker): Float64Array {
  const { network, jewels, entries } = ranker;
  const behind = distancesTo(
    network,
    jewels.map(({ node, value }) => ({ node, cost: -Math.log(value / 100) })),
  );
  const before = distancesTo(reversed(network), entries);
  // A node on no route still has steps to show, after all that are.
  return behind.map((cost, node) => Math.max(1e-12, Math.exp(-cost - Math.min(before[node] ?? 0, before[endNode(network, node)] ?? 0))));
}

function reversed(network: StepNetwork): StepNetwork {
  return { ...network, inOffsets: network.offsets, inSources: network.targets, inCosts: network.costs };
}

function timelinePoint(now: ViewInput, then: ViewInput & { readonly name: string }): TimelinePoint {
  const run = (input: ViewInput): Run => ({ ranker: input.ranker, paths: input.assessment.paths.paths });
  const { snapshot, paths, findings } = then.assessment;
  return {
    name: then.name,
    hash: snapshot.hash,
    end: snapshot.end,
    records: snapshot.records,
    paths: paths.paths,
    risk: paths.paths.reduce((sum, path) => sum + path.risk, 0),
    findings: findings.filter((finding) => finding.result === 'fail').length,
    added: pathChanges(run(now), run(then)),
    removed: pathChanges(run(then), run(now)),
  };
}
