import type { GraphBuilder } from '../graph/graph.ts';
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
  addSyncAccounts(builder, snapshot, synchronizing);
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
function addSyncAccounts(builder: GraphBuilder, snapshot: Snapshot, synchronizing: ReadonlySet<string>): void {
  for (const assignment of syncAssignments(snapshot)) {
    const holder = textAt(assignment.config, 'principalId') ?? '';
    if (!synchronizing.has(assignment.account) || !builder.has(holder)) continue;
    builder.step({
      from: premises(builder, assignment.account),
      to: holder,
      kind: 'CanBecome',
      technique: 'entra.sync-account',
      label: 'takes the account of the synchronization',
      factors: [{ name: 'synchronization', value: 0.7, why: 'its secret lies on the server that synchronizes' }],
      residual: [],
      evidence: [at(assignment, '/config/principalId')],
    });
  }
}

/** Applications of other tenants that are principals here: SaaS and partners. Whoever holds the application there acts here with what was granted. */
export function addForeignApplications(builder: GraphBuilder, snapshot: Snapshot, names: Readonly<Record<string, string>>): void {
  for (const principal of snapshot.records('Microsoft.Graph/servicePrincipal')) {
    const owner = textAt(principal.config, 'appOwnerOrganizationId')?.toLowerCase();
    if (
      owner === undefined ||
      owner === principal.account ||
      isMicrosoftTenant(owner) ||
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

/** Access packages that give a group without anybody’s approval: to every member of the tenant, so to whoever is one. */
export function addAccessPackages(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const policy of snapshot.records('Microsoft.Graph/accessPackageAssignmentPolicy')) {
    const target = textAt(policy.config, 'allowedTargetScope') ?? '';
    const settings = policy.config['requestApprovalSettings'];
    if (!/^all/i.test(target) || (isObject(settings) && settings['isApprovalRequiredForAdd'] === true)) continue;
    const groups = [...walkPath(policy.config, 'accessPackage.resourceRoleScopes[]')]
      .flatMap(({ value }) => textAt(value, 'scope.originId') ?? [])
      .filter((id) => builder.has(id));
    if (groups.length === 0) continue;
    const hub = `hub:entra.access-package:${policy.id}`;
    builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `access package ${policy.id}` });
    const common = { kind: 'CanBecome' as const, technique: 'entra.access-package', label: 'requests the access package', residual: [] };
    for (const user of snapshot.records('Microsoft.Graph/user')) {
      if (user.account !== policy.account || (textAt(user.config, 'userType') === 'Guest' && /member/i.test(target))) continue;
      builder.step({
        ...common,
        from: user.id,
        to: hub,
        factors: [{ name: 'request', value: 0.9, why: 'the policy asks nobody’s approval' }],
        evidence: [at(policy, '/config/requestApprovalSettings')],
      });
    }
    for (const group of groups) builder.step({ ...common, from: hub, to: group, factors: [], evidence: [at(policy, '/config/accessPackage')] });
  }
}
