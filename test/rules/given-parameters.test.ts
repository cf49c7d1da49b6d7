import { describe, expect, test } from '@jest/globals';
import { givenParameters } from '../../src/rules/given-parameters.ts';
import type { Parameter } from '../../src/rules/rule.ts';
import { run } from '../support/run.ts';

const rule = (id: string, params: Readonly<Record<string, Parameter['type']>>) => ({
  id,
  params: Object.fromEntries(Object.entries(params).map(([name, type]) => [name, { type, default: null, help: '' }])),
});
const old = rule('a.b.old', { days: 'int', ports: 'list<int>', share: 'number', strict: 'bool', zone: 'text', zones: 'list<text>' });
const other = rule('a.b.other', { days: 'int', ports: 'list<text>' });

describe('parameters of the command line', () => {
  test.each([
    [['days=30'], { days: 30 }],
    [['days=-1'], { days: -1 }],
    [['ports=22'], { ports: [22] }],
    [['ports=22, 3389'], { ports: [22, 3389] }],
    [['ports=[22,3389]'], { ports: [22, 3389] }],
    [['share=0.5'], { share: 0.5 }],
    [['strict=false'], { strict: false }],
    [['zone=30'], { zone: '30' }],
    [['zone=a=b'], { zone: 'a=b' }],
    [['zones=eu,us'], { zones: ['eu', 'us'] }],
    [['days=30', 'zone=x'], { days: 30, zone: 'x' }],
    [['days=30', 'days=60'], { days: 60 }],
    [[], {}],
  ])('%j', (words, values) => {
    expect(givenParameters(words, [old])).toEqual(values);
  });

  test.each([
    ['days', '`days` is no parameter'],
    ['=30', '`=30` is no parameter'],
    ['dayz=30', 'no rule has a parameter `dayz`'],
    ['days=soon', '`soon` is no int, which `days` of a.b.old is'],
    ['days=1.5', '`1.5` is no int, which `days` of a.b.old is'],
    ['days=', '`` is no int, which `days` of a.b.old is'],
    ['ports=22,ssh', '`22,ssh` is no list<int>, which `ports` of a.b.old is'],
    ['ports=[22', '`[22` is no list<int>, which `ports` of a.b.old is'],
    ['share=half', '`half` is no number, which `share` of a.b.old is'],
    ['strict=1', '`1` is no bool, which `strict` of a.b.old is'],
    ['toString=1', 'no rule has a parameter `toString`'],
  ])('%s', (word, message) => {
    expect(() => givenParameters([word], [old])).toThrow(message);
  });

  test('every rule that has it must take it; one that is not run counts for the name alone', () => {
    expect(() => givenParameters(['ports=ssh'], [other, old])).toThrow('`ssh` is no list<int>, which `ports` of a.b.old is');
    expect(givenParameters(['days=30'], [], [old])).toEqual({ days: 30 });
    expect(givenParameters(['ports=ssh'], [other], [other, old])).toEqual({ ports: ['ssh'] });
  });

  test('a mistyped name ends the command before anything is written', async () => {
    const { code, out, err } = await run(['check', 'snapshots/demo', '--param', 'prots=22']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('did you mean ports?');
  });
});
