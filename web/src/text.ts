import type { ExposurePath, PathStep } from '../../src/model/assessment.ts';
import { conditionText, shortId } from '../../src/report/words.ts';
import type { ViewModel } from '../../src/view/view-model.ts';

export { conditionText, shortId };

export const nameOf = (model: ViewModel, id: string): string => model.assessment.nodes[id]?.name ?? model.names[id]?.name ?? id;
export const kindOf = (model: ViewModel, id: string): string => model.assessment.nodes[id]?.kind ?? model.names[id]?.kind ?? '';
export const kindLabel = (model: ViewModel, kind: string): string => model.legend.nodes[kind]?.label ?? kind;

/** `3 data stores`; where the plural is no regular one it is given. */
export function counted(count: number, label: string, many?: string): string {
  const lower = label.toLowerCase();
  if (count === 1) return `1 ${lower}`;
  return `${count.toLocaleString('en')} ${many ?? (/[^aeiou]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : lower.endsWith('s') ? `${lower}es` : `${lower}s`)}`;
}

/** So many nodes of a kind. */
export const countedKind = (model: ViewModel, count: number, kind: string): string => counted(count, kindLabel(model, kind), model.legend.nodes[kind]?.many);

export const levels = ['critical', 'high', 'medium', 'low'] as const;

/** A risk of 0–100 as a word that is never told by colour alone. */
export const grade = (risk: number): (typeof levels)[number] => (risk >= 60 ? 'critical' : risk >= 30 ? 'high' : risk >= 10 ? 'medium' : 'low');

export const percent = (likelihood: number): string => `${likelihood >= 0.1 ? Math.round(likelihood * 100) : (likelihood * 100).toPrecision(2)} %`;

/** A hop as a sentence, for the table, for screen readers and for labels. */
export const stepSentence = (model: ViewModel, step: PathStep): string => `${nameOf(model, step.from)} → ${nameOf(model, step.to)}: ${step.label}`;

export const pathTitle = (path: ExposurePath): string => `${path.entry.name} to ${path.target.name}`;

/** A word in single quotes for a shell. */
export const quoted = (word: string): string => (/^[A-Za-z0-9_./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
