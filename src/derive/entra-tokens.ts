import type { GraphBuilder } from '../graph/builder.ts';
import type { Evidence, Residual } from '../model/evidence.ts';
import { textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { isMicrosofts } from './microsoft.ts';

const principalType = 'Microsoft.Graph/servicePrincipal';

/** The tenant that an issuer is: `sts.windows.net/<tenant>/`, `login.microsoftonline.com/<tenant>/v2.0`, and what sovereign clouds call theirs. */
export function tenantOfIssuer(host: string): string | undefined {
  return /^(?:https:\/\/)?(?:sts\.windows\.net|login\.microsoftonline\.(?:com|us)|sts\.chinacloudapi\.cn|login\.(?:partner\.microsoftonline|chinacloudapi)\.cn)\/([0-9a-f-]{36})(?:\/|$)/i
    .exec(host)?.[1]
    ?.toLowerCase();
}

/** Issuers that are tenants of the snapshot, and which of their subjects stand in it. */
export class EntraIssuers {
  readonly #snapshot: Snapshot;
  readonly #tenants: ReadonlySet<string>;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#tenants = new Set(snapshot.records(principalType).map((record) => record.account));
  }

  knows(host: string, subject: string): boolean {
    const tenant = tenantOfIssuer(host);
    if (tenant === undefined || !this.#tenants.has(tenant)) return false;
    return /[*?]/.test(subject) || this.#snapshot.find(subject.toLowerCase())?.account === tenant;
  }
}

export interface EntraTrust {
  readonly host: string;
  readonly subject: string;
  readonly audiences: readonly string[];
  readonly role: string;
  readonly residual: Residual;
  readonly evidence: Evidence;
}

/**
 * Roles of AWS that trust the tokens of a tenant in the snapshot. The subject of an application's or managed identity's token is its object id; where no subject is demanded, whoever gets
 * a token for the audience has the role: those that are assigned to the application if it asks for assignment, else every identity of the tenant
 * (https://learn.microsoft.com/entra/identity-platform/howto-restrict-your-app-to-a-set-of-users).
 */
export function addEntraToAws(builder: GraphBuilder, snapshot: Snapshot, trusts: readonly EntraTrust[]): void {
  const issuers = new EntraIssuers(snapshot);
  for (const trust of trusts) {
    const tenant = tenantOfIssuer(trust.host);
    if (tenant === undefined || !issuers.knows(trust.host, trust.subject)) continue;
    if (!/[*?]/.test(trust.subject)) become(builder, trust.subject.toLowerCase(), trust, []);
    else if (trust.audiences.length === 0) anyIdentity(builder, snapshot, tenant, trust, undefined);
    else for (const audience of trust.audiences) forAudience(builder, snapshot, tenant, trust, audience);
  }
}

const step = (trust: EntraTrust, more: readonly Evidence[]) => ({
  kind: 'CanBecome' as const,
  technique: 'aws.oidc-trust',
  label: 'assumes the role with a token of its tenant',
  factors: [{ name: 'federation', value: 0.95, why: 'one call with the token that Entra ID hands out' }],
  residual: trust.residual,
  evidence: [trust.evidence, ...more],
});

function become(builder: GraphBuilder, from: string, trust: EntraTrust, more: readonly Evidence[]): void {
  if (builder.has(from)) builder.step({ ...step(trust, more), from, to: trust.role });
}

/** The application that a token is for: by its id, or by one of its names (`api://…`). */
function audienceOf(snapshot: Snapshot, tenant: string, audience: string): SnapshotRecord | undefined {
  const wanted = audience.toLowerCase().replace(/\/+$/, '');
  const named = (record: SnapshotRecord): boolean =>
    textAt(record.config, 'appId')?.toLowerCase() === wanted.replace(/^api:\/\//, '') ||
    [...walkPath(record.config, 'servicePrincipalNames[]')].some(({ value }) => String(value).toLowerCase().replace(/\/+$/, '') === wanted);
  return snapshot.records(principalType).find((record) => record.account === tenant && named(record));
}

function forAudience(builder: GraphBuilder, snapshot: Snapshot, tenant: string, trust: EntraTrust, audience: string): void {
  const resource = audienceOf(snapshot, tenant, audience);
  if (resource?.config['appRoleAssignmentRequired'] !== true) {
    anyIdentity(builder, snapshot, tenant, trust, resource);
    return;
  }
  for (const { value, at } of walkPath(resource.config, 'appRoleAssignedTo[]')) {
    const call = resource.calls.find((each) => /appRoleAssignedTo/.test(each)) ?? resource.calls[0] ?? '';
    become(builder, textAt(value, 'principalId') ?? '', trust, [{ resource: resource.id, pointer: `/config/${at.join('/')}`, call }]);
  }
}

/** Every application and managed identity of the tenant, over one hub. People get a token only through an application that asks for it in their name. */
function anyIdentity(builder: GraphBuilder, snapshot: Snapshot, tenant: string, trust: EntraTrust, resource: SnapshotRecord | undefined): void {
  const hub = `hub:aws.oidc-trust:${tenant}:${resource?.id ?? trust.audiences.join(' ')}`;
  const open: readonly Evidence[] =
    resource === undefined
      ? []
      : [
          {
            resource: resource.id,
            pointer: `/config/${'appRoleAssignmentRequired' in resource.config ? 'appRoleAssignmentRequired' : 'id'}`,
            call: resource.calls[0] ?? '',
          },
        ];
  if (!builder.has(hub)) {
    builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `identities of ${tenant}` });
    for (const principal of snapshot.records(principalType)) {
      if (principal.account !== tenant || isMicrosofts(principal)) continue;
      const own = { resource: principal.id, pointer: '/config/id', call: principal.calls[0] ?? '' };
      builder.step({ ...step(trust, []), residual: [], from: principal.id, to: hub, factors: [], evidence: [own] });
    }
  }
  builder.step({ ...step(trust, open), from: hub, to: trust.role });
}
