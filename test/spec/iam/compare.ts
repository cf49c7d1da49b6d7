import { type Simulation, simulateCase } from '../../../src/iam/aws/simulate.ts';
import type { Json } from '../../../src/model/json.ts';
import { completionsOf, keysOf } from '../../arbitrary/iam-world.ts';
import { atomHolds, decide, type SpecCase, toldByPrincipal } from './authorize.ts';
import type { SpecContext } from './language.ts';

export interface Comparison {
  readonly result: Simulation;
  /** Complete contexts that were compared. */
  readonly completions: number;
  /** What differs, if anything does. */
  readonly difference: string | undefined;
}

/**
 * The definition of partial evaluation: an engine that says allow, deny or a residual is right when for every completion of the unknown keys the residual is true exactly
 * where the specification allows. Completions are drawn from a few values a key.
 */
export function compareWithSpec(input: SpecCase): Comparison {
  const result = simulateCase(input as unknown as Json, 0);
  let completions = 0;
  let difference: string | undefined;
  let allExplicit = true;
  for (const context of completed(input)) {
    completions++;
    const wanted = decide(input, context);
    if (wanted !== 'explicit') allExplicit = false;
    const holds = holdsOn(result, input, context);
    if (holds === undefined || holds === (wanted === 'allow')) continue;
    // A residual that was cut says what suffices, not all that does.
    if (result.decision === 'conditional' && result.missing !== undefined && !holds) continue;
    difference ??= `spec says ${wanted} on ${JSON.stringify([...context])}, engine says ${JSON.stringify(result)}`;
  }
  if (result.decision === 'error') difference ??= `error: ${result.message}`;
  if (result.decision === 'deny' && result.explicit && !allExplicit) difference ??= 'an explicit deny that does not always deny explicitly';
  if (completions === 1 && result.decision === 'deny' && result.explicit !== allExplicit)
    difference ??= `explicit is ${result.explicit}, spec says ${allExplicit}`;
  return { result, completions, difference };
}

function holdsOn(result: Simulation, input: SpecCase, context: SpecContext): boolean | undefined {
  if (result.decision === 'unknown') return undefined;
  if (result.decision !== 'conditional') return result.decision === 'allow';
  return result.residual.some((entry) => entry.allOf.every((atom) => atomHolds(atom, input, context)));
}

function* completed(input: SpecCase): Generator<SpecContext> {
  const known = new Map<string, readonly string[]>();
  for (const [key, values] of Object.entries(toldByPrincipal(input.principal))) known.set(key, values);
  const owner = input.resourceAccount ?? (input.resource.split(':')[4] || undefined);
  if (owner !== undefined) for (const key of ['aws:resourceaccount', 's3:resourceaccount']) known.set(key, [owner]);
  for (const [key, values] of Object.entries(input.context ?? {})) known.set(key.toLowerCase(), values);
  const open = input.contextComplete === true ? [] : unknownKeys(input).filter((key) => !known.has(key));
  yield* fill(known, open);
}

function* fill(known: Map<string, readonly string[]>, open: readonly string[]): Generator<SpecContext> {
  const [key, ...rest] = open;
  if (key === undefined) {
    yield known;
    return;
  }
  for (const values of completionsOf(key)) {
    const next = new Map(known);
    next.set(key, values);
    yield* fill(next, rest);
  }
}

/** Sessions that a policy names make `aws:userid` matter for a role. */
const unknownKeys = (input: SpecCase): string[] => [...new Set([...keysOf(input), 'aws:userid'])].filter((key) => completionsOf(key).length > 0);
