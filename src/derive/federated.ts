import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine, TrustGrant } from '../iam/api.ts';
import type { ConditionAtom, Evidence, Factor, Residual } from '../model/evidence.ts';
import { textAt } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { demands } from './condition-values.ts';
import { EntraIssuers } from './entra-tokens.ts';
import { outsiderNode } from './outside.ts';
import { type TokenDemand, tokenDemand } from './token-demand.ts';
import { knownVendors } from './vendors.ts';

const price = (name: string, value: number, why: string): readonly Factor[] => [{ name, value, why }];

/** A subject of an OIDC provider that a role trusts. */
export interface OidcTrust {
  readonly host: string;
  readonly subject: string;
  /** Whom the token must be for; empty where the trust policy does not say. */
  readonly audiences: readonly string[];
  readonly role: string;
  readonly residual: Residual;
  readonly evidence: Evidence;
}

/** Hosts whose subjects anybody can make himself: a repository, a workspace. */
const publicHosts = /^(token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|oidc\.circleci\.com|agent\.buildkite\.com|api\.bitbucket\.org)/;

/** Roles that Identity Center makes for its permission sets. Where its assignments were read they say who signs on, and nobody else does. */
const ofIdentityCenter = /:role\/aws-reserved\/sso\.amazonaws\.com\//;

