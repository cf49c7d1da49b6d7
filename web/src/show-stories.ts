import type { ExposurePath } from '../../src/model/assessment.ts';
import { pathNodes } from '../../src/view/story-diagram.ts';
import type { Diagram, DiagramEdge } from '../../src/view/view-model.ts';
import { drawContext, modelLookup } from './context.ts';
import { decidePanel } from './decide.ts';
import { button, fill, h } from './dom.ts';
import { hopPanel } from './drawer.ts';
import { legendOf } from './legend.ts';
import { filters, type ListedStory, listedStories, storyList } from './list.ts';
import type { Stage } from './stage.ts';
import { hopTable, instanceList } from './table.ts';
import { pathTitle, percent } from './text.ts';
import { cutStep } from './what-if.ts';

/** The first view: the ranked stories, the chosen one drawn, and what proves or would close it. */
export function showStories(stage: Stage): void {
  const { model, state } = stage;
  showList(stage);
  const listed = listedStories(model, state).find((each) => each.story.id === state.story);
  const path = stage.path();
  const diagrams = model.diagrams.find((each) => each.story === state.story);
  if (listed === undefined || path === undefined || diagrams === undefined) {
    fill(stage.title, 'No path');
    fill(stage.about);
    fill(stage.below);
    stage.blank('Nothing to draw.');
    fill(stage.side, h('p', { class: 'empty' }, 'What is not drawn is either not there or not seen: the gaps above say which.'));
    return;
  }
  const unfolded = state.unfolded && diagrams.unfolded !== undefined;
  const diagram = stage.folded(unfolded ? diagrams.unfolded : diagrams.folded);
  stage.tools(
    listed.paths.length > 1 &&
      diagrams.unfolded !== undefined &&
      button(unfolded ? 'Fold instances' : `Unfold ${listed.paths.length} paths`, () => stage.update({ unfolded: !unfolded }), {
        'aria-pressed': unfolded ? 'true' : 'false',
      }),
  );
  fill(stage.title, `${path.entry.name} → ${path.target.name}`);
  fill(stage.about, about(path, listed));
  drawStory(stage, path, diagram, unfolded);
  const act = {
    hop: (hop: number) => stage.update({ hop, node: '', panel: 'evidence' }),
    node: (id: string) => stage.update({ node: id, hop: -1 }),
    cut: (hop: number) => cutHop(stage, path, hop),
  };
  fill(
    stage.below,
    hopTable(model, path, state.hop, act),
    listed.paths.length > 1 &&
      h(
        'details',
        { class: 'mirror', open: unfolded },
        h('summary', {}, `All ${listed.paths.length} paths of this story`),
        instanceList(listed.paths, path.id, (id) => stage.update({ path: id, hop: -1 })),
      ),
    legendOf(model, diagram, modelLookup(model)),
  );
  const panel = state.node !== '' ? stage.node() : state.panel === 'decide' ? decide(stage, path) : hopPanel(stage.source, path, state.hop, act);
  fill(stage.side, panels(stage), panel);
}

function about(path: ExposurePath, listed: ListedStory): string {
  const why = path.target.why === undefined ? '' : `, ${path.target.why}`;
  const others = listed.paths.length > 1 ? ` · one of ${listed.paths.length} paths of this story` : '';
  return `Risk ${path.risk.toFixed(1)}: likelihood ${percent(path.likelihood)} × value ${path.value}${why}${others}`;
}

export function openStory(stage: Stage, { best }: ListedStory): void {
  stage.update({ path: best.id, hop: -1, node: '', closed: [] });
  stage.say(`${pathTitle(best)}, risk ${best.risk.toFixed(0)}, ${best.steps.length} hops`);
}

function showList(stage: Stage): void {
  const { model, state, list } = stage;
  const search = h('input', {
    type: 'search',
    class: 'filter',
    placeholder: 'Filter by name, id or technique',
    'aria-label': 'Filter the stories',
    value: state.filter,
    'data-focus': 'filter',
    oninput: () => stage.update({ filter: search.value }),
  });
  const scroll = list.scrollTop;
  list.setAttribute('aria-label', 'Ranked stories');
  fill(
    list,
    h(
      'div',
      { class: 'list-head' },
      search,
      filters(model, state, (next) => stage.update(next)),
    ),
    storyList(model, state, gone(stage), (story) => openStory(stage, story)),
  );
  list.scrollTop = scroll;
}

