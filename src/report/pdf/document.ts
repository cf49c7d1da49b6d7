import type { Assessment, ControlResult, Finding, FrameworkResult } from '../../model/assessment.ts';
import { bandOf, endingPlaces, placeText } from '../facts.ts';
import { gathered, type Ranked } from '../gathered.ts';
import { nodeName, stepText } from '../path-diagram.ts';
import { coverageText, restLines } from '../text.ts';
import { undecidedOf, unseen } from '../unseen.ts';
import { conditionText, shortId } from '../words.ts';
import { drawingHeight, drawPath } from './draw-path.ts';
import { openLetters } from './letters.ts';
import { openDocument } from './open.ts';
import { Sheet } from './sheet.ts';

/** What a person reads; the rest is counted and stands in the JSON report. */
const most = { paths: 20, resourcesPerRule: 40, evidence: 3000, gaps: 30 } as const;

/**
 * The report for auditors: a tagged PDF with cover, executive page, paths as drawings, findings by framework and by rule, and the evidence. Its dates are those of the
 * snapshot, so the same assessment gives the same bytes.
 */
export async function pdf(assessment: Assessment): Promise<Uint8Array> {
  const date = new Date(assessment.snapshot.end);
  const doc = await openDocument({
    Title: 'Postern assessment',
    Subject: `Snapshot ${assessment.snapshot.hash}`,
    Creator: 'Postern',
    Producer: 'Postern',
    CreationDate: date,
    ModDate: date,
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  const sheet = new Sheet(doc, await openLetters());
  cover(sheet, assessment);
  executive(sheet, assessment);
  pathsChapter(sheet, assessment);
  frameworksChapter(sheet, assessment);
  rulesChapter(sheet, assessment);
  evidenceChapter(sheet, assessment);
  sheet.finish(`Postern assessment, snapshot ${assessment.snapshot.hash.slice(0, 16)}`);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function cover(sheet: Sheet, assessment: Assessment): void {
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
    for (const gap of gaps.slice(0, most.gaps)) sheet.paragraph(`• ${gap}`, { size: 9, after: 1 });
    if (gaps.length > most.gaps) sheet.paragraph(`and ${gaps.length - most.gaps} more, in the JSON report`, { size: 9, soft: true });
  }
  sheet.heading('How to check this report');
  sheet.paragraph(
    'Every finding and every hop names the file, the line and the place in the record that prove it, in a snapshot whose hash stands above. `postern snapshot verify SNAP` recomputes the hash, `postern verify REPORT.json SNAP` recomputes every verdict from the records.',
  );
}

function executive(sheet: Sheet, assessment: Assessment): void {
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

function pathsChapter(sheet: Sheet, assessment: Assessment): void {
  const { paths } = assessment.paths;
  if (paths.length === 0) return;
  sheet.chapter('Exposure paths');
  for (const [index, path] of paths.slice(0, most.paths).entries()) {
    // The title, the sentence and the drawing are read as one, with the first steps below.
    sheet.room(drawingHeight(sheet, assessment, path) + 150);
    sheet.heading(`${index + 1}. ${path.entry.name} to ${path.target.name}`);
    sheet.paragraph(
      `Risk ${path.risk.toFixed(1)} = likelihood ${path.likelihood.toPrecision(3)} x value ${path.value}${path.target.why === undefined ? '' : ` (${path.target.why})`}; ${path.verdict}. Path ${path.id}.`,
      { size: 9 },
    );
    drawPath(sheet, assessment, path);
    sheet.table(
      [
        { title: 'step', share: 3 },
        { title: 'how', share: 2.4 },
        { title: 'likelihood', share: 1 },
        { title: 'evidence and conditions', share: 5, face: 'Courier' },
      ],
      path.steps.map((step) => [
        stepText(assessment, step),
        `${step.techniques.join(', ')}${fixOf(assessment, step.techniques[0])}`,
        step.likelihood.toPrecision(2),
        [
          ...step.conditions.map((atom) => `if ${conditionText(atom)};`),
          ...(step.missing.length === 0 ? [] : [`not collected: ${step.missing.join(', ')};`]),
          ...step.evidence.slice(0, 5).map((each) => placeText(assessment, each)),
          ...(step.evidence.length > 5 ? [`and ${step.evidence.length - 5} more`] : []),
        ].join(' '),
      ]),
      7.5,
    );
    for (const line of restLines(path)) sheet.paragraph(line, { soft: true });
  }
  if (paths.length > most.paths) sheet.paragraph(`${paths.length - most.paths} more paths are in the JSON report.`, { soft: true });
}

const fixOf = (assessment: Assessment, technique: string | undefined): string => {
  const fix = assessment.techniques[technique ?? '']?.fix ?? '';
  return fix === '' ? '' : `. Fix: ${fix}`;
};

function frameworksChapter(sheet: Sheet, { frameworks }: Assessment): void {
  if (frameworks.length === 0) return;
  sheet.chapter('Findings by framework');
  // One or two frameworks are listed whole, as an auditor asks for them; of many only what needs a person's eye.
  const whole = frameworks.length <= 2;
  for (const framework of frameworks) frameworkSection(sheet, framework, whole);
}

function frameworkSection(sheet: Sheet, framework: FrameworkResult, whole: boolean): void {
  sheet.heading(`${framework.title} ${framework.version}`);
  sheet.paragraph(`${framework.publisher}, ${framework.source}. ${framework.licence.replace(/\.$/, '')}. ${coverageText(framework)}.`, {
    size: 8.5,
    soft: true,
  });
  const shown = framework.controls.filter((control) => whole || control.result === 'fail' || control.result === 'unknown');
  if (shown.length > 0)
    sheet.table(
      [
        { title: 'control', share: 1.3 },
        { title: 'what it asks', share: 5 },
        { title: 'result', share: 1.5 },
        { title: 'coverage', share: 1.5 },
        { title: 'failed', share: 0.8 },
      ],
      shown.map((control) => [
        control.id,
        control.reason === undefined ? control.title : `${control.title} (${control.reason})`,
        control.result,
        control.coverage,
        String(control.counts.fail),
      ]),
      8,
    );
  if (shown.length < framework.controls.length)
    sheet.paragraph(`${framework.controls.length - shown.length} other controls neither fail nor wait for data.`, { size: 8.5, soft: true });
}

function rulesChapter(sheet: Sheet, assessment: Assessment): void {
  const groups = new Map<string, Finding[]>();
  for (const finding of assessment.findings) {
    if (finding.result !== 'fail') continue;
    const list = groups.get(finding.rule);
    if (list === undefined) groups.set(finding.rule, [finding]);
    else list.push(finding);
  }
  if (groups.size === 0) return;
  sheet.chapter('Findings by rule');
  for (const [id, findings] of groups) {
    const rule = assessment.rules[id];
    sheet.heading(`${rule?.title ?? id} (${findings[0]?.severity}, ${findings.length})`);
    if (rule !== undefined) sheet.paragraph(`${id}. Risk: ${rule.risk} Fix: ${rule.remediation.summary}`, { size: 9 });
    sheet.table(
      [
        { title: 'resource', share: 4, face: 'Courier' },
        { title: 'account', share: 1.6 },
        { title: 'what', share: 5 },
      ],
      findings.slice(0, most.resourcesPerRule).map((finding) => [shortId(finding.resource), finding.account, finding.message]),
      8,
    );
    if (findings.length > most.resourcesPerRule)
      sheet.paragraph(`and ${findings.length - most.resourcesPerRule} more, in the appendix and the JSON report`, { size: 8.5, soft: true });
  }
}

function evidenceChapter(sheet: Sheet, assessment: Assessment): void {
  const findings = assessment.findings.filter((finding) => finding.result === 'fail' || finding.result === 'suppressed');
  sheet.chapter('Appendix: evidence');
  sheet.paragraph('File and line in the snapshot, and the JSON pointer (RFC 6901) in the record, of what decided each finding.', { soft: true });
  if (findings.length === 0) {
    sheet.paragraph('No finding failed.');
    return;
  }
  sheet.table(
    [
      { title: 'finding and rule', share: 2.6, face: 'Courier' },
      { title: 'resource', share: 2.6, face: 'Courier' },
      { title: 'evidence', share: 5, face: 'Courier' },
    ],
    findings.slice(0, most.evidence).map((finding) => [
      `${finding.id}${finding.result === 'suppressed' ? ' accepted' : ''} ${finding.rule}`,
      shortId(finding.resource),
      finding.evidence.length === 0
        ? 'the snapshot has nothing where something should be'
        : finding.evidence
            .slice(0, 3)
            .map((each) => placeText(assessment, each))
            .join(' '),
    ]),
    7,
  );
  if (findings.length > most.evidence) sheet.paragraph(`${findings.length - most.evidence} more findings are in the JSON report.`, { soft: true });
}
