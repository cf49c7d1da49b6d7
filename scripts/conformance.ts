/**
 * `npm run conformance -- DIR`: checks Postern against public data that is not part of the project: deliberately vulnerable labs with their expected paths, policy decisions, recorded networks.
 * Prints a row for everything that differs, and totals. Exit code 1 when something differs.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allTypes, analyseSnapshot } from '../src/cli/analysis.ts';
import { packagePath } from '../src/cli/package-path.ts';
import { loadTechniques } from '../src/derive/load.ts';
import type { Snapshot } from '../src/model/record.ts';
import { noSettings } from '../src/paths/settings.ts';
import { importAws, readInputs } from '../src/snapshot/import/aws.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';
import { Redactor } from '../src/snapshot/redact.ts';

interface Expected {
  readonly technique: string | null;
  readonly start: string;
  readonly mustReachAdmin: string | null;
  readonly mustReach: readonly string[];
  readonly adminPrincipals: readonly string[];
  readonly allPrincipalsInSnapshot: boolean;
  readonly hops: readonly { readonly from: string; readonly to: string }[];
}

const root = process.argv[2] ?? '';
if (!existsSync(root)) {
  console.error('usage: npm run conformance -- DIR');
  process.exit(2);
}
const types = await allTypes();
const techniques = await loadTechniques(packagePath('rules', 'techniques'));
const references = new Map(techniques.map((technique) => [technique.id, technique.references]));
const redactor = new Redactor(Buffer.alloc(32, 7));

interface Loaded {
  readonly snapshot: Snapshot;
  readonly unrecognised: readonly { readonly file: string; readonly reason: string }[];
}
export type Load = (...folders: string[]) => Promise<Loaded>;

async function load(...folders: string[]): Promise<Loaded> {
  const imported = importAws(await readInputs(folders), { types, redactor });
  return { snapshot: memorySnapshot(imported.records, { types, calls: imported.calls }), unrecognised: imported.unrecognised };
}

async function labs(): Promise<number> {
  const folder = path.join(root, 'aws', 'pathfinding-labs', 'dumps');
  let [found, asked, first, falsePaths, unrecognised] = [0, 0, 0, 0, 0];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.expected.json'))
    .sort()) {
    const name = file.replace('.expected.json', '');
    const expected = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Expected;
    const { snapshot, unrecognised: strange } = await load(path.join(folder, name));
    unrecognised += strange.length;
    const analysis = await analyseSnapshot(snapshot, types, noSettings);
    const ranker = analysis.ranker();
    const goals = expected.mustReachAdmin === null ? expected.mustReach : [`admin:${expected.mustReachAdmin}`];
    for (const goal of goals) {
      asked++;
      const [from, to] = [analysis.resolver.one(expected.start), analysis.resolver.one(goal)];
      const best = from === undefined || to === undefined ? undefined : ranker.best(from, to);
      if (best === undefined) {
        console.log(`MISS  ${name}: ${from === undefined ? 'no start' : to === undefined ? 'no target' : 'no path'}`);
        continue;
      }
      found++;
      const used = best.steps.flatMap((step) => step.techniques.flatMap((technique) => references.get(technique) ?? []));
      const wanted = expected.technique === null ? undefined : `pathfinding:${expected.technique}`;
      if (wanted === undefined || used.includes(wanted)) first++;
      else console.log(`OTHER ${name}: wanted ${wanted}, used ${best.steps.map((step) => step.techniques.join('/')).join(' -> ')}`);
    }
    // Principals that the lab does not name on its path must not come to administer the account.
    const onPath = new Set([expected.start, ...expected.adminPrincipals, ...expected.hops.flatMap((hop) => [hop.from, hop.to])]);
    if (!expected.allPrincipalsInSnapshot || expected.mustReachAdmin === null) continue;
    const target = analysis.resolver.one(`admin:${expected.mustReachAdmin}`);
    for (const { arn, serviceLinked } of analysis.iam.principals) {
      if (onPath.has(arn) || serviceLinked || /cleanup|admin|setup|helper|flag/i.test(arn)) continue;
      const from = analysis.resolver.one(arn);
      const best = from === undefined || target === undefined ? undefined : ranker.best(from, target);
      if (best === undefined) continue;
      falsePaths++;
      console.log(`EXTRA ${name}: ${arn}: ${best.verdict} ${best.steps.map((step) => `${step.techniques[0]} ${step.to.split(':').at(-1)}`).join(' -> ')}`);
    }
  }
  console.log(
    `labs: ${found} of ${asked} paths found, ${first} with the expected technique, ${falsePaths} paths from principals that the lab does not name, ${unrecognised} files not recognised`,
  );
  return asked - found + falsePaths;
}

let differences = await labs();
const more = path.join(import.meta.dirname, 'conformance');
for (const file of existsSync(more)
  ? readdirSync(more)
      .filter((name) => name.endsWith('.ts'))
      .sort()
  : []) {
  const module = (await import(path.join(more, file))) as { run: (root: string, load: Load) => Promise<number> };
  differences += await module.run(root, load);
}
process.exit(differences === 0 ? 0 : 1);
