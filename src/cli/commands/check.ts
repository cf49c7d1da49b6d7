import { jsonPieces } from '../../report/json-pieces.ts';
import { findingsText, frameworksText } from '../../report/text.ts';
import { analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { checkingOf } from '../findings.ts';
import { PassingFindings } from '../threshold.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const analysis = await analyse(invocation.args[0] ?? '', { config: invocation.text('--config') });
  const { parts, frameworks } = await checkingOf(analysis, invocation);
  const { completeness } = analysis;
  const passing = new PassingFindings(invocation);
  const findings = passing.through(parts);
  if (invocation.text('--format') === 'json')
    for (const piece of jsonPieces({ schema: 'findings/v1', completeness, findings, frameworks })) invocation.io.out(piece);
  else {
    invocation.io.out(findingsText(findings, completeness));
    if (invocation.list('--framework').length > 0) invocation.io.out(frameworksText(frameworks()));
  }
  return passing.exit([], completeness);
}
