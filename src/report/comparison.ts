import type { Assessment, Comparison } from '../model/assessment.ts';
import { type Baseline, wayOf } from '../model/baseline.ts';

/**
 * What is new, fixed and unchanged against a baseline, from the marks that findings and paths carry. A finding that nobody could decide this time, or that was accepted, is
 * not fixed; nor is a path that may only have fallen out of the list of the riskiest.
 * @param limit how many paths the list holds at most
 */
export function compareWith(now: Pick<Assessment, 'findings' | 'paths' | 'rules'>, baseline: Baseline, limit: number): Comparison {
  const fails = now.findings.filter((finding) => finding.result === 'fail');
  const open = new Set(now.findings.filter((finding) => finding.result !== 'pass').map((finding) => finding.id));
  const { paths } = now.paths;
  const here = new Set(paths.flatMap((path) => [path.id, wayOf(path)]));
  const floor = paths.length < limit ? 0 : (paths.at(-1)?.risk ?? 0);
  return {
    baseline: baseline.snapshot,
    newFindings: fails.filter((finding) => finding.state === 'new').map((finding) => finding.id),
    fixedFindings: baseline.findings
      .filter((finding) => !open.has(finding.id))
      .map(({ id, rule, resource }) => ({ id, rule, resource, severity: now.rules[rule]?.severity ?? 'info', title: now.rules[rule]?.title ?? rule })),
    unchangedFindings: fails.filter((finding) => finding.state === 'unchanged').length,
    newPaths: paths.filter((path) => path.state === 'new' || path.state === 'updated').map((path) => path.id),
    fixedPaths: baseline.paths
      .filter((path) => !here.has(path.id) && !here.has(path.way) && path.risk > floor)
      .map(({ id, title, risk }) => ({ id, title, risk })),
  };
}
