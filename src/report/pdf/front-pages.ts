import type { Assessment, ControlResult, Finding } from '../../model/assessment.ts';
import { bandOf, endingPlaces } from '../facts.ts';
import { gathered, type Ranked } from '../gathered.ts';
import { nodeName } from '../path-diagram.ts';
import { coverageText } from '../text.ts';
import { undecidedOf, unseen } from '../unseen.ts';
import type { Sheet } from './sheet.ts';

/** So many gaps a person reads; the rest is counted and stands in the JSON report. */
const mostGaps = 30;

/** What was assessed, and what of it was not seen. */
export function cover(sheet: Sheet, assessment: Assessment): void {
  const { snapshot, summary } = assessment;
  const { collection, gaps, undecided } = unseen(assessment.completeness, undecidedOf(assessment.findings));
  sheet.y = 150;
  sheet.chapter('Cloud exposure assessment', { fresh: false });
  sheet.paragraph('Exposure paths, misconfigurations and over-privilege, proved from a snapshot of configuration.', { size: 12, soft: true, after: 24 });
  sheet.table(
    [
      { title: 'scope', share: 1 },
      { title: 'this assessment', share: 3 },
    ],
    [
      ['Accounts', snapshot.accounts.slice(0, 40).join(', ') + (snapshot.accounts.length > 40 ? ` and ${snapshot.accounts.length - 40} more` : '')],
      ['Collected', `${snapshot.start} to ${snapshot.end}`],
      ['Size', `${snapshot.records} resources, ${summary.nodes} nodes, ${summary.steps} attack steps`],
      ['Snapshot, SHA-256', snapshot.hash],
      ['Tool', `Postern ${assessment.tool.version}`],
      ['Collection', collection],
      ...(undecided === '' ? [] : [['Open', undecided]]),
    ],
    10,
  );
  if (gaps.length > 0) {
    sheet.heading('What was not seen');
    for (const gap of gaps.slice(0, mostGaps)) sheet.paragraph(`• ${gap}`, { size: 9, after: 1 });
    if (gaps.length > mostGaps) sheet.paragraph(`and ${gaps.length - mostGaps} more, in the JSON report`, { size: 9, soft: true });
  }
  sheet.heading('How to check this report');
  sheet.paragraph(
    'Every finding and every hop names the file, the line and the place in the record that prove it, in a snapshot whose hash stands above. `postern snapshot verify SNAP` recomputes the hash, `postern verify REPORT.json SNAP` recomputes every verdict from the records.',
  );
}

/** One page for who decides. */
export function executive(sheet: Sheet, assessment: Assessment): void {
  const { findings, summary, paths, comparison, frameworks } = assessment;
  const of = (result: Finding['result']): number => findings.filter((finding) => finding.result === result).length;
  sheet.chapter('Executive summary');
  sheet.paragraph(
    paths.paths.length === 0
      ? 'No path from outside to anything of value was found.'
      : `${paths.paths.length} exposure paths are listed. The riskiest has a risk of ${summary.riskiest.toFixed(1)} of 100 (${bandOf(summary.riskiest)}). Critical findings: ${summary.findings.critical}, high: ${summary.findings.high}.`,
    { size: 11 },
  );
  const columns = ['critical', 'high', 'medium', 'low', 'info', 'passed', 'not decided', 'accepted'].map((title) => ({ title, share: 1 }));
  const { critical, high, medium, low, info } = summary.findings;
  sheet.table(columns, [[critical, high, medium, low, info, of('pass'), undecidedOf(findings).checks, of('suppressed')].map(String)], 10);
  if (comparison !== undefined) {
    sheet.heading(`Since the baseline of ${comparison.baseline.end}`);
    sheet.table(
      ['of', 'new', 'fixed', 'unchanged'].map((title) => ({ title, share: 1 })),
      [
        ['exposure paths', comparison.newPaths.length, comparison.fixedPaths.length, paths.paths.length - comparison.newPaths.length].map(String),
        ['findings', comparison.newFindings.length, comparison.fixedFindings.length, comparison.unchangedFindings].map(String),
      ],
      10,
    );
  }
  if (paths.paths.length > 0) {
    sheet.heading('The riskiest paths');
    sheet.table(
      pathColumns,
      gathered(paths)
        .slice(0, 8)
        .map(({ head }) => pathRow(head)),
    );
  }
  if (paths.chokePoints.length > 0) {
    sheet.heading('Where the risk goes through');
    sheet.table(
      [
        { title: 'share', share: 1 },
        { title: 'node', share: 5 },
        { title: 'paths', share: 1 },
      ],
      paths.chokePoints.slice(0, 6).map((point) => [`${Math.round(point.share * 100)} %`, `${point.kind} ${point.name}`, String(point.paths)]),
    );
  }
  const places = endingPlaces(paths);
  if (places.length > 0) {
    sheet.heading('Which grants and rules to change first');
    sheet.table(
      [
        { title: 'ends of the risk', share: 1.3 },
        { title: 'grant or rule', share: 3 },
        { title: 'place', share: 4 },
      ],
      places
        .slice(0, 6)
        .map(({ ends, nature, resource, pointer }) => [`${Math.round(ends * 100)} %`, `${nature} of ${nodeName(assessment, resource)}`, pointer]),
    );
  }
  if (frameworks.length > 0) {
    sheet.heading('Frameworks');
    sheet.table(
      [
        { title: 'framework', share: 3 },
        { title: 'failed', share: 1 },
        { title: 'passed', share: 1 },
        { title: 'coverage', share: 5 },
      ],
      frameworks.map((framework) => {
        const count = (result: ControlResult['result']): string => String(framework.controls.filter((control) => control.result === result).length);
        return [`${framework.title} ${framework.version}`, count('fail'), count('pass'), coverageText(framework)];
      }),
    );
  }
}

const pathColumns = [
  { title: '#', share: 0.6 },
  { title: 'risk', share: 1 },
  { title: 'verdict', share: 1.6 },
  { title: 'from', share: 3 },
  { title: 'to', share: 3 },
  { title: 'hops', share: 0.9 },
] as const;

function pathRow({ path, rank }: Ranked): readonly string[] {
  const state = path.state;
  return [String(rank), path.risk.toFixed(1), `${path.verdict}${state === 'new' ? ', new' : ''}`, path.entry.name, path.target.name, String(path.steps.length)];
}
