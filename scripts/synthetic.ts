/**
 * `npm run estate:synthetic -- --principals N --resources N [--accounts N] [--seed S] [--breadth 0..1] [--biclique] --out SNAP`: writes a snapshot of any size straight to disk,
 * without a server. The same arguments give the same bytes.
 */
import { parseArgs } from 'node:util';
import { syntheticEstate } from './estate/synthetic.ts';
import { writeSynthetic } from './estate/synthetic-write.ts';

const { values } = parseArgs({
  options: {
    principals: { type: 'string', default: '300' },
    resources: { type: 'string', default: '2000' },
    accounts: { type: 'string', default: '1' },
    seed: { type: 'string', default: '7' },
    breadth: { type: 'string', default: '0.04' },
    biclique: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
if (values.out === undefined) throw new Error('name a folder with --out');
const { principals, resources, accounts, seed, breadth } = Object.fromEntries(
  (['principals', 'resources', 'accounts', 'seed', 'breadth'] as const).map((name) => [name, Number(values[name])]),
) as Record<'principals' | 'resources' | 'accounts' | 'seed' | 'breadth', number>;
const size = { principals, resources, accounts, seed, breadth, biclique: values.biclique };
const count = await writeSynthetic(values.out, syntheticEstate(size));
console.error(`${count} records in ${values.out} (seed ${seed})`);
