import { describe, expect, test } from '@jest/globals';
import { compileCondition, evaluateCondition, residualAtom, TRUE } from '../../src/iam/aws/condition.ts';
import { Context, factsOf } from '../../src/iam/aws/context.ts';
import { evaluate } from '../../src/iam/aws/evaluate.ts';
import { operatorNames } from '../../src/iam/aws/operators.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { conditionHolds } from '../spec/iam/language.ts';

describe('conditions that are known in part', () => {
  // A role: it has no user name, and nothing tells its tags.
  const asked = (operator: string, values: readonly string[], given: readonly string[] | undefined) =>
    readCase({
      principal: 'arn:aws:iam::111122223333:role/app',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::data/k',
      resourceAccount: '111122223333',
      context: given === undefined ? {} : { 'x:Key': given },
      identityPolicies: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { 'x:Key': values } } }] },
      ],
    } as unknown as JsonObject).requests.map((request) => evaluate(request).decision)[0];
  const tag = '${aws:PrincipalTag/t}';
  const name = '${aws:username}';
  test.each([
    // What an unknown variable could make of a value.
    ['StringEquals', [`a*${tag}`], ['abX'], 'deny'],
    ['StringEquals', [`a*${tag}`], ['a*X'], 'conditional'],
    ['StringEquals', [`a${tag}`], ['a'], 'conditional'],
    ['StringEquals', [`A-${tag}`], ['a-x'], 'deny'],
    ['StringEqualsIgnoreCase', [`A-${tag}`], ['a-x'], 'conditional'],
    ['StringEqualsIgnoreCase', [`a-${tag}`], ['A-x'], 'conditional'],
    ['StringEqualsIgnoreCase', [`A*${tag}`], ['abx'], 'deny'],
    ['StringLike', [`a*-${tag}`], ['abc-x'], 'conditional'],
    ['StringLike', [`A*-${tag}`], ['abc-x'], 'deny'],
    ['ArnLike', [`arn:aws:s3:::*${tag}`], ['arn:aws:s3:::b/x'], 'conditional'],
    ['ArnLike', [`arn:aws:s3:::${tag}`], ['arn:aws:sqs:::b'], 'deny'],
    ['ArnEquals', [`arn:aws:s3:::?-${tag}`], ['arn:aws:s3:::b-x'], 'conditional'],
    ['StringNotEquals', [`a${tag}`], ['b'], 'allow'],
    ['StringNotEquals', [`a${tag}`], ['ab'], 'conditional'],
    // Another value settles it.
    ['StringEquals', [`a${tag}`, 'ab'], ['ab'], 'allow'],
    ['StringEquals', ['ab', `a${tag}`], ['ab'], 'allow'],
    ['StringEquals', ['c', `a${tag}`], ['ab'], 'conditional'],
    ['StringNotEquals', ['ab', `a${tag}`], ['ab'], 'deny'],
    // Several values of the request.
    ['ForAnyValue:StringEquals', ['a', `x${tag}`], ['b', 'a'], 'allow'],
    ['ForAnyValue:StringEquals', [`x${tag}`], ['b', 'xa'], 'conditional'],
    ['ForAnyValue:StringEquals', [`x${tag}`], ['xa', 'b'], 'conditional'],
    ['ForAnyValue:StringEquals', ['a', `x${tag}`], ['xa', 'a'], 'allow'],
    ['ForAllValues:StringEquals', ['a', `x${tag}`], ['a', 'b'], 'deny'],
    ['ForAllValues:StringEquals', ['a', `x${tag}`], ['xb', 'b'], 'deny'],
    ['ForAllValues:StringEquals', ['a', `x${tag}`], ['a', 'xb'], 'conditional'],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], 'allow'],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'a'], 'deny'],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'a'], 'deny'],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], 'allow'],
    ['ForAnyValue:StringEquals', ['a'], [''], 'deny'],
    ['ForAllValues:StringEquals', ['a'], [''], 'allow'],
    ['ForAllValues:StringEquals', ['a'], ['', 'b'], 'deny'],
    ['ForAllValues:StringEquals', ['a'], ['', 'a'], 'allow'],
    ['StringEquals', ['', 'b'], [''], 'allow'],
    ['StringNotEquals', ['a'], ['b', 'a'], 'deny'],
    ['StringNotEquals', ['a'], ['b', 'c'], 'allow'],
    ['StringEquals', ['a'], ['b', 'a'], 'allow'],
    // A variable without a value leaves no value to equal, whatever the key holds.
    ['StringEquals', [name], undefined, 'deny'],
    ['StringEquals', [name, 'a'], undefined, 'conditional'],
    ['StringEquals', [name, `a${tag}`], undefined, 'conditional'],
    ['StringNotEquals', [name], undefined, 'allow'],
    ['StringEqualsIfExists', [name], undefined, 'conditional'],
    ['StringNotEqualsIfExists', [name], undefined, 'allow'],
    ['ForAnyValue:StringEquals', [name], undefined, 'conditional'],
    ['ForAllValues:StringEquals', [name], undefined, 'conditional'],
    ['StringEquals', [name], ['a'], 'deny'],
    ['StringNotEquals', [name], ['a'], 'allow'],
    ['StringEquals', ['a'], undefined, 'conditional'],
    ['StringNotEquals', ['a'], undefined, 'conditional'],
    ['StringEquals', [], undefined, 'conditional'],
    // Numbers.
    ...[
      ['10', '10.0'],
      ['.55', '0.55'],
      ['+3', '3'],
      ['-3', '-3.00'],
      ['1e2', '100'],
      ['1E+10', '10000000000'],
      ['1e-1', '0.1'],
      ['1.', ' 1 '],
      ['1000', '1e3'],
    ].map(([one = '', other = '']) => ['NumericEquals', [one], [other], 'allow'] as const),
    ...['x1', '1x', '--1', '.', '', ' ', '0x10', 'Infinity', '1e', '1 2'].map((text) => ['NumericEquals', [text], [text], 'deny'] as const),
    ...(['Numeric', 'Date'] as const).flatMap((kind) =>
      (
        [
          ['Equals', [false, true, false]],
          ['NotEquals', [true, false, true]],
          ['LessThan', [true, false, false]],
          ['LessThanEquals', [true, true, false]],
          ['GreaterThan', [false, false, true]],
          ['GreaterThanEquals', [false, true, true]],
        ] as const
      ).flatMap(([name, wanted]) =>
        ['1772600766', '1772600767', '1772600768'].map(
          (text, index) => [`${kind}${name}`, ['1772600767'], [text], wanted[index] === true ? 'allow' : 'deny'] as const,
        ),
      ),
    ),
    // Truth, addresses, bytes and ARNs.
    ['Bool', [' True '], ['true'], 'allow'],
    ['Bool', ['true'], [' TRUE '], 'allow'],
    ['Bool', ['true'], ['false'], 'deny'],
    ['IpAddress', [' 10.0.0.0/8 '], ['10.1.2.3'], 'allow'],
    ['IpAddress', ['10.0.0.0/8'], [' 10.1.2.3 '], 'allow'],
    ['NotIpAddress', ['none'], ['10.1.2.3'], 'allow'],
    ['BinaryEquals', ['QQ=='], ['QQ'], 'allow'],
    ['BinaryEquals', ['QQ'], ['QQ=='], 'allow'],
    ['BinaryEquals', ['Q=Q'], ['QQ'], 'deny'],
    ['BinaryEquals', ['QQ=='], ['QR=='], 'deny'],
    ['ArnLike', ['*'], ['arn:aws:s3:::b'], 'allow'],
    ['ArnLike', ['*'], ['b'], 'deny'],
    ['ArnLike', ['arn:aws:s3*'], ['arn:aws:s3:::b'], 'deny'],
    ['ArnEquals', ['arn:aws:s3:::b*'], ['arn:aws:s3:::b:c'], 'allow'],
    ['StringLike', [`${tag}x`], ['axb'], 'deny'],
    ['StringLike', [`${tag}x`], ['ax'], 'conditional'],
    // Presence.
    ['Null', ['true', 'false'], undefined, 'allow'],
    ['Null', ['false', 'true'], ['a'], 'allow'],
    ['Null', ['true', 'false'], [], 'allow'],
    ['Null', ['neither'], undefined, 'deny'],
    ['Null', [' TRUE '], [], 'allow'],
    ['Null', [' False '], ['a'], 'allow'],
    ['Null', ['true'], ['a'], 'deny'],
    ['Null', ['false'], [], 'deny'],
    ['Null', ['true'], undefined, 'conditional'],
  ] as const)('%s %j on %j is %s', (operator, values, given, wanted) => {
    expect(asked(operator, values, given)).toBe(wanted);
  });
});

