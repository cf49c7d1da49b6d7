import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import { type RootSessionsOn, rootSessionsOn } from '../iam/estate/root-sessions.ts';
import { accountNode } from '../model/account-node.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { distinct } from './facts.ts';
import type { ReachingAccount } from './organization-reach.ts';

interface Task {
  /** The managed policy that holds the session to the task, below `arn:aws:iam::aws:policy/root-task/`. */
  readonly policy: string;
  /** What such a session may do to resources of a type, which gives itself the rest. */
  readonly action: string;
  readonly type: string;
  readonly technique: string;
  readonly label: string;
}

/** Those of the five task policies that lead to data: the others list, delete or make credentials of the root user, whose password goes to its mailbox. */
const tasks: readonly Task[] = [
  {
    policy: 'S3UnlockBucketPolicy',
    action: 's3:PutBucketPolicy',
    type: 'AWS::S3::Bucket',
    technique: 'aws.assume-root-bucket',
    label: 'rewrites the bucket policy as root of the member account',
  },
  {
    policy: 'SQSUnlockQueuePolicy',
    action: 'sqs:SetQueueAttributes',
    type: 'AWS::SQS::Queue',
    technique: 'aws.assume-root-queue',
    label: 'rewrites the queue policy as root of the member account',
  },
];

/**
 * Central root access: "You must use credentials from an Organizations management account or a delegated administrator account for IAM to call AssumeRoot"
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html). The session is held to one task; unlocking a bucket or a queue is writing its policy, and whoever writes it lets
 * himself in. Administrators of those accounts have their step from the account.
 */
export function addAssumeRoot(
  builder: GraphBuilder,
  snapshot: Snapshot,
  iam: IamEngine,
  organization: { readonly id: string; readonly members: readonly string[]; readonly accounts: readonly ReachingAccount[] },
): void {
  const homes = new Map<string, RootSessionsOn>();
  for (const each of organization.accounts) {
    const enabled = each.services?.includes('iam.amazonaws.com') === false ? undefined : rootSessionsOn(snapshot, each.account);
    if (enabled !== undefined) homes.set(accountNode(each.account), { ...enabled, evidence: [...each.evidence, ...enabled.evidence] });
  }
  if (homes.size === 0) return;
  const partition = organization.id.split(':')[1] ?? 'aws';
  const members = organization.members.toSorted();
  for (const task of tasks) {
    const context = { 'sts:TaskPolicyArn': [`arn:${partition}:iam::aws:policy/root-task/${task.policy}`] };
    const asked = iam.bulk({ action: 'sts:AssumeRoot', candidates: members.map((member) => `arn:${partition}:iam::${member}:root`), context });
    const held = asked.filter(({ principal, allowedBy }) => allowedBy !== 'unread' && acts(builder, iam, homes, principal));
    if (held.length === 0) continue;
    const records = new Map<string, SnapshotRecord[]>();
    for (const record of snapshot.records(task.type)) append(records, record.account, record);
    const asMembers = held.map((grant) => ({ grant, positions: new Set(grant.set.members) }));
    for (const [position, member] of members.entries()) {
      const grants = asMembers.flatMap(({ grant, positions }) => (positions.has(position) ? [grant] : []));
      if (grants.length === 0) continue;
      const targets = (records.get(member) ?? []).filter((record) => builder.has(record.id) && !denied(iam, task, record, partition));
      if (targets.length === 0) continue;
      const hub = `hub:${task.technique}:${member}`;
      builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `${task.type.split('::').at(-1)?.toLowerCase()}s of ${member}` });
      for (const grant of grants) {
        const { principal, residual, missing } = grant;
        const enabling = homes.get(iam.home(principal) ?? '')?.evidence ?? [];
        builder.step({
          from: principal,
          to: hub,
          kind: 'CanRead',
          technique: task.technique,
          label: task.label,
          factors: [{ name: 'root session', value: 0.9, why: 'the session lasts 15 minutes and writes one policy after the other' }],
          residual,
          missing,
          evidence: distinct([...(grant.evidenceOn?.(position) ?? grant.evidence), ...enabling]),
        });
      }
      for (const { id, calls } of targets)
        builder.step({
          from: hub,
          to: id,
          kind: 'CanRead',
          technique: task.technique,
          label: 'reads',
          factors: [],
          residual: [],
          evidence: [{ resource: id, pointer: '/account', call: calls[0] ?? '' }],
        });
    }
  }
}

/** Whether a principal is of one of the accounts from which root sessions are taken, and does not administer it anyway. The root user "cannot" make the call. */
function acts(builder: GraphBuilder, iam: IamEngine, homes: ReadonlyMap<string, RootSessionsOn>, principal: string): boolean {
  const home = iam.home(principal);
  if (home === undefined || !homes.has(home) || !builder.has(principal) || iam.principal(principal)?.kind === 'root') return false;
  return iam.realm(principal) === undefined || !iam.inside(principal, home);
}

/** Control policies bind the root users of members; what a bucket's own policy denies its root may write all the same. */
function denied(iam: IamEngine, { action }: Task, { id, account }: SnapshotRecord, partition: string): boolean {
  const { decision, decidedBy } = iam.can(`arn:${partition}:iam::${account}:root`, action, id);
  return decision === 'deny' && decidedBy.some(({ layer }) => layer === 'scp' || layer === 'rcp');
}
