import type { GraphBuilder } from '../graph/builder.ts';
import type { Evidence, Factor } from '../model/evidence.ts';
import { isArray, textAt, walkPath } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { SigningPeople } from './signing-people.ts';
import type { StructureLink } from './structure-link.ts';

const users = 'AWS::IdentityStore::User';
const groups = 'AWS::IdentityStore::Group';

/** `AWSReservedSSO_<permission set>_<16 hexadecimal digits>` below `/aws-reserved/sso.amazonaws.com/` (https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html). */
const reserved = /^arn:[^:]+:iam::(\d{12}):role\/aws-reserved\/sso\.amazonaws\.com\/(?:[a-z0-9-]+\/)?AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

/**
 * Who signs on through IAM Identity Center to which role: "When you assign a permission set, IAM Identity Center creates corresponding … IAM roles in each account"
 * (https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html). The people of the store come from Entra ID where that provisions them; else each has a password there.
 */
export function addIdentityCenter(builder: GraphBuilder, snapshot: Snapshot, signing: SigningPeople): void {
  const roles = new Map([...reservedRoles(snapshot)].map(({ role, set }) => [`${role.account} ${set}`, role]));
  const sets = new Map(snapshot.records('AWS::SSO::PermissionSet').map((record) => [record.id, record]));
  const people = new Map(
    [users, groups].flatMap((type) => snapshot.records(type).map((record) => [record.id.slice(record.id.lastIndexOf('/') + 1), record] as const)),
  );
  for (const assignment of snapshot.records('AWS::SSO::Assignment')) {
    const [holder = '', account = '', set = ''] = ['PrincipalId', 'AccountId', 'PermissionSetArn'].map((key) => textAt(assignment.config, key));
    const who = people.get(holder);
    const role = roles.get(`${account} ${textAt(sets.get(set)?.config ?? null, 'Name') ?? ''}`);
    if (who === undefined || role === undefined) continue;
    builder.step({
      from: who.id,
      to: role.id,
      kind: 'CanBecome',
      technique: 'aws.identity-center',
      label: 'signs on to',
      factors: [{ name: 'single sign-on', value: 0.97, why: 'the permission set is assigned to the user or group' }],
      residual: [],
      evidence: [
        at(assignment, 'PrincipalId', 'sso:ListAccountAssignments'),
        ...(sets.has(set) ? [at(sets.get(set) ?? assignment, 'Name', 'sso:DescribePermissionSet')] : []),
      ],
    });
  }
  addMemberships(builder, snapshot, people);
  const provided = addProvisioned(builder, snapshot, signing);
  for (const user of snapshot.records(users)) if (!provided.has(user.id)) addPhished(builder, user);
}

/** Roles that Identity Center keeps, with the name of their permission set. */
function* reservedRoles(snapshot: Snapshot): Generator<{ readonly role: SnapshotRecord; readonly set: string }> {
  for (const role of snapshot.records('AWS::IAM::Role')) {
    const set = reserved.exec(role.id)?.[2];
    if (set !== undefined) yield { role, set };
  }
}

/** The permission set that a role stands for, by the role's name: whoever changes the set changes the role once it is provisioned. */
export function permissionSetRoles(snapshot: Snapshot): readonly StructureLink[] {
  const sets = new Map(snapshot.records('AWS::SSO::PermissionSet').map((set) => [textAt(set.config, 'Name') ?? '', set]));
  return [...reservedRoles(snapshot)].flatMap(({ role, set: name }) => {
    const set = sets.get(name);
    if (set === undefined) return [];
    const evidence = [at(role, 'Arn'), at(set, 'Name', 'sso:DescribePermissionSet')];
    return [{ from: role.id, to: set.id, kind: 'RefersTo' as const, evidence }];
  });
}

const at = (record: SnapshotRecord, path: string, call?: string): Evidence => ({
  resource: record.id,
  pointer: `/config/${path.replaceAll('.', '/')}`,
  call: call ?? record.calls[0] ?? '',
});