describe('what is left of a condition', () => {
  const left = (operator: string, values: readonly string[]) =>
    readCase({
      principal: 'arn:aws:iam::111122223333:user/alice',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::data/k',
      resourceAccount: '111122223333',
      context: { 'x:none': [] },
      identityPolicies: [
        { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { 'x:Key': values } } }] },
      ],
    } as unknown as JsonObject).requests.flatMap((request) => evaluate(request).residual.map((entry) => entry.allOf));
  test.each([
    ['StringEquals', ['${aws:username}'], ['alice']],
    ['StringEquals', ['${aws:username}-${aws:PrincipalTag/t}'], ['alice-${aws:PrincipalTag/t}']],
    ['StringLike', ['${aws:username}*'], ['alice*']],
    ['StringLike', ['${aws:username}*${aws:PrincipalTag/t}'], ['alice*${aws:PrincipalTag/t}']],
    ['StringEquals', ['a${*}b'], ['a${*}b']],
    ['StringLike', ['a${*}b'], ['a${*}b']],
    ['StringEquals', ['${x:none}', 'a'], ['a']],
    ['StringEquals', ['a${*}${aws:PrincipalTag/t}'], ['a${*}${aws:PrincipalTag/t}']],
    ['ArnLike', ['arn:aws:s3:::${aws:username}*'], ['arn:aws:s3:::alice*']],
    ['StringEquals', ["${x:none, 'd*'}", 'a'], ['d*', 'a']],
    ['StringLike', ["${x:none, 'd*'}"], ['d${*}']],
    ['StringEquals', ['a', 'a', '${aws:username}', 'alice'], ['a', 'alice']],
    ['NumericEquals', ['${aws:username}'], ['${aws:username}']],
    ['ArnLike', ["arn:aws:s3:::${x:none, 'd*'}"], ['arn:aws:s3:::d${*}']],
    ['StringEquals', ['${*}'], ['${*}']],
    ['StringLike', ['${*}${aws:PrincipalTag/t}'], ['${*}${aws:PrincipalTag/t}']],
  ] as const)('%s %j is %j', (operator, values, wanted) => {
    expect(left(operator, values)).toEqual([[{ operator, key: 'x:Key', values: [...wanted], negated: false }]]);
  });
});

