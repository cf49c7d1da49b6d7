import type { Condition } from '../aws/condition.ts';
import type { Rule } from '../aws/policy.ts';
import type { PolicySet } from '../aws/policy-set.ts';
import type { PrincipalElement } from '../aws/principal.ts';
import type { EstateResource } from '../estate/resources.ts';
import { Block } from './block.ts';
import { idOf } from './ids.ts';
import { NOTHING, type Residues } from './residue.ts';
import { traitsOf } from './rule-traits.ts';
import { type Group, partition } from './segments.ts';

/** What candidates' own policies say of an action: equal for candidates whose rules that cover them are equal. */
export interface Side {
  /** Empty: nothing, so that the identity side alone decides. */
  readonly key: string;
  readonly rules: readonly Rule[];
  readonly unread: boolean;
  readonly personal: readonly Condition[];
  /** Variables in conditions or elements: every principal is asked by itself. */
  readonly own: boolean;
  readonly tags: boolean;
  readonly region: boolean;
}

/** Candidates of one block with one side. */
export interface SidedBlock {
  /** Its own among those of a question. */
  readonly id: number;
  readonly block: Block;
  readonly side: Side;
}

const silent: Side = { key: '', rules: [], unread: false, personal: [], own: false, tags: false, region: false };

/** Groups the candidates of a list by what their own policies say of an action. `made` keeps blocks for the next question. */
export function sidedBlocks(
  bases: readonly Block[],
  action: string,
  list: readonly string[],
  made: Map<string, Block>,
  residues: Residues,
): readonly SidedBlock[] {
  const found = new Map<string, { side: Side; pieces: { base: Block; group: Group }[] }>();
  for (const base of bases) {
    for (const { side, group } of split(base, action)) {
      // A shape is asked about by itself.
      const key = base.form === 'shape' ? `shape ${base.positions.join()}` : `${base.form} ${base.account} ${side.key}`;
      const entry = found.get(key);
      if (entry === undefined) found.set(key, { side, pieces: [{ base, group }] });
      else entry.pieces.push({ base, group });
    }
  }
  return [...found.values()].map(({ side, pieces }, id) => ({ id, side, block: blockOf(pieces, list, made, residues) }));
}

function blockOf(pieces: readonly { base: Block; group: Group }[], list: readonly string[], made: Map<string, Block>, residues: Residues): Block {
  const [first] = pieces;
  if (first === undefined) throw new Error('a side without candidates');
  const { base, group } = first;
  if (pieces.length === 1 && group.ranges.length === 2 && group.ranges[1] === base.size && group.ranges[0] === 0) return base;
  const key = pieces.map((piece) => `${idOf(piece.base)}:${piece.group.ranges.join('-')}`).join();
  const known = made.get(key);
  if (known !== undefined) return known;
  const positions: number[] = [];
  for (const piece of pieces)
    for (let at = 0; at < piece.group.ranges.length; at += 2)
      for (let index = piece.group.ranges[at] ?? 0; index < (piece.group.ranges[at + 1] ?? 0); index++) positions.push(piece.base.positions[index] ?? 0);
  const block = new Block(base.form, base.account, byText(positions, list), list, base.sample, residues);
  made.set(key, block);
  return block;
}

/** Positions in the order of their texts, of which only the star at the end does not count. */
export function byText(positions: readonly number[], list: readonly string[]): Uint32Array {
  const text = (position: number): string => (list[position] ?? '').replace(/\*$/, '');
  const sorted = [...positions].sort((a, b) => a - b);
  const inOrder = sorted.every((position, index) => index === 0 || text(sorted[index - 1] ?? 0) <= text(position));
  return Uint32Array.from(inOrder ? sorted : sorted.sort((a, b) => (text(a) < text(b) ? -1 : 1)));
}

/** Parts of a block that differ in what their own policy says of them. */
function split(base: Block, action: string): readonly { side: Side; group: Group }[] {
  const { sample } = base;
  const policy = rulesOf(sample.policy, action);
  const grants = rulesOf(sample.grants, action);
  const rules = [...policy, ...grants];
  const elements = [...new Set(rules.filter((rule) => !traitsOf(rule).everything && !rule.resource.variables).map((rule) => rule.resource))];
  const groups = partition(
    elements.map((element) => base.coverage(element)),
    base.size,
  );
  return groups.map((group) => {
    const code = (rule: Rule): number => {
      const at = elements.indexOf(rule.resource);
      return at < 0 ? 1 : (group.codes[at] ?? NOTHING);
    };
    return {
      group,
      side: sideOf(
        sample,
        policy.filter((rule) => code(rule) !== NOTHING),
        grants.filter((rule) => code(rule) !== NOTHING),
        code,
      ),
    };
  });
}

function sideOf(sample: EstateResource, policy: readonly Rule[], grants: readonly Rule[], code: (rule: Rule) => number): Side {
  const rules = [...policy, ...grants];
  const { unread, unreadForOutsiders, restricted } = sample;
  if (rules.length === 0 && unread.length === 0 && unreadForOutsiders.length === 0) return silent;
  const traits = rules.map(traitsOf);
  const text = (rule: Rule): string => {
    const { conditionKey, variables } = traitsOf(rule);
    return `${rule.effect}${rule.principal === undefined ? '' : idOf(rule.principal)}/${conditionKey}${code(rule) === 1 && !variables ? '' : `~${code(rule)}${variables ? `@${idOf(rule.resource)}` : ''}`}`;
  };
  const each = (list: readonly Rule[]): string => [...new Set(list.map(text))].sort().join(' ');
  return {
    key: `${each(policy)}|${each(grants)}|${restricted}|${unread.map((one) => `${one.missing}${one.onlyAdds === true}`).join()}|${unreadForOutsiders.join()}`,
    rules,
    unread: unread.length > 0,
    personal: traits.flatMap((each) => each.personal),
    own: traits.some((each) => each.own || each.variables),
    tags: traits.some((each) => each.tags),
    region: traits.some((each) => each.region),
  };
}

function rulesOf(set: PolicySet | undefined, action: string): readonly Rule[] {
  const rules = set?.rules(action) ?? [];
  // Allow first: the order is part of keys.
  return rules.length < 2 ? rules : [...rules.filter(({ effect }) => effect === 'Allow'), ...rules.filter(({ effect }) => effect === 'Deny')];
}

/** The principals that the Allow statements of a side may mean. */
export function* allowing(side: Side): Generator<PrincipalElement | undefined> {
  for (const rule of side.rules) if (rule.effect === 'Allow') yield rule.principal;
}
