import { describe, expect, test } from '@jest/globals';
import type { AccessResult } from '../../src/iam/api.ts';
import { allOf } from '../../src/iam/aws/combine.ts';
import type { ConditionAtom } from '../../src/model/evidence.ts';

describe('one decision for several resources', () => {
  const by = (policy: string) => ({ layer: 'identity', policy, statement: 0, effect: 'Allow' }) as const;
  const result = (decision: AccessResult['decision'], more: Partial<AccessResult> = {}): AccessResult => ({
    decision,
    explicit: false,
    residual: [],
    decidedBy: [],
    missing: [],
    ...more,
  });
  const atom = (key: string, values: readonly string[], negated = false): ConditionAtom => ({ operator: 'StringEquals', key, values, negated });
  const open = (...atoms: ConditionAtom[]): AccessResult => result('conditional', { residual: [{ allOf: atoms }], decidedBy: [by('c')] });
  test('one alone is itself', () => {
    const only = result('allow', { decidedBy: [by('a')] });
    expect(allOf([only])).toBe(only);
  });
  test('all allow', () =>
    expect(allOf([result('allow', { decidedBy: [by('a')], missing: ['y'] }), result('allow', { decidedBy: [by('a'), by('b')], missing: ['x'] })])).toEqual(
      result('allow', { decidedBy: [by('a'), by('b')], missing: ['x', 'y'] }),
    ));
  test('one deny denies, an explicit one first', () => {
    const explicit = result('deny', { explicit: true, decidedBy: [by('d')] });
    expect(allOf([result('allow'), result('deny'), explicit])).toBe(explicit);
    expect(allOf([result('unknown'), result('deny')]).decision).toBe('deny');
  });
  test('unknown beside allow and conditional is unknown', () =>
    expect(allOf([result('allow', { decidedBy: [by('a')] }), result('unknown', { missing: ['m'] }), open(atom('k', ['v']))])).toEqual(
      result('unknown', { decidedBy: [by('a'), by('c')], missing: ['m'] }),
    ));
  test('conditions add up, equal ones once, whatever case their keys have', () => {
    expect(allOf([open(atom('k', ['v'])), open(atom('K', ['v']))]).residual).toHaveLength(1);
    expect(allOf([open(atom('k', ['v'])), open(atom('K', ['v']))]).residual[0]?.allOf).toHaveLength(1);
    expect(allOf([open(atom('b', ['1'])), open(atom('a', ['2']), atom('c', ['3'], true))])).toEqual(
      result('conditional', { residual: [{ allOf: [atom('a', ['2']), atom('b', ['1']), atom('c', ['3'], true)] }], decidedBy: [by('c')] }),
    );
  });
  test('what contradicts is a deny', () => expect(allOf([open(atom('k', ['v'])), open(atom('k', ['v'], true))])).toEqual(result('deny')));
  test('more than can be listed is unknown', () => {
    const many = (prefix: string): AccessResult =>
      result('conditional', { residual: Array.from({ length: 20 }, (_, index) => ({ allOf: [atom(`${prefix}${index}`, ['v'])] })) });
    expect(allOf([many('a'), many('b')])).toEqual(result('unknown', { missing: ['the conditions have more than 64 alternatives'] }));
  });
});

describe('conditions of several resources', () => {
  const atom = (key: string): ConditionAtom => ({ operator: 'StringEquals', key, values: ['x'], negated: false });
  const result = (decision: 'allow' | 'conditional', ...entries: string[][]): AccessResult => ({
    decision,
    explicit: false,
    residual: entries.map((keys) => ({ allOf: keys.map(atom) })),
    decidedBy: [],
    missing: [],
  });
  test.each([
    ['one entry says less than another', [['a'], ['b', 'a']], [['a']]],
    [
      'the same in another order',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
      [['a', 'b']],
    ],
    ['keys in another case', [['A', 'b'], ['a', 'c'], ['a']], [['A']]],
  ] as const)('conditions of one of them: %s', (_name, entries, wanted) => {
    const { residual } = allOf([result('allow'), result('conditional', ...entries.map((entry) => [...entry]))]);
    expect(residual.map((entry) => entry.allOf.map((each) => each.key))).toEqual(wanted);
  });
  test('conditions of two of them are joined', () => {
    const { residual, decision } = allOf([result('conditional', ['b'], ['a', 'c']), result('conditional', ['a'])]);
    expect([decision, ...residual.map((entry) => entry.allOf.map((each) => each.key).join())]).toEqual(['conditional', 'a,b', 'a,c']);
  });
});
