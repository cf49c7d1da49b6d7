import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine, TrustGrant } from '../iam/api.ts';
import type { ConditionAtom, Evidence, Residual } from '../model/evidence.ts';
import { textAt, walkPath } from '../model/json.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import { asksPresence, demands, knowing } from './condition-values.ts';
import { guestsOf } from './guests.ts';
import { outsiderNode } from './outside.ts';

const provider = 'cognito-identity.amazonaws.com';

type State = 'unauthenticated' | 'authenticated';

/** How an identity of a pool is come by. */
interface Way {
  readonly pool: SnapshotRecord;
  readonly state: State;
  readonly technique: string;
  readonly label: string;
  readonly evidence: Evidence;
}

/**
 * Identity pools hand out the credentials of their role for a state to whoever asks, or to whoever signs himself up. In the basic flow, "AllowClassicFlow", the token is handed out instead and
 * is exchanged with STS for any role that trusts it (https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flow.html). Guests get a part of what the role may do, unless there is
 * the basic flow (see `Guests`).
 */
export function addIdentityPools(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
  const trusting = rolesThatTrust(snapshot, iam);
  for (const pool of snapshot.records('AWS::Cognito::IdentityPool')) {
    for (const way of ways(snapshot, pool)) {
      const own = textAt(pool.config, `GetIdentityPoolRoles.Roles.${way.state}`);
      const guests = way.state === 'unauthenticated' ? guestsOf(pool) : undefined;
      if (guests !== undefined) add(builder, guests.role, trusting.get(guests.role) ?? [], way, guests.id);
      else
        for (const role of pool.config['AllowClassicFlow'] === true ? trusting.keys() : [own])
          if (role !== undefined) add(builder, role, trusting.get(role) ?? [], way);
    }
  }
  for (const [role, grants] of trusting) addAnyPool(builder, role, grants);
}

function rolesThatTrust(snapshot: Snapshot, iam: IamEngine): ReadonlyMap<string, readonly TrustGrant[]> {
  const found = new Map<string, readonly TrustGrant[]>();
  for (const { id } of snapshot.records('AWS::IAM::Role')) {
    const grants = iam.trust(id).filter((grant) => grant.principal.kind === 'federated' && grant.principal.provider === provider);
    if (grants.length > 0) found.set(id, grants);
  }
  return found;
}

function* ways(snapshot: Snapshot, pool: SnapshotRecord): Generator<Way> {
  if (pool.config['AllowUnauthenticatedIdentities'] === true)
    yield {
      pool,
      state: 'unauthenticated',
      technique: 'aws.cognito-unauthenticated',
      label: 'asks the identity pool for credentials without signing in',
      evidence: { resource: pool.id, pointer: '/config/AllowUnauthenticatedIdentities', call: 'cognito-identity:DescribeIdentityPool' },
    };
  const open = openUserPool(snapshot, pool);
  if (open !== undefined)
    yield {
      pool,
      state: 'authenticated',
      technique: 'aws.cognito-self-sign-up',
      label: 'signs up in the user pool and asks the identity pool for credentials',
      evidence: { resource: open.id, pointer: '/config/AdminCreateUserConfig/AllowAdminCreateUserOnly', call: 'cognito-idp:DescribeUserPool' },
    };
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

/** The least condition under which one of the grants takes a token with these claims. */
function least(grants: readonly TrustGrant[], told: Readonly<Record<string, string>>): { readonly grant: TrustGrant; readonly residual: Residual } | undefined {
  return grants
    .flatMap((grant) => {
      const residual = knowing(grant.residual, told);
      return residual === undefined ? [] : [{ grant, residual }];
    })
    .sort((a, b) => Math.sign(a.residual.length) - Math.sign(b.residual.length))[0];
}

/** @param to whom the credentials make: the role, or guests that have a part of what it may do */
function add(builder: GraphBuilder, role: string, grants: readonly TrustGrant[], way: Way, to = role): void {
  // The pool's id and the state of its identities are no further condition.
  const found = least(grants, { [`${provider}:aud`]: textAt(way.pool.config, 'IdentityPoolId') ?? '', [`${provider}:amr`]: way.state });
  if (found === undefined || !builder.has(role)) return;
  outsiderNode(builder, 'internet');
  builder.step({
    from: 'internet',
    to,
    kind: 'CanBecome',
    technique: way.technique,
    label: way.label,
    factors: [{ name: 'pool id', value: 0.7, why: 'the identity pool’s id must be found, usually in a web page or an app' }],
    residual: found.residual,
    evidence: [way.evidence, found.grant.evidence],
  });
}

/** A role that does not say which pool it trusts takes the tokens of any: of one that the attacker makes in an account of his own, with identities in either state. */
function addAnyPool(builder: GraphBuilder, role: string, grants: readonly TrustGrant[]): void {
  const asksPool = (atom: ConditionAtom): boolean => /:aud$/i.test(atom.key) && demands(atom) && !asksPresence(atom);
  for (const grant of grants) {
    const open = (grant.residual.length === 0 ? [{ allOf: [] }] : grant.residual).filter((entry) => !entry.allOf.some(asksPool));
    const left = open.map((entry) => ({ allOf: entry.allOf.filter((atom) => !atom.key.toLowerCase().startsWith(`${provider}:`)) }));
    if (left.length === 0 || !builder.has(role) || outsiderNode(builder, 'aws:anyone') === undefined) continue;
    builder.step({
      from: 'aws:anyone',
      to: role,
      kind: 'CanBecome',
      technique: 'aws.cognito-any-pool',
      label: 'assumes the role with a token of an identity pool of his own',
      factors: [{ name: 'role name', value: 0.8, why: 'the role’s ARN must be known; the pool is made in any account' }],
      residual: left.some((entry) => entry.allOf.length === 0) ? [] : left,
      evidence: [grant.evidence],
    });
    return;
  }
}
