import { isArray, isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import type { SnapshotRecord } from '../../model/record.ts';
import { compilePolicy } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { Location } from './location.ts';

/**
 * Grants on a key as statements that only add: "You can use key policies, IAM policies, and grants ... A grant ... can allow ... cannot deny"
 * (https://docs.aws.amazon.com/kms/latest/developerguide/grants.html). The grantee may be a user, a role, a session or an AWS service; constraints on the encryption context
 * stay open conditions.
 */
export function kmsGrants(record: SnapshotRecord, locations: Map<string, Location>): PolicySet | undefined {
  const attached: AttachedPolicy[] = [];
  for (const { value, at } of walkPath(record.config, 'ListGrants[]')) {
    const grantee = textAt(value, 'GranteePrincipal') ?? '';
    const service = /^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(grantee);
    const operations = isObject(value) && isArray(value['Operations']) ? value['Operations'].map((each) => `kms:${String(each)}`) : [];
    if (!(service || /^arn:aws[a-z-]*:(iam|sts)::\d{12}:/.test(grantee)) || operations.length === 0) continue;
    const context = isObject(value) && isObject(value['Constraints']) ? Object.values(value['Constraints']).find(isObject) : undefined;
    const condition: Json =
      context === undefined
        ? {}
        : { Condition: { StringEquals: Object.fromEntries(Object.entries(context).map(([key, each]) => [`kms:EncryptionContext:${key}`, each ?? ''])) } };
    const name = `grant ${textAt(value, 'GrantId') ?? at.join('/')}`;
    locations.set(name, { resource: record.id, pointer: `/config/${at.join('/')}`, call: 'kms:ListGrants' });
    const statement: Json = { Effect: 'Allow', Principal: service ? { Service: grantee } : { AWS: grantee }, Action: operations, Resource: '*', ...condition };
    attached.push({ name, policy: compilePolicy({ Version: '2012-10-17', Statement: [statement] }, 'resource') });
  }
  return attached.length === 0 ? undefined : new PolicySet(attached);
}
