import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addressSet, internetAddresses, shareOf, subtractSets } from '../../src/network/algebra/address.ts';
import { portRange } from '../../src/network/algebra/traffic.ts';
import { admittedFromInternet } from '../../src/network/first-match.ts';

const partner = addressSet(['198.51.100.0/24']);
const [low, high, six] = [addressSet(['0.0.0.0/1']), addressSet(['128.0.0.0/1']), addressSet(['2000::/3'])];
/** Parts that every source of the generator holds in whole or not at all. */
const atoms = { low, high: subtractSets(high, partner), partner, six };
type Atom = keyof typeof atoms;
const sources: Readonly<Record<string, readonly Atom[]>> = {
  low: ['low'],
  high: ['high', 'partner'],
  all: ['low', 'high', 'partner'],
  partner: ['partner'],
  six: ['six'],
};
const sets = { low, high, all: addressSet(['0.0.0.0/0']), partner, six };

const rule = fc.record({
  allow: fc.boolean(),
  source: fc.constantFrom('low', 'high', 'all', 'partner', 'six'),
  from: fc.integer({ min: 20, max: 25 }),
  width: fc.nat(3),
});

test('what comes through is what an address and a port at a time come to', () => {
  let open = 0;
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 6 }), (rules) => {
      const admitted = admittedFromInternet(
        rules.map(({ allow, source, from, width }, index) => ({
          allow,
          source: sets[source as keyof typeof sets],
          traffic: portRange(6, from, from + width),
          pointer: `/rules/${index}`,
        })),
      );
      for (let port = 18; port < 31; port++) {
        const deciding = (atom: Atom): number =>
          rules.findIndex((each) => sources[each.source]?.includes(atom) && each.from <= port && port <= each.from + each.width);
        const admits = (atom: Atom): boolean => rules[deciding(atom)]?.allow === true;
        const v4 = (['low', 'high', 'partner'] as const).filter(admits);
        const share = v4.reduce((sum, atom) => sum + shareOf(atoms[atom], internetAddresses), 0);
        const wanted = new Set([...(share > 0.5 ? v4 : []), ...(admits('six') ? (['six'] as const) : [])].map((atom) => `/rules/${deciding(atom)}`));
        const found = new Set(admitted.filter(({ protocol, from, to }) => protocol === 'tcp' && from <= port && port <= to).map((each) => each.pointer));
        expect([port, [...found].sort()]).toEqual([port, [...wanted].sort()]);
        open += wanted.size;
      }
    }),
    { numRuns: 400 },
  );
  expect(open).toBeGreaterThan(100);
});
