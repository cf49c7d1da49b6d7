import type { ConditionAtom, Evidence, Residual } from '../../model/evidence.ts';
import { isObject, type Json, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { list, scopeText } from './scopes.ts';

interface Rules {
  readonly multiFactor: boolean;
  readonly approval: boolean;
  readonly context: boolean;
  readonly approvers: readonly string[];
  readonly evidence: Evidence;
}

const guid = (id: string): string => (id.split('/').at(-1) ?? '').toLowerCase();

/**
 * What it costs to activate an eligible role, by the rules of Privileged Identity Management: `Enablement_EndUser_Assignment` names what the person must bring,
 * `Approval_EndUser_Assignment` who must agree (https://learn.microsoft.com/graph/identity-governance-pim-rules-overview).
 */
export class Activation {
  readonly #rules = new Map<string, Rules>();

  constructor(snapshot: Snapshot, type: 'Microsoft.Authorization/roleManagementPolicyAssignments' | 'Microsoft.Graph/unifiedRoleManagementPolicyAssignment') {
    for (const record of snapshot.records(type)) {
      const properties = isObject(record.config['properties']) ? record.config['properties'] : record.config;
      const role = textAt(properties, 'roleDefinitionId');
      if (role === undefined) continue;
      const scope = textAt(properties, 'scope') ?? textAt(properties, 'scopeId') ?? '/';
      const policy = properties['policy'];
      const rules = [properties, ...(isObject(policy) ? [policy] : [])].flatMap((each) => [...list(each['effectiveRules']), ...list(each['rules'])]);
      const evidence = { resource: record.id, pointer: '/config', call: record.calls[0] ?? '' };
      this.#rules.set(`${scopeText(scope)} ${guid(role)}`, readRules(rules, evidence));
    }
  }

  /** Conditions of an activation; none of the rules known, the activation alone. */
  price(scope: string, roleId: string, roleName: string): Residual {
    const rules = this.#of(scope, roleId);
    const allOf: ConditionAtom[] = [{ operator: 'Activate', key: 'pim:Activation', values: [roleName], negated: false }];
    if (rules?.multiFactor === true) allOf.push({ operator: 'Bool', key: 'pim:MultiFactorAuthentication', values: ['true'], negated: false });
    if (rules?.context === true) allOf.push({ operator: 'Bool', key: 'pim:AuthenticationContext', values: ['true'], negated: false });
    if (rules?.approval === true) allOf.push({ operator: 'ApprovedBy', key: 'pim:Approval', values: rules.approvers, negated: false });
    return [{ allOf }];
  }

  /** Who must agree to an activation; empty where nobody is asked. */
  approvers(scope: string, roleId: string): readonly string[] {
    const rules = this.#of(scope, roleId);
    return rules?.approval === true ? rules.approvers : [];
  }

  /**
   * What an approver lacks to hold the role: somebody eligible who asks, and that is somebody else, for nobody approves a request of his own
   * (https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow).
   */
  priceOfApproving(scope: string, roleId: string, roleName: string, eligible: readonly string[]): Residual {
    const asked: ConditionAtom = { operator: 'Controls', key: 'pim:EligibleRequest', values: [...new Set(eligible)].sort(), negated: false };
    return this.price(scope, roleId, roleName).map(({ allOf }) => ({ allOf: [...allOf.filter((atom) => atom.key !== 'pim:Approval'), asked] }));
  }

  evidence(scope: string, roleId: string): readonly Evidence[] {
    const rules = this.#of(scope, roleId);
    return rules === undefined ? [] : [rules.evidence];
  }

  #of(scope: string, roleId: string): Rules | undefined {
    return this.#rules.get(`${scopeText(scope)} ${guid(roleId)}`) ?? this.#rules.get(`/ ${guid(roleId)}`);
  }
}

function readRules(rules: readonly Json[], evidence: Evidence): Rules {
  const named = (id: string): readonly Json[] => rules.filter((rule) => textAt(rule, 'id') === id);
  const enabled = named('Enablement_EndUser_Assignment').flatMap((rule) => (isObject(rule) ? list(rule['enabledRules']).map(String) : []));
  const approvals = named('Approval_EndUser_Assignment').filter(
    (rule) => isObject(rule) && isObject(rule['setting']) && rule['setting']['isApprovalRequired'] === true,
  );
  const approvers = approvals.flatMap((rule) =>
    [...walkPath(rule, 'setting.approvalStages[].primaryApprovers[]')].flatMap(
      ({ value }) => textAt(value, 'userId') ?? textAt(value, 'groupId') ?? textAt(value, 'id') ?? [],
    ),
  );
  const context = named('AuthenticationContext_EndUser_Assignment').some((rule) => isObject(rule) && rule['isEnabled'] === true);
  return {
    multiFactor: enabled.includes('MultiFactorAuthentication'),
    approval: approvals.length > 0,
    context,
    approvers: [...new Set(approvers)].sort(),
    evidence,
  };
}

/** Eligibilities that somebody must approve, gathered by role and scope: whoever approves holds the role as soon as one of the eligible asks. */
export class Approvals<T> {
  readonly #asked = new Map<string, { readonly scope: string; readonly roleId: string; readonly eligible: string[]; readonly first: T }>();

  add(scope: string, roleId: string, holder: string, eligibility: T): void {
    const key = `${scopeText(scope)} ${guid(roleId)}`;
    const known = this.#asked.get(key);
    if (known === undefined) this.#asked.set(key, { scope, roleId, eligible: [holder], first: eligibility });
    else known.eligible.push(holder);
  }

  /** Each approver with what may be approved. Where nobody is named the highest administrators approve, who need no role more. */
  *of(activation: Activation) {
    for (const { scope, roleId, eligible, first } of this.#asked.values())
      for (const approver of activation.approvers(scope, roleId)) {
        const others = eligible.filter((each) => each !== approver);
        if (others.length > 0) yield { approver, scope, roleId, eligible: others, first };
      }
  }
}
