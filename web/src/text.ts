import type { ExposurePath, PathStep } from '../../src/model/assessment.ts';
import type { ViewModel } from '../../src/view/view-model.ts';

export { conditionText, shortId } from '../../src/report/words.ts';

export const nameOf = (model: ViewModel, id: string): string => model.assessment.nodes[id]?.name ?? id;
export const kindOf = (model: ViewModel, id: string): string => model.assessment.nodes[id]?.kind ?? '';
export const kindLabel = (model: ViewModel, kind: string): string => model.legend.nodes[kind]?.label ?? kind;

/** A risk of 0–100 as a word that is never told by colour alone. */
export function grade(risk: number): 'critical' | 'high' | 'medium' | 'low' {
  return risk >= 60 ? 'critical' : risk >= 30 ? 'high' : risk >= 10 ? 'medium' : 'low';
}

export const percent = (likelihood: number): string => `${likelihood >= 0.1 ? Math.round(likelihood * 100) : (likelihood * 100).toPrecision(2)} %`;

/** A hop as a sentence, for the table, for screen readers and for labels. */
export function stepSentence(model: ViewModel, step: PathStep): string {
  return `${nameOf(model, step.from)} ${step.label} ${nameOf(model, step.to)}`;
}

export const pathTitle = (path: ExposurePath): string => `${path.entry.name} to ${path.target.name}`;
