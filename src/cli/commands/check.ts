import { jsonPieces } from '../../report/json-pieces.ts';
import { findingsText, frameworksText } from '../../report/text.ts';
import { analyse } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { checkedOf } from '../findings.ts';
import { exitOf } from '../threshold.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const analysis = await analyse(invocation.args[0] ?? '', { config: invocation.text('--config') });
  const { findings, frameworks } = await checkedOf(analysis, invocation);
  if (invocation.text('--format') === 'json')
    for (const piece of jsonPieces({ schema: 'findings/v1', completeness: analysis.completeness, findings, frameworks })) invocation.io.out(piece);
  else {
    invocation.io.out(findingsText(findings, analysis.completeness));
    if (invocation.list('--framework').length > 0) invocation.io.out(frameworksText(frameworks));
  }
  return exitOf({ paths: [], findings }, invocation, analysis.completeness);
}
