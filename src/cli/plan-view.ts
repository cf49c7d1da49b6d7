import type { PlanView } from '../view/view-model.ts';
import type { Analysis } from './analysis.ts';
import { makePlan } from './plan.ts';
import { planDocument } from './plan-document.ts';

/** The plan that the viewer shows: what `postern plan` prints, without what only a script needs. */
export async function planView(analysis: Analysis, share = 0.8): Promise<PlanView> {
  const document = planDocument(analysis, await makePlan(analysis, { share, top: 100 }), { share });
  const { state, fewest, risk } = document;
  const steps = document.steps.map(({ title, effort, removes, cli, terraform, takesAway }) => ({
    title,
    effort,
    removes,
    cli,
    terraform,
    inUse: takesAway.summary,
  }));
  return { state, fewest, share, risk, steps };
}
