import type { Source } from './data.ts';
import { fill, h } from './dom.ts';
import type { Estate } from './estate.ts';
import { pathTitle } from './text.ts';

interface Hit {
  readonly label: string;
  readonly detail: string;
  readonly act: () => void;
}

export interface SearchActions {
  node(id: string): void;
  story(path: string): void;
  finding(index: number): void;
}

/** Search over everything: nodes by name, id, tag, kind and type; paths; findings. A combobox as WAI-ARIA has it. */
export function searchBox(model: () => Source['model'], estate: () => Promise<Estate>, act: SearchActions): HTMLElement {
  const input = h('input', {
    type: 'search',
    class: 'search',
    placeholder: 'Search everything  ( / )',
    'aria-label': 'Search nodes, paths and findings by name, id, tag or kind',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'hits',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    oninput: () => void look(),
    onfocus: () => void estate(),
    onkeydown: (event) => keys(event as KeyboardEvent),
    // A click on a hit takes the focus first. Who comes back meanwhile finds the list open.
    onblur: () => setTimeout(() => document.activeElement !== input && close(), 150),
  });
  const list = h('ul', { id: 'hits', role: 'listbox', 'aria-label': 'Found', hidden: true });
  let hits: readonly Hit[] = [];
  let at = 0;
  const close = (): void => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  };
  const take = (index: number): void => {
    const hit = hits[index];
    if (hit === undefined) return;
    close();
    input.value = '';
    input.blur();
    hit.act();
  };
  const mark = (): void => {
    for (const [index, each] of [...list.children].entries()) each.setAttribute('aria-selected', index === at ? 'true' : 'false');
    input.setAttribute('aria-activedescendant', `hit-${at}`);
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const look = async (): Promise<void> => {
    const text = input.value.trim();
    if (text.length < 2) return close();
    const known = await estate();
    if (input.value.trim() !== text) return;
    const { nodes, total } = known.search(text, 12);
    const words = text.toLowerCase().split(/\s+/);
    const has = (each: string): boolean => words.every((word) => each.toLowerCase().includes(word));
    const { assessment } = model();
    hits = [
      ...nodes.map((node): Hit => ({ label: known.name(node), detail: `${known.kind(node)} · ${known.id(node)}`, act: () => act.node(known.id(node)) })),
      ...assessment.paths.paths
        .filter((path) => has(`${pathTitle(path)} ${path.steps.flatMap((step) => step.techniques).join(' ')}`))
        .slice(0, 4)
        .map(
          (path): Hit => ({ label: `${path.entry.name} → ${path.target.name}`, detail: `path, risk ${path.risk.toFixed(1)}`, act: () => act.story(path.id) }),
        ),
      ...[...assessment.findings.entries()]
        .filter(([, finding]) => has(`${finding.rule} ${finding.title}`))
        .slice(0, 4)
        .map(
          ([index, finding]): Hit => ({ label: finding.title, detail: `finding, ${finding.severity} · ${finding.resource}`, act: () => act.finding(index) }),
        ),
    ];
    at = 0;
    fill(
      list,
      ...hits.map((hit, index) =>
        h(
          'li',
          { id: `hit-${index}`, role: 'option', onmousedown: (event) => event.preventDefault(), onclick: () => take(index) },
          h('b', {}, hit.label),
          h('span', { class: 'kind' }, hit.detail),
        ),
      ),
      hits.length === 0
        ? h('li', { class: 'hint', role: 'option', 'aria-selected': 'false' }, 'Nothing is called so in what was collected.')
        : total > nodes.length &&
            h('li', { class: 'hint', role: 'option', 'aria-selected': 'false' }, `${(total - nodes.length).toLocaleString('en')} more nodes: type more`),
    );
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    mark();
  };
  const keys = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') {
      close();
      input.blur();
    } else if (event.key === 'Enter') take(at);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      at = Math.max(0, Math.min(hits.length - 1, at + (event.key === 'ArrowDown' ? 1 : -1)));
      mark();
    }
  };
  return h('div', { class: 'searching' }, input, list);
}
