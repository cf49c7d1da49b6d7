import { rename, writeFile } from 'node:fs/promises';
import { InputError, nearest } from '../../model/error.ts';
import { reportFormats } from '../../report/formats.ts';
import { counted } from '../accepted.ts';
import { buildAssessment } from '../assess.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { offlineHtml } from '../page.ts';
import { exitOf } from '../threshold.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const wanted = invocation.list('--format');
  const parsed = (wanted.length === 0 ? ['json'] : wanted).map(parseFormat);
  const { analysis, assessment } = await buildAssessment(invocation.args[0] ?? '', invocation);
  for (const { name, file } of parsed) {
    const content =
      name === 'html'
        ? await offlineHtml(analysis, assessment, invocation.args[0] ?? '')
        : await reportFormats.find((format) => format.name === name)?.render(assessment);
    if (content === undefined) continue;
    if (file === undefined) invocation.io.out(typeof content === 'string' ? content : Buffer.from(content).toString('latin1'));
    else await writeWhole(file, content);
  }
  return exitOf(
    { paths: await counted(analysis.ranker, assessment.paths.paths, invocation), findings: assessment.findings },
    invocation,
    assessment.completeness,
  );
}

/** Written beside and renamed, so that nothing half-written is ever read. Reports are as sensitive as snapshots: mode 0600. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(`${file}.part`, content, { mode: 0o600 });
    await rename(`${file}.part`, file);
  } catch (error) {
    throw new InputError(`cannot write \`${file}\`: ${error instanceof Error ? error.message : ''}`);
  }
}

const names = (): readonly string[] => [...reportFormats.map((format) => format.name), 'html'].sort();

/** `sarif` or `sarif=FILE`. */
export function parseFormat(text: string): { readonly name: string; readonly file: string | undefined } {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (!names().includes(name)) {
    const near = nearest(name, names());
    throw new InputError(`\`${name}\` is not a report format`, { help: near === undefined ? `one of: ${names().join(', ')}` : `did you mean ${near}?` });
  }
  return { name, file: at < 0 ? undefined : text.slice(at + 1) };
}
