import { letterTable } from '../report/pdf/letter-table.ts';
import type { View } from './build.ts';

/**
 * The view with the outlines of the letters that its names have beyond the standard fonts, for the PDF that its page makes: a page that is one file has no fonts.
 * Names of places and steps that are drawn come first; most estates have none, and no font is read then.
 */
export async function withLetters(view: View): Promise<View> {
  const { diagrams, maps, names, source, assessment } = view.model;
  const texts = [...[diagrams, maps, names, assessment.nodes].map((each) => JSON.stringify(each)), source.name, ...view.estate.names];
  if (!texts.some((text) => /[\u0100-\u{10ffff}]/u.test(text))) return view;
  const { openLetters } = await import('../report/pdf/letters.ts');
  return { ...view, model: { ...view.model, letters: letterTable(texts, await openLetters()) } };
}
