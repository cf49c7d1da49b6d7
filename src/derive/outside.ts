import type { GraphBuilder } from '../graph/graph.ts';
import type { IamEngine, TrustGrant } from '../iam/api.ts';
import type { Evidence, Residual } from '../model/evidence.ts';
import { isObject, type Json, textAt, walkPath } from '../model/json.ts';
import type { Snapshot } from '../model/record.ts';
import { knownVendors } from './vendors.ts';

/** The node of somebody outside, made on first use. `undefined` for what is no outsider. */
export function outsiderNode(builder: GraphBuilder, id: string, names: Readonly<Record<string, string>> = {}): string | undefined {
  if (id === '*' || id === 'internet') {
    builder.node({ id: 'internet', kind: 'Internet', type: 'postern/internet', name: 'Internet' });
    return 'internet';
  }
  if (id === 'aws:anyone') {
    builder.node({ id, kind: 'Outsider', type: 'postern/outsider', name: 'anybody with an AWS account', props: { breadth: 'any' } });
    return id;
  }
  const tenant = /^azure:tenant:(.+)$/.exec(id)?.[1];
  if (id === 'azure:any-tenant' || tenant !== undefined) {
    const name = tenant === undefined ? 'anybody with an Entra tenant' : `tenant ${names[tenant] ?? tenant}`;
    builder.node({
      id,
      kind: 'Outsider',
      type: 'postern/outsider',
      name,
      ...(tenant === undefined ? {} : { account: tenant }),
      props: { breadth: tenant === undefined ? 'any' : 'account' },
    });
    return id;
  }
  const account = /^aws:account:(\d{12})$/.exec(id)?.[1];
  if (account === undefined) return undefined;
  const vendor = names[account] ?? knownVendors[account];
  builder.node({
    id,
    kind: 'Outsider',
    type: 'postern/outsider',
    name: vendor === undefined ? `unknown account ${account}` : `${vendor} (${account})`,
    account,
    props: { breadth: vendor === undefined ? 'account' : 'vendor' },
  });
  return id;
}

/** A subject of an OIDC provider that a role trusts. */
export interface OidcTrust {
  readonly host: string;
  readonly subject: string;
  readonly role: string;
  readonly evidence: Evidence;
}

const price = (name: string, value: number, why: string) => [{ name, value, why }];

