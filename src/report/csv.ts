import type { Assessment } from '../model/assessment.ts';
import { controlsByRule, placeText } from './facts.ts';

const heads = [
  'result',
  'state',
  'severity',
  'rule',
  'title',
  'resource',
  'resource_type',
  'account',
  'region',
  'message',
  'missing',
  'risk',
  'fix',
  'family',
  'controls',
  'attack',
  'evidence',
  'suppressed_because',
  'suppressed_until',
  'finding_id',
  'snapshot',
];

/** RFC 4180: comma, CRLF, quotes doubled. One row a finding, with every result. */
export function csv(assessment: Assessment): string {
  const controls = controlsByRule(assessment);
  const rows = assessment.findings.map((finding) => {
    const rule = assessment.rules[finding.rule];
    return [
      finding.result,
      finding.state ?? '',
      finding.severity,
      finding.rule,
      finding.title,
      finding.resource,
      finding.resourceType,
      finding.account,
      finding.region,
      finding.message,
      (finding.missing ?? []).join(' '),
      rule?.risk ?? '',
      rule?.remediation.summary ?? '',
      rule?.family ?? '',
      (controls.get(finding.rule) ?? []).join('; '),
      (rule?.attack ?? []).join(' '),
      finding.evidence.map((each) => placeText(assessment, each)).join('; '),
      finding.suppression === undefined ? '' : `${finding.suppression.reason} (${finding.suppression.owner})`,
      finding.suppression?.expires ?? '',
      finding.id,
      assessment.snapshot.hash,
    ];
  });
  return [heads, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A cell that a spreadsheet would run as a formula starts with an apostrophe instead (OWASP, "CSV Injection"): names come from the estate. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