/** Identity providers outside that roles trust: a node for each subject that a trust policy admits, and the step from it to the role. */
export function addFederated(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine, names: Readonly<Record<string, string>>): readonly OidcTrust[] {
  const trusts: OidcTrust[] = [];
  const clusters = issuers(snapshot);
  const tenants = new EntraIssuers(snapshot);
  const center = snapshot.records('AWS::SSO::Instance').length > 0;
  for (const role of snapshot.records('AWS::IAM::Role')) {
    for (const grant of iam.trust(role.id)) {
      const { principal } = grant;
      if (principal.kind === 'account') addDeputy(builder, role.id, principal.account, grant, names);
      if (principal.kind === 'principal') addDeputy(builder, role.id, /^arn:[^:]+:[^:]+::(\d{12}):/.exec(principal.arn)?.[1] ?? '', grant, names);
      if (principal.kind !== 'federated' || isGone(snapshot, principal.provider, role.account)) continue;
      const oidc = /:oidc-provider\/(.+)$/.exec(principal.provider)?.[1] ?? (Object.hasOwn(builtIn, principal.provider) ? principal.provider : undefined);
      const cluster = oidc === undefined ? undefined : clusters.get(issuerName(oidc));
      if (oidc !== undefined) trusts.push(...addOidc(builder, { role: role.id, grant, host: oidc }, cluster, tenants));
      else if (/:saml-provider\//.test(principal.provider) && !(center && ofIdentityCenter.test(role.id))) addSaml(builder, role.id, grant, principal.provider);
    }
  }
  return trusts;
}

const listings = { 'oidc-provider': 'iam:ListOpenIDConnectProviders', 'saml-provider': 'iam:ListSAMLProviders' } as const;

/** A provider that a trust policy still names and that is registered no more: its tokens are not taken. */
function isGone(snapshot: Snapshot, provider: string, account: string): boolean {
  const kind = /^arn:[^:]+:iam::\d{12}:(oidc-provider|saml-provider)\//.exec(provider)?.[1] as keyof typeof listings | undefined;
  if (kind === undefined || !snapshot.answered(listings[kind], account, 'global')) return false;
  return snapshot.find(provider) === undefined;
}

/** An issuer as the ARN of its provider spells it: without scheme, and without the slash at its end. */
const issuerName = (issuer: string): string =>
  issuer
    .replace(/^https:\/\//, '')
    .replace(/\/+$/, '')
    .toLowerCase();

/** Clusters of either cloud by the issuer of their service accounts' tokens. */
function issuers(snapshot: Snapshot): ReadonlyMap<string, Cluster> {
  return new Map(
    clusterIssuers.flatMap(([type, path, technique]) =>
      snapshot.records(type).flatMap((cluster): [string, Cluster][] => {
        const issuer = textAt(cluster.config, path);
        return issuer === undefined ? [] : [[issuerName(issuer), { id: cluster.id, technique }]];
      }),
    ),
  );
}

interface Cluster {
  readonly id: string;
  readonly technique: string;
}
const clusterIssuers = [
  ['AWS::EKS::Cluster', 'identity.oidc.issuer', 'aws.eks-service-account'],
  ['Microsoft.ContainerService/managedClusters', 'properties.oidcIssuerProfile.issuerURL', 'azure.aks-service-account'],
] as const;

/** Providers of identities for people that AWS knows without a registration, with what they call the user and the application (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif). */
const builtIn: Readonly<Record<string, readonly [subject: string, audience: string]>> = {
  'accounts.google.com': ['sub', 'aud'],
  'www.amazon.com': ['user_id', 'app_id'],
  'graph.facebook.com': ['id', 'app_id'],
};

interface Entry {
  readonly role: string;
  readonly grant: TrustGrant;
  readonly host: string;
}

function addOidc(builder: GraphBuilder, entry: Entry, cluster: Cluster | undefined, tenants: EntraIssuers): readonly OidcTrust[] {
  const { role, grant, host } = entry;
  const trusts: OidcTrust[] = [];
  for (const alternative of grant.residual.length === 0 ? [{ allOf: [] }] : grant.residual) {
    const demand = tokenDemand(alternative, host, ...(Object.hasOwn(builtIn, host) ? (builtIn[host] ?? []) : []));
    // Inside the estate other claims stay a condition; outside they tell who comes.
    const inside = also(demand.residual, demand.claims);
    for (const pattern of demand.subjects) {
      if (cluster !== undefined && builder.has(cluster.id)) {
        builder.step({
          from: cluster.id,
          to: role,
          kind: 'RunsAs',
          technique: cluster.technique,
          label: `runs a pod as ${pattern.replace('system:serviceaccount:', '')}`,
          factors: price('service account', pattern.includes('*') ? 0.8 : 0.6, 'a pod with that service account must be entered or made'),
          residual: inside,
          evidence: [grant.evidence],
        });
        continue;
      }
      trusts.push({ host, subject: pattern, audiences: demand.audiences, role, residual: inside, evidence: grant.evidence });
      // A subject that stands in the snapshot is nobody from outside: the steps from its identities are added with the directory.
      if (!tenants.knows(host, pattern)) addSubject(builder, entry, pattern, demand);
    }
  }
  return trusts;
}

const also = (residual: Residual, atoms: readonly ConditionAtom[]): Residual =>
  atoms.length === 0 ? residual : [{ allOf: [...(residual[0]?.allOf ?? []), ...atoms] }];

/** A subject outside, with the claims that it must bear, and the step from it to the role. */
function addSubject(builder: GraphBuilder, { role, grant, host }: Entry, pattern: string, { claims, audiences, residual }: TokenDemand): void {
  const bearing = claims.map(({ key, values }) => ` with ${key.slice(host.length + 1)} ${values.join(' or ')}`).join('');
  const people = Object.hasOwn(builtIn, host);
  const application = people && audiences.length > 0 ? ` in ${audiences.join(' or ')}` : '';
  const anybody = isBroad(pattern) && (people || publicHosts.test(host)) && !claims.some(bindsOwner);
  const id = `oidc:${host}:${pattern}${bearing}${application}`;
  builder.node({
    id,
    kind: 'Federated',
    type: 'postern/federated',
    name: `${host} ${pattern}${bearing}${application}`,
    props: anybody ? { breadth: 'any' } : {},
  });
  builder.step({
    from: id,
    to: role,
    kind: 'CanBecome',
    technique: 'aws.oidc-trust',
    label: 'assumes the role with an identity token',
    factors: people
      ? price('federation', application === '' ? 0.95 : 0.7, 'a user signs in, by an application that lets him, and exchanges the token')
      : price('federation', 0.95, 'one call with the token that the provider hands out'),
    residual,
    evidence: [grant.evidence],
  });
}

/** Claims that whoever owns a repository of his own can give any value: they do not tell whose it is. */
const free = /:(ref|environment|workflow|amr)$/i;
const bindsOwner = ({ key, values }: ConditionAtom): boolean => !free.test(key) && values.every((value) => !/^[*?]/.test(value));

/** Whether a pattern of subjects admits an owner that anybody can register: `*`, `repo:*`, `project_path:*`, `organization:*`, an owner with a wildcard in its name (`repo:acme*`). */
function isBroad(pattern: string): boolean {
  const wild = pattern.search(/[*?]/);
  if (wild < 0) return false;
  const before = pattern.slice(0, wild);
  // The owner is closed by the first slash after the kind of subject: `repo:acme/`, `project_path:acme/`, `organization:acme:project:`.
  return !/^[a-z_]+:[^/:]+[/:]/.test(before);
}

function addSaml(builder: GraphBuilder, role: string, grant: TrustGrant, provider: string): void {
  const id = `saml:${provider}`;
  builder.node({ id, kind: 'Federated', type: 'postern/federated', name: `user of ${provider.split('/').at(-1) ?? provider}` });
  const residual = grant.residual.map((entry) => ({ allOf: entry.allOf.filter((atom) => !/^saml:/i.test(atom.key)) }));
  builder.step({
    from: id,
    to: role,
    kind: 'CanBecome',
    technique: 'aws.saml-trust',
    label: 'assumes the role by single sign-on',
    factors: price('federation', 0.9, 'the identity provider must assert the role for the user'),
    residual: residual.some((entry) => entry.allOf.length === 0) ? [] : residual,
    evidence: [grant.evidence],
  });
}

const asksExternalId = (atom: ConditionAtom): boolean => atom.key.toLowerCase() === 'sts:externalid' && demands(atom);

/**
 * "the confused deputy problem": another customer of a vendor that a role trusts can make the vendor's service assume it, unless an external id is asked for
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html). The role's ARN is no secret.
 */
function addDeputy(builder: GraphBuilder, role: string, account: string, grant: TrustGrant, names: Readonly<Record<string, string>>): void {
  const vendor = names[account] ?? knownVendors[account];
  if (vendor === undefined) return;
  const open = grant.residual.length === 0 ? [{ allOf: [] }] : grant.residual.filter((entry) => !entry.allOf.some(asksExternalId));
  if (open.length === 0 || outsiderNode(builder, 'aws:anyone') === undefined) return;
  const evidence: readonly Evidence[] = [grant.evidence];
  builder.step({
    from: 'aws:anyone',
    to: role,
    kind: 'CanBecome',
    technique: 'aws.confused-deputy',
    label: `makes ${vendor} assume the role`,
    factors: price('confused deputy', 0.03, `another customer must make ${vendor} use this role for him: no external id stands against it`),
    residual: open.some((entry) => entry.allOf.length === 0) ? [] : open,
    evidence,
  });
}
