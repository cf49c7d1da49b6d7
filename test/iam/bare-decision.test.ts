import { describe, expect, test } from '@jest/globals';
import { Context, factsOf } from '../../src/iam/aws/context.ts';
import { ALLOW, decide, EXPLICIT_DENY, evaluate, evaluateBriefly, IMPLICIT_DENY, OPEN } from '../../src/iam/aws/evaluate.ts';
import type { AccessRequest } from '../../src/iam/aws/request.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { drawCase, seeded } from '../arbitrary/iam-world.ts';
import { allowAll, request, s3, set } from './requests.ts';

/** Fewer in mutation runs. */
const many = (runs: number): number => (process.env['IAM_RUNS'] === undefined ? runs : Math.ceil(runs / 5));

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
      // What is plain needs no working out: it is one object for all.
      if (verdict !== OPEN) expect(evaluateBriefly(request)).toBe(brief);
      expect({ ...brief, decidedBy: [] }).toEqual({ ...full, decidedBy: [] });
      if (full.decision === 'allow' || full.explicit) expect(full.decidedBy.length + Number(request.requester.kind === 'root')).toBeGreaterThan(0);
    }
    expect(seen.size).toBe(4);
  });
});

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

  test('a statement about another resource says nothing, whatever its conditions', () => {
    const elsewhere = set('i', 'identity', { ...unknown, Resource: 'arn:aws:s3:::other/*' });
    expect(decide(open({ identity: elsewhere }))).toBe(IMPLICIT_DENY);
    expect(decide(open({ identity: set('i', 'identity', allowAll, { ...unknown, Effect: 'Deny', Resource: 'arn:aws:s3:::other/*' }) }))).toBe(ALLOW);
  });

  test('a key policy that names another session of the role does not delegate to the account', () => {
    const key = set('r', 'resource', { Effect: 'Allow', Principal: { AWS: 'arn:aws:sts::111122223333:assumed-role/app/s1' }, Action: '*', Resource: '*' });
    const as = (userid: string) =>
      request({ identity: set('i', 'identity', allowAll), resourcePolicy: key, context: new Context([factsOf({ 'aws:userid': [userid] })], true) });
    expect(decide(as('AROAX:s1'))).toBe(ALLOW);
    expect(decide(as('AROAX:s2'))).toBe(IMPLICIT_DENY);
  });

  test('leaves what was not read open', () => {
    expect(decide(open({ identity: set('i', 'identity', allowAll), unread: [{ layer: 'boundary', missing: 'x' }] }))).toBe(OPEN);
  });
});
