import type { Assessment, ExposurePath, Finding } from '../model/assessment.ts';
import { endingPlaces } from './facts.ts';
import { gathered } from './gathered.ts';
import { coverageText, restLines } from './text.ts';
import { undecidedOf, unseen } from './unseen.ts';
import { conditionText, hopCount, shortId } from './words.ts';

/** Text that cannot become markup: names come from the estate and may be hostile. */
const safe = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~@&]/g, (character) => `\\${character}`).replace(/[\r\n]+/g, ' ');
/** In a code span only the back-tick ends it. */
const code = (text: string): string =>
  `\`${text
    .replace(/`/g, "'")
    .replace(/[\r\n]+/g, ' ')
    .replace(/\|/g, '\\|')}\``;

/** GitHub cuts a comment at 65,536 characters and a job summary at 1 MiB: the report stays below the first, and says what it leaves out. */
const most = 65_000;
const mostPaths = 5;

/** A report for pull requests and job summaries: what is new and fixed against the baseline first, then the five riskiest paths, then what fails. */
export function markdown(assessment: Assessment): string {
  const page = new Page();
  page.add(...head(assessment));
  page.add(...completenessSection(assessment));
  page.add(...changes(assessment));
  pathsSections(assessment, page);
  findingsTable(assessment, page);
  page.add(...frameworksTable(assessment));
  return page.text();
}

/** Lines up to a number of characters. What does not fit is refused, so that the caller can say so. */
class Page {
  readonly #lines: string[] = [];
  #length = 0;