/** Identity providers outside that roles trust: a node for each subject that a trust policy admits, and the step from it to the role. */
export function addFederated(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): readonly OidcTrust[] {
  const trusts: OidcTrust[] = [];
  for (const role of snapshot.records('AWS::IAM::Role')) {
    for (const grant of iam.trust(role.id)) {
      if (grant.principal.kind !== 'federated') continue;
      const { provider } = grant.principal;
      const oidc = /:oidc-provider\/(.+)$/.exec(provider)?.[1];
      if (oidc !== undefined) trusts.push(...addOidc(builder, role.id, grant, oidc));
      else if (/:saml-provider\//.test(provider)) addSaml(builder, role.id, grant, provider);
    }
  }
  for (const pool of snapshot.records('AWS::Cognito::IdentityPool')) {
    const role = textAt(pool.config, 'GetIdentityPoolRoles.Roles.unauthenticated');
    if (pool.config['AllowUnauthenticatedIdentities'] !== true || role === undefined || !builder.has(role)) continue;
    const trust = iam.trust(role).find((grant) => grant.principal.kind === 'federated' && grant.principal.provider === 'cognito-identity.amazonaws.com');
    if (trust === undefined) continue;
    outsiderNode(builder, 'internet');
    builder.step({
      from: 'internet',
      to: role,
      kind: 'CanBecome',
      technique: 'aws.cognito-unauthenticated',
      label: 'asks the identity pool for credentials without signing in',
      factors: price('pool id', 0.7, 'the identity pool’s id must be found, usually in a web page or an app'),
      residual: [],
      evidence: [{ resource: pool.id, pointer: '/config/AllowUnauthenticatedIdentities', call: 'cognito-identity:DescribeIdentityPool' }, trust.evidence],
    });
  }
  return trusts;
}

function addOidc(builder: GraphBuilder, role: string, grant: TrustGrant, host: string): readonly OidcTrust[] {
  const trusts: OidcTrust[] = [];
  // A key of the provider's own decides who: it names the entry and is no further condition.
  const own = (key: string): boolean => key.toLowerCase().startsWith(`${host.toLowerCase()}:`);
  for (const entry of grant.residual.length === 0 ? [{ allOf: [] }] : grant.residual) {
    const subject = entry.allOf.find((atom) => own(atom.key) && /:sub$/i.test(atom.key) && !atom.negated);
    for (const pattern of subject?.values ?? ['*']) {
      trusts.push({ host, subject: pattern, role, evidence: grant.evidence });
      const id = `oidc:${host}:${pattern}`;
      const broad = pattern === '*' || /^repo:\*/.test(pattern);
      builder.node({
        id,
        kind: 'Federated',
        type: 'postern/federated',
        name: `${host} ${pattern}`,
        props: broad && /^token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io/.test(host) ? { breadth: 'any' } : {},
      });
      const rest = entry.allOf.filter((atom) => !own(atom.key));
      const residual: Residual = rest.length === 0 ? [] : [{ allOf: rest }];
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

/** Users with a console password can be phished. */
export function addPhished(builder: GraphBuilder, snapshot: Snapshot): void {
  for (const user of snapshot.records('AWS::IAM::User')) {
    const profile = user.config['GetLoginProfile'];
    if (!isObject(profile)) continue;
    const devices = user.config['ListMFADevices'];
    const mfa = Array.isArray(devices) && devices.length > 0;
    const id = `phished:${user.id}`;
    builder.node({ id, kind: 'Phished', type: 'postern/phished', name: `phished ${textAt(user.config, 'UserName') ?? user.id}`, account: user.account });
    builder.step({
      from: id,
      to: user.id,
      kind: 'CanBecome',
      technique: 'aws.phished-password',
      label: 'signs in with the stolen password',
      factors: mfa
        ? price('second factor', 0.3, 'a registered second factor must be taken over too')
        : price('password alone', 0.9, 'no second factor is registered'),
      residual: [],
      evidence: [{ resource: user.id, pointer: '/config/GetLoginProfile', call: 'iam:GetLoginProfile' }],
    });
  }
}

/** Access key ids that stand beside a secret in somebody's configuration: whoever reads it holds the user's key. */
export function addLeakedKeys(builder: GraphBuilder, snapshot: Snapshot): void {
  const owners = new Map<string, { user: string; pointer: string }>();
  for (const user of snapshot.records('AWS::IAM::User')) {
    for (const { value, at } of walkPath(user.config, 'ListAccessKeys[]')) {
      const key = textAt(value, 'AccessKeyId');
      if (key !== undefined && textAt(value, 'Status') !== 'Inactive') owners.set(key, { user: user.id, pointer: `/config/${at.join('/')}` });
    }
  }
  if (owners.size === 0) return;
  for (const record of snapshot.all()) {
    if (record.type === 'AWS::IAM::User') continue;
    for (const { ids, pointer } of redactedIds(record.config, '/config')) {
      for (const id of ids) {
        const owner = owners.get(id);
        if (owner === undefined || !builder.has(record.id)) continue;
        builder.step({
          from: record.id,
          to: owner.user,
          kind: 'Holds',
          technique: 'aws.leaked-access-key',
          label: 'holds an access key of',
          factors: price('stored key', 0.9, 'a long-lived key in the configuration'),
          residual: [],
          evidence: [
            { resource: record.id, pointer, call: record.calls[0] ?? '' },
            { resource: owner.user, pointer: owner.pointer, call: 'iam:ListAccessKeys' },
          ],
        });
      }
    }
  }
}

/** Places where a secret was replaced (see the snapshot's redaction) that mentioned access key ids; an id under a plain key counts too. */
function* redactedIds(value: Json, pointer: string): Generator<{ ids: readonly string[]; pointer: string }> {
  if (typeof value === 'string') {
    const ids = value.length < 20 ? null : value.match(/\bAKIA[A-Z2-7]{16}\b/g);
    if (ids !== null) yield { ids, pointer };
  } else if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) yield* redactedIds(each as Json, `${pointer}/${index}`);
  } else if (isObject(value)) {
    const redacted = value['$redacted'];
    if (isObject(redacted)) {
      const ids = redacted['accessKeyIds'];
      if (Array.isArray(ids)) yield { ids: ids.map(String), pointer };
      return;
    }
    for (const [key, each] of Object.entries(value)) yield* redactedIds(each ?? null, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  }
}
