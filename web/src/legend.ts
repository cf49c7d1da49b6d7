import { arrowHead } from '../../src/view/draw/arrow.ts';
import { drawNode } from '../../src/view/draw/card.ts';
import { pagePalette } from '../../src/view/draw/palette.ts';
import { shape } from '../../src/view/draw/shape.ts';
import type { Diagram, ViewModel } from '../../src/view/view-model.ts';
import type { Lookup } from './context.ts';
import { h, svg } from './dom.ts';

/** The legend of what is drawn, made from the vocabulary: kinds by badge and glyph, steps by the head of the arrow, certainty by the dash. */
export function legendOf(model: ViewModel, diagram: Diagram, look: Lookup): HTMLElement {
  const kinds = new Set(diagram.nodes.flatMap((node) => node.members.slice(0, 1).map(look.kind)));
  const steps = new Set(diagram.edges.map((edge) => edge.kind));
  const verdicts = [
    ['proven', undefined, 'holds on the snapshot alone'],
    ['conditional', '8 5', 'holds under the conditions that it names'],
    ['unknown', '2 5', 'something that it needs was not collected'],
  ] as const;
  const line = (dash: string | undefined, family: string): SVGElement =>
    svg(
      shape(
        'svg',
        { width: 44, height: 16, 'aria-hidden': 'true' },
        shape('path', { d: 'M2 8H34', stroke: pagePalette.text, 'stroke-width': 1.9, 'stroke-dasharray': dash }),
        arrowHead(family, { x: 43, y: 8 }, 1, pagePalette.text),
      ),
    );
  const badge = (kind: string, family: string): SVGElement =>
    svg(
      shape(
        'svg',
        { width: 26, height: 26, viewBox: '-89 -21 42 42', 'aria-hidden': 'true' },
        // Of a card only the badge: the frame is drawn larger than the window.
        ...drawNode({ title: '', subtitle: '', kind, family, mark: '', count: 1 }, 'card', pagePalette).slice(1),
      ),
    );
  const entry = (picture: SVGElement, label: string, means: string): HTMLElement => h('li', {}, picture, h('span', {}, h('b', {}, label), ` ${means}`));
  const list = (title: string, ...items: HTMLElement[]): HTMLElement => h('div', {}, h('h2', { class: 'small' }, title), h('ul', {}, ...items));
  return h(
    'details',
    { class: 'legend' },
    h('summary', {}, 'Legend'),
    h(
      'div',
      { class: 'legend-body' },
      list(
        'Nodes',
        ...Object.entries(model.legend.nodes).flatMap(([kind, { label, means, draws }]) => (kinds.has(kind) ? [entry(badge(kind, draws), label, means)] : [])),
      ),
      list(
        'Steps',
        ...Object.entries(model.legend.edges).flatMap(([kind, { label, means, draws }]) =>
          steps.has(kind) ? [entry(line(undefined, draws), label, means)] : [],
        ),
      ),
      list('Certainty', ...verdicts.map(([label, dash, means]) => entry(line(dash, 'code'), label, means))),
    ),
  );
}
