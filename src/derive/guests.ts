import type { GraphBuilder } from '../graph/builder.ts';
import type { IamEngine } from '../iam/api.ts';
import { textAt } from '../model/json.ts';
import { append } from '../model/multimap.ts';
import type { Snapshot, SnapshotRecord } from '../model/record.ts';
import type { Derived } from './derived.ts';
import { unread } from './emission.ts';
import { both } from './facts.ts';
import { guestSessionPolicy, leftToGuests } from './guest-session.ts';
import type { Technique } from './technique.ts';
import { variants } from './variants.ts';

/** Guests of an identity pool that hands out credentials in the enhanced flow alone: not the role itself, but a session of it that Cognito cuts down. */
export interface Guests {
  readonly id: string;
  readonly role: string;
}

export function guestsOf(pool: SnapshotRecord): Guests | undefined {
  const role = textAt(pool.config, 'GetIdentityPoolRoles.Roles.unauthenticated');
  const open = pool.config['AllowUnauthenticatedIdentities'] === true && pool.config['AllowClassicFlow'] !== true;
  return open && role !== undefined ? { id: `${pool.id}/guests`, role } : undefined;
}

/** Steps of roles whose guests may take some of them too. */
export class GuestSteps {
  readonly #byRole = new Map<string, Guests[]>();
  readonly #steps: { readonly technique: Technique; readonly derived: Derived }[] = [];

  constructor(builder: GraphBuilder, snapshot: Snapshot) {
    for (const pool of snapshot.records('AWS::Cognito::IdentityPool')) {
      const guests = guestsOf(pool);
      if (guests === undefined || !builder.has(guests.role)) continue;
      const name = `guests of ${textAt(pool.config, 'IdentityPoolName') ?? textAt(pool.config, 'IdentityPoolId') ?? pool.id}`;
      builder.node({ id: guests.id, kind: 'Principal', type: 'postern/guests', name, account: pool.account });
      append(this.#byRole, guests.role, guests);
    }
  }

  /** Keeps what a technique gives to roles that have guests. */
  note(technique: Technique, all: readonly Derived[]): void {
    if (this.#byRole.size === 0) return;
    const own = all.filter(({ from }) => this.#byRole.has(from));
    if (own.length === 0) return;
    const asked = variants(technique).map(({ premises }) =>
      premises.flatMap((premise) => (premise.kind === 'can' && premise.who === technique.derives.from ? [premise.action] : [])),
    );
    for (const derived of own) {
      const actions = asked[derived.variant] ?? [];
      if (actions.length > 0 && actions.every(leftToGuests)) this.#steps.push({ technique, derived });
    }
  }

  /** A step of the role that needs no more than the session leaves is one of its guests. */
  add(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine): void {
    for (const { technique, derived } of this.#steps) {
      const { base, factors } = technique.likelihood;
      for (const { id: from } of this.#byRole.get(derived.from) ?? [])
        for (const to of derived.to) {
          const { residual, missing, basis } = both(derived.fact, derived.ofTarget(to));
          builder.step({
            from,
            to,
            kind: technique.derives.edge,
            technique: technique.id,
            label: technique.title,
            factors: [
              { name: technique.title, value: base, why: technique.notes === '' ? technique.category : technique.notes },
              ...factors,
              ...(basis === undefined ? [] : [unread]),
            ],
            residual,
            missing,
            evidence: () => derived.proof(to),
          });
        }
    }
    for (const [role, guests] of this.#byRole) if (iam.realm(role) !== undefined) addOfAdministrator(builder, snapshot, iam, role, guests);
  }
}

/** What the session leaves of a role that administers its account: techniques tell of an administrator only what lies outside. */
const left = [
  { type: 'AWS::S3::Bucket', action: 's3:GetObject', suffix: '/*', technique: 'aws.read-bucket', kind: 'CanRead' },
  { type: 'AWS::DynamoDB::Table', action: 'dynamodb:GetItem', suffix: '', technique: 'aws.read-table', kind: 'CanRead' },
  { type: 'AWS::SQS::Queue', action: 'sqs:ReceiveMessage', suffix: '', technique: 'aws.read-queue', kind: 'CanRead' },
  { type: 'AWS::Lambda::Function', action: 'lambda:UpdateFunctionCode', suffix: '', technique: 'aws.lambda-update-code-invoke', kind: 'CanExecuteOn' },
] as const;

function addOfAdministrator(builder: GraphBuilder, snapshot: Snapshot, iam: IamEngine, role: string, guests: readonly Guests[]): void {
  const standing = iam.admin(role).evidence;
  for (const { type, action, suffix, technique, kind } of left)
    for (const { id } of snapshot.records(type)) {
      if (!iam.inside(role, id) || !builder.has(id)) continue;
      const { decision, residual, missing } = iam.can(role, action, `${id}${suffix}`, { session: [guestSessionPolicy] });
      if (decision === 'deny') continue;
      for (const { id: from } of guests)
        builder.step({
          from,
          to: id,
          kind,
          technique,
          label: 'uses what the session of a guest leaves of an administrator’s role',
          factors: [{ name: 'session of a guest', value: 0.95, why: 'the session policy of Cognito leaves it, on every resource' }],
          residual,
          missing: missing ?? [],
          evidence: [...standing, { resource: id, pointer: '/account', call: snapshot.find(id)?.calls[0] ?? '' }],
        });
    }
}
