import './style.css';
import type { ViewModel } from '../../src/view/view-model.ts';
import { PathDiagram } from './diagram.ts';
import { fill, h } from './dom.ts';
import { drawer } from './drawer.ts';
import { pathList, visiblePaths } from './list.ts';
import { readState, type ViewState, writeState } from './state.ts';
import { hopTable } from './table.ts';
import { pathTitle } from './text.ts';

async function load(): Promise<ViewModel> {
  const embedded = document.getElementById('data');
  if (embedded !== null) return JSON.parse(embedded.textContent ?? '') as ViewModel;
  const answer = await fetch('/data.json', { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return (await answer.json()) as ViewModel;
}

function start(model: ViewModel, root: HTMLElement): void {
  let state: ViewState = readState(location.hash);
  const list = h('nav', { class: 'list', 'aria-label': 'Ranked paths' });
  const canvas = h('div', { class: 'canvas', role: 'img', 'aria-label': 'Diagram of the selected path; the table below it says the same' });
  const table = h('div', { class: 'mirror' });
  const side = h('aside', { class: 'drawer', 'aria-label': 'Evidence', tabindex: '-1' });
  const heading = h('h1', {});
  const said = h('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
  const diagram = new PathDiagram(canvas, (hop) => update({ ...state, hop }));
  const search = h('input', {
    type: 'search',
    placeholder: 'Filter: name, id, technique',
    'aria-label': 'Filter paths',
    value: state.filter,
    oninput: () => update({ ...state, filter: search.value }),
  });
  const verdict = h(
    'select',
    { 'aria-label': 'Verdict', onchange: () => update({ ...state, verdict: verdict.value }) },
    ...['all', 'proven', 'conditional', 'unknown'].map((value) =>
      h('option', { value, selected: value === state.verdict }, value === 'all' ? 'all verdicts' : value),
    ),
  );
  const button = (label: string, act: () => void): HTMLElement => h('button', { type: 'button', onclick: act }, label);
  const { snapshot, completeness } = model.assessment;
  const gaps = completeness.gaps.length + completeness.notModelled.length;
  fill(
    root,
    h('a', { class: 'skip', href: '#hops' }, 'Skip to the hops'),
    h(
      'header',
      {},
      h('strong', {}, 'Postern'),
      h('span', {}, `${snapshot.accounts.length} accounts · ${snapshot.records} resources · ${snapshot.end.slice(0, 10)}`),
      h(
        'span',
        { class: gaps > 0 || !completeness.complete ? 'warning' : '' },
        completeness.complete && gaps === 0 ? 'collection complete' : `${gaps} gaps: what is not seen is not safe`,
      ),
      search,
      verdict,
    ),
    h(
      'div',
      { class: 'columns' },
      list,
      h(
        'main',
        {},
        h(
          'div',
          { class: 'bar' },
          heading,
          h(
            'span',
            { class: 'tools' },
            button('Fit', () => diagram.fit()),
            button('+', () => diagram.zoom(1.25)),
            button('−', () => diagram.zoom(0.8)),
            button('PNG', save),
          ),
        ),
        canvas,
        h('div', { id: 'hops' }, table),
      ),
      side,
    ),
    said,
  );

  function save(): void {
    const link = h('a', { href: diagram.png(), download: `path-${state.path}.png` });
    link.click();
  }

  function update(next: ViewState, force = false): void {
    const shown = visiblePaths(model, next);
    const kept = shown.some((path) => path.id === next.path) ? next : { ...next, path: shown[0]?.id ?? '', hop: -1 };
    const changed = force || kept.path !== state.path;
    state = kept;
    history.replaceState(null, '', writeState(state));
    fill(
      list,
      pathList(model, state, (path) => update({ ...state, path, hop: -1 })),
    );
    const path = model.assessment.paths.paths.find((each) => each.id === state.path);
    if (path === undefined) {
      fill(heading, 'No path');
      fill(table);
      fill(side);
      fill(canvas);
      return;
    }
    fill(heading, pathTitle(path));
    fill(
      table,
      hopTable(model, path, state.hop, (hop) => update({ ...state, hop })),
    );
    fill(side, drawer(model, path, state.hop));
    if (changed) {
      diagram.draw(model, path, state.hop);
      said.textContent = `${pathTitle(path)}, risk ${path.risk.toFixed(0)}, ${path.steps.length} hops`;
    } else diagram.choose(state.hop);
  }

  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.matches('input, select, textarea')) {
      if (event.key === 'Escape') target.blur();
      return;
    }
    const shown = visiblePaths(model, state);
    const at = shown.findIndex((path) => path.id === state.path);
    const hops = shown[at]?.steps.length ?? 0;
    const go = (index: number): void => {
      const path = shown[Math.max(0, Math.min(shown.length - 1, index))];
      if (path === undefined) return;
      update({ ...state, path: path.id, hop: -1 });
      list.querySelector<HTMLElement>('[aria-current="true"]')?.focus();
    };
    if (event.key === '/') search.focus();
    else if (event.key === 'j' || event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'k' || event.key === 'ArrowUp') go(at - 1);
    else if (event.key === 'ArrowRight') update({ ...state, hop: Math.min(hops - 1, state.hop + 1) });
    else if (event.key === 'ArrowLeft') update({ ...state, hop: Math.max(-1, state.hop - 1) });
    else if (event.key === 'Escape') update({ ...state, hop: -1 });
    else return;
    event.preventDefault();
  });
  addEventListener('hashchange', () => update(readState(location.hash)));
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => update(state, true));
  update(state, true);
}

const root = document.getElementById('app');
if (root !== null) {
  load().then(
    (model) => start(model, root),
    (error: unknown) =>
      fill(root, h('p', { class: 'failed', role: 'alert' }, `The report could not be loaded: ${error instanceof Error ? error.message : String(error)}`)),
  );
}
