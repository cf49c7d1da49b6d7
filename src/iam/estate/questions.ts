import { actions } from '../catalogue.ts';
import type { EstatePrincipal } from './principals.ts';

/** What the policies of a principal name, as questions: every action that they allow on each resource that they write. Wildcards are opened by the catalogue of actions. */
export function* questionsOf(principal: EstatePrincipal | undefined): Generator<{ readonly action: string; readonly resource: string }> {
  for (const [lower, entry] of principal === undefined ? [] : actions()) {
    const allowing = principal?.identity?.select(lower).allow ?? [];
    const resources = new Set(
      allowing.flatMap(({ statement }) => (statement.rule.resource.negated ? ['*'] : statement.rule.resource.patterns.map((pattern) => pattern.text))),
    );
    for (const resource of resources) yield { action: entry.name, resource };
  }
}
