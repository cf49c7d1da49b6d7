import { describe, expect, test } from '@jest/globals';
import { addressText, ipContains, parseIpRange } from '../../src/iam/aws/ip.ts';
import { operatorNames, parseDate, parseOperator } from '../../src/iam/aws/operators.ts';
import { escapeWild, fill, parseTemplate, plainText, policyText, variablesOf } from '../../src/iam/aws/template.ts';

describe('addresses', () => {
  test.each([
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/x',
    '::1::',
    '1:2',
    '1:2:3:4:5:6:7:8:9',
    '::g',
    '::1/129',
    '',
    '1.2.3.4.5',
    '::1.2.3',
    '1:2:3:4:5:6:7::8',
    '12345::',
    '1:2:3:4:5:6:7:8x',
    '1:2:3:4:5:6:7:g8',
    '::1.2.3.400',
    '::1.2.3.4.5',
    '/8',
    '1.2.3.4/1000',
    '1.2.3.4/x8',
    '1.2.3.4/8x',
  ])('`%s` is none', (text) => {
    expect(parseIpRange(text)).toBeUndefined();
  });

  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.0.0.0', true],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['10.0.0.0/8', '10.1.0.0/16', true],
    ['10.1.0.0/16', '10.0.0.0/8', false],
    ['::/0', 'ffff::1', true],
    ['::/0', '1.2.3.4', false],
    ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['::ffff:1.2.3.0/120', '::ffff:1.2.3.4', true],
    ['1::', '1:0:0:0:0:0:0:0', true],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', true],
    ['::ffff:0:0/96', '::ffff:203.0.113.7', true],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304', true],
  ])('%s contains %s: %s', (outer, inner, wanted) => {
    const [a, b] = [parseIpRange(outer), parseIpRange(inner)];
    expect(a !== undefined && b !== undefined && ipContains(a, b)).toBe(wanted);
  });
});

test.each(['0.0.0.0', '10.1.2.3', '255.255.255.255', '2001:db8:0:0:0:0:0:1', 'ffff:0:0:a:0:0:0:0'])('the address %s is written as it is read', (text) => {
  const range = parseIpRange(text);
  expect(range === undefined ? '' : addressText(range.low, range.version)).toBe(text);
});

describe('dates', () => {
  test.each([
    ['2026', '2026-01-01T00:00:00Z'],
    ['2026-03', '2026-03-01T00:00:00Z'],
    ['2026-03-04', '2026-03-04T00:00:00Z'],
    ['2026-03-04T05:06Z', '2026-03-04T05:06:00Z'],
    ['2026-03-04T05:06:07Z', '2026-03-04T05:06:07Z'],
    ['2026-03-04T05:06:07', '2026-03-04T05:06:07Z'],
    ['2026-03-04t05:06:07z', '2026-03-04T05:06:07Z'],
    ['2026-03-04T05:06:07.125Z', '2026-03-04T05:06:07.125Z'],
    ['2026-03-04T05:06:07.123456Z', '2026-03-04T05:06:07.123Z'],
    ['2026-03-04T05:06:07+0130', '2026-03-04T03:36:07Z'],
    ['2026-03-04T05:06:07-01:30', '2026-03-04T06:36:07Z'],
    ['1772600767.25', '2026-03-04T05:06:07.250Z'],
    ['1772600767', '2026-03-04T05:06:07Z'],
    [' 1772600767.5 ', '2026-03-04T05:06:07.500Z'],
    ['-1', '1969-12-31T23:59:59Z'],
  ])('%s is %s', (text, wanted) => {
    expect(new Date(parseDate(text)).toISOString()).toBe(new Date(wanted).toISOString());
  });

  test.each(['', 'now', '2026-13', '2026-03-04 05:06', '2026-03-04T05', 'x2026', '2026-03-04T05:06:07Zx', '12a'])('`%s` is none', (text) => {
    expect(parseDate(text)).toBeNaN();
  });
});

describe('operators', () => {
  test('every name reads as itself, with every prefix and ending', () => {
    expect(operatorNames).toHaveLength(27);
    for (const name of operatorNames) {
      expect(parseOperator(name)).toMatchObject({ text: name, set: 'one', ifExists: false, negated: name.includes('Not'), base: name.replace('Not', '') });
      if (name === 'Null') continue;
      expect(parseOperator(`foranyvalue:${name.toLowerCase()}ifexists`)).toMatchObject({ text: `ForAnyValue:${name}IfExists`, set: 'any', ifExists: true });
      expect(parseOperator(`ForAllValues:${name}`)).toMatchObject({ text: `ForAllValues:${name}`, set: 'all', ifExists: false });
    }
  });

  test.each(['', 'Equals', 'StringEqual', 'NullIfExists', 'ForSomeValues:Bool', 'Bool:ForAnyValue', 'BoolIfExistsIfExists', 'xBool', 'Bool '])(
    '`%s` is none',
    (text) => {
      expect(parseOperator(text)).toBeUndefined();
    },
  );

  test('variables are for strings and ARNs', () => {
    for (const name of operatorNames) expect(parseOperator(name)?.variables).toBe(/^(String|Arn)/.test(name));
  });
});

describe('templates', () => {
  const open = '$' + '{';
  test.each([
    [`a${open}aws:username}b`, ['aws:username']],
    [`${open} AWS:Username }`, ['aws:username']],
    [`${open}aws:PrincipalTag/team, 'a b'}${open}aws:userid}`, ['aws:principaltag/team', 'aws:userid']],
    [`${open}*}${open}?}${open}$}`, []],
    [`${open} }`, []],
    [`a${open}b${open}aws:username}}`, ['aws:username']],
    [`${open}aws:x, 'a}b'}`, []],
    [`${open}aws:x,'d'}`, ['aws:x']],
    [`${open}aws:username`, []],
    [`${open}}`, []],
    [`${open}a, b}`, []],
    ['$x{y}', []],
  ])('%s has the variables %j', (text, keys) => {
    expect(variablesOf(parseTemplate(text, true))).toEqual(keys);
    expect(variablesOf(parseTemplate(text, false))).toEqual([]);
    expect(plainText(parseTemplate(text, false))).toBe(text);
  });

  test('filling in: a value, a default, nothing, not known', () => {
    const template = parseTemplate(`x/${open}k, 'd*'}`, true);
    const filled = (value: string | null | undefined, pieces = template) => {
      const result = fill(pieces, () => value);
      return result.kind === 'never' ? 'never' : `${result.kind} ${policyText(result.pieces)}`;
    };
    expect(filled('v?')).toBe(`value x/v${escapeWild('?')}`);
    expect(filled(null)).toBe(`value x/d${escapeWild('*')}`);
    expect(filled(undefined)).toBe(`open x/${open}k, 'd*'}`);
    expect(filled(null, parseTemplate(`${open}k}`, true))).toBe('never');
    expect(plainText(parseTemplate(`a${open}*}`, true))).toBe('a*');
    expect(parseTemplate('', true)).toEqual([{ kind: 'text', text: '' }]);
    expect(parseTemplate(`${open}*}`, true)).toEqual([{ kind: 'escape', text: '*' }]);
    expect(parseTemplate(`${open}aws:userid}`, true)).toEqual([{ kind: 'variable', key: 'aws:userid', fallback: undefined, source: `${open}aws:userid}` }]);
    expect(parseTemplate(`a${open}?}b`, true)).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'escape', text: '?' },
      { kind: 'text', text: 'b' },
    ]);
  });
});
