import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { both } from '../../src/derive/facts.ts';
import { Planner } from '../../src/derive/planner.ts';
import { estates, techniques } from '../arbitrary/technique-world.ts';
import { nestedLoops, type Proofs, strings } from '../spec/derive/nested-loops.ts';

const seed = 20261124;

test('the planner derives what nested loops over all bindings derive, under conditions that prove it, and without any where that is possible', () => {
  let steps = 0;
  let conditional = 0;
  fc.assert(
    fc.property(techniques, estates, (technique, { facts, text }) => {
      const slow = nestedLoops(technique, facts);
      const fast = new Map<string, (readonly string[])[]>();
      for (const derived of new Planner(facts).plan(technique)) {
        for (const to of derived.to) {
          if (to === derived.from) continue;
          const key = `${derived.from} -> ${to}`;
          fast.set(key, [...(fast.get(key) ?? []), strings([both(derived.fact, derived.ofTarget(to))])]);
        }
      }
      const told = `${text} ${JSON.stringify([technique.derives, technique.where, technique.when])}`;
      expect([told, ...[...fast.keys()].sort()]).toEqual([told, ...[...slow.keys()].sort()]);
      for (const [step, ways] of fast) {
        steps++;
        if (ways.every((way) => way.length > 0)) conditional++;
        for (const way of ways) expect([told, step, proves(slow, step, way)]).toEqual([told, step, true]);
        if (slow.get(step)?.some((way) => way.length === 0) === true) expect([told, step, ways.some((way) => way.length === 0)]).toEqual([told, step, true]);
      }
    }),
    { numRuns: 1500, seed },
  );
  expect(steps).toBeGreaterThan(1000);
  expect(conditional).toBeGreaterThan(300);
});

/** Whether some way of the slow twin asks for no more than what the fast one names. */
const proves = (slow: Proofs, step: string, way: readonly string[]): boolean =>
  slow.get(step)?.some((other) => other.every((each) => way.includes(each))) ?? false;

test('one planner for many techniques answers each as a planner of its own', () => {
  fc.assert(
    fc.property(fc.array(techniques, { minLength: 2, maxLength: 4 }), estates, (list, { facts }) => {
      const shared = new Planner(facts);
      const told = (planner: Planner, technique: (typeof list)[number]): readonly string[] =>
        [...planner.plan(technique)].flatMap((derived) =>
          derived.to.map((to) => `${derived.from} -> ${to} ${strings([derived.fact, derived.ofTarget(to)]).join()}`),
        );
      for (const technique of list) expect(told(shared, technique)).toEqual(told(new Planner(facts), technique));
    }),
    { numRuns: 500, seed },
  );
});

test('the evidence of a step is that of its very target', () => {
  fc.assert(
    fc.property(estates, ({ facts }) => {
      const technique = { id: 't', derives: { edge: 'CanRead', from: 'actor', to: 'x' }, where: { actor: ['principal'], x: ['A'] } } as const;
      const when = [{ kind: 'can', who: 'actor', action: 'read', on: { variable: 'x', suffix: '' }, context: {} }] as const;
      const rest = {
        title: '',
        category: '',
        effort: '',
        attack: [],
        references: [],
        fix: undefined,
        notes: '',
        examples: [],
        file: '',
        likelihood: { base: 1, factors: [] },
      };
      for (const derived of new Planner(facts).plan({ ...technique, when, ...rest }))
        for (const to of derived.to) expect(derived.proof(to).map((each) => each.resource)).toEqual([`${derived.from} read ${to}`]);
    }),
    { numRuns: 200, seed },
  );
});
