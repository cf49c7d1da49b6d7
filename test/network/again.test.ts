import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { NetworkEngine } from '../../src/network/api.ts';
import { createAwsNetwork } from '../../src/network/aws/engine.ts';
import { RowMemory } from '../../src/network/aws/row-memory.ts';
import { Watched } from '../../src/network/aws/watched.ts';
import { createNetworkEngine, networkOf, reachOf } from '../../src/network/engine.ts';
import { networkFindings } from '../../src/network/findings.ts';
import { Dice } from '../arbitrary/dice.ts';
import { openRules, rules } from '../arbitrary/network-filters.ts';
import { randomWorld } from '../arbitrary/network-world.ts';
import { snapshotOf } from '../spec/network/records.ts';

describe('networks after a change of security groups', () => {
  test('are what they are when they are built from nothing', () => {
    let [taken, changed] = [0, 0];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 3 }), (seed, rounds) => {
        const dice = new Dice(seed);
        let world = randomWorld(dice);
        let snapshot = snapshotOf(world);
        let network = createAwsNetwork(snapshot);
        network.classes();
        for (let round = 0; round < rounds; round++) {
          const ids = world.groups.map(({ id }) => id);
          const touched = new Set(dice.some(ids, 1 + dice.below(2)));
          const groups = world.groups.map((group) =>
            touched.has(group.id)
              ? { ...group, ingress: dice.chance(0.2) ? openRules : rules(dice, ids, false), egress: dice.chance(0.2) ? openRules : rules(dice, ids, true) }
              : group,
          );
          world = { ...world, groups };
          snapshot = snapshotOf(world);
          const records = snapshot.records('AWS::EC2::SecurityGroup').filter(({ config }) => touched.has(String(config['GroupId'])));
          const decided = jest.spyOn(Watched.prototype, 'watch');
          const next = createAwsNetwork(snapshot, { network, touched: records.map(({ id }) => id) });
          const asked = jest.spyOn(RowMemory.prototype, 'of');
          const classes = next.classes();
          if (decided.mock.calls.length < asked.mock.calls.length) taken++;
          decided.mockRestore();
          asked.mockRestore();
          const whole = createAwsNetwork(snapshot);
          expect(classes).toEqual(whole.classes());
          expect(next.exposures()).toEqual(whole.exposures());
          if (JSON.stringify(classes) !== JSON.stringify(network.classes())) changed++;
          network = next;
        }
      }),
      { numRuns: 60, seed: 20261126 },
    );
    // The way that was compared is the one that takes over, and the changes were such that matter.
    expect(taken).toBeGreaterThan(30);
    expect(changed).toBeGreaterThan(30);
  });

  test('are built from nothing where a group is gone, or another record was touched', async () => {
    const world = randomWorld(new Dice(5));
    const snapshot = snapshotOf(world);
    const network = await networkOf(snapshot);
    network.classes();
    const [first, ...rest] = world.groups;
    const without = snapshotOf({ ...world, groups: rest });
    const gone = snapshot.records('AWS::EC2::SecurityGroup').find(({ config }) => config['GroupId'] === first?.id)?.id ?? '';
    expect((await networkOf(without, { network, touched: [gone] })).classes()).toEqual(createNetworkEngine(without).classes());
    const closed = snapshotOf({ ...world, acls: world.acls.map((acl) => ({ ...acl, ingress: [] })) });
    const touched = closed.records('AWS::EC2::NetworkAcl').map(({ id }) => id);
    expect((await networkOf(closed, { network, touched })).classes()).toEqual(createNetworkEngine(closed).classes());
  });

  test('answer the same where only the classes are kept, whatever is asked first', async () => {
    const world = randomWorld(new Dice(11));
    const snapshot = snapshotOf(world);
    const [from = '', to = ''] = snapshot.records('AWS::EC2::NetworkInterface').map(({ id }) => id);
    const questions: readonly ((network: NetworkEngine) => unknown)[] = [
      (network) => network.classes(),
      (network) => network.exposures(),
      (network) => network.pair(from, to),
      (network) => network.flow({ name: 'f', from: 'internet', to, protocol: 'tcp', port: 443 }),
      (network) => [network.stands(from), network.stands('nothing')],
      (network) => networkFindings(snapshot, network),
    ];
    const whole = await networkOf(snapshot);
    for (const [turn] of questions.entries()) {
      const brief = await reachOf(snapshot);
      for (const ask of [...questions.slice(turn), ...questions.slice(0, turn)]) expect(ask(brief)).toEqual(ask(whole));
      expect(brief.classes()).toBe(brief.classes());
    }
    // A later engine can take nothing over from it, and is the same.
    expect((await networkOf(snapshot, { network: await reachOf(snapshot), touched: [] })).classes()).toEqual(whole.classes());
  });

  test('work within work rests on what both looked up', () => {
    const groups = new Watched(new Map([['z', 1]]));
    const { rests } = groups.watch(() => {
      groups.get('a');
      const inner = groups.watch(() => groups.get('b'));
      expect([...inner.rests]).toEqual(['b']);
      groups.note(new Set(['c']));
    });
    expect([...rests].sort()).toEqual(['a', 'b', 'c']);
    expect([...groups.watch(() => groups.values()).rests]).toEqual(['z']);
  });
});
