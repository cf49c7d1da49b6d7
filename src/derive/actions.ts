import type { Technique } from './technique.ts';

/** The actions that a technique asks for: what a reader looks for in the statements that prove it. */
export function actionsOf(technique: Technique): readonly string[] {
  const premises = technique.when.flatMap((each) => (each.kind === 'any' ? each.of : [each]));
  return [...new Set(premises.flatMap((premise) => (premise.kind === 'can' ? [premise.action] : [])))].sort();
}
