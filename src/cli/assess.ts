import type { Assessment } from '../model/assessment.ts';
import { pathsReport } from '../paths/report.ts';
import { assessment } from '../report/assessment.ts';
import { acceptance } from './accepted.ts';
import { type Analysis, analyse } from './analysis.ts';
import type { Invocation } from './command.ts';
import { checkedOf } from './findings.ts';
import { version } from './version.ts';

/**
 * Everything that `report`, `view` and `scan` show of a snapshot.
 * @param least list so many paths even if `--top` wants fewer
 */
export async function buildAssessment(
  directory: string,
  invocation: Invocation,
  least = 0,
): Promise<{ readonly analysis: Analysis; readonly assessment: Assessment }> {
  const analysis = await analyse(directory, { config: invocation.text('--config') });
  const { findings, rules, frameworks } = await checkedOf(analysis, invocation);
  const paths = (await acceptance(invocation)).report(
    pathsReport(analysis.ranker(), analysis.completeness, Math.max(least, Number(invocation.text('--top') ?? '10'))),
  );
  return {
    analysis,
    assessment: assessment({
      version: version(),
      snapshot: analysis.snapshot,
      graph: analysis.graph,
      completeness: analysis.completeness,
      paths,
      findings,
      rules,
      frameworks,
      techniques: analysis.techniques,
    }),
  };
}
