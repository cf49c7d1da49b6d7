// Runs dependency-cruiser and checks that it saw the sources: without a TypeScript it can load it reports no module and no error.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';

const run = spawnSync('npx', ['--no-install', 'depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'collectors'], {
  encoding: 'utf8',
  maxBuffer: 1 << 28,
});
let report;
try {
  report = JSON.parse(run.stdout);
} catch {
  console.error(run.stderr || run.stdout);
  process.exit(1);
}
const files = ['src', 'collectors'].flatMap((folder) => readdirSync(folder, { recursive: true })).filter((name) => String(name).endsWith('.ts')).length;
const seen = report.modules.filter((module) => /^(src|collectors)\//.test(module.source)).length;
for (const { from, to, rule } of report.summary.violations)
  console.error(
    `${rule.severity} ${rule.name}: ${from} -> ${to}\n  ${report.summary.ruleSetUsed?.forbidden?.find((each) => each.name === rule.name)?.comment ?? ''}`,
  );
if (seen < files) {
  console.error(`dependency-cruiser saw ${seen} of ${files} modules: the layers were not checked`);
  process.exit(1);
}
console.log(`${seen} modules, ${report.summary.violations.length} wrong turns`);
process.exit(report.summary.error > 0 ? 1 : 0);
