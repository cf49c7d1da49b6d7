import { arnPlace } from '../../../collect/build.ts';
import { InputError } from '../../../model/error.ts';
import { isObject, type Json, textAt, walkPath } from '../../../model/json.ts';
import type { Snapshot } from '../../../model/record.ts';
import type { Plan, PlannedChange } from './plan.ts';
import type { References } from './references.ts';

/**
 * Which account a plan's resources belong to: the one that their own ARN names, the role that their provider assumes, what other resources of the same provider tell, the command
 * line, the plan's caller identity or most frequent account, the only account of the base.
 */
export class Accounts {
  readonly #base: Snapshot | undefined;
  readonly #references: References;
  readonly #given: string | undefined;
  readonly #ofProvider = new Map<string, Map<string, number>>();
  readonly #ofPlan = new Map<string, number>();
  #caller: string | undefined;

  constructor(plan: Plan, base: Snapshot | undefined, references: References, given: string | undefined) {
    this.#base = base;
    this.#references = references;
    this.#given = given;
    const account = (value: Json | undefined): string => arnPlace(textAt(value, 'arn') ?? '')?.account ?? '';
    for (const change of plan.changes) {
      const own = account(change.before) || account(change.after);
      const key = references.provider(change);
      const counts = this.#ofProvider.get(key) ?? new Map<string, number>();
      this.#ofProvider.set(key, counts);
      for (const map of [counts, this.#ofPlan]) if (own !== '') map.set(own, (map.get(own) ?? 0) + 1);
    }
    for (const { value } of walkPath(plan.priorState, 'values.root_module.resources[]')) {
      if (textAt(value, 'type') === 'aws_caller_identity') this.#caller = textAt(value, 'values.account_id');
      const own = account(isObject(value) ? value['values'] : undefined);
      if (own !== '') this.#ofPlan.set(own, (this.#ofPlan.get(own) ?? 0) + 1);
    }
  }

  of(change: PlannedChange, own: string | undefined): string {
    const known = this.#base?.manifest.scope.accounts ?? [];
    const assumed = arnPlace(this.#references.setting(change, 'assume_role.role_arn') ?? '')?.account;
    const account =
      own ||
      assumed ||
      most(this.#ofProvider.get(this.#references.provider(change))) ||
      this.#given ||
      this.#caller ||
      most(this.#ofPlan) ||
      (known.length === 1 ? known[0] : '');
    if (account !== undefined && account !== '') return account;
    throw new InputError(`the plan does not tell which account \`${change.address}\` belongs to`, {
      help: known.length > 1 ? `say --account, one of: ${known.join(', ')}` : 'say --account',
    });
  }

  region(): string {
    const regions = (this.#base?.manifest.scope.regions ?? []).filter((region) => region !== 'global');
    return regions.length === 1 ? (regions[0] ?? '') : 'us-east-1';
  }
}

function most(counts: ReadonlyMap<string, number> | undefined): string | undefined {
  return [...(counts ?? [])].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
}
