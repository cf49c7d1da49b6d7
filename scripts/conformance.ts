/**
 * `npm run conformance -- DIR [PART]`: checks Postern against public data that is not part of the project: deliberately vulnerable labs with their expected paths, policy decisions, recorded networks.
 * Prints a row for everything that differs, and totals. Exit code 1 when something differs that is not accepted with a reason (test/cases/conformance/accepted.yaml), or is accepted and does not differ.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allTypes, analyseSnapshot } from '../src/cli/analysis.ts';
import { packagePath } from '../src/cli/package-path.ts';
import { loadTechniques } from '../src/derive/load.ts';
import type { Snapshot } from '../src/model/record.ts';
import { noSettings } from '../src/paths/settings.ts';
import { importAws } from '../src/snapshot/import/aws.ts';
import { readInputs } from '../src/snapshot/import/inputs.ts';
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
  console.error('usage: npm run conformance -- DIR [PART]');
  process.exit(2);
}
const types = await allTypes();
const techniques = await loadTechniques(packagePath('rules', 'techniques'));
const references = new Map(techniques.map((technique) => [technique.id, technique.references]));
const published = new Set([...references.values()].flat());
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

/**
 * What a lab's attack map asks of its snapshot, as pairs. The maps are not made from the Terraform, so where they differ the Terraform holds: a bucket has a random suffix or another name (then
 * the only one is meant), an account another number (then the only one is meant), and a map that ends at a role which the Terraform does not create asks for the hops that are there.
 */
function goalsOf(expected: Expected, snapshot: Snapshot, find: (id: string) => unknown): readonly (readonly [string, string])[] {
  const accounts = [...new Set([...snapshot.all()].map((record) => record.account))];
  const buckets = snapshot.records('AWS::S3::Bucket').map((record) => record.id);
  const { start, mustReachAdmin: admin, adminPrincipals } = expected;
  if (admin === null)
    return expected.mustReach.map((goal) => [
      start,
      find(goal) === undefined && goal.startsWith('arn:aws:s3:::') && buckets.length === 1 ? (buckets[0] ?? goal) : goal,
    ]);
  if (!accounts.includes(admin) && accounts.length === 1) return [[start, `admin:${accounts[0]}`]];
  const hops = expected.hops.filter(({ from, to }) => find(from) !== undefined && find(to) !== undefined);
  const administrator = adminPrincipals.some((each) => find(each) !== undefined);
  if (expected.allPrincipalsInSnapshot || administrator || hops.length === 0) return [[start, `admin:${admin}`]];
  return hops.map(({ from, to }) => [from, to]);
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
    const meant = goalsOf(expected, snapshot, analysis.resolver.one);
    for (const [start, goal] of meant) {
      asked++;
      const [from, to] = [analysis.resolver.one(start), analysis.resolver.one(goal)];
      const best = from === undefined || to === undefined ? undefined : ranker.best(from, to);
      if (best === undefined) {
        console.log(`MISS  ${name}: ${from === undefined ? 'no start' : to === undefined ? 'no target' : 'no path'}`);
        continue;
      }
      found++;
      if (best.verdict === 'unknown') console.log(`UNSURE ${name}: ${best.steps.flatMap((step) => step.missing).join(', ')}`);
      // Several labs start with a user that assumes the role which has the permissions, so the technique is not always that of the first step.
      const used = best.steps.flatMap((step) => step.techniques.flatMap((technique) => references.get(technique) ?? []));
      // The labs about misconfigurations name a check (`cspm-…`), which is no technique.
      const wanted = expected.technique === null || !published.has(`pathfinding:${expected.technique}`) ? undefined : `pathfinding:${expected.technique}`;
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

const part = process.argv[3];
let differences = part === undefined || part === 'labs' ? await labs() : 0;
const more = path.join(import.meta.dirname, 'conformance');
for (const file of existsSync(more)
  ? readdirSync(more)
      .filter((name) => name.endsWith('.ts') && (part === undefined || name === `${part}.ts`))
      .sort()
  : []) {
  const module = (await import(path.join(more, file))) as { run: (root: string, load: Load) => Promise<number> };
  differences += await module.run(root, load);
}
process.exit(differences === 0 ? 0 : 1);
