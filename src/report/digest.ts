import type { Assessment } from '../model/assessment.ts';
import { bandOf } from './facts.ts';
import { hopCount, shortId } from './words.ts';

const most = 10;

/** What a notification says: what is new, not how many there are. Without a baseline everything is new. `undefined`: nothing to say. */
export function digest(assessment: Assessment): { readonly text: string; readonly newPaths: number; readonly newFindings: number } | undefined {
  const { comparison, paths, snapshot } = assessment;
  const failing = assessment.findings.filter((finding) => finding.result === 'fail');
  const [freshPaths, freshFindings] = [new Set(comparison?.newPaths), new Set(comparison?.newFindings)];
  const newPaths = comparison === undefined ? paths.paths : paths.paths.filter((path) => freshPaths.has(path.id));
  const newFindings = comparison === undefined ? failing : failing.filter((finding) => freshFindings.has(finding.id));
  if (newPaths.length + newFindings.length === 0) return undefined;
  // A name may hold what a chat reads as markup or as a mention.
  const plain = (text: string): string => text.replace(/[<>&*_`~|@]/g, ' ').replace(/\s+/g, ' ');
  const lines = [
    `Postern: ${newPaths.length} new exposure paths, ${newFindings.length} new findings (snapshot ${snapshot.hash.slice(0, 16)} of ${snapshot.end})`,
    ...newPaths
      .slice(0, most)
      .map((path) => `- path, ${bandOf(path.risk)} ${path.risk.toFixed(1)}: ${plain(path.entry.name)} to ${plain(path.target.name)}, ${hopCount(path)}`),
    ...newFindings.slice(0, most).map((finding) => `- ${finding.severity}: ${plain(finding.title)}: ${plain(shortId(finding.resource))}`),
  ];
  const rest = Math.max(0, newPaths.length - most) + Math.max(0, newFindings.length - most);
  if (rest > 0) lines.push(`- and ${rest} more, in the report`);
  if (comparison !== undefined && comparison.fixedPaths.length + comparison.fixedFindings.length > 0)
    lines.push(`Fixed: ${comparison.fixedPaths.length} paths, ${comparison.fixedFindings.length} findings`);
  return { text: lines.join('\n'), newPaths: newPaths.length, newFindings: newFindings.length };
}
