// Compares the policy evaluator with its specification on generated requests: npm run fuzz:iam -- --runs 10000000 --seed 1 [--seconds 300]
import { forgetCompiled } from '../src/iam/aws/intern.ts';
import { drawCase, seeded } from '../test/arbitrary/iam-world.ts';
import { compareWithSpec } from '../test/spec/iam/compare.ts';

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const runs = option('--runs', 100_000);
const seed = option('--seed', 1);
const deadline = performance.now() + option('--seconds', Number.POSITIVE_INFINITY) * 1000;
const source = seeded(seed);
const counts = new Map<string, number>();
let contexts = 0;
let differences = 0;
let compared = 0;
for (let run = 0; run < runs && performance.now() < deadline; run++) {
  compared++;
  // A run of hours that is interrupted has said what it had compared.
  if (run % 20_000 === 19_999) console.error(`seed ${seed}: ${run} requests, ${contexts} complete contexts, ${differences} differences so far`);
  if (run % 5_000 === 4_999) forgetCompiled();
  const input = drawCase(source);
  const { result, completions, difference } = compareWithSpec(input);
  contexts += completions;
  const kind = result.decision === 'deny' ? (result.explicit ? 'explicit deny' : 'implicit deny') : result.decision;
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
  if (difference === undefined) continue;
  differences++;
  if (differences <= 5) console.log(`run ${run}: ${difference}\n${JSON.stringify(input)}`);
}
const shares = [...counts].sort().map(([kind, count]) => `${kind} ${count} (${((100 * count) / compared).toFixed(1)} %)`);
console.log(`seed ${seed}: ${compared} requests, ${contexts} complete contexts, ${differences} differences\n${shares.join('\n')}`);
process.exitCode = differences === 0 ? 0 : 1;
