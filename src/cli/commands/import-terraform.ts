import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../model/error.ts';
import { overlay } from '../../snapshot/import/terraform/overlay.ts';
import { parsePlan } from '../../snapshot/import/terraform/plan.ts';
import { readSnapshot } from '../../snapshot/read.ts';
import { Redactor } from '../../snapshot/redact.ts';
import { redactionKey } from '../../snapshot/redaction-key.ts';
import { writeSnapshot } from '../../snapshot/write.ts';
import { allTypes } from '../analysis.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { version } from '../version.ts';

/** `postern import terraform PLAN --base SNAP --out SNAP` */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const out = invocation.text('--out');
  if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
  const baseFolder = invocation.text('--base');
  if (baseFolder !== undefined && path.resolve(baseFolder) === path.resolve(out))
    throw new InputError('--out is the base itself', { help: 'choose another folder: the base stays as it was collected' });
  const account = invocation.text('--account');
  if (account !== undefined && !/^\d{12}$/.test(account)) throw new InputError(`\`${account}\` is no account`, { help: '12 digits' });
  const region = invocation.text('--region');
  const file = args[0] ?? '';
  const text = file === '-' ? await io.stdin() : await readPlan(file);
  const types = await allTypes();
  const { awsTerraform } = await import('../../../collectors/aws/terraform/index.ts');
  const plan = parsePlan(text, file);
  const base = baseFolder === undefined ? undefined : await readSnapshot(baseFolder, types);
  const planned = overlay(plan, base, {
    types,
    table: awsTerraform,
    redactor: new Redactor(await redactionKey(io.env)),
    file: file === '-' ? 'standard input' : path.basename(file),
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
  });
  const distinct = (values: readonly string[]): string[] => [...new Set(values.filter((value) => value !== '' && value !== 'global'))].sort();
  // The planned snapshot is of the base's time: nothing was asked of a cloud since.
  const now = base?.manifest.end ?? new Date().toISOString();
  await writeSnapshot(out, planned.records, {
    tool: `postern ${version()}`,
    state: 'complete',
    scope: {
      providers: base?.manifest.scope.providers ?? ['aws'],
      accounts: distinct([...(base?.manifest.scope.accounts ?? []), ...planned.records.map((record) => record.account)]),
      regions: distinct([...(base?.manifest.scope.regions ?? []), ...planned.records.map((record) => record.region)]),
    },
    start: base?.manifest.start ?? now,
    end: now,
    calls: planned.calls,
    ...(planned.unrecognised.length === 0 ? {} : { unrecognised: planned.unrecognised }),
  });
  const { created, updated, deleted } = planned.changed;
  if (!invocation.on('--quiet'))
    io.err(`${created} to create, ${updated} to change, ${deleted} to take away; ${planned.records.length} resources written to ${out}\n`);
  for (const each of planned.unrecognised) io.err(`not recognised: ${each.reason}\n`);
  return invocation.on('--strict') && (planned.unrecognised.length > 0 || planned.calls.some((call) => call.message?.startsWith('known after apply') === true))
    ? 3
    : 0;
}

async function readPlan(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new InputError(`cannot read \`${file}\``, { help: 'terraform plan -out plan && terraform show -json plan > plan.json' });
  });
}
