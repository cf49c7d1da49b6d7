import type { ExposurePath } from '../../src/model/assessment.ts';
import { pathNodes } from '../../src/view/story-diagram.ts';
import { evidenceKey } from '../../src/view/view-model.ts';
import { pathsCommand, sameElsewhere } from './commands.ts';
import type { Source } from './data.ts';
import { button, h, section } from './dom.ts';
import { planSection } from './plan-panel.ts';
import { nameOf, quoted, shortId, stepSentence } from './text.ts';
import { cutEvidence, cutNode, cutStep, type Outcome, type WhatIf } from './what-if.ts';

export interface DecideActions {
  cuts(next: readonly string[]): void;
  node(id: string): void;
  story(path: string): void;
}

/** A cut in words. */
export function cutText(source: Source, cut: string): string {
  const { model } = source;
  const text = cut.slice(2);
  if (cut.startsWith('n:')) return `without ${nameOf(model, text)}`;
  if (cut.startsWith('e:')) {
    const at = text.lastIndexOf('#');
    return `without ${text.slice(at + 1)} of ${nameOf(model, text.slice(0, at)) === text.slice(0, at) ? shortId(text.slice(0, at)) : nameOf(model, text.slice(0, at))}`;
  }
  const at = text.indexOf('>');
  return `no step from ${nameOf(model, text.slice(0, at))} to ${nameOf(model, text.slice(at + 1))}`;
}

/** Decide here: what could be cut on this path, what is cut, and what is left then. */
export function decidePanel(source: Source, whatIf: WhatIf, path: ExposurePath | undefined, cuts: readonly string[], act: DecideActions): HTMLElement {
  const { model } = source;
  const { chokePoints } = model.assessment.paths;
  const after = cuts.length === 0 ? undefined : whatIf.after(cuts);
  const add = (cut: string): void => act.cuts(cuts.includes(cut) ? cuts.filter((each) => each !== cut) : [...cuts, cut]);
  const toggle = (cut: string, label: string, detail: string): HTMLElement =>
    h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'toggle', 'aria-pressed': cuts.includes(cut) ? 'true' : 'false', onclick: () => add(cut) },
        h('span', { class: 'box', 'aria-hidden': 'true' }),
        h('span', {}, label, h('span', { class: 'kind' }, detail)),
      ),
    );
  const removable = new Set(model.removals.map((each) => each.key));
  const grants = model.assessment.paths.chokePlaces
    .filter((place) => place.nature !== 'setting' && place.ends > 0 && removable.has(evidenceKey(place)))
    .sort((a, b) => b.ends - a.ends)
    .slice(0, 8);
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, 'Decide here'),
    h('h2', {}, after === undefined ? 'What would close this?' : result(whatIf.base, after)),
    after === undefined
      ? h('p', { class: 'hint' }, 'Choose what to take away. What is left is ranked anew at once, by the same search; nothing in the cloud changes.')
      : outcome(source, whatIf, after, cuts, act),
    path !== undefined &&
      section(
        'On this path',
        h('ul', { class: 'toggles' }, ...path.steps.map((step) => toggle(cutStep(step.from, step.to), stepSentence(model, step), 'this hop alone'))),
      ),
    path !== undefined &&
      section(
        'What its hops stand on',
        h(
          'ul',
          { class: 'toggles' },
          ...[...new Map(path.steps.flatMap((step) => step.evidence.map((each) => [evidenceKey(each), each] as const)))].flatMap(([key, each]) =>
            removable.has(key)
              ? [
                  toggle(
                    cutEvidence(key),
                    `${nameOf(model, each.resource) === each.resource ? shortId(each.resource) : nameOf(model, each.resource)}`,
                    `${each.pointer}: every step that needs it goes`,
                  ),
                ]
              : [],
          ),
        ),
      ),
    section(
      'Choke points',
      h('p', { class: 'hint' }, 'Nodes between start and target, by the share of the listed risk that goes through them.'),
      h(
        'ul',
        { class: 'toggles' },
        ...chokePoints
          .slice(0, 8)
          .map((point) => toggle(cutNode(point.id), point.name, `${Math.round(point.share * 100)} % of the risk, ${point.paths} paths`)),
      ),
    ),
    grants.length > 0 &&
      section(
        'Grants and rules',
        h('p', { class: 'hint' }, 'By what of the listed risk is gone without them, as far as no other proof holds the step up.'),
        h(
          'ul',
          { class: 'toggles' },
          ...grants.map((place) =>
            toggle(cutEvidence(evidenceKey(place)), nameOf(model, place.resource), `${place.nature} ${place.pointer}: ends ${Math.round(place.ends * 100)} %`),
          ),
        ),
      ),
    path !== undefined && fixes(source, path),
    planSection(source),
  );
}

