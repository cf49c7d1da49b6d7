import type { GraphBuilder } from '../graph/graph.ts';
import type { IamEngine, TrustGrant } from '../iam/api.ts';
import type { Residual } from '../model/evidence.ts';
import { textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { outsiderNode } from './outside.ts';

const provider = 'cognito-identity.amazonaws.com';

/** Identity pools hand out a role's credentials to whoever asks, or to whoever signs himself up. */
export function addIdentityPools(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  for (const pool of snapshot.records('AWS::Cognito::IdentityPool')) {
    const id = textAt(pool.config, 'IdentityPoolId') ?? '';
    if (pool.config['AllowUnauthenticatedIdentities'] === true) {
      add(builder, iam, pool, id, 'unauthenticated', {
        technique: 'aws.cognito-unauthenticated',
        label: 'asks the identity pool for credentials without signing in',
        pointer: { resource: pool.id, pointer: '/config/AllowUnauthenticatedIdentities', call: 'cognito-identity:DescribeIdentityPool' },
      });
    }
    const open = openUserPool(snapshot, pool);
    if (open !== undefined) {
      add(builder, iam, pool, id, 'authenticated', {
        technique: 'aws.cognito-self-sign-up',
        label: 'signs up in the user pool and asks the identity pool for credentials',
        pointer: { resource: open.id, pointer: '/config/AdminCreateUserConfig/AllowAdminCreateUserOnly', call: 'cognito-idp:DescribeUserPool' },
      });
    }
  }
}

/** A user pool of the identity pool in which anybody may register himself. */
function openUserPool(snapshot: Snapshot, pool: SnapshotRecord): SnapshotRecord | undefined {
  for (const { value } of walkPath(pool.config, 'CognitoIdentityProviders[].ProviderName')) {
    const id = typeof value === 'string' ? value.split('/').at(-1) : undefined;
    const users = snapshot.records('AWS::Cognito::UserPool').find((each) => textAt(each.config, 'Id') === id);
    for (const { value: only } of walkPath(users?.config ?? null, 'AdminCreateUserConfig.AllowAdminCreateUserOnly')) if (only === false) return users;
  }
  return undefined;
}

function add(
  builder: GraphBuilder,
  iam: IamEngine,
  pool: SnapshotRecord,
  id: string,
  state: 'unauthenticated' | 'authenticated',
  step: { readonly technique: string; readonly label: string; readonly pointer: { resource: string; pointer: string; call: string } },
): void {
  const role = textAt(pool.config, `GetIdentityPoolRoles.Roles.${state}`);
  if (role === undefined || !builder.has(role)) return;
  for (const grant of iam.trust(role)) {
    if (grant.principal.kind !== 'federated' || grant.principal.provider !== provider) continue;
    const residual = metBy(grant, id, state);
    if (residual === undefined) continue;
    outsiderNode(builder, 'internet');
    builder.step({
      from: 'internet',
      to: role,
      kind: 'CanBecome',
      technique: step.technique,
      label: step.label,
      factors: [{ name: 'pool id', value: 0.7, why: 'the identity pool’s id must be found, usually in a web page or an app' }],
      residual,
      evidence: [step.pointer, grant.evidence],
    });
    return;
  }
}

/** What the trust policy asks beyond the pool's id and the state of its identities; `undefined` when it asks for another pool or state. */
function metBy(grant: TrustGrant, pool: string, state: string): Residual | undefined {
  const told: Readonly<Record<string, string>> = { [`${provider}:aud`]: pool, [`${provider}:amr`]: state };
  const entries = (grant.residual.length === 0 ? [{ allOf: [] }] : grant.residual).flatMap((entry) => {
    const rest = [];
    for (const atom of entry.allOf) {
      const value = told[atom.key.toLowerCase()];
      if (value === undefined) rest.push(atom);
      else if (atom.values.some((pattern) => fits(pattern, value)) === atom.negated) return [];
    }
    return [{ allOf: rest }];
  });
  if (entries.length === 0) return undefined;
  return entries.some((entry) => entry.allOf.length === 0) ? [] : entries;
}

/** A pattern with `*`, part by part, in time linear in the text. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return first === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  const last = parts.pop() ?? '';
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
