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
  const passing = new PassingFindings(invocation);
  passing.note(shown.findings);
  return passing.exit(shown.paths, completeness);
}

/** What of findings decides the exit code, noted while they pass by. */
export class PassingFindings {
  readonly #invocation: Invocation;
  readonly #onlyNew: boolean;
  readonly #severities = new Set<Severity>();
  #broken = false;

  constructor(invocation: Invocation) {
    this.#invocation = invocation;
    this.#onlyNew = invocation.text('--fail-on') === 'new';
  }

  note(findings: Iterable<Finding>): void {
    for (const finding of findings) {
      if (finding.result === 'fail' && this.#counts(finding)) this.#severities.add(finding.severity);
      this.#broken ||= finding.result === 'error';
    }
  }

  /** The same list of parts, each noted when it is asked for. */
  *through(parts: Iterable<readonly Finding[]>): Generator<readonly Finding[]> {
    for (const part of parts) {
      this.note(part);
      yield part;
    }
  }

  exit(paths: readonly ExposurePath[], completeness: Completeness): ExitCode {
    const risks = paths.filter((path) => path.suppression === undefined && this.#counts(path)).map((path) => path.risk);
    return exitFor({ risks, severities: [...this.#severities] }, this.#invocation, { ...completeness, complete: completeness.complete && !this.#broken });
  }

  #counts({ state }: { readonly state?: string }): boolean {
    return !this.#onlyNew || state !== 'unchanged';
  }
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
