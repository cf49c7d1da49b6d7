import { expect, test } from '@jest/globals';
import { allTypes } from '../../src/cli/analysis.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { SnapshotRecord } from '../../src/model/record.ts';
import { bucket, account as member, role, trusts } from '../support/estate.ts';
import { stepsOf } from '../support/steps.ts';

const management = '999988887777';
const security = '444455556666';
const arn = 'arn:aws:iam::aws:policy/root-task/';

interface Given {
  readonly statements: readonly Json[];
  /** Features that the management account tells; `undefined`: it was not asked. */
  readonly features?: readonly string[];
  readonly of?: string;
  readonly scp?: readonly Json[];
  readonly delegated?: JsonObject;
}

const full: Json = { Effect: 'Allow', Action: '*', Resource: '*' };
const document = (statements: readonly Json[]): Json => ({ Version: '2012-10-17', Statement: [...statements] });
const unlock = (more: JsonObject = {}): Json => ({ Effect: 'Allow', Action: 'sts:AssumeRoot', Resource: '*', ...more });

function records({ statements, features, of = management, scp, delegated = {} }: Given): readonly SnapshotRecord[] {
  const summary = (id: string): SnapshotRecord => ({
    type: 'AWS::IAM::AccountSummary',
    id: `arn:aws:iam::${id}:account-summary`,
    account: id,
    region: 'global',
    calls: ['iam:GetAccountSummary', ...(features === undefined ? [] : ['iam:ListOrganizationsFeatures'])],
    config: { SummaryMap: {}, ...(features === undefined ? {} : { ListOrganizationsFeatures: { OrganizationId: 'o-a', EnabledFeatures: features } }) },
  });
  const organization: SnapshotRecord = {
    type: 'AWS::Organizations::Organization',
    id: `arn:aws:organizations::${management}:organization/o-a`,
    account: management,
    region: 'global',
    calls: ['organizations:DescribeOrganization'],
    config: {
      Organization: { Id: 'o-a', MasterAccountId: management },
      Root: { Id: 'r-1' },
      OrganizationalUnits: [],
      Accounts: [management, security, member].map((Id) => ({ Id, ParentId: 'r-1' })),
      DelegatedAdministrators: Object.keys(delegated).map((Id) => ({ Id })),
      DelegatedServices: delegated,
      Policies: [
        { PolicySummary: { Id: 'p-FullAWSAccess' }, Content: document([full]) },
        { PolicySummary: { Id: 'p-limit' }, Content: document(scp ?? [full]) },
      ],
      PoliciesForTarget: { 'r-1': { SERVICE_CONTROL_POLICY: ['p-FullAWSAccess'] }, [member]: { SERVICE_CONTROL_POLICY: ['p-limit'] } },
    },
  };
  const queue: SnapshotRecord = {
    type: 'AWS::SQS::Queue',
    id: `arn:aws:sqs:eu-west-1:${member}:orders`,
    account: member,
    region: 'eu-west-1',
    calls: ['sqs:ListQueues', 'sqs:GetQueueAttributes'],
    config: { QueueUrl: 'https://orders' },
  };
  const operator = role('operator', trusts({ Service: 'ec2.amazonaws.com' }), statements, {}, of);
  return [organization, summary(management), summary(security), operator, bucket('ledger'), bucket('own', undefined, {}, management), queue];
}

const sessions = ['RootCredentialsManagement', 'RootSessions'];
const both = ['ledger proven', 'orders proven'];

test.each<[name: string, given: Given, steps: readonly string[]]>([
  ['a session for any task, of any member', { statements: [unlock()], features: sessions }, both],
  ['of this member, by its ARN', { statements: [unlock({ Resource: `arn:aws:iam::${member}:root` })], features: sessions }, both],
  [
    'of any member but this',
    { statements: [unlock(), { Effect: 'Deny', Action: 'sts:AssumeRoot', Resource: `arn:aws:iam::${member}:root` }], features: sessions },
    [],
  ],
  ['of another member', { statements: [unlock({ Resource: `arn:aws:iam::${security}:root` })], features: sessions }, []],
  [
    'for one task',
    { statements: [unlock({ Condition: { StringEquals: { 'sts:TaskPolicyArn': `${arn}S3UnlockBucketPolicy` } } })], features: sessions },
    ['ledger proven'],
  ],
  [
    'for a task that reads no data',
    { statements: [unlock({ Condition: { StringEquals: { 'sts:TaskPolicyArn': `${arn}IAMAuditRootUserCredentials` } } })], features: sessions },
    [],
  ],
  [
    'on a condition',
    { statements: [unlock({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })], features: sessions },
    ['ledger conditional', 'orders conditional'],
  ],
  ['root sessions are not switched on', { statements: [unlock()], features: ['RootCredentialsManagement'] }, []],
  ['nobody asked whether they are', { statements: [unlock()] }, ['ledger unknown', 'orders unknown']],
  ['no session is allowed', { statements: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }], features: sessions }, []],
  ['from a member account', { statements: [unlock()], features: sessions, of: security }, []],
  ['from IAM’s delegated administrator', { statements: [unlock()], features: sessions, of: security, delegated: { [security]: ['iam.amazonaws.com'] } }, both],
  [
    'from another service’s delegated administrator',
    { statements: [unlock()], features: sessions, of: security, delegated: { [security]: ['guardduty.amazonaws.com'] } },
    [],
  ],
  [
    'a control policy holds the root user of the member off buckets',
    {
      statements: [unlock()],
      features: sessions,
      scp: [full, { Effect: 'Deny', Action: 's3:*', Resource: '*', Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } } }],
    },
    ['orders proven'],
  ],
])('root session: %s', async (_name, given, steps) => {
  const found = (await stepsOf(await allTypes(), records(given), /^aws\.assume-root-/)).map((text) => /^(.*) -> (.*) \S+ (\S+)$/.exec(text)?.slice(1) ?? []);
  const into = new Map(found.flatMap(([from = '', hub = '', verdict = '']) => (from.endsWith(':role/operator') ? [[hub, verdict] as const] : [])));
  const told = found.flatMap(([hub = '', to = '']) => (into.has(hub) ? [`${to.split(':').at(-1)} ${into.get(hub)}`] : []));
  expect(told.sort()).toEqual(steps);
});
