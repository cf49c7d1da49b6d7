import type PDFDocument from 'pdfkit';
import { boldness, type Face, type Letters, runsOf } from './ink.ts';

type Document = InstanceType<typeof PDFDocument>;

/** Height of the capitals' line below the top of a line of text, in shares of the size: the ascender of Helvetica. */
const ascender = 0.718;

/** Writes one line of inkable text from its top left corner. Letters that the standard fonts lack are drawn, and stand in the text for who copies or listens. */
export function writeLine(
  doc: Document,
  letters: Letters,
  line: string,
  x: number,
  y: number,
  style: { readonly face: Face; readonly size: number; readonly colour: string },
): void {
  const { face, size, colour } = style;
  let at = x;
  for (const run of runsOf(line, letters)) {
    if (run.standard) {
      doc.font(face).fontSize(size).fillColor(colour).text(run.text, at, y, { lineBreak: false });
      at += doc.widthOfString(run.text);
      continue;
    }
    doc.markContent('Span', { actual: run.text });
    // A blank that carries the text: who copies or searches finds it where a character stands, not where lines are drawn.
    doc.font(face).fontSize(size).text(' ', at, y, { lineBreak: false });
    for (const letter of run.letters) {
      const bold = face === 'Helvetica-Bold' ? boldness : 0;
      for (const { command, args } of letter.outline) draw(doc, command, args, at, y + ascender * size, size);
      const thicken = (letter.thicken + bold) * size;
      if (thicken > 0) doc.lineWidth(thicken).fillAndStroke(colour, colour);
      else doc.fill(colour);
      at += letter.advance * size;
    }
    doc.endMarkedContent();
  }
}

/** One command of an outline; y grows downwards on the page. */
function draw(doc: Document, command: string, args: readonly number[], x: number, y: number, size: number): void {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args.map((value, index) => (index % 2 === 0 ? x + value * size : y - value * size));
  if (command === 'moveTo') doc.moveTo(a, b);
  else if (command === 'lineTo') doc.lineTo(a, b);
  else if (command === 'quadraticCurveTo') doc.quadraticCurveTo(a, b, c, d);
  else if (command === 'bezierCurveTo') doc.bezierCurveTo(a, b, c, d, e, f);
  else doc.closePath();
}

/** Width of a line of inkable text. */
export function lineWidth(doc: Document, letters: Letters, line: string, face: Face, size: number): number {
  let width = 0;
  for (const run of runsOf(line, letters)) {
    if (run.standard) width += doc.font(face).fontSize(size).widthOfString(run.text);
    else for (const letter of run.letters) width += letter.advance * size;
  }
  return width;
}
