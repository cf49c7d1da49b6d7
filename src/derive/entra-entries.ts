import type { GraphBuilder } from '../graph/builder.ts';
import { isObject, textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { isMicrosoftTenant } from './microsoft.ts';
import { outsiderNode } from './outside.ts';
import { SignIn } from './sign-in.ts';

const at = (record: SnapshotRecord, pointer: string) => ({ resource: record.id, pointer, call: record.calls[0] ?? '' });

/** People who give away a password or session, guests of other tenants, and what comes over the synchronization from the premises. */
export function addEntraUsers(builder: GraphBuilder, snapshot: Snapshot): void {
  const signIn = new SignIn(snapshot);
  const synchronizing = new Set(
    snapshot.records('Microsoft.Graph/organization').flatMap((record) => (record.config['onPremisesSyncEnabled'] === true ? [record.account] : [])),
  );
  // The account of a server reads no mail: it is entered from the server.
  const nobody = new Set(syncAssignments(snapshot).map(({ config }) => textAt(config, 'principalId')));
  for (const user of snapshot.records('Microsoft.Graph/user')) {
    if (user.config['accountEnabled'] === false) continue;
    if (textAt(user.config, 'userType') === 'Guest') addGuest(builder, user);
    else if (!nobody.has(user.id)) addPhished(builder, signIn, user);
    if (user.config['onPremisesSyncEnabled'] === true && synchronizing.has(user.account)) addSynchronized(builder, user);
  }
  for (const assignment of syncAssignments(snapshot)) {
    if (!synchronizing.has(assignment.account) || !builder.has(textAt(assignment.config, 'principalId') ?? '')) continue;
    addSyncAccount(builder, assignment);
    addSynchronizing(builder, snapshot, assignment);
  }
}

function addPhished(builder: GraphBuilder, signIn: SignIn, user: SnapshotRecord): void {
  const id = `phished:${user.id}`;
  const { factor, evidence } = signIn.of(user);
  builder.node({ id, kind: 'Phished', type: 'postern/phished', name: `phished ${textAt(user.config, 'userPrincipalName') ?? user.id}`, account: user.account });
  builder.step({
    from: id,
    to: user.id,
    kind: 'CanBecome',
    technique: 'entra.phished-user',
    label: 'signs in as',
    factors: [factor],
    residual: [],
    evidence: [at(user, '/config/accountEnabled'), ...evidence],
  });
}

/** `ada_contoso.com#EXT#@fabrikam.onmicrosoft.com` signs in at home: whoever takes the account there has it here. */
function addGuest(builder: GraphBuilder, user: SnapshotRecord): void {
  const mail = textAt(user.config, 'mail') ?? (textAt(user.config, 'userPrincipalName') ?? '').replace(/#EXT#.*$/i, '').replace(/_(?=[^_]*$)/, '@');
  const from = outsiderNode(builder, `azure:tenant:${(mail.split('@').at(-1) ?? 'unknown').toLowerCase()}`);
  if (from === undefined) return;
  builder.step({
    from,
    to: user.id,
    kind: 'CanBecome',
    technique: 'entra.guest',
    label: 'signs in as its guest',
    factors: [{ name: 'guest', value: 0.8, why: 'one account of the guest’s own tenant must be taken over' }],
    residual: [],
    evidence: [at(user, '/config/userType')],
  });
}

function premises(builder: GraphBuilder, tenant: string): string {
  const id = `onprem:entra-connect-${tenant}`;
  builder.node({ id, kind: 'OnPremises', type: 'postern/onpremises', name: 'on-premises directory', account: tenant });
  return id;
}

/** A user that comes from the premises is whoever controls the directory there: its password hash, the key of seamless single sign-on, the agent that checks passwords, the signing key of federation. */
function addSynchronized(builder: GraphBuilder, user: SnapshotRecord): void {
  builder.step({
    from: premises(builder, user.account),
    to: user.id,
    kind: 'CanBecome',
    technique: 'entra.synchronized-user',
    label: 'signs in as the synchronized user',
    factors: [{ name: 'synchronization', value: 0.5, why: 'the directory on the premises, or the server that synchronizes it, must be controlled' }],
    residual: [],
    evidence: [at(user, '/config/onPremisesSyncEnabled')],
  });
}

const syncRoles = new Set(['d29b2b05-8046-44ba-8758-1e26182fcf32', 'a92aed5d-d78a-4d16-b381-09adb37eb3b0']);

const syncAssignments = (snapshot: Snapshot): readonly SnapshotRecord[] =>
  snapshot.records('Microsoft.Graph/unifiedRoleAssignment').filter(({ config }) => syncRoles.has((textAt(config, 'roleDefinitionId') ?? '').toLowerCase()));

/** The account that the synchronizing server signs in with: `Directory Synchronization Accounts`, whose secret lies on that server. */
function addSyncAccount(builder: GraphBuilder, assignment: SnapshotRecord): void {
  builder.step({
    from: premises(builder, assignment.account),
    to: textAt(assignment.config, 'principalId') ?? '',
    kind: 'CanBecome',
    technique: 'entra.sync-account',
    label: 'takes the account of the synchronization',
    factors: [{ name: 'synchronization', value: 0.7, why: 'its secret lies on the server that synchronizes' }],
    residual: [],
    evidence: [at(assignment, '/config/principalId')],
  });
}

/** What that account writes: the role has "permissions to perform only directory synchronization tasks" (accounts and permissions of Entra Connect), and hashes of passwords are among them. */
function addSynchronizing(builder: GraphBuilder, snapshot: Snapshot, assignment: SnapshotRecord): void {
  const hub = `hub:entra.synchronized-user:${assignment.account}`;
  const evidence = [at(assignment, '/config/roleDefinitionId')];
  const common = { kind: 'CanBecome' as const, technique: 'entra.synchronized-user', label: 'sets the password of the synchronized user', residual: [] };
  const factors = [{ name: 'synchronization', value: 0.6, why: 'it writes the hashes of passwords that the premises send' }];
  builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: 'synchronized users' });
  builder.step({ ...common, from: textAt(assignment.config, 'principalId') ?? '', to: hub, factors, evidence });
  for (const user of snapshot.records('Microsoft.Graph/user'))
    if (user.account === assignment.account && user.config['onPremisesSyncEnabled'] === true && user.config['accountEnabled'] !== false)
      builder.step({ ...common, from: hub, to: user.id, factors: [], evidence: [at(user, '/config/onPremisesSyncEnabled')] });
}

