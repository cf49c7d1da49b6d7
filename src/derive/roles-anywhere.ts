import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine, TrustGrant } from '../iam/api.ts';
import type { Evidence, Factor, Residual } from '../model/evidence.ts';
import { isArray, isObject, textAt } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { knowing } from './condition-values.ts';
import { both } from './facts.ts';

const service = 'rolesanywhere.amazonaws.com';
const listings = ['rolesanywhere:ListProfiles', 'rolesanywhere:ListTrustAnchors'];

/**
 * Who holds a certificate of an authority that an enabled trust anchor names gets the roles of an enabled profile of its region that trust the service: `CreateSession` asks for all three
 * (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-create-session.html). The trust policy may hold the role to some anchors by `aws:SourceArn` and to some
 * certificates by `aws:PrincipalTag/x509…` (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html).
 */
export function addRolesAnywhere(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  addIssuers(builder, snapshot, iam);
  for (const role of snapshot.records('AWS::IAM::Role')) {
    for (const grant of iam.trust(role.id)) {
      if (grant.action !== 'sts:AssumeRole' || grant.principal.kind !== 'service' || grant.principal.service !== service) continue;
      const missing = unasked(snapshot, role.account);
      for (const { anchor, profile } of sessions(snapshot, role)) addSession(builder, role, grant, anchor, profile);
      if (missing.length > 0) addUnknown(builder, role, grant, missing);
    }
  }
}

function* sessions(snapshot: Snapshot, role: SnapshotRecord): Generator<{ readonly anchor: SnapshotRecord; readonly profile: SnapshotRecord }> {
  const own = (type: string): readonly SnapshotRecord[] =>
    snapshot.records(type).filter((record) => record.account === role.account && record.config['enabled'] === true);
  const profiles = own('AWS::RolesAnywhere::Profile').filter((profile) => position(profile, role.id) >= 0);
  // One that limits the session proves less than one that does not.
  const wide = [...profiles].sort((a, b) => Number(limited(a)) - Number(limited(b)));
  for (const anchor of own('AWS::RolesAnywhere::TrustAnchor')) {
    const profile = wide.find((each) => each.region === anchor.region);
    if (profile !== undefined) yield { anchor, profile };
  }
}

function position(profile: SnapshotRecord, role: string): number {
  const roles = profile.config['roleArns'];
  return isArray(roles) ? roles.indexOf(role) : -1;
}

/** "The session policy ... applies to the trust boundary of the vended session credentials" (CreateProfile): what it leaves of the role is not worked out. */
function limited(profile: SnapshotRecord): boolean {
  const { sessionPolicy, managedPolicyArns } = profile.config;
  return (sessionPolicy !== undefined && sessionPolicy !== null && sessionPolicy !== '') || (isArray(managedPolicyArns) && managedPolicyArns.length > 0);
}

function addSession(builder: GraphBuilder, role: SnapshotRecord, grant: TrustGrant, anchor: SnapshotRecord, profile: SnapshotRecord): void {
  const left = knowing(grant.residual, { 'aws:sourcearn': anchor.id, 'aws:sourceaccount': anchor.account });
  if (left === undefined || !builder.has(anchor.id)) return;
  const name = textAt(anchor.config, 'name') ?? anchor.id;
  const { names, residual } = certificate(left);
  const id = `x509:${anchor.id}${names === '' ? '' : `:${names}`}`;
  const bearing = names === '' ? '' : ` with ${names}`;
  builder.node({ id, kind: 'Federated', type: 'postern/federated', name: `holder of a certificate${bearing} that ${name} accepts`, account: anchor.account });
  const missing = limited(profile) ? [`what the session policy of the profile ${textAt(profile.config, 'name') ?? profile.id} leaves of the role`] : [];
  const step = {
    to: role.id,
    kind: 'CanBecome' as const,
    residual,
    missing,
    evidence: [
      grant.evidence,
      evidenceOf(anchor, `/config/${isObject(anchor.config['source']) ? 'source' : 'enabled'}`),
      evidenceOf(profile, `/config/roleArns/${position(profile, role.id)}`),
    ],
  };
  builder.step({ ...step, from: id, technique: 'aws.rolesanywhere-trust', label: 'signs in with a certificate', factors: price(names !== '') });
  // Whoever controls the anchor puts an authority of his own in its place, which issues what the trust policy asks for.
  builder.step({ ...step, from: anchor.id, technique: 'aws.rolesanywhere-anchor', label: 'lets certificates of its authority in as', factors: price(false) });
}

