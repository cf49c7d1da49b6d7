import type { ExposurePath } from '../../src/model/assessment.ts';
import { draw } from '../../src/view/story-diagram.ts';
import type { Diagram, PathChange, TimelinePoint, ViewModel } from '../../src/view/view-model.ts';
import { sameElsewhere } from './commands.ts';
import { button, h, section } from './dom.ts';
import { grade, quoted, stepSentence } from './text.ts';

export interface CompareActions {
  against(hash: string): void;
  path(id: string): void;
}

export interface Change {
  readonly kind: 'added' | 'removed';
  readonly path: ExposurePath;
  readonly change: PathChange;
}

/** Paths that came and went between an older snapshot and this one. A path that only fell below the list is told apart from one that is gone. */
export function changesOf(model: ViewModel, point: TimelinePoint): readonly Change[] {
  const of = (kind: Change['kind'], paths: readonly ExposurePath[], changes: readonly PathChange[]): Change[] => {
    const byId = new Map(paths.map((path) => [path.id, path]));
    return changes.flatMap((change) => {
      const path = byId.get(change.path);
      return path === undefined ? [] : [{ kind, path, change }];
    });
  };
  return [...of('added', model.assessment.paths.paths, point.added), ...of('removed', point.paths, point.removed)];
}

/** The changed path, the hops that came or went marked. */
export function changeDiagram({ kind, path, change }: Change): Diagram {
  const accountOf = (id: string): readonly string[] => {
    const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(id)?.[1];
    return account === undefined ? [] : [`arn:aws:iam::${account}:root`];
  };
  return draw(
    [path],
    accountOf,
    (position, id) => `${position} ${id}`,
    (_, hop) => (change.hops.includes(hop) ? kind : undefined),
  );
}

export function comparePanel(model: ViewModel, point: TimelinePoint, chosen: string, act: CompareActions): HTMLElement {
  const changes = changesOf(model, point);
  const now = model.assessment.paths.paths.reduce((sum, path) => sum + path.risk, 0);
  const list = (title: string, sign: string, kind: Change['kind']): HTMLElement => {
    const rows = changes.filter((each) => each.kind === kind);
    const real = rows.filter((each) => each.change.hops.length > 0);
    const moved = rows.filter((each) => each.change.hops.length === 0);
    const row = ({ path, change }: Change): HTMLElement =>
      h(
        'li',
        {},
        h(
          'button',
          {
            type: 'button',
            class: `change ${kind}`,
            'data-change': `${kind} ${path.id}`,
            'aria-current': chosen === `${kind} ${path.id}` ? 'true' : 'false',
            onclick: () => act.path(`${kind} ${path.id}`),
          },
          h('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
          h('span', { class: `score small ${grade(path.risk)}` }, h('b', {}, path.risk.toFixed(1))),
          h(
            'span',
            { class: 'what' },
            h('span', { class: 'ends' }, `${path.entry.name} → ${path.target.name}`),
            h(
              'span',
              { class: 'meta' },
              change.hops.length === 0
                ? 'all its hops are in both; it only changed its rank'
                : change.hops
                    .map((hop) => {
                      const step = path.steps[hop];
                      return step === undefined ? '' : stepSentence(model, step);
                    })
                    .join('; '),
            ),
          ),
        ),
      );
    return section(
      `${title} (${real.length})`,
      real.length === 0 ? h('p', { class: 'hint' }, 'None.') : h('ul', { class: 'plain changes' }, ...real.map(row)),
      moved.length > 0 &&
        h(
          'details',
          {},
          h('summary', {}, `${moved.length} more ${kind === 'added' ? 'came into' : 'fell out of'} the list by rank alone`),
          h('ul', { class: 'plain changes' }, ...moved.map(row)),
        ),
    );
  };
  const difference = now - point.risk;
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, `Since ${point.end.slice(0, 16).replace('T', ' ')}`),
    h('h2', {}, difference === 0 ? 'The risk is the same' : `${Math.abs(difference).toFixed(1)} ${difference > 0 ? 'more' : 'less'} risk in the listed paths`),
    list('Paths that came', '+', 'added'),
    list('Paths that went', '−', 'removed'),
    sameElsewhere(
      [`postern diff ${quoted(point.name)} ${quoted(model.source.name)}`],
      'Push both snapshots under a scope each; a path of one that the other lacks is asked for by its ids.',
    ),
  );
}

/** All snapshots in a row, the risk of each as a bar. */
export function timeline(model: ViewModel, against: string, act: CompareActions): HTMLElement {
  const { snapshot, paths, summary } = model.assessment;
  const points = [
    ...model.timeline.map(({ hash, end, risk, paths: listed, findings, records }) => ({ hash, end, risk, paths: listed.length, findings, records })),
    {
      hash: snapshot.hash,
      end: snapshot.end,
      risk: paths.paths.reduce((sum, path) => sum + path.risk, 0),
      paths: paths.paths.length,
      findings: Object.values(summary.findings).reduce((a, b) => a + b, 0),
      records: snapshot.records,
    },
  ];
  const most = Math.max(1, ...points.map((point) => point.risk));
  return h(
    'table',
    { class: 'timeline' },
    h('caption', { class: 'visually-hidden' }, 'Snapshots, oldest first'),
    h(
      'thead',
      {},
      h('tr', {}, ...['Snapshot', 'Risk', 'Against the highest', 'Paths', 'Findings', 'Resources', 'Compare'].map((text) => h('th', { scope: 'col' }, text))),
    ),
    h(
      'tbody',
      {},
      ...points.map((point, index) =>
        h(
          'tr',
          { class: point.hash === against ? 'chosen' : '' },
          h('th', { scope: 'row' }, point.end.slice(0, 16).replace('T', ' ') || point.hash.slice(0, 8)),
          h('td', { class: 'number' }, point.risk.toFixed(0)),
          h('td', {}, h('meter', { min: 0, max: most, value: point.risk, 'aria-label': 'risk' })),
          h('td', { class: 'number' }, String(point.paths)),
          h('td', { class: 'number' }, String(point.findings)),
          h('td', { class: 'number' }, point.records.toLocaleString('en')),
          h(
            'td',
            {},
            index === points.length - 1
              ? 'this one'
              : button(point.hash === against ? 'compared' : 'compare', () => act.against(point.hash), {
                  'aria-pressed': point.hash === against ? 'true' : 'false',
                }),
          ),
        ),
      ),
    ),
  );
}