function addMemberships(builder: GraphBuilder, snapshot: Snapshot, people: ReadonlyMap<string, SnapshotRecord>): void {
  for (const group of snapshot.records(groups)) {
    for (const { value, at: place } of walkPath(group.config, 'ListGroupMemberships[].MemberId.UserId')) {
      const user = people.get(String(value));
      if (user === undefined) continue;
      builder.step({
        from: user.id,
        to: group.id,
        kind: 'CanBecome',
        technique: 'aws.identity-center-group',
        label: 'is a member of',
        factors: [],
        residual: [],
        evidence: [{ resource: group.id, pointer: `/config/${place.join('/')}`, call: 'identitystore:ListGroupMemberships' }],
      });
    }
  }
}

function addPhished(builder: GraphBuilder, user: SnapshotRecord): void {
  const id = `phished:${user.id}`;
  builder.node({ id, kind: 'Phished', type: 'postern/phished', name: `phished ${textAt(user.config, 'UserName') ?? user.id}`, account: user.account });
  builder.step({
    from: id,
    to: user.id,
    kind: 'CanBecome',
    technique: 'aws.phished-identity-center',
    label: 'signs in as',
    factors: [{ name: 'second factor', value: 0.4, why: 'what Identity Center or the provider of its identities demands of a sign-in is told by no call' }],
    residual: [],
    evidence: [at(user, 'UserName')],
  });
}

/** The enterprise application of Entra ID that signs on to an identity store: the store's id ends the entity id, `https://…/platform/saml/d-1234567890`. */
function applicationsByStore(snapshot: Snapshot): ReadonlyMap<string, { readonly principal: SnapshotRecord; readonly evidence: Evidence }> {
  const found = new Map<string, { principal: SnapshotRecord; evidence: Evidence }>();
  const principals = new Map<string, SnapshotRecord>();
  const look = (record: SnapshotRecord, principal: SnapshotRecord | undefined, paths: readonly string[]): void => {
    for (const path of paths) {
      for (const { value, at: place } of walkPath(record.config, path)) {
        const store = /\/platform\/saml\/(?:acs\/)?(d-[0-9a-f]{10}|[0-9a-f-]{36})\b/i.exec(String(value))?.[1];
        if (store !== undefined && principal !== undefined)
          found.set(store.toLowerCase(), { principal, evidence: { resource: record.id, pointer: `/config/${place.join('/')}`, call: record.calls[0] ?? '' } });
      }
    }
  };
  for (const principal of snapshot.records('Microsoft.Graph/servicePrincipal')) {
    principals.set(textAt(principal.config, 'appId') ?? '', principal);
    look(principal, principal, ['servicePrincipalNames[]', 'replyUrls[]']);
  }
  for (const application of snapshot.records('Microsoft.Graph/application'))
    look(application, principals.get(textAt(application.config, 'appId') ?? ''), ['identifierUris[]', 'web.redirectUris[]']);
  return found;
}

interface Entra {
  readonly byId: ReadonlyMap<string, SnapshotRecord>;
  readonly byName: ReadonlyMap<string, SnapshotRecord>;
}

/**
 * What of an identity store comes from Entra ID. A user or group that was provisioned has an external id ("ExternalIds … A list of … identifiers issued to this resource by an external
 * identity provider", https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_User.html): the object id, or what the mapping of attributes puts there; the user name
 * is the user principal name. Gives the users that were found.
 */
