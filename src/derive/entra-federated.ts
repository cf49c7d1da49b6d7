import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import type { Evidence, Residual } from '../model/evidence.ts';
import { isObject, textAt, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { type Breadth, classifySubject, type Subject } from './subjects.ts';

const holders = ['Microsoft.Graph/application', 'Microsoft.ManagedIdentity/userAssignedIdentities'];

/** How likely a subject can be had once the entry is taken: the narrower, the more must be broken. */
const price: Readonly<Record<Breadth, number>> = {
  anybody: 1,
  tenant: 0.9,
  repository: 0.95,
  'pull-request': 0.9,
  branch: 0.8,
  environment: 0.6,
  workload: 0.9,
  invalid: 0.02,
};

/** Who holds a subject inside the estate: a workload of another cloud, a cluster, an identity of the tenant. */
type Known = (issuer: string, subject: string) => { readonly id: string; readonly evidence: readonly Evidence[] } | undefined;

/** Federated credentials of applications and of managed identities: from the subject that they trust, or from who in the estate is that subject. */
export function addEntraFederated(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  const known = issuers(builder, snapshot);
  const cognito = developers(snapshot, iam);
  for (const type of holders) {
    for (const record of snapshot.records(type)) {
      for (const { value, at } of walkPath(record.config, 'federatedIdentityCredentials[]')) {
        const body = isObject(value) && isObject(value['properties']) ? value['properties'] : value;
        const [issuer = '', subject = ''] = [textAt(body, 'issuer'), textAt(body, 'subject')];
        const expression = textAt(body, 'claimsMatchingExpression.value');
        const found = classifySubject({ issuer, subject, expression });
        const own: Evidence = {
          resource: record.id,
          pointer: `/config/${at.join('/')}`,
          call: record.calls.find((call) => /federated/i.test(call)) ?? record.calls[0] ?? '',
        };
        const audiences = [...walkPath(body, 'audiences[]')].map(({ value: each }) => String(each));
        for (const { id, residual, evidence } of cognito(issuer, audiences)) {
          if (!builder.has(id)) continue;
          builder.step({
            from: id,
            to: record.id,
            kind: 'CanBecome',
            technique: 'entra.federated-credential',
            label: 'has Cognito make a token for',
            factors: [{ name: 'federation', value: 0.8, why: 'a token of the pool for that very identity is asked for and exchanged' }],
            residual,
            evidence: [own, ...evidence],
          });
        }
        const inside = known(issuer, expression === undefined ? subject : '');
        const from = inside?.id ?? subjectNode(builder, found);
        builder.step({
          from,
          to: record.id,
          kind: 'CanBecome',
          technique: 'entra.federated-credential',
          label: 'exchanges its token for one of',
          factors: [{ name: 'federation', value: inside === undefined ? price[found.breadth] : 0.9, why: `${found.breadth}: ${found.means}` }],
          residual: inside === undefined ? verbatim(subject, expression) : [],
          evidence: [own, ...(inside?.evidence ?? [])],
        });
      }
    }
  }
}

/** A plain credential compares its subject as it is written, so one with a wildcard is met by no token that an issuer makes today. */
function verbatim(subject: string, expression: string | undefined): Residual {
  if (expression !== undefined || !subject.includes('*')) return [];
  return [{ allOf: [{ operator: 'StringEquals', key: 'oidc:LiteralSubject', values: [subject], negated: false }] }];
}

function subjectNode(builder: GraphBuilder, { id, name, breadth }: Subject): string {
  builder.node({ id, kind: 'Federated', type: 'postern/federated', name, props: breadth === 'anybody' ? { breadth: 'any' } : {} });
  return id;
}

/**
 * Who makes tokens of an identity pool of Cognito, whose issuer signs for all pools and whose audience is the pool: `GetOpenIdTokenForDeveloperIdentity` "registers (or retrieves) a Cognito
 * IdentityId and an OpenID Connect token" (https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetOpenIdTokenForDeveloperIdentity.html).
 */
function developers(snapshot: Snapshot, iam: IamEngine) {
  const pools = new Map(snapshot.records('AWS::Cognito::IdentityPool').map((pool) => [textAt(pool.config, 'IdentityPoolId') ?? pool.id, pool]));
  return (issuer: string, audiences: readonly string[]) => {
    if (withoutSlash(issuer) !== 'https://cognito-identity.amazonaws.com') return [];
    return audiences.flatMap((audience) => {
      const pool = pools.get(audience);
      if (pool === undefined) return [];
      const grants = iam.bulk({ action: 'cognito-identity:GetOpenIdTokenForDeveloperIdentity', candidates: [pool.id] });
      return grants.filter((grant) => grant.missing.length === 0).map(({ principal, residual, evidence }) => ({ id: principal, residual, evidence }));
    });
  };
}

const withoutSlash = (text: string): string => text.toLowerCase().replace(/\/+$/, '');

function issuers(builder: GraphBuilder, snapshot: Snapshot): Known {
  const clusters = new Map<string, { id: string; evidence: readonly Evidence[] }>();
  for (const [type, path] of [
    ['Microsoft.ContainerService/managedClusters', 'properties.oidcIssuerProfile.issuerURL'],
    ['AWS::EKS::Cluster', 'identity.oidc.issuer'],
  ] as const) {
    for (const record of snapshot.records(type)) {
      const issuer = textAt(record.config, path);
      const evidence = [{ resource: record.id, pointer: `/config/${path.replaceAll('.', '/')}`, call: record.calls[0] ?? '' }];
      if (issuer !== undefined) clusters.set(withoutSlash(issuer), { id: record.id, evidence });
    }
  }
  return (issuer, subject) => {
    const cluster = clusters.get(withoutSlash(issuer));
    if (cluster !== undefined) return cluster;
    // Object ids of the tenant's own identities; ARNs of roles, which AWS puts into the tokens that it issues for other clouds.
    const id = subject.toLowerCase();
    const spelled = subject.startsWith('arn:') ? subject : id;
    const own = /login\.microsoftonline\.com|sts\.windows\.net/i.test(issuer) || /\.tokens\.sts\.global\.api\.aws/i.test(issuer);
    return own && builder.has(spelled) ? { id: spelled, evidence: [] } : undefined;
  };
}
