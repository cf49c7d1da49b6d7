import type { ExposurePath, PathStep } from '../../src/model/assessment.ts';
import { evidenceKey, type ViewModel } from '../../src/view/view-model.ts';
import { h } from './dom.ts';
import { conditionText, kindLabel, kindOf, nameOf, percent, shortId, stepSentence } from './text.ts';

/** Everything that proves one hop: technique, conditions, factors, the records as they stand in the snapshot, the fix. */
export function drawer(model: ViewModel, path: ExposurePath, hop: number): HTMLElement {
  const step = path.steps[hop];
  if (step === undefined) return summary(model, path);
  const technique = model.assessment.techniques[step.techniques[0] ?? ''];
  return h(
    'div',
    { class: 'drawer-body' },
    h('p', { class: 'eyebrow' }, `Hop ${hop + 1} of ${path.steps.length} · ${model.legend.edges[step.kind]?.label ?? step.kind} · ${step.verdict}`),
    h('h2', {}, stepSentence(model, step)),
    step.ports !== undefined && h('p', {}, `Open: ${step.ports}`),
    step.conditions.length > 0 && section('Only if', h('ul', {}, ...step.conditions.map((atom) => h('li', {}, conditionText(atom))))),
    step.missing.length > 0 && section('Not collected', h('ul', {}, ...step.missing.map((text) => h('li', {}, text)))),
    section(`Evidence (${step.evidence.length})`, ...evidence(model, step)),
    section(
      `Likelihood ${percent(step.likelihood)}`,
      h(
        'table',
        { class: 'factors' },
        h(
          'tbody',
          {},
          ...step.factors.map((factor) => h('tr', {}, h('td', {}, factor.name), h('td', { class: 'number' }, String(factor.value)), h('td', {}, factor.why))),
        ),
      ),
    ),
    technique !== undefined && technique.fix !== '' && section('Fix', h('p', {}, technique.fix)),
    section(
      'Technique',
      h(
        'ul',
        { class: 'plain' },
        ...step.techniques.map((id) =>
          h('li', {}, h('code', {}, id), model.assessment.techniques[id] === undefined ? '' : ` ${model.assessment.techniques[id]?.title ?? ''}`),
        ),
      ),
      technique !== undefined && technique.attack.length > 0 && h('p', {}, `MITRE ATT&CK: ${technique.attack.join(', ')}`),
      technique !== undefined && technique.references.length > 0 && h('p', { class: 'references' }, technique.references.join(' · ')),
    ),
  );
}

function summary(model: ViewModel, path: ExposurePath): HTMLElement {
  return h(
    'div',
    { class: 'drawer-body' },
    h('p', { class: 'eyebrow' }, `risk ${path.risk.toFixed(1)} · ${path.verdict}`),
    h('h2', {}, `${path.entry.name} to ${path.target.name}`),
    h('p', {}, `Likelihood ${percent(path.likelihood)} times value ${path.value}: ${path.target.why ?? ''}`),
    section('Start', h('p', {}, `${kindLabel(model, path.entry.kind)}: ${path.entry.why ?? ''}`)),
    h('p', { class: 'hint' }, 'Choose a hop to see what proves it.'),
    section('The same from the command line', h('pre', { tabindex: '0' }, `postern paths SNAP --from '${path.entry.id}' --to '${path.target.id}'`)),
  );
}

function section(title: string, ...children: readonly (Node | string | undefined | false)[]): HTMLElement {
  return h('section', {}, h('h3', {}, title), ...children);
}

function evidence(model: ViewModel, step: PathStep): HTMLElement[] {
  if (step.evidence.length === 0) return [h('p', {}, 'Follows from what the nodes are; no record of its own.')];
  return step.evidence.map((each) => {
    const value = model.records[evidenceKey(each)];
    return h(
      'details',
      { open: step.evidence.length <= 3 },
      h(
        'summary',
        {},
        h(
          'span',
          {},
          nameOf(model, each.resource) === each.resource ? shortId(each.resource) : `${kindOf(model, each.resource)} ${nameOf(model, each.resource)}`,
        ),
        h('code', {}, each.pointer),
      ),
      h('pre', { tabindex: '0' }, value === undefined ? '(not in this report)' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)),
      h('p', { class: 'source' }, `${each.resource} · answered by ${each.call}`),
    );
  });
}
