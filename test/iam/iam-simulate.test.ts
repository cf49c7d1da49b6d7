import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { run } from '../support/run.ts';

const allow = {
  name: 'p',
  policy: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8'] } } }],
  },
};
const open = { name: 'open', principal: 'arn:aws:iam::111122223333:role/app', action: 's3:GetObject', resource: 'arn:aws:s3:::b/k', identityPolicies: [allow] };

describe('postern iam simulate', () => {
  test('answers every case in its place, a bad one with an error', async () => {
    const cases = [open, { name: 'bad', principal: 'nobody' }, { ...open, name: 'inside', context: { 'aws:SourceIp': ['10.1.2.3'] } }, 7];
    const { code, out, err } = await run(['iam', 'simulate', '-'], { stdin: JSON.stringify({ cases }) });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { schema, results } = JSON.parse(out);
    expect(schema).toBe('iam-simulation/v1');
    expect(results.map((each: { name: string; decision: string }) => `${each.name} ${each.decision}`)).toEqual([
      'open conditional',
      'bad error',
      'inside allow',
      'case 3 error',
    ]);
    expect(results[0]).toEqual({
      name: 'open',
      decision: 'conditional',
      explicit: false,
      residual: [{ allOf: [{ operator: 'IpAddress', key: 'aws:SourceIp', values: ['10.0.0.0/8'], negated: false }] }],
      decidedBy: [{ layer: 'identity', policy: 'p', statement: 0, effect: 'Allow' }],
    });
    expect(results[1]).toMatchObject({ explicit: false, residual: [], decidedBy: [], message: expect.stringContaining('`nobody` is no principal') });
    expect(results[3].message).toBe('a case must be an object');
  });

  test('reads a file, and gives the same bytes each time', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'postern-')), 'cases.json');
    writeFileSync(file, JSON.stringify({ cases: [open] }));
    const first = await run(['iam', 'simulate', file]);
    expect(first.code).toBe(0);
    expect(await run(['iam', 'simulate', file])).toEqual(first);
  });

  test('prints a line a case', async () => {
    const { out } = await run(['iam', 'simulate', '-', '--format', 'text'], {
      stdin: JSON.stringify({ cases: [open, { ...open, name: 'other', action: 'ec2:RunInstances' }] }),
    });
    expect(out.split('\n')).toEqual(['conditional open: if aws:SourceIp IpAddress 10.0.0.0/8; Allow identity p#0', 'deny        other', '']);
  });

  test.each([
    ['{"cases"', 'is not JSON'],
    ['{}', 'has no list `cases`'],
    ['[]', 'has no list `cases`'],
  ])('input `%s` is refused: %s', async (text, message) => {
    const { code, out, err } = await run(['iam', 'simulate', '-'], { stdin: text });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('a file that is not there is refused', async () => {
    const { code, err } = await run(['iam', 'simulate', 'no-such-file.json']);
    expect(code).toBe(2);
    expect(err).toContain('cannot read `no-such-file.json`');
  });
});
