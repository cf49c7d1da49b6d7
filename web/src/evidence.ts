import type { PathStep } from '../../src/model/assessment.ts';
import { evidenceKey, type ViewModel } from '../../src/view/view-model.ts';
import { h } from './dom.ts';
import { jsonView } from './json-view.ts';
import { kindLabel, kindOf, nameOf, shortId } from './text.ts';

/** Matches with `*` and `?`, without case, linear: policies hold patterns of anybody's making. */
export function globMatches(pattern: string, text: string): boolean {
  const [p, t] = [pattern.toLowerCase(), text.toLowerCase()];
  let [i, j, star, mark] = [0, 0, -1, 0];
  while (j < t.length) {
    if (i < p.length && p[i] === '*') {
      star = i++;
      mark = j;
    } else if (i < p.length && (p[i] === '?' || p[i] === t[j])) {
      i++;
      j++;
    } else if (star >= 0) {
      i = star + 1;
      j = ++mark;
    } else return false;
  }
  while (p[i] === '*') i++;
  return i === p.length;
}

/**
 * Which parts of a statement, rule or setting decided: where the evidence points, and of a policy statement its effect, the actions that the technique asks for, the resources and
 * principals that cover the two ends, and every condition.
 */
export function deciding(model: ViewModel, step: PathStep, marked: readonly string[]): (pointer: string, value: unknown) => boolean {
  const actions = step.techniques.flatMap((id) => model.actions[id] ?? []);
  const covers = (value: unknown, texts: readonly string[]): boolean =>
    typeof value === 'string' && texts.some((text) => globMatches(value, text) || globMatches(value, `${text}/x`));
  const account = (id: string): string[] => {
    const found = /\d{12}/.exec(id)?.[0];
    return found === undefined ? [id] : [id, found, `arn:aws:iam::${found}:root`];
  };
  return (pointer, value) => {
    if (marked.includes(pointer)) return true;
    const [, head, second] = pointer.split('/');
    if (head === 'Action' || head === 'NotAction') return covers(value, actions);
    if (head === 'Resource' || head === 'NotResource') return covers(value, [step.to]);
    if (head === 'Principal' && second !== undefined && typeof value === 'string')
      return value === '*' || account(step.from).includes(value) || value.endsWith('.amazonaws.com');
    if (head === 'Condition' && second !== undefined && typeof value !== 'object') return true;
    return false;
  };
}

/** Every record that proves a hop, as it stands in the snapshot, the deciding parts marked. */
export function evidenceList(model: ViewModel, step: PathStep): HTMLElement[] {
  if (step.evidence.length === 0) return [h('p', {}, 'Follows from what the nodes are; no record of its own.')];
  return step.evidence.map((each, index) => {
    const found = model.records[evidenceKey(each)];
    const name = nameOf(model, each.resource);
    return h(
      'details',
      { open: step.evidence.length <= 3 || index === 0 },
      h(
        'summary',
        {},
        h('span', {}, `${kindLabel(model, kindOf(model, each.resource))} ${name === each.resource ? shortId(each.resource) : name}`.trim()),
        h('code', {}, each.pointer),
      ),
      found === undefined
        ? h('p', { class: 'source' }, model.source.kind === 'neo4j' ? 'The record stands in the snapshot, not in the database.' : 'Not in this page.')
        : jsonView(found.value, deciding(model, step, found.marked)),
      h('p', { class: 'source' }, `${each.resource} · answered by ${each.call}`),
    );
  });
}
