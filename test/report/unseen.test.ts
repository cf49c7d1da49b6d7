import { describe, expect, test } from '@jest/globals';
import type { Assessment, Completeness, Finding } from '../../src/model/assessment.ts';
import { htmlReport } from '../../src/report/html/page.ts';
import { markdown } from '../../src/report/markdown.ts';
import { pdf } from '../../src/report/pdf/document.ts';
import { sarif } from '../../src/report/sarif.ts';
import { findingsText, pathsText } from '../../src/report/text.ts';
import { undecidedOf, unseen } from '../../src/report/unseen.ts';
import { assessmentFixture } from '../support/assessment.ts';
import { wordsOf } from '../support/pdf-contents.ts';

const [denied] = assessmentFixture.completeness.gaps;
const gaps = denied === undefined ? [] : [denied];
const whole: Completeness = { complete: true, gaps: [], notModelled: [] };
const partial: Completeness = { ...whole, gaps };
const cut: Completeness = { complete: false, gaps, notModelled: [] };
const finding = (result: Finding['result'], missing: readonly string[] = []): Finding => {
  const [first] = assessmentFixture.findings;
  if (first === undefined) throw new Error('the fixture has findings');
  return { ...first, result, missing };
};
const passed = finding('pass', ['not:Told']);

describe('checks without a verdict', () => {
  test.each<readonly [name: string, findings: readonly Finding[], text: string, short: string]>([
    ['none', [passed, finding('fail'), finding('suppressed')], '', ''],
    ['one', [passed, finding('unknown', ['b:Y', 'a:X'])], '1 check is not decided, for lack of a:X, b:Y', '1 check not decided'],
    [
      'two for lack of the same and more',
      [finding('unknown', ['c:X', 'a:X']), finding('unknown', ['b:X', 'a:X'])],
      '2 checks are not decided, for lack of a:X, b:X and 1 more',
      '2 checks not decided',
    ],
    ['a rule broke down', [finding('error')], '1 check is not decided; for 1 the rule could not be evaluated', '1 check not decided'],
    [
      'both',
      [finding('error'), finding('unknown', ['a:X'])],
      '2 checks are not decided, for lack of a:X; for 1 the rule could not be evaluated',
      '2 checks not decided',
    ],
  ])('%s', (_name, findings, undecided, short) => {
    expect(unseen(whole, undecidedOf(findings), 2)).toEqual({ collection: 'complete', gaps: [], undecided, short });
  });
});

const open = finding('unknown', ['a:X']);
const sentence = '1 check is not decided, for lack of a:X';

/** What is told of a collection and of checks, in every output the same. */
const told: readonly (readonly [
  name: string,
  completeness: Completeness,
  findings: readonly Finding[],
  collection: string,
  short: string,
  undecided: string,
])[] = [
  ['nothing missing', whole, [passed], 'complete', '', ''],
  ['a check not decided', whole, [open], 'complete', '1 check not decided', sentence],
  ['a gap', partial, [passed], 'complete, but what is not seen is not safe', '1 gap', ''],
  ['a gap and a check', partial, [open], 'complete, but what is not seen is not safe', '1 gap, 1 check not decided', sentence],
  ['cut off', cut, [open], 'INCOMPLETE: what is not seen is not safe', '1 gap, 1 check not decided', sentence],
  ['cut off, and nobody knows where', { ...cut, gaps: [] }, [passed], 'INCOMPLETE: what is not seen is not safe', 'incomplete', ''],
];

describe.each(told)('%s', (_name, completeness, findings, collection, short, undecided) => {
  const assessment: Assessment = { ...assessmentFixture, completeness, findings, paths: { ...assessmentFixture.paths, completeness } };

  test('in words', () => {
    expect(unseen(completeness, undecidedOf(findings))).toMatchObject({ collection, short, undecided });
  });

  test.each([
    ['the terminal, findings', () => findingsText([findings], completeness)],
    ['the terminal, paths', () => pathsText(assessment.paths, undefined, undecidedOf(findings))],
    ['HTML', () => htmlReport(assessment)],
    ['PDF', async () => wordsOf(await pdf(assessment))],
  ] as const)('%s', async (_format, made) => {
    const text = (await made()).replaceAll('\n', ' ');
    expect(text).toMatch(new RegExp(`ollection (is )?${collection}(?!, but)`));
    if (undecided === '') expect(text).not.toContain('not decided,');
    else expect(text).toContain(undecided);
  });

  test('Markdown, which a comment under a pull request shows, where something is missing', () => {
    const text = markdown(assessment);
    expect(text.includes(`The collection is ${collection}.`)).toBe(short !== '');
    expect(text.includes(undecided)).toBe(true);
  });

  test('SARIF, as notifications', () => {
    const { runs } = JSON.parse(sarif(assessment)) as {
      readonly runs: readonly {
        readonly invocations: readonly { readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[] }[];
      }[];
    };
    const texts = runs[0]?.invocations[0]?.toolExecutionNotifications.map(({ message }) => message.text);
    expect(texts?.filter((text) => text.includes('not decided'))).toEqual(undecided === '' ? [] : [undecided]);
  });
});
