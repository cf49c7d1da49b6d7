import type { Assessment, ControlResult } from '../model/assessment.ts';
import { bandOf } from './facts.ts';

const label = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/**
 * Prometheus text format (0.0.4) for node_exporter's textfile collector: numbers about the last run, no name of any resource. When the run was is a metric too, so that an
 * alert can tell that a cron job has stopped.
 */
export function metrics(assessment: Assessment): string {
  const { summary, findings, paths, comparison, snapshot, completeness, frameworks } = assessment;
  const lines: string[] = [];
  const metric = (name: string, help: string, values: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]): void => {
    lines.push(`# HELP postern_${name} ${help}`, `# TYPE postern_${name} gauge`);
    for (const [labels, value] of values) {
      const text = Object.entries(labels).map(([key, each]) => `${key}="${label(each)}"`);
      lines.push(`postern_${name}${text.length === 0 ? '' : `{${text.join(',')}}`} ${value}`);
    }
  };
  const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
  const results = ['fail', 'pass', 'unknown', 'error', 'suppressed'] as const;
  const count = (severity: string, result: string): number => findings.filter((finding) => finding.severity === severity && finding.result === result).length;
  metric(
    'findings',
    'Findings by severity and result.',
    severities.flatMap((severity) => results.map((result) => [{ severity, result }, count(severity, result)] as const)),
  );
  metric(
    'paths',
    'Listed exposure paths by severity.',
    severities.slice(0, 4).map((severity) => [{ severity }, paths.paths.filter((path) => bandOf(path.risk) === severity).length] as const),
  );
  metric('path_risk_max', 'Risk of the riskiest exposure path, 0 to 100.', [[{}, summary.riskiest]]);
  if (comparison !== undefined) {
    metric('new', 'What the baseline did not have.', [
      [{ of: 'findings' }, comparison.newFindings.length],
      [{ of: 'paths' }, comparison.newPaths.length],
    ]);
    metric('fixed', 'What the baseline had and this run has not.', [
      [{ of: 'findings' }, comparison.fixedFindings.length],
      [{ of: 'paths' }, comparison.fixedPaths.length],
    ]);
  }
  const controls: readonly ControlResult['result'][] = ['fail', 'pass', 'unknown', 'suppressed', 'manual', 'uncovered', 'not-applicable'];
  if (frameworks.length > 0)
    metric(
      'controls',
      'Controls of each framework by result.',
      frameworks.flatMap(({ id, version, controls: all }) =>
        controls.map((result) => [{ framework: id, version, result }, all.filter((control) => control.result === result).length] as const),
      ),
    );
  metric('resources', 'Resources in the snapshot.', [[{}, snapshot.records]]);
  metric('collection_gaps', 'Calls that were not answered.', [[{}, completeness.gaps.length]]);
  metric('collection_complete', 'Whether everything that was asked for was collected.', [[{}, completeness.complete ? 1 : 0]]);
  metric('snapshot_timestamp_seconds', 'End of the collection.', [[{}, Math.floor(Date.parse(snapshot.end) / 1000)]]);
  return `${lines.join('\n')}\n`;
}