const issuing = ['acm-pca:IssueCertificate', 'acm-pca:GetCertificate'] as const;

/**
 * Whoever may have a private authority of ACM sign a request of his own holds a certificate that the anchor accepts (and fetch it: https://docs.aws.amazon.com/privateca/latest/APIReference/API_GetCertificate.html).
 * The authority itself has no record: its ARN stands in the anchor.
 */
function addIssuers(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  for (const anchor of snapshot.records('AWS::RolesAnywhere::TrustAnchor')) {
    const authority = textAt(anchor.config, 'source.sourceData.acmPcaArn');
    if (authority === undefined || anchor.config['enabled'] !== true || !builder.has(anchor.id)) continue;
    const [issue, get] = issuing.map((action) => iam.bulk({ action, candidates: [authority] }));
    const fetched = new Map((get ?? []).map((grant) => [grant.principal, grant]));
    for (const grant of issue ?? []) {
      const other = fetched.get(grant.principal);
      if (other === undefined || grant.allowedBy === 'unread' || !builder.has(grant.principal)) continue;
      if (iam.realm(grant.principal) !== undefined && iam.inside(grant.principal, anchor.id)) continue;
      const fact = both(grant, other);
      builder.step({
        from: grant.principal,
        to: anchor.id,
        kind: 'CanWrite',
        technique: 'aws.rolesanywhere-issue-certificate',
        label: 'has its authority issue a certificate',
        factors: [{ name: 'private authority', value: 0.85, why: 'the authority signs whatever names are asked for' }],
        residual: fact.residual,
        missing: fact.missing,
        evidence: [...fact.evidence, evidenceOf(anchor, '/config/source/sourceData/acmPcaArn')],
      });
    }
  }
}

/** A role that trusts the service where nobody listed what it is used with. */
function addUnknown(builder: GraphBuilder, role: SnapshotRecord, grant: TrustGrant, missing: readonly string[]): void {
  const id = `x509:${role.account}`;
  const name = `holder of a certificate that a trust anchor of ${role.account} accepts`;
  builder.node({ id, kind: 'Federated', type: 'postern/federated', name, account: role.account });
  const { names, residual } = certificate(knowing(grant.residual, { 'aws:sourceaccount': role.account }) ?? grant.residual);
  const step = { from: id, to: role.id, kind: 'CanBecome' as const, technique: 'aws.rolesanywhere-trust', label: 'signs in with a certificate' };
  builder.step({ ...step, factors: price(names !== ''), residual, missing, evidence: [grant.evidence] });
}

const price = (named: boolean): readonly Factor[] =>
  named
    ? [{ name: 'certificate', value: 0.5, why: 'the certificate must bear the names that the trust policy asks for' }]
    : [{ name: 'certificate', value: 0.9, why: 'any certificate of the authority will do' }];

const ofCertificate = /^aws:principaltag\/(x509.*)$/i;

/** Names that the certificate must bear make the entry another one; they are no further condition. The weakest alternative counts. */
function certificate(residual: Residual): { readonly names: string; readonly residual: Residual } {
  const entries = (residual.length === 0 ? [{ allOf: [] }] : residual).map((entry) => ({
    names: entry.allOf.flatMap((atom) => {
      const field = ofCertificate.exec(atom.key)?.[1];
      return field === undefined ? [] : [`${field}${atom.negated ? '!' : ''}=${atom.values.join('|')}`];
    }),
    rest: entry.allOf.filter((atom) => !ofCertificate.test(atom.key)),
  }));
  const [weakest] = [...entries].sort((a, b) => a.rest.length - b.rest.length || a.names.length - b.names.length);
  return { names: weakest?.names.sort().join(',') ?? '', residual: weakest === undefined || weakest.rest.length === 0 ? [] : [{ allOf: weakest.rest }] };
}

/** Listings that nobody, or not everywhere, answered for an account. */
function unasked(snapshot: Snapshot, account: string): readonly string[] {
  return listings.filter((call) => {
    const asked = snapshot.manifest.calls.filter((each) => each.call === call && each.account === account);
    return asked.length === 0 || asked.some((each) => each.state !== 'ok' && each.state !== 'absent');
  });
}

const evidenceOf = (record: SnapshotRecord, pointer: string): Evidence => ({ resource: record.id, pointer, call: record.calls[0] ?? '' });
