import type { Evidence } from '../../model/evidence.ts';
import type { AccessResult } from '../api.ts';
import type { Context, Facts } from '../aws/context.ts';
import { evaluate, evaluateBriefly } from '../aws/evaluate.ts';
import type { EstatePrincipal } from '../estate/principals.ts';
import type { EstateResource } from '../estate/resources.ts';
import type { EstateView } from '../estate/view.ts';
import { probes, witnesses } from './witness.ts';

/** Decides single pairs of one question. It is all that grants keep of their question, which knows much that nobody needs once it is answered. */
export class Explainer {
  readonly #estate: EstateView;
  readonly #action: string;
  readonly #given: Facts;
  readonly #texts: readonly string[];
  readonly #every: boolean;

  /**
   * @param texts the candidates
   * @param every whether a candidate with wildcards must be allowed whatever it stands for, not only some of it
   */
  constructor(estate: EstateView, action: string, given: Facts, texts: readonly string[], every: boolean) {
    this.#estate = estate;
    this.#action = action;
    this.#given = given;
    this.#texts = texts;
    this.#every = every;
  }

  /** What is true of a principal who asks, whatever it asks about. */
  context(principal: EstatePrincipal): Context {
    return this.#estate.request(principal, this.#action, this.#texts[0] ?? '*', this.#given, false).context;
  }

  /** Decides one pair; a candidate with wildcards is allowed if some resource of its shape is, or every one. */
  asked(
    principal: EstatePrincipal,
    text: string,
    target: EstateResource,
    brief: (request: Parameters<typeof evaluate>[0]) => AccessResult = evaluateBriefly,
  ): AccessResult {
    const request = (resource: string) => this.#estate.request(principal, this.#action, resource, this.#given, false, target);
    if (!/[*?]/.test(text)) return brief(request(text));
    if (this.#every) {
      // The weakest of its shapes decides: an action that takes several kinds of resources is asked on each.
      let worst: AccessResult | undefined;
      for (const resource of probes(text, principal, this.#action)) {
        const result = brief(request(resource));
        if (worst === undefined || order[result.decision] < order[worst.decision]) worst = result;
      }
      return worst ?? denied;
    }
    let best: AccessResult = denied;
    for (const resource of witnesses(text, principal, this.#action, target, this.context(principal))) {
      const result = brief(request(resource));
      if (order[result.decision] > order[best.decision]) best = result;
      if (best.decision === 'allow') break;
    }
    return best;
  }

  /** The statements behind a grant, for one principal and one candidate by its position. */
  explain(arn: string, member: number): readonly Evidence[] {
    const principal = this.#estate.estatePrincipal(arn);
    const text = this.#texts[member] ?? '';
    const target = this.#estate.resources.of(text, this.#action);
    return principal === undefined ? [] : this.#estate.evidenceOf(this.asked(principal, text, target, evaluate), principal, target);
  }
}

const denied: AccessResult = { decision: 'deny', explicit: false, residual: [], decidedBy: [], missing: [] };
const order: Readonly<Record<AccessResult['decision'], number>> = { deny: 0, unknown: 1, conditional: 2, allow: 3 };
