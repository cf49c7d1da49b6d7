import type { GraphBuilder } from '../graph/graph.ts';
import type { IamEngine, TrustGrant } from '../iam/api.ts';
import type { ConditionAtom, Evidence, Factor, Residual } from '../model/evidence.ts';
import { textAt } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { demands } from './condition-values.ts';
import { EntraIssuers } from './entra-tokens.ts';
import { outsiderNode } from './outside.ts';
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
      if (principal.kind !== 'federated') continue;
      const oidc = /:oidc-provider\/(.+)$/.exec(principal.provider)?.[1];
      const cluster = oidc === undefined ? undefined : clusters.get(issuerName(oidc));
      if (oidc !== undefined) trusts.push(...addOidc(builder, role.id, grant, oidc, cluster, tenants));
      else if (/:saml-provider\//.test(principal.provider) && !(center && ofIdentityCenter.test(role.id))) addSaml(builder, role.id, grant, principal.provider);
    }
  }
  return trusts;
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

/** A key of the provider's own decides who: it names the entry and is no further condition. */
const without = (entry: Residual[number], own: (key: string) => boolean): Residual => {
  const rest = entry.allOf.filter((atom) => !own(atom.key));
  return rest.length === 0 ? [] : [{ allOf: rest }];
};

function addOidc(
  builder: GraphBuilder,
  role: string,
  grant: TrustGrant,
  host: string,
  cluster: Cluster | undefined,
  tenants: EntraIssuers,
): readonly OidcTrust[] {
  const trusts: OidcTrust[] = [];
  const own = (key: string): boolean => key.toLowerCase().startsWith(`${host.toLowerCase()}:`);
  for (const entry of grant.residual.length === 0 ? [{ allOf: [] }] : grant.residual) {
    const subject = entry.allOf.find((atom) => own(atom.key) && /:sub$/i.test(atom.key) && !atom.negated);
    const residual = without(entry, own);
    const audiences = entry.allOf.flatMap((atom) => (own(atom.key) && /:aud$/i.test(atom.key) && !atom.negated ? atom.values : []));
    for (const pattern of subject?.values ?? ['*']) {
      if (cluster !== undefined && builder.has(cluster.id)) {
        builder.step({
          from: cluster.id,
          to: role,
          kind: 'RunsAs',
          technique: cluster.technique,
          label: `runs a pod as ${pattern.replace('system:serviceaccount:', '')}`,
          factors: price('service account', pattern.includes('*') ? 0.8 : 0.6, 'a pod with that service account must be entered or made'),
          residual,
          evidence: [grant.evidence],
        });
        continue;
      }
      trusts.push({ host, subject: pattern, audiences, role, residual, evidence: grant.evidence });
      // A subject that stands in the snapshot is nobody from outside: the steps from its identities are added with the directory.
      if (tenants.knows(host, pattern)) continue;
      const id = `oidc:${host}:${pattern}`;
      builder.node({
        id,
        kind: 'Federated',
        type: 'postern/federated',
        name: `${host} ${pattern}`,
        props: isBroad(pattern) && publicHosts.test(host) ? { breadth: 'any' } : {},
      });
      builder.step({
        from: id,
        to: role,
        kind: 'CanBecome',
        technique: 'aws.oidc-trust',
        label: 'assumes the role with an identity token',
        factors: price('federation', 0.95, 'one call with the token that the provider hands out'),
        residual,
        evidence: [grant.evidence],
      });
    }
  }
  return trusts;
}

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
