import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAzureIamEngine } from '../../src/iam/azure/engine.ts';
import type { Residual } from '../../src/model/evidence.ts';
import { memorySnapshot } from '../../src/snapshot/memory.ts';
import { actions, azureRecords, azureWorlds, people, resources } from '../arbitrary/azure-world.ts';
import { authorize } from '../spec/azure/authorize.ts';
import { type Environment, environments } from '../spec/azure/world.ts';

const seed = 20261125;

/** Whether what is left of a decision holds in an environment. */
const met = (residual: Residual, { attribute, active }: Environment): boolean =>
  residual.length === 0 ||
  residual.some(({ allOf }) => allOf.every((atom) => (atom.key === 'pim:Activation' ? active : atom.values.includes(attribute)) !== atom.negated));

test('point and bulk form decide in every environment as the twin does, and are unsure only where a definition was not read', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(azureWorlds, (world) => {
      const engine = createAzureIamEngine(memorySnapshot(azureRecords(world)));
      for (const action of actions) {
        const grants = engine.bulk({ action, candidates: resources });
        for (const who of people) {
          for (const [position, id] of resources.entries()) {
            const point = engine.can(who, action, id);
            seen.set(point.decision, (seen.get(point.decision) ?? 0) + 1);
            const mine = grants.filter((grant) => grant.principal === who && grant.set.members.includes(position));
            for (const environment of environments) {
              const slow = authorize(world, who, action, id, environment);
              const free = point.decision === 'allow' || point.decision === 'conditional';
              const wrong =
                (free && met(point.residual, environment)) !== slow.allowed ||
                mine.some((grant) => grant.missing.length === 0 && met(grant.residual, environment)) !== slow.allowed ||
                (point.decision === 'unknown' && !slow.unread) ||
                (point.decision === 'deny' && slow.unread);
              if (wrong)
                throw new Error(JSON.stringify({ who, action, id, environment, slow, point, mine: mine.map((grant) => [grant.residual, grant.missing]) }));
            }
            if (point.decision === 'unknown' && !mine.some((grant) => grant.missing.length > 0))
              throw new Error(`${who} ${action} ${id}: the bulk form is sure`);
          }
        }
      }
    }),
    { numRuns: 400, seed },
  );
  for (const decision of ['allow', 'deny', 'conditional', 'unknown']) expect(seen.get(decision) ?? 0).toBeGreaterThan(500);
}, 120_000);
