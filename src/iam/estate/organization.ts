import { isArray, isObject, type Json, textAt } from '../../model/json.ts';
import type { Snapshot } from '../../model/record.ts';
import { compilePolicy } from '../aws/policy.ts';
import { type AttachedPolicy, PolicySet } from '../aws/policy-set.ts';
import type { Location } from './location.ts';

/** Policies of an organization that bind an account: one set a level, root first. */
export interface AccountControls {
  readonly scps: readonly PolicySet[] | undefined;
  readonly rcps: readonly PolicySet[] | undefined;
  readonly management: boolean;
  readonly organization: string;
  /** `o-abc/r-abc/ou-abc/`, as aws:PrincipalOrgPaths has it. */
  readonly path: string;
}

export interface Organization {
  of(account: string): AccountControls | undefined;
  /** The permission that was missing, if there may be an organization that was not read. */
  readonly missing: string | undefined;
}

const fullAccess = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
/** An RCP's default stands for every principal: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html */
const fullResourceAccess = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

/**
 * The tree of an organization from its record. No record and no failed call: there is no organization. A failed call: there may be one, and nothing that an SCP could deny is certain.
 * An import that holds no answer is evaluated as what it tells; that its policies are not known stands in its completeness, with every result (decisions.md).
 */
export function readOrganization(snapshot: Snapshot, locations: Map<string, Location>): Organization {
  const [record] = snapshot.records('AWS::Organizations::Organization');
  if (record === undefined) {
    const failed = snapshot.gaps().find((gap) => gap.state !== 'unasked' && gap.call.startsWith('organizations:'));
    return { of: () => undefined, missing: failed === undefined ? undefined : (failed.permission ?? failed.call) };
  }
  const config = record.config;
  const parents = new Map<string, string>();
  for (const key of ['OrganizationalUnits', 'Accounts'])
    for (const each of list(config[key])) parents.set(textAt(each, 'Id') ?? '', textAt(each, 'ParentId') ?? '');
  const accounts = new Set(list(config['Accounts']).map((each) => textAt(each, 'Id') ?? ''));
  const root = textAt(config, 'Root.Id') ?? '';
  const management = textAt(config, 'Organization.MasterAccountId') ?? '';
  const organization = textAt(config, 'Organization.Id') ?? '';
  const documents = new Map<string, { content: Json; pointer: string }>();
  for (const [index, each] of list(config['Policies']).entries()) {
    const id = textAt(each, 'PolicySummary.Id') ?? textAt(each, 'Id');
    if (id !== undefined && isObject(each)) documents.set(id, { content: each['Content'] ?? null, pointer: `/config/Policies/${index}/Content` });
  }
  const sets = new Map<string, PolicySet>();
  const missing: string[] = [];
  const attached = (target: string, kind: string): PolicySet | undefined => {
    const key = `${kind} ${target}`;
    const known = sets.get(key);
    if (known !== undefined) return known;
    const targets = config['PoliciesForTarget'];
    const entry = isObject(targets) ? targets[target] : undefined;
    const ids = isArray(entry) ? (kind === 'SERVICE_CONTROL_POLICY' ? entry : []) : isObject(entry) ? list(entry[kind]) : [];
    // "You can't detach the last SCP": a target that the answers do not mention has the default.
    if (ids.length === 0) return undefined;
    const policies = ids.map((id): AttachedPolicy => {
      const name = String(id);
      const use = kind === 'SERVICE_CONTROL_POLICY' ? 'identity' : 'resource';
      const document = documents.get(name);
      if (document !== undefined && document.content !== null) {
        locations.set(name, { resource: record.id, pointer: document.pointer, call: 'organizations:DescribePolicy' });
        return { name, policy: compilePolicy(document.content, use) };
      }
      if (name === 'p-FullAWSAccess') return { name, policy: compilePolicy(fullAccess, 'identity') };
      if (name === 'p-RCPFullAWSAccess') return { name, policy: compilePolicy(fullResourceAccess, 'resource') };
      missing.push('organizations:DescribePolicy');
      return { name, policy: compilePolicy(use === 'identity' ? fullAccess : fullResourceAccess, use) };
    });
    const set = new PolicySet(policies);
    sets.set(key, set);
    return set;
  };
  const known = new Map<string, AccountControls>();
  return {
    get missing() {
      return missing[0];
    },
    of(account) {
      if (!accounts.has(account)) return undefined;
      const done = known.get(account);
      if (done !== undefined) return done;
      const chain = [account];
      for (let at = parents.get(account); at !== undefined && at !== '' && !chain.includes(at); at = parents.get(at)) chain.unshift(at);
      if (chain[0] !== root && root !== '') chain.unshift(root);
      const levels = (kind: string): readonly PolicySet[] | undefined => {
        const found = chain.map((target) => attached(target, kind)).filter((set) => set !== undefined);
        return found.length === 0 ? undefined : found;
      };
      const controls: AccountControls = {
        scps: levels('SERVICE_CONTROL_POLICY'),
        rcps: levels('RESOURCE_CONTROL_POLICY'),
        management: account === management,
        organization,
        path: `${[organization, ...chain.filter((id) => id !== account)].join('/')}/`,
      };
      known.set(account, controls);
      return controls;
    },
  };
}

const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