function addProvisioned(builder: GraphBuilder, snapshot: Snapshot, signing: SigningPeople): ReadonlySet<string> {
  const provided = new Set<string>();
  const applications = applicationsByStore(snapshot);
  const people: Entra = indexed(snapshot.records('Microsoft.Graph/user'), ['userPrincipalName', 'mail']);
  const teams: Entra = indexed(snapshot.records('Microsoft.Graph/group'), ['displayName']);
  if (people.byId.size + teams.byId.size === 0) return provided;
  const stores = new Map<string, string[]>();
  for (const [type, source, names] of [
    [users, people, ['UserName', 'Emails[].Value']],
    [groups, teams, ['DisplayName']],
  ] as const) {
    for (const record of snapshot.records(type)) {
      const store = (textAt(record.config, 'IdentityStoreId') ?? '').toLowerCase();
      const feeding = applications.get(store);
      const match = matching(record, source, names, feeding?.principal.account);
      if (type === users && feeding !== undefined) append(stores, store, record.id);
      if (match === undefined) continue;
      const step = {
        to: record.id,
        kind: 'CanBecome' as const,
        technique: 'entra.identity-center',
        label: type === users ? 'signs on as' : 'is provisioned as',
        factors: [match.factor],
        residual: [],
        evidence: [...match.evidence, ...(feeding === undefined ? [] : [feeding.evidence])],
      };
      if (type === groups) signing.signOn(match.from.id, step);
      else {
        provided.add(record.id);
        builder.step({ ...step, from: match.from.id });
      }
    }
  }
  for (const [store, list] of stores) {
    const feeding = applications.get(store);
    if (feeding !== undefined) addSigning(builder, feeding, store, list);
  }
  return provided;
}

function indexed(records: readonly SnapshotRecord[], names: readonly string[]): Entra {
  const byName = new Map<string, SnapshotRecord>();
  for (const record of records)
    for (const name of names) {
      const value = textAt(record.config, name)?.toLowerCase();
      if (value !== undefined && value !== '' && !byName.has(value)) byName.set(value, record);
    }
  return { byId: new Map(records.map((record) => [record.id.toLowerCase(), record])), byName };
}

function matching(record: SnapshotRecord, { byId, byName }: Entra, names: readonly string[], tenant: string | undefined) {
  const external = record.config['ExternalIds'];
  for (const [index, each] of (isArray(external) ? external : []).entries()) {
    const id = textAt(each, 'Id')?.toLowerCase() ?? '';
    const from = byId.get(id) ?? byName.get(id);
    if (from === undefined) continue;
    const factor: Factor = { name: 'provisioning', value: 0.95, why: 'the external id is that of the user or group in Entra ID' };
    return { from, factor, evidence: [at(record, `ExternalIds.${index}.Id`), at(from, 'id')] };
  }
  // By name alone only where the store is fed from outside: by an application of the tenant, or somebody gave it external ids.
  if (tenant === undefined && !(isArray(external) && external.length > 0)) return undefined;
  for (const path of names) {
    const from = byName.get((textAt(record.config, path) ?? '').toLowerCase());
    if (from === undefined || (tenant !== undefined && from.account !== tenant)) continue;
    const factor: Factor = {
      name: 'provisioning',
      value: tenant === undefined ? 0.8 : 0.95,
      why: 'the name is that of the user or group in Entra ID, which feeds the store',
    };
    return { from, factor, evidence: [at(record, path.split('[')[0] ?? path), at(from, 'id')] };
  }
  return undefined;
}

/** Whoever controls the application signs an assertion for any user of the store. */
function addSigning(
  builder: GraphBuilder,
  { principal, evidence }: { principal: SnapshotRecord; evidence: Evidence },
  store: string,
  list: readonly string[],
): void {
  const hub = `hub:aws.identity-center:${store}`;
  builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `users of ${store}` });
  const common = { kind: 'CanBecome' as const, technique: 'entra.saml-to-identity-center', label: 'signs an assertion for', residual: [] };
  builder.step({
    ...common,
    from: principal.id,
    to: hub,
    factors: [{ name: 'signing', value: 0.85, why: 'the application’s signing certificate is added or taken' }],
    evidence: [evidence],
  });
  for (const user of list) builder.step({ ...common, from: hub, to: user, factors: [], evidence: [evidence] });
}
