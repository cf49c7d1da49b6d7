import type { Imported } from '../snapshot/import/inputs.ts';
import { writeSnapshot } from '../snapshot/write.ts';
import type { ExitCode, Invocation } from './command.ts';
import { version } from './version.ts';

/** Writes what was imported and says what was not recognised. */
export async function writeImported(invocation: Invocation, out: string, files: number, providers: readonly string[], imported: Imported): Promise<ExitCode> {
  const { io } = invocation;
  const distinct = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== '' && value !== 'global'))].sort();
  const { unused = [] } = imported;
  const now = new Date().toISOString();
  await writeSnapshot(out, imported.records, {
    tool: `postern ${version()}`,
    state: 'complete',
    scope: {
      providers,
      accounts: distinct(imported.records.map((record) => record.account)),
      regions: distinct(imported.records.map((record) => record.region)),
    },
    start: now,
    end: now,
    calls: imported.calls,
    ...(imported.unrecognised.length === 0 ? {} : { unrecognised: imported.unrecognised }),
    ...(unused.length === 0 ? {} : { unused }),
  });
  io.err(`${imported.records.length} resources from ${files} files written to ${out}\n`);
  for (const { file, reason } of imported.unrecognised) io.err(`not recognised: ${file}: ${reason}\n`);
  for (const { what, count } of unused) io.err(`not used: ${count} of ${what}\n`);
  const unasked = imported.calls.filter((call) => call.state === 'unasked');
  if (unasked.length > 0) {
    const services = [...new Set(unasked.map((call) => call.call.split(':')[0] ?? ''))].sort();
    const some = services.length > 8 ? `${services.slice(0, 8).join(', ')} and ${services.length - 8} more services` : services.join(', ');
    io.err(`${unasked.length} calls are not in the input (${some}): what hangs on them is unknown; postern snapshot show lists them\n`);
    for (const text of new Set(unasked.flatMap(({ call, message }) => (message === undefined ? [] : [`${call} is not in the input: ${message}\n`]))))
      io.err(text);
  }
  if (imported.records.length === 0 && imported.unrecognised.length > 0) io.err('nothing was recognised\n');
  return invocation.on('--strict') && imported.unrecognised.length > 0 ? 3 : 0;
}
