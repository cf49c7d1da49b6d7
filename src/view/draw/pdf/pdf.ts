import type { Letters } from '../../../report/pdf/ink.ts';
import { round } from '../glyphs.ts';
import type { Shape } from '../shape.ts';
import { Content, literal, unicode } from './content.ts';

/** Points of PDF in a pixel of ours. */
const point = 0.75;

/**
 * A drawing as a PDF of one page of its own size, in vectors: text stays text. Written here because our drawings are paths, circles and text and nothing else: what there is to be had for
 * browsers (pdfkit, jsPDF with svg2pdf) brings fonts and picture formats of 200 kB and more for that. Without a date and without chance: the same drawing is the same bytes.
 * @param root an `svg` element whose view box begins anywhere
 * @param letters those that the fonts of every reader lack: they are drawn as outlines, and stand in the text for who copies or listens
 * @param alternative what the drawing shows, for those who cannot see it
 */
export function shapePdf(root: Shape, letters: Letters, title: string, alternative: string): Uint8Array<ArrayBuffer> {
  const [left = 0, top = 0, width = 1, height = 1] = String(root.attributes['viewBox'] ?? '')
    .split(' ')
    .map(Number);
  const content = new Content(letters);
  content.add(root.children);
  const stream = `/Figure <</MCID 0>> BDC\nq ${point} 0 0 ${-point} ${round(-left * point)} ${round((height + top) * point)} cm\n${content.text}\nQ\nEMC`;
  const states = content.opacities.map(([name, value]) => `/${name} <</ca ${value} /CA ${value}>>`).join(' ');
  const font = (name: string): string => `<</Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding>>`;
  return file([
    `<</Type /Catalog /Pages 2 0 R /Lang (en) /MarkInfo <</Marked true>> /StructTreeRoot 7 0 R /ViewerPreferences <</DisplayDocTitle true>>>>`,
    `<</Type /Pages /Kids [3 0 R] /Count 1>>`,
    `<</Type /Page /Parent 2 0 R /MediaBox [0 0 ${round(width * point)} ${round(height * point)}] /Contents 4 0 R /StructParents 0 /Resources <</Font <</R 5 0 R /B 6 0 R>> /ExtGState <<${states}>>>>>>`,
    `<</Length ${stream.length}>>\nstream\n${stream}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<</Type /StructTreeRoot /K 8 0 R /ParentTree <</Nums [0 [8 0 R]]>>>>`,
    `<</Type /StructElem /S /Figure /P 7 0 R /Pg 3 0 R /K 0 /Alt ${unicode(alternative)}>>`,
    `<</Title ${unicode(title)} /Producer ${literal('Postern')}>>`,
  ]);
}

/** Objects, numbered from 1, with the table of where each begins; the last one tells about the document. All is ASCII, so that a character is a byte. */
function file(objects: readonly string[]): Uint8Array<ArrayBuffer> {
  let text = '%PDF-1.7\n';
  const begins = objects.map((object, index) => {
    const begin = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(begin).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = text.length;
  text += `xref\n0 ${size}\n0000000000 65535 f \n${begins.join('')}trailer\n<</Size ${size} /Root 1 0 R /Info ${objects.length} 0 R>>\nstartxref\n${table}\n%%EOF\n`;
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
