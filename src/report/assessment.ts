import type { Graph } from '../graph/graph.ts';
import type { Assessment, Completeness, Finding, FrameworkResult, PathsReport, RecordPlace, RuleInfo, Severity } from '../model/assessment.ts';
import type { Manifest, Snapshot } from '../model/record.ts';
import { isStep } from '../model/vocabulary.ts';

export interface AssessmentInput {
  readonly version: string;
  /** What is said of the snapshot; a graph from a database knows little of it. */
  readonly snapshot: {
    readonly hash: string;
    readonly manifest: Pick<Manifest, 'start' | 'end'> & {
      readonly scope: { readonly accounts: readonly string[] };
      readonly files: readonly { readonly count: number }[];
    };
  };
  /** Where the evidence stands; a graph from a database has no records. */
  readonly records?: Snapshot;
  readonly graph: Graph;
  readonly completeness: Completeness;
  readonly paths: PathsReport;
  readonly findings: readonly Finding[];
  readonly rules: readonly RuleInfo[];
  readonly frameworks: readonly FrameworkResult[];
  readonly techniques: Assessment['techniques'];
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** What every report format is made from. Names and kinds are given for every node that a path or finding mentions, and only for those. */
export function assessment(input: AssessmentInput): Assessment {
  const { snapshot, graph, paths, findings } = input;
  const mentioned = new Set<string>();
  for (const path of paths.paths) {
    mentioned.add(path.entry.id).add(path.target.id);
    for (const step of path.steps) mentioned.add(step.from).add(step.to);
  }
  for (const finding of findings) mentioned.add(finding.resource);
  for (const point of paths.chokePoints) mentioned.add(point.id);
  for (const step of paths.chokeSteps) mentioned.add(step.from).add(step.to);
  const used = new Set(paths.paths.flatMap((path) => path.steps.flatMap((step) => step.techniques)));
  let steps = 0;
  for (let edge = 0; edge < graph.edgeCount; edge++) if (isStep(graph.edgeKind(edge))) steps++;
  const failed = findings.filter((finding) => finding.result === 'fail');
  return {
    schema: 'assessment/v1',
    tool: { name: 'postern', version: input.version },
    snapshot: {
      hash: snapshot.hash,
      start: snapshot.manifest.start,
      end: snapshot.manifest.end,
      accounts: snapshot.manifest.scope.accounts,
      records: snapshot.manifest.files.reduce((sum, file) => sum + file.count, 0),
    },
    completeness: input.completeness,
    summary: {
      nodes: graph.nodeCount,
      steps,
      findings: Object.fromEntries(severities.map((level) => [level, failed.filter((finding) => finding.severity === level).length])) as Record<
        Severity,
        number
      >,
      paths: paths.paths.length,
      riskiest: paths.paths[0]?.risk ?? 0,
    },
    paths,
    findings,
    records: input.records === undefined ? {} : recordPlaces(input.records, evidenceResources(findings, paths)),
    rules: Object.fromEntries(input.rules.map((rule) => [rule.id, ruleInfo(rule)])),
    frameworks: input.frameworks,
    nodes: Object.fromEntries(
      [...mentioned].sort().flatMap((id) => {
        const index = graph.indexOf(id);
        if (index < 0) return [];
        const { kind, type, name, account, region } = graph.node(index);
        return [[id, { kind, type, name, account, region }]];
      }),
    ),
    techniques: Object.fromEntries(
      Object.entries(input.techniques)
        .filter(([id]) => used.has(id))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}

/** Ids of all records that prove a finding or a hop. */
function evidenceResources(findings: readonly Finding[], paths: PathsReport): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const finding of findings) for (const each of finding.evidence) ids.add(each.resource);
  for (const path of paths.paths) for (const step of path.steps) for (const each of step.evidence) ids.add(each.resource);
  return ids;
}

/** File and line of records: a file holds the records of one account, region and type, sorted by id, one a line. */
function recordPlaces(snapshot: Snapshot, wanted: ReadonlySet<string>): Readonly<Record<string, RecordPlace>> {
  const files = new Map(snapshot.manifest.files.map((file) => [`${file.type}\n${file.account}\n${file.region}`, file.path]));
  const lines = new Map<string, number>();
  const places: [string, RecordPlace][] = [];
  for (const record of snapshot.all()) {
    const key = `${record.type}\n${record.account}\n${record.region}`;
    const line = (lines.get(key) ?? 0) + 1;
    lines.set(key, line);
    if (wanted.has(record.id)) places.push([record.id, { file: files.get(key) ?? '', line }]);
  }
  return Object.fromEntries(places.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

/** A rule without its logic, which is nothing that a report could show. */
function ruleInfo(rule: RuleInfo): RuleInfo {
  const { id, title, severity, confidence, provider, family, categories, description, risk, references, attack, mitigations } = rule;
  const { summary, effort, cli, terraform, console } = rule.remediation;
  const remediation = {
    summary,
    ...(effort === undefined ? {} : { effort }),
    ...(cli === undefined ? {} : { cli }),
    ...(terraform === undefined ? {} : { terraform }),
    ...(console === undefined ? {} : { console }),
  };
  return { id, title, severity, confidence, provider, family, categories, description, risk, remediation, references, attack, mitigations };
}

/** What was not seen: calls that did not end well, and what the snapshot holds that is not modelled. */
export function completeness(snapshot: Snapshot, notModelled: readonly string[]): Completeness {
  const gaps = snapshot.gaps();
  return { complete: snapshot.manifest.state === 'complete' && gaps.length === 0, gaps, notModelled: [...notModelled].sort() };
}
