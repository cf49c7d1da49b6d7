import type { Assessment, Finding } from '../model/assessment.ts';
import { placeText } from './facts.ts';
import { shortId } from './words.ts';

/** XML 1.0 allows no other control characters than these, not even escaped. */
const escaped = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replace(/[&<>"'\n\r\t]/g, (character) => `&#${character.charCodeAt(0)};`);

interface Suite {
  readonly name: string;
  readonly cases: readonly { readonly name: string; readonly finding: Finding }[];
}

/**
 * JUnit XML as CI systems read it. A suite is a section of the framework where one was asked for, else a rule; a case is one resource. `unknown` and accepted findings are
 * skipped with their reason, so that neither a green nor a red number hides them.
 */
export function junit(assessment: Assessment): string {
  const suites = assessment.frameworks.length === 1 ? frameworkSuites(assessment) : ruleSuites(assessment);
  const all = suites.flatMap((suite) => suite.cases.map((each) => each.finding));
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="postern" ${counts(all)} time="0">`];
  for (const suite of suites) {
    lines.push(
      `  <testsuite name="${escaped(suite.name)}" ${counts(suite.cases.map((each) => each.finding))} time="0" timestamp="${assessment.snapshot.end.slice(0, 19)}" hostname="${assessment.snapshot.hash.slice(0, 16)}">`,
    );
    lines.push(`    <properties><property name="snapshot" value="${escaped(assessment.snapshot.hash)}"/></properties>`);
    for (const { name, finding } of suite.cases) lines.push(...testCase(assessment, name, finding));
    lines.push('  </testsuite>');
  }
  return `${[...lines, '</testsuites>'].join('\n')}\n`;
}

const isSkipped = (finding: Finding): boolean => finding.result === 'unknown' || finding.result === 'suppressed';

function counts(findings: readonly Finding[]): string {
  const count = (test: (finding: Finding) => boolean): number => findings.filter(test).length;
  const [failures, errors] = [count((each) => each.result === 'fail'), count((each) => each.result === 'error')];
  return `tests="${findings.length}" failures="${failures}" errors="${errors}" skipped="${count(isSkipped)}"`;
}

function testCase(assessment: Assessment, name: string, finding: Finding): readonly string[] {
  const head = `    <testcase name="${escaped(name)}" classname="${escaped(finding.rule)}" time="0"`;
  if (finding.result === 'pass') return [`${head}/>`];
  const message = escaped(finding.message);
  if (finding.result === 'suppressed') {
    const { reason = '', owner = '', expires = '' } = finding.suppression ?? {};
    return [`${head}><skipped message="${escaped(`accepted: ${reason} (${owner}, until ${expires})`)}"/></testcase>`];
  }
  if (finding.result === 'unknown') {
    const missing = (finding.missing ?? []).join(', ');
    return [`${head}><skipped message="${escaped(`${finding.message}${missing === '' ? '' : `; needs ${missing}`}`)}"/></testcase>`];
  }
  if (finding.result === 'error') return [`${head}><error message="${message}" type="error"/></testcase>`];
  const rule = assessment.rules[finding.rule];
  const body = [
    `resource: ${finding.resource}`,
    ...(rule === undefined ? [] : [`risk: ${rule.risk}`, `fix: ${rule.remediation.summary}`]),
    ...finding.evidence.map((each) => `evidence: ${placeText(assessment, each)}`),
  ];
  return [`${head}><failure message="${message}" type="${finding.severity}">${escaped(body.join('\n'))}</failure></testcase>`];
}

function ruleSuites(assessment: Assessment): readonly Suite[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of assessment.findings) {
    const list = groups.get(finding.rule);
    if (list === undefined) groups.set(finding.rule, [finding]);
    else list.push(finding);
  }
  return [...groups].map(([rule, findings]) => ({
    name: `${rule}: ${findings[0]?.title ?? ''}`,
    cases: findings.map((finding) => ({ name: shortId(finding.resource), finding })),
  }));
}

function frameworkSuites(assessment: Assessment): readonly Suite[] {
  const [framework] = assessment.frameworks;
  return (framework?.controls ?? []).flatMap((control): Suite[] => {
    const findings = assessment.findings.filter((finding) => control.rules.includes(finding.rule));
    if (findings.length === 0) return [];
    return [
      {
        name: `${framework?.id} ${control.id} ${control.title}`,
        cases: findings.map((finding) => ({ name: `${finding.title}: ${shortId(finding.resource)}`, finding })),
      },
    ];
  });
}
