import type { Assessment } from '../../model/assessment.ts';
import { placeText } from '../facts.ts';
import { stepText } from '../path-diagram.ts';
import { restLines } from '../text.ts';
import { conditionText } from '../words.ts';
import { drawingHeight, drawPath } from './draw-path.ts';
import type { Sheet } from './sheet.ts';

/** So many paths a person reads; the rest is counted and stands in the JSON report. */
const most = 20;

/** Every path as a drawing, with its steps. */
export function pathsChapter(sheet: Sheet, assessment: Assessment): void {
  const { paths } = assessment.paths;
  if (paths.length === 0) return;
  sheet.chapter('Exposure paths');
  for (const [index, path] of paths.slice(0, most).entries()) {
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
  if (paths.length > most) sheet.paragraph(`${paths.length - most} more paths are in the JSON report.`, { soft: true });
}

const fixOf = (assessment: Assessment, technique: string | undefined): string => {
  const fix = assessment.techniques[technique ?? '']?.fix ?? '';
  return fix === '' ? '' : `. Fix: ${fix}`;
};
