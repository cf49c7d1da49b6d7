import type { ExposurePath, Finding } from '../../model/assessment.ts';
import type { PathPair } from '../../paths/compare.ts';
import { completenessLines } from '../../report/text.ts';
import { shortId } from '../../report/words.ts';
import { acceptance } from '../accepted.ts';
import { type Analysis, analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { type Cause, diffSnapshots, type SnapshotDiff } from '../diff.ts';
import { checkedOf } from '../findings.ts';
import { countOf, json, namesOf, pathLine } from '../ranked.ts';
import { exitOf } from '../threshold.ts';

interface FindingDiff {
  readonly added: readonly Finding[];
  readonly removed: readonly Finding[];
}

/** `postern diff A B`: what is new, gone, riskier and safer in B, and which change of configuration did it. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const top = countOf(invocation, '--top', 100);
  const tries = invocation.text('--tries') === '0' ? 0 : countOf(invocation, '--tries', 8);
  const before = await analyse(args[0] ?? '', { config: invocation.text('--config'), again: true });
  const { readSnapshot } = await import('../../snapshot/read.ts');
  const diff = await diffSnapshots(before, await readSnapshot(args[1] ?? '', before.types, before.snapshot), top, tries);
  const findings = await findingDiff(before, diff.after, invocation);
  const accepted = await acceptance(invocation);
  const document = diffDocument(before, diff, findings, accepted.paths);
  io.out(invocation.text('--format') === 'json' ? json(document) : text(before, diff, document));
  const worse = [...document.paths.added.map((each) => each.path), ...document.paths.riskier.map((each) => each.path)];
  return exitOf({ paths: worse, findings: findings.added }, invocation, diff.after.completeness);
}

async function findingDiff(before: Analysis, after: Analysis, invocation: Invocation): Promise<FindingDiff> {
  const quiet: Invocation = { ...invocation, io: { ...invocation.io, err: () => undefined } };
  const [then, now] = [(await checkedOf(before, quiet)).findings, (await checkedOf(after, invocation)).findings];
  const failed = (list: readonly Finding[]): Map<string, Finding> => new Map(list.filter((each) => each.result === 'fail').map((each) => [each.id, each]));
  const [old, fresh] = [failed(then), failed(now)];
  return { added: [...fresh.values()].filter((each) => !old.has(each.id)), removed: [...old.values()].filter((each) => !fresh.has(each.id)) };
}

/** `diff/v1` */
function diffDocument(before: Analysis, diff: SnapshotDiff, findings: FindingDiff, accepted: (list: readonly ExposurePath[]) => readonly ExposurePath[]) {
  const { paths } = diff;
  const changed = new Map(diff.differences.map((each) => [each.resource, each]));
  const withCauses = (list: readonly ExposurePath[]) => {
    const marked = accepted(list);
    return list.map((path, index) => ({ path: marked[index] ?? path, causes: diff.causes(path) }));
  };
  const moved = (pairs: readonly PathPair[]) => {
    const marked = accepted(pairs.map((pair) => pair.after));
    return pairs.map((pair, index) => ({
      before: { id: pair.before.id, risk: pair.before.risk },
      path: marked[index] ?? pair.after,
      causes: diff.causes(pair.after),
    }));
  };
  const found = (list: readonly Finding[]) =>
    list.map((finding) => {
      const difference = changed.get(finding.resource);
      const causes: readonly Cause[] =
        difference === undefined ? [] : [{ resource: difference.resource, change: difference.change, pointers: difference.pointers, proof: 'named' }];
      return { finding, causes };
    });
  return {
    schema: 'diff/v1' as const,
    completeness: diff.after.completeness,
    before: { hash: before.snapshot.hash, end: before.snapshot.manifest.end },
    after: { hash: diff.after.snapshot.hash, end: diff.after.snapshot.manifest.end },
    changes: diff.differences,
    risk: paths.risk,
    paths: {
      added: withCauses(paths.added),
      removed: withCauses(paths.removed),
      riskier: moved(paths.riskier),
      safer: moved(paths.safer),
      unchanged: paths.same.length,
    },
    findings: { added: found(findings.added), removed: found(findings.removed) },
  };
}

function text(before: Analysis, diff: SnapshotDiff, document: ReturnType<typeof diffDocument>): string {
  const names = namesOf(diff.after, before);
  const { paths, findings, changes, risk } = document;
  const lines = [`${changes.length} records differ; risk of the riskiest paths ${risk.before.toFixed(1)} -> ${risk.after.toFixed(1)}`, ''];
  const reason = (causes: readonly Cause[]): string[] =>
    causes
      .slice(0, 4)
      .map(
        ({ resource, change, pointers, proof }) =>
          `        ${proof === 'verified' ? 'because' : proof === 'together' ? 'together' : 'perhaps'}: ${shortId(resource)} ${change}${pointers.length === 0 ? '' : ` ${pointers.slice(0, 3).join(', ')}`}`,
      );
  const section = (mark: string, title: string, list: readonly { readonly line: string; readonly causes: readonly Cause[] }[]): void => {
    if (list.length === 0) return;
    lines.push(`${title} (${list.length})`);
    for (const { line, causes } of list.slice(0, 20)) lines.push(`  ${mark} ${line}`, ...reason(causes));
    lines.push(...(list.length > 20 ? [`  and ${list.length - 20} more`] : []), '');
  };
  section(
    '+',
    'new paths',
    paths.added.map(({ path, causes }) => ({ line: pathLine(path, names), causes })),
  );
  section(
    '-',
    'paths that are gone',
    paths.removed.map(({ path, causes }) => ({ line: pathLine(path, names), causes })),
  );
  const arrow = (then: { readonly risk: number }, path: ExposurePath): string => `${then.risk.toFixed(1)} -> ${pathLine(path, names).trimStart()}`;
  section(
    '^',
    'riskier paths',
    paths.riskier.map((each) => ({ line: arrow(each.before, each.path), causes: each.causes })),
  );
  section(
    'v',
    'safer paths',
    paths.safer.map((each) => ({ line: arrow(each.before, each.path), causes: each.causes })),
  );
  const about = ({ finding, causes }: { readonly finding: Finding; readonly causes: readonly Cause[] }) => ({
    line: `${finding.severity} ${shortId(finding.resource)}: ${finding.message} (${finding.rule})`,
    causes,
  });
  section('+', 'new findings', findings.added.map(about));
  section('-', 'findings that are gone', findings.removed.map(about));
  if (lines.length === 2) lines.push('nothing is new, gone, riskier or safer', '');
  lines.push(...completenessLines(document.completeness));
  return `${lines.join('\n').trimEnd()}\n`;
}
