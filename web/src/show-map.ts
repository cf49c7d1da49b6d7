import type { Diagram } from '../../src/view/view-model.ts';
import { drawContext, type Lookup, modelLookup } from './context.ts';
import { button, fill, h } from './dom.ts';
import { exploration } from './explore.ts';
import { legendOf } from './legend.ts';
import { mapPanel, mapTable } from './map-panel.ts';
import type { Stage } from './stage.ts';

/** The network map or the identity map, with one class chosen or none. */
export function showMap(stage: Stage, which: 'network' | 'identity'): void {
  const { model, state } = stage;
  const map = model.maps[which];
  const look = modelLookup(model);
  const diagram = stage.folded(map.diagram);
  const { card } = state;
  const chosen = diagram.nodes.some((node) => node.key === card);
  const near = new Set([card, ...diagram.edges.flatMap((edge) => (edge.from === card ? [edge.to] : edge.to === card ? [edge.from] : []))]);
  const act = {
    node: (id: string) => stage.update({ node: id }),
    card: (key: string) => {
      stage.update({ node: '', card: key });
      stage.canvas.centre(key);
    },
  };
  fill(stage.list);
  fill(stage.title, which === 'network' ? 'Who talks to whom' : 'Who can become whom');
  const { omitted } = map;
  fill(
    stage.about,
    omitted.classes === 0 ? `${diagram.nodes.length} classes` : `The ${diagram.nodes.length} classes that matter most; ${omitted.classes} more are not drawn`,
  );
  if (diagram.nodes.length === 0) stage.blank('Nothing to draw: no such step was found in what was collected.');
  else
    stage.draw({
      diagram,
      title: which === 'network' ? 'Network map' : 'Identity map',
      context: drawContext(model, diagram, look, {
        labels: diagram.edges.length <= 14 ? 'all' : 'none',
        thin: true,
        dimmed: (part) => chosen && ('members' in part ? !near.has(part.key) : part.from !== card && part.to !== card),
        state: (edge) => (chosen && (edge.from === card || edge.to === card) ? 'chosen' : 'plain'),
      }),
    });
  fill(stage.below, mapTable(stage.source, diagram, look, act), legendOf(model, diagram, look));
  fill(stage.side, state.node === '' ? mapPanel(stage.source, which, { ...map, diagram }, card, look, act) : stage.node());
}

let explored: { readonly of: unknown; readonly key: string; readonly diagram: Diagram } | undefined;

/** The neighbourhood of the pinned nodes. */
export function showExplore(stage: Stage, pick: (key: string) => void): void {
  const { estate, state, model } = stage;
  const { pins, node } = state;
  fill(stage.list);
  fill(stage.title, 'Explore');
  if (estate === undefined) {
    fill(stage.side, stage.needEstate());
    return;
  }
  const key = pins.join('\n');
  // The same drawing keeps what is in view.
  if (explored?.of !== estate || explored.key !== key) explored = { of: estate, key, diagram: exploration(estate, pins) };
  const { diagram } = explored;
  const look: Lookup = {
    name: (id) => (estate.indexOf(id) < 0 ? id : estate.name(estate.indexOf(id))),
    kind: (id) => (estate.indexOf(id) < 0 ? '' : estate.kind(estate.indexOf(id))),
  };
  fill(
    stage.about,
    pins.length === 0
      ? 'Search for a node, or open one in a story, to start from it.'
      : 'Who comes to it on the left, where it leads on the right. Choose a node to go on from there.',
  );
  stage.tools(
    ...pins.map((pin) =>
      button(`${look.name(pin)} ×`, () => stage.update({ pins: pins.filter((each) => each !== pin), node: '' }), {
        class: 'pin',
        'aria-label': `Unpin ${look.name(pin)}`,
      }),
    ),
  );
  if (pins.length === 0) stage.blank('Nothing is pinned. Search for a node by name, id, tag or kind.');
  else
    stage.draw({
      diagram,
      title: `Around ${look.name(pins[0] ?? '')}`,
      context: drawContext(model, diagram, look, {
        labels: diagram.edges.length <= 24 ? 'all' : 'none',
        thin: diagram.edges.length > 24,
        state: (edge) => (edge.from === node || edge.to === node ? 'chosen' : 'plain'),
      }),
    });
  fill(stage.below, mapTable(stage.source, diagram, look, { node: (id) => stage.update({ node: id }), card: pick }), legendOf(model, diagram, look));
  fill(stage.side, node === '' ? h('p', { class: 'empty' }, 'Choose a node to read about it.') : stage.node());
}
