import { accessTaken, takenText } from '../paths/plan/in-use.ts';
import { remedyOf } from '../paths/plan/remedy.ts';
import type { Analysis } from './analysis.ts';
import type { Plan, PlannedStep } from './plan.ts';

const rounded = (value: number): number => Number(value.toFixed(2));

/** A step of a plan with everything that a person needs to make the change. */
export function stepDocument(analysis: Analysis, plan: Plan, { candidate, removes }: PlannedStep) {
  const record = (id: string) => analysis.snapshot.byId(id);
  const taken = accessTaken(candidate.takes, record);
  const remedies = candidate.changes.map((change) => {
    const id = change.op === 'cut' || change.op === 'create' ? '' : change.resource;
    return remedyOf(change, record(id), plan.changed?.analysis.snapshot.find(id));
  });
  const policy = remedies.find((remedy) => remedy.policy !== undefined)?.policy;
  return {
    title: candidate.title,
    effort: candidate.effort,
    removes: rounded(removes),
    changes: candidate.changes,
    // Two edits of one setting are one command.
    cli: [...new Set(remedies.map((remedy) => remedy.cli))].join('\n'),
    terraform: [...new Set(remedies.map((remedy) => remedy.terraform))].filter((text) => text !== '').join('\n\n'),
    ...(policy === undefined ? {} : { policy }),
    takesAway: { summary: takenText(taken), access: taken },
  };
}

/** `plan/v1`; `postern whatif --apply` takes it as it is. */
export function planDocument(analysis: Analysis, plan: Plan, goal: { readonly share: number; readonly target?: string | undefined }) {
  return {
    schema: 'plan/v1' as const,
    completeness: analysis.completeness,
    goal: { share: goal.share, ...(goal.target === undefined ? {} : { target: goal.target }) },
    state: plan.state,
    fewest: plan.state === 'proved' && plan.bound === plan.steps.length ? ('proved' as const) : ('bounded' as const),
    bound: plan.bound,
    rounds: plan.rounds,
    risk: { before: rounded(plan.risk.before), after: rounded(plan.risk.after) },
    steps: plan.steps.map((step) => stepDocument(analysis, plan, step)),
    remaining: plan.after.slice(0, 10),
  };
}
