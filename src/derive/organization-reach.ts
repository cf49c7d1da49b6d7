import type { GraphBuilder } from '../graph/builder.ts';
import type { BulkGrant, IamEngine } from '../iam/api.ts';
import { accountNode } from '../model/account-node.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import { better, both, certain, distinct, type Fact } from './facts.ts';

/** An account from which services act in the members of its organization, and where that stands. */
export interface ReachingAccount {
  readonly account: string;
  /** Services that it is a delegated administrator of; `undefined`: the management account, of all. */
  readonly services: readonly string[] | undefined;
  readonly evidence: readonly Evidence[];
}

interface Way {
  readonly technique: string;
  readonly label: string;
  readonly services: readonly string[];
  /** All of them, each in one of the spellings. */
  readonly actions: readonly (readonly string[])[];
  readonly factor: Factor;
}

const ways: readonly Way[] = [
  {
    technique: 'aws.stackset-service-managed',
    label: 'deploys a stack set into member accounts',
    services: ['member.org.stacksets.cloudformation.amazonaws.com', 'stacksets.cloudformation.amazonaws.com'],
    // No role is passed: the service makes those that deploy.
    actions: [['cloudformation:CreateStackSet', 'cloudformation:UpdateStackSet'], ['cloudformation:CreateStackInstances']],
    factor: { name: 'stack set', value: 0.85, why: 'trusted access of StackSets must be on; the roles that deploy administer the members' },
  },
  {
    technique: 'aws.identity-center-assign',
    label: 'assigns itself a permission set in member accounts',
    services: ['sso.amazonaws.com'],
    actions: [['sso:CreateAccountAssignment'], ['sso:CreatePermissionSet'], ['sso:AttachManagedPolicyToPermissionSet', 'sso:PutInlinePolicyToPermissionSet']],
    factor: { name: 'permission set', value: 0.85, why: 'a user of the identity store that the attacker signs on as is assigned administration' },
  },
];

/**
 * Principals that do not administer the management account (or one that is a delegated administrator) and reach the member accounts all the same, by one service
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html, https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html). Administrators have
 * their step from the account.
 */
export function addOrganizationReach(builder: GraphBuilder, iam: IamEngine, members: string, accounts: readonly ReachingAccount[]): void {
  const at = new Map(accounts.map((each) => [accountNode(each.account), each]));
  for (const way of ways) {
    let held: ReadonlyMap<string, Fact> | undefined;
    for (const spellings of way.actions) {
      const grants = spellings.flatMap((action) => iam.bulk({ action, candidates: ['*'] }));
      const next = new Map<string, Fact>();
      for (const grant of grants) {
        const before = held === undefined ? certain : held.get(grant.principal);
        if (before === undefined || grant.allowedBy === 'unread') continue;
        const fact = both(before, factOf(grant));
        const known = next.get(grant.principal);
        if (known === undefined || better(fact, known)) next.set(grant.principal, fact);
      }
      held = next;
    }
    for (const [principal, fact] of held ?? []) {
      const home = iam.home(principal);
      const from = home === undefined ? undefined : at.get(home);
      if (home === undefined || from === undefined || (iam.realm(principal) !== undefined && iam.inside(principal, home)) || !builder.has(principal)) continue;
      if (from.services !== undefined && !from.services.some((service) => way.services.includes(service))) continue;
      const { technique, label, factor } = way;
      const { residual, missing } = fact;
      builder.step({
        from: principal,
        to: members,
        kind: 'CanGrant',
        technique,
        label,
        factors: [factor],
        residual,
        missing,
        evidence: () => distinct([...fact.evidence, ...from.evidence]),
      });
    }
  }
}

const factOf = ({ residual, missing, evidence }: BulkGrant): Fact => ({ residual, missing, evidence });
