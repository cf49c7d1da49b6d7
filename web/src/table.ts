import type { ExposurePath } from '../../src/model/assessment.ts';
import type { ViewModel } from '../../src/view/view-model.ts';
import { h } from './dom.ts';
import { conditionText, kindLabel, kindOf, nameOf, percent } from './text.ts';

/** The diagram as a table: the same hops, for keyboard and screen reader, and for print. */
export function hopTable(model: ViewModel, path: ExposurePath, hop: number, select: (hop: number) => void): HTMLElement {
  const rows = path.steps.map((step, index) =>
    h(
      'tr',
      { 'aria-selected': index === hop ? 'true' : 'false' },
      h('td', { class: 'number' }, String(index + 1)),
      h('td', {}, h('span', { class: 'kind' }, kindLabel(model, kindOf(model, step.from))), nameOf(model, step.from)),
      h(
        'td',
        {},
        h(
          'button',
          { type: 'button', class: 'link', 'data-hop': String(index), 'aria-expanded': index === hop ? 'true' : 'false', onclick: () => select(index) },
          step.label,
        ),
        step.ports === undefined ? '' : ` (${step.ports})`,
      ),
      h('td', {}, h('span', { class: 'kind' }, kindLabel(model, kindOf(model, step.to))), nameOf(model, step.to)),
      h(
        'td',
        {},
        step.verdict === 'conditional'
          ? `if ${step.conditions.map(conditionText).join(' and ')}`
          : step.verdict === 'unknown'
            ? `unknown: ${step.missing.join(', ')}`
            : 'proven',
      ),
      h('td', { class: 'number' }, percent(step.likelihood)),
    ),
  );
  const headings = ['#', 'from', 'what the attacker does', 'to', 'holds', 'likelihood'].map((text) => h('th', { scope: 'col' }, text));
  return h(
    'table',
    { class: 'hops' },
    h('caption', { class: 'visually-hidden' }, `Hops from ${path.entry.name} to ${path.target.name}`),
    h('thead', {}, h('tr', {}, ...headings)),
    h('tbody', {}, ...rows),
  );
}
