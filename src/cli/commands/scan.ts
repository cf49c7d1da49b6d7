import { InputError } from '../../model/error.ts';
import { jsonPieces } from '../../report/json-pieces.ts';
import { pathsText } from '../../report/text.ts';
import { undecidedOf } from '../../report/unseen.ts';
import { counted } from '../accepted.ts';
import { buildAssessment } from '../assess.ts';
import { collect } from '../collect.ts';
import type { Target } from '../collectors.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { afterwards } from '../notify.ts';
import { exitOf } from '../threshold.ts';
import { planOnly } from './collect.ts';
import { parseFormat, writeReports } from './report.ts';

/** `postern scan aws|azure|entra|all`: collect, check and rank in one go. */
export const scanOf =
  (target: Target) =>
  async (invocation: Invocation): Promise<ExitCode> => {
    const planned = await planOnly(invocation, target);
    if (planned !== undefined) return planned;
    const { io } = invocation;
    const out = invocation.text('--out');
    if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
    const reports = invocation.list('--report').map(parseFormat);
    const outcome = await collect(invocation, out, target);
    if (io.signal.aborted) return 130;
    const { analysis, assessment } = await buildAssessment(out, invocation);
    if (invocation.text('--format') === 'json') for (const piece of jsonPieces(assessment)) io.out(piece);
    else io.out(pathsText(assessment.paths, (id) => assessment.nodes[id]?.name ?? id, undecidedOf(assessment.findings)));
    const named = reports.map(({ format, file }) => ({ format, file: file ?? `postern.${format.extension}` }));
    await writeReports(named, assessment, invocation);
    for (const { file } of named) io.err(`report written to ${file}\n`);
    await afterwards(assessment, invocation);
    const completeness = outcome.complete ? assessment.completeness : { ...assessment.completeness, complete: false };
    return exitOf({ paths: await counted(analysis.ranker, assessment.paths.paths, invocation), findings: assessment.findings }, invocation, completeness);
  };
