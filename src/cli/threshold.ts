import type { Completeness, ExposurePath, Finding, Severity } from '../model/assessment.ts';
import { bandOf } from '../report/facts.ts';
import type { ExitCode, Invocation } from './command.ts';

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * The same for what a command shows: what is suppressed does not count, and with `--fail-on new` only what the baseline does not know as it is. A rule that could not be evaluated leaves
 * something unseen, as a call that failed does.
 */
export function exitOf(
  shown: { readonly paths: readonly ExposurePath[]; readonly findings: readonly Finding[] },
  invocation: Invocation,
  completeness: Completeness,
): ExitCode {
  const onlyNew = invocation.text('--fail-on') === 'new';
  const counts = ({ state }: { readonly state?: string }): boolean => !onlyNew || state !== 'unchanged';
  return exitFor(
    {
      risks: shown.paths.filter((path) => path.suppression === undefined && counts(path)).map((path) => path.risk),
      severities: shown.findings.filter((finding) => finding.result === 'fail' && counts(finding)).map((finding) => finding.severity),
    },
    invocation,
    { ...completeness, complete: completeness.complete && shown.findings.every((finding) => finding.result !== 'error') },
  );
}

/**
 * The exit code of a command that found something: 3 under `--strict` when not everything was seen, 1 at or over `--fail-on`, else 0.
 * `--fail-on new` needs a baseline; without one everything is new.
 */
export function exitFor(
  found: { readonly risks: readonly number[]; readonly severities: readonly Severity[] },
  invocation: Invocation,
  completeness: Completeness,
): ExitCode {
  if (invocation.on('--strict') && !completeness.complete) return 3;
  const level = invocation.text('--fail-on') ?? 'high';
  if (level === 'none') return 0;
  const all = [...found.risks.map(bandOf), ...found.severities];
  const least = level === 'new' ? order.length - 1 : order.indexOf(level as Severity);
  return all.some((severity) => order.indexOf(severity) <= least) ? 1 : 0;
}
