import { describe, expect, test } from '@jest/globals';
import { type AssumedRole, assumedRoleOf, isRoleOf } from '../../src/model/assumed-role.ts';

const session: AssumedRole = { partition: 'aws', account: '111122223333', role: 'deploy', session: 'ci' };

describe('the ARN of a role session', () => {
  test.each<readonly [arn: string, told: AssumedRole | undefined]>([
    ['arn:aws:sts::111122223333:assumed-role/deploy/ci', session],
    ['arn:aws-us-gov:sts::111122223333:assumed-role/deploy/ci', { ...session, partition: 'aws-us-gov' }],
    // A mail address is a usual name of a session.
    ['arn:aws:sts::111122223333:assumed-role/deploy/mo@example.com', { ...session, session: 'mo@example.com' }],
    ['arn:aws:sts::111122223333:assumed-role/deploy/', undefined],
    ['arn:aws:sts::111122223333:assumed-role/deploy', undefined],
    ['arn:aws:iam::111122223333:assumed-role/deploy/ci', undefined],
    ['arn:aws:iam::111122223333:role/deploy', undefined],
    ['arn:aws:sts::111122223333:federated-user/ci', undefined],
    ['arn:other:sts::111122223333:assumed-role/deploy/ci', undefined],
    ['arn:aws:sts::1111:assumed-role/deploy/ci', undefined],
    ['deploy', undefined],
  ])('%s', (arn, told) => {
    expect(assumedRoleOf(arn)).toEqual(told);
  });

  test.each([
    ['arn:aws:iam::111122223333:role/deploy', true],
    ['arn:aws:iam::111122223333:role/team/a/deploy', true],
    ['arn:aws:iam::111122223333:role/not-deploy', false],
    ['arn:aws:iam::111122223333:role/deploy/other', false],
    ['arn:aws:iam::444455556666:role/deploy', false],
    ['arn:aws-cn:iam::111122223333:role/deploy', false],
    ['arn:aws:iam::111122223333:user/deploy', false],
  ])('is one of %s: %s', (arn, is) => {
    expect(isRoleOf(arn, session)).toBe(is);
  });
});
