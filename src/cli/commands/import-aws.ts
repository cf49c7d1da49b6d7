import { InputError } from '../../model/error.ts';
import { importAws } from '../../snapshot/import/aws.ts';
import { readInputs } from '../../snapshot/import/inputs.ts';
import { Redactor } from '../../snapshot/redact.ts';
import { redactionKey } from '../../snapshot/redaction-key.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { writeImported } from '../imported.ts';

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
  return writeImported(invocation, out, inputs.length, ['aws'], imported);
}
