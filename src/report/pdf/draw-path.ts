import type { Assessment, ExposurePath } from '../../model/assessment.ts';
import { cut, diagramText, pathDiagram } from '../path-diagram.ts';
import { inkable } from './ink.ts';
import type { Sheet } from './sheet.ts';

/** Draws a path as vectors: the entry dashed, the target with a thick frame, conditional steps dashed. */
export function drawPath(sheet: Sheet, assessment: Assessment, path: ExposurePath): void {
  // Three boxes a row fit an A4 page when they are drawn a little smaller.
  const diagram = pathDiagram(assessment, path, sheet.width * 1.06);
  const scale = Math.min(1, sheet.width / diagram.width);
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
      centred(sheet, inkable(cut(arrow.label, Math.floor((arrow.room * scale) / 3.9))), x(arrow.at[0]), y(arrow.at[1]) - 5, 7, '#57606a');
    }
    for (const box of diagram.boxes) {
      doc.roundedRect(x(box.x), y(box.y), box.width * scale, box.height * scale, 4);
      if (box.role === 'entry') doc.dash(4, { space: 2 });
      doc.lineWidth(box.role === 'target' ? 2 : 1).fillAndStroke('#f6f8fa', box.role === 'hop' ? '#1b1f24' : '#a40e26');
      doc.undash();
      centred(sheet, inkable(cut(box.title, Math.floor((box.width * scale) / 5.2))), x(box.x + box.width / 2), y(box.y) + 8, 9, '#1b1f24');
      centred(sheet, inkable(box.kind), x(box.x + box.width / 2), y(box.y) + 21, 7, '#57606a');
    }
  });
}

function centred(sheet: Sheet, text: string, x: number, y: number, size: number, colour: string): void {
  const { doc } = sheet;
  doc.font('Helvetica').fontSize(size).fillColor(colour);
  doc.text(text, x - doc.widthOfString(text) / 2, y, { lineBreak: false });
}
