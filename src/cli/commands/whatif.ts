import type { Change } from '../../model/change.ts';
import { InputError } from '../../model/error.ts';
import { parseChanges } from '../../paths/change-file.ts';
import { comparePaths, type PathComparison, type PathPair } from '../../paths/compare.ts';
import { completenessLines } from '../../report/text.ts';
import { type Analysis, analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { makePlan } from '../plan.ts';
import { countOf, json, namesOf, pathLine, textOf } from '../ranked.ts';
import { exitFor } from '../threshold.ts';
import { withChanges } from '../whatif.ts';

/** `postern whatif SNAP --apply FILE`: the estate after some changes, derived anew, and what became of its paths. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const files = invocation.list('--apply');
  const top = countOf(invocation, '--top', 100);
  const suggest = invocation.text('--suggest');
  if (files.length === 0 && suggest === undefined)
    throw new InputError('no --apply', { help: 'name a change file, or a plan that postern plan --format json wrote; --suggest 5 proposes changes' });
  const given: Change[] = [];
  for (const file of files) given.push(...parseChanges(await textOf(invocation, file), file));
  const analysis = await analyse(args[0] ?? '', { config: invocation.text('--config'), again: true });
  const changes = suggest === undefined ? given : [...given, ...(await suggested(analysis, given, countOf(invocation, '--suggest', 5), top))];
  const changed = await withChanges(analysis, changes);
  const [before, after] = [analysis.ranker(), changed.analysis.ranker({ cut: changed.cut })];
  const compared = comparePaths({ ranker: before, paths: before.top(top) }, { ranker: after, paths: after.top(top) });
  io.out(invocation.text('--format') === 'json' ? json(whatifDocument(analysis, changes, compared)) : text(analysis, changed.analysis, changes, compared));
  const left = [...compared.added, ...[...compared.riskier, ...compared.safer, ...compared.same].map((pair) => pair.after)];
  return exitFor({ risks: left.map((path) => path.risk), severities: [] }, invocation, analysis.completeness);
}

/** The strongest changes of the plan for the whole risk, on top of those that are given. */
async function suggested(analysis: Analysis, given: readonly Change[], count: number, top: number): Promise<readonly Change[]> {
  const start = given.length === 0 ? analysis : (await withChanges(analysis, given)).analysis;
  for (const share of [0.95, 0.8, 0.5]) {
    const plan = await makePlan(start, { share, top });
    if (plan.state === 'proved') return plan.steps.slice(0, count).flatMap((step) => step.candidate.changes);
  }
  return [];
}

const pairDocument = ({ before, after }: PathPair) => ({ before: { id: before.id, risk: before.risk }, after });

/** `what-if/v1` */
export function whatifDocument(analysis: Analysis, changes: readonly Change[], compared: PathComparison) {
  return {
    schema: 'what-if/v1',
    completeness: analysis.completeness,
    changes,
    risk: compared.risk,
    gone: compared.removed,
    new: compared.added,
    riskier: compared.riskier.map(pairDocument),
    safer: compared.safer.map(pairDocument),
    left: compared.same.map(({ after }) => after),
  };
}

function text(analysis: Analysis, changed: Analysis, changes: readonly Change[], compared: PathComparison): string {
  const names = namesOf(analysis, changed);
  const { before, after } = compared.risk;
  const lines = [
    `${changes.length} changes: risk of the riskiest paths ${before.toFixed(1)} -> ${after.toFixed(1)}${before === 0 ? '' : ` (${Math.round(((after - before) / before) * 100)} %)`}`,
    '',
  ];
  const section = (title: string, list: readonly string[], shown = 20): void => {
    if (list.length === 0) return;
    lines.push(
      `${title} (${list.length})`,
      ...list.slice(0, shown).map((line) => `  ${line}`),
      ...(list.length > shown ? [`  and ${list.length - shown} more`] : []),
      '',
    );
  };
  const moved = (pair: PathPair): string => `${pair.before.risk.toFixed(1)} -> ${pathLine(pair.after, names).trimStart()}`;
  section(
    'gone',
    compared.removed.map((path) => pathLine(path, names)),
  );
  section(
    'new',
    compared.added.map((path) => pathLine(path, names)),
  );
  section('riskier', compared.riskier.map(moved));
  section('safer', compared.safer.map(moved));
  section(
    'left as they were',
    compared.same.map(({ after: path }) => pathLine(path, names)),
    10,
  );
  lines.push(...completenessLines(analysis.completeness));
  return `${lines.join('\n').trimEnd()}\n`;
}
