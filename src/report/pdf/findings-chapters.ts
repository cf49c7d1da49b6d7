import type { Assessment, Finding, FrameworkResult } from '../../model/assessment.ts';
import { placeText } from '../facts.ts';
import { coverageText } from '../text.ts';
import { shortId } from '../words.ts';
import type { Sheet } from './sheet.ts';

/** So much a person reads, of a rule and in all; the rest is counted and stands in the JSON report. */
const mostResources = 40;
const mostEvidence = 3000;

/** What each control came to. */
export function frameworksChapter(sheet: Sheet, { frameworks }: Assessment): void {
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

/** What failed, rule by rule. */
export function rulesChapter(sheet: Sheet, assessment: Assessment): void {
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
      findings.slice(0, mostResources).map((finding) => [shortId(finding.resource), finding.account, finding.message]),
      8,
    );
    if (findings.length > mostResources)
      sheet.paragraph(`and ${findings.length - mostResources} more, in the appendix and the JSON report`, { size: 8.5, soft: true });
  }
}

/** Where in the snapshot stands what decided each finding. */
export function evidenceChapter(sheet: Sheet, assessment: Assessment): void {
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
    findings.slice(0, mostEvidence).map((finding) => [
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
  if (findings.length > mostEvidence) sheet.paragraph(`${findings.length - mostEvidence} more findings are in the JSON report.`, { soft: true });
}
