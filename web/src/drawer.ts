import type { ExposurePath } from '../../src/model/assessment.ts';
import { pathElsewhere } from './commands.ts';
import type { Source } from './data.ts';
import { button, h, section } from './dom.ts';
import { evidenceList } from './evidence.ts';
import { conditionText, kindLabel, nameOf, percent, stepSentence } from './text.ts';

export interface DrawerActions {
  hop(index: number): void;
  node(id: string): void;
  cut(hop: number): void;
}

/** A label as the beginning of a sentence. */
const sentence = (label: string): string => label.charAt(0).toUpperCase() + label.slice(1);

/** A public reference as a link; only web addresses are links. */
function reference(text: string): Node | string {
  return /^https:\/\/[^\s]+$/.test(text) ? h('a', { href: text, rel: 'noreferrer noopener', target: '_blank' }, text.replace(/^https:\/\//, '')) : text;
}

/** Everything that proves one hop: technique, conditions, factors, the records as they stand in the snapshot, the fix. */
export function hopPanel(source: Source, path: ExposurePath, hop: number, act: DrawerActions): HTMLElement {
  const { model } = source;
  const step = path.steps[hop];
  if (step === undefined) return pathPanel(source, path, act);
  const techniques = step.techniques.flatMap((id) => {
    const found = model.assessment.techniques[id];
    return found === undefined ? [] : [{ id, ...found }];
  });
  const fixes = [...new Set(techniques.map((technique) => technique.fix).filter((fix) => fix !== ''))];
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, `Hop ${hop + 1} of ${path.steps.length} · ${model.legend.edges[step.kind]?.label ?? step.kind} · ${step.verdict}`),
    h('h2', {}, sentence(step.label)),
    h('p', {}, `${nameOf(model, step.from)} → ${nameOf(model, step.to)}`),
    step.ports !== undefined && h('p', {}, `Open: ${step.ports}`),
    h(
      'p',
      { class: 'actions' },
      button('Cut this hop', () => act.cut(hop), { class: 'primary' }),
      button(`Open ${nameOf(model, step.to)}`, () => act.node(step.to)),
    ),
    step.conditions.length > 0 && section('Only if', h('ul', {}, ...step.conditions.map((atom) => h('li', {}, conditionText(atom))))),
    step.missing.length > 0 && section('Not collected', h('ul', {}, ...step.missing.map((text) => h('li', {}, text)))),
    section(`Evidence (${step.evidence.length})`, ...evidenceList(model, step)),
    fixes.length > 0 && section('Fix', ...fixes.map((fix) => h('p', { class: 'fix' }, fix))),
    section(
      `Likelihood ${percent(step.likelihood)}`,
      h(
        'table',
        { class: 'factors' },
        h(
          'tbody',
          {},
          ...step.factors.map((factor) =>
            h('tr', {}, h('th', { scope: 'row' }, factor.name), h('td', { class: 'number' }, String(factor.value)), h('td', {}, factor.why)),
          ),
        ),
      ),
    ),
    section(
      step.techniques.length === 1 ? 'Technique' : `Techniques (${step.techniques.length}: a fix must break each)`,
      ...techniques.map((technique) =>
        h(
          'div',
          { class: 'technique' },
          h('p', {}, h('code', {}, technique.id), ` ${technique.title}`),
          technique.attack.length > 0 && h('p', {}, 'MITRE ATT&CK ', ...technique.attack.map((id) => h('code', { class: 'tag' }, id))),
          technique.references.length > 0 && h('ul', { class: 'references' }, ...technique.references.map((each) => h('li', {}, reference(each)))),
        ),
      ),
    ),
  );
}

/** A path as a whole: what it is worth, where it starts, its hops. */
function pathPanel(source: Source, path: ExposurePath, act: DrawerActions): HTMLElement {
  const { model } = source;
  return h(
    'div',
    { class: 'panel' },
    h('p', { class: 'eyebrow' }, `Risk ${path.risk.toFixed(1)} · ${path.verdict}`),
    h('h2', {}, `${path.entry.name} to ${path.target.name}`),
    h('p', {}, `Likelihood ${percent(path.likelihood)} × value ${path.value}${path.target.why === undefined ? '' : `: ${path.target.why}`}.`),
    section('Start', h('p', {}, h('b', {}, kindLabel(model, path.entry.kind)), `: ${path.entry.why ?? path.entry.name}`)),
    section(
      'Hop by hop',
      h(
        'ol',
        { class: 'steps' },
        ...path.steps.map((step, index) =>
          h(
            'li',
            {},
            button(stepSentence(model, step), () => act.hop(index), { class: 'link' }),
            h('span', { class: 'kind' }, `${percent(step.likelihood)} · ${step.verdict}`),
          ),
        ),
      ),
      h('p', { class: 'hint' }, 'Choose a hop to read what proves it.'),
    ),
    pathElsewhere(source, path),
  );
}
