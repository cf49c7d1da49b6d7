import type { ExposurePath } from '../../src/model/assessment.ts';
import type { ViewModel } from '../../src/view/view-model.ts';
import { h } from './dom.ts';
import { conditionText, kindLabel, kindOf, nameOf, percent } from './text.ts';

export interface HopActions {
  hop(index: number): void;
  node(id: string): void;
}

/** The diagram as a table: the same hops, for keyboard and screen reader, and for print. */
export function hopTable(model: ViewModel, path: ExposurePath, hop: number, act: HopActions): HTMLElement {
  const end = (id: string): HTMLElement =>
    h(
      'td',
      {},
      h('button', { type: 'button', class: 'link plain', onclick: () => act.node(id) }, nameOf(model, id)),
      h('span', { class: 'kind' }, kindLabel(model, kindOf(model, id)).toLowerCase()),
    );
  const rows = path.steps.map((step, index) =>
    h(
      'tr',
      { class: index === hop ? 'chosen' : '' },
      h('td', { class: 'number' }, String(index + 1)),
      end(step.from),
      h(
        'td',
        {},
        h(
          'button',
          { type: 'button', class: 'link', 'data-hop': String(index), 'aria-pressed': index === hop ? 'true' : 'false', onclick: () => act.hop(index) },
          step.label,
        ),
        step.ports === undefined ? '' : h('span', { class: 'kind' }, step.ports),
      ),
      end(step.to),
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
  const headings = ['#', 'From', 'What the attacker does', 'To', 'Holds', 'Likelihood'].map((text) => h('th', { scope: 'col' }, text));
  return h(
    'table',
    { class: 'hops' },
    h('caption', { class: 'visually-hidden' }, `Hops from ${path.entry.name} to ${path.target.name}`),
    h('thead', {}, h('tr', {}, ...headings)),
    h('tbody', {}, ...rows),
  );
}

/** All instances of a story as a list: the diagram's other mirror. */
export function instanceList(paths: readonly ExposurePath[], chosen: string, select: (path: string) => void): HTMLElement {
  return h(
    'ol',
    { class: 'instances' },
    ...paths.map((path) =>
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', class: 'link plain', 'data-path': path.id, 'aria-current': path.id === chosen ? 'true' : 'false', onclick: () => select(path.id) },
          h('span', { class: 'number' }, path.risk.toFixed(1)),
          ` ${path.entry.name} → ${path.target.name}`,
        ),
      ),
    ),
  );
}
