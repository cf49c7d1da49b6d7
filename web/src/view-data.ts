import { changesOf } from './compare.ts';
import type { Stage } from './stage.ts';
import type { Shown } from './take.ts';

/** What is shown, as data. */
export function viewData(stage: Stage, shown: Shown | undefined): unknown {
  const { state, model } = stage;
  const { view, cuts, against } = state;
  const { snapshot, completeness, paths, findings } = model.assessment;
  const base = { schema: 'view-excerpt/v1', view, snapshot, complete: completeness.complete, undecided: model.undecided, diagram: shown?.diagram };
  if (view === 'stories') return { ...base, path: stage.path(), story: paths.stories.find((story) => story.id === state.story), cuts };
  if (view === 'findings') return { ...base, findings };
  if (view !== 'compare') return base;
  const point = model.timeline.find((each) => each.hash === against);
  return { ...base, against, changes: point === undefined ? [] : changesOf(model, point) };
}
