import type { Assessment, ExposurePath } from '../../model/assessment.ts';
import { diagramText, pathDiagram, twoLines } from '../path-diagram.ts';
import type { Sheet } from './sheet.ts';
import { lineWidth, writeLine } from './write-line.ts';

/** The drawing as it fits the sheet. */
function scaled(sheet: Sheet, assessment: Assessment, path: ExposurePath) {
  const diagram = pathDiagram(assessment, path, sheet.width * 1.06);
  return { diagram, scale: Math.min(1, sheet.width / diagram.width) };
}

/** How much of a page the drawing of a path takes. */
export function drawingHeight(sheet: Sheet, assessment: Assessment, path: ExposurePath): number {
  const { diagram, scale } = scaled(sheet, assessment, path);
  return diagram.height * scale + 8;
}

/** Draws a path as vectors: the entry dashed, the target with a thick frame, conditional steps dashed. */
export function drawPath(sheet: Sheet, assessment: Assessment, path: ExposurePath): void {
  // Three boxes a row fit an A4 page when they are drawn a little smaller.
  const { diagram, scale } = scaled(sheet, assessment, path);
  sheet.figure(diagram.height * scale + 8, diagramText(assessment, path), (left, top) => {
    const { doc } = sheet;
    const x = (value: number): number => left + value * scale;
    const y = (value: number): number => top + value * scale;
    for (const arrow of diagram.arrows) {
      const [first = [0, 0], ...rest] = arrow.points;
      doc.lineWidth(1).strokeColor('#1b1f24').moveTo(x(first[0]), y(first[1]));
      for (const point of rest) doc.lineTo(x(point[0]), y(point[1]));
      if (arrow.proven === 'proven') doc.undash();
      else doc.dash(4, { space: 3 });
      doc.stroke().undash();
      const end = arrow.points.at(-1) ?? [0, 0];
      const before = arrow.points.at(-2) ?? [0, 0];
      const across = end[1] === before[1];
      const [ex, ey] = [x(end[0]), y(end[1])];
      if (across) doc.polygon([ex, ey], [ex - 6, ey - 3.5], [ex - 6, ey + 3.5]);
      else doc.polygon([ex, ey], [ex - 3.5, ey - 6], [ex + 3.5, ey - 6]);
      doc.fill('#1b1f24');
      const said = twoLines(sheet.inkable(arrow.label), arrow.room * scale, sheet.measure('Helvetica', 7));
      for (const [line, part] of said.entries()) centred(sheet, part, x(arrow.at[0]), y(arrow.at[1]) - 5 - (said.length - 1 - line) * 8, 7, '#57606a');
    }
    for (const box of diagram.boxes) {
      doc.roundedRect(x(box.x), y(box.y), box.width * scale, box.height * scale, 4);
      if (box.role === 'entry') doc.dash(4, { space: 2 });
      doc.lineWidth(box.role === 'target' ? 2 : 1).fillAndStroke('#f6f8fa', box.role === 'hop' ? '#1b1f24' : '#a40e26');
      doc.undash();
      const title = twoLines(sheet.inkable(box.title), box.width * scale - 10, sheet.measure('Helvetica', 8.5));
      const first = title.length === 1 ? 8 : 4;
      for (const [line, part] of title.entries()) centred(sheet, part, x(box.x + box.width / 2), y(box.y) + first + line * 9.5, 8.5, '#1b1f24');
      centred(sheet, sheet.inkable(box.kind), x(box.x + box.width / 2), y(box.y) + (title.length === 1 ? 21 : 25), 7, '#57606a');
    }
  });
}

function centred(sheet: Sheet, text: string, x: number, y: number, size: number, colour: string): void {
  const { doc, letters } = sheet;
  writeLine(doc, letters, text, x - lineWidth(doc, letters, text, 'Helvetica', size) / 2, y, { face: 'Helvetica', size, colour });
}
