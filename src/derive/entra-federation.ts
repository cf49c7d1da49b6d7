import type { GraphBuilder } from '../graph/builder.ts';
import type { Evidence } from '../model/evidence.ts';
import { textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';

const at = (record: SnapshotRecord, pointer: string): Evidence => ({ resource: record.id, pointer, call: record.calls[0] ?? '' });

/**
 * Domains whose users another provider of identities signs in: whoever holds its signing key signs in as any of them that has an immutable id, "Golden SAML"
 * (https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-saml-idp: the assertion must carry the user's ImmutableID). One hub for each domain.
 */
export function addFederatedDomains(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const domain of snapshot.records('Microsoft.Graph/domain')) {
    if (textAt(domain.config, 'authenticationType') !== 'Federated' || domain.config['isVerified'] === false) continue;
    const name = (textAt(domain.config, 'id') ?? domain.id).toLowerCase();
    const users = snapshot
      .records('Microsoft.Graph/user')
      .filter(
        (user) =>
          user.account === domain.account &&
          user.config['accountEnabled'] !== false &&
          textAt(user.config, 'onPremisesImmutableId') !== undefined &&
          (textAt(user.config, 'userPrincipalName') ?? '').toLowerCase().endsWith(`@${name}`),
      );
    if (users.length === 0) continue;
    const hub = `hub:entra.federated-domain:${domain.account}:${name}`;
    builder.node({ id: hub, kind: 'Hub', type: 'postern/hub', name: `users of ${name}` });
    const { from, evidence } = signer(builder, domain, name);
    const common = { kind: 'CanBecome' as const, technique: 'entra.federated-domain', label: 'signs in as any user of the domain', residual: [] };
    builder.step({
      ...common,
      from,
      to: hub,
      factors: [{ name: 'token signing', value: 0.4, why: 'the key must be taken with which the domain’s own provider of identities signs' }],
      evidence: [at(domain, '/config/authenticationType'), ...evidence],
    });
    for (const user of users) builder.step({ ...common, from: hub, to: user.id, factors: [], evidence: [at(user, '/config/onPremisesImmutableId')] });
  }
}

/** Whom the domain trusts: by its issuer where that was read, else what stands on the premises. */
function signer(builder: GraphBuilder, domain: SnapshotRecord, name: string): { readonly from: string; readonly evidence: readonly Evidence[] } {
  for (const { value, at: place } of walkPath(domain.config, 'federationConfiguration[].issuerUri')) {
    if (typeof value !== 'string' || value === '') continue;
    const id = `saml:${value}`;
    builder.node({ id, kind: 'Federated', type: 'postern/federated', name: `identity provider ${value}`, account: domain.account });
    return { from: id, evidence: [at(domain, `/config/${place.join('/')}`)] };
  }
  const id = `onprem:federation-${name}`;
  builder.node({ id, kind: 'OnPremises', type: 'postern/onpremises', name: `identity provider of ${name}`, account: domain.account });
  return { from: id, evidence: [] };
}
