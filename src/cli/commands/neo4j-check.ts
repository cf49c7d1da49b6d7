import type { Finding } from '../../model/assessment.ts';
import { InputError } from '../../model/error.ts';
import { appendAll } from '../../model/multimap.ts';
import { jsonPieces } from '../../report/json-pieces.ts';
import { findingsText } from '../../report/text.ts';
import { compileRules, inOrder } from '../../rules/evaluate.ts';
import { findingOf, noSubject } from '../../rules/finding.ts';
import { graphQuestion, matchFindings } from '../../rules/graph.ts';
import type { GraphRule } from '../../rules/rule.ts';
import { withNeo4j } from '../../store/neo4j/connection.ts';
import { provedMatches } from '../../store/neo4j/pattern.ts';
import { chooseScope, listScopes } from '../../store/neo4j/scope.ts';
import { acceptance } from '../accepted.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { selectionOf } from '../findings.ts';
import { completenessOf } from '../from-store.ts';
import { PassingFindings } from '../threshold.ts';

/** No date stands in a graph, so ages in a matcher over nodes have nothing to count from but this. */
const clock = { now: Date.parse('2026-01-01T00:00:00Z') };

/** `postern neo4j check`: the graph rules alone; what the others read stands in the snapshot. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { rules } = await selectionOf(invocation);
  const chosen = rules.filter((rule): rule is GraphRule => rule.kind === 'graph' && rule.status !== 'deprecated');
  if (chosen.length === 0) throw new InputError('none of these rules is a graph rule', { help: 'postern check SNAP evaluates the other kinds' });
  compileRules(chosen, await allTypes(), clock, { params: {} });
  const { found, completeness } = await withNeo4j(invocation.io.env, async (driver) => {
    const scope = chooseScope(await listScopes(driver), invocation.text('--scope'));
    const findings: Finding[] = [];
    for (const rule of chosen) {
      const question = graphQuestion(rule, clock);
      const answer = await provedMatches(driver, scope.name, question.pattern, question.per, question.tests);
      // Whatever takes too long is told of its rule; the others go on.
      if (answer !== undefined) appendAll(findings, matchFindings(rule, question, answer.graph, answer.starts));
      else findings.push(findingOf(rule, noSubject, 'error', 'the server gave the pattern up: it took too long', []));
    }
    const after = chooseScope(await listScopes(driver), scope.name);
    if (after.generation !== scope.generation) throw new InputError(`the scope \`${scope.name}\` was written meanwhile`, { help: 'check again' });
    return { found: inOrder(findings), completeness: completenessOf([scope]) };
  });
  const passing = new PassingFindings(invocation);
  const findings = passing.through((await acceptance(invocation)).findings([found]));
  if (invocation.text('--format') === 'json')
    for (const piece of jsonPieces({ schema: 'findings/v1', completeness, findings, frameworks: [] })) invocation.io.out(piece);
  else invocation.io.out(findingsText(findings, completeness));
  return passing.exit([], completeness);
}
