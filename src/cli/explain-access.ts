import type { AccessResult, DecidedBy, LayerReport } from '../iam/api.ts';
import type { Residual } from '../model/evidence.ts';
import { type Json, resolvePointer, textAt } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { conditionText } from '../report/words.ts';

/** One answer of `postern can`. */
export interface AccessAnswer extends Omit<AccessResult, 'missing'> {
  readonly name: string;
  readonly missing?: readonly string[];
  /** With `--why`: what each layer by itself says. */
  readonly layers?: readonly LayerReport[];
}

const layerNames: Readonly<Record<LayerReport['layer'], string>> = {
  scp: 'the organization’s service control policies',
  rcp: 'the organization’s resource control policies',
  endpoint: 'the policy of the VPC endpoint',
  resource: 'the resource’s own policy',
  identity: 'the caller’s own policies',
  boundary: 'the permissions boundary',
  session: 'the session policy',
};

export const residualText = (residual: Residual): string => residual.map((entry) => entry.allOf.map(conditionText).join(' and ')).join(', or if ');

/** The decision as a person would explain it: what it is and why in one sentence, then layer by layer what was asked and what it said, with the statements. */
export function explainAnswer(answer: AccessAnswer, snapshot: Snapshot): string {
  const lines = [`${answer.decision.toUpperCase()}  ${answer.name}`];
  if (answer.refused !== undefined) lines.push(`  whatever policies say: ${answer.refused}`);
  else if (answer.layers === undefined) {
    if (answer.decision === 'deny') lines.push(answer.explicit ? '  a Deny statement decides' : '  nothing allows it');
    if (answer.residual.length > 0) lines.push(`  allowed if ${residualText(answer.residual)}`);
  } else lines.push(`  ${sentence(answer, answer.layers)}`);
  for (const missing of answer.missing ?? []) lines.push(`  not known: ${missing}`);
  for (const layer of levelled(answer.layers ?? [])) lines.push(...layerLines(layer, snapshot));
  return `${lines.join('\n')}\n`;
}

function sentence(answer: AccessAnswer, layers: readonly LayerReport[]): string {
  const named = (each: LayerReport): string => `${layerNames[each.layer]}${each.level === '' ? '' : ` (${each.level})`}`;
  const list = (some: readonly LayerReport[], name = named): string => joined([...new Set(some.map(name))]);
  const denying = layers.filter((each) => each.says === 'deny');
  if (answer.decision === 'deny' && denying.length > 0) return `because a Deny in ${list(denying)} always wins`;
  // What was not read may allow it: it is not what decides.
  const silent = layers.filter(
    ({ role, says, note }) => role === 'must-allow' && (says === 'silent' || says === 'deny-if') && note?.startsWith('not read') !== true,
  );
  if (answer.decision === 'deny' && silent.length > 0) return `because ${list(silent)} must allow it and ${isOne(silent) ? 'does' : 'do'} not`;
  if (answer.decision === 'deny')
    return `because nothing allows it: ${list(layers.filter((each) => each.role === 'may-allow'))} ${isOne(layers.filter((each) => each.role === 'may-allow')) ? 'says' : 'say'} nothing of it`;
  const allowing = layers.filter((each) => each.role !== 'may-deny' && (each.says === 'allow' || each.says === 'conditional'));
  if (answer.decision === 'conditional') return `allowed if ${residualText(answer.residual)}`;
  if (answer.decision === 'unknown')
    return answer.allowedBy === 'unread' ? 'only what was not read could allow it' : 'allowed by what was read; what was not read could take it away';
  return `because ${list(allowing, (each) => layerNames[each.layer])} ${isOne(allowing) ? 'allows' : 'allow'} it and nothing denies it`;
}

/** For the verb: several layers, or one that is several policies. */
const isOne = (layers: readonly LayerReport[]): boolean =>
  new Set(layers.map((each) => each.layer)).size === 1 && !layerNames[layers[0]?.layer ?? 'resource'].endsWith('policies');

const joined = (names: readonly string[]): string => (names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`);

const says: Readonly<Record<LayerReport['says'], string>> = {
  allow: 'allows it',
  deny: 'denies it',
  conditional: 'allows it under a condition',
  'deny-if': 'does not allow it, and denies it under a condition',
  silent: 'says nothing of it',
};

/** Levels of an organization that say the same by the same statements are one. */
function levelled(layers: readonly LayerReport[]): readonly LayerReport[] {
  const found: { first: LayerReport; last: LayerReport }[] = [];
  const same = (a: LayerReport, b: LayerReport): boolean => JSON.stringify({ ...a, level: '' }) === JSON.stringify({ ...b, level: '' });
  for (const each of layers) {
    const before = found.at(-1);
    if (before !== undefined && /^level \d+$/.test(each.level) && same(before.last, each)) before.last = each;
    else found.push({ first: each, last: each });
  }
  return found.map(({ first, last }) =>
    first === last ? first : { ...first, level: `${first.level.replace('level', 'levels')} to ${last.level.replace('level ', '')}` },
  );
}

const verdict = (each: LayerReport): string =>
  each.layer === 'rcp' && each.says !== 'deny' ? (each.says === 'silent' ? 'denies nothing here' : 'denies it unless a condition holds') : says[each.says];

function layerLines(each: LayerReport, snapshot: Snapshot): string[] {
  const needed = each.role === 'must-allow' ? 'must allow' : each.role === 'may-allow' ? 'may allow' : 'can only deny';
  const lines = [`  ${layerNames[each.layer]}${each.level === '' ? '' : `, ${each.level}`} (${needed}): ${verdict(each)}`];
  if (each.note !== undefined) lines.push(`    ${each.note}`);
  if (each.residual.length > 0) lines.push(`    ${each.says === 'deny-if' ? 'not denied' : 'only'} if ${residualText(each.residual)}`);
  for (const by of each.statements) lines.push(...statementLines(by, snapshot));
  return lines;
}

function statementLines(by: DecidedBy, snapshot: Snapshot): string[] {
  const record = by.evidence === undefined ? undefined : snapshot.find(by.evidence.resource);
  const value = record === undefined || by.evidence === undefined ? undefined : resolvePointer(record as unknown as Json, by.evidence.pointer);
  const sid = textAt(value, 'Sid');
  const lines = [`    ${by.effect} by ${sid === undefined ? `statement ${by.statement}` : `statement ${by.statement} "${sid}"`} of ${by.policy}`];
  if (by.evidence !== undefined) lines.push(`      ${by.evidence.resource} ${by.evidence.pointer}`);
  return value === undefined ? lines : [...lines, `      ${JSON.stringify(value)}`];
}
