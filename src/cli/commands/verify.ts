import { assessmentDifferences, evidenceProblems } from '../../report/verify.ts';
import { readSnapshot } from '../../snapshot/read.ts';
import { verifySnapshot } from '../../snapshot/verify.ts';
import { allTypes } from '../analysis.ts';
import { buildAssessment, readAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { version } from '../version.ts';

/** `postern verify REPORT SNAP`: whether every line of a report follows from a snapshot that nobody altered. Exit 1 when anything does not. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const [file = '', directory = ''] = args;
  const report = await readAssessment(file);
  const snapshot = await readSnapshot(directory, await allTypes());
  const verification = await verifySnapshot(directory);
  const problems = [...verification.problems];
  if (verification.hash !== report.snapshot.hash) problems.push(`the report is about the snapshot ${report.snapshot.hash}, this one is ${verification.hash}`);
  const evidence = evidenceProblems(report, snapshot);
  problems.push(...evidence.problems);
  let recomputed: 'same' | 'different' | 'not asked' = 'not asked';
  if (!invocation.on('--evidence-only') && verification.hash === report.snapshot.hash) {
    const { assessment } = await buildAssessment(directory, invocation);
    const differences = assessmentDifferences(report, assessment);
    recomputed = differences.length === 0 ? 'same' : 'different';
    if (differences.length > 0 && report.tool.version !== version())
      problems.push(`the report was made by Postern ${report.tool.version}, this is ${version()}`);
    problems.push(...differences);
  }
  const result = { schema: 'verification/v1', report: file, snapshot: verification.hash, checked: evidence.checked, recomputed, problems };
  if (invocation.text('--format') === 'json') io.out(`${JSON.stringify(result, null, 1)}\n`);
  else {
    for (const problem of problems.slice(0, 100)) io.out(`${problem}\n`);
    if (problems.length > 100) io.out(`and ${problems.length - 100} more\n`);
    io.out(
      `${problems.length === 0 ? 'holds' : 'DOES NOT HOLD'}: ${evidence.checked} pieces of evidence in ${verification.records} records, recomputed: ${recomputed}, SHA-256 ${verification.hash}\n`,
    );
  }
  return problems.length === 0 ? 0 : 1;
}
