import type { Completeness, ControlResult, ExposurePath, Finding, FrameworkResult, PathsReport } from '../model/assessment.ts';
import { appendAll } from '../model/multimap.ts';
import { endingPlaces } from './facts.ts';
import { gathered, type Ranked } from './gathered.ts';
import { type Undecided, UndecidedChecks, undecidedOf, unseen } from './unseen.ts';
import { conditionText, shortId } from './words.ts';

type Names = (id: string) => string;

/** The paths of a report as text for a terminal, riskiest first, every hop with its evidence. */
export function pathsText(report: PathsReport, names: Names = shortId, undecided: Undecided = undecidedOf([])): string {
  const lines: string[] = [];
  if (report.paths.length === 0) lines.push('no exposure path found');
  for (const { head, alike, longer } of gathered(report)) {
    lines.push(...pathLines(head.path, head.rank, names));
    lines.push(...otherLines('by the same steps', alike, names), ...otherLines('longer ways that end in this one', longer, names), '');
  }
  if (report.chokePoints.length > 0) {
    lines.push('most risk goes through');
    for (const point of report.chokePoints.slice(0, 5)) lines.push(`  ${percent(point.share)}  ${point.kind.toLowerCase()} ${names(point.id)}`);
    for (const step of report.chokeSteps.slice(0, 5)) lines.push(`  ${percent(step.share)}  step ${names(step.from)} -> ${names(step.to)} (${step.technique})`);
    lines.push('');
  }
  const removable = endingPlaces(report);
  if (removable.length > 0) {
    lines.push('grants and rules without which most risk is gone');
    for (const { nature, resource, pointer, ends } of removable.slice(0, 8)) lines.push(`  ${percent(ends)}  ${nature} ${names(resource)} ${pointer}`);
    lines.push('');
  }
  lines.push(...completenessLines(report.completeness, undecided));
  return `${lines.join('\n').trimEnd()}\n`;
}

function otherLines(title: string, others: readonly Ranked[], names: Names): string[] {
  const line = ({ path, rank }: Ranked): string => {
    const through = path.steps.slice(0, -1).map((step) => names(step.to));
    return `    ${headLine(path, rank)}${through.length === 0 ? '' : `, through ${through.join(', ')}`}  (${path.id})`;
  };
  return others.length === 0 ? [] : [`    ${title}:`, ...others.map(line)];
}

const percent = (share: number): string => `${String(Math.round(share * 100)).padStart(3)} %`;

/** What was not seen and not decided, for every text output. */
export function completenessLines(completeness: Completeness, undecided: Undecided = undecidedOf([])): string[] {
  // A terminal names every permission: whoever reads it is about to grant them.
  const told = unseen(completeness, undecided, Number.POSITIVE_INFINITY);
  return [
    `collection ${told.collection}`,
    ...told.gaps.slice(0, 12).map((gap) => `  ${gap}`),
    ...(told.gaps.length > 12 ? [`  and ${told.gaps.length - 12} more`] : []),
    ...(told.undecided === '' ? [] : [told.undecided]),
  ];
}

/** What the administration rests on that a path ends in. */
export function restLines({ target, conditions = [], missing = [] }: ExposurePath): readonly string[] {
  return [
    ...(conditions.length === 0 ? [] : [`${target.name} administers it if ${conditions.map(conditionText).join(' and ')}`]),
    ...(missing.length === 0 ? [] : [`whether ${target.name} administers it is not sure; not collected: ${missing.join(', ')}`]),
  ];
}

/** One path, every hop with its evidence. */
export function pathLines(path: ExposurePath, rank: number, names: Names): string[] {
  const { suppression } = path;
  const accepted = suppression === undefined ? [] : [`    accepted by ${suppression.owner} until ${suppression.expires}: ${suppression.reason}`];
  const lines = [
    headLine(path, rank),
    ...accepted,
    `    ${path.id}: likelihood ${path.likelihood.toPrecision(3)} x value ${path.value}${path.target.why === undefined ? '' : ` (${path.target.why})`}`,
  ];
  for (const step of path.steps) {
    const ports = step.ports === undefined ? '' : ` [${step.ports}]`;
    lines.push(`    ${names(step.from)} -> ${names(step.to)}: ${step.label}${ports}  (${step.likelihood.toPrecision(2)}, ${step.techniques.join(', ')})`);
    if (step.conditions.length > 0) lines.push(`        if ${step.conditions.map(conditionText).join(' and ')}`);
    if (step.missing.length > 0) lines.push(`        not collected: ${step.missing.join(', ')}`);
    for (const evidence of step.evidence.slice(0, 4)) lines.push(`        ${shortId(evidence.resource)} ${evidence.pointer}  [${evidence.call}]`);
    if (step.evidence.length > 4) lines.push(`        and ${step.evidence.length - 4} more records`);
  }
  lines.push(...restLines(path).map((line) => `    ${line}`));
  return lines;
}

