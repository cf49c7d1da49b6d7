/** `npm run bench -- azure [USERS PRINCIPALS ASSIGNMENTS]`: derivation of a generated tenant, stage by stage, with its steps and ranked paths. */
import { syntheticTenant } from '../scripts/estate/azure-synthetic.ts';
import { allTypes, analyseSnapshot } from '../src/cli/analysis.ts';
import { knownActions } from '../src/iam/azure/actions.ts';
import { createAzureIamEngine } from '../src/iam/azure/engine.ts';
import { noSettings } from '../src/paths/settings.ts';
import { memorySnapshot } from '../src/snapshot/memory.ts';

export async function run(): Promise<void> {
  const [users = 20_000, servicePrincipals = 5_000, assignments = 10_000] = process.argv.slice(3).map(Number);
  const seed = 20261125;
  const types = await allTypes();
  const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const [begun, cpu] = [performance.now(), process.cpuUsage()];
    const result = await work();
    const used = process.cpuUsage(cpu);
    console.log(
      `${name}: ${((performance.now() - begun) / 1000).toFixed(2)} s, ${((used.user + used.system) / 1e6).toFixed(2)} s of CPU, ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
    );
    return result;
  };
  console.log(`tenant of ${users} users, ${servicePrincipals} service principals, ${assignments} assignments, seed ${seed}`);
  const snapshot = await timed('records in memory', () => memorySnapshot(syntheticTenant({ users, servicePrincipals, assignments, seed }), { types }));
  const engine = await timed('engine', () => createAzureIamEngine(snapshot));
  const things = snapshot.records('Microsoft.Compute/virtualMachines').map((record) => record.id);
  let grants = 0;
  await timed(`bulk: ${knownActions.length} actions on ${things.length} machines`, () => {
    for (const action of knownActions) grants += engine.bulk({ action, candidates: things }).length;
  });
  console.log(`${grants} grants`);
  const analysis = await timed('whole analysis', () => analyseSnapshot(snapshot, types, noSettings));
  console.log(`${analysis.graph.nodeCount} nodes, ${analysis.graph.edgeCount} edges`);
  const paths = await timed('ranked paths', () => analysis.ranker().top(50));
  console.log(`${paths.length} paths, the riskiest ${paths[0]?.risk.toFixed(1)}: ${paths[0]?.steps.flatMap((step) => step.techniques[0] ?? []).join(' -> ')}`);
}
