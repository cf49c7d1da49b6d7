import { drawContext, modelLookup } from './context.ts';
import { fill } from './dom.ts';
import { legendOf } from './legend.ts';
import { grainText, mapPanel, mapTable } from './map-panel.ts';
import type { Stage } from './stage.ts';
import { counted } from './text.ts';

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
    `${grainText(map.grain)} ${omitted.classes === 0 ? '' : `${counted(omitted.nodes, 'node')} that lead to nothing of worth, or to less, are left out.`}`,
  );
  if (diagram.nodes.length === 0) stage.blank('Nothing to draw: no such step was found in what was collected.');
  else
    stage.draw({
      diagram,
      title: which === 'network' ? 'Network map' : 'Identity map',
      context: drawContext(model, diagram, look, {
        labels: diagram.edges.length <= 24 ? 'all' : 'none',
        thin: true,
        dimmed: (part) => chosen && ('members' in part ? !near.has(part.key) : part.from !== card && part.to !== card),
        state: (edge) => (chosen && (edge.from === card || edge.to === card) ? 'chosen' : 'plain'),
      }),
    });
  fill(stage.below, mapTable(stage.source, diagram, look, act), legendOf(model, diagram, look));
  fill(stage.side, state.node === '' ? mapPanel(stage.source, which, { ...map, diagram }, card, look, act) : stage.node());
}
