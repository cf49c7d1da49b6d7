import { unseen } from '../../src/report/unseen.ts';
import type { Source } from './data.ts';
import { button, h } from './dom.ts';
import { savedViews } from './saved.ts';
import { type ViewName, type ViewState, viewNames } from './state.ts';

const labels: Readonly<Record<ViewName, string>> = {
  stories: 'Stories',
  network: 'Network',
  identity: 'Identity',
  explore: 'Explore',
  findings: 'Findings',
  compare: 'Compare',
};

export interface HeaderActions {
  view(name: ViewName): void;
  hide(hidden: boolean): void;
  svg(): void;
  png(): void;
  pdf(): void;
  json(): void;
  link(): void;
  current(): { readonly hash: string; readonly title: string };
}

const themes = ['auto', 'light', 'dark'] as const;

function setTheme(theme: string): void {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', theme);
}

/** What was not seen and not decided, always in sight: what is not seen is not safe. */
function missing({ model }: Source): HTMLElement {
  const { collection, gaps, undecided, short } = unseen(model.assessment.completeness, model.undecided, Number.POSITIVE_INFINITY);
  if (short === '') return h('span', { class: 'complete' }, 'nothing missing');
  return h(
    'details',
    { class: 'menu gaps' },
    h('summary', {}, short),
    h(
      'div',
      { class: 'menu-body' },
      h('p', {}, `The collection is ${collection}.`),
      undecided !== '' && h('p', {}, `${undecided}.`),
      h('ul', {}, ...gaps.slice(0, 200).map((text) => h('li', {}, text))),
    ),
  );
}

export function header(
  source: Source,
  state: ViewState,
  search: HTMLElement,
  act: HeaderActions,
): { readonly element: HTMLElement; update(state: ViewState): void } {
  const { snapshot } = source.model.assessment;
  const tabs = viewNames.map((name) => {
    const tab = h('a', { href: name === 'stories' ? '#' : `#view=${name}`, 'data-view': name }, labels[name]);
    tab.addEventListener('click', (event) => {
      event.preventDefault();
      act.view(name);
    });
    return tab;
  });
  const hide = h('input', { type: 'checkbox', onchange: () => act.hide(hide.checked) });
  hide.checked = state.hidden;
  const theme = h('select', { 'aria-label': 'Colours', onchange: () => setTheme(theme.value) }, ...themes.map((name) => h('option', { value: name }, name)));
  const take = h(
    'details',
    { class: 'menu take' },
    h('summary', {}, 'Take away'),
    h(
      'div',
      { class: 'menu-body' },
      h(
        'p',
        { class: 'actions' },
        button('SVG', act.svg),
        button('PNG', act.png),
        button('PDF', act.pdf),
        button('JSON', act.json),
        button('Copy link', act.link),
        button('Print', () => print(), { title: 'With table, evidence and legend' }),
      ),
      h('label', { class: 'check' }, hide, 'Hide names, ids and accounts'),
      h('label', { class: 'check' }, 'Colours', theme),
      savedViews(act.current),
    ),
  );
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) if (!menu.contains(event.target as Node)) menu.open = false;
  });
  const facts = [
    snapshot.accounts.length === 1 ? '1 account' : `${snapshot.accounts.length} accounts`,
    `${snapshot.records.toLocaleString('en')} resources`,
    ...(snapshot.end === '' ? [] : [snapshot.end.slice(0, 10)]),
  ];
  const element = h(
    'header',
    {},
    h('strong', { class: 'brand' }, 'Postern'),
    h('nav', { 'aria-label': 'Views' }, ...tabs),
    search,
    h('span', { class: 'facts' }, facts.join(' · ')),
    missing(source),
    take,
  );
  return {
    element,
    update(next) {
      for (const tab of tabs) {
        if (tab.getAttribute('data-view') === next.view) tab.setAttribute('aria-current', 'page');
        else tab.removeAttribute('aria-current');
      }
    },
  };
}
