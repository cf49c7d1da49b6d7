import type { Assessment } from '../../model/assessment.ts';
import { evidenceChapter, frameworksChapter, rulesChapter } from './findings-chapters.ts';
import { cover, executive } from './front-pages.ts';
import { openLetters } from './letters.ts';
import { openDocument } from './open.ts';
import { pathsChapter } from './paths-chapter.ts';
import { Sheet } from './sheet.ts';

/**
 * The report for auditors: a tagged PDF with cover, executive page, paths as drawings, findings by framework and by rule, and the evidence. Its dates are those of the
 * snapshot, so the same assessment gives the same bytes.
 */
export async function pdf(assessment: Assessment): Promise<Uint8Array> {
  const date = new Date(assessment.snapshot.end);
  const doc = await openDocument({
    Title: 'Postern assessment',
    Subject: `Snapshot ${assessment.snapshot.hash}`,
    Creator: 'Postern',
    Producer: 'Postern',
    CreationDate: date,
    ModDate: date,
  });
  const chunks: Uint8Array[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  const sheet = new Sheet(doc, await openLetters());
  cover(sheet, assessment);
  executive(sheet, assessment);
  pathsChapter(sheet, assessment);
  frameworksChapter(sheet, assessment);
  rulesChapter(sheet, assessment);
  evidenceChapter(sheet, assessment);
  sheet.finish(`Postern assessment, snapshot ${assessment.snapshot.hash.slice(0, 16)}`);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}
