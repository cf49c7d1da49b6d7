import type { Diagram } from '../../src/view/view-model.ts';
import { pickHop } from './show-stories.ts';
import type { Stage } from './stage.ts';

/** What a click, or Enter, on a part of the drawing means in the view that is shown. */
export function pickCard(stage: Stage, diagram: Diagram | undefined, key: string): void {
  const node = diagram?.nodes.find((each) => each.key === key);
  if (node === undefined) return;
  const [first = ''] = node.members;
  const { view } = stage.state;
  if (key.startsWith('closed:')) pickGroup(stage, key.slice('closed:'.length));
  else if (view === 'network' || view === 'identity') stage.update({ node: '', card: key });
  else if (view === 'explore') stage.update(node.size === 1 ? { node: first, card: '' } : { node: '', card: key });
  else if (view === 'stories' && node.size > 1) stage.update({ unfolded: true });
  else stage.update({ node: first, hop: -1 });
}

export function pickEdge(stage: Stage, diagram: Diagram | undefined, index: number): void {
  const edge = diagram?.edges[index];
  if (diagram === undefined || edge === undefined) return;
  if (stage.state.view === 'stories') pickHop(stage, diagram, edge);
  else pickCard(stage, diagram, edge.to);
}

/** A group is drawn as one card, or with what is in it. */
export function pickGroup(stage: Stage, id: string): void {
  const { closed } = stage.state;
  stage.update({ closed: closed.includes(id) ? closed.filter((each) => each !== id) : [...closed, id] });
}
