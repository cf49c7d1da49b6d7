import type { Diagram } from '../../src/view/view-model.ts';
import { cardTitle, drawContext, type Lookup } from './context.ts';
import { button, type Child, fill, h } from './dom.ts';
import { exploration, mostCards } from './explore.ts';
import { legendOf } from './legend.ts';
import { mapTable, members } from './map-panel.ts';
import type { Stage } from './stage.ts';
import type { ViewState } from './state.ts';

interface Acts {
  pick(key: string): void;
  expand(keys: readonly string[]): void;
}

let explored: { readonly of: unknown; readonly key: string; readonly diagram: Diagram } | undefined;

/** The neighbourhood of the nodes that were expanded. */
export function showExplore(stage: Stage, act: Acts): void {
  const { estate, state, model, graph } = stage;
  const { pins } = state;
  fill(stage.list);
  fill(stage.title, 'Explore');
  if (estate === undefined) {
    fill(stage.side, stage.needEstate());
    return;
  }
  const key = [...pins, '', ...state.loose].join('\n');
  // Another start is another drawing; the same one keeps where everything is.
  if (explored?.of !== estate || explored.key.split('\n')[0] !== pins[0]) graph.clear();
  if (explored?.of !== estate || explored.key !== key) explored = { of: estate, key, diagram: exploration(estate, pins, new Set(state.loose)) };
  const { diagram } = explored;
  const look: Lookup = {
    name: (id) => (estate.indexOf(id) < 0 ? id : estate.name(estate.indexOf(id))),
    kind: (id) => (estate.indexOf(id) < 0 ? '' : estate.kind(estate.indexOf(id))),
  };
  fill(stage.about, about(pins, diagram));
  const chosen = diagram.nodes.find((node) => node.key === (state.node === '' ? state.card : state.node));
  stage.tools(
    ...pins.map((pin) =>
      button(`${look.name(pin)} ×`, () => stage.update({ pins: pins.filter((each) => each !== pin), node: '' }), {
        class: 'pin',
        'aria-label': `Collapse ${look.name(pin)}`,
        title: 'Collapse',
      }),
    ),
    chosen !== undefined &&
      !pins.includes(chosen.key) &&
      button('Expand', () => act.expand(graph.selected(chosen.key)), {
        'data-focus': 'expand',
        title: `Neighbours of ${cardTitle(model, look, chosen)} (E, or a double click)`,
      }),
    button('Tidy', () => graph.tidy(), { 'data-focus': 'tidy', title: 'Everything back into columns' }),
  );
  if (pins.length === 0) stage.blank('Nothing is pinned. Search for a node by name, id, tag or kind.');
  else {
    const words = drawContext(model, diagram, look);
    const governors = new Map(estate.data.governors);
    stage.explore(
      {
        diagram,
        title: `Around ${look.name(pins[0] ?? '')}`,
        context: drawContext(model, diagram, look, {
          // Cards are dragged anywhere, so that the account is said, not drawn around them.
          card(node) {
            const text = words.card(node);
            const governor = governors.get(estate.account(estate.indexOf(node.members[0] ?? '')));
            return governor === undefined || node.members[0] === estate.id(governor)
              ? text
              : { ...text, subtitle: `${text.subtitle} · ${estate.name(governor)}` };
          },
          labels: diagram.edges.length <= 24 ? 'all' : 'none',
          thin: diagram.edges.length > 24,
          state: (edge) => (chosen !== undefined && (edge.from === chosen.key || edge.to === chosen.key) ? 'chosen' : 'plain'),
        }),
      },
      { chosen: chosen?.key ?? '', opened: new Set(pins), places: state.places },
    );
  }
  const open = (id: string): void => stage.update({ node: id, card: '' });
  fill(stage.below, mapTable(stage.source, diagram, look, { node: open, card: act.pick }), legendOf(model, diagram, look));
  const side: Child =
    state.node !== ''
      ? stage.node()
      : chosen === undefined
        ? h('p', { class: 'empty' }, 'Choose a node to read about it.')
        : h(
            'div',
            { class: 'panel' },
            h('h2', {}, cardTitle(model, look, chosen)),
            members(chosen, look, { node: (id) => stage.update({ node: id, card: '', pins: pins.includes(id) ? pins : [...pins, id] }), card: act.pick }),
          );
  fill(stage.side, side);
}

/** So many members of a card of many get cards of their own at a time. */
const several = 6;

/** The neighbours of the cards come in where the cards are; of a card of many the first few get cards of their own. What alone is expanded is chosen too. */
export function expansion({ nodes }: Diagram, keys: readonly string[], { pins, loose }: Pick<ViewState, 'pins' | 'loose'>): Partial<ViewState> {
  const cards = nodes.filter((each) => keys.includes(each.key));
  const opened = cards.flatMap((card) => (card.size === 1 ? card.members : [])).filter((id) => !pins.includes(id));
  const out = cards.flatMap((card) => (card.size === 1 ? [] : card.members.slice(0, several)));
  if (opened.length + out.length === 0) return {};
  const [only] = opened;
  return { pins: [...pins, ...opened], loose: [...loose, ...out], ...(cards.length === 1 && only !== undefined ? { node: only, card: '' } : {}) };
}

function about(pins: readonly string[], { nodes }: Diagram): string {
  if (pins.length === 0) return 'Search for a node, or open one in a story, to start from it.';
  if (nodes.length >= mostCards) return `${mostCards} cards are drawn and no more: collapse one to make room.`;
  return 'Who comes to it on the left, where it leads on the right. Double click or E expands a card in place; drag moves it, Shift and drag selects many.';
}
