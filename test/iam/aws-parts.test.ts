import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AccessResult } from '../../src/iam/api.ts';
import { accountOf, arnMatches, arnPattern } from '../../src/iam/aws/arn.ts';
import { allOf } from '../../src/iam/aws/combine.ts';
import { compileCondition, residualAtom } from '../../src/iam/aws/condition.ts';
import { Context, factsOf } from '../../src/iam/aws/context.ts';
import { ALWAYS, and, type Conjunction, cut, type Dnf, isAlways, isNever, maximum, minimize, NEVER, notAll, or } from '../../src/iam/aws/dnf.ts';
import { ALLOW, decide, EXPLICIT_DENY, evaluate, evaluateBriefly, IMPLICIT_DENY, OPEN } from '../../src/iam/aws/evaluate.ts';
import { globMatches, literalGlob, toGlob } from '../../src/iam/aws/glob.ts';
import { forgetCompiled } from '../../src/iam/aws/intern.ts';
import { ipContains, parseIpRange } from '../../src/iam/aws/ip.ts';
import { operatorNames, parseDate, parseOperator } from '../../src/iam/aws/operators.ts';
import { compilePolicy } from '../../src/iam/aws/policy.ts';
import { PolicySet } from '../../src/iam/aws/policy-set.ts';
import type { AccessRequest } from '../../src/iam/aws/request.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import { escapeWild, fill, parseTemplate, plainText, policyText, variablesOf } from '../../src/iam/aws/template.ts';
import type { ConditionAtom } from '../../src/model/evidence.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { drawCase, seeded } from '../arbitrary/iam-world.ts';
import { matches } from '../spec/iam/language.ts';

/** Fewer in mutation runs. */
const many = (runs: number): number => (process.env['IAM_RUNS'] === undefined ? runs : Math.ceil(runs / 5));

const tokens = (pattern: string) => [...pattern].map((char) => (char === '*' ? ({ any: true } as const) : char === '?' ? ({ one: true } as const) : { char }));

describe('glob', () => {
  test('agrees with the specification', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?'), maxLength: 9 });
    const plain = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 9 });
    fc.assert(
      fc.property(letters, plain, (pattern, text) => {
        expect(globMatches(toGlob(pattern), text)).toBe(matches(tokens(pattern), text));
        expect(globMatches(toGlob(pattern), `xx${text}yy`, 2, 2 + text.length)).toBe(matches(tokens(pattern), text));
        expect(globMatches(literalGlob(text), text)).toBe(true);
      }),
      { numRuns: many(3_000) },
    );
  });

  test('takes a hostile pattern in its stride', () => {
    expect(globMatches(toGlob('*a'.repeat(60)), `${'a'.repeat(5_000)}b`)).toBe(false);
    expect(globMatches(toGlob(`${'*a'.repeat(60)}*`), `${'a'.repeat(5_000)}b`)).toBe(true);
  });
});