  add(...lines: readonly string[]): boolean {
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
    // A few hundred characters are kept for the sentences that say what was left out.
    if (this.#length + length > most - 400) return false;
    this.#lines.push(...lines);
    this.#length += length;
    return true;
  }

  note(line: string): void {
    this.#lines.push(line, '');
    this.#length += line.length + 2;
  }

  text(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}

function head({ snapshot, summary, findings }: Assessment): readonly string[] {
  const count = (result: Finding['result']): number => findings.filter((finding) => finding.result === result).length;
  return [
    '# Postern: exposure paths and findings',
    '',
    `Snapshot ${code(snapshot.hash.slice(0, 16))}, collected ${snapshot.end}, ${snapshot.accounts.length} account${snapshot.accounts.length === 1 ? '' : 's'}, ${snapshot.records} resources, ` +
      `${summary.steps} attack steps.`,
    '',
    `**${count('fail')} failed**, ${count('pass')} passed, ${undecidedOf(findings).checks} not decided, ${count('suppressed')} accepted. ` +
      `${summary.findings.critical} critical, ${summary.findings.high} high, ${summary.findings.medium} medium, ${summary.findings.low} low.`,
    '',
  ];
}

function completenessSection({ completeness, findings }: Assessment): readonly string[] {
  const { collection, gaps, undecided } = unseen(completeness, undecidedOf(findings));
  if (completeness.complete && gaps.length === 0 && undecided === '') return [];
  return [
    `> **The collection is ${collection}.**${undecided === '' ? '' : ` ${safe(undecided)}.`}`,
    ...gaps.slice(0, 10).map((gap) => `> - ${safe(gap)}`),
    ...(gaps.length > 10 ? [`> - and ${gaps.length - 10} more`] : []),
    '',
  ];
}

function changes(assessment: Assessment): readonly string[] {
  const { comparison, findings, paths } = assessment;
  if (comparison === undefined) return [];
  const lines = [
    '## Since the baseline',
    '',
    `Against the snapshot ${code(comparison.baseline.hash.slice(0, 16))} of ${comparison.baseline.end}:`,
    '',
    '| | new | fixed | unchanged |',
    '| --- | ---: | ---: | ---: |',
    `| paths | ${comparison.newPaths.length} | ${comparison.fixedPaths.length} | ${paths.paths.length - comparison.newPaths.length} |`,
    `| findings | ${comparison.newFindings.length} | ${comparison.fixedFindings.length} | ${comparison.unchangedFindings} |`,
    '',
  ];
  const fresh = new Set(comparison.newFindings);
  const listed = (title: string, rows: readonly string[]): readonly string[] =>
    rows.length === 0 ? [] : [`**${title}**`, '', ...rows.slice(0, 20), ...(rows.length > 20 ? [`- and ${rows.length - 20} more`] : []), ''];
  const freshPaths = new Set(comparison.newPaths);
  return [
    ...lines,
    ...listed(
      'New paths',
      paths.paths
        .filter((path) => freshPaths.has(path.id))
        .map((path) => `- risk ${path.risk.toFixed(1)}: ${safe(path.entry.name)} to ${safe(path.target.name)}, ${hopCount(path)}`),
    ),
    ...listed(
      'New findings',
      findings.filter((finding) => fresh.has(finding.id)).map((finding) => `- ${finding.severity}: ${safe(finding.message)} (${code(finding.rule)})`),
    ),
    ...listed(
      'Fixed paths',
      comparison.fixedPaths.map((path) => `- risk ${path.risk.toFixed(1)}: ${safe(path.title)}`),
    ),
    ...listed(
      'Fixed findings',
      comparison.fixedFindings.map((finding) => `- ${finding.severity}: ${safe(finding.title)}, ${code(shortId(finding.resource))}`),
    ),
  ];
}

function pathsSections(assessment: Assessment, page: Page): void {
  const { paths, chokePoints, chokeSteps } = assessment.paths;
  page.add('## Riskiest paths', '');
  if (paths.length === 0) page.add('No exposure path found.', '');
  else page.add(...pathTable(assessment));
  for (const { head } of gathered(assessment.paths).slice(0, mostPaths)) {
    if (page.add(...pathSection(assessment, head.path, head.rank))) continue;
    page.note('The hops of the other paths are in the JSON report.');
    break;
  }
  if (chokePoints.length === 0) return;
  page.add(
    '## Choke points',
    '',
    '| share of risk | node | paths |',
    '| ---: | --- | ---: |',
    ...chokePoints.slice(0, 10).map((point) => `| ${Math.round(point.share * 100)} % | ${safe(point.kind)} ${code(shortId(point.id))} | ${point.paths} |`),
    '',
    '| share of risk | step | technique | paths |',
    '| ---: | --- | --- | ---: |',
    ...chokeSteps
      .slice(0, 10)
      .map(
        ({ share, from, to, technique, paths: count }) =>
          `| ${Math.round(share * 100)} % | ${code(shortId(from))} to ${code(shortId(to))} | ${code(technique)} | ${count} |`,
      ),
    '',
  );
  const places = endingPlaces(assessment.paths);
  if (places.length === 0) return;
  page.add(
    'Grants and rules by what of the risk is gone without them:',
    '',
    '| ends | share of risk | grant or rule | place |',
    '| ---: | ---: | --- | --- |',
    ...places
      .slice(0, 10)
      .map(
        ({ ends, share, nature, resource, pointer }) =>
          `| ${Math.round(ends * 100)} % | ${Math.round(share * 100)} % | ${nature} of ${code(shortId(resource))} | ${code(pointer)} |`,
      ),
    '',
  );
}

function pathTable(assessment: Assessment): readonly string[] {
  const rows = assessment.paths.paths
    .slice(0, 20)
    .map(
      (path, index) =>
        `| ${index + 1} | ${path.risk.toFixed(1)} | ${path.state ?? path.verdict} | ${safe(path.entry.name)} | ${safe(path.target.name)} | ${path.steps.length} |`,
    );
  const heading = assessment.comparison === undefined ? 'verdict' : 'state';
  return [`| # | risk | ${heading} | from | to | hops |`, '| ---: | ---: | --- | --- | --- | ---: |', ...rows, ''];
}

function pathSection(assessment: Assessment, path: ExposurePath, rank: number): readonly string[] {
  const lines = [
    `### ${rank}. ${safe(path.entry.name)} to ${safe(path.target.name)}`,
    '',
    `Risk ${path.risk.toFixed(1)} = likelihood ${path.likelihood.toPrecision(3)} x value ${path.value}${path.target.why === undefined ? '' : ` (${safe(path.target.why)})`}. ${path.verdict}.`,
    '',
  ];
  for (const [index, step] of path.steps.entries()) {
    lines.push(
      `${index + 1}. ${code(shortId(step.from))} → ${code(shortId(step.to))}: ${safe(step.label)}${step.ports === undefined ? '' : ` (${safe(step.ports)})`}, likelihood ${step.likelihood.toPrecision(2)}`,
    );
    if (step.conditions.length > 0) lines.push(`   - if ${step.conditions.map((atom) => safe(conditionText(atom))).join(' and ')}`);
    if (step.missing.length > 0) lines.push(`   - not collected: ${safe(step.missing.join(', '))}`);
    for (const evidence of step.evidence.slice(0, 6)) lines.push(`   - ${code(`${evidence.resource}#${evidence.pointer}`)}`);
    if (step.evidence.length > 6) lines.push(`   - and ${step.evidence.length - 6} more records`);
    const technique = assessment.techniques[step.techniques[0] ?? ''];
    if (technique !== undefined && technique.fix !== '') lines.push(`   - fix: ${safe(technique.fix)}`);
  }
  return [...lines, ...restLines(path).flatMap((line) => ['', safe(line)]), ''];
}

function findingsTable(assessment: Assessment, page: Page): void {
  const failed = assessment.findings.filter((finding) => finding.result === 'fail');
  if (failed.length === 0) {
    page.add('## Findings', '', 'None.', '');
    return;
  }
  if (!page.add('## Findings', '', '| severity | rule | resource | what |', '| --- | --- | --- | --- |')) return;
  for (const [index, finding] of failed.entries()) {
    if (page.add(`| ${finding.severity} | ${code(finding.rule)} | ${code(shortId(finding.resource))} | ${safe(finding.message)} |`)) continue;
    page.note(`\nand ${failed.length - index} more, in the JSON report.`);
    return;
  }
  page.add('');
}

function frameworksTable({ frameworks }: Assessment): readonly string[] {
  if (frameworks.length === 0) return [];
  return [
    '## Frameworks',
    '',
    '| framework | failed controls | coverage |',
    '| --- | ---: | --- |',
    ...frameworks.map(
      (framework) =>
        `| ${safe(framework.title)} ${safe(framework.version)} | ${framework.controls.filter((control) => control.result === 'fail').length} | ${coverageText(framework)} |`,
    ),
    '',
  ];
}