describe('what is left under Version 2008', () => {
  test('a variable is text, and is written so that it stays text', () => {
    const Statement = [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'x:Key': ['${aws:username}', 'a$b'] } } }];
    const [asked] = readCase({
      principal: 'arn:aws:iam::111122223333:user/alice',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::data/k',
      identityPolicies: [{ Version: '2008-10-17', Statement }],
    } as unknown as JsonObject).requests;
    if (asked === undefined) throw new Error('no request');
    expect(evaluate(asked).residual[0]?.allOf[0]?.values).toEqual(['${$}{aws:username}', 'a$b']);
  });
});

describe('what is known of a request', () => {
  test('families that are known whole, one by one', () => {
    const context = new Context([factsOf({ 'a:x': ['1'] }, ['b/', 'c/']), factsOf({ 'A:X': ['2'], y: [] })], false);
    expect(context.get('a:x')).toEqual(['1']);
    expect(context.get('b/anything')).toEqual([]);
    expect(context.get('c/anything')).toEqual([]);
    expect(context.get('d/anything')).toBeUndefined();
    expect([context.variable('a:x'), context.variable('y'), context.variable('z')]).toEqual(['1', null, undefined]);
    expect(new Context([], true).get('z')).toEqual([]);
  });
});

describe('one test spelled in two ways', () => {
  const canonical = (operator: string, values: readonly string[]) => {
    const condition = compileCondition(operator, 'x:Key', values, true);
    if (condition === undefined) throw new Error(operator);
    const { canonical: text, sign } = residualAtom(condition, new Context([], false));
    return { text, sign };
  };
  test.each([
    ['StringEquals', ['a', 'b'], 'StringEquals', ['b', 'a'], 'same'],
    ['StringEquals', ['a'], 'StringLike', ['a'], 'same'],
    ['StringEquals', ['a', 'b'], 'StringLike', ['a', 'b*'], 'different'],
    ['StringEquals', ['a', 'b*'], 'StringLike', ['a', 'b*'], 'different'],
    ['ForAnyValue:StringNotEqualsIfExists', ['a'], 'ForAnyValue:StringNotEqualsIfExists', ['b'], 'different'],
    ['StringEquals', ['a'], 'StringNotEquals', ['a'], 'opposite'],
    ['StringEquals', ['a'], 'StringEqualsIfExists', ['a'], 'different'],
    ['StringNotEquals', ['a'], 'StringNotEqualsIfExists', ['a'], 'same'],
    ['StringEquals', ['a'], 'StringEquals', ['b'], 'different'],
    ['StringEquals', ['a'], 'StringEqualsIgnoreCase', ['a'], 'different'],
    ['ArnEquals', ['arn:aws:s3:::b'], 'ArnLike', ['arn:aws:s3:::b'], 'same'],
    ['ArnNotEquals', ['arn:aws:s3:::b'], 'ArnLike', ['arn:aws:s3:::b'], 'opposite'],
    ['IpAddress', ['10.0.0.0/8'], 'NotIpAddress', ['10.0.0.0/8'], 'opposite'],
    ['Bool', ['TRUE '], 'Bool', ['true'], 'same'],
    ['Bool', ['true'], 'Bool', ['false'], 'different'],
    ['Null', ['true'], 'Null', ['false'], 'opposite'],
    ['Null', [' TRUE'], 'Null', ['true'], 'same'],
    ['StringEquals', ['A '], 'StringEquals', ['a'], 'different'],
    ['ForAnyValue:StringEquals', ['a'], 'ForAllValues:StringNotEquals', ['a'], 'opposite'],
    ['ForAnyValue:StringNotEquals', ['a'], 'ForAllValues:StringEquals', ['a'], 'opposite'],
    ['ForAnyValue:StringEquals', ['a'], 'ForAllValues:StringEquals', ['a'], 'different'],
    ['ForAnyValue:StringEquals', ['a'], 'StringEquals', ['a'], 'different'],
    ['ForAllValues:StringEquals', ['a'], 'StringEquals', ['a'], 'different'],
    ['ForAnyValue:StringEquals', ['a'], 'ForAnyValue:StringEqualsIfExists', ['a'], 'different'],
    ['ForAnyValue:StringNotEquals', ['a'], 'ForAnyValue:StringNotEqualsIfExists', ['a'], 'different'],
    ['ForAnyValue:StringEqualsIfExists', ['a'], 'ForAnyValue:StringNotEqualsIfExists', ['a'], 'different'],
    ['ForAllValues:StringEquals', ['a'], 'ForAllValues:StringEqualsIfExists', ['a'], 'same'],
  ] as const)('%s %j and %s %j: %s', (one, values, other, others, relation) => {
    const [a, b] = [canonical(one, values), canonical(other, others)];
    expect(a.text === b.text ? (a.sign === b.sign ? 'same' : 'opposite') : 'different').toBe(relation);
  });
});

