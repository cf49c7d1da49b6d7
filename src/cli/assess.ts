import { readFile } from 'node:fs/promises';
import type { Assessment } from '../model/assessment.ts';
import { parseBaseline } from '../model/baseline.ts';
import { InputError } from '../model/error.ts';
import { pathsReport } from '../paths/report.ts';
import { assessment } from '../report/assessment.ts';
import { compareWith } from '../report/comparison.ts';
import { acceptance } from './accepted.ts';
import { type Analysis, analyse } from './analysis.ts';
import type { Invocation } from './command.ts';
import { checkedOf } from './findings.ts';
import { textOf } from './ranked.ts';
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
  const top = Math.max(least, Number(invocation.text('--top') ?? '10'));
  const paths = (await acceptance(invocation)).report(pathsReport(analysis.ranker(), analysis.completeness, top));
  const made = assessment({
    version: version(),
    snapshot: analysis.snapshot,
    records: analysis.snapshot,
    graph: analysis.graph,
    completeness: analysis.completeness,
    paths,
    findings,
    rules,
    frameworks,
    techniques: analysis.techniques,
  });
  const file = invocation.text('--baseline');
  if (file === undefined) return { analysis, assessment: made };
  return { analysis, assessment: { ...made, comparison: compareWith(made, parseBaseline(await textOf(invocation, file), file), top) } };
}

/** Reads a JSON report. @throws InputError for a file that is none, or that a newer version wrote */
export async function readAssessment(file: string): Promise<Assessment> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new InputError(`cannot read \`${file}\``, { help: 'name a report that `postern report SNAP -f json=FILE` wrote' });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError('the report is no JSON', { position: { file } });
  }
  const { schema } = (value ?? {}) as { readonly schema?: unknown };
  if (schema !== 'assessment/v1')
    throw new InputError(`the report has the schema \`${String(schema)}\``, { position: { file }, help: 'this version reads assessment/v1' });
  const { schemas } = await import('../schema/registry.ts');
  const parsed = schemas['assessment']?.safeParse(value);
  if (parsed?.success !== true) {
    const [issue] = parsed?.error.issues ?? [];
    throw new InputError(`the report is damaged at \`${issue?.path.join('.') ?? ''}\`: ${issue?.message ?? ''}`, { position: { file } });
  }
  return value as Assessment;
}
