import { textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { Activation, Approvals } from '../azure/activation.ts';
import { type DirectoryGrant, directoryGrant, evidenceOf } from './grants.ts';
import { DirectoryActions } from './patterns.ts';

/** A membership that one is given for the asking: no action of the directory, so it has a name of ours. */
const joining = new DirectoryActions(['microsoft.graph/activateMembership']);

/**
 * Memberships and ownerships of groups that wait to be activated, at the price that their rules ask: the policy of a group "for PIM for Groups membership and ownership" is
 * that of "either member or owner" (https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyassignment). Whoever approves holds them with somebody eligible.
 */
export function eligibleMemberships(snapshot: Snapshot): readonly DirectoryGrant[] {
  const activation = new Activation(snapshot, 'Microsoft.Graph/unifiedRoleManagementPolicyAssignment');
  const approvals = new Approvals<SnapshotRecord>();
  const actions = joining;
  const eligible = snapshot.records('Microsoft.Graph/privilegedAccessGroupEligibilityScheduleInstance').flatMap((record) => {
    const [holder, group] = [textAt(record.config, 'principalId'), textAt(record.config, 'groupId')];
    const kind = textAt(record.config, 'accessId') ?? 'member';
    if (holder === undefined || group === undefined) return [];
    approvals.add(group, kind, holder, record);
    const residual = activation.price(group, kind, kind === 'owner' ? 'ownership' : 'membership');
    const evidence = [evidenceOf(record), ...activation.evidence(group, kind)];
    return [directoryGrant({ holder, source: `eligible ${kind}`, scope: group, actions, kind: 'request', residual, evidence })];
  });
  const approving = [...approvals.of(activation)].map(({ approver, scope, roleId, eligible: others, first }) =>
    directoryGrant({
      holder: approver,
      source: `approver of eligible ${roleId}s`,
      scope,
      actions,
      kind: 'request',
      residual: activation.priceOfApproving(scope, roleId, roleId === 'owner' ? 'ownership' : 'membership', others),
      evidence: [...activation.evidence(scope, roleId), evidenceOf(first)],
    }),
  );
  return [...eligible, ...approving];
}

/** Sets of users that policies name without listing them. `Directory` knows who is in them. */
export const membersOfTenant = (tenant: string): string => `members:${tenant}`;
export const usersOfTenant = (tenant: string): string => `users:${tenant}`;