describe('ARN patterns', () => {
  test.each([
    ['*', 'any'],
    ['**', 'any'],
    ['arn:aws:s3:::b', 'exact'],
    ['arn:aws:s3:::b/*', 'prefix'],
    ['arn:aws:s3:::*', 'prefix'],
    ['arn:aws:s3:*:*:b/*', 'parts'],
    ['arn:aws:s3:::b/?', 'parts'],
    ['arn:aws:s3:::b/*x', 'parts'],
    ['arn:aws:s3', 'parts'],
    ['arn:aws:s3::*', 'parts'],
  ])('%s is %s', (text, kind) => {
    expect(arnPattern(toGlob(text)).kind).toBe(kind);
  });

  test.each([
    ['arn:aws:s3::*', 'arn:aws:s3:::b', true],
    ['arn:aws:s3::*', 'arn:aws:s3:::b:c', true],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3:::bb', false],
    ['arn:aws:s3:*:*:b', 'arn:aws:s3x:::b', false],
    ['arn:aws:s3x:*:*:b', 'arn:aws:s3:::b', false],
    ['arn:a?s:s3:*:*:b', 'arn:aws:s3:::b', true],
    ['arn:aws:*:*:*:b', 'a:b', false],
    ['arn:aws:s?:*:*:b', 'arn:aws:s3:eu-west-1:1:b', true],
    ['arn:aws:s3:eu-*-1:*:b', 'arn:aws:s3:eu-west-1:1:b', true],
    ['arn:aws:s3:eu-*-1:*:b', 'arn:aws:s3:us-west-1:1:b', false],
    ['arn:aws:s3:::b/*x', 'arn:aws:s3:::b/ax', true],
    ['arn:aws:s3:::b/*x', 'arn:aws:s3:eu-west-1:1:b/ax', false],
    ['*:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['?rn:aws:s3:::b', 'arn:aws:s3:::b', true],
    ['arn:aws:s3:::b*', 'arn:aws:s3:::c', false],
    ['arn:aws:sqs:*:1:q', 'arn:aws:sqs:eu-west-1:1:q:x', false],
    ['arn:aws:sqs:*:1:q*', 'arn:aws:sqs:eu-west-1:1:q:x', true],
    ['arn:aws:sqs:*:1:*:x', 'arn:aws:sqs:eu-west-1:1:q:y:x', true],
  ])('%s on %s is %s', (pattern, text, wanted) => {
    expect(arnMatches(arnPattern(toGlob(pattern)), text)).toBe(wanted);
  });

  test('the account of an ARN', () => {
    expect(accountOf('arn:aws:iam::111122223333:user/a')).toBe('111122223333');
    expect(accountOf('arn:aws:s3:::b')).toBeUndefined();
    expect(accountOf('a:b:c:d:111122223333:e')).toBeUndefined();
  });
});

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
  ])('%s contains %s: %s', (outer, inner, wanted) => {
    const [a, b] = [parseIpRange(outer), parseIpRange(inner)];
    expect(a !== undefined && b !== undefined && ipContains(a, b)).toBe(wanted);
  });
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
  });
});

const conjunctions = fc.array(fc.uniqueArray(fc.nat(9), { maxLength: 4 }), { maxLength: 7 });
const clean = (lists: readonly (readonly number[])[]): Dnf =>
  lists.map((list) => [...list].sort((a, b) => a - b)).filter((list) => !list.some((literal) => list.includes(literal ^ 1)));
const truth = (formula: Dnf, bits: number): boolean =>
  formula.some((conjunction) => conjunction.every((literal) => ((bits >> (literal >> 1)) & 1) === (literal & 1 ? 0 : 1)));
const rows = Array.from({ length: 32 }, (_, bits) => bits);
const some = (formula: Dnf | undefined): Dnf => {
  if (formula === undefined) throw new Error('too large');
  return formula;
};

