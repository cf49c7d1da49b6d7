import type { ExposurePath, Story } from '../../src/model/assessment.ts';
import type { ViewModel } from '../../src/view/view-model.ts';
import { h } from './dom.ts';
import type { ViewState } from './state.ts';
import { grade, levels, pathTitle } from './text.ts';

/** A story with its paths that the filter leaves; its risk is that of the riskiest of them. */
export interface ListedStory {
  readonly story: Story;
  readonly paths: readonly ExposurePath[];
  readonly best: ExposurePath;
}

type Facet = 'verdict' | 'level' | 'entry' | 'age';

/** Whether the snapshot before had a path: unknown when there is none to compare with. */
export function ageOf(model: ViewModel, path: string): 'new' | 'old' | '' {
  const before = model.timeline.at(-1);
  if (before === undefined) return '';
  return before.added.some((each) => each.path === path) ? 'new' : 'old';
}

function fits(model: ViewModel, path: ExposurePath, state: ViewState, but?: Facet): boolean {
  return (
    (but === 'verdict' || state.verdict === '' || path.verdict === state.verdict) &&
    (but === 'level' || state.level === '' || grade(path.risk) === state.level) &&
    (but === 'entry' || state.entry === '' || path.entry.kind === state.entry) &&
    (but === 'age' || state.age === '' || ageOf(model, path.id) === state.age)
  );
}

/** Paths by story that the filters leave, riskiest first. Every word must occur in a name, id, label or technique of the path. */
export function listedStories(model: ViewModel, state: ViewState, but?: Facet): readonly ListedStory[] {
  const words = state.filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const byId = new Map(model.assessment.paths.paths.map((path) => [path.id, path]));
  return model.assessment.paths.stories.flatMap((story) => {
    const paths = story.paths.flatMap((id) => {
      const path = byId.get(id);
      if (path === undefined || !fits(model, path, state, but)) return [];
      if (words.length === 0) return [path];
      const text = [
        pathTitle(path),
        path.entry.id,
        path.target.why ?? '',
        ...path.steps.flatMap((step) => [step.from, step.to, step.label, step.kind, ...step.techniques]),
      ]
        .join(' ')
        .toLowerCase();
      return words.every((word) => text.includes(word)) ? [path] : [];
    });
    const [best] = paths;
    return best === undefined ? [] : [{ story, paths, best }];
  });
}

/** The filters; behind every choice stands how many paths it would leave, given the others. */
export function filters(model: ViewModel, state: ViewState, change: (next: Partial<ViewState>) => void): HTMLElement {
  const select = (
    facet: Facet,
    label: string,
    all: string,
    values: readonly (readonly [string, string])[],
    of: (path: ExposurePath) => string,
  ): HTMLElement => {
    const counts = new Map<string, number>();
    for (const { paths } of listedStories(model, state, facet)) for (const path of paths) counts.set(of(path), (counts.get(of(path)) ?? 0) + 1);
    const chosen = h(
      'select',
      { 'aria-label': label, onchange: () => change({ [facet]: chosen.value }) },
      // Without the number, which stands below the filters anyway: the words have little room.
      h('option', { value: '', selected: state[facet] === '' }, all),
      ...values.flatMap(([value, text]) =>
        counts.has(value) || state[facet] === value ? [h('option', { value, selected: state[facet] === value }, `${text} (${counts.get(value) ?? 0})`)] : [],
      ),
    );
    return chosen;
  };
  const entries = [...new Set(model.assessment.paths.paths.map((path) => path.entry.kind))].sort();
  return h(
    'div',
    { class: 'filters' },
    select(
      'level',
      'Risk level',
      'any risk',
      levels.map((level) => [level, level]),
      (path) => grade(path.risk),
    ),
    select(
      'entry',
      'Start',
      'any start',
      entries.map((kind) => [kind, model.legend.nodes[kind]?.label.toLowerCase() ?? kind]),
      (path) => path.entry.kind,
    ),
    select(
      'verdict',
      'Certainty',
      'any certainty',
      ['proven', 'conditional', 'unknown'].map((verdict) => [verdict, verdict]),
      (path) => path.verdict,
    ),
    ...(model.timeline.length === 0
      ? []
      : [
          select(
            'age',
            'Age',
            'new and old',
            [
              ['new', 'new'],
              ['old', 'old'],
            ],
            (path) => ageOf(model, path.id),
          ),
        ]),
  );
}

/** The ranked list: one row a story, with score, ends, hops and verdict in words. */
export function storyList(model: ViewModel, state: ViewState, gone: ReadonlySet<string>, select: (story: ListedStory) => void): HTMLElement {
  const { stories, paths } = model.assessment.paths;
  const shown = listedStories(model, state);
  const left = shown.reduce((sum, each) => sum + each.paths.length, 0);
  const rows = shown.map(({ story, paths: instances, best }, index) => {
    const level = grade(best.risk);
    const fresh = instances.filter((path) => ageOf(model, path.id) === 'new').length;
    const cut = instances.every((path) => gone.has(path.id));
    const facts = [
      `${best.steps.length} ${best.steps.length === 1 ? 'hop' : 'hops'}`,
      best.verdict,
      ...(instances.length > 1 ? [`${instances.length} paths`] : []),
    ];
    return h(
      'li',
      {},
      h(
        'button',
        {
          type: 'button',
          class: `story${cut ? ' gone' : ''}`,
          'data-story': story.id,
          'aria-current': story.id === state.story ? 'true' : 'false',
          onclick: () => select({ story, paths: instances, best }),
        },
        h('span', { class: `score ${level}` }, h('b', {}, best.risk.toFixed(best.risk < 10 ? 1 : 0)), h('small', {}, level)),
        h(
          'span',
          { class: 'what' },
          h(
            'span',
            { class: 'ends' },
            best.entry.name,
            h('span', { class: 'arrow', 'aria-hidden': 'true' }, ' → '),
            h('span', { class: 'visually-hidden' }, ' to '),
            endName(instances),
          ),
          h('span', { class: 'why' }, best.target.why ?? ''),
          h(
            'span',
            { class: 'meta' },
            h('span', { class: 'rank' }, `${index + 1}`),
            facts.join(' · '),
            fresh > 0 && h('span', { class: 'badge new' }, fresh === instances.length ? 'new' : `${fresh} new`),
            cut && h('span', { class: 'badge cut' }, 'cut'),
          ),
        ),
      ),
    );
  });
  const filtered = left !== paths.length;
  return h(
    'div',
    { class: 'ranked' },
    h(
      'p',
      { class: 'count', 'aria-live': 'polite' },
      filtered
        ? `${shown.length} of ${stories.length} stories, ${left} of ${paths.length} paths`
        : `${stories.length} stories, ${paths.length} paths, riskiest first`,
    ),
    rows.length === 0
      ? h(
          'p',
          { class: 'empty' },
          paths.length === 0 ? 'No exposure path was found. What was not collected is listed above; it is unknown, not safe.' : 'No path fits the filters.',
        )
      : h('ol', {}, ...rows),
  );
}

/** Name of the goal, or how many other goals the story has. */
function endName(paths: readonly ExposurePath[]): string {
  const names = new Set(paths.map((path) => path.target.name));
  const [first = ''] = names;
  return names.size === 1 ? first : `${first} and ${names.size - 1} more`;
}