/** Applications of other tenants that are principals here: SaaS and partners. Whoever holds the application there acts here with what was granted. */
export function addForeignApplications(builder: GraphBuilder, snapshot: Snapshot, names: Readonly<Record<string, string>>): void {
  for (const principal of snapshot.records('Microsoft.Graph/servicePrincipal')) {
    const owner = textAt(principal.config, 'appOwnerOrganizationId')?.toLowerCase();
    if (
      owner === undefined ||
      owner === principal.account ||
      isMicrosoftTenant(owner) ||
      principal.config['accountEnabled'] === false ||
      textAt(principal.config, 'servicePrincipalType') === 'ManagedIdentity'
    )
      continue;
    const from = outsiderNode(builder, `azure:tenant:${owner}`, names);
    if (from === undefined) continue;
    builder.step({
      from,
      to: principal.id,
      kind: 'CanBecome',
      technique: 'entra.foreign-application',
      label: 'acts by its application',
      factors: [{ name: 'foreign application', value: 0.9, why: 'the application’s credentials are kept in its own tenant' }],
      residual: [],
      evidence: [at(principal, '/config/appOwnerOrganizationId')],
    });
  }
}

/** `AllowAllWindowsAzureIps`: "0.0.0.0 ... allows connections from any Azure address, other customers' included" (https://learn.microsoft.com/azure/azure-sql/database/firewall-configure). */
export function addOpenToAzure(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const type of ['Microsoft.Sql/servers', 'Microsoft.DBforPostgreSQL/flexibleServers', 'Microsoft.DBforMySQL/flexibleServers']) {
    for (const server of snapshot.records(type)) {
      for (const { value, at: path } of walkPath(server.config, 'firewallRules[]')) {
        if (textAt(value, 'properties.startIpAddress') !== '0.0.0.0' || textAt(value, 'properties.endIpAddress') !== '0.0.0.0') continue;
        const from = outsiderNode(builder, 'azure:any-tenant');
        if (from === undefined) continue;
        builder.step({
          from,
          to: server.id,
          kind: 'Reaches',
          technique: 'azure.open-to-azure',
          label: 'reaches from any machine in Azure',
          factors: [{ name: 'exposed service', value: 0.2, why: 'a data service is open to every customer of Azure; a password must be had' }],
          residual: [],
          evidence: [at(server, `/config/${path.join('/')}`)],
        });
      }
    }
  }
}

/**
 * Partners that administer the tenant: the policy of cross-tenant access says who is a service provider, and which roles the partner holds only the partner's own tenant lists
 * (https://learn.microsoft.com/graph/api/resources/crosstenantaccesspolicyconfigurationpartner, https://learn.microsoft.com/partner-center/customers/gdap-introduction).
 */
export function addPartners(builder: GraphBuilder, snapshot: Snapshot): void {
  const told = new Set(
    snapshot.records('Microsoft.Graph/delegatedAdminRelationship').map(({ account, config }) => `${account} ${textAt(config, 'customer.tenantId')}`),
  );
  for (const policy of snapshot.records('Microsoft.Graph/crossTenantAccessPolicy')) {
    for (const { value, at: place } of walkPath(policy.config, 'partners[]')) {
      const partner = textAt(value, 'tenantId')?.toLowerCase();
      if (partner === undefined || !isObject(value) || value['isServiceProvider'] !== true) continue;
      if (told.has(`${partner} ${policy.account}`) || !builder.has(policy.account)) continue;
      const from = outsiderNode(builder, `azure:tenant:${partner}`);
      if (from === undefined) continue;
      builder.step({
        from,
        to: policy.account,
        kind: 'CanGrant',
        technique: 'entra.partner-tenant',
        label: 'administers by delegation',
        factors: [{ name: 'partner', value: 0.3, why: 'an administrator of the partner must be taken over' }],
        residual: [],
        missing: ['the roles that the partner holds: only its own tenant lists them (DelegatedAdminRelationship.Read.All)'],
        evidence: [at(policy, `/config/${place.join('/')}`)],
      });
    }
  }
}
