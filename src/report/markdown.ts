import type { Assessment, ExposurePath } from '../model/assessment.ts';
import { conditionText, gapTexts, shortId } from './words.ts';

/** Text that cannot become markup: names come from the estate and may be hostile. */
const safe = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~]/g, (character) => `\\${character}`).replace(/[\r\n]+/g, ' ');
/** In a code span only the back-tick ends it. */
const code = (text: string): string =>
  `\`${text
    .replace(/`/g, "'")
    .replace(/[\r\n]+/g, ' ')
    .replace(/\|/g, '\\|')}\``;

/** A report for pull requests and job summaries; GitHub cuts at 65,536 characters, so the findings are listed until 60,000. */
export function markdown(assessment: Assessment): string {
  const { summary, paths, snapshot, findings } = assessment;
  const lines = [
    '# Postern: exposure paths and findings',
    '',
    `Snapshot ${code(snapshot.hash.slice(0, 16))}, collected ${snapshot.end}, ${snapshot.accounts.length} account${snapshot.accounts.length === 1 ? '' : 's'}, ${snapshot.records} resources, ` +
      `${summary.steps} attack steps.`,
    '',
    ...completenessSection(assessment),
    '## Riskiest paths',
    '',
    ...(paths.paths.length === 0 ? ['No exposure path found.', ''] : pathTable(assessment)),
    ...paths.paths.flatMap((path, index) => pathSection(assessment, path, index + 1)),
  ];
  if (paths.chokePoints.length > 0) {
    lines.push('## Choke points', '', '| share of risk | node | paths |', '| ---: | --- | ---: |');
    for (const point of paths.chokePoints.slice(0, 10))
      lines.push(`| ${Math.round(point.share * 100)} % | ${safe(point.kind)} ${code(shortId(point.id))} | ${point.paths} |`);
    lines.push('');
  }
  const failed = findings.filter((finding) => finding.result === 'fail');
  lines.push('## Findings', '');
  if (failed.length === 0) lines.push('None.', '');
  else {
    lines.push('| severity | rule | resource | what |', '| --- | --- | --- | --- |');
    let length = lines.join('\n').length;
    for (const [index, finding] of failed.entries()) {
      const row = `| ${finding.severity} | ${code(finding.rule)} | ${code(shortId(finding.resource))} | ${safe(finding.message)} |`;
      length += row.length + 1;
      if (length > 60_000) {
        lines.push('', `and ${failed.length - index} more, in the JSON report.`);
        break;
      }
      lines.push(row);
    }
    lines.push('');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function completenessSection(assessment: Assessment): string[] {
  const gaps = gapTexts(assessment.completeness);
  if (gaps.length === 0) return [];
  return [
    '> **Not everything was seen.** What is not seen is not safe.',
    ...gaps.slice(0, 20).map((gap) => `> - ${safe(gap)}`),
    ...(gaps.length > 20 ? [`> - and ${gaps.length - 20} more`] : []),
    '',
  ];
}

function pathTable(assessment: Assessment): string[] {
  const rows = assessment.paths.paths.map(
    (path, index) =>
      `| ${index + 1} | ${path.risk.toFixed(1)} | ${path.verdict} | ${safe(path.entry.name)} | ${safe(path.target.name)} | ${path.steps.length} |`,
  );
  return ['| # | risk | verdict | from | to | hops |', '| ---: | ---: | --- | --- | --- | ---: |', ...rows, ''];
}

function pathSection(assessment: Assessment, path: ExposurePath, rank: number): string[] {
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
    for (const evidence of step.evidence) lines.push(`   - ${code(`${evidence.resource}#${evidence.pointer}`)}`);
    const technique = assessment.techniques[step.techniques[0] ?? ''];
    if (technique !== undefined && technique.fix !== '') lines.push(`   - fix: ${safe(technique.fix)}`);
  }
  return [...lines, ''];
}
