import type { ViewModel } from '../../src/view/view-model.ts';
import { listedStories } from './list.ts';
import type { ViewState } from './state.ts';

/** The state with something chosen that exists: a story that the filters leave, a snapshot that there is. */
export function normalised(model: ViewModel, state: ViewState): ViewState {
  if (state.view === 'compare' && !model.timeline.some((point) => point.hash === state.against))
    return { ...state, against: model.timeline.at(-1)?.hash ?? '' };
  if (state.view !== 'stories') return state;
  const shown = listedStories(model, state);
  const byPath = state.path === '' ? undefined : shown.find((each) => each.paths.some((path) => path.id === state.path));
  const chosen = byPath ?? shown.find((each) => each.story.id === state.story) ?? shown[0];
  const path = byPath === undefined ? (chosen?.best.id ?? '') : state.path;
  const story = chosen?.story.id ?? '';
  if (story === state.story && path === state.path) return state;
  const keep = state.path === '' || byPath !== undefined;
  return { ...state, story, path, hop: keep ? state.hop : -1, closed: [] };
}
