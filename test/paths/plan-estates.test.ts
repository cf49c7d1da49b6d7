import path from 'node:path';
import { expect, test } from '@jest/globals';
import { analyse } from '../../src/cli/analysis.ts';
import { planContext } from '../../src/cli/plan.ts';
import { nodeKindSpec } from '../../src/model/vocabulary.ts';
import { candidatesFor } from '../../src/paths/plan/candidates.ts';
import { accessTaken, takenText } from '../../src/paths/plan/in-use.ts';
import { remedyOf } from '../../src/paths/plan/remedy.ts';
import { stepProofs } from '../../src/paths/proofs.ts';
import { noSettings } from '../../src/paths/settings.ts';
import { changedSnapshot } from '../../src/snapshot/change.ts';
import { describeWith } from '../servers/describe-with.ts';
import { awsProblems, azProblems, terraformProblems } from '../support/cli-check.ts';

/** What follows from owning an account, a tenant or a scope: no change of configuration ends it. */
const owning = new Set(['aws.account-control', 'entra.tenant-control', 'azure.scope-control']);

// The commands are held to the models that come with the test server.
describeWith('MOTO', 'plans for the demo estates', () => {
  test.each(['demo', 'demo-hybrid'])('every change that breaks a step of %s has commands, Terraform and what it takes away', async (name) => {
    const { graph, snapshot, types, ...analysis } = await analyse(path.join('snapshots', name));
    const context = planContext({ graph, snapshot, types, ...analysis });
    const real = (node: number): boolean => nodeKindSpec(graph.kind(node)).virtual !== true;
    const seen = new Set<string>();
    const problems: string[] = [];
    const steps = { all: 0, ended: 0 };
    for (let from = 0; from < graph.nodeCount; from++) {
      if (!real(from)) continue;
      const ends = [...graph.out(from)].flatMap((edge) => {
        const to = graph.targets[edge] ?? 0;
        return real(to) ? [to] : [...graph.out(to)].map((each) => graph.targets[each] ?? 0);
      });
      for (const to of new Set(ends))
        for (const proof of stepProofs(graph, from, to, noSettings)) {
          const found = candidatesFor({ from: graph.id(from), to: graph.id(to), proof }, context);
          if (!owning.has(proof.technique)) {
            steps.all++;
            if (found.some(({ factor }) => factor === 0)) steps.ended++;
          }
          for (const { changes, title, takes } of found) {
            const key = JSON.stringify(changes);
            if (seen.has(key)) continue;
            seen.add(key);
            const after = changedSnapshot(snapshot, changes, types).snapshot;
            if (takenText(accessTaken(takes, context.record)) === '') problems.push(`${title}: what it takes away is not told`);
            for (const change of changes) {
              const id = 'resource' in change ? change.resource : '';
              const { cli, terraform } = remedyOf(change, context.record(id), after.find(id));
              const commands = cli.split('\n').filter((line) => !line.startsWith('# '));
              if (commands.length === 0 || terraform === '') problems.push(`${title}: no command, or no Terraform`);
              problems.push(...commands.flatMap((line) => (line.startsWith('aws ') ? awsProblems(line) : azProblems(line))), ...terraformProblems(terraform));
            }
          }
        }
    }
    expect(problems).toEqual([]);
    expect(seen.size).toBeGreaterThan(700);
    // The others hang on what no setting takes away: a federated domain, a sync of directories, the role that a function must have.
    expect(steps.ended / steps.all).toBeGreaterThan(0.95);
  });
});