describe('disjunctive normal form', () => {
  test('and, or, not and minimize keep the truth table', () => {
    fc.assert(
      fc.property(conjunctions, conjunctions, (left, right) => {
        const [a, b] = [clean(left), clean(right)];
        for (const bits of rows) {
          expect(truth(some(or(a, b)), bits)).toBe(truth(a, bits) || truth(b, bits));
          expect(truth(some(and(a, b)), bits)).toBe(truth(a, bits) && truth(b, bits));
          expect(truth(some(minimize(a)), bits)).toBe(truth(a, bits));
          for (const conjunction of a) expect(truth(notAll(conjunction), bits)).toBe(!truth([conjunction], bits));
        }
      }),
      { numRuns: many(400) },
    );
  });

  test('minimize leaves no literal and no conjunction that could go, and does not depend on order', () => {
    fc.assert(
      fc.property(conjunctions, (lists) => {
        const formula = clean(lists);
        const minimal = some(minimize(formula));
        const same = (other: Dnf): boolean => rows.every((bits) => truth(other, bits) === truth(formula, bits));
        for (const conjunction of minimal) {
          expect(same(minimal.filter((each) => each !== conjunction))).toBe(false);
          for (const literal of conjunction)
            expect(same(minimal.map((each): Conjunction => (each === conjunction ? each.filter((other) => other !== literal) : each)))).toBe(false);
        }
        expect(minimize([...formula].reverse())).toEqual(minimal);
        expect(isAlways(minimal)).toBe(rows.every((bits) => truth(formula, bits)));
        expect(isNever(minimal)).toBe(rows.every((bits) => !truth(formula, bits)));
      }),
      { numRuns: many(600) },
    );
  });

  test('a cut formula is never wider than the exact one, and never undefined', () => {
    fc.assert(
      fc.property(conjunctions, conjunctions, (left, right) => {
        const [a, b] = [clean(left), clean(right)];
        for (const bits of rows) {
          expect(truth(some(cut.or(a, b)), bits)).toBe(truth(a, bits) || truth(b, bits));
          expect(truth(some(cut.and(a, b)), bits)).toBe(truth(a, bits) && truth(b, bits));
        }
      }),
      { numRuns: many(200) },
    );
    const wide: Dnf = Array.from({ length: 200 }, (_, index) => [index * 2]);
    expect(cut.and(wide, ALWAYS)).toEqual(wide.slice(0, maximum));
    expect(cut.or(wide, NEVER)).toEqual(wide.slice(0, maximum));
    expect(cut.and(undefined, ALWAYS)).toEqual(NEVER);
    expect(cut.or(undefined, undefined)).toEqual(NEVER);
  });

  test('what outgrows the bound is undefined, save where it does not matter', () => {
    const wide: Dnf = Array.from({ length: maximum + 1 }, (_, index) => [index * 2]);
    expect(minimize(wide)).toBeUndefined();
    expect(minimize(wide.slice(1))).toHaveLength(maximum);
    expect(minimize(undefined)).toBeUndefined();
    expect(or(undefined, ALWAYS)).toEqual(ALWAYS);
    expect(or(ALWAYS, undefined)).toEqual(ALWAYS);
    expect(or(undefined, NEVER)).toBeUndefined();
    expect(and(undefined, NEVER)).toEqual(NEVER);
    expect(and(NEVER, undefined)).toEqual(NEVER);
    expect(and(undefined, ALWAYS)).toBeUndefined();
    const blocks = (from: number): Dnf => Array.from({ length: 130 }, (_, index) => [(from + index) * 2]);
    expect(and(blocks(0), blocks(200))).toBeUndefined();
    expect(
      or(
        Array.from({ length: 1_025 }, (_, index) => [index * 2]),
        NEVER,
      ),
    ).toBeUndefined();
  });
});

describe('the brief decision', () => {
  test('is the decision with reasons, without them', () => {
    const source = seeded(23);
    const seen = new Set<number>();
    for (let run = 0; run < many(2_000); run++) {
      const [request] = readCase(drawCase(source) as unknown as JsonObject).requests;
      if (request === undefined) continue;
      const verdict = decide(request);
      const full = evaluate(request);
      seen.add(verdict);
      if (verdict === ALLOW) expect(full).toMatchObject({ decision: 'allow', explicit: false });
      if (verdict === IMPLICIT_DENY) expect(full).toMatchObject({ decision: 'deny', explicit: false });
      if (verdict === EXPLICIT_DENY) expect(full).toMatchObject({ decision: 'deny', explicit: true });
      const brief = evaluateBriefly(request);
      expect({ ...brief, decidedBy: [] }).toEqual({ ...full, decidedBy: [] });
      if (full.decision === 'allow' || full.explicit) expect(full.decidedBy.length + Number(request.requester.kind === 'root')).toBeGreaterThan(0);
    }
    expect(seen.size).toBe(4);
  });
});

const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };
const set = (name: string, use: 'identity' | 'resource', ...Statement: JsonObject[]): PolicySet =>
  new PolicySet([{ name, policy: compilePolicy({ Version: '2012-10-17', Statement }, use) }]);

function request(given: Partial<AccessRequest>, principal = 'arn:aws:iam::111122223333:role/app', action = 'kms:Decrypt'): AccessRequest {
  const [first] = readCase({ principal, action, resource: 'arn:aws:kms:eu-west-1:111122223333:key/k', contextComplete: true }).requests;
  if (first === undefined) throw new Error('no request');
  return { ...first, ...given };
}

