import type { Evidence, Residual } from '../../model/evidence.ts';
import { type Json, textAt } from '../../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../../model/record.ts';
import { list } from '../azure/scopes.ts';
import type { Directory } from '../grants/directory.ts';
import { conjoin } from '../grants/grant.ts';
import { type DirectoryGrant, directoryGrant, evidenceOf } from './grants.ts';
import { type Known, type MembershipRule, mayFit, parseMembershipRule } from './membership-rule.ts';
import { DirectoryActions } from './patterns.ts';

/** What one may write of oneself: every user may "Manage their own mobile phone number" (https://learn.microsoft.com/entra/fundamentals/users-default-permissions). */
const ownProperties = new Set(['mobile', 'mobilephone']);
/** Of a guest whoever invites him chooses the name, and by the mailbox that takes the invitation nearly any address. */
const addresses = new Set(['mail', 'othermails', 'userprincipalname', 'proxyaddresses', 'mailnickname']);
const partly = new Set(['contains', 'match', 'startswith', 'notcontains', 'notmatch', 'notstartswith', 'ne', 'notin']);
const guest: Readonly<Record<string, Json>> = { usertype: 'Guest', accountenabled: true, creationtype: 'Invitation', dirsyncenabled: null };
/** Properties that rules and Microsoft Graph spell otherwise. */
const spelled: Readonly<Record<string, string>> = {
  dirsyncenabled: 'onPremisesSyncEnabled',
  facsimiletelephonenumber: 'faxNumber',
  mobile: 'mobilePhone',
  objectid: 'id',
  physicaldeliveryofficename: 'officeLocation',
};

interface DynamicGroup {
  readonly record: SnapshotRecord;
  readonly rule: MembershipRule;
  readonly text: string;
}

function dynamicGroups(snapshot: Snapshot): readonly DynamicGroup[] {
  return snapshot.records('Microsoft.Graph/group').flatMap((record) => {
    const text = textAt(record.config, 'membershipRule');
    if (text === undefined || !list(record.config['groupTypes']).includes('DynamicMembership')) return [];
    if ((textAt(record.config, 'membershipRuleProcessingState') ?? 'On') !== 'On' || !/\buser\./i.test(text)) return [];
    return [{ record, rule: parseMembershipRule(text), text }];
  });
}

/** Tenants whose every member invites guests: `everyone` and `adminsGuestInvitersAndAllMembers` of `allowInvitesFrom` (https://learn.microsoft.com/graph/api/resources/authorizationpolicy). */
function inviting(snapshot: Snapshot): ReadonlyMap<string, { readonly holders: 'members' | 'users'; readonly evidence: Evidence }> {
  const found = new Map<string, { readonly holders: 'members' | 'users'; readonly evidence: Evidence }>();
  if (dynamicGroups(snapshot).length === 0) return found;
  for (const policy of snapshot.records('Microsoft.Graph/authorizationPolicy')) {
    const from = textAt(policy.config, 'allowInvitesFrom');
    const evidence = evidenceOf(policy, '/config/allowInvitesFrom');
    if (from === 'everyone') found.set(policy.account, { holders: 'users', evidence });
    if (from === 'adminsGuestInvitersAndAllMembers') found.set(policy.account, { holders: 'members', evidence });
  }
  return found;
}

interface Inviter {
  readonly holder: string;
  readonly residual: Residual;
  readonly evidence: readonly Evidence[];
}

/** Who invites guests of a tenant: everybody where its policy says so, and whoever holds the action, unless it says `none`: "Prevent everyone, including admins, from inviting external users". */
function invitersOf(snapshot: Snapshot, grants: readonly DirectoryGrant[], tenant: string): readonly Inviter[] {
  const open = inviting(snapshot).get(tenant);
  if (open !== undefined) return [{ holder: `${open.holders}:${tenant}`, residual: [], evidence: [open.evidence] }];
  const policy = snapshot.records('Microsoft.Graph/authorizationPolicy').find((each) => each.account === tenant);
  if (textAt(policy?.config ?? null, 'allowInvitesFrom') === 'none') return [];
  return grants.filter(
    (grant) => (grant.kind === 'role' || grant.kind === 'permission') && grant.missing.length === 0 && grant.scope === `tenant:${tenant}` && grant.may(invite),
  );
}
const invite = 'microsoft.directory/users/inviteguest';

/** Who comes into a dynamic group by what he writes: a property of his own, or those of a guest whom he invites. `grants` are roles and permissions. */
export function dynamicMemberships(snapshot: Snapshot, memberships: Directory, grants: readonly DirectoryGrant[]): readonly DirectoryGrant[] {
  const inviters = new Map<string, readonly Inviter[]>();
  const invitersIn = (tenant: string): readonly Inviter[] => {
    const known = inviters.get(tenant) ?? invitersOf(snapshot, grants, tenant);
    inviters.set(tenant, known);
    return known;
  };
  return dynamicGroups(snapshot).flatMap(({ record, rule, text }) => {
    const made = (
      holder: string,
      name: 'inviteMember' | 'fitMembershipRule',
      source: string,
      sure: boolean,
      evidence: readonly Evidence[],
      price: Residual = [],
    ) =>
      directoryGrant({
        holder,
        source,
        scope: record.id,
        actions: new DirectoryActions([`microsoft.graph/${name}`]),
        kind: 'request',
        residual: conjoin(price, sure ? [] : perhaps(text)),
        evidence: [evidenceOf(record, '/config/membershipRule'), ...evidence],
      });
    const invited = mayFit(rule, ofGuest);
    const byGuest =
      invited === 'no'
        ? []
        : invitersIn(record.account).map(({ holder, residual, evidence }) =>
            made(holder, 'inviteMember', 'invites a guest', invited === 'yes', evidence, residual),
          );
    if (![...ownProperties].some((property) => new RegExp(`\\buser\\.${property}\\b`, 'i').test(text))) return byGuest;
    const members = new Set(memberships.membersOf(record.id));
    const byThemselves = snapshot.records('Microsoft.Graph/user').flatMap((user) => {
      if (user.account !== record.account || members.has(user.id) || user.config['accountEnabled'] === false) return [];
      const fit = mayFit(rule, (property) => ofUser(user, property));
      return fit === 'no' ? [] : [made(user.id, 'fitMembershipRule', 'writes a property of his own', fit === 'yes', [evidenceOf(user, '/config/id')])];
    });
    return [...byGuest, ...byThemselves];
  });
}

const perhaps = (text: string): Residual => [{ allOf: [{ operator: 'Fits', key: 'entra:MembershipRule', values: [text], negated: false }] }];

function ofGuest(property: string, operator: string): Known {
  if (property === 'displayname' || property === 'givenname' || property === 'surname') return { is: 'chosen' };
  if (addresses.has(property)) return partly.has(operator) ? { is: 'chosen' } : { is: 'unknown' };
  return { is: 'value', value: guest[property] ?? null };
}

function ofUser(user: SnapshotRecord, property: string): Known {
  // What comes from the premises is written there.
  if (ownProperties.has(property)) return user.config['onPremisesSyncEnabled'] === true ? { is: 'unknown' } : { is: 'chosen' };
  const extension = /^extensionattribute(\d+)$/.exec(property)?.[1];
  if (extension !== undefined) return { is: 'value', value: textAt(user.config, `onPremisesExtensionAttributes.extensionAttribute${extension}`) ?? null };
  const wanted = (spelled[property] ?? property).toLowerCase();
  const key = Object.keys(user.config).find((each) => each.toLowerCase() === wanted);
  return key === undefined ? { is: 'unknown' } : { is: 'value', value: user.config[key] ?? null };
}
