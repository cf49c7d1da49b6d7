import type { Premise } from './premise.ts';
import type { Technique } from './technique.ts';

/** A plain conjunction: one choice of a technique's alternatives. */
export interface Variant {
  readonly variant: number;
  readonly premises: readonly Premise[];
}

/** Plain conjunctions: one for each choice of the alternatives. */
export function variants({ when }: Technique): readonly Variant[] {
  let list: readonly (readonly Premise[])[] = [[]];
  for (const premise of when) {
    const options = premise.kind === 'any' ? premise.of : [premise];
    list = list.flatMap((left) => options.map((option) => [...left, option]));
  }
  return list.map((premises, variant) => ({ premises, variant }));
}

/**
 * The variants that something follows from. Of somebody else than the source only what he may do somewhere is asked (see `Ranges`): what he may do to another variable is not modelled,
 * and nothing follows, rather than too much.
 */
export const plannable = (technique: Technique): readonly Variant[] =>
  variants(technique).filter(
    ({ premises }) =>
      !premises.some((premise) => premise.kind === 'can' && premise.who !== technique.derives.from && premise.on !== undefined && 'variable' in premise.on),
  );

/** Whether the source is a principal that must be allowed something, by the premises; else the configuration is enough. */
export function asksPrincipal({ where, derives }: Technique, premises: readonly Premise[]): boolean {
  const [only, ...more] = where[derives.from] ?? [];
  return (
    only === 'principal' &&
    more.length === 0 &&
    premises.some((premise) => (premise.kind === 'can' || premise.kind === 'uncapped' || premise.kind === 'powerful') && premise.who === derives.from)
  );
}