describe('the bare decision', () => {
  const unknown = { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } };
  const open = (given: Partial<AccessRequest>, principal?: string) => ({ ...request({}, principal), context: new Context([], false), ...s3, ...given });

  test('is settled whenever the whole context is known', () => {
    const source = seeded(29);
    for (let run = 0; run < many(2_000); run++) {
      const [first] = readCase({ ...drawCase(source), contextComplete: true } as unknown as JsonObject).requests;
      if (first === undefined || first.unread.length > 0) continue;
      expect(decide(first)).not.toBe(OPEN);
    }
  });

  test('is settled where what is not known does not matter', () => {
    const maybe = set('i', 'identity', unknown);
    const all = set('all', 'identity', allowAll);
    const silent = set('silent', 'identity', { ...allowAll, Action: 'ec2:*' });
    expect(decide(open({ identity: maybe }))).toBe(OPEN);
    expect(decide(open({ identity: maybe, scps: [silent] }))).toBe(IMPLICIT_DENY);
    expect(decide(open({ identity: silent, scps: [maybe] }))).toBe(IMPLICIT_DENY);
    expect(decide(open({ identity: maybe, boundary: silent }))).toBe(IMPLICIT_DENY);
    expect(decide(open({ identity: set('two', 'identity', unknown, allowAll) }))).toBe(ALLOW);
    expect(decide(open({ identity: set('two', 'identity', allowAll, unknown) }))).toBe(ALLOW);
    expect(decide(open({ identity: all, scps: [set('s', 'identity', allowAll, { ...unknown, Effect: 'Deny' })] }))).toBe(OPEN);
    expect(decide(open({ scps: [set('s', 'identity', allowAll, { ...unknown, Effect: 'Deny' })] }))).toBe(OPEN);
    expect(
      decide(open({ identity: set('d', 'identity', { ...unknown, Effect: 'Deny' }), scps: [set('s', 'identity', { ...allowAll, Effect: 'Deny' })] })),
    ).toBe(EXPLICIT_DENY);
  });

  test('hangs on the name of the session where a policy names one', () => {
    const named = (Effect: string) =>
      set('r', 'resource', { Effect, Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/app/s1' }, Action: '*', Resource: '*' });
    const as = (userid: string) => new Context([factsOf({ 'aws:userid': [userid] })], true);
    expect(decide(open({ resourcePolicy: named('Allow') }))).toBe(OPEN);
    expect(decide(open({ resourcePolicy: named('Allow'), context: as('AROAX:s1') }))).toBe(ALLOW);
    expect(decide(open({ resourcePolicy: named('Allow'), context: as('AROAX:s2') }))).toBe(IMPLICIT_DENY);
    const identity = set('i', 'identity', allowAll);
    expect(decide(open({ identity, resourcePolicy: named('Deny') }))).toBe(OPEN);
    expect(decide(open({ identity, resourcePolicy: named('Deny'), context: as('AROAX:s1') }))).toBe(EXPLICIT_DENY);
    expect(decide(open({ identity, resourcePolicy: named('Deny'), context: as('AROAX:s2') }))).toBe(ALLOW);
    const others = (Effect: string) =>
      set('r', 'resource', { Effect, NotPrincipal: { AWS: 'arn:aws:sts::111122223333:assumed-role/app/s1' }, Action: '*', Resource: '*' });
    expect(decide(open({ identity, resourcePolicy: others('Deny') }))).toBe(OPEN);
    expect(decide(open({ identity, resourcePolicy: others('Deny'), context: as('AROAX:s1') }))).toBe(ALLOW);
    expect(decide(open({ identity, resourcePolicy: others('Deny'), context: as('AROAX:s2') }))).toBe(EXPLICIT_DENY);
    expect(decide(open({ resourcePolicy: others('Allow'), context: as('AROAX:s1') }))).toBe(IMPLICIT_DENY);
    expect(decide(open({ resourcePolicy: others('Allow'), context: as('AROAX:s2') }))).toBe(ALLOW);
    expect(decide(open({ identity, endpoint: named('Allow'), context: as('AROAX:s1') }))).toBe(ALLOW);
    expect(decide(open({ identity, endpoint: named('Allow'), context: as('AROAX:s2') }))).toBe(IMPLICIT_DENY);
  });

  test('leaves what was not read open', () => {
    expect(decide(open({ identity: set('i', 'identity', allowAll), unread: [{ layer: 'boundary', missing: 'x' }] }))).toBe(OPEN);
  });
});

const s3 = { action: 's3:getobject', resource: 'arn:aws:s3:::b/k' };

describe('layers that were not read', () => {
  const missing = (layer: 'identity' | 'boundary' | 'session' | 'resource' | 'scp' | 'endpoint' | 'rcp') => ({ unread: [{ layer, missing: `${layer}:Read` }] });
  test.each(['boundary', 'session', 'resource', 'scp', 'rcp', 'endpoint'] as const)('an unread %s makes an allow unknown', (layer) => {
    expect(evaluate(request({ ...s3, identity: set('i', 'identity', allowAll), ...missing(layer) }))).toMatchObject({
      decision: 'unknown',
      missing: [`${layer}:Read`],
      residual: [],
    });
  });

  test.each(['boundary', 'session', 'scp', 'rcp', 'endpoint'] as const)('an unread %s cannot make an allow', (layer) => {
    expect(evaluate(request({ ...s3, ...missing(layer) }))).toMatchObject({ decision: 'deny', explicit: false, missing: [] });
  });

  test.each(['identity', 'resource'] as const)('an unread %s could have allowed', (layer) => {
    expect(evaluate(request({ ...s3, ...missing(layer) })).decision).toBe('unknown');
  });

  test('a deny that was read is a deny', () => {
    const result = evaluate(request({ ...s3, identity: set('i', 'identity', allowAll, { ...allowAll, Effect: 'Deny' }), ...missing('boundary') }));
    expect(result).toMatchObject({ decision: 'deny', explicit: true, decidedBy: [{ layer: 'identity', policy: 'i', statement: 1, effect: 'Deny' }] });
  });

  test('an unread identity policy does not get past a boundary that is silent', () => {
    expect(evaluate(request({ ...s3, boundary: set('b', 'identity', { ...allowAll, Action: 'ec2:*' }), ...missing('identity') })).decision).toBe('deny');
  });
});

describe('grants beside the resource policy', () => {
  const grant = set('grant', 'resource', { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:user/ann' }, Action: 'kms:Decrypt', Resource: '*' });

  test('a KMS grant allows its grantee where the key policy is silent', () => {
    const result = evaluate(request({ grants: grant }, 'arn:aws:iam::111122223333:user/ann'));
    expect(result).toMatchObject({ decision: 'allow', decidedBy: [{ layer: 'resource', policy: 'grant', statement: 0 }] });
    expect(decide(request({ grants: grant }, 'arn:aws:iam::111122223333:user/ann'))).toBe(ALLOW);
    expect(evaluate(request({ grants: grant }, 'arn:aws:iam::111122223333:user/bob')).decision).toBe('deny');
    expect(evaluate(request({ grants: grant }, 'arn:aws:iam::111122223333:user/ann', 'kms:Encrypt')).decision).toBe('deny');
  });

  test('a deny elsewhere wins over a grant', () => {
    const denied = request(
      { grants: grant, identity: set('i', 'identity', { Effect: 'Deny', Action: 'kms:*', Resource: '*' }) },
      'arn:aws:iam::111122223333:user/ann',
    );
    expect(evaluate(denied)).toMatchObject({ decision: 'deny', explicit: true });
    expect(decide(denied)).toBe(EXPLICIT_DENY);
  });
});

describe('compiled documents', () => {
  test('equal documents are one object, and equal parts of different ones', () => {
    const document = { Version: '2012-10-17', Statement: [allowAll] };
    const again = compilePolicy({ ...document }, 'identity');
    expect(compilePolicy(document, 'identity')).toBe(again);
    expect(compilePolicy(JSON.stringify(document), 'identity')).toBe(again);
    const other = compilePolicy(
      { Version: '2012-10-17', Id: 'x', Statement: [{ Sid: 's', Effect: 'Allow', Action: ['*', '*'], Resource: ['*'] }] },
      'identity',
    );
    expect(other.statements[0]?.rule).toBe(again.statements[0]?.rule);
    expect(other.statements[0]?.sid).toBe('s');
    forgetCompiled();
    expect(compilePolicy(document, 'identity')).not.toBe(again);
  });
});

describe('parts that are kept for the next document', () => {
  const document = (version: string, more: object): JsonObject => ({
    Version: version,
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more }],
  });
  const asked = (policy: JsonObject, context: Record<string, string[]> = {}) =>
    readCase({
      principal: 'arn:aws:iam::111122223333:user/alice',
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::data/alice',
      resourceAccount: '111122223333',
      identityPolicies: [policy],
      contextComplete: true,
      context,
    } as unknown as JsonObject).requests.map((request) => evaluate(request).decision);

  test.each([
    ['a resource', { Resource: 'arn:aws:s3:::data/${aws:username}' }, {}],
    ['a condition', { Condition: { StringEquals: { 's3:prefix': '${aws:username}' } } }, { 's3:prefix': ['alice'] }],
    ['a condition among fixed values', { Condition: { StringEquals: { 's3:prefix': ['home', '${aws:username}'] } } }, { 's3:prefix': ['alice'] }],
    ['a condition with a pattern', { Condition: { StringLike: { 's3:prefix': ['${aws:username}', 'x*'] } } }, { 's3:prefix': ['alice'] }],
  ])('a variable in %s is one in a document of 2012 and text in one of 2008, whichever comes first', (_name, more, context) => {
    for (const versions of [
      ['2012-10-17', '2008-10-17'],
      ['2008-10-17', '2012-10-17'],
    ]) {
      forgetCompiled();
      for (const version of versions) expect(asked(document(version, more), context)).toEqual([version === '2012-10-17' ? 'allow' : 'deny']);
    }
  });

  test.each([
    ['the effect', {}, { Effect: 'Deny' }, ['allow', 'deny']],
    ['the action', {}, { Action: 's3:PutObject' }, ['allow', 'deny']],
    ['NotAction', {}, { Action: undefined, NotAction: 's3:GetObject' }, ['allow', 'deny']],
    ['the resource', {}, { Resource: 'arn:aws:s3:::other' }, ['allow', 'deny']],
    ['NotResource', { Resource: 'arn:aws:s3:::data/*' }, { Resource: undefined, NotResource: 'arn:aws:s3:::data/*' }, ['allow', 'deny']],
    ['the operator', { Condition: { StringEquals: { a: 'x' } } }, { Condition: { StringNotEquals: { a: 'x' } } }, ['allow', 'deny']],
    ['the key', { Condition: { StringEquals: { a: 'x' } } }, { Condition: { StringEquals: { b: 'x' } } }, ['allow', 'deny']],
    ['the value', { Condition: { StringEquals: { a: 'x' } } }, { Condition: { StringEquals: { a: 'y' } } }, ['allow', 'deny']],
    ['a condition', {}, { Condition: { StringEquals: { a: 'y' } } }, ['allow', 'deny']],
  ])('two statements that differ in %s are two', (_name, one, other, wanted) => {
    const clean = (more: object): JsonObject => JSON.parse(JSON.stringify(document('2012-10-17', more))) as JsonObject;
    for (const order of [0, 1]) {
      forgetCompiled();
      const found = (order === 0 ? [one, other] : [other, one]).map((more) => asked(clean(more), { a: ['x'] })[0]);
      expect(order === 0 ? found : found.reverse()).toEqual(wanted);
    }
  });
});

describe('several resources', () => {
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
  ] as const)('%s %j is %j', (operator, values, wanted) => {
    expect(left(operator, values)).toEqual([[{ operator, key: 'x:Key', values: [...wanted], negated: false }]]);
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
