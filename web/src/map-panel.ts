import type { ClassMap, DiagramNode, Grain } from '../../src/view/view-model.ts';
import { mapElsewhere, pathsCommand, snapOf } from './commands.ts';
import { cardTitle, type Lookup } from './context.ts';
import type { Source } from './data.ts';
import { button, fill, h, section } from './dom.ts';
import { counted } from './text.ts';

export interface MapActions {
  node(id: string): void;
  card(key: string): void;
}

const about = {
  network: {
    title: 'Network map',
    means: 'Who talks to whom; an arrow is open ports. From left to right, how many hops it is from outside.',
  },
  identity: {
    title: 'Identity map',
    means: 'Who can become whom. From left to right, how many steps it is from a start.',
  },
} as const;

/** What the nodes of one card have in common, in words. */
export function grainText({ steps, within }: Grain): string {
  if (steps === 'same') return 'Nodes with the very same steps are one card.';
  const place = `in the same ${within}`;
  return steps === 'alike'
    ? `So many nodes are drawn more coarsely: those of one kind ${place} that step to and from the same sorts of nodes are one card, and an arrow says that some of its members do.`
    : `So many nodes are drawn more coarsely: those of one kind ${place} that the same kinds of starts come to are one card, and an arrow says that some of its members do.`;
}

/** A map's drawer: the chosen class with its arrows in words, or what the map is; the table mirror of the drawing. */
export function mapPanel(source: Source, which: 'network' | 'identity', map: ClassMap, chosen: string, look: Lookup, act: MapActions): HTMLElement {
  const { model } = source;
  const { diagram, omitted } = map;
  const byKey = new Map(diagram.nodes.map((node) => [node.key, node]));
  const title = (key: string): string => {
    const node = byKey.get(key);
    return node === undefined ? key : cardTitle(model, look, node);
  };
  const node = byKey.get(chosen);
  const kinds = [...new Set(diagram.edges.map((edge) => edge.kind))];
  const elsewhere = mapElsewhere(source, kinds.length === 0 ? ['Reaches'] : kinds, [
    which === 'network' ? `postern exposed ${snapOf(source)}` : pathsCommand(source),
  ]);
  if (node === undefined) {
    return h(
      'div',
      { class: 'panel' },
      h('p', { class: 'eyebrow' }, about[which].title),
      h('h2', {}, `${diagram.nodes.length} classes, ${diagram.edges.length} arrows`),
      h('p', {}, about[which].means),
      h('p', {}, grainText(map.grain)),
      omitted.classes > 0 &&
        h(
          'p',
          { class: 'notice' },
          `${counted(omitted.classes, 'class')} with ${counted(omitted.nodes, 'node')} are not drawn: less comes of them. Search finds each.`,
        ),
      h('p', { class: 'hint' }, 'Choose a card to see its arrows.'),
      elsewhere,
    );
  }
  const arrows = (heading: string, edges: typeof diagram.edges, other: (edge: (typeof edges)[number]) => string): HTMLElement =>
    section(
      `${heading} (${edges.length})`,
      edges.length === 0
        ? h('p', { class: 'hint' }, 'Nothing.')
        : h(
            'ul',
            { class: 'plain' },
            ...edges.slice(0, 100).map((edge) =>
              h(
                'li',
                {},
                button(title(other(edge)), () => act.card(other(edge)), { class: 'link' }),
                h('span', { class: 'kind' }, `${edge.label}${edge.verdict === 'proven' ? '' : ` · ${edge.verdict}`}`),
              ),
            ),
          ),
    );
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, about[which].title),
    h('h2', {}, cardTitle(model, look, node)),
    members(node, look, act),
    map.inside[chosen] !== undefined && section('Among themselves', h('p', {}, map.inside[chosen])),
    arrows(
      'Leads to',
      diagram.edges.filter((edge) => edge.from === chosen),
      (edge) => edge.to,
    ),
    arrows(
      'Comes from',
      diagram.edges.filter((edge) => edge.to === chosen),
      (edge) => edge.from,
    ),
    elsewhere,
  );
}

export function members(node: DiagramNode, look: Lookup, act: MapActions): HTMLElement {
  return section(
    node.size === 1 ? 'Node' : `Members (${node.size})`,
    h(
      'ul',
      { class: 'plain' },
      ...node.members.map((id) =>
        h(
          'li',
          {},
          button(look.name(id), () => act.node(id), { class: 'link' }),
        ),
      ),
      node.size > node.members.length && h('li', { class: 'hint' }, `and ${node.size - node.members.length} more`),
    ),
  );
}

/** Every card and its arrows as a table: the mirror of a map for screen readers and print. */
export function mapTable(source: Source, map: ClassMap['diagram'], look: Lookup, act: MapActions): HTMLElement {
  const { model } = source;
  const byKey = new Map(map.nodes.map((node) => [node.key, node]));
  const title = (key: string): string => {
    const node = byKey.get(key);
    return node === undefined ? key : cardTitle(model, look, node);
  };
  const rows = (): HTMLElement[] =>
    map.edges.map((edge) => {
      const end = (key: string): HTMLElement =>
        h(
          'td',
          {},
          button(title(key), () => act.card(key), { class: 'link plain' }),
        );
      return h('tr', {}, end(edge.from), h('td', {}, edge.label), end(edge.to), h('td', {}, edge.verdict));
    });
  const body = h('tbody', {});
  const details = h(
    'details',
    // Hundreds of rows are made when somebody opens them, not with every choice on the map.
    { class: 'mirror', ontoggle: () => details.open && body.childElementCount === 0 && fill(body, ...rows()) },
    h('summary', {}, `As a table (${map.edges.length} arrows)`),
    h('table', { class: 'hops' }, h('thead', {}, h('tr', {}, ...['From', 'Step', 'To', 'Holds'].map((text) => h('th', { scope: 'col' }, text)))), body),
  );
  return details;
}
