import type { Evidence } from '../../model/evidence.ts';
import { isArray, isObject, textAt, walkPath } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import type { AccessResult, BulkGrant } from '../api.ts';

const featuresCall = 'iam:ListOrganizationsFeatures';
const delegationCalls: readonly string[] = ['organizations:ListDelegatedAdministrators', 'organizations:ListDelegatedServicesForAccount'];

/** That root sessions are switched on in the organization, as an account tells it, or what was not asked. */
export interface RootSessionsOn {
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Whether root sessions are switched on, as the account itself tells; `undefined`: they are not. */
export function rootSessionsOn(snapshot: Snapshot, account: string): RootSessionsOn | undefined {
  const summary = snapshot.records('AWS::IAM::AccountSummary').find((record) => record.account === account);
  const told = summary?.config['ListOrganizationsFeatures'];
  if (summary !== undefined && isObject(told)) {
    const found = [...walkPath(summary.config, 'ListOrganizationsFeatures.EnabledFeatures[]')].find(({ value }) => value === 'RootSessions');
    if (found === undefined) return undefined;
    return { missing: [], evidence: [{ resource: summary.id, pointer: `/config/${found.at.join('/')}`, call: featuresCall }] };
  }
  // Asked, and no organization's account answered: the feature is not there.
  if (summary?.calls.includes(featuresCall) === true || snapshot.answered(featuresCall, account, 'global')) return undefined;
  return { missing: [featuresCall], evidence: [] };
}

/** What stands against a caller though policies allow it: a reason, or that it is not known. */
type Against = { readonly refused: string } | { readonly missing: readonly string[] };

/**
 * Who is let call sts:AssumeRoot, whatever policies allow: "You must use credentials from an Organizations management account or a delegated administrator account for IAM to call AssumeRoot.
 * You cannot use root user credentials to make this call." Before that, "you must have centralized root access in your organization"
 * (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html). Of accounts that are in no organization of the snapshot nothing is known.
 */
export class RootSessionCallers {
  readonly #snapshot: Snapshot;
  readonly #byAccount = new Map<string, Against | undefined>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** The decision as it is for a caller of an account. */
  limit(result: AccessResult, { account, root }: { readonly account: string; readonly root: boolean }): AccessResult {
    const against = result.decision === 'deny' ? undefined : this.#against(account, root);
    if (against === undefined) return result;
    if ('refused' in against) return { decision: 'deny', explicit: false, residual: [], decidedBy: [], missing: [], refused: against.refused };
    const missing = [...new Set([...result.missing, ...against.missing])].sort();
    return { ...result, decision: 'unknown', residual: [], missing, allowedBy: result.allowedBy ?? 'read' };
  }

  /** The same of grants, which keep their conditions beside what is not known. */
  limitGrants(grants: readonly BulkGrant[], accountOf: (principal: string) => string): readonly BulkGrant[] {
    return grants.flatMap((grant): BulkGrant[] => {
      const against = this.#against(accountOf(grant.principal), false);
      if (against === undefined) return [grant];
      if ('refused' in against) return [];
      return [unsure(grant, against.missing)];
    });
  }

  #against(account: string, root: boolean): Against | undefined {
    const of = this.#ofAccount(account);
    return root && this.#organization(account) !== undefined ? { refused: 'a root user cannot take a root session' } : of;
  }

  #organization(account: string) {
    return this.#snapshot.records('AWS::Organizations::Organization').find(({ config }) => {
      const accounts = config['Accounts'];
      return isArray(accounts) && accounts.some((each) => textAt(each, 'Id') === account);
    });
  }

  #ofAccount(account: string): Against | undefined {
    if (!this.#byAccount.has(account)) this.#byAccount.set(account, this.#readAccount(account));
    return this.#byAccount.get(account);
  }

  #readAccount(account: string): Against | undefined {
    const organization = this.#organization(account);
    if (organization === undefined) return undefined;
    const { config } = organization;
    const services = config['DelegatedServices'];
    const own = isObject(services) ? services[account] : undefined;
    const may = textAt(config, 'Organization.MasterAccountId') === account || (isArray(own) && own.includes('iam.amazonaws.com'));
    const lost = this.#snapshot.gaps().find((gap) => delegationCalls.includes(gap.call));
    if (!may && own === undefined && lost !== undefined) return { missing: [lost.permission ?? lost.call] };
    if (!may) return { refused: `root sessions are taken from the management account and from IAM's delegated administrator, and ${account} is neither` };
    const on = rootSessionsOn(this.#snapshot, account);
    if (on === undefined) return { refused: 'root sessions are not switched on in the organization' };
    return on.missing.length === 0 ? undefined : { missing: on.missing };
  }
}

/** A grant with more that is not known. Its evidence is made when it is asked for, so fields are passed on one by one. */
const unsure = (grant: BulkGrant, missing: readonly string[]): BulkGrant => ({
  principal: grant.principal,
  set: grant.set,
  residual: grant.residual,
  missing: [...new Set([...grant.missing, ...missing])].sort(),
  allowedBy: grant.allowedBy ?? 'read',
  get evidence() {
    return grant.evidence;
  },
  ...(grant.evidenceOn === undefined ? {} : { evidenceOn: (member: number) => grant.evidenceOn?.(member) ?? grant.evidence }),
});
