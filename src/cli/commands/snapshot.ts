import path from 'node:path';
import { InputError } from '../../model/error.ts';
import { joinSnapshots } from '../../snapshot/join.ts';
import { pruneSnapshots } from '../../snapshot/prune.ts';
import { readManifest, readSnapshot } from '../../snapshot/read.ts';
import { verifySnapshot } from '../../snapshot/verify.ts';
import { writeSnapshot } from '../../snapshot/write.ts';
import type { ExitCode, Invocation } from '../command.ts';
import { version } from '../version.ts';

/** `postern snapshot verify SNAP`: exit 1 when something was altered. */
export async function verify(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const result = await verifySnapshot(args[0] ?? '', invocation.text('--previous'));
  if (invocation.text('--format') === 'json') io.out(`${JSON.stringify(result, null, 1)}\n`);
  else {
    for (const problem of result.problems) io.out(`${problem}\n`);
    io.out(
      `${result.problems.length === 0 ? 'unaltered' : 'ALTERED'}: ${result.records} records in ${result.files} files, ${result.state}, SHA-256 ${result.hash}\n`,
    );
  }
  return result.problems.length === 0 ? 0 : 1;
}

/** `postern snapshot join SNAP... --out SNAP` */
export async function join(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const out = invocation.text('--out');
  if (out === undefined) throw new InputError('no --out', { help: 'name the folder of the new snapshot' });
  if (args.some((each) => path.resolve(each) === path.resolve(out))) throw new InputError(`--out is one of the snapshots`, { help: 'choose another folder' });
  const parts = [];
  for (const each of args) parts.push({ name: each, snapshot: await readSnapshot(each) });
  const { records, head } = joinSnapshots(parts, `postern ${version()}`);
  await writeSnapshot(out, records, head);
  if (!invocation.on('--quiet')) io.err(`${records.length} resources of ${args.length} snapshots written to ${out}\n`);
  return 0;
}

/** `postern snapshot show SNAP` */
export async function show(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const { manifest, hash } = await readManifest(args[0] ?? '');
  if (invocation.text('--format') === 'json') {
    io.out(`${JSON.stringify({ ...manifest, hash }, null, 1)}\n`);
    return 0;
  }
  io.out(
    `SHA-256 ${hash}\n${manifest.tool}, ${manifest.state}, ${manifest.start} to ${manifest.end}\naccounts ${manifest.scope.accounts.join(', ')}\nregions ${manifest.scope.regions.join(', ')}\n\n`,
  );
  const counts = new Map<string, number>();
  for (const file of manifest.files) counts.set(file.type, (counts.get(file.type) ?? 0) + file.count);
  for (const [type, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) io.out(`${String(count).padStart(7)}  ${type}\n`);
  for (const call of manifest.calls.filter((each) => each.state !== 'ok' && each.state !== 'absent')) {
    io.out(`${call.state}: ${call.call} in ${call.account}/${call.region}${call.permission === undefined ? '' : `, needs ${call.permission}`}\n`);
  }
  return 0;
}

/** `postern snapshot prune FOLDER` */
export async function prune(invocation: Invocation): Promise<ExitCode> {
  const { args, io } = invocation;
  const number = (flag: string, least: number): number => {
    const text = invocation.text(flag) ?? '';
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new InputError(`\`${text}\` is no number from ${least}`, { help: flag });
    return value;
  };
  const options = { keep: number('--keep', 1), days: number('--keep-days', 0), now: Date.now(), remove: !invocation.on('--dry-run') };
  const { kept, removed } = await pruneSnapshots(args[0] ?? '', options);
  for (const name of removed) io.out(`${options.remove ? 'removed' : 'would remove'} ${name}\n`);
  if (!invocation.on('--quiet')) io.err(`${kept.length} snapshots stay\n`);
  return 0;
}
