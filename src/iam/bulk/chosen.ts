import type { AccessResult, RequestContext } from '../api.ts';
import { Context } from '../aws/context.ts';
import type { EstateView } from '../estate/view.ts';

/** Whether the attacker gives a condition key the value he likes before he asks: the tags of what he may tag. Lower case. */
export type ChosenKeys = (key: string) => boolean;

/** Families of keys in a question's context, written `aws:ResourceTag/*`: what is known of them is what stands there now, and the attacker changes it first. */
export function chosenKeys(context: RequestContext): ChosenKeys | undefined {
  const families = Object.keys(context)
    .filter((key) => key.endsWith('/*'))
    .map((key) => key.slice(0, -1).toLowerCase());
  return families.length === 0 ? undefined : (key) => families.some((family) => key.toLowerCase().startsWith(family));
}

/** An estate that does not know the values of chosen keys. */
export function lifted(estate: EstateView, chosen: ChosenKeys): EstateView {
  return {
    principals: estate.principals,
    list: estate.list,
    resources: estate.resources,
    tables: estate.tables,
    estatePrincipal: (text) => estate.estatePrincipal(text),
    decide: (...args) => estate.decide(...args),
    evidenceOf: (...args) => estate.evidenceOf(...args),
    request: (...args) => {
      const request = estate.request(...args);
      return { ...request, context: new OpenContext(request.context, chosen) };
    },
  };
}

class OpenContext extends Context {
  readonly #inner: Context;
  readonly #chosen: ChosenKeys;

  constructor(inner: Context, chosen: ChosenKeys) {
    super([], false);
    this.#inner = inner;
    this.#chosen = chosen;
  }

  override get(key: string): ReturnType<Context['get']> {
    return this.#chosen(key) ? undefined : this.#inner.get(key);
  }
}

/** A decision in which conditions on chosen keys are met. */
export function settled(result: AccessResult, chosen: ChosenKeys): AccessResult {
  if (result.decision !== 'conditional') return result;
  const residual = result.residual.map((entry) => ({ allOf: entry.allOf.filter((atom) => !chosen(atom.key)) }));
  return residual.some((entry) => entry.allOf.length === 0) ? { ...result, decision: 'allow', residual: [] } : { ...result, residual };
}