describe('two values of one key at once', () => {
  const decisionOf = (key: string) => {
    const wants = (value: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { [key]: value } } }],
    });
    const [asked] = readCase({
      principal: 'arn:aws:iam::111122223333:role/app',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::data/k',
      identityPolicies: [wants('a')],
      permissionBoundary: wants('b'),
    } as unknown as JsonObject).requests;
    return asked === undefined ? undefined : evaluate(asked).decision;
  };
  test.each([
    'aws:CalledVia',
    'aws:PrincipalOrgPaths',
    'aws:ResourceOrgPaths',
    'aws:SourceOrgPaths',
    'aws:TagKeys',
    'dynamodb:Attributes',
    'dynamodb:LeadingKeys',
  ])('%s may have both', (key) => expect(decisionOf(key)).toBe('conditional'));
  test.each(['aws:RequestedRegion', 'aws:SourceVpc'])('%s has one', (key) => expect(decisionOf(key)).toBe('deny'));
});

describe('every operator, with every quantifier, on every kind of value', () => {
  /** A value of the policy, one of the request that matches it, and one that does not. */
  const samples = (base: string): readonly [string, string, string] => {
    if (base.startsWith('Numeric')) return ['10', '10', '11'];
    if (base.startsWith('Date')) return ['2026-01-01T00:00:00Z', '1767225600', '2026-01-02T00:00:00Z'];
    if (base.includes('IpAddress')) return ['10.0.0.0/8', '10.1.2.3', '2001:db8::1'];
    if (base.startsWith('Arn')) return ['arn:aws:s3:::b*', 'arn:aws:s3:::b1', 'arn:aws:s3:::c'];
    if (base === 'Binary') return ['QQ==', 'QQ==', 'QR=='];
    if (base === 'Bool' || base === 'Null') return ['true', 'true', 'false'];
    return ['core', 'core', 'CORE'];
  };
  const forms = operatorNames.flatMap((name) =>
    name === 'Null' ? [name] : ['', 'ForAllValues:', 'ForAnyValue:'].flatMap((prefix) => ['', 'IfExists'].map((suffix) => `${prefix}${name}${suffix}`)),
  );

  test('there are six of each, and one Null', () => expect(forms).toHaveLength(26 * 6 + 1));

  test.each(forms.map((form) => [form]))('%s', (form) => {
    const [wanted, match, other] = samples(form.replace(/^For\w+:/, ''));
    const requests: readonly (readonly string[])[] = [
      [],
      [match],
      [other],
      [match, other],
      [other, match],
      [match, match],
      [other, other],
      [''],
      ['', match],
      ['', other],
    ];
    for (const values of [[wanted], [wanted, wanted], [other === 'CORE' ? 'x' : wanted, wanted], []]) {
      const condition = compileCondition(form, 'x:Key', values, true);
      if (condition === undefined) throw new Error(form);
      for (const given of requests) {
        const truth = evaluateCondition(condition, new Context([factsOf({ 'x:key': given })], true));
        const spec = conditionHolds(form, 'x:Key', values, '2012-10-17', new Map([['x:key', given]]));
        expect(`${JSON.stringify(values)} on ${JSON.stringify(given)}: ${truth === TRUE}`).toBe(
          `${JSON.stringify(values)} on ${JSON.stringify(given)}: ${spec}`,
        );
      }
    }
  });
});
