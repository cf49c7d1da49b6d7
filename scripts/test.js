// `npm test`: brings the servers, builds, runs every test. The last line is `N passed, N failed, N skipped`. With CI=true a skip is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, deployTools, helm, moto, neo4j, schemas } from './provision.js';

const root = path.join(import.meta.dirname, '..');
const servers = { MOTO: moto(), NEO4J: neo4j(), CHROMIUM: chromium(), SCHEMAS: schemas(), DEPLOY: deployTools(), HELM: helm() };
const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings', TZ: 'UTC' };
const absent = [];
for (const [name, server] of Object.entries(servers)) {
  if (server.ok) env[`POSTERN_TEST_${name}`] = server.folder;
  else absent.push(`${name.toLowerCase()}: ${server.reason}`);
}
const built = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
if (built.status !== 0) {
  console.log('the build failed\n0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
// A folder of this run: two runs at a time must not read each other's results.
const folder = mkdtempSync(path.join(os.tmpdir(), 'postern-test-'));
const report = path.join(folder, 'jest.json');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const jest = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '--json', `--outputFile=${report}`, '--maxWorkers=2', '--silent=false', ...process.argv.slice(2)],
  {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
let result;
try {
  result = JSON.parse(readFileSync(report, 'utf8'));
} catch {
  console.log('jest ended without a report\n0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
const suites = result.testResults.filter((suite) => suite.status === 'failed' && suite.assertionResults.every((each) => each.status !== 'failed')).length;
const skipped = result.numPendingTests + result.numTodoTests;
for (const reason of absent) console.log(`not to be had: ${reason}`);
if (skipped > 0) {
  console.log('skipped for want of a server:');
  for (const suite of result.testResults)
    for (const each of suite.assertionResults) if (each.status === 'pending' || each.status === 'todo') console.log(`  ${each.fullName}`);
}
const failed = result.numFailedTests + suites;
const strict = process.env['CI'] === 'true' && skipped > 0;
if (strict) console.log('with CI=true a skip is a failure');
console.log(`${result.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 || strict || jest.status !== 0 ? 1 : 0);
