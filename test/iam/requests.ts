import { compilePolicy } from '../../src/iam/aws/policy.ts';
import { PolicySet } from '../../src/iam/aws/policy-set.ts';
import type { AccessRequest } from '../../src/iam/aws/request.ts';
import { readCase } from '../../src/iam/aws/simulate.ts';
import type { JsonObject } from '../../src/model/json.ts';

export const allowAll = { Effect: 'Allow', Action: '*', Resource: '*' };
/** A layer of one policy. */
export const set = (name: string, use: 'identity' | 'resource', ...Statement: JsonObject[]): PolicySet =>
  new PolicySet([{ name, policy: compilePolicy({ Version: '2012-10-17', Statement }, use) }]);
/** A request of a complete context, for a key unless something else is given. */
export function request(given: Partial<AccessRequest>, principal = 'arn:aws:iam::111122223333:role/app', action = 'kms:Decrypt'): AccessRequest {
  const [first] = readCase({ principal, action, resource: 'arn:aws:kms:eu-west-1:111122223333:key/k', contextComplete: true }).requests;
  if (first === undefined) throw new Error('no request');
  return { ...first, ...given };
}
export const s3 = { action: 's3:getobject', resource: 'arn:aws:s3:::b/k' };
