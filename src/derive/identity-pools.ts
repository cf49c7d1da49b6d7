import type { GraphBuilder } from '../graph/graph.ts';
import type { IamEngine } from '../iam/api.ts';
import { textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { knowing } from './condition-values.ts';
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
    // The pool's id and the state of its identities are no further condition.
    const residual = knowing(grant.residual, { [`${provider}:aud`]: id, [`${provider}:amr`]: state });
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
