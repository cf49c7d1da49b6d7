import { type DrawContext, svgDocument } from '../../src/view/draw/diagram.ts';
import { type Palette, palette } from '../../src/view/draw/palette.ts';
import { shapeText } from '../../src/view/draw/shape.ts';
import type { Diagram } from '../../src/view/view-model.ts';
import { download } from './dom.ts';

export interface Shown {
  readonly diagram: Diagram;
  readonly context: DrawContext;
  readonly title: string;
}

/** The colours as they are on the page now, as values, for files that have no style sheet. */
export function colours(): Palette {
  const style = getComputedStyle(document.documentElement);
  return palette((ink) => style.getPropertyValue(`--${ink}`).trim());
}

/** The drawing as an SVG text: our own, from the stored positions. */
export const svgOf = ({ diagram, context, title }: Shown): string =>
  shapeText(svgDocument(diagram, { ...context, colours: colours(), interactive: false }, title));

const fileName = (title: string, ending: string): string =>
  `${
    title
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 80) || 'postern'
  }.${ending}`;

export function takeSvg(shown: Shown): void {
  download(fileName(shown.title, 'svg'), new Blob([svgOf(shown)], { type: 'image/svg+xml' }));
}

/** Twice as large as on the page, so that it is sharp on paper and on a projector. */
export async function takePng(shown: Shown): Promise<void> {
  const text = svgOf(shown);
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

export function takeJson(title: string, value: unknown): void {
  download(fileName(title, 'json'), new Blob([`${JSON.stringify(value, null, 1)}\n`], { type: 'application/json' }));
}
