import { changeDiagram, changesOf, comparePanel, timeline } from './compare.ts';
import { drawContext, modelLookup } from './context.ts';
import { fill, h } from './dom.ts';
import { findingList, findingPanel } from './findings.ts';
import { legendOf } from './legend.ts';
import type { Stage } from './stage.ts';
import { pathTitle } from './text.ts';

/** Findings by rule, and one of them. */
export function showFindings(stage: Stage): void {
  const { state, source, model } = stage;
  const search = h('input', {
    type: 'search',
    class: 'filter',
    placeholder: 'Filter by rule, resource or message',
    'aria-label': 'Filter the findings',
    value: state.filter,
    'data-focus': 'filter',
    oninput: () => stage.update({ filter: search.value }),
  });
  const chosen = state.finding === '' ? -1 : Number(state.finding);
  fill(stage.list);
  fill(stage.title, 'Findings');
  fill(
    stage.about,
    Object.entries(model.assessment.summary.findings)
      .map(([severity, count]) => `${count.toLocaleString('en')} ${severity}`)
      .join(' · '),
  );
  stage.blank('');
  const scroll = stage.below.scrollTop;
  fill(
    stage.below,
    search,
    findingList(source, state.filter, chosen, (index) => stage.update({ finding: String(index), node: '' })),
  );
  stage.below.scrollTop = scroll;
  fill(stage.side, state.node !== '' ? stage.node() : findingPanel(source, chosen, { node: (id) => stage.update({ node: id }), hidden: state.hidden }));
}

/** This snapshot beside older ones. */
export function showCompare(stage: Stage): void {
  const { model, state } = stage;
  const point = model.timeline.find((each) => each.hash === state.against);
  const act = { against: (against: string) => stage.update({ against, path: '' }), path: (path: string) => stage.update({ path }) };
  fill(stage.list);
  fill(stage.title, 'Compare');
  fill(stage.below, timeline(model, state.against, act));
  if (point === undefined) {
    fill(stage.about, 'Only one snapshot is open.');
    stage.blank('postern view SNAP --compare OLDER opens more: what came, what went, and how the risk moved.');
    fill(stage.side, h('p', { class: 'empty' }, 'Name older snapshots with --compare.'));
    return;
  }
  const changes = changesOf(model, point);
  const chosen = changes.find((each) => `${each.kind} ${each.path.id}` === state.path) ?? changes.find((each) => each.change.hops.length > 0) ?? changes[0];
  if (chosen === undefined) {
    fill(stage.about, 'The same paths in both.');
    stage.blank('No path came and none went.');
  } else {
    const diagram = changeDiagram(chosen);
    const { kind, path } = chosen;
    fill(stage.about, `${kind === 'added' ? 'Came' : 'Went'}: ${path.entry.name} → ${path.target.name}, risk ${path.risk.toFixed(1)}`);
    stage.draw({ diagram, title: `Changed: ${pathTitle(path)}`, context: drawContext(model, diagram, modelLookup(model), { labels: 'all' }) });
    stage.below.append(legendOf(model, diagram, modelLookup(model)));
  }
  const key = chosen === undefined ? '' : `${chosen.kind} ${chosen.path.id}`;
  fill(stage.side, state.node === '' ? comparePanel(model, point, key, act) : stage.node());
}
