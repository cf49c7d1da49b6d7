import { InputError } from '../../model/error.ts';
import { importAzure } from '../../snapshot/import/azure.ts';
import { readInputs } from '../../snapshot/import/inputs.ts';
import { Redactor } from '../../snapshot/redact.ts';
import { redactionKey } from '../../snapshot/redaction-key.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { writeImported } from '../imported.ts';

/** `postern import azure PATH...`: answers of Azure Resource Manager, Resource Graph and Microsoft Graph. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const out = invocation.text('--out');
  if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
  const tenant = invocation.text('--tenant')?.toLowerCase();
  if (tenant !== undefined && !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenant))
    throw new InputError(`\`${tenant}\` is no tenant`, { help: 'its id, as az account show prints it under tenantId' });
  const inputs = await readInputs(args);
  const imported = importAzure(inputs, {
    types: await allTypes(),
    redactor: new Redactor(await redactionKey(io.env)),
    ...(tenant === undefined ? {} : { tenant }),
  });
  const entra = imported.records.some((record) => record.type.startsWith('Microsoft.Graph/'));
  return writeImported(invocation, out, inputs.length, entra ? ['azure', 'entra'] : ['azure'], imported);
}
