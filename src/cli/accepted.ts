import type { ExposurePath, Finding, PathsReport } from '../model/assessment.ts';
import { againstBaseline, parseBaseline } from '../model/baseline.ts';
import type { Ranker } from '../paths/ranking.ts';
import { parseSuppressions, type Suppression, suppressingFindings, suppressPaths } from '../rules/suppress.ts';
import type { Invocation } from './command.ts';
import { textOf } from './ranked.ts';

/** What is accepted by the command line's suppressions and known by its baseline, as marks on what a command shows. */
export interface Acceptance {
  /** Findings part by part; what is to be said of suppressions is told after the last. */
  findings(parts: Iterable<readonly Finding[]>): Iterable<readonly Finding[]>;
  paths(list: readonly ExposurePath[]): readonly ExposurePath[];
  report(report: PathsReport): PathsReport;
}

/** Reads `--suppressions` and `--baseline`. Entries that have expired or fit nothing are told on stderr. */
export async function acceptance(invocation: Invocation): Promise<Acceptance> {
  // Whether a suppression has expired is a question about the day of the run, not of the snapshot.
  const now = Date.now();
  const suppressionFile = invocation.text('--suppressions');
  const suppressions = suppressionFile === undefined ? [] : parseSuppressions(await textOf(invocation, suppressionFile), suppressionFile, now);
  const baselineFile = invocation.text('--baseline');
  const against = baselineFile === undefined ? undefined : againstBaseline(parseBaseline(await textOf(invocation, baselineFile), baselineFile));
  const tell = (outcome: { readonly expired: readonly Suppression[]; readonly unused: readonly Suppression[] }, what: string): void => {
    for (const each of outcome.expired) invocation.io.err(`suppression \`${each.id}\` of ${each.owner} expired on ${each.expires}\n`);
    for (const each of outcome.unused) {
      const hint = each.starred.map((field) => `; \`${field}\` is compared letter by letter, \`${field}|like\` takes a star for anything`);
      invocation.io.err(`suppression \`${each.id}\` of ${each.owner} fits no ${what}${hint.join('')}\n`);
    }
  };
  const paths = (list: readonly ExposurePath[]): readonly ExposurePath[] => {
    const outcome = suppressPaths(list, suppressions, now);
    tell(outcome, 'path');
    return against === undefined ? outcome.marked : outcome.marked.map((path) => ({ ...path, state: against.path(path) }));
  };
  return {
    *findings(parts) {
      const applying = suppressingFindings(suppressions, now);
      for (const part of parts) {
        const marked = applying.mark(part);
        yield against === undefined ? marked : marked.map((finding) => (finding.result === 'fail' ? { ...finding, state: against.finding(finding) } : finding));
      }
      tell(applying.told(), 'finding');
    },
    paths,
    report: (report) => ({ ...report, paths: paths(report.paths) }),
  };
}

/** So many paths are looked at for what is new: a path that is new at rank 40 is new, though ten are shown. */
const lookedAt = 1000;

/** The paths that decide the exit code: those that are shown, and with `--fail-on new` also those behind them. */
export async function counted(
  ranker: () => Ranker,
  shown: readonly ExposurePath[],
  invocation: Invocation,
  scope: Parameters<Ranker['top']>[1] = {},
): Promise<readonly ExposurePath[]> {
  if (invocation.text('--fail-on') !== 'new' || invocation.text('--baseline') === undefined) return shown;
  const all = (await acceptance({ ...invocation, io: { ...invocation.io, err: () => undefined } })).paths(ranker().top(lookedAt, scope));
  const hidden = all.slice(shown.length).filter((path) => path.suppression === undefined && path.state !== 'unchanged');
  if (hidden.length > 0) invocation.io.err(`${hidden.length} more paths that the baseline does not know; --top shows them\n`);
  return all;
}
