import type { PlanView } from '../../src/view/view-model.ts';
import { snapOf } from './commands.ts';
import type { Source } from './data.ts';
import { button, fill, h, section } from './dom.ts';

const made = new WeakMap<Source, PlanView>();

/** The plan: asked for by a button, as it derives the estate anew until the proof stands. */
export function planSection(source: Source): HTMLElement {
  const body = h('div', {});
  const known = made.get(source);
  const command = `postern plan ${snapOf(source)} --share 80`;
  const ask = (): void => {
    fill(body, h('p', { class: 'hint', role: 'status' }, 'Deriving the changed estate until the proof stands…'));
    source.plan?.().then(
      (plan) => {
        made.set(source, plan);
        fill(body, planList(plan));
      },
      () => fill(body, h('p', { role: 'alert' }, 'The plan could not be made.')),
    );
  };
  if (known !== undefined) fill(body, planList(known));
  else if (source.plan === undefined) fill(body, h('p', { class: 'hint' }, 'Not in this page: ', h('code', {}, command)));
  else fill(body, h('p', {}, button('Find the fewest changes', ask)));
  return section('The plan', body);
}

function planList(plan: PlanView): HTMLElement {
  const share = `${Math.round(plan.share * 100)} % of the risk`;
  if (plan.state === 'impossible') return h('p', {}, `No set of the changes that Postern knows ends ${share}.`);
  return h(
    'div',
    {},
    h(
      'p',
      {},
      `${plan.steps.length} changes ${plan.state === 'proved' ? 'end' : 'come near to ending'} ${share}: ${plan.risk.before.toFixed(0)} → ${plan.risk.after.toFixed(0)}, derived anew${plan.fewest === 'proved' ? '; no plan has fewer' : ''}.`,
    ),
    h(
      'ol',
      { class: 'plan' },
      ...plan.steps.map((step) =>
        h(
          'li',
          {},
          h('b', {}, step.title),
          h('span', { class: 'kind' }, `ends ${step.removes.toFixed(1)} of the risk · effort ${step.effort} · in use: ${step.inUse}`),
          step.cli !== '' && h('details', {}, h('summary', {}, 'Command'), h('pre', { tabindex: '0' }, step.cli)),
          step.terraform !== '' && h('details', {}, h('summary', {}, 'Terraform'), h('pre', { tabindex: '0' }, step.terraform)),
        ),
      ),
    ),
  );
}