/** Paths that the cuts take away. */
function gone(stage: Stage): ReadonlySet<string> {
  const { cuts } = stage.state;
  if (cuts.length === 0) return new Set();
  if (stage.whatIf === undefined) {
    stage.needEstate();
    return new Set();
  }
  const listed = stage.model.assessment.paths.paths.map((path) => ({ id: path.id, nodes: pathNodes(path) }));
  return stage.whatIf.missing(listed, stage.whatIf.after(cuts));
}

function drawStory(stage: Stage, path: ExposurePath, diagram: Diagram, unfolded: boolean): void {
  const { model, state } = stage;
  const onPath = new Set(pathNodes(path).map((id, position) => (unfolded ? `${position} ${id}` : String(position))));
  const cut = new Set(path.steps.flatMap((step, hop) => (state.cuts.includes(cutStep(step.from, step.to)) ? [hop] : [])));
  const onEdge = (edge: DiagramEdge): boolean => !unfolded || (onPath.has(edge.from) && onPath.has(edge.to));
  const context = drawContext(model, diagram, modelLookup(model), {
    labels: unfolded ? 'first' : 'all',
    state(edge) {
      if (!onEdge(edge) || edge.hop === undefined) return 'plain';
      return cut.has(edge.hop) ? 'cut' : edge.hop === state.hop ? 'chosen' : 'plain';
    },
    dimmed: (part) => ('members' in part ? unfolded && !onPath.has(part.key) && !part.key.startsWith('closed:') : !onEdge(part) && state.closed.length === 0),
  });
  stage.draw({ diagram, context, title: pathTitle(path) });
}

function cutHop(stage: Stage, path: ExposurePath, hop: number): void {
  const step = path.steps[hop];
  if (step === undefined) return;
  const cut = cutStep(step.from, step.to);
  stage.update({ panel: 'decide', cuts: stage.state.cuts.includes(cut) ? stage.state.cuts : [...stage.state.cuts, cut] });
}

function panels(stage: Stage): HTMLElement {
  const { panel, node, cuts } = stage.state;
  const tab = (label: string, pressed: boolean, act: () => void): HTMLElement =>
    button(label, act, { class: 'tab', 'aria-pressed': pressed ? 'true' : 'false' });
  return h(
    'div',
    { class: 'tabs' },
    tab('Evidence', node === '' && panel === 'evidence', () => stage.update({ node: '', panel: 'evidence' })),
    tab(cuts.length === 0 ? 'Decide' : `Decide (${cuts.length})`, node === '' && panel === 'decide', () => stage.update({ node: '', panel: 'decide' })),
    node !== '' && tab('Node', true, () => undefined),
  );
}

function decide(stage: Stage, path: ExposurePath): HTMLElement {
  if (stage.whatIf === undefined) return stage.needEstate();
  return decidePanel(stage.source, stage.whatIf, path, stage.state.cuts, {
    cuts: (cuts) => stage.update({ cuts }),
    node: (id) => stage.update({ node: id }),
    story: (id) => stage.update({ path: id, hop: -1 }),
  });
}

/** An arrow was chosen: its hop, on the shown path if that goes through it, else on another of the story. */
export function pickHop(stage: Stage, diagram: Diagram, edge: DiagramEdge): void {
  const { hop } = edge;
  if (hop === undefined) return;
  const members = (key: string): readonly string[] => diagram.nodes.find((node) => node.key === key)?.members ?? [];
  const [from, to] = [members(edge.from), members(edge.to)];
  const through = (path: ExposurePath): boolean => {
    const nodes = pathNodes(path);
    return from.includes(nodes[hop] ?? '') && to.includes(nodes[hop + 1] ?? '');
  };
  const current = stage.path();
  const listed = listedStories(stage.model, stage.state).find((each) => each.story.id === stage.state.story);
  const path = current !== undefined && through(current) ? current : listed?.paths.find(through);
  stage.update({ hop, node: '', panel: 'evidence', ...(path === undefined ? {} : { path: path.id }) });
}
