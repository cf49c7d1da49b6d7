import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import { applicationRole } from '../iam/entra/application-role.ts';
import type { Evidence } from '../model/evidence.ts';
import { textAt, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import type { SigningPeople } from './signing-people.ts';

const pair = /(arn:aws[a-z-]*:iam::\d{12}:role\/[^\s,]+)\s*,\s*(arn:aws[a-z-]*:iam::\d{12}:saml-provider\/[^\s,]+)/;

/**
 * Single sign-on from Entra ID to roles of AWS: the enterprise application has an application role whose value is "role ARN,provider ARN", and whoever is assigned it is
 * asserted that role (https://learn.microsoft.com/entra/identity/saas-apps/amazon-web-service-tutorial). Whoever controls the application signs the assertion for anybody.
 */
export function addEntraSaml(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine, signing: SigningPeople): void {
  for (const principal of snapshot.records('Microsoft.Graph/servicePrincipal')) {
    const roles = new Map<string, { role: string; evidence: Evidence }>();
    for (const { value, at } of walkPath(principal.config, 'appRoles[]')) {
      for (const path of ['value', 'displayName']) {
        const [first, second] = [pair.exec(textAt(value, path) ?? ''), pair.exec((textAt(value, path) ?? '').split(',').reverse().join(','))];
        const role = (first ?? second)?.[1];
        if (role === undefined || !builder.has(role)) continue;
        roles.set(textAt(value, 'id') ?? '', {
          role,
          evidence: { resource: principal.id, pointer: `/config/${at.join('/')}/${path}`, call: principal.calls[0] ?? '' },
        });
      }
    }
    for (const { role, evidence } of roles.values()) {
      builder.step({
        from: principal.id,
        to: role,
        kind: 'CanBecome',
        technique: 'entra.saml-to-aws',
        label: 'signs an assertion for',
        factors: [{ name: 'signing', value: 0.85, why: 'the application’s signing certificate is added or taken' }],
        residual: [],
        evidence: [evidence],
      });
    }
    addAssigned(builder, snapshot, principal, roles, signing);
    addAsking(builder, iam, principal, roles, signing);
  }
  addProviders(builder, snapshot);
}

/**
 * Who is assigned a role of the application. Of a group its direct members sign on: "Group-based assignment is supported only for security groups. Nested group memberships … aren't
 * supported" (https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal).
 */
function addAssigned(
  builder: GraphBuilder,
  snapshot: Snapshot,
  principal: { readonly id: string; readonly config: Parameters<typeof walkPath>[0] },
  roles: ReadonlyMap<string, { role: string; evidence: Evidence }>,
  signing: SigningPeople,
): void {
  for (const { value, at } of walkPath(principal.config, 'appRoleAssignedTo[]')) {
    const [who = '', appRole = ''] = [textAt(value, 'principalId'), textAt(value, 'appRoleId')];
    const known = roles.get(appRole);
    if (known === undefined || !builder.has(who)) continue;
    const assigned: Evidence[] = [
      { resource: principal.id, pointer: `/config/${at.join('/')}`, call: 'graph:servicePrincipals/appRoleAssignedTo' },
      known.evidence,
    ];
    const sign = (evidence: readonly Evidence[]) => ({
      to: known.role,
      kind: 'CanBecome' as const,
      technique: 'entra.sso-to-aws',
      label: 'signs on to',
      factors: [{ name: 'single sign-on', value: 0.97, why: 'the role is assigned to the user or group' }],
      residual: [],
      evidence,
    });
    const group = snapshot.find(who);
    if (group?.type !== 'Microsoft.Graph/group') {
      builder.step({ ...sign(assigned), from: who });
      continue;
    }
    signing.signOn(who, sign(assigned));
    for (const { value: id, at: place } of walkPath(group.config, 'members[].id'))
      if (typeof id === 'string' && builder.get(id)?.type === 'Microsoft.Graph/user')
        builder.step({
          ...sign([...assigned, { resource: group.id, pointer: `/config/${place.join('/')}`, call: 'graph:groups/members' }]),
          from: id,
        });
  }
}

/** Who is given a role of the application for the asking, by an access package. */
function addAsking(
  builder: GraphBuilder,
  iam: IamEngine,
  principal: { readonly id: string },
  roles: ReadonlyMap<string, { role: string; evidence: Evidence }>,
  signing: SigningPeople,
): void {
  for (const [appRole, known] of roles) {
    const candidates = [applicationRole(principal.id, appRole)];
    for (const { principal: from, residual, missing, evidence } of iam.bulk({ action: 'microsoft.graph/requestAppRole', candidates })) {
      const step = {
        to: known.role,
        kind: 'CanBecome' as const,
        technique: 'entra.sso-to-aws',
        label: 'asks for an assignment to',
        factors: [{ name: 'access package', value: 0.9, why: 'the assignment is given to whoever asks for the package' }],
        residual,
        missing,
        evidence: [...evidence, known.evidence],
      };
      const type = builder.get(from)?.type;
      if (type === 'Microsoft.Graph/group') signing.signOn(from, step);
      else if (type === 'Microsoft.Graph/user') builder.step({ ...step, from });
    }
  }
}

/** A provider of identities whose metadata name a tenant of the snapshot: control of the tenant is every user of that provider. */
function addProviders(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const provider of snapshot.records('AWS::IAM::SAMLProvider')) {
    const text = JSON.stringify(provider.config);
    const tenant = /https:\/\/sts\.windows\.net\/([0-9a-f-]{36})\//i.exec(text)?.[1]?.toLowerCase();
    if (tenant === undefined || !builder.has(tenant) || !builder.has(`saml:${provider.id}`)) continue;
    builder.step({
      from: tenant,
      to: `saml:${provider.id}`,
      kind: 'CanBecome',
      technique: 'entra.saml-to-aws',
      label: 'asserts any user of',
      factors: [{ name: 'signing', value: 0.9, why: 'the tenant signs for the provider' }],
      residual: [],
      evidence: [{ resource: provider.id, pointer: '/config', call: provider.calls[0] ?? '' }],
    });
  }
}
