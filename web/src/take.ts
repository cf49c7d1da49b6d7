import { type LetterTable, lettersOf } from '../../src/report/pdf/letter-table.ts';
import { type DrawContext, svgDocument } from '../../src/view/draw/diagram.ts';
import type { Palette } from '../../src/view/draw/palette.ts';
import { shapePdf } from '../../src/view/draw/pdf/pdf.ts';
import { type Shape, shapeText } from '../../src/view/draw/shape.ts';
import type { Diagram } from '../../src/view/view-model.ts';
import { colours } from './colours.ts';
import { download } from './dom.ts';

export interface Shown {
  readonly diagram: Diagram;
  readonly context: DrawContext;
  readonly title: string;
}

/** The drawing by itself, from the stored positions. */
const drawn = ({ diagram, context, title }: Shown, palette: Palette): Shape =>
  svgDocument(diagram, { ...context, colours: palette, interactive: false }, title);

const fileName = (title: string, ending: string): string =>
  `${
    title
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 80) || 'postern'
  }.${ending}`;

export function takeSvg(shown: Shown): void {
  download(fileName(shown.title, 'svg'), new Blob([shapeText(drawn(shown, colours()))], { type: 'image/svg+xml' }));
}

/** Twice as large as on the page, so that it is sharp on paper and on a projector. */
export async function takePng(shown: Shown): Promise<void> {
  const text = shapeText(drawn(shown, colours()));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  // A canvas has a largest size in every browser.
  const scale = Math.min(2, 8000 / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(image.width * scale);
  canvas.height = Math.ceil(image.height * scale);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob !== null) download(fileName(shown.title, 'png'), blob);
}

/**
 * In the colours of paper.
 * @param letters outlines of those that the standard fonts of a PDF lack
 */
export function takePdf(shown: Shown, letters: LetterTable): void {
  const { diagram, context, title } = shown;
  const pdf = shapePdf(drawn(shown, colours('light')), lettersOf(letters), title, diagram.edges.map(context.sentence).join('. '));
  download(fileName(title, 'pdf'), new Blob([pdf], { type: 'application/pdf' }));
}

export function takeJson(title: string, value: unknown): void {
  download(fileName(title, 'json'), new Blob([`${JSON.stringify(value, null, 1)}\n`], { type: 'application/json' }));
}
