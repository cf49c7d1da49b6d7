import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import type { ConditionAtom, Residual } from '../model/evidence.ts';
import { isArray, isObject, type Json, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { StepKind } from '../model/vocabulary.ts';
import { demands } from './condition-values.ts';
import { outsiderNode } from './outside.ts';

interface Door {
  readonly type: string;
  /** Where the policy stands in the configuration. */
  readonly policy: string;
  readonly action: string;
  readonly kind: StepKind;
  readonly likelihood: number;
  /** Service -> what anybody sets up in his own account so that it acts on a resource of somebody else's. */
  readonly services: Readonly<Record<string, string>>;
}

/**
 * Services that act on a resource by its policy alone, for whichever customer names it: "In AWS, cross-service impersonation can result in the confused deputy problem ... use the
 * aws:SourceArn, aws:SourceAccount ... condition keys" (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). A role's trust in a service is no such door: only its own
 * account can pass it.
 */
const doors: readonly Door[] = [
  {
    type: 'AWS::S3::Bucket',
    policy: 'GetBucketPolicy.Policy',
    action: 's3:GetObject',
    kind: 'CanRead',
    likelihood: 0.5,
    services: { 'cloudfront.amazonaws.com': 'a distribution with the bucket as its origin' },
  },
  {
    type: 'AWS::S3::Bucket',
    policy: 'GetBucketPolicy.Policy',
    action: 's3:PutObject',
    kind: 'CanWrite',
    likelihood: 0.3,
    services: {
      'cloudtrail.amazonaws.com': 'a trail that delivers to the bucket',
      'config.amazonaws.com': 'a delivery channel to the bucket',
      'delivery.logs.amazonaws.com': 'a log delivery to the bucket',
      'ses.amazonaws.com': 'a receipt rule that stores mail in the bucket',
    },
  },
  {
    type: 'AWS::SNS::Topic',
    policy: 'GetTopicAttributes.Attributes.Policy',
    action: 'sns:Publish',
    kind: 'CanWrite',
    likelihood: 0.3,
    services: {
      's3.amazonaws.com': 'an event notification of a bucket',
      'events.amazonaws.com': 'a rule with the topic as its target',
      'ses.amazonaws.com': 'a receipt rule that publishes to the topic',
      'cloudwatch.amazonaws.com': 'an alarm with the topic as its action',
      'budgets.amazonaws.com': 'a budget that notifies the topic',
      'codestar-notifications.amazonaws.com': 'a notification rule with the topic as its target',
      'cloudtrail.amazonaws.com': 'a trail that notifies the topic',
    },
  },
  {
    type: 'AWS::SQS::Queue',
    policy: 'GetQueueAttributes.Attributes.Policy',
    action: 'sqs:SendMessage',
    kind: 'CanWrite',
    likelihood: 0.3,
    services: {
      's3.amazonaws.com': 'an event notification of a bucket',
      'sns.amazonaws.com': 'a topic that the queue is subscribed to',
      'events.amazonaws.com': 'a rule with the queue as its target',
    },
  },
  {
    type: 'AWS::Lambda::Function',
    policy: 'GetPolicy.Policy',
    action: 'lambda:InvokeFunction',
    kind: 'Reaches',
    likelihood: 0.1,
    services: {
      's3.amazonaws.com': 'an event notification of a bucket',
      'sns.amazonaws.com': 'a topic that the function is subscribed to',
      'events.amazonaws.com': 'a rule with the function as its target',
      'apigateway.amazonaws.com': 'an API with the function behind it',
      'cognito-idp.amazonaws.com': 'a user pool with the function as its trigger',
      'ses.amazonaws.com': 'a receipt rule that calls the function',
      'config.amazonaws.com': 'a rule that is evaluated by the function',
      'iot.amazonaws.com': 'a topic rule that calls the function',
    },
  },
];

/** What anybody with an account makes a service do to a resource whose policy trusts the service and does not say for whom. */
export function addServiceDeputies(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  for (const door of doors) {
    for (const record of snapshot.records(door.type)) {
      if (!builder.has(record.id)) continue;
      for (const [service, resources] of trusted(record, door)) addDeputy(builder, iam, record, door, service, resources);
    }
  }
}

function addDeputy(builder: GraphBuilder, iam: IamEngine, record: SnapshotRecord, door: Door, service: string, resources: readonly string[]): void {
  const how = door.services[service] ?? '';
  for (const resource of resources) {
    const result = iam.can(service, door.action, resource);
    if (result.decision === 'deny') continue;
    const open = (result.residual.length === 0 ? [{ allOf: [] }] : result.residual).flatMap((entry): Residual[number][] => {
      if (entry.allOf.some(bound)) return [];
      return [{ allOf: entry.allOf.filter((atom) => !bySelf.test(atom.key)) }];
    });
    if (open.length === 0 || outsiderNode(builder, 'aws:anyone') === undefined) continue;
    builder.step({
      from: 'aws:anyone',
      to: record.id,
      kind: door.kind,
      technique: 'aws.service-confused-deputy',
      label: `makes ${service} ${verbs[door.kind] ?? 'use'} it by ${how}`,
      factors: [
        {
          name: 'confused deputy',
          value: door.likelihood,
          why: `${how} in any account will do: neither aws:SourceArn nor aws:SourceAccount stands against it`,
        },
      ],
      residual: open.some((entry) => entry.allOf.length === 0) ? [] : open,
      missing: result.decision === 'unknown' ? result.missing : [],
      evidence: result.decidedBy.flatMap((by) => by.evidence ?? []),
    });
    return;
  }
}

const verbs: Partial<Record<StepKind, string>> = { CanRead: 'read', CanWrite: 'write to', Reaches: 'call' };

/** What the service puts into every request of this sort by itself, or what the attacker's own resource fits. */
const bySelf = /^(s3:x-amz-acl|aws:sourcearn)$/i;

/** A key that says for whom the service acts. A bucket's ARN holds no account, so a pattern of them says nothing. */
function bound(atom: ConditionAtom): boolean {
  const { key, values } = atom;
  if (!demands(atom)) return false;
  if (/^(aws:source(account|orgid|orgpaths|owner)|lambda:eventsourcetoken)$/i.test(key)) return !values.includes('*');
  if (!/^aws:sourcearn$/i.test(key)) return false;
  return values.every((value) => {
    const parts = value.split(':');
    return /^\d{12}$/.test(parts[4] ?? '') || (parts[4] === '' && !/[*?]/.test(value));
  });
}

/** Services of a door that the policy allows something, each with resources that its statements mean: wildcards stand for some name. */
function trusted(record: SnapshotRecord, door: Door): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { value: policy } of walkPath(record.config, door.policy)) {
    for (const statement of listOf(isObject(policy) ? policy['Statement'] : undefined)) {
      if (!isObject(statement) || statement['Effect'] !== 'Allow') continue;
      const principal = statement['Principal'];
      for (const service of listOf(isObject(principal) ? principal['Service'] : undefined)) {
        if (typeof service !== 'string' || door.services[service] === undefined) continue;
        const own = door.type === 'AWS::S3::Bucket' ? objects(statement['Resource']) : [record.id];
        found.set(service, [...(found.get(service) ?? []), ...own]);
      }
    }
  }
  return found;
}

/** A log service writes below the number of the account that it acts for: a statement that names it lets nobody else in. */
const objects = (resource: Json | undefined): readonly string[] =>
  listOf(resource).flatMap((each) => (typeof each !== 'string' || /AWSLogs\/\d{12}/.test(each) ? [] : [each.replace(/[*?]/g, 'x')]));

const listOf = (value: Json | undefined): readonly Json[] => (value === undefined ? [] : isArray(value) ? value : [value]);
