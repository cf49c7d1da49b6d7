import type { ExposurePath } from '../../src/model/assessment.ts';
import type { ViewModel } from '../../src/view/view-model.ts';
import { h } from './dom.ts';
import type { ViewState } from './state.ts';
import { grade, pathTitle } from './text.ts';

/** Paths that the filter leaves, in their order. */
export function visiblePaths(model: ViewModel, state: ViewState): readonly ExposurePath[] {
  const words = state.filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return model.assessment.paths.paths.filter((path) => {
    if (state.verdict !== 'all' && path.verdict !== state.verdict) return false;
    if (words.length === 0) return true;
    const text = [pathTitle(path), ...path.steps.flatMap((step) => [step.from, step.to, step.label, ...step.techniques])].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The ranked list: one row a path, with score, ends, hops and verdict in words. */
export function pathList(model: ViewModel, state: ViewState, select: (id: string) => void): HTMLElement {
  const all = model.assessment.paths.paths;
  const shown = visiblePaths(model, state);
  const rows = shown.map((path) => {
    const level = grade(path.risk);
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'path', 'data-path': path.id, 'aria-current': path.id === state.path ? 'true' : 'false', onclick: () => select(path.id) },
        h('span', { class: `score ${level}` }, h('b', {}, path.risk.toFixed(0)), h('small', {}, level)),
        h(
          'span',
          { class: 'what' },
          h(
            'span',
            { class: 'ends' },
            path.entry.name,
            h('span', { class: 'arrow', 'aria-hidden': 'true' }, ' → '),
            h('span', { class: 'visually-hidden' }, ' to '),
            path.target.name,
          ),
          h('span', { class: 'why' }, path.target.why ?? ''),
          h('span', { class: 'meta' }, `${all.indexOf(path) + 1}. · ${path.steps.length} ${path.steps.length === 1 ? 'hop' : 'hops'} · ${path.verdict}`),
        ),
      ),
    );
  });
  return h(
    'div',
    { class: 'ranked' },
    h(
      'p',
      { class: 'count', 'aria-live': 'polite' },
      shown.length === all.length ? `${all.length} paths, riskiest first` : `${shown.length} of ${all.length} paths`,
    ),
    rows.length === 0 ? h('p', { class: 'empty' }, all.length === 0 ? 'No exposure path was found.' : 'No path fits the filter.') : h('ol', {}, ...rows),
  );
}
