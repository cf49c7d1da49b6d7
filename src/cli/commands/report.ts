import type { Assessment } from '../../model/assessment.ts';
import { InputError, nearest } from '../../model/error.ts';
import { type ReportFormat, reportFormats } from '../../report/formats.ts';
import { counted } from '../accepted.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { afterwards } from '../notify.ts';
import { exitOf } from '../threshold.ts';
import { writeWhole } from '../write-whole.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const wanted = invocation.list('--format');
  const parsed = (wanted.length === 0 ? ['json'] : wanted).map(parseFormat);
  if (parsed.filter((each) => each.file === undefined).length > 1)
    throw new InputError('two reports cannot both go to stdout', { help: 'name files: -f sarif=report.sarif -f pdf=report.pdf' });
  const { analysis, assessment } = await buildAssessment(invocation.args[0] ?? '', invocation);
  await writeReports(parsed, assessment, invocation);
  await afterwards(assessment, invocation);
  const paths = await counted(analysis.ranker, assessment.paths.paths, invocation);
  return exitOf({ paths, findings: assessment.findings }, invocation, assessment.completeness);
}

export interface WantedReport {
  readonly format: ReportFormat;
  readonly file: string | undefined;
}

/** Writes reports to their files, or to stdout. */
export async function writeReports(wanted: readonly WantedReport[], assessment: Assessment, { io }: Invocation): Promise<void> {
  for (const { format, file } of wanted) {
    if (file === undefined && format.binary === true && io.stdoutIsTerminal)
      throw new InputError(`${format.name} is not for a terminal`, { help: `-f ${format.name}=report.${format.extension}` });
    const content = await format.render(assessment);
    if (file !== undefined) await writeWhole(file, content);
    else io.out(content);
  }
}

/** `sarif` or `sarif=FILE`. */
export function parseFormat(text: string): WantedReport {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  const format = reportFormats.find((each) => each.name === name);
  const file = at < 0 ? undefined : text.slice(at + 1);
  if (file === '') throw new InputError(`\`${text}\` names no file`, { help: `${name}=report.${format?.extension ?? name}` });
  if (format !== undefined) return { format, file };
  const names = reportFormats.map((each) => each.name);
  const near = nearest(name, names);
  throw new InputError(`\`${name}\` is not a report format`, { help: near === undefined ? `one of: ${names.join(', ')}` : `did you mean ${near}?` });
}
