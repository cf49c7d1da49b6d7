import { InputError } from '../../model/error.ts';
import { importAws, readInputs } from '../../snapshot/import/aws.ts';
import { Redactor } from '../../snapshot/redact.ts';
import { redactionKey } from '../../snapshot/redaction-key.ts';
import { writeSnapshot } from '../../snapshot/write.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { version } from '../version.ts';

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const out = invocation.text('--out');
  if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
  const account = invocation.text('--account');
  if (account !== undefined && !/^\d{12}$/.test(account)) throw new InputError(`\`${account}\` is no account`, { help: '12 digits' });
  const region = invocation.text('--region');
  const types = await allTypes();
  const inputs = await readInputs(args);
  const imported = importAws(inputs, {
    types,
    redactor: new Redactor(await redactionKey(io.env)),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  });
  const distinct = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== '' && value !== 'global'))].sort();
  const now = new Date().toISOString();
  await writeSnapshot(out, imported.records, {
    tool: `postern ${version()}`,
    state: 'complete',
    scope: {
      providers: ['aws'],
      accounts: distinct(imported.records.map((record) => record.account)),
      regions: distinct(imported.records.map((record) => record.region)),
    },
    start: now,
    end: now,
    calls: imported.calls,
    ...(imported.unrecognised.length === 0 ? {} : { unrecognised: imported.unrecognised }),
  });
  io.err(`${imported.records.length} resources from ${inputs.length} files written to ${out}\n`);
  for (const { file, reason } of imported.unrecognised) io.err(`not recognised: ${file}: ${reason}\n`);
  if (imported.records.length === 0 && imported.unrecognised.length > 0) io.err('nothing was recognised\n');
  return invocation.on('--strict') && imported.unrecognised.length > 0 ? 3 : 0;
}
