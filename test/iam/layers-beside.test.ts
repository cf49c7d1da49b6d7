import { describe, expect, test } from '@jest/globals';
import { Context } from '../../src/iam/aws/context.ts';
import { ALLOW, decide, EXPLICIT_DENY, evaluate } from '../../src/iam/aws/evaluate.ts';
import { explainLayers } from '../../src/iam/aws/explain.ts';
import type { PolicySet } from '../../src/iam/aws/policy-set.ts';
import { allowAll, request, s3, set } from './requests.ts';

describe('layers that were not read', () => {
  const missing = (layer: 'identity' | 'boundary' | 'session' | 'resource' | 'scp' | 'endpoint' | 'rcp') => ({ unread: [{ layer, missing: `${layer}:Read` }] });
  test.each(['boundary', 'session', 'resource', 'scp', 'rcp', 'endpoint'] as const)('an unread %s makes an allow unknown', (layer) => {
    expect(evaluate(request({ ...s3, identity: set('i', 'identity', allowAll), ...missing(layer) }))).toMatchObject({
      decision: 'unknown',
      explicit: false,
      allowedBy: 'read',
      missing: [`${layer}:Read`],
      residual: [],
      decidedBy: [{ layer: 'identity', policy: 'i', statement: 0, effect: 'Allow' }],
    });
  });

  test.each(['boundary', 'session', 'scp', 'rcp', 'endpoint'] as const)('an unread %s cannot make an allow', (layer) => {
    expect(evaluate(request({ ...s3, ...missing(layer) }))).toMatchObject({ decision: 'deny', explicit: false, missing: [] });
  });

  test.each(['identity', 'resource'] as const)('an unread %s could have allowed', (layer) => {
    expect(evaluate(request({ ...s3, ...missing(layer) }))).toMatchObject({ decision: 'unknown', explicit: false, allowedBy: 'unread', residual: [] });
  });

  test('a deny that was read is a deny', () => {
    const result = evaluate(request({ ...s3, identity: set('i', 'identity', allowAll, { ...allowAll, Effect: 'Deny' }), ...missing('boundary') }));
    expect(result).toMatchObject({ decision: 'deny', explicit: true, decidedBy: [{ layer: 'identity', policy: 'i', statement: 1, effect: 'Deny' }] });
  });

  test('what is missing is told once, in order', () => {
    const unread = ['b', 'a', 'b'].map((missing) => ({ layer: 'boundary' as const, missing }));
    expect(evaluate(request({ ...s3, identity: set('i', 'identity', allowAll), unread })).missing).toEqual(['a', 'b']);
  });

  test('a federated session without a session policy that was read may have one that allows', () => {
    const federated = request({ ...s3, identity: set('i', 'identity', allowAll), ...missing('session') }, 'arn:aws:sts::111122223333:federated-user/f');
    expect(evaluate(federated).decision).toBe('unknown');
    expect(evaluate({ ...federated, unread: [] }).decision).toBe('deny');
  });

  test('a policy that only adds takes nothing away where it was not read', () => {
    const adds = { layer: 'resource', missing: 'lambda:GetPolicy', onlyAdds: true } as const;
    const identity = set('i', 'identity', allowAll);
    const boundary = { layer: 'boundary', missing: 'boundary:Read' } as const;
    expect(evaluate(request({ ...s3, identity, unread: [adds] }))).toMatchObject({ decision: 'allow', missing: [] });
    expect(evaluate(request({ ...s3, unread: [adds] }))).toMatchObject({ decision: 'unknown', allowedBy: 'unread', missing: ['lambda:GetPolicy'] });
    expect(evaluate(request({ ...s3, identity: set('i', 'identity', { ...allowAll, Effect: 'Deny' }), unread: [adds] }))).toMatchObject({
      decision: 'deny',
      explicit: true,
    });
    expect(evaluate(request({ ...s3, identity, unread: [adds, boundary] }))).toMatchObject({ decision: 'unknown', missing: ['boundary:Read'] });
    expect(evaluate(request({ ...s3, unread: [adds, boundary] }))).toMatchObject({ decision: 'unknown', missing: ['boundary:Read', 'lambda:GetPolicy'] });
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

describe('more ways than can be listed', () => {
  const where = (key: string) => ({ StringEquals: { [key]: 'x' } });
  const allows = (name: string, count: number) =>
    set(name, 'identity', ...Array.from({ length: count }, (_, index) => ({ ...allowAll, Condition: where(`k:${name}${index}`) })));

  test('where none is left of those that could be listed, nothing is known', () => {
    const denies = Array.from({ length: 64 }, (_, index) => ({ ...allowAll, Effect: 'Deny', Condition: where(`k:a${index}`) }));
    const asked = { ...request({ ...s3 }), context: new Context([], false), scps: [set('s', 'identity', allowAll, ...denies)] };
    const result = evaluate({ ...asked, identity: allows('a', 70), boundary: allows('b', 70) });
    expect(result).toMatchObject({ decision: 'unknown', explicit: false, residual: [], missing: [expect.stringContaining('more than 64 alternatives')] });
    // Without the denies some are left.
    expect(evaluate({ ...asked, scps: undefined, identity: allows('a', 70), boundary: allows('b', 70) })).toMatchObject({
      decision: 'conditional',
      explicit: false,
    });
  });

  test('those that are listed are such as can be', () => {
    const values = (value: string) => ({ ...allowAll, Condition: { StringEquals: { 'k:one': value } } });
    const two = (name: string) => set(name, 'identity', ...Array.from({ length: 70 }, (_, index) => values(`${name}${index}`)));
    const asked = { ...request({ ...s3 }), context: new Context([], false), identity: two('a'), boundary: two('b') };
    expect(evaluate(asked).residual).toEqual([]);
  });

  test('a layer of more than can be written down is told without them', () => {
    const conditions = (name: string) => ({ StringEquals: Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`k:${name}${index}`, 'x'])) });
    const denies = ['a', 'b', 'c'].map((name) => ({ ...allowAll, Effect: 'Deny', Condition: conditions(name) }));
    const asked = { ...request({ ...s3 }), context: new Context([], false) };
    const says = (identity: PolicySet) => explainLayers({ ...asked, identity }).map((each) => [each.layer, each.says, each.residual.length]);
    expect(says(set('i', 'identity', ...denies))).toEqual([['identity', 'deny-if', 0]]);
    expect(says(set('i', 'identity', allowAll, ...denies))).toEqual([['identity', 'conditional', 0]]);
  });
});

test('a grant beside the policy is told as the resource saying so', () => {
  const grants = set('grant', 'resource', { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:role/app' }, Action: 's3:*', Resource: '*' });
  expect(explainLayers(request({ ...s3, grants })).map((each) => `${each.layer} ${each.says} ${each.statements.map((by) => by.policy).join()}`)).toEqual([
    'resource allow grant',
    'identity silent ',
  ]);
});