function headLine({ risk, verdict, entry, target, state }: ExposurePath, rank: number): string {
  return `${String(rank).padStart(2)}. risk ${risk.toFixed(1)}  ${verdict}  ${entry.name} -> ${target.name}${state === undefined ? '' : `  [${state}]`}`;
}

/** Findings as text for a terminal: failures grouped by rule, then what could not be decided, then the counts. `parts` are the findings in their order, and need not be held together. */
export function findingsText(parts: Iterable<readonly Finding[]>, completeness: Completeness): string {
  const groups = new Map<string, { readonly title: string; readonly shown: string[]; count: number }>();
  const undecided = new UndecidedChecks();
  const errors: string[] = [];
  const counts = { fail: 0, pass: 0, unknown: 0, suppressed: 0, error: 0 };
  for (const part of parts)
    for (const finding of part) {
      counts[finding.result]++;
      undecided.add(finding);
      if (finding.result === 'error')
        errors.push(`ERROR  ${finding.rule}${finding.resource === '' ? '' : ` on ${shortId(finding.resource)}`}: ${finding.message}`);
      if (finding.result !== 'fail') continue;
      const group = groups.get(finding.rule) ?? { title: `${finding.severity.toUpperCase()}  ${finding.title}`, shown: [], count: 0 };
      groups.set(finding.rule, group);
      if (group.count++ < mostShown) group.shown.push(`    ${shortId(finding.resource)}  ${finding.message}`);
    }
  const lines = [...groups].flatMap(([rule, { title, shown, count }]) => [
    `${title}  (${rule}, ${count})`,
    ...shown,
    ...(count > mostShown ? [`    and ${count - mostShown} more`] : []),
    '',
  ]);
  appendAll(lines, errors);
  lines.push(
    `${counts.fail} failed, ${counts.pass} passed, ${counts.unknown} unknown, ${counts.suppressed} suppressed, ${counts.error} errors`,
    ...completenessLines(completeness, undecided.undecided),
  );
  return `${lines.join('\n')}\n`;
}

/** Findings of a rule that a terminal shows. */
const mostShown = 10;

const resultWords: Readonly<Record<ControlResult['result'], string>> = {
  fail: 'FAIL',
  pass: 'pass',
  unknown: 'unknown',
  suppressed: 'accepted',
  manual: 'manual',
  uncovered: 'no rule',
  'not-applicable': 'nothing to check',
};

/** Frameworks as text for a terminal: what each control came to, and how many could be checked at all. */
export function frameworksText(frameworks: readonly FrameworkResult[]): string {
  const lines = frameworks.flatMap((framework) => [
    '',
    `${framework.title} ${framework.version} (${framework.id})`,
    ...framework.controls.map(
      (control) =>
        `  ${resultWords[control.result].padEnd(16)} ${control.id.padEnd(12)} ${control.title}${control.counts.fail === 0 ? '' : ` (${control.counts.fail} failed)`}${control.reason === undefined ? '' : ` (${control.reason})`}`,
    ),
    `  ${coverageText(framework)}`,
  ]);
  return `${lines.join('\n')}\n`;
}

/** `70 controls: 48 checked, 10 need a person, 4 not collected, 8 without a rule` */
export function coverageText({ coverage, controls }: FrameworkResult): string {
  const parts = [
    `${coverage.automated} checked`,
    `${coverage.manual} need a person`,
    `${coverage['not-collected']} not collected`,
    `${coverage.uncovered} without a rule`,
  ];
  return `${controls.length} controls: ${parts.join(', ')}`;
}