function result(before: Outcome, after: Outcome): string {
  const share = before.risk === 0 ? 0 : 1 - after.risk / before.risk;
  return share < 0.0005 ? 'Every target keeps a way that is as likely' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % less risk`;
}

function outcome(source: Source, whatIf: WhatIf, after: Outcome, cuts: readonly string[], act: DecideActions): HTMLElement {
  const listed = source.model.assessment.paths.paths.map((path) => ({ id: path.id, nodes: pathNodes(path) }));
  const gone = whatIf.missing(listed, after);
  const goneWas = whatIf.missing(listed, whatIf.base);
  const removed = source.model.assessment.paths.paths.filter((path) => gone.has(path.id) && !goneWas.has(path.id));
  const [before, now] = [whatIf.base, after];
  const bar = (label: string, value: number): HTMLElement =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, label),
      h('td', {}, h('meter', { min: 0, max: before.risk || 1, value, 'aria-label': label })),
      h('td', { class: 'number' }, value.toFixed(0)),
    );
  return h(
    'div',
    { class: 'outcome', role: 'status' },
    h('table', { class: 'bars' }, h('caption', {}, 'Every target by its riskiest path'), h('tbody', {}, bar('now', before.risk), bar('then', now.risk))),
    h(
      'p',
      {},
      `${removed.length} of ${listed.length} listed paths go; ${now.paths.length === 0 ? 'no path is left' : `${now.paths.length}${now.paths.length === 100 ? ' or more' : ''} are left, the riskiest at ${now.paths[0]?.risk.toFixed(1)}`}.`,
    ),
    removed.length > 0 &&
      h(
        'details',
        { open: removed.length <= 6 },
        h('summary', {}, `Paths that go (${removed.length})`),
        h(
          'ul',
          { class: 'plain' },
          ...removed.map((path) =>
            h(
              'li',
              {},
              h('span', { class: 'number' }, path.risk.toFixed(1)),
              ' ',
              button(`${path.entry.name} → ${path.target.name}`, () => act.story(path.id), { class: 'link' }),
            ),
          ),
        ),
      ),
    section(
      'Taken away',
      h(
        'ul',
        { class: 'plain' },
        ...cuts.map((cut) =>
          h(
            'li',
            {},
            cutText(source, cut),
            ' ',
            button('undo', () => act.cuts(cuts.filter((each) => each !== cut)), { class: 'link' }),
          ),
        ),
      ),
      h(
        'p',
        {},
        button('Undo all', () => act.cuts([])),
      ),
    ),
    sameElsewhere(
      [`${pathsCommand(source)}${cuts.flatMap((cut) => (cut.startsWith('n:') ? [` --avoid ${quoted(cut.slice(2))}`] : [])).join('')}`],
      'Ranking is not done in the database; there the steps that are left can be asked for with postern neo4j hunt.',
    ),
  );
}

function fixes(source: Source, path: ExposurePath): HTMLElement {
  const { techniques } = source.model.assessment;
  const found = [...new Set(path.steps.flatMap((step) => step.techniques.slice(0, 1)))].flatMap((id) => {
    const fix = techniques[id]?.fix ?? '';
    return fix === '' ? [] : [h('li', {}, h('code', {}, id), ` ${fix}`)];
  });
  return section('Fixes', found.length === 0 ? h('p', { class: 'hint' }, 'The techniques of this path name none.') : h('ul', {}, ...found));
}
